"""Lists of headers, reference flavour."""

from __future__ import annotations

import re
from operator import itemgetter

# What a name is made of (RFC 9110, 5.6.2).
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
# The two that PEP 3333 has no HTTP_ for.
_OF_CGI = {"CONTENT_TYPE", "CONTENT_LENGTH"}
# PERF: inside-headers-get. As most requests are asked for them.
_ENVIRON_NAMES = {
    name: name.upper().replace("-", "_")
    if name in {"Content-Type", "Content-Length"}
    else "HTTP_" + name.upper().replace("-", "_")
    for name in (
        "Accept",
        "Accept-Encoding",
        "Accept-Language",
        "Authorization",
        "Cache-Control",
        "Content-Length",
        "Content-Type",
        "Cookie",
        "Host",
        "If-Modified-Since",
        "If-None-Match",
        "Origin",
        "Range",
        "Referer",
        "User-Agent",
        "X-CSRFToken",
        "X-Forwarded-For",
        "X-Forwarded-Proto",
        "X-Request-ID",
        "X-Requested-With",
    )
}


def header_fault(name: str, value: str, /) -> int:
    """Tell what is wrong with a header: 1 the name, 2 the value, 0 nothing.

    A name is a token (RFC 9110, 5.6.2), a value has no CR, LF or NUL (5.5): others could write
    headers of their own. Anything but two texts is a `TypeError`.
    """
    if not (isinstance(name, str) and isinstance(value, str)):
        raise TypeError(f"Header {name!r} is not a pair of texts.")
    if not (type(name) is str and name in _SEEN) and _survey_name(name) < 0:
        return 1
    # They would end the header (RFC 9110, 5.5).
    return 2 if "\n" in value or "\r" in value or "\0" in value else 0


def faulty_header(headers: list[tuple[str, str]], /) -> int:
    """Find the first header that has a fault (see `header_fault`): its index, -1 for none."""
    for index, (name, value) in enumerate(headers):
        if header_fault(name, value):
            return index
    return -1


_SURVEYED = {"location": 1, "content-location": 2, "content-length": 4}
# Names that need no look, and what they are surveyed as.
_SEEN = {
    name: _SURVEYED.get(name.lower(), 0)
    for name in (
        "Accept-Ranges",
        "Access-Control-Allow-Credentials",
        "Access-Control-Allow-Origin",
        "Allow",
        "Cache-Control",
        "Content-Disposition",
        "Content-Encoding",
        "Content-Length",
        "Content-Type",
        "Date",
        "ETag",
        "Expires",
        "Last-Modified",
        "Location",
        "Set-Cookie",
        "Vary",
        "WWW-Authenticate",
    )
}
# PERF: hooks. So do those that were found to be tokens: an application has a few, and whoever sends
# on what a client names finds no place for more.
_MOST_SEEN, _LONGEST_SEEN = 256, 64
_value = itemgetter(1)


def _survey_name(name: str) -> int:
    """Tell what a name is surveyed as; -1 where it is no token."""
    # The characters that most names are made of need no pattern.
    if not (name.isascii() and name.replace("-", "").isalnum()) and not _TOKEN.fullmatch(name):
        return -1
    found = _SURVEYED.get(name.lower(), 0)
    if type(name) is str and len(_SEEN) < _MOST_SEEN and len(name) <= _LONGEST_SEEN:
        _SEEN[name] = found
    return found


def survey_headers(headers: list[tuple[str, str]], /) -> int:
    """Tell which headers are there, of those that are looked at before they are sent.

    The sum of 1 for Location, 2 for Content-Location, 4 for Content-Length; -1 where one of the
    headers has a fault, see `header_fault`.
    """
    # PERF: static-file. All values in one search.
    values = "".join(map(_value, headers))
    if "\n" in values or "\r" in values or "\0" in values:
        return -1
    found = 0
    for name, _ in headers:
        kind = _SEEN.get(name)
        if kind is None:
            kind = _survey_name(name)
            if kind < 0:
                return -1
        found |= kind
    return found


def first_value(headers: list[tuple[str, str]], name: str, default: object = None, /) -> object:
    """Return the value of the first header of a name, in whatever case; else *default*."""
    wanted = name.lower()
    length = len(wanted)
    for other, value in headers:
        if other == name or (len(other) == length and other.lower() == wanted):
            return value
    return default


def take_headers(pairs: list[tuple[str, str]], /) -> list[tuple[str, str]] | None:
    """Copy pairs that are headers as they stand: tuples of two texts without a fault.

    None where one of them is not, for whatever reason.
    """
    for pair in pairs:
        if type(pair) is not tuple or len(pair) != 2:
            return None
        name, value = pair
        if type(name) is not str or type(value) is not str or header_fault(name, value):
            return None
    return pairs.copy()


def add_header(headers: list[tuple[str, str]], name: str, value: str, /) -> int:
    """Add a header that has no fault; return the fault of one that has, see `header_fault`."""
    fault = header_fault(name, value)
    if not fault:
        headers.append((name, value))
    return fault


def put_header(headers: list[tuple[str, str]], name: str, value: str, /) -> int:
    """Give a header one value, where its first one stood, else at the end.

    Returns 0, or the fault that kept it from doing so, see `header_fault`.

    >>> headers = [("a", "1"), ("b", "2"), ("A", "3")]
    >>> put_header(headers, "A", "4")
    0
    >>> headers
    [('A', '4'), ('b', '2')]
    """
    if type(name) is str and name in _SEEN and type(value) is str:
        # PERF: hooks. As `header_fault` has it, without a call.
        if "\n" in value or "\r" in value or "\0" in value:
            return 2
    else:
        fault = header_fault(name, value)
        if fault:
            return fault
    wanted = name.lower()
    length = len(wanted)
    for pair in headers:
        if len(pair[0]) == length and pair[0].lower() == wanted:
            break
    else:
        headers.append((name, value))
        return 0
    index = headers.index(pair)
    headers[index] = (name, value)
    index += 1
    headers[index:] = [pair for pair in headers[index:] if pair[0].lower() != wanted]
    return 0


def environ_name(name: str, /) -> str:
    """Return the name under which a WSGI environ has a header (PEP 3333).

    >>> environ_name("Content-Type"), environ_name("Host")
    ('CONTENT_TYPE', 'HTTP_HOST')
    """
    if type(name) is str:
        known = _ENVIRON_NAMES.get(name)
        if known is not None:
            return known
    elif not isinstance(name, str):
        raise TypeError(f"A header's name is a str, not {type(name).__name__}.")
    name = str.upper(name).replace("-", "_")
    return name if name in _OF_CGI else f"HTTP_{name}"
