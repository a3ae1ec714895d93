"""What a WSGI environ's strings stand for, and what an application answers."""

from __future__ import annotations

import typing as t
from itertools import chain

from werkzeug.wsgi import ClosingIterator

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment


def wsgi_text(raw: str) -> str:
    """Decode a string of the environ: UTF-8 bytes that PEP 3333 carries as Latin-1.

    Bytes that are no UTF-8 become replacement characters; nothing is refused.
    """
    return raw if raw.isascii() else raw.encode("latin1", "replace").decode(errors="replace")


def wsgi_path(environ: WSGIEnvironment) -> str:
    """Return a request's path, decoded, as rules see it: empty, or with one slash before it."""
    path = environ.get("PATH_INFO")
    if path is None:
        return "/"
    return "/" + wsgi_text(path).lstrip("/") if path else ""


def answer_of(
    app: WSGIApplication, environ: WSGIEnvironment
) -> tuple[t.Iterable[bytes], str, list[tuple[str, str]]]:
    """Call an application, with an environ of its own, until it has begun to answer.

    :returns: the body, which is still being made and has to be closed; the status; the headers.
    :raises TypeError: it ended without having called ``start_response``.
    """
    begun: list[tuple[str, list[tuple[str, str]]]] = []
    pieces: list[bytes] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: t.Any = None
    ) -> t.Any:
        if exc_info:
            try:
                raise exc_info[1].with_traceback(exc_info[2])
            finally:
                exc_info = None
        begun.append((status, headers))
        return pieces.append

    result = app(environ.copy(), start_response)
    body = rest = iter(result)
    for piece in rest:
        pieces.append(piece)
        if begun:
            break
    if not begun:
        raise TypeError("The application ended without having called start_response.")
    if pieces:
        body = chain(pieces, rest)
    close = getattr(result, "close", None)
    if close is not None and body is not result:
        body = ClosingIterator(body, close)
    return body, *begun[-1]
