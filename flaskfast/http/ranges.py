"""Ranges of bytes (RFC 9110, 14)."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.datastructures import ContentRange, Range

from .._expressions import expression
from .._kernels import split_ranges

__all__ = ["is_byte_range_valid", "parse_content_range_header", "parse_range_header"]

_RANGE = expression(r"[ \t]*(?:([0-9]+)[ \t]*-(?:[ \t]*(-?[0-9]+))?|(-[0-9]+))[ \t]*")
_CONTENT_RANGE = expression(
    r"([^ ]+) (?:(\*)|[ \t]*([0-9]+)[ \t]*-[ \t]*(-?[0-9]+)[ \t]*)/(?:(\*)|[ \t]*(-?[0-9]+))"
)


def parse_range_header(value: str | None, make_inclusive: bool = True) -> Range | None:
    """Read a Range header: see `flaskfast._py.conditions.split_ranges`.

    :param make_inclusive: has no effect.
    :return: None where there is none, or none that makes sense.
    """
    if not value:
        return None
    try:
        found = split_ranges(value)
    except OverflowError:
        found = _large_ranges(value)
    return None if found is None else Range(*found)


def _large_ranges(value: str) -> tuple[str, list[tuple[int, int | None]]] | None:
    """Read a Range header whose numbers have any number of digits that `int` takes."""
    unit, _, text = value.partition("=")
    ranges: list[tuple[int, int | None]] = []
    last: int | None = 0
    for item in text.split(","):
        found = _RANGE.fullmatch(item)
        if found is None or last is None:
            return None
        first, final, length = found.groups()
        try:
            start = int(first or length)
            stop = None if final is None else int(final) + 1
        except ValueError:  # more digits than int() takes
            return None
        if start == 0 if length else start < last:
            return None
        if stop is not None and start >= stop:
            return None
        ranges.append((start, stop))
        last = stop
    return unit.strip(" \t").lower(), ranges


def parse_content_range_header(
    value: str | None, on_update: Callable[[ContentRange], None] | None = None
) -> ContentRange | None:
    """Read a Content-Range header (RFC 9110, 14.4).

    :param on_update: called with the range whenever somebody changes it.
    :return: None where there is none, or one that makes no sense.
    """
    if value is None:
        return None
    found = _CONTENT_RANGE.fullmatch(value.strip(" \t"))
    if found is None:
        return None
    unit, unknown, first, final, endless, size = found.groups()
    try:
        length = None if endless else int(size)
        start = None if unknown else int(first)
        stop = None if unknown else int(final) + 1
    except ValueError:  # more digits than int() takes
        return None
    if not is_byte_range_valid(start, stop, length):
        return None
    return ContentRange(unit, start, stop, length, on_update=on_update)


def is_byte_range_valid(start: int | None, stop: int | None, length: int | None) -> bool:
    """Tell whether a range can be of content that has so many bytes.

    :param start: its first byte, None for an unknown range.
    :param stop: behind its last byte, which may be more than there is; None as *start* is.
    :param length: None where it is unknown.
    """
    if start is None or stop is None:
        return start is stop and (length is None or length >= 0)
    return 0 <= start < stop and (length is None or start < length)
