"""How an application encodes and decodes JSON: the interface, and the standard library's way."""

from __future__ import annotations

import dataclasses
import decimal
import json
import typing as t
import uuid
import weakref
from datetime import date

from werkzeug.http import http_date as http_date

from .._kernels import new_writer, read_json
from ..http.dates import http_date as _http_date

if t.TYPE_CHECKING:  # pragma: no cover
    from werkzeug.sansio.response import Response

    from ..sansio.app import App

# What `DefaultJSONProvider.response` passes to `dumps` for text without white space.
_COMPACT: dict[str, t.Any] = {"separators": (",", ":")}


class JSONProvider:
    """The JSON operations of one application. Subclass it to use another JSON library.

    ``dumps`` and ``loads`` must be implemented; the rest follows from them. An application
    uses the class named by ``Flask.json_provider_class``, or an instance set as ``app.json``.

    :param app: is kept as a weak proxy, ``_app``, so that provider and application do not keep
        each other alive.
    """

    def __init__(self, app: App) -> None:
        self._app: App = weakref.proxy(app)

    def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
        """Return an object as JSON text.

        :param kwargs: for the JSON library.
        """
        raise NotImplementedError

    def dump(self, obj: t.Any, fp: t.IO[str], **kwargs: t.Any) -> None:
        """Write an object as JSON to a text file.

        :param kwargs: as for `dumps`.
        """
        fp.write(self.dumps(obj, **kwargs))

    def loads(self, s: str | bytes, **kwargs: t.Any) -> t.Any:
        """Return the object that JSON, text or UTF-8 bytes, stands for.

        :param kwargs: for the JSON library.
        """
        raise NotImplementedError

    def load(self, fp: t.IO[t.AnyStr], **kwargs: t.Any) -> t.Any:
        """Return the object that a JSON file holds.

        :param kwargs: as for `loads`.
        """
        return self.loads(fp.read(), **kwargs)

    def _prepare_response_obj(self, args: tuple[t.Any, ...], kwargs: dict[str, t.Any]) -> t.Any:
        """Return the one object that the arguments of `response` stand for."""
        if not kwargs:
            if len(args) == 1:
                return args[0]

            return args or None

        if args:
            raise TypeError(
                "app.json.response() takes either args or kwargs, not both; got"
                f" {len(args)} positional and {sorted(kwargs)}. Pass one dict instead."
            )

        return kwargs

    def response(self, *args: t.Any, **kwargs: t.Any) -> Response:
        """Make a response of the application's class that carries JSON.

        :param args: one value, or several to send as an array; none at all is ``null``.
        :param kwargs: the members of an object to send instead.
        :raises TypeError: both kinds of arguments are given.
        """
        body = self.dumps(self._prepare_response_obj(args, kwargs))
        return self._app.response_class(body, mimetype="application/json")


def _default(o: t.Any) -> t.Any:
    """Return a JSON value for an object of a type that the `json` module does not know.

    Dates become HTTP dates (RFC 9110, 5.6.7), decimals, UUIDs and markup text, dataclass
    instances dicts.

    :raises TypeError: the object is of none of these types.
    """
    if isinstance(o, (uuid.UUID, decimal.Decimal)):
        return str(o)

    if isinstance(o, date):
        return _http_date(o)

    if dataclasses.is_dataclass(o):
        return dataclasses.asdict(t.cast(t.Any, o))

    if (html := getattr(o, "__html__", None)) is not None:
        return str(html())

    raise TypeError(f"Object of type {type(o).__name__} is not JSON serializable")


