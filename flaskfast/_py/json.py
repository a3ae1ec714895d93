"""JSON text, reference flavour (RFC 8259)."""

from __future__ import annotations

from json import JSONDecodeError, JSONDecoder, loads
from typing import Any, cast

_scan_once = cast(Any, JSONDecoder()).scan_once


def read_json(data: bytes, /) -> object:
    """Return what JSON text in bytes stands for: what `json.loads` makes of it.

    That is any Unicode encoding, numbers and strings as Python has them, also what RFC 8259
    leaves out: NaN, infinities, lone surrogates.

    :raises ValueError: with the message of `json.loads`.
    :raises RecursionError: it is nested too deeply.

    >>> read_json(b'{"a": [1, true]}')
    {'a': [1, True]}
    """
    if not isinstance(data, bytes):
        raise TypeError(f"read_json() takes bytes, not {type(data).__name__}.")
    # PERF: json-in. json.loads() guesses an encoding and matches white space on either side, in
    # four functions; most texts are objects in UTF-8 without any around them.
    if data[:1] in (b"{", b"[") and b"\0" not in data[:4]:
        try:
            text = data.decode("utf-8", "surrogatepass")
            value, end = _scan_once(text, 0)
        except (StopIteration, UnicodeDecodeError, JSONDecodeError):
            pass  # not in here is it read again: the error has no context then
        else:
            if end == len(text) or not text[end:].strip(" \t\n\r"):
                return cast(object, value)
    return cast(object, loads(data))
