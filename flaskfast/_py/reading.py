"""What requests are asked for first: headers, the query string's fields, cookies.

Each is computed when it is first read (`_reading.py`). Compiled as it is (`_native/reading.pxd`
gives the types).
"""

from __future__ import annotations

import typing as t

from werkzeug.datastructures import ImmutableMultiDict as WerkzeugFields

from .cookies import fill_cookies
from .query import fill_pairs

_begin_fields = WerkzeugFields.__init__

# What is shipped.
_fields_class: t.Any = None
_headers_class: t.Any = None
_begin_headers: t.Any = None
_headers: t.Any = None
_query_string: t.Any = None
_parse_query: t.Any = None
_read_cookies: t.Any = None
_cookies_otherwise: t.Any = None


def settle(
    request_class: t.Any,
    headers_class: t.Any,
    fields_class: t.Any,
    parse_query: t.Any,
    read_cookies: t.Any,
    cookies_otherwise: t.Any,
) -> None:
    """Remember what is shipped, once it has been made.

    :param request_class: has the attributes that are computed here.
    :param headers_class: what a request's headers are.
    :param fields_class: what fields are kept in, where nobody has chosen another class.
    :param parse_query: reads a query string into any class.
    :param read_cookies: reads a Cookie header into any class.
    :param cookies_otherwise: reads a request's cookies from the headers that it has been given.
    """
    global _headers_class, _begin_headers, _headers, _fields_class, _query_string
    global _parse_query, _read_cookies, _cookies_otherwise
    _headers = request_class.headers
    _headers_class = headers_class
    _begin_headers = headers_class.__init__
    _fields_class = fields_class
    _query_string = request_class.query_string
    _parse_query = parse_query
    _read_cookies = read_cookies
    _cookies_otherwise = cookies_otherwise


def headers(request: t.Any) -> t.Any:
    """The request's headers: a live, read-only view of the environ."""
    if _headers_class.__init__ is not _begin_headers:
        return _headers_class(request.environ)
    made = _headers_class.__new__(_headers_class)
    made._list = []
    made.environ = request.environ
    return made


def args(request: t.Any) -> t.Any:
    """The query string's fields. Bytes that are no UTF-8 come back as ``%XX``."""
    if type(request).query_string is _query_string and "query_string" not in request.__dict__:
        # PERF: query. The bytes that it stands for are made where they are read.
        environ = request.environ
        query = environ.get("QUERY_STRING", "")
    else:
        query = request.query_string
    cls = request.parameter_storage_class
    if cls is WerkzeugFields and cls.__init__ is _begin_fields:
        return fill_pairs(_fields_class, query)
    return _parse_query(query, cls)


def cookies(request: t.Any) -> t.Any:
    """The cookies sent (RFC 6265, 4.2), by name."""
    if "headers" in request.__dict__:
        if type(request.headers) is not _headers_class:
            return _cookies_otherwise(request)
    elif type(request).headers is not _headers:
        if type(request.headers) is not _headers_class:
            return _cookies_otherwise(request)
    # PERF: session-read. One look into the environ, not a walk over all headers.
    environ = request.environ
    sent = environ.get("HTTP_COOKIE", "")
    cls = request.dict_storage_class
    if sent and cls is WerkzeugFields and cls.__init__ is _begin_fields:
        return fill_cookies(_fields_class, sent)
    return _read_cookies(sent, cls)
