"""What a WSGI environ's strings stand for."""

from __future__ import annotations


def wsgi_text(raw: str) -> str:
    """Decode a string of the environ: UTF-8 bytes that PEP 3333 carries as Latin-1.

    Bytes that are no UTF-8 become replacement characters; nothing is refused.
    """
    return raw if raw.isascii() else raw.encode("latin1", "replace").decode(errors="replace")
