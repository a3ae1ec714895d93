"""Cookies, reference flavour."""

from __future__ import annotations

import re

_NAME = re.compile(r'[ \t]*([^ \t"=;]+)[ \t]*')
# An escape is a backslash and any character of the line.
_QUOTED = re.compile(r'"((?:\\.|[^\\"])*)"')
_TOKEN = re.compile(r'[^ \t";]*')
_END = re.compile(r"[ \t]*(;|\Z)")
_ESCAPE = re.compile(rb"\\([0-3][0-7][0-7]|.)")

# What the parts of a cookie to be set may have as they are. A value may have more than RFC 6265
# allows: what all clients take without quotes.
_PLAIN_NAME = re.compile(r"[\w!#$%&'*+\-.^`|~]+", re.ASCII)
_PLAIN_VALUE = re.compile(r"[\w!#$%&'()*+\-./:<=>?@\[\]^`{|}~]*", re.ASCII)
_PLAIN_PATH = re.compile(r"[\w!$%&'()*+,\-./:=@~]*", re.ASCII)
_PLAIN_HOST = re.compile(r"(?=.{1,63}\Z)(?!\.)(?:[A-Za-z0-9-]|\.(?!\.))+")
_MOST = (1 << 63) - 1


def cookie_pairs(header: str, /) -> list[tuple[str, str]]:
    r"""Read the names and values of a Cookie header (RFC 6265, 4.2.1, leniently).

    Cookies are parted by ``;``. A name has no blank (space, tab), quote, ``=`` or ``;``. A value
    is a quoted string, or has no blank, quote or ``;``; without ``=`` it is empty. What is no
    cookie is passed over. In a quoted value ``\ooo`` is a byte of UTF-8 in octal digits, a
    backslash in front of anything else drops out; bytes that are no UTF-8 become U+FFFD.

    >>> cookie_pairs('a=1; b="x\\"y"; c; d e; =f')
    [('a', '1'), ('b', 'x"y'), ('c', '')]
    """
    if not isinstance(header, str):
        raise TypeError(f"A Cookie header is a str, not {type(header).__name__}.")
    pairs = []
    at = 0
    end = len(header)
    while at < end:
        stop = header.find(";", at)
        part = header[at : end if stop < 0 else stop]
        if '"' in part:
            found = _read_quoted(header, at)
            if found is not None:
                name, value, at = found
                pairs.append((name, value))
                continue
        else:
            # PERF: parse-cookie. No quotes: whatever stands between two semicolons.
            name, _, value = part.partition("=")
            name = name.strip(" \t")
            value = value.strip(" \t")
            if name and not (" " in name or " " in value or "\t" in name or "\t" in value):
                pairs.append((name, value))
        if stop < 0:
            break
        at = stop + 1
    return pairs


def _read_quoted(header: str, at: int) -> tuple[str, str, int] | None:
    """Read the cookie at *at*: name, value, and where the next one may start."""
    named = _NAME.match(header, at)
    if named is None:
        return None
    at = named.end()
    value = ""
    if header.startswith("=", at):
        at += 1
        while header.startswith((" ", "\t"), at):
            at += 1
        quoted = _QUOTED.match(header, at)
        if quoted is not None:
            value = _unquoted(quoted[1])
            at = quoted.end()
        else:
            token = _TOKEN.match(header, at)
            assert token is not None  # it matches nothing at least
            value = token[0]
            at = token.end()
    closed = _END.match(header, at)
    return None if closed is None else (named[1], value, closed.end())


def _unquoted(value: str) -> str:
    if "\\" not in value:
        # Lone surrogates are no UTF-8, and replaced as such.
        return value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    raw = _ESCAPE.sub(_byte, value.encode("utf-8", "surrogatepass"))
    return raw.decode("utf-8", "replace")


def _byte(escape: re.Match[bytes]) -> bytes:
    escaped = escape[1]
    return escaped if len(escaped) == 1 else bytes((int(escaped, 8),))


def fill_cookies(cls: type, header: str, /) -> dict[str, list[str]]:
    """Make a *cls*, which is a kind of `dict`, of the names with a list of values each.

    This is what a `werkzeug.datastructures.MultiDict` keeps inside. The *cls* is made without
    calling its ``__init__``, and none of its methods is called. For the rest see `cookie_pairs`.
    """
    if not isinstance(header, str):
        raise TypeError(f"A Cookie header is a str, not {type(header).__name__}.")
    if not (isinstance(cls, type) and issubclass(cls, dict)):
        raise TypeError(f"fill_cookies() takes a kind of dict, not {cls!r}.")
    storage: dict[str, list[str]] = cls.__new__(cls)
    values_of = dict.setdefault
    for name, value in cookie_pairs(header):
        values_of(storage, name, []).append(value)
    return storage


def plain_cookie(
    key: str,
    value: str,
    expires: str | None,
    max_age: int | None,
    path: str | None,
    secure: object,
    httponly: object,
    same_site: str | None,
    domain: str | None = None,
    partitioned: object = False,
    /,
) -> str | None:
    """Write the value of a Set-Cookie header (RFC 6265, 4.1) where there is nothing to encode.

    None where there is: a name that is no token, characters that need quotes or escapes, flags
    other than True and False, a number that is no int of 64 bits, a *same_site* in other letters
    than its own, a *domain* with a dot in front or of more than 63 characters. What is
    *partitioned* is also secure.

    >>> plain_cookie("a", "1", None, 60, "/", True, False, "Lax")
    'a=1; Max-Age=60; Secure; Path=/; SameSite=Lax'
    """
    # PERF: cookies. Letters and digits need no pattern.
    if type(key) is not str or not (
        (key.isascii() and key.isalnum()) or _PLAIN_NAME.fullmatch(key) is not None
    ):
        return None
    if type(value) is not str or not (
        (value.isascii() and value.isalnum()) or _PLAIN_VALUE.fullmatch(value) is not None
    ):
        return None
    text = f"{key}={value}"
    if domain is not None:
        if type(domain) is not str or _PLAIN_HOST.fullmatch(domain) is None:
            return None
        text = f"{text}; Domain={domain}"
    if expires is not None:
        if type(expires) is not str or not expires.isascii() or not expires.isprintable():
            return None
        if ";" in expires:
            return None
        text = f"{text}; Expires={expires}"
    if max_age is not None:
        if type(max_age) is not int or not -_MOST <= max_age <= _MOST:
            return None
        text = f"{text}; Max-Age={max_age}"
    if secure is True or (partitioned is True and secure is False):
        text = f"{text}; Secure"
    elif secure is not False:
        return None
    if httponly is True:
        text = f"{text}; HttpOnly"
    elif httponly is not False:
        return None
    if path is not None:
        if type(path) is not str or not (path == "/" or _PLAIN_PATH.fullmatch(path) is not None):
            return None
        text = f"{text}; Path={path}"
    if same_site is not None:
        if type(same_site) is not str or same_site not in ("Lax", "Strict", "None"):
            return None
        text = f"{text}; SameSite={same_site}"
    if partitioned is True:
        text = f"{text}; Partitioned"
    elif partitioned is not False:
        return None
    return text
