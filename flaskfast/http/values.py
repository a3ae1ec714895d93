"""Header values written, and quoted strings (RFC 9110, 5.6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .._kernels import quote_value, unquote_value

if TYPE_CHECKING:
    from werkzeug.datastructures import ContentSecurityPolicy

__all__ = [
    "dump_csp_header",
    "dump_header",
    "dump_options_header",
    "quote_header_value",
    "unquote_header_value",
]


def quote_header_value(value: Any, allow_token: bool = True) -> str:
    """Write a value as a quoted string: see `flaskfast._py.options.quote_value`.

    :param value: made into a str first.
    :param allow_token: leave a token as it is.
    """
    return quote_value(str(value), allow_token)


def unquote_header_value(value: str) -> str:
    """Read a value that may be a quoted string: see `flaskfast._py.options.unquote_value`."""
    return unquote_value(value)


def dump_options_header(header: str | None, options: Mapping[str, Any]) -> str:
    """Write a value with options, such as that of Content-Type.

    :param header: the main part, None for options alone.
    :param options: those that are None are left out; those with an asterisk at the end of their
        name (RFC 2231) are written as they are, others quoted where they have to be.
    """
    written = [] if header is None else [header]
    for name, value in options.items():
        if value is not None:
            written.append(f"{name}={value if name[-1:] == '*' else quote_value(str(value))}")
    return "; ".join(written)


def dump_header(iterable: dict[str, Any] | Iterable[Any]) -> str:
    """Write a list of values, or of names with values, quoted where they have to be.

    :param iterable: names with the value None stand alone; with an asterisk at the end of the name
        (RFC 2231), the value is written as it is.
    """
    if not isinstance(iterable, dict):
        return ", ".join([quote_value(str(value)) for value in iterable])
    written = []
    for name, value in iterable.items():
        if value is None:
            written.append(name)
        else:
            written.append(f"{name}={value if name[-1:] == '*' else quote_value(str(value))}")
    return ", ".join(written)


def dump_csp_header(header: ContentSecurityPolicy) -> str:
    """Write a policy: each directive with its sources."""
    return "; ".join([f"{name} {sources}" for name, sources in header.items()])
