"""Show a difference so that it can be read: lines for lines, and the place within a long line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from typing import Literal

from .comparison import Difference

#: Longer lines are cut around the place where they begin to differ.
WIDTH = 140
_AROUND = 50
_MOST_LINES = 60
#: Beyond this, lines are no longer matched with each other, which takes the square of it.
_MOST_MATCHED = 4000

Kind = Literal["removed", "added", "context", "place"]


@dataclass(frozen=True)
class Line:
    """One line of a difference, of genuine Flask's answer (removed) or of flaskfast's (added)."""

    kind: Kind
    text: str

    def __str__(self) -> str:
        return {"removed": "- ", "added": "+ ", "context": "  ", "place": "  "}[
            self.kind
        ] + self.text


def lines_of(difference: Difference) -> list[Line]:
    """Return the lines to show: those of genuine Flask's part with -, flaskfast's with +."""
    expected, got = _shown(difference.expected, difference.got)
    if len(expected) > _MOST_MATCHED or len(got) > _MOST_MATCHED:
        lines = list(_first_place(expected, got))
    else:
        lines = list(_diffed(expected, got))
    if len(lines) > _MOST_LINES:
        rest = len(lines) - _MOST_LINES
        lines = [*lines[:_MOST_LINES], Line("place", f"... {rest} more lines")]
    return lines


def _shown(*texts: str) -> list[list[str]]:
    """Split texts into lines that a terminal shows as they are.

    Bytes are read as UTF-8 where all of them can be, so that equal lines stand for equal bytes.
    """
    try:
        texts = tuple(text.encode("latin-1").decode("utf-8") for text in texts)
    except UnicodeError:
        texts = tuple(text.encode("ascii", "backslashreplace").decode() for text in texts)
    return [[_printable(line) for line in text.split("\n")] for text in texts]


def _printable(line: str) -> str:
    if line.isprintable():
        return line
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)


def _diffed(expected: list[str], got: list[str]) -> Iterator[Line]:
    removed: list[str] = []
    added: list[str] = []
    for text in list(unified_diff(expected, got, n=2, lineterm=""))[2:]:
        if text.startswith("-"):
            removed.append(text[1:])
        elif text.startswith("+"):
            added.append(text[1:])
        else:
            yield from _change(removed, added)
            removed, added = [], []
            if text.startswith("@@"):
                yield Line("place", text)
            else:
                yield Line("context", _cut(text[1:], 0))
    yield from _change(removed, added)


def _change(removed: list[str], added: list[str]) -> Iterator[Line]:
    """Give changed lines; those that stand against each other are cut at the same place."""
    places = [_place(one, other) for one, other in zip(removed, added, strict=False)]
    for number, text in enumerate(removed):
        yield Line("removed", _cut(text, places[number] if number < len(places) else 0))
    for number, text in enumerate(added):
        yield Line("added", _cut(text, places[number] if number < len(places) else 0))


def _first_place(expected: list[str], got: list[str]) -> Iterator[Line]:
    pairs = zip(expected, got, strict=False)
    number = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(expected), len(got)))
    yield Line("place", f"line {number + 1}, the first that differs")
    yield from _change(expected[number : number + 5], got[number : number + 5])


def _place(one: str, other: str) -> int:
    pairs = zip(one, other, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _cut(text: str, place: int) -> str:
    """Cut a long line around *place*."""
    if len(text) <= WIDTH:
        return text
    start = max(0, min(place - _AROUND, len(text) - WIDTH))
    end = start + WIDTH
    head = f"(+{start} characters) ..." if start else ""
    tail = f"... (+{len(text) - end} characters)" if end < len(text) else ""
    return f"{head}{text[start:end]}{tail}"
