"""JSON by orjson or msgspec: faster than the standard library, and not the same text.

Both are optional: ``pip install flaskfast[orjson]`` or ``flaskfast[msgspec]``, then

    app.json = OrjsonProvider(app)

docs/json.md tells what differs from `DefaultJSONProvider`.
"""

from __future__ import annotations

import typing as t
from types import ModuleType

from .provider import JSONProvider, _default

if t.TYPE_CHECKING:  # pragma: no cover
    from werkzeug.sansio.response import Response

    from ..sansio.app import App


def _needed(name: str) -> ModuleType:
    """Import a library that only those need who ask for it."""
    from importlib import import_module

    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise ModuleNotFoundError(
            f"The JSON provider needs {name}, which is not installed:"
            f" pip install flaskfast[{name}]",
            name=name,
        ) from error


class _LibraryProvider(JSONProvider):
    """What the two have in common: the settings, and a response that is never text."""

    #: Gets each object of a type that the library does not know, returns one that it does or
    #: raises ``TypeError``.
    default: t.Callable[[t.Any], t.Any] = staticmethod(_default)

    #: Sort the keys of dicts, so that equal dicts give equal text (caches, ETags).
    sort_keys = True

    #: ``False``: `response` indents its text. ``True``: it leaves out all white space. ``None``:
    #: it indents in debug mode only.
    compact: bool | None = None

    #: The media type of `response`.
    mimetype = "application/json"

    def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
        """Return an object as JSON text, without white space.

        :param kwargs: ``default``, ``sort_keys`` and ``indent``, which are those of the provider
            unless given; any ``indent`` is two spaces. ``separators`` and ``ensure_ascii`` are
            taken and change nothing: these libraries write one form only.
        :raises TypeError: something in the object has no JSON form.
        """
        return self.dump_bytes(obj, **kwargs).decode()

    def dump_bytes(self, obj: t.Any, **kwargs: t.Any) -> bytes:
        """Return an object as JSON in UTF-8.

        :param kwargs: as for `dumps`.
        :raises TypeError: something in the object has no JSON form.
        """
        raise NotImplementedError

    def loads(self, s: str | bytes, **kwargs: t.Any) -> t.Any:
        """Return the object that JSON, text or UTF-8 bytes, stands for.

        :raises ValueError: this is not JSON.
        :raises TypeError: there are *kwargs*: these libraries have no hooks.
        """
        if kwargs:
            raise TypeError(
                f"{type(self).__name__}.loads() takes no {', '.join(sorted(kwargs))}:"
                " use DefaultJSONProvider for hooks."
            )
        return self._load(s)

    def _load(self, s: str | bytes) -> t.Any:
        raise NotImplementedError

    def response(self, *args: t.Any, **kwargs: t.Any) -> Response:
        """Make a response of the application's class that carries JSON and a final newline.

        :param args: one value, or several to send as an array; none at all is ``null``.
        :param kwargs: the members of an object to send instead.
        :raises TypeError: both kinds of arguments are given, or something in them has no JSON
            form.
        """
        obj = self._prepare_response_obj(args, kwargs)
        app, compact = self._app, self.compact
        indent = compact is False or (compact is None and app.debug)
        body = self.dump_bytes(obj, indent=True) if indent else self.dump_bytes(obj)
        make: t.Any = app.response_class
        return t.cast("Response", make(body + b"\n", mimetype=self.mimetype))


def _options(own: t.Any, kwargs: dict[str, t.Any]) -> tuple[t.Any, bool, bool]:
    """Return (default, sort_keys, indent) of a call: its own, else the provider's."""
    known = {"default", "sort_keys", "indent", "separators", "ensure_ascii"}
    if unknown := kwargs.keys() - known:
        raise TypeError(
            f"{type(own).__name__}.dumps() takes no {', '.join(sorted(unknown))}:"
            " use DefaultJSONProvider for what only the standard library has."
        )
    default = kwargs.get("default", own.default)
    return default, bool(kwargs.get("sort_keys", own.sort_keys)), bool(kwargs.get("indent"))


class OrjsonProvider(_LibraryProvider):
    """JSON by `orjson <https://github.com/ijl/orjson>`_.

    :raises ModuleNotFoundError: orjson is not installed.
    """

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self._library: t.Any = _needed("orjson")

    def dump_bytes(self, obj: t.Any, **kwargs: t.Any) -> bytes:
        """Return an object as JSON in UTF-8, with the *kwargs* of `dumps`.

        Keys that are no strings are written as strings. Dates, dataclasses and UUIDs go through
        ``default``, for what Flask makes of them.
        """
        library = self._library
        default, sort, indent = _options(self, kwargs)
        option = library.OPT_NON_STR_KEYS | library.OPT_PASSTHROUGH_DATETIME
        option |= library.OPT_PASSTHROUGH_DATACLASS
        if sort:
            option |= library.OPT_SORT_KEYS
        if indent:
            option |= library.OPT_INDENT_2
        return t.cast(bytes, library.dumps(obj, default=default, option=option))

    def _load(self, s: str | bytes) -> t.Any:
        return self._library.loads(s)


class MsgspecProvider(_LibraryProvider):
    """JSON by `msgspec <https://jcristharif.com/msgspec/>`_; it knows its ``Struct`` as well.

    :raises ModuleNotFoundError: msgspec is not installed.
    """

    def __init__(self, app: App) -> None:
        super().__init__(app)
        _needed("msgspec")
        self._library: t.Any = _needed("msgspec.json")
        self._decoder = self._library.Decoder()

    def dump_bytes(self, obj: t.Any, **kwargs: t.Any) -> bytes:
        """Return an object as JSON in UTF-8, with the *kwargs* of `dumps`.

        Dates and dataclasses are written by msgspec itself, dates as in RFC 3339. Keys that
        are no strings cannot be sorted: switch ``sort_keys`` off for them.
        """
        default, sort, indent = _options(self, kwargs)
        order = "sorted" if sort else None
        text: bytes = self._library.encode(obj, enc_hook=default, order=order)
        return self._library.format(text, indent=2) if indent else text

    def _load(self, s: str | bytes) -> t.Any:
        try:
            return self._decoder.decode(s)
        except RecursionError:
            # A client decides how deep: it must get the 400 of any JSON that cannot be read.
            raise ValueError("JSON is nested too deeply: use fewer levels.") from None
