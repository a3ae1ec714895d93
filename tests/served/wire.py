"""Send recorded bytes to a server and take its answer apart (RFC 9112)."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass

from .recording import Request

# A server that says nothing for so long hangs: it is not a limit on speed.
SILENCE = 60.0


@dataclass(frozen=True)
class Response:
    """One answer: status line, headers in order, body without transfer coding.

    ``framing`` tells how the body's end was known: length, chunked, close or
    none. ``chunks`` are the chunk sizes as they came.
    """

    status_line: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    framing: str
    chunks: tuple[int, ...] = ()

    @property
    def status(self) -> int:
        """The status code."""
        return int(self.status_line.split(b" ", 2)[1])

    def header(self, name: str) -> list[bytes]:
        """All values of a header."""
        wanted = name.lower().encode()
        return [value for key, value in self.headers if key.lower() == wanted]


@dataclass(frozen=True)
class Answer:
    """All that came back on a connection.

    ``rest`` holds the bytes after the last response that could be taken apart:
    they are excess, cut short, or not HTTP.
    """

    responses: tuple[Response, ...]
    rest: bytes


def exchange(request: Request, address: tuple[str, int]) -> Answer:
    """Send a request's bytes and read until the server closes the connection.

    A reset counts as an end: a server that leaves part of the request unread
    resets the connection after its answer. Raises TimeoutError when the server
    falls silent without closing.
    """
    with socket.create_connection(address, timeout=SILENCE) as connection:
        try:
            connection.sendall(request.raw)
            if request.half_close:
                connection.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before all was sent: the answer may still be there
        return take_apart(_read_to_end(connection), request.methods)


def _read_to_end(connection: socket.socket) -> bytes:
    pieces = []
    while True:
        try:
            piece = connection.recv(65536)
        except ConnectionResetError:
            break
        if not piece:
            break
        pieces.append(piece)
    return b"".join(pieces)


def take_apart(data: bytes, methods: tuple[str, ...]) -> Answer:
    """Split the bytes of a connection into the responses to ``methods``."""
    responses: list[Response] = []
    waiting = list(methods)
    while waiting and data:
        taken = _take_response(data, waiting[0])
        if taken is None:
            break
        response, data = taken
        responses.append(response)
        if response.status >= 200:  # 1xx answers come before the one that counts
            waiting.pop(0)
    return Answer(tuple(responses), data)


def _take_response(data: bytes, method: str) -> tuple[Response, bytes] | None:
    head, separator, rest = data.partition(b"\r\n\r\n")
    status_line, *lines = head.split(b"\r\n")
    match = re.fullmatch(rb"HTTP/1\.[01] (\d{3})(?: [^\r\n]*)?", status_line)
    if not separator or match is None:
        return None
    pairs = [line.partition(b":") for line in lines]
    if not all(colon for _, colon, _ in pairs):
        return None
    headers = tuple((name, value.strip(b" \t")) for name, _, value in pairs)
    status = int(match[1])
    if method == "HEAD" or status < 200 or status in (204, 304):
        return Response(status_line, headers, b"", "none"), rest
    return _with_body(status_line, headers, rest)


def _with_body(
    status_line: bytes, headers: tuple[tuple[bytes, bytes], ...], rest: bytes
) -> tuple[Response, bytes] | None:
    fields = {name.lower(): value for name, value in headers}
    if fields.get(b"transfer-encoding", b"").lower() == b"chunked":
        taken = _take_chunks(rest)
        if taken is None:
            return None
        chunks, rest = taken
        sizes = tuple(map(len, chunks))
        return Response(status_line, headers, b"".join(chunks), "chunked", sizes), rest
    if b"content-length" in fields:
        size = int(fields[b"content-length"])
        if len(rest) < size:
            return None
        return Response(status_line, headers, rest[:size], "length"), rest[size:]
    return Response(status_line, headers, rest, "close"), b""


def _take_chunks(rest: bytes) -> tuple[list[bytes], bytes] | None:
    chunks: list[bytes] = []
    while True:
        line, separator, rest = rest.partition(b"\r\n")
        if not separator or not re.fullmatch(rb"[0-9A-Fa-f]+", line):
            return None
        size = int(line, 16)
        chunk, end, rest = rest[:size], rest[size : size + 2], rest[size + 2 :]
        if len(chunk) < size or end != b"\r\n":
            return None
        if size == 0:
            return chunks, rest
        chunks.append(chunk)
