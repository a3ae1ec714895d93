"""Lists, options and directives in header values (RFC 9110, 5.6)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from werkzeug.datastructures import HeaderSet, RequestCacheControl
from werkzeug.http import unquote_header_value

from .._kernels import split_list, split_options

__all__ = [
    "parse_cache_control_header",
    "parse_dict_header",
    "parse_list_header",
    "parse_options_header",
    "parse_set_header",
]

# The marks at the end of a name (RFC 2231, 3 and 4): `name*0` is a section, `name*` has a charset.
_MARKS = re.compile(r"(.*?)(?:\*([0-9]+))?(\*)?", re.DOTALL)
# charset'language'value; only the value may have quotes of its own.
_EXTENDED = re.compile(
    r"([\w!#$%&*+\-.^`|~]*)'[\w!#$%&*+\-.^`|~]*'([\w!#$%&'*+\-.^`|~]+)", re.ASCII
)
_CHARSETS = {"ascii", "us-ascii", "utf-8", "iso-8859-1"}


def parse_list_header(value: str) -> list[str]:
    """Split a comma separated list: see `flaskfast._py.options.split_list`."""
    return split_list(value)


def parse_options_header(value: str | None) -> tuple[str, dict[str, str]]:
    """Split a value such as that of Content-Type into its main part and its options.

    Besides what `flaskfast._py.options.split_options` says, values in a charset and in sections
    (RFC 2231) are put together, in the order in which they come; charsets other than ASCII, UTF-8
    and ISO-8859-1 leave them as they are.
    """
    if value is None:
        return "", {}
    parsed = split_options(value)
    main, options = parsed
    if type(options) is dict:
        return parsed  # type: ignore[no-any-return]
    return main, _joined(options)


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Put options with marks in their names together."""
    whole: dict[str, str] = {}
    sections: dict[str, list[str]] = {}
    charsets: dict[str, str] = {}
    for marked, text in pairs:
        found = _MARKS.fullmatch(marked)
        assert found is not None  # anything is a name without marks
        name, section, extended = found.groups()
        charset = None
        if extended:
            if (parts := _EXTENDED.fullmatch(text)) is not None:
                charset, text = parts[1].lower(), parts[2]
            if not charset and section is not None:
                charset = charsets.get(name)
            text = _decoded(text, charset)
        else:
            text = unquote_header_value(text).replace("%22", '"')
        if section is None:
            # A later whole value takes the place of sections, and the other way round.
            sections.pop(name, None)
            charsets.pop(name, None)
            whole[name] = text
        else:
            whole.pop(name, None)
            sections.setdefault(name, []).append(text)
            if charset:
                charsets[name] = charset
    return whole | {name: "".join(texts) for name, texts in sections.items()}


def _decoded(text: str, charset: str | None) -> str:
    return unquote(text, encoding=charset) if charset in _CHARSETS else text


def parse_dict_header(value: str) -> dict[str, str | None]:
    """Read a list of ``name=value`` and bare names, whose value is None.

    A ``name*=charset'language'value`` (RFC 2231, 3) is decoded.
    """
    directives: dict[str, str | None] = {}
    for item in split_list(value):
        name, equals, text = item.partition("=")
        name = name.strip(" \t")
        if not name:
            continue
        if not equals:
            directives[name] = None
            continue
        text = text.strip(" \t")
        if name[-1] == "*":
            name = name[:-1]
            charset = None
            if (parts := _EXTENDED.fullmatch(text)) is not None:
                charset, text = parts[1].lower(), parts[2]
            text = _decoded(text, charset)
        directives[name] = unquote_header_value(text) if '"' in text else text
    return directives


def parse_set_header(
    value: str | None, on_update: Callable[[HeaderSet], None] | None = None
) -> HeaderSet:
    """Read a list whose items count once, in whatever case.

    :param on_update: called with the set whenever somebody changes it.
    """
    return HeaderSet(split_list(value) if value else None, on_update)


def parse_cache_control_header(
    value: str | None,
    on_update: Callable[[Any], None] | None = None,
    cls: Any = None,
) -> Any:
    """Read the directives of Cache-Control (RFC 9111, 5.2).

    :param on_update: called with the result whenever somebody changes it.
    :param cls: what to make of them, by default a RequestCacheControl.
    """
    if cls is None:
        cls = RequestCacheControl
    return cls(parse_dict_header(value) if value else (), on_update)
