"""Percent-encoding, reference flavour."""

from __future__ import annotations

import re
from urllib.parse import quote, quote_plus

# What stays as it is, of https://url.spec.whatwg.org/#percent-encoded-bytes.
_CLEAN_PATH = re.compile(r"[A-Za-z0-9_.\-~!$&'()*+,/:;=@]*")
_CLEAN_QUERY = re.compile(r"[A-Za-z0-9_.\-~!$'()*,/:;?@]*")


def quote_path(text: str, /) -> str:
    """Percent-encode what is not allowed in the path of a URL.

    Letters, digits and ``_.-~!$&'()*+,/:;=@`` stay, everything else becomes the ``%XX`` of its
    UTF-8 bytes. A clean `str` comes back itself. A lone surrogate is a `UnicodeEncodeError`.

    >>> quote_path("tea & cake/é")
    'tea%20&%20cake/%C3%A9'
    """
    if not isinstance(text, str):
        raise TypeError(f"quote_path() takes a str, not {type(text).__name__}.")
    if _CLEAN_PATH.fullmatch(text):
        return str.__str__(text)  # not a subclass
    return quote(text, safe="!$&'()*+,/:;=@")


def quote_query(text: str, /) -> str:
    """Percent-encode what is not allowed in the name or value of a query's field.

    Letters, digits and ``_.-~!$'()*,/:;?@`` stay, a space becomes a plus sign, everything else
    the ``%XX`` of its UTF-8 bytes. A clean `str` comes back itself. A lone surrogate is a
    `UnicodeEncodeError`.

    >>> quote_query("tea & cake?")
    'tea+%26+cake?'
    """
    if not isinstance(text, str):
        raise TypeError(f"quote_query() takes a str, not {type(text).__name__}.")
    if _CLEAN_QUERY.fullmatch(text):
        return str.__str__(text)  # not a subclass
    return quote_plus(text, safe="!$'()*,/:;?@")
