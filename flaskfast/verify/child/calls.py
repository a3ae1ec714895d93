"""Call a WSGI application, once for its answer or many times for how long it takes."""

from __future__ import annotations

import base64
import sys
import time
from io import BytesIO
from itertools import repeat
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    WSGIApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

#: A body longer than this is not read to its end; nobody compares more.
MOST_BYTES = 32 * 1024 * 1024

BODY_METHODS = frozenset({"POST", "PUT", "PATCH"})


def make_environ(request: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    """Build the environ that a server makes of *request* (PEP 3333), without ``wsgi.input``."""
    path, _, query = request["target"].partition("?")
    scheme, host = request["scheme"], request["host"]
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query.encode("utf-8").decode("latin-1"),
        "REQUEST_URI": request["target"].encode("utf-8").decode("latin-1"),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_SOFTWARE": "flaskfast-verify",
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_PORT": "51234",
        "HTTP_HOST": host,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    name, colon, port = host.rpartition(":")
    has_port = bool(colon) and port.isdigit()
    environ["SERVER_NAME"] = name if has_port else host
    environ["SERVER_PORT"] = port if has_port else ("443" if scheme == "https" else "80")
    for key, value in request["headers"]:
        _add_header(environ, key, value)
    if body or request["method"] in BODY_METHODS:
        environ["CONTENT_LENGTH"] = str(len(body))
    return environ


def _add_header(environ: dict[str, Any], name: str, value: str) -> None:
    """Add one header; those that repeat are joined, as servers do."""
    key = name.upper().replace("-", "_")
    if key == "CONTENT_LENGTH":
        return
    if key != "CONTENT_TYPE":
        key = f"HTTP_{key}"
    value = value.encode("utf-8").decode("latin-1")
    if key == "HTTP_HOST" or key not in environ:
        environ[key] = value
    else:
        environ[key] += ("; " if key == "HTTP_COOKIE" else ", ") + value


def answer_to(app: WSGIApplication, request: Mapping[str, Any]) -> dict[str, Any]:
    """Send *request* and return the answer as JSON can carry it.

    An exception that leaves the application is part of the answer, under ``error``: a
    server would answer 500 in its own way.
    """
    body = base64.b64decode(request["body"])
    environ = make_environ(request, body)
    environ["wsgi.input"] = BytesIO(body)
    started: list[tuple[str, list[tuple[str, str]]]] = []
    written: list[bytes] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        started.append((status, list(headers)))
        return written.append

    clock, begin = time.time(), time.perf_counter()
    error = None
    try:
        cut = _receive(app(environ, start_response), written)
    except Exception as raised:
        cut, error = False, _described(raised)
    status, headers = started[-1] if started else (None, [])
    return {
        "clock": clock,
        "seconds": time.perf_counter() - begin,
        "status": status,
        "headers": [list(pair) for pair in headers],
        "body": base64.b64encode(b"".join(written)).decode("ascii"),
        "cut": cut,
        "error": error,
    }


def _receive(chunks: Iterable[bytes], into: list[bytes]) -> bool:
    """Collect a body, and close it; tell whether it was longer than anybody compares."""
    size = 0
    try:
        for chunk in chunks:
            into.append(chunk)
            size += len(chunk)
            if size > MOST_BYTES:
                return True
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()
    return False


def _described(error: BaseException) -> dict[str, str]:
    return {"type": type(error).__name__, "text": str(error)}


def nanoseconds(app: WSGIApplication, request: Mapping[str, Any], n: int) -> int:
    """Send *request* *n* times, throw the answers away and return the time that took."""
    body = base64.b64decode(request["body"])
    environ = make_environ(request, body)
    sent: list[Any] = [None, None]

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        sent[0] = status
        sent[1] = headers
        return lambda data: None

    begin = time.perf_counter_ns()
    for _ in repeat(None, n):
        call = dict(environ)
        call["wsgi.input"] = BytesIO(body)
        chunks = app(call, start_response)
        for chunk in chunks:
            sent[0] = chunk
        close = getattr(chunks, "close", None)
        if close is not None:
            close()
    return time.perf_counter_ns() - begin
