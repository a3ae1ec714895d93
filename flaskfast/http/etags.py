"""Entity tags (RFC 9110, 8.8.3)."""

from __future__ import annotations

from hashlib import sha1
from typing import overload

from werkzeug.datastructures import ETags

from .._kernels import split_etags

__all__ = ["generate_etag", "parse_etags", "quote_etag", "unquote_etag"]


def parse_etags(value: str | None) -> ETags:
    """Read If-Match or If-None-Match: entity tags, or ``*`` for any.

    See `flaskfast._py.conditions.split_etags` for what counts as one.
    """
    if not value:
        return ETags()
    if value == "*":
        return ETags(star_tag=True)
    strong, weak = split_etags(value)
    return ETags(strong, weak)


def quote_etag(etag: str, weak: bool = False) -> str:
    """Write an entity tag as it is sent.

    :param weak: mark it as one of content that is only much the same.
    :raises ValueError: it has a quote, which cannot be in one.
    """
    if '"' in etag:
        raise ValueError(f"The entity tag {etag!r} has a quote in it. Leave the quotes to us.")
    return f'W/"{etag}"' if weak else f'"{etag}"'


@overload
def unquote_etag(etag: str) -> tuple[str, bool]: ...
@overload
def unquote_etag(etag: None) -> tuple[None, None]: ...
@overload
def unquote_etag(etag: str | None) -> tuple[str, bool] | tuple[None, None]: ...
def unquote_etag(etag: str | None) -> tuple[str, bool] | tuple[None, None]:
    """Read one entity tag, with quotes or without: the tag, and whether it is weak.

    (None, None) where there is none.

    >>> unquote_etag('W/"a"')
    ('a', True)
    """
    if not etag:
        return None, None
    weak = etag[1:2] == "/" and etag[0] in "Ww"
    if weak:
        etag = etag[2:]
    if etag[:1] == '"' == etag[-1:]:
        etag = etag[1:-1]
    return etag, weak


def generate_etag(data: bytes) -> str:
    """Make an entity tag of content: its SHA-1 in hexadecimal digits."""
    return sha1(data).hexdigest()
