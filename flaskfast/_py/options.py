"""Lists and options, reference flavour."""

from __future__ import annotations

import re

# What stands between two commas or semicolons that matter.
_LIST_ITEM = re.compile(r'(?:[^",]+|"(?:\\.|[^"\\])*")*', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)")
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
            items.append(_unquoted(item))
        at += 1
    return items


def _unquoted(item: str) -> str:
    if len(item) >= 2 and item[0] == item[-1] == '"':
        item = item[1:-1]
        return _ESCAPE.sub(r"\1", item) if "\\" in item else item
    return item


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
    return main, {name: _unquoted(text).replace("%22", '"') for name, text in pairs}


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
