"""What a WSGI environ's strings stand for, and what an application answers."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


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
