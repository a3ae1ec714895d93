"""Headers that describe the content, and headers that are for the next hop alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from werkzeug.datastructures import Headers

__all__ = [
    "is_entity_header",
    "is_hop_by_hop_header",
    "remove_entity_headers",
    "remove_hop_by_hop_headers",
]

# RFC 2616, 7.1.
_ENTITY = frozenset(
    "allow content-encoding content-language content-length content-location content-md5"
    " content-range content-type expires last-modified".split()
)
# RFC 2616, 13.5.1.
_HOP_BY_HOP = frozenset(
    "connection keep-alive proxy-authenticate proxy-authorization te trailer transfer-encoding"
    " upgrade".split()
)


def is_entity_header(header: str) -> bool:
    """Tell whether a header is one that describes the content (RFC 2616, 7.1), in any case."""
    return header.lower() in _ENTITY


def is_hop_by_hop_header(header: str) -> bool:
    """Tell whether a header is for the next hop alone (RFC 2616, 13.5.1), in any case."""
    return header.lower() in _HOP_BY_HOP


def remove_entity_headers(
    headers: Headers | list[tuple[str, str]],
    allowed: Iterable[str] = ("expires", "content-location"),
) -> None:
    """Remove, in place, the headers that describe the content.

    :param allowed: those that stay, in any case.
    """
    gone = _ENTITY.difference(name.lower() for name in allowed)
    headers[:] = [header for header in headers if header[0].lower() not in gone]


def remove_hop_by_hop_headers(headers: Headers | list[tuple[str, str]]) -> None:
    """Remove, in place, the headers that are for the next hop alone."""
    headers[:] = [header for header in headers if header[0].lower() not in _HOP_BY_HOP]
