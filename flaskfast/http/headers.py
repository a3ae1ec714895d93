"""Headers: Werkzeug's classes over compiled look-ups.

Tracing agents wrap methods of Werkzeug's classes. So what is overridden here asks, each time,
whether Werkzeug's method is still the one that was shipped, and calls it if it is not.
"""

from __future__ import annotations

from typing import Any

from werkzeug import datastructures as ds
from werkzeug.exceptions import BadRequestKeyError
from werkzeug.http import dump_options_header

from .._kernels import (
    add_header,
    environ_name,
    faulty_header,
    first_value,
    header_fault,
    items,
    put_header,
    take_headers,
)

__all__ = ["EnvironHeaders", "Headers"]

_MISSING: Any = object()

_Headers = ds.Headers
_Environ = ds.EnvironHeaders

# What the methods looked like when nobody had wrapped them.
_ADD = _Headers.add
_SET = _Headers.set
_GET = _Headers.get
_EXTEND = _Headers.extend
_SETDEFAULT = _Headers.setdefault
_POP = _Headers.pop
_ITER = _Headers.__iter__
_TO_WSGI_LIST = _Headers.to_wsgi_list
_ENVIRON_GET = _Environ.get


def _checked(key: str, value: Any) -> str:
    """Return *value* as a text, if it can be sent under the name *key*."""
    if not isinstance(value, str):
        value = str(value)
    fault = header_fault(key, value)
    if fault:
        refuse(key, fault)
    return value  # type: ignore[no-any-return]


def refuse(key: str, fault: int, error: type[ValueError] = ValueError) -> None:
    """Raise the *error* for a header with a fault, in words that name it.

    :param fault: 1 for its name, 2 for its value, as the kernel `header_fault` says.
    """
    if fault == 1:
        raise error(
            f"Header name {key!r} is no token (RFC 9110, 5.6.2): use letters, digits and dashes."
            " Was it made of what a client sent?"
        )
    raise error(
        f"The value of header {key!r} has a line end or NUL, which would let its author write"
        " headers of his own. Was it made of what a client sent?"
    )


def _with_options(value: Any, options: dict[str, Any]) -> str:
    return dump_options_header(value, {k.replace("_", "-"): v for k, v in options.items()})


def _has_texts(values: dict[Any, Any]) -> bool:
    """Tell whether all values of a dict are texts."""
    for value in values.values():
        if type(value) is not str:
            return False
    return True


