"""What the compiled matcher can tell of a segment without a regular expression.

Werkzeug makes one expression of each segment that has placeholders: literals, escaped, and for
each converter a group of its regex. Here the expression is read back. What one group takes, with
literals around it, is told by kinds that `csrc/ff_match.h` has, too; everything else is a regular
expression and stays one. It does not matter whose converter it is: the expression counts.
"""

from __future__ import annotations

import re
import typing as t
from enum import IntEnum

from .._expressions import expression

UNLIMITED = 0xFFFFFFFF

FINAL = 1
SUFFIXED = 2
UNICODE = 4
SIGNED = 8


class Kind(IntEnum):
    """How the text of an edge is told: `ff_match_kind`."""

    TEXT = 0
    CLASS = 1
    DECIMAL = 2
    UUID = 3
    ANY = 4
    PATH = 5
    REGEX = 6


class Pattern(t.NamedTuple):
    """A segment's pattern: a literal, what is captured, a literal."""

    kind: Kind
    prefix: str = ""
    suffix: str = ""
    low: int = 0
    high: int = UNLIMITED
    flags: int = 0
    characters: frozenset[str] = frozenset()
    items: tuple[str, ...] = ()

    @property
    def takes_nothing(self) -> bool:
        """Tell whether the empty segment may match."""
        if self.kind is Kind.REGEX:
            return True
        if self.prefix or self.suffix:
            return False
        if self.kind is Kind.ANY:
            return "" in self.items
        return self.kind in (Kind.TEXT, Kind.CLASS) and self.low == 0


_REGEX = Pattern(Kind.REGEX)
_DIGITS = frozenset("0123456789")
_WORD = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_") | _DIGITS

_END = expression(r"(\(\?<!/\)\(/\?\))?\\Z\Z")
_SEGMENT = expression(r"((?:[^\\(]|\\.)*)\(\?P<__werkzeug_0>(.*)\)((?:[^\\()]|\\.)*)", re.DOTALL)
_COUNTED = expression(r"(\[.+\]|\\w|\\d)(?:([+*])|\{(\d+)(,(\d*))?\})", re.DOTALL)
_ANY = expression(r"\(\?:((?:[^\\()]|\\.)*)\)", re.DOTALL)
_ITEM = expression(r"(?:[^\\()|]|\\.)*", re.DOTALL)
# Of a set: a class, a range, an escaped or a plain character; a minus sign at one of its ends.
_SET = expression(r"\\([wd])|([^\\\[\]^-])-([^\\\[\]-])|\\([-.])(?!-.)|([^\\\[\]^-])|(?<=.)-$|^-")

_UUID = "-".join(f"[A-Fa-f0-9]{{{count}}}" for count in (8, 4, 4, 4, 12))
_FIXED = {
    r"-?\d+": Pattern(Kind.CLASS, low=1, flags=UNICODE | SIGNED, characters=_DIGITS),
    r"\d+\.\d+": Pattern(Kind.DECIMAL, flags=UNICODE),
    r"-?\d+\.\d+": Pattern(Kind.DECIMAL, flags=UNICODE | SIGNED),
    _UUID: Pattern(Kind.UUID),
    "[^/].*?": Pattern(Kind.PATH),
}


def read_pattern(part: t.Any) -> Pattern:
    """Tell how a dynamic part of a rule matches."""
    pattern = _read_part(part)
    return pattern._replace(flags=pattern.flags | FINAL * part.final | SUFFIXED * part.suffixed)


def _read_part(part: t.Any) -> Pattern:
    end = _END.search(part.content)
    segment = end and _SEGMENT.fullmatch(part.content, 0, end.start())
    if not segment or bool(end and end[1]) is not part.suffixed:
        return _REGEX
    prefix, suffix = unescaped(segment[1]), unescaped(segment[3])
    if prefix is None or suffix is None:
        return _REGEX
    pattern = read_group(segment[2])
    if part.final and pattern.kind is not Kind.PATH:
        # What is left has slashes in it, which the other kinds do not look for.
        return _REGEX
    return pattern._replace(prefix=prefix, suffix=suffix)


def unescaped(escaped: str) -> str | None:
    """Undo `re.escape`; None where that is not what it was."""
    text = re.sub(r"\\(.)", r"\1", escaped, flags=re.DOTALL)
    return text if re.escape(text) == escaped else None


def read_group(regex: str) -> Pattern:
    """Tell how the regex of one converter matches."""
    if regex in _FIXED:
        return _FIXED[regex]
    alternatives = _ANY.fullmatch(regex)
    if alternatives:
        return _read_items(alternatives[1])
    counted = _COUNTED.fullmatch(regex)
    if not counted:
        return _REGEX
    what, sign, least, comma, most = counted.groups()
    if sign:
        low, high = int(sign == "+"), UNLIMITED
    else:
        low = int(least)
        high = low if comma is None else int(most) if most else UNLIMITED
    if low > high or low >= UNLIMITED or high > UNLIMITED:
        return _REGEX  # which refuses it
    if what == "[^/]":
        return Pattern(Kind.TEXT, low=low, high=high)
    return _read_set(what if what[0] == "\\" else what[1:-1], low, high)


def _read_set(inside: str, low: int, high: int) -> Pattern:
    """Read the inside of a set of ASCII characters."""
    characters: set[str] = set()
    flags = position = 0
    while position < len(inside):
        found = _SET.match(inside, position)
        if found is None or not inside.isascii():
            return _REGEX
        letter, first, last, escaped, plain = found.groups()
        if letter:
            # More than ASCII's are meant: those are asked for.
            characters |= _WORD if letter == "w" else _DIGITS
            flags = UNICODE
        elif first:
            characters.update(map(chr, range(ord(first), ord(last) + 1)))
        else:
            characters.add(escaped or plain or "-")
        position = found.end()
    return Pattern(Kind.CLASS, low=low, high=high, flags=flags, characters=frozenset(characters))


def _read_items(alternatives: str) -> Pattern:
    """Read texts with bars between them."""
    items = []
    position = 0
    while True:
        found = _ITEM.match(alternatives, position)
        item = found and unescaped(found[0])
        if found is None or item is None:
            return _REGEX
        items.append(item)
        if found.end() == len(alternatives):
            return Pattern(Kind.ANY, items=tuple(items))
        position = found.end() + 1
