"""httpbin with faults put in, one kind for each path: the comparison must see them all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any, cast

from httpbin import app as _app  # type: ignore[import-untyped]

_httpbin = cast("Callable[..., Iterable[bytes]]", _app)

Headers = list[tuple[str, str]]


def _status(status: str, headers: Headers, body: bytes) -> tuple[str, Headers, bytes]:
    return status + " then", headers, body


def _header_value(status: str, headers: Headers, body: bytes) -> tuple[str, Headers, bytes]:
    changed = [(k, v.replace("application", "applicatiom")) for k, v in headers]
    return status, changed, body


def _header_case(status: str, headers: Headers, body: bytes) -> tuple[str, Headers, bytes]:
    return status, [(k.replace("Allow", "allow"), v) for k, v in headers], body


def _header_order(status: str, headers: Headers, body: bytes) -> tuple[str, Headers, bytes]:
    return status, headers[::-1], body


def _header_twice(status: str, headers: Headers, body: bytes) -> tuple[str, Headers, bytes]:
    return status, [*headers, headers[-1]], body


def _header_lost(status: str, headers: Headers, body: bytes) -> tuple[str, Headers, bytes]:
    return status, headers[:-1], body


def _body_byte(status: str, headers: Headers, body: bytes) -> tuple[str, Headers, bytes]:
    return status, headers, body[:-1] + bytes([body[-1] ^ 1])


def _uuid_shape(status: str, headers: Headers, body: bytes) -> tuple[str, Headers, bytes]:
    return status, headers, body.replace(b"-", b"_")


ALTERATIONS: dict[str, Callable[[str, Headers, bytes], tuple[str, Headers, bytes]]] = {
    "/html": _status,
    "/json": _header_value,
    "/ip": _header_case,
    "/robots.txt": _header_order,
    "/deny": _header_twice,
    "/xml": _header_lost,
    "/image/png": _body_byte,
    "/uuid": _uuid_shape,
}


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer as httpbin does, except for the paths in ALTERATIONS."""
    alter = ALTERATIONS.get(environ["PATH_INFO"])
    if alter is None:
        return _httpbin(environ, start_response)
    started: list[Any] = []
    body = b"".join(_httpbin(environ, lambda *answer: started.extend(answer)))
    status, headers, body = alter(started[0], started[1], body)
    start_response(status, headers)
    return [body]


def flask_in_use(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Tell which package answers to the name ``flask``, and in which process."""
    import flask

    package = flask.Flask.__module__.partition(".")[0]
    body = f"{package} {flask.__file__} {os.getpid()}".encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