class Headers(_Headers):
    """Header fields in their order, found by name in whatever case.

    As :class:`werkzeug.datastructures.Headers`, and equal to it. Every way to set a header refuses
    a name that is no token and a value with CR, LF or NUL, with a `ValueError`.
    """

    def __init__(self, defaults: Any = None) -> None:
        self._list: list[tuple[str, str]]
        if type(defaults) is dict:
            # PERF: tuple-headers. Lists as values are no headers as they stand.
            defaults = [*defaults.items()] if _has_texts(defaults) else defaults
        if type(defaults) is list and _Headers.add is _ADD and type(self).add is _OWN_ADD:
            # PERF: headers-build. All of them checked and copied by one call, where nobody
            # would see those of add().
            taken = take_headers(defaults)
            if taken is not None:
                self._list = taken
                return
        self._list = []
        if defaults is not None:
            self.extend(defaults)

    def _nobody_sees_add(self) -> bool:
        cls = type(self)
        return (
            cls.add is _OWN_ADD
            and cls.extend is _OWN_EXTEND
            and _Headers.add is _ADD
            and _Headers.extend is _EXTEND
        )

    @classmethod
    def over(cls, pairs: list[tuple[str, str]]) -> Any:
        """Make headers that keep what they have in *pairs*: one list, two owners."""
        made = cls.__new__(cls)
        made._list = pairs
        return made

    def __setstate__(self, state: dict[str, Any]) -> None:
        for key, value in state.get("_list", ()):
            _checked(key, value)
        self.__dict__.update(state)

    def __eq__(self, other: object) -> bool:
        if other.__class__ is _Headers and self.__class__ is Headers:
            # Two names for one thing.
            return super().__eq__(Headers.over(other._list))
        return super().__eq__(other)

    __hash__ = None

    # -- reading --------------------------------------------------------------------------

    __getitem__: Any = items.header_at
    __contains__: Any = items.has_header

    def _get_key(self, key: str) -> str:
        value = first_value(self._list, key, _MISSING)
        if value is _MISSING:
            raise BadRequestKeyError(key)
        return value  # type: ignore[no-any-return]

    def get(self, key: str, default: Any = None, type: Any = None) -> Any:  # type: ignore[override]
        """Return the value of a header, *default* where it is not set.

        :param type: what to convert the value with; where it raises `ValueError`, *default*.
        """
        if type is not None or _Headers.get is not _GET:
            return super().get(key, default, type)
        return first_value(self._list, key, default)

    def setdefault(self, key: str, default: Any) -> Any:
        """Return the value of a header, which is *default* from now on where it was not set.

        :raises ValueError: it was not, and cannot be sent.
        """
        if _Headers.setdefault is not _SETDEFAULT:
            return super().setdefault(key, default)
        value = first_value(self._list, key, _MISSING)
        if value is _MISSING:
            if type(default) is str and type(self).set is _OWN_SET and _Headers.set is _SET:
                # PERF: many-hooks. It is not there, so that it goes to the end.
                fault = add_header(self._list, key, default)
                if fault:
                    refuse(key, fault)
                return default
            self.set(key, default)
            value = first_value(self._list, key)
        return value

    def pop(self, key: Any = None, default: Any = _MISSING) -> Any:
        """Take out a header and return its value; a pair by its index, or the last one.

        :param default: what to return where the header is not set.
        :raises KeyError: it is not, and there is no *default*.
        """
        if default is _MISSING:
            return super().pop(key)
        if type(key) is str and _Headers.pop is _POP and key not in self:
            return default
        return super().pop(key, default)

    def to_wsgi_list(self) -> list[tuple[str, str]]:
        """Return a new list of names and values, as ``start_response`` wants it."""
        if type(self).__iter__ is _ITER and _Headers.to_wsgi_list is _TO_WSGI_LIST:
            return self._list.copy()
        return super().to_wsgi_list()

    # -- writing --------------------------------------------------------------------------

    __setitem__: Any = items.set_header_at

    def add(self, key: str, value: Any, /, **kwargs: Any) -> None:
        """Add a value to a header, beside those that it has.

        :param kwargs: options of the value; underscores in their names become dashes.
        :raises ValueError: name or value cannot be sent.
        """
        if kwargs:
            value = _with_options(value, kwargs)
        elif not isinstance(value, str):
            value = str(value)
        if _Headers.add is not _ADD:
            super().add(key, _checked(key, value))
            return
        fault = add_header(self._list, key, value)
        if fault:
            refuse(key, fault)

    def set(self, key: str, value: Any, /, **kwargs: Any) -> None:
        """Give a header one value, in the place of those that it has.

        :param kwargs: options of the value; underscores in their names become dashes.
        :raises ValueError: name or value cannot be sent.
        """
        if kwargs:
            value = _with_options(value, kwargs)
        elif not isinstance(value, str):
            value = str(value)
        if _Headers.set is not _SET:
            super().set(key, _checked(key, value))
            return
        fault = put_header(self._list, key, value)
        if fault:
            refuse(key, fault)

    def extend(self, arg: Any = None, /, **kwargs: str) -> None:
        """Add headers: pairs, a mapping of names to values or lists of them, or other headers."""
        if type(arg) is dict and _has_texts(arg):
            arg = [*arg.items()]
        if type(arg) is list and not kwargs and self._nobody_sees_add():
            taken = take_headers(arg)
            if taken is not None:
                self._list += taken
                return
        super().extend(arg, **kwargs)

    def _put_at(self, key: Any, value: Any) -> None:
        """Replace headers by their place in the list."""
        if isinstance(key, int):
            name, text = value
            self._list[key] = (name, _checked(name, text))
        else:
            self._list[key] = [(name, _checked(name, text)) for name, text in value]


_OWN_ADD = Headers.add
_OWN_SET = Headers.set
_OWN_EXTEND = Headers.extend
items.settle(Headers, refuse)


def refuse_faults(headers: list[tuple[str, str]], error: type[ValueError]) -> None:
    """Raise the *error* for the first of the headers that must not be sent, if there is one."""
    index = faulty_header(headers)
    if index >= 0:
        name, value = headers[index]
        refuse(name, header_fault(name, value), error)


class EnvironHeaders(_Environ):
    """The headers of a request: a live, read-only view of its WSGI environ (PEP 3333)."""

    __getitem__: Any = items.environ_header_at
    __contains__: Any = items.has_environ_header

    def __init__(self, environ: dict[str, Any]) -> None:
        self._list = []
        self.environ = environ

    def _get_key(self, key: Any) -> Any:
        if not isinstance(key, str):
            raise BadRequestKeyError(key)
        return self.environ[environ_name(key)]

    def get(self, key: str, default: Any = None, type: Any = None) -> Any:  # type: ignore[override]
        """Return the value of a header, *default* where the client has not sent it.

        :param type: what to convert the value with; where it raises `ValueError`, *default*.
        """
        if type is None and isinstance(key, str) and _Environ.get is _ENVIRON_GET:
            return self.environ.get(environ_name(key), default)
        return super().get(key, default, type)
