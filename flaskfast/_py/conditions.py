"""Entity tags and ranges, reference flavour."""

from __future__ import annotations

from .._expressions import expression

_TAG = expression(r'[ \t]*([Ww]/)?(?:"([^"]*)"|([^", \t]+))[ \t]*(?:,|\Z)')
_RANGE = expression(
    r"[ \t]*(?:([0-9]+)[ \t]*-[ \t]*(?:(-?[0-9]+)[ \t]*)?|(-[0-9]+)[ \t]*)(?:,()|\Z)"
)
_DIGITS = 18


def split_etags(value: str, /) -> tuple[frozenset[str | None], frozenset[str | None]]:
    """Read the entity tags of a header (RFC 9110, 8.8.3): the strong ones, and the weak ones.

    Tags without quotes count. What is no tag, or is followed by something else than a comma, is
    passed over up to the next comma. An empty tag is None.

    >>> split_etags('"a", b, c d, W/"e"') == (frozenset({"a", "b"}), frozenset({"e"}))
    True
    """
    if not isinstance(value, str):
        raise TypeError(f"A header's value is a str, not {value!r}.")
    strong: list[str | None] = []
    weak: list[str | None] = []
    at = 0
    while at < len(value):
        found = _TAG.match(value, at)
        if found is None:
            at = value.find(",", at) + 1
            if not at:
                break
        else:
            marked, quoted, plain = found.groups()
            if marked:
                weak.append(quoted or plain)
            else:
                strong.append(quoted or plain)
            at = found.end()
    return frozenset(strong), frozenset(weak)


def split_ranges(value: str, /) -> tuple[str, list[tuple[int, int | None]]] | None:
    """Read a Range header (RFC 9110, 14.2): its unit, in lower case, and its ranges.

    A range is where it starts, and behind what it ends, or None where it goes up to the end. A
    start below zero is that many from the end. None for what is not in order, or no such header.

    :raises OverflowError: a number has more than 18 digits; all before it was right.

    >>> split_ranges("bytes=0-499, 500-")
    ('bytes', [(0, 500), (500, None)])
    """
    if not isinstance(value, str):
        raise TypeError(f"A header's value is a str, not {value!r}.")
    unit, equals, text = value.partition("=")
    if not equals:
        return None
    ranges: list[tuple[int, int | None]] = []
    at: int = 0
    last: int | None = 0
    while True:
        found = _RANGE.match(text, at)
        if found is None:
            return None
        first, final, length, more = found.groups()
        start_digits = len(first) if first else len(length) - 1
        if start_digits > _DIGITS or (final and len(final) - (final[0] == "-") > _DIGITS):
            raise OverflowError("A number of a range is too large to be read here.")
        start = int(first or length)
        stop = int(final) + 1 if final else None
        if last is None or (length and start == 0):
            return None
        if not length and (start < last or (stop is not None and start >= stop)):
            return None
        ranges.append((start, stop))
        if more is None:
            return unit.strip(" \t").lower(), ranges
        last = stop
        at = found.end()
