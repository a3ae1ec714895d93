"""Requests as they are written to a socket."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from .normalisation import Normalisation

# A fixed name, so that absolute URLs in answers do not carry a port.
HOST = "recorded.test"
BOUNDARY = "-recorded-boundary-"

Headers = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Request:
    """Bytes to send on one connection and how to read what comes back.

    ``methods`` holds one method for each answer that is expected on the
    connection: an answer to HEAD has no body. ``targets`` are the method and
    path pairs that the bytes ask for; they say which routes are covered.
    ``half_close`` ends the sending side after the bytes: the client hung up.
    ``unequal`` names servers on which genuine Flask does not answer the same
    twice, with the reason: there the request is sent, but its answer not compared.
    """

    name: str
    raw: bytes
    methods: tuple[str, ...]
    targets: tuple[tuple[str, str], ...] = ()
    half_close: bool = False
    normalise: tuple[Normalisation, ...] = ()
    unequal: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Difference:
    """A request that flaskfast means to answer otherwise than genuine Flask.

    ``genuine`` holds genuine Flask's status on the servers where the two differ; on
    the others the answers are compared like all others.
    """

    request: Request
    reason: str
    genuine: Mapping[str, int]
    ours: int


def message(
    method: str,
    target: str,
    headers: Headers = (),
    body: bytes = b"",
    *,
    host: str | None = HOST,
    version: str = "HTTP/1.1",
    length: bool = True,
    close: bool = True,
) -> bytes:
    """Write one HTTP/1 message.

    Strings are encoded as Latin-1, so that ``"\\xff"`` stands for the byte 0xFF.
    Content-Length is added when there is a body and ``length`` is true.
    """
    lines = [f"{method} {target} {version}"]
    if host is not None:
        lines.append(f"Host: {host}")
    if close:
        lines.append("Connection: close")
    if body and length:
        lines.append(f"Content-Length: {len(body)}")
    lines.extend(f"{name}: {value}" for name, value in headers)
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def ask(
    name: str,
    method: str,
    target: str,
    headers: Headers = (),
    body: bytes = b"",
    *,
    normalise: tuple[Normalisation, ...] = (),
    half_close: bool = False,
    unequal: Mapping[str, str] | None = None,
    host: str | None = HOST,
    version: str = "HTTP/1.1",
    length: bool = True,
) -> Request:
    """Describe one request on a connection of its own."""
    raw = message(method, target, headers, body, host=host, version=version, length=length)
    return Request(name, raw, (method,), ((method, target),), half_close, normalise, unequal or {})


def get(name: str, target: str, headers: Headers = (), **more: object) -> Request:
    """Describe a GET request; ``more`` as for :func:`ask`."""
    return ask(name, "GET", target, headers, **more)  # type: ignore[arg-type]


def raw(name: str, data: bytes, *methods: str, half_close: bool = False) -> Request:
    """Describe bytes that are not a well-formed request."""
    return Request(name, data, methods or ("GET",), half_close=half_close)


def conversation(
    name: str,
    *steps: tuple[str, str, Headers, bytes],
    normalise: tuple[Normalisation, ...] = (),
) -> Request:
    """Describe several requests sent at once on one connection, the last one closing it."""
    last = len(steps) - 1
    data = b"".join(message(*step, close=i == last) for i, step in enumerate(steps))
    methods = tuple(step[0] for step in steps)
    targets = tuple((step[0], step[1]) for step in steps)
    return Request(name, data, methods, targets, normalise=normalise)


def form(text: str) -> tuple[Headers, bytes]:
    """Headers and body of an urlencoded form, given as it goes on the wire."""
    kind = [("Content-Type", "application/x-www-form-urlencoded")]
    return kind, text.encode("latin-1")


def json(text: str | bytes, kind: str = "application/json") -> tuple[Headers, bytes]:
    """Headers and body of a JSON document, given as it goes on the wire."""
    return [("Content-Type", kind)], text.encode() if isinstance(text, str) else text


def multipart(*parts: tuple[Headers, bytes], end: bool = True) -> tuple[Headers, bytes]:
    """Headers and body of multipart/form-data; without ``end`` the last delimiter is missing."""
    written = []
    for headers, content in parts:
        lines = [f"--{BOUNDARY}", *(f"{name}: {value}" for name, value in headers), "", ""]
        written.append("\r\n".join(lines).encode() + content + b"\r\n")
    if end:
        written.append(f"--{BOUNDARY}--\r\n".encode())
    kind = [("Content-Type", f'multipart/form-data; boundary="{BOUNDARY}"')]
    return kind, b"".join(written)


def field_part(name: str, content: bytes) -> tuple[Headers, bytes]:
    """A form field for :func:`multipart`."""
    return [("Content-Disposition", f'form-data; name="{name}"')], content


def file_part(
    name: str, filename: str, content: bytes, kind: str = "application/octet-stream"
) -> tuple[Headers, bytes]:
    """A file for :func:`multipart`."""
    disposition = f'form-data; name="{name}"; filename="{filename}"'
    return [("Content-Disposition", disposition), ("Content-Type", kind)], content


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    """A body in chunked transfer coding (RFC 9112, 7.1)."""
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + end


def basic(credentials: str | bytes) -> tuple[str, str]:
    """An Authorization header of the Basic scheme."""
    data = credentials.encode() if isinstance(credentials, str) else credentials
    return "Authorization", "Basic " + base64.b64encode(data).decode()


def with_other_methods(
    requests: Iterable[Request], methods: Iterable[str], *, skip: Callable[[Request], bool]
) -> list[Request]:
    """Ask the same targets again by other methods, each target once per method.

    Only single GET requests are repeated, with their headers and normalisations.
    ``skip`` leaves requests out.
    """
    asked: set[tuple[str, str]] = set()
    repeated = []
    for request in requests:
        if request.methods != ("GET",) or not request.targets or skip(request):
            continue
        for method in methods:
            if (method, request.targets[0][1]) in asked:
                continue
            asked.add((method, request.targets[0][1]))
            repeated.append(
                replace(
                    request,
                    name=f"{request.name}, by {method}",
                    raw=method.encode() + request.raw.removeprefix(b"GET"),
                    methods=(method,),
                    targets=((method, request.targets[0][1]),),
                )
            )
    return repeated
