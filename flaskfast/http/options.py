"""Lists, options and directives in header values (RFC 9110, 5.6)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from werkzeug.datastructures import (
    ContentSecurityPolicy,
    HeaderSet,
    RequestCacheControl,
    ResponseCacheControl,
)

from .._expressions import expression
from .._genuine import as_shipped
from .._kernels import split_directives, split_list, split_options, unquote_value

__all__ = [
    "parse_cache_control_header",
    "parse_csp_header",
    "parse_dict_header",
    "parse_list_header",
    "parse_options_header",
    "parse_set_header",
]

# The marks at the end of a name (RFC 2231, 3 and 4): `name*0` is a section, `name*` has a charset.
_MARKS = expression(r"(.*?)(?:\*([0-9]+))?(\*)?", re.DOTALL)
# charset'language'value; only the value may have quotes of its own.
_EXTENDED = expression(
    r"([\w!#$%&*+\-.^`|~]*)'[\w!#$%&*+\-.^`|~]*'([\w!#$%&'*+\-.^`|~]+)", re.ASCII
)
_CHARSETS = {"ascii", "us-ascii", "utf-8", "iso-8859-1"}


# What the constructors looked like when nobody had wrapped them.
_LIVE = {
    cls: as_shipped(cls, "__init__")
    for cls in (RequestCacheControl, ResponseCacheControl, ContentSecurityPolicy)
}


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
            text = unquote_value(text).replace("%22", '"')
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

    A ``name*=charset'language'value`` (RFC 2231, 3) is decoded. See
    `flaskfast._py.options.split_directives`.
    """
    parsed = split_directives(value)
    if type(parsed) is dict:
        return parsed
    directives: dict[str, str | None] = {}
    for name, text in parsed:
        if name[-1] == "*" and text is not None:
            name = name[:-1]
            if (parts := _EXTENDED.fullmatch(text)) is not None:
                text = _decoded(parts[2], parts[1].lower())
        directives[name] = None if text is None else unquote_value(text)
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
    return _live_dict(cls, parse_dict_header(value) if value else {}, on_update)


def parse_csp_header(
    value: str | None,
    on_update: Callable[[ContentSecurityPolicy], None] | None = None,
    cls: Any = None,
) -> Any:
    """Read the directives of Content-Security-Policy (W3C, CSP Level 3), each with its sources.

    A directive without sources is passed over; a repeated one keeps its last ones.

    :param on_update: called with the result whenever somebody changes it.
    :param cls: what to make of them, by default a ContentSecurityPolicy.
    """
    if cls is None:
        cls = ContentSecurityPolicy
    policies = {}
    for policy in value.split(";") if value else ():
        name, blank, sources = policy.strip(" \t").partition(" ")
        if blank:
            policies[name.strip(" \t")] = sources.strip(" \t")
    return _live_dict(cls, policies, on_update)


def _live_dict(cls: Any, items: dict[str, Any], on_update: Callable[[Any], None] | None) -> Any:
    """Make a dict of a class that tells of changes; without its constructor if it is Werkzeug's."""
    if cls.__init__ is not _LIVE.get(cls):
        return cls(items or (), on_update)
    made = dict.__new__(cls)
    dict.update(made, items)
    made.on_update = on_update
    made.provided = True
    return made
