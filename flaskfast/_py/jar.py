"""The cookies that a response sets: what ``Response.set_cookie`` does.

Compiled as it is (`_native/jar.pxd` gives the types).
"""

from __future__ import annotations

import typing as t
from time import time

from werkzeug.datastructures import Headers as WerkzeugHeaders
from werkzeug.wrappers import Response as WerkzeugResponse

from .contexts import app_variable
from .cookies import plain_cookie
from .dates import write_seconds
from .shipped import Shipped

# PERF: hooks, python. A method of what was imported by this name would be looked up at length.
cv_app = app_variable

_dump_cookie: t.Any = None
_http_date: t.Any = None
_headers_class: t.Any = None
_most_bytes: t.Any = None
_adding: t.Any = None
_adding_there = Shipped(WerkzeugHeaders, "add")


def settle(
    response_class: t.Any, headers_class: t.Any, dump_cookie: t.Any, http_date: t.Any
) -> None:
    """Remember what is shipped, once it has all been imported.

    :param response_class: ``flaskfast.Response``.
    :param headers_class: what its headers are.
    :param dump_cookie: writes cookies that have something to encode, or are too long.
    :param http_date: writes dates.
    """
    global _dump_cookie, _http_date, _headers_class, _most_bytes, _adding
    _http_date = http_date
    _dump_cookie = dump_cookie
    _headers_class = headers_class
    _most_bytes = response_class.max_cookie_size
    _adding = Shipped(headers_class, "add")


def set_cookie(
    response: t.Any,
    key: t.Any,
    value: t.Any,
    max_age: t.Any,
    expires: t.Any,
    path: t.Any,
    domain: t.Any,
    secure: t.Any,
    httponly: t.Any,
    samesite: t.Any,
    partitioned: t.Any,
) -> None:
    """Add a Set-Cookie header to a response of ours."""
    if type(response).max_cookie_size is _most_bytes:
        ctx = cv_app.get(None)
        if ctx is None:
            most = WerkzeugResponse.max_cookie_size
        else:
            app = ctx.app
            most = app.config["MAX_COOKIE_SIZE"]
    else:
        most = response.max_cookie_size
    cookie = None
    if max_age is None or type(max_age) is int:
        # PERF: cookies. Most have nothing that would have to be encoded.
        date = expires
        if date is None:
            if max_age is not None:
                date = write_seconds(int(time()) + max_age)
        elif type(date) is int:
            date = write_seconds(date)
        elif not isinstance(date, str):
            date = _http_date(date)
        cookie = plain_cookie(
            key, value, date, max_age, path, secure, httponly, samesite, domain, partitioned
        )
    if cookie is None or (most and len(cookie) > most):
        cookie = _dump_cookie(
            key,
            value,
            max_age,
            expires,
            path,
            domain,
            secure,
            httponly,
            max_size=most,
            samesite=samesite,
            partitioned=partitioned,
        )
    headers = response._headers
    head: t.Any = None
    if headers is None:
        # A list of two headers is known for type and length, see `get_wsgi_response`.
        head = response._head
        if head is not None and (len(head) < 2 or head[1][0] != "Content-Length"):
            head = None
    elif type(headers) is _headers_class and "add" not in headers.__dict__:
        head = headers._list
    if type(head) is list and _adding.by(_headers_class) and _adding_there.by(WerkzeugHeaders):
        # A cookie that was written has no fault, and nobody sees it added.
        head.append(("Set-Cookie", cookie))
    else:
        response.headers.add("Set-Cookie", cookie)
