"""Headers by their names: the items of the classes of headers, of a response and of a request.

Methods of `http.headers`, compiled as they are. Tracing agents wrap methods of Werkzeug's classes,
so each asks whether Werkzeug's is still the one that was shipped, and calls it if not.
"""

from __future__ import annotations

import typing as t

from werkzeug.datastructures import EnvironHeaders as WerkzeugEnvironHeaders
from werkzeug.datastructures import Headers as WerkzeugHeaders
from werkzeug.exceptions import BadRequestKeyError

from .._genuine import as_shipped
from .headers import environ_name, first_value, put_header

_missing: t.Any = object()
_headers: t.Any = WerkzeugHeaders
_environ_headers: t.Any = WerkzeugEnvironHeaders

# What the methods looked like when nobody had wrapped them.
_get_item = as_shipped(WerkzeugHeaders, "__getitem__")
_contains = as_shipped(WerkzeugHeaders, "__contains__")
_set = as_shipped(WerkzeugHeaders, "set")
_environ_get_item = as_shipped(WerkzeugEnvironHeaders, "__getitem__")
_environ_contains = as_shipped(WerkzeugEnvironHeaders, "__contains__")
_own_set: t.Any = None
_refuse: t.Any = None


def settle(headers_class: t.Any, refuse: t.Any) -> None:
    """Remember what is shipped, once it has been made.

    :param headers_class: ``flaskfast.http.headers.Headers``.
    :param refuse: raises what a header with a fault comes to.
    """
    global _own_set, _refuse
    _own_set = headers_class.set
    _refuse = refuse


def header_at(self: t.Any, key: t.Any) -> t.Any:
    if type(key) is not str or WerkzeugHeaders.__getitem__ is not _get_item:
        return _headers.__getitem__(self, key)
    value = first_value(self._list, key, _missing)
    if value is _missing:
        raise BadRequestKeyError(key)
    return value


def has_header(self: t.Any, key: t.Any) -> t.Any:
    if WerkzeugHeaders.__contains__ is not _contains:
        return _headers.__contains__(self, key)
    return first_value(self._list, key, _missing) is not _missing


def set_header_at(self: t.Any, key: t.Any, value: t.Any) -> None:
    if not isinstance(key, str):
        self._put_at(key, value)
    elif type(value) is str and WerkzeugHeaders.set is _set and type(self).set is _own_set:
        # PERF: headers-build, hooks. Nobody would see the call of set().
        fault = put_header(self._list, key, value)
        if fault:
            _refuse(key, fault)
    else:
        self.set(key, value)


def environ_header_at(self: t.Any, key: t.Any) -> t.Any:
    if type(key) is not str or WerkzeugEnvironHeaders.__getitem__ is not _environ_get_item:
        return _environ_headers.__getitem__(self, key)
    return self.environ[environ_name(key)]


def has_environ_header(self: t.Any, key: t.Any) -> t.Any:
    if not isinstance(key, str) or WerkzeugEnvironHeaders.__contains__ is not _environ_contains:
        return _environ_headers.__contains__(self, key)
    return environ_name(key) in self.environ
