"""The server's side of PEP 3333, checked by ``wsgiref.validate``."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from unittest import mock
from wsgiref.validate import validator

Environ = dict[str, Any]
Application = Callable[..., Iterable[bytes]]


@dataclass
class Answer:
    """What a server got: by start_response, by write() and by iteration."""

    status: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    pieces: list[bytes] = field(default_factory=list)
    errors: str = ""

    @property
    def code(self) -> int:
        """The status code."""
        return int(self.status[:3])

    @property
    def body(self) -> bytes:
        """All that was written and iterated."""
        return b"".join(self.pieces)

    def header(self, name: str) -> str | None:
        """The only value of a header, or None; a second one is an error."""
        values = self.all(name)
        assert len(values) <= 1, values
        return values[0] if values else None

    def all(self, name: str) -> list[str]:
        """All values of a header."""
        return [value for key, value in self.headers if key.lower() == name.lower()]


class Body:
    """A request body that comes in pieces and tells what was asked of it.

    ``asked`` counts the bytes that the application wanted, whether or not there
    were as many. A read after the end raises: a socket would block there.
    """

    def __init__(self, content: bytes = b"", *, blocks: bool = True) -> None:
        self._content = content
        self._blocks = blocks
        self.asked = 0

    def read(self, size: int = -1) -> bytes:
        """Give up to ``size`` bytes."""
        self.asked += max(size, 0)
        if not self._content and size and self._blocks:
            raise AssertionError("read after the end of the body: a socket would block")
        if size < 0:
            size = len(self._content)
        piece, self._content = self._content[:size], self._content[size:]
        return piece

    def readline(self, size: int | None = -1) -> bytes:
        """Give up to one line."""
        end = self._content.find(b"\n") + 1 or len(self._content)
        return self.read(end if size is None or size < 0 else min(size, end))

    def readlines(self, hint: int = -1) -> list[bytes]:
        """Give all lines."""
        return self.read().splitlines(keepends=True)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readlines())


def environ_for(
    path: str = "/",
    method: str = "GET",
    *,
    query: str = "",
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Environ:
    """Make the environ of a request, as a server would.

    ``path`` and ``query`` are native strings (Latin-1 text of the bytes). ``more``
    replaces or adds keys; None takes a key away. Dots are written as ``__``.
    """
    environ: Environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": Body(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if body:
        environ["CONTENT_LENGTH"] = str(len(body))
    for name, value in (headers or {}).items():
        key = name.upper().replace("-", "_")
        special = key in ("CONTENT_TYPE", "CONTENT_LENGTH")
        environ[key if special else f"HTTP_{key}"] = value
    for name, value in more.items():
        environ[name.replace("__", ".")] = value
    return {key: value for key, value in environ.items() if value is not None}


def call(
    app: Application,
    environ: Environ,
    *,
    pieces: int | None = None,
    hostile: bool = False,
    start_response: Callable[..., Any] | None = None,
) -> Answer:
    """Serve one request: call the application, iterate, close.

    ``pieces`` limits how many items are taken before closing, as when the client
    hangs up; None takes all. ``hostile`` leaves the environ unchecked, because no
    server of good faith would build it; the application's side is still checked.
    Where the server ends the input itself, reading all of it is no offence.
    """
    with contextlib.ExitStack() as patches:
        if hostile:
            patches.enter_context(
                mock.patch("wsgiref.validate.check_environ", lambda environ: None)
            )
        if environ.get("wsgi.input_terminated"):
            patches.enter_context(mock.patch("wsgiref.validate.InputWrapper", lambda body: body))
        return _call(validator(app), environ, pieces, start_response)


def _call(
    app: Application,
    environ: Environ,
    pieces: int | None,
    start_response: Callable[..., Any] | None,
) -> Answer:
    answer = Answer()

    def start(
        status: str, headers: list[tuple[str, str]], exc_info: object = None
    ) -> Callable[[bytes], object]:
        answer.status, answer.headers = status, headers
        return answer.pieces.append

    errors = environ["wsgi.errors"]
    body = app(environ, start_response or start)
    try:
        iterator = iter(body)
        while pieces is None or len(answer.pieces) < pieces:
            try:
                answer.pieces.append(next(iterator))
            except StopIteration:
                break
    finally:
        getattr(body, "close", lambda: None)()
    answer.errors = errors.getvalue()
    return answer
