"""Match several converters in one segment in a time that is linear in the text.

Python's regular expressions go back and try again, which for `<a>-<b>.<int:c>` and a text of
dashes takes the square of its length. Long texts are therefore not given to them where each
converter's pattern is known: from the end of the text to its start it is worked out for each
group where it could end, so that what follows matches; then the groups take, from the start,
what the expression would have let them: most, or least.
"""

from __future__ import annotations

import re
import typing as t
from array import array

from .._expressions import expression
from .patterns import SIGNED, UNICODE, UNLIMITED, Kind, Pattern, read_group, unescaped

_GROUP = expression(
    r"\(\?P<__werkzeug_\d+>((?:\[(?:[^\]\\]|\\.)*\]|\\.|\(\?:(?:[^\\()]|\\.)*\)|[^\\()\[])*)\)",
    re.DOTALL,
)
_LITERAL = expression(r"(?:[^\\()]|\\.)+", re.DOTALL)
_SLASH = r"(?<!/)(/?)"
_UUID = expression("-".join(f"[A-Fa-f0-9]{{{count}}}" for count in (8, 4, 4, 4, 12)))
_WORDS = frozenset("_a")

# To so many steps an expression may go back and forth.
_STEPS = 1_000_000

Item = str | Pattern


class Sequence:
    """The items of a segment: literals and groups."""

    def __init__(self, items: list[Item], suffixed: bool) -> None:
        self.items = items
        self.suffixed = suffixed
        groups = sum(not isinstance(item, str) for item in items)
        #: Texts up to this length are left to the expression, which is faster.
        self.longest = int(_STEPS ** (1 / groups))

    def take(self, text: str) -> tuple[list[str], bool] | None:
        """Return what `Edge.take` returns for the same text."""
        ends: list[array[int]] = []
        matches = self._end(text)
        for item in reversed(self.items):
            end = _ends(item, text, matches)
            ends.append(end)
            matches = bytearray(each >= 0 for each in end)
        if not matches[0]:
            return None
        taken = []
        position = 0
        for item, end in zip(self.items, reversed(ends), strict=True):
            if not isinstance(item, str):
                taken.append(text[position : end[position]])
            position = end[position]
        return taken, self.suffixed and position == len(text) - 1

    def _end(self, text: str) -> bytearray:
        """Tell for each place in a text whether the pattern may end there."""
        last = len(text)
        matches = bytearray(last + 1)
        if not self.suffixed:
            matches[last] = 1
        elif text:
            matches[last] = text[-1] != "/"
            matches[last - 1] = text[-1] == "/" and text[-2:-1] not in ("/", "")
        return matches


def read_sequence(part: t.Any) -> Sequence | None:
    """Read the pattern of a dynamic part; None where it is not all known, or but one group."""
    content = part.content.removesuffix(r"\Z")
    if part.suffixed:
        content = content.removesuffix(_SLASH)
    items: list[Item] = []
    position = groups = 0
    while position < len(content):
        group = _GROUP.match(content, position)
        found = group or _LITERAL.match(content, position)
        if found is None:
            return None
        if group:
            pattern = read_group(group[1])
            if pattern.kind is Kind.REGEX:
                return None
            items.append(pattern)
            groups += 1
        else:
            literal = unescaped(found[0])
            if literal is None:
                return None
            items.append(literal)
        position = found.end()
    return Sequence(items, part.suffixed) if groups > 1 else None


def _ends(item: Item, text: str, matches: bytearray) -> array[int]:
    """Return for each place in a text where an item that starts there ends; -1: nowhere.

    :param matches: whether what follows the item matches from each place on.
    """
    size = len(text)
    ends = array("q", [-1]) * (size + 1)
    if isinstance(item, str):
        position = text.find(item)
        while position >= 0:
            if matches[position + len(item)]:
                ends[position] = position + len(item)
            position = text.find(item, position + 1)
    elif item.kind is Kind.UUID:
        for found in range(size - 35):
            if matches[found + 36] and _UUID.match(text, found):
                ends[found] = found + 36
    elif item.kind is Kind.ANY:
        for choice in reversed(item.items):
            each = _ends(choice, text, matches) if choice else None
            for position in range(size + 1):
                end = position if each is None and matches[position] else -1
                end = end if each is None else each[position]
                if end >= 0:
                    ends[position] = end
    elif item.kind is Kind.PATH:
        _shortest(text, matches, ends)
    else:
        _longest(item, text, matches, ends)
    return ends


def _shortest(text: str, matches: bytearray, ends: array[int]) -> None:
    """Find the ends of `[^/].*?`."""
    following = limit = -1  # where what follows matches next; where the next line feed is
    for position in range(len(text) - 1, -1, -1):
        if matches[position + 1]:
            following = position + 1
        if position + 1 < len(text) and text[position + 1] == "\n":
            limit = position + 1
        if following >= 0 and text[position] != "/" and (limit < 0 or following <= limit):
            ends[position] = following


def _longest(item: Pattern, text: str, matches: bytearray, ends: array[int]) -> None:
    """Find the ends of a run of characters, of digits with a point in them, or with a sign."""
    size = len(text)
    before = array("q", [-1]) * (size + 1)  # the last place up to here where what follows matches
    last = -1
    for position in range(size + 1):
        if matches[position]:
            last = position
        before[position] = last
    run = array("q", [size]) * (size + 1)  # where the run of characters ends that starts here
    for position in range(size - 1, -1, -1):
        run[position] = run[position + 1] if _is_of(item, text[position]) else position
    decimal = item.kind is Kind.DECIMAL
    low = 1 if decimal else item.low
    for position in range(size + 1):
        starts = [position]
        if item.flags & SIGNED and text[position : position + 1] == "-":
            starts = [position + 1, position]
        for start in starts:
            if decimal:
                point = run[start]
                if point == start or text[point : point + 1] != ".":
                    continue
                start = point + 1
            stop = run[start]
            if item.high != UNLIMITED:
                stop = min(stop, start + item.high)
            end = before[stop]
            if end >= start + low:
                ends[position] = end
                break


def _is_of(item: Pattern, character: str) -> bool:
    if item.kind is Kind.TEXT:
        return character != "/"
    if item.kind is Kind.DECIMAL:
        return character.isdecimal()
    if character in item.characters:
        return True
    if not item.flags & UNICODE:
        return False
    return character.isalnum() if item.characters >= _WORDS else character.isdecimal()
