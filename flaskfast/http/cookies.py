"""Cookies, read and written (RFC 6265)."""

from __future__ import annotations

import re
import time
import warnings
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from werkzeug.datastructures import MultiDict

from .._expressions import expression
from .._kernels import cookie_pairs, fill_cookies, plain_cookie, write_seconds
from .dates import http_date

__all__ = ["dump_cookie", "parse_cookie"]

_INIT: Any = MultiDict.__init__
_NEW: Any = dict.__new__

# What a value may have without quotes. More than RFC 6265 allows, and what all clients take.
_PLAIN_VALUE = expression(r"[\w!#$%&'()*+\-./:<=>?@\[\]^`{|}~]*", re.ASCII)
_TO_ESCAPE = expression(rb'[\x00-\x1f",;\\\x7f-\xff]')
_CONTROL = expression(r"[\x00-\x1f\x7f]")
# A name with one of these would end itself, the cookie or the header.
_NO_NAME = expression(r"[\x00-\x1f\x7f=;]|^ | $|^$")
_SAME_SITE = {"Strict", "Lax", "None"}


def parse_cookie(header: Any, cls: Any = None) -> Any:
    """Read a Cookie header into a *cls* (RFC 6265, 4.2), a MultiDict where that is None.

    :param header: its text, or a WSGI environ, or None for no cookies. Text stands for the bytes
        that it is in Latin-1 (PEP 3333) and is decoded as UTF-8; bytes that are none become
        U+FFFD, text that is no Latin-1 is taken for decoded.
    :param cls: a class that takes pairs, for instance a kind of MultiDict.
    """
    text = (
        header if type(header) is str or not isinstance(header, dict) else header.get("HTTP_COOKIE")
    )
    if not text:
        return (MultiDict if cls is None else cls)()
    if not text.isascii():
        try:
            text = text.encode("latin-1").decode("utf-8", "replace")
        except UnicodeEncodeError:
            pass
    if cls is None:
        return fill_cookies(MultiDict, text) if MultiDict.__init__ is _INIT else read_cookies(text)
    return read_cookies(text, cls)


def read_cookies(text: str | None, cls: Any = None) -> Any:
    """Read decoded text into a *cls*, as `parse_cookie` does."""
    if cls is None:
        cls = MultiDict
    if not text:
        return cls()
    # PERF: parse-cookie. Both flavours fill the lists that a MultiDict keeps; a class with a
    # constructor of its own is given pairs.
    if cls.__init__ is _INIT and cls.__new__ is _NEW:
        return fill_cookies(cls, text)
    return cls(cookie_pairs(text))


def dump_cookie(
    key: str,
    value: str = "",
    max_age: timedelta | int | None = None,
    expires: str | datetime | int | float | None = None,
    path: str | None = "/",
    domain: str | None = None,
    secure: bool = False,
    httponly: bool = False,
    sync_expires: bool = True,
    max_size: int = 4093,
    samesite: str | None = None,
    partitioned: bool = False,
) -> str:
    r"""Write the value of a Set-Cookie header (RFC 6265, 4.1).

    :param key: the name; one that is not ASCII is sent as the Latin-1 text of its UTF-8.
    :param value: quoted, its bytes escaped as ``\ooo``, where it has more than plain characters.
    :param max_age: seconds to live; also sets *expires* unless *sync_expires* is false.
    :param expires: a date, seconds since the epoch, or a text that is sent as it is.
    :param max_size: the length in bytes above which there is a warning, 0 for none: browsers drop
        such a cookie.
    :param samesite: "Strict", "Lax" or "None", in any case.
    :param partitioned: also makes it *secure*.
    :raises ValueError: the name cannot be one, *samesite* is unknown, or any part has a control
        character.
    """
    if isinstance(max_age, timedelta):
        max_age = int(max_age.total_seconds())
    if expires is None:
        if max_age is not None and sync_expires:
            now = time.time()
            expires = (
                write_seconds(int(now) + max_age)
                if type(max_age) is int
                else http_date(now + max_age)
            )
    elif not isinstance(expires, str):
        expires = http_date(expires)
    # PERF: cookies. Most have nothing that would have to be encoded.
    header = plain_cookie(
        key, value, expires, max_age, path, secure, httponly, samesite, domain, partitioned
    )
    if header is None:
        header = _dump(
            key, value, expires, max_age, path, domain, secure, httponly, samesite, partitioned
        )
    if max_size and len(header) > max_size:
        warnings.warn(
            f"The {key!r} cookie is too large: it has {len(header)} bytes, {len(value)} of them its"
            f" value; the limit is {max_size} bytes. Browsers may drop it without a word.",
            stacklevel=2,
        )
    return header


def check_name(key: str) -> None:
    """Refuse what cannot be a cookie's name.

    :raises ValueError: it is empty, or would end the name, the cookie or the header.
    """
    if _NO_NAME.search(key):
        raise ValueError(
            f"Cookie name {key!r} is empty or has a control character, '=' or ';', which"
            " end a name. Was it made of what a client sent?"
        )


def _dump(
    key: str,
    value: str,
    expires: str | None,
    max_age: int | None,
    path: str | None,
    domain: str | None,
    secure: bool,
    httponly: bool,
    samesite: str | None,
    partitioned: bool,
) -> str:
    """Write a cookie with whatever has to be encoded in it."""
    check_name(key)
    if _PLAIN_VALUE.fullmatch(value) is None:
        value = f'"{_TO_ESCAPE.sub(_escape, value.encode()).decode("ascii")}"'
    head = key if key.isascii() else key.encode().decode("latin-1")
    parts = [f"{head}={value}"]
    if domain is not None:
        parts.append(f"Domain={_domain(domain) if domain else domain}")
    if expires is not None:
        parts.append(f"Expires={expires}")
    if max_age is not None:
        parts.append(f"Max-Age={max_age}")
    _add_flag(parts, "Secure", True if partitioned else secure)
    _add_flag(parts, "HttpOnly", httponly)
    if path is not None:
        # The characters of a URL's path (WHATWG URL), and those that are quoted already.
        parts.append(f"Path={quote(path, safe=_PATH_CHARACTERS)}")
    if samesite is not None:
        parts.append(f"SameSite={_same_site(samesite)}")
    _add_flag(parts, "Partitioned", partitioned)
    header = "; ".join(parts)
    if _CONTROL.search(header):
        raise ValueError(
            f"Cookie {key!r} has a control character in its domain or expiry, which would let its"
            " author write headers of his own. Was it made of what a client sent?"
        )
    return header


_PATH_CHARACTERS = "%!$&'()*+,/:=@"


def _escape(found: re.Match[bytes]) -> bytes:
    byte = found[0]
    return b"\\" + byte if byte in b'"\\' else b"\\%03o" % byte[0]


def _add_flag(parts: list[str], name: str, value: Any) -> None:
    if value is True:
        parts.append(name)
    elif value is not False and value is not None:
        parts.append(f"{name}={value}")


def _domain(domain: str) -> str:
    host = domain.partition(":")[0].lstrip(".")
    return host.encode("idna").decode("ascii")


def _same_site(value: str) -> str:
    value = value.title()
    if value not in _SAME_SITE:
        raise ValueError(f"SameSite must be 'Strict', 'Lax', or 'None', not {value!r}.")
    return value
