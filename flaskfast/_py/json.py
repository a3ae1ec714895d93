"""JSON text, reference flavour (RFC 8259)."""

from __future__ import annotations

from collections.abc import Callable
from json import JSONDecodeError, JSONDecoder, loads
from typing import Any, cast

_scan_once = cast(Any, JSONDecoder()).scan_once


def read_json(data: bytes | str, /) -> object:
    """Return what JSON text, or such text in bytes, stands for: what `json.loads` makes of it.

    That is any Unicode encoding, numbers and strings as Python has them, also what RFC 8259
    leaves out: NaN, infinities, lone surrogates.

    :raises ValueError: with the message of `json.loads`.
    :raises RecursionError: it is nested too deeply.

    >>> read_json(b'{"a": [1, true]}')
    {'a': [1, True]}
    """
    if not isinstance(data, (bytes, str)):
        raise TypeError(f"read_json() takes bytes or str, not {type(data).__name__}.")
    # PERF: json-in, session-read. json.loads() guesses an encoding and matches white space on
    # either side, in four functions; most texts are objects without any around them.
    try:
        text = data if isinstance(data, str) else _plain_text(data)
        if text[:1] in ("{", "["):
            value, end = _scan_once(text, 0)
            if end == len(text) or not text[end:].strip(" \t\n\r"):
                return cast(object, value)
    except (StopIteration, UnicodeDecodeError, JSONDecodeError):
        pass  # not in here is it read again: the error has no context then
    return cast(object, loads(data))


def _plain_text(data: bytes) -> str:
    """Return text in UTF-8; none where it may be in another encoding."""
    if data[:1] in (b"{", b"[") and b"\0" not in data[:4]:
        return data.decode("utf-8", "surrogatepass")
    return ""


def new_writer(
    default: Callable[[object], object],
    chunks: Callable[[object, int], tuple[str, ...]],
    full: Callable[[object], str],
    colon: str,
    comma: str,
    sorts: bool,
    ascii: bool,
    /,
) -> Callable[[object], str]:
    """Return what writes objects as JSON text, as the standard library's C encoder does.

    :param default: what that encoder was made with, and so with the last four: what stands
        between a key and its value, and between items; whether keys are sorted; whether
        characters beyond ASCII are escaped.
    :param chunks: that encoder, made without a table of what is being written: what contains
        itself is a ``RecursionError`` to it.
    :param full: has the last word on what is one.
    """

    def write(obj: object, /) -> str:
        try:
            return "".join(chunks(obj, 0))
        except RecursionError:
            pass
        # Not in there, or that error would be the context of what it raises.
        return full(obj)

    return write
