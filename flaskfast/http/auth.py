"""Credentials and challenges (RFC 9110, 11)."""

from __future__ import annotations

import sys
from base64 import b64decode
from binascii import a2b_base64

from werkzeug.datastructures import Authorization, WWWAuthenticate

from .options import parse_dict_header

__all__ = ["parse_authorization_header", "parse_www_authenticate_header"]


def parse_authorization_header(value: str | None) -> Authorization | None:
    """Read an Authorization header (RFC 9110, 11.6.2): name and password of Basic, parameters,
    or a token.

    :return: None where there is none, and for a Basic that is no base64 of UTF-8 (RFC 7617).
    """
    if not value:
        return None
    scheme, _, rest = value.partition(" ")
    scheme = scheme.lower()
    rest = rest.strip(" \t")
    if scheme != "basic":
        if _has_parameters(rest):
            return Authorization(scheme, parse_dict_header(rest))
        return Authorization(scheme, None, rest)
    try:
        name, _, password = _decoded(rest).decode().partition(":")
    except ValueError:  # no base64, no ASCII, no UTF-8
        return None
    return Authorization(scheme, {"username": name, "password": password})


if sys.version_info >= (3, 11):

    def _decoded(text: str) -> bytes:
        return a2b_base64(text, strict_mode=True)  # PERF: parse-basic. What b64decode() does.

else:

    def _decoded(text: str) -> bytes:
        return b64decode(text, validate=True)


def parse_www_authenticate_header(value: str | None) -> WWWAuthenticate | None:
    """Read a WWW-Authenticate header (RFC 9110, 11.6.1) with one challenge: parameters or a token.

    None where there is none.
    """
    if not value:
        return None
    scheme, _, rest = value.partition(" ")
    rest = rest.strip(" \t")
    if _has_parameters(rest):
        return WWWAuthenticate(scheme, parse_dict_header(rest))
    return WWWAuthenticate(scheme, None, rest)


def _has_parameters(text: str) -> bool:
    # A token may have equals signs at its end.
    return "=" in text and "=" in text.rstrip("=")
