"""Lists and options, reference flavour."""

from __future__ import annotations

import re
import string

# What stands between two commas or semicolons that matter.
_LIST_ITEM = re.compile(r'(?:[^",]+|"(?:\\.|[^"\\])*")*', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)")
_TOKEN_CHARACTERS = frozenset(f"!#$%&'*+-.^_`|~{string.digits}{string.ascii_letters}")
_TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
# A backslash in front of anything but a quote or a backslash is one of the value.
_QUOTED = r'"(?:\\["\\]|\\(?!["\\])|[^"\\])*"'
_OPTION = re.compile(rf"({_TOKEN})=(?:({_TOKEN})|({_QUOTED})|(\"))?")
_NEXT = re.compile(r";[ \t]*")


def split_list(value: str, /) -> list[str]:
    r"""Split a comma separated list into its items (RFC 9110, 5.6.1).

    Commas in quoted strings part nothing. Blanks (space, tab) around items are dropped, and so
    are empty items. An item that starts and ends with a quote is unquoted: a backslash drops out
    in front of any character but a line feed. A quote without an end makes the whole list empty.

    >>> split_list('gzip, "a, \\"b\\"" , , x="1,2"')
    ['gzip', 'a, "b"', 'x="1,2"']
    """
    if not isinstance(value, str):
        raise TypeError(f"A header's value is a str, not {value!r}.")
    if '"' not in value:
        return [item for part in value.split(",") if (item := part.strip(" \t"))]
    items = []
    at = 0
    while at <= len(value):
        part = _LIST_ITEM.match(value, at)
        assert part is not None  # it matches nothing at least
        at = part.end()
        if value.startswith('"', at):
            return []
        item = part[0].strip(" \t")
        if item:
            items.append(unquote_value(item))
        at += 1
    return items


def split_options(value: str, /) -> tuple[str, dict[str, str] | list[tuple[str, str]]]:
    r"""Split a header value into its main part and its options (RFC 9110, 5.6.6).

    Names come back in lower case; a repeated one keeps its last value. Values are tokens, or
    quoted strings that come back unquoted; in both, ``%22`` is a quote (HTML's multipart/form-data
    encoding). What has no name or no value is passed over; a quote without an end ends it all.

    Where a name has an asterisk (RFC 2231), the options are a list of pairs instead, with their
    values as they stand: the caller knows of continuations and charsets.

    >>> split_options('form-data; name="a;b"; size=3')
    ('form-data', {'name': 'a;b', 'size': '3'})
    """
    if not isinstance(value, str):
        raise TypeError(f"A header's value is a str, not {value!r}.")
    main, _, rest = value.partition(";")
    main = main.strip(" \t")
    rest = rest.strip(" \t")
    if not main or not rest:
        return main, {}
    pairs = _raw_options(rest)
    if any("*" in name for name, _ in pairs):
        return main, pairs
    return main, {name: unquote_value(text).replace("%22", '"') for name, text in pairs}


def _raw_options(rest: str) -> list[tuple[str, str]]:
    pairs = []
    at = 0
    while True:
        option = _OPTION.match(rest, at)
        if option is not None:
            name, token, quoted, unclosed = option.groups()
            if unclosed:
                break
            if token or quoted:
                pairs.append((name.lower(), token or quoted))
            at = option.end()
        following = _NEXT.search(rest, at)
        if following is None:
            break
        at = following.end()
    return pairs


def split_directives(value: str, /) -> dict[str, str | None] | list[tuple[str, str | None]]:
    """Split a list of names and ``name=value``, as in Cache-Control, into names and values.

    A name alone has the value None; a repeated one keeps its last value. What has no name is
    passed over. Values come back unquoted; see `split_list` for what the items are.

    Where a name ends with an asterisk (RFC 2231), the directives are a list of pairs instead, with
    their values as they stand: the caller knows of charsets.

    >>> split_directives('no-cache, max-age=0, private="a, b"')
    {'no-cache': None, 'max-age': '0', 'private': 'a, b'}
    """
    directives: dict[str, str | None] = {}
    items = split_list(value)
    for item in items:
        name, equals, text = item.partition("=")
        name = name.strip(" \t")
        if not name:
            continue
        if name[-1] == "*":
            return _raw_directives(items)
        directives[name] = unquote_value(text.strip(" \t")) if equals else None
    return directives


def _raw_directives(items: list[str]) -> list[tuple[str, str | None]]:
    parted = [item.partition("=") for item in items]
    return [
        (name.strip(" \t"), text.strip(" \t") if equals else None)
        for name, equals, text in parted
        if name.strip(" \t")
    ]


def unquote_value(value: str, /) -> str:
    r"""Take the quotes off a quoted string (RFC 9110, 5.6.4), and the backslashes out of it.

    A backslash stays in front of a line feed. What does not start and end with a quote comes back
    as it is.

    >>> unquote_value('"a \"b\""')
    'a "b"'
    """
    if not isinstance(value, str):
        raise TypeError(f"A header's value is a str, not {value!r}.")
    if len(value) < 2 or not value[0] == value[-1] == '"':
        return value
    value = value[1:-1]
    # The groups are what is kept of each escape.
    return "".join(_ESCAPE.split(value)) if "\\" in value else value


def quote_value(value: str, tokens: bool = True, /) -> str:
    r"""Write a text as a quoted string (RFC 9110, 5.6.4), unless it is a token.

    :param tokens: whether a token stays as it is.

    >>> quote_value('a "b"'), quote_value("a")
    ('"a \\"b\\""', 'a')
    """
    if not isinstance(value, str):
        raise TypeError(f"A header's value is a str, not {value!r}.")
    if tokens and value and _TOKEN_CHARACTERS.issuperset(value):
        return value
    if "\\" in value or '"' in value:
        value = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{value}"'
