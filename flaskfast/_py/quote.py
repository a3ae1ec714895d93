"""Percent-encoding, reference flavour."""

from __future__ import annotations

import re

# What stays as it is, of https://url.spec.whatwg.org/#percent-encoded-bytes.
_CLEAN_PATH = re.compile(r"[A-Za-z0-9_.\-~!$&'()*+,/:;=@]*")
_CLEAN_QUERY = re.compile(r"[A-Za-z0-9_.\-~!$'()*,/:;?@]*")

_is_clean_path = _CLEAN_PATH.fullmatch
_is_clean_query = _CLEAN_QUERY.fullmatch


def _encoded(clean: re.Pattern[str]) -> list[str]:
    """Return for each byte what becomes of it."""
    return [chr(byte) if clean.fullmatch(chr(byte)) else f"%{byte:02X}" for byte in range(256)]


_IN_PATH = _encoded(_CLEAN_PATH)
_IN_QUERY = _encoded(_CLEAN_QUERY)
_IN_QUERY[ord(" ")] = "+"


def quote_path(text: str, /) -> str:
    """Percent-encode what is not allowed in the path of a URL.

    Letters, digits and ``_.-~!$&'()*+,/:;=@`` stay, everything else becomes the ``%XX`` of its
    UTF-8 bytes. A clean `str` comes back itself. A lone surrogate is a `UnicodeEncodeError`.

    >>> quote_path("tea & cake/é")
    'tea%20&%20cake/%C3%A9'
    """
    if type(text) is not str:
        if not isinstance(text, str):
            raise TypeError(f"quote_path() takes a str, not {type(text).__name__}.")
        text = str.__str__(text)  # not a subclass
    if (text.isalnum() and text.isascii()) or _is_clean_path(text):
        return text
    return "".join([_IN_PATH[byte] for byte in text.encode()])


def quote_query(text: str, /) -> str:
    """Percent-encode what is not allowed in the name or value of a query's field.

    Letters, digits and ``_.-~!$'()*,/:;?@`` stay, a space becomes a plus sign, everything else
    the ``%XX`` of its UTF-8 bytes. A clean `str` comes back itself. A lone surrogate is a
    `UnicodeEncodeError`.

    >>> quote_query("tea & cake?")
    'tea+%26+cake?'
    """
    if type(text) is not str:
        if not isinstance(text, str):
            raise TypeError(f"quote_query() takes a str, not {type(text).__name__}.")
        text = str.__str__(text)  # not a subclass
    if (text.isalnum() and text.isascii()) or _is_clean_query(text):
        return text
    return "".join([_IN_QUERY[byte] for byte in text.encode()])
