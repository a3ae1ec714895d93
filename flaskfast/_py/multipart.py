"""Multipart bodies, reference flavour (RFC 7578; RFC 2046, 5.1)."""

from __future__ import annotations

import re
from functools import lru_cache

from .._expressions import expression

# A line ends with CRLF, LF or CR, whichever the sender prefers.
_BREAK = expression(rb"\r\n|\n|\r")
_BREAKS = expression(r"[\r\n]+")
_BLANK_LINE = expression(rb"\r\n\r\n|\r\r|\n\n")
_FOLD = expression(rb"(?:\r\n|\n|\r)[ \t]")

_GOES_ON, _FOLLOWS, _END, _NO_HEAD = 0, 1, 2, -1


def _check(data: bytes | bytearray, begin: int, end: int | None = None) -> None:
    if not isinstance(data, (bytes, bytearray)):
        raise TypeError(f"A multipart body is bytes or bytearray, not {type(data).__name__}.")
    end = len(data) if end is None else end
    if not 0 <= begin <= end <= len(data):
        raise IndexError(f"{begin}:{end} is no part of {len(data)} bytes.")


def find_delimiter(data: bytes | bytearray, boundary: bytes, begin: int, /) -> tuple[int, int, int]:
    """Look for the line that ends a part: (kind, start, end).

    Kind 1 is a line behind which a part follows, 2 one that ends the body. Such a line lies
    from its line break, which may be the one at *begin*, to behind its last line break, or
    behind the "--" after the boundary. Kind 0: there is none. Everything in front of *start*
    is content then; what is behind it may be the beginning of such a line.

    :param boundary: without line breaks, and without the dashes in front of it.

    >>> find_delimiter(b"text\\r\\n--b\\r\\nnext", b"b", 0)
    (1, 4, 11)
    >>> find_delimiter(b"text\\r\\n--", b"b", 0)
    (0, 4, 4)
    """
    _check(data, begin)
    start = data.find(b"--" + boundary, begin + 1)
    if start != -1:
        # Not before it has been seen: for long contents nothing is as fast as find().
        line = _lines_with(boundary).search(data, max(begin, start - 2))
        if line is not None:
            if line["end"] is not None:
                return _END, line.start(), line.end()
            if line["break"] is not None:
                return _FOLLOWS, line.start(), line.end()
            return _GOES_ON, line.start(), line.start()
    start = _unfinished(data, begin, len(boundary) + 4)
    return _GOES_ON, start, start


def _lines_with(boundary: bytes) -> re.Pattern[bytes]:
    return (_lines_with_short if len(boundary) < 200 else _lines_with_any)(boundary)


def _lines_with_any(boundary: bytes) -> re.Pattern[bytes]:
    """Return what matches a line that ends a part, or as much of it as there is at the end."""
    return re.compile(
        rb"(?:\r\n|\n|\r)--%s(?:(?P<end>--)|[ \t\v\f]*(?:(?P<break>\r\n|\n|\r)|\Z)|-\Z)"
        % re.escape(boundary)
    )


# Clients choose boundaries, so few and only short ones are kept.
_lines_with_short = lru_cache(maxsize=16)(_lines_with_any)


def _break_before(data: bytes | bytearray, at: int, begin: int) -> int:
    """Return where the line break that ends at *at* starts."""
    return at - 2 if at - 2 >= begin and data[at - 2 : at] == b"\r\n" else at - 1


def _unfinished(data: bytes | bytearray, begin: int, longest: int) -> int:
    """Return where the last line break starts, if it is at most *longest* from the end."""
    first = max(begin, len(data) - longest)
    at = max(data.rfind(b"\r", first), data.rfind(b"\n", first))
    return len(data) if at == -1 else _break_before(data, at + 1, begin)


def split_parts(
    body: bytes | bytearray, boundary: bytes, begin: int, most: int, /
) -> tuple[list[tuple[int, int, int, int]], int, int]:
    """Cut a body into parts: ([(head, its end, content, its end), ...], kind, end).

    Kind tells what comes behind the last of them, at *end*: 2 the rest of the line that ends
    the body, 0 or -1 nothing of the kind (-1: a head that has no end), 1 more parts than the
    *most* that are asked for.

    :param begin: behind the first line with the boundary.

    >>> split_parts(b"A: b\\n\\ntext\\n--b--", b"b", 0, 1)
    ([(0, 4, 6, 10)], 2, 16)
    """
    _check(body, begin)
    parts: list[tuple[int, int, int, int]] = []
    kind = _FOLLOWS
    while kind == _FOLLOWS and len(parts) < most:
        blank = _BLANK_LINE.search(body, begin)
        if blank is None:
            return parts, _NO_HEAD, begin
        line = (blank.start() + blank.end()) // 2
        kind, end, following = find_delimiter(body, boundary, line)
        content = _BREAK.match(body, line).end()  # type: ignore[union-attr]
        parts.append((begin, blank.start(), content, max(content, end)))
        begin = following
    return parts, kind, begin


def split_headers(data: bytes | bytearray, begin: int, end: int, /) -> list[tuple[str, str]]:
    """Read the headers between *begin* and *end*, which may be continued on further lines.

    A line without a colon is a name without a value.

    :raises UnicodeDecodeError: they are not UTF-8.

    >>> split_headers(b"A: b\\r\\nC: d\\r\\n e", 0, 14)
    [('A', 'b'), ('C', 'd e')]
    """
    _check(data, begin, end)
    text = _FOLD.sub(b" ", data[begin:end]).decode()
    pairs = []
    for line in _BREAKS.split(text):
        name, colon, value = line.partition(":")
        name = name.strip(" \t")
        if name or colon:
            pairs.append((name, value.strip(" \t")))
    return pairs