class DefaultJSONProvider(JSONProvider):
    """JSON by the standard library, with dates, decimals, UUIDs, dataclasses and markup.

    The attributes may be set on a subclass or on ``app.json``, at any time.
    """

    #: Gets each object of a type that `json` does not know, returns one that it does or raises
    #: ``TypeError``.
    default: t.Callable[[t.Any], t.Any] = staticmethod(_default)

    #: Write characters beyond ASCII as escapes; without it the text is shorter.
    ensure_ascii = True

    #: Sort the keys of dicts, so that equal dicts give equal text (caches, ETags). They must be
    #: comparable then, which in practice means: all strings.
    sort_keys = True

    #: ``False``: `response` indents its text. ``True``: it leaves out all white space. ``None``:
    #: it indents in debug mode only.
    compact: bool | None = None

    #: The media type of `response`.
    mimetype = "application/json"

    # By layout, compact or not: the settings that an encoder was made for, and the encoder.
    _encoders: dict[bool, _Prepared] | None = None

    def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
        """Return an object as JSON text.

        :param kwargs: for `json.dumps`. ``default``, ``ensure_ascii`` and ``sort_keys`` are
            those of the provider unless given.
        :raises TypeError: something in the object has no JSON form.
        :raises ValueError: the object contains itself.
        """
        # PERF: (json) json.dumps() makes an encoder per call, which takes longer than encoding
        # a short object. The two layouts that a request asks for keep theirs.
        if not kwargs or kwargs == _COMPACT:
            return self._encoder(compact=bool(kwargs))(obj)

        own: dict[str, t.Any] = {
            "default": self.default,
            "ensure_ascii": self.ensure_ascii,
            "sort_keys": self.sort_keys,
        }
        return json.dumps(obj, **(own | kwargs))

    def _encoder(self, compact: bool) -> _Encode:
        """Return an encoder for the settings as they are now, the last one if they still are."""
        if (encoders := self._encoders) is None:
            encoders = self._encoders = {}

        default, ascii, sort = self.default, self.ensure_ascii, self.sort_keys

        if (last := encoders.get(compact)) is not None:
            # Equality for default: a method is a new object each time that it is read.
            if last[0] == default and last[1] is ascii and last[2] is sort:
                return last[3]

        encode = _make_encoder(default, ascii, sort, **(_COMPACT if compact else {}))
        encoders[compact] = default, ascii, sort, encode
        return encode

    def loads(self, s: str | bytes, **kwargs: t.Any) -> t.Any:
        """Return the object that JSON, text or UTF-8 bytes, stands for.

        :param kwargs: for `json.loads`.
        :raises ValueError: this is not JSON, or it is nested too deeply to be read.
        """
        try:
            if not kwargs and type(s) in _TEXTS:
                return read_json(s)
            return json.loads(s, **kwargs)
        except RecursionError:
            # A client decides how deep: it must get the 400 of any JSON that cannot be read.
            raise ValueError("JSON is nested too deeply: use fewer levels.") from None

    def response(self, *args: t.Any, **kwargs: t.Any) -> Response:
        """Make a response of the application's class that carries JSON and a final newline.

        The text is indented or without any white space, see `compact`.

        :param args: one value, or several to send as an array; none at all is ``null``.
        :param kwargs: the members of an object to send instead.
        :raises TypeError: both kinds of arguments are given, or something in them has no JSON
            form.
        """
        app, compact = self._app, self.compact
        obj: t.Any
        # PERF: json. One value, as from a view that returns it, needs no look.
        if len(args) == 1 and not kwargs and type(self)._prepare_response_obj is _PREPARE:
            (obj,) = args
        else:
            obj = self._prepare_response_obj(args, kwargs)

        if compact is False or (compact is None and app.debug):
            body = self.dumps(obj, indent=2)
        elif type(self).dumps is _DUMPS and "dumps" not in self.__dict__:
            # PERF: json. What dumps() comes to with these arguments.
            body = self._encoder(True)(obj)
        else:
            body = self.dumps(obj, **_COMPACT)

        response_class = app.response_class
        if response_class is _shipped[0] and response_class.__init__ is _shipped[1]:
            # PERF: json. Names of arguments cost as much as a question.
            return response_class(f"{body}\n", None, None, self.mimetype)  # type: ignore[no-any-return]
        return response_class(f"{body}\n", mimetype=self.mimetype)


# The class of responses that is shipped, and what constructs it.
_shipped: tuple[t.Any, t.Any] = (None, None)


def _settle(response_class: type[Response]) -> None:
    """Remember what is shipped, once it has been made.

    :param response_class: ``flaskfast.Response``.
    """
    global _shipped
    _shipped = response_class, response_class.__init__


# What steps looked like when nobody had overridden or wrapped them.
_DUMPS = DefaultJSONProvider.dumps
_PREPARE = JSONProvider._prepare_response_obj

_TEXTS = frozenset((bytes, str))

_Encode = t.Callable[[t.Any], str]
_Prepared = tuple[t.Any, bool, bool, _Encode]


def _make_encoder(
    default: t.Any,
    ensure_ascii: bool,
    sort_keys: bool,
    separators: tuple[str, str] | None = None,
) -> _Encode:
    """Return a function that does what `json.dumps` with these settings does."""
    encoder = json.JSONEncoder(
        default=default, ensure_ascii=ensure_ascii, sort_keys=sort_keys, separators=separators
    )
    make_chunks = getattr(json.encoder, "c_make_encoder", None)

    if make_chunks is None or default is None:
        # PyPy has its own fast path behind encode(); without a default the class decides.
        return encoder.encode

    # PERF: (json) the C encoder can be kept only without its table of containers in progress,
    # which is not shared between threads. It then meets a cycle as a RecursionError ...
    chunks = make_chunks(
        None,
        default,
        json.encoder.encode_basestring_ascii if ensure_ascii else json.encoder.encode_basestring,
        None,
        encoder.key_separator,
        encoder.item_separator,
        sort_keys,
        encoder.skipkeys,
        encoder.allow_nan,
    )
    # ... so the full encoder, which tells a cycle from deep nesting, has the last word.
    return new_writer(
        default,
        chunks,
        encoder.encode,
        encoder.key_separator,
        encoder.item_separator,
        sort_keys,
        ensure_ascii,
    )
