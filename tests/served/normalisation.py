"""What may differ between two answers because it is random or a clock.

Every entry is as narrow as can be: one header or one place in the body, only
where the value has the shape that is expected. A value of another shape stays
as it is and is compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_HTTP_DATE = (
    rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d "
    rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT"
)

Replacement = bytes | Callable[[re.Match[bytes]], bytes]


@dataclass(frozen=True)
class Normalisation:
    """Replace what ``pattern`` matches in one header's value, or in the body.

    ``header`` is a lower-case name; None means the body. A header's pattern must
    match the whole value, a body's pattern matches wherever it occurs.
    """

    header: str | None
    pattern: bytes
    replacement: Replacement
    reason: str

    def of_header(self, name: str, value: bytes) -> bytes:
        """Return the value to compare for a header; other headers come back unchanged."""
        if self.header != name:
            return value
        match = re.fullmatch(self.pattern, value, re.DOTALL)
        return match.re.sub(self.replacement, value) if match else value

    def of_body(self, body: bytes) -> bytes:
        """Return the body to compare."""
        if self.header is not None:
            return body
        return re.sub(self.pattern, self.replacement, body, flags=re.DOTALL)


def _sorted_list(match: re.Match[bytes]) -> bytes:
    return b", ".join(sorted(match[0].split(b", ")))


EVERYWHERE = (
    Normalisation("date", _HTTP_DATE, b"<now>", "Date is the server's clock."),
    Normalisation(
        "allow",
        rb"[A-Z]+(?:, [A-Z]+)*",
        _sorted_list,
        "Methods come out of a set: their order changes with the hash seed of the process.",
    ),
)

UUID = Normalisation(
    None,
    rb'(?<="uuid": ")[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=")',
    b"<uuid>",
    "/uuid answers a random UUID.",
)
RANDOM_ETAG = Normalisation(
    "etag", rb"[0-9a-f]{32}", b"<uuid>", "/cache makes its ETag from a random UUID."
)
LAST_MODIFIED_NOW = Normalisation(
    "last-modified", _HTTP_DATE, b"<now>", "/cache says that it was modified just now."
)
GZIP_TIME = Normalisation(
    None,
    rb"\A(\x1f\x8b\x08\x00)....",
    rb"\1<t>",
    "Bytes 4 to 7 of a gzip member are the time of compression (RFC 1952, 2.3).",
)
DIGEST_CHALLENGE = Normalisation(
    "www-authenticate",
    rb'(Digest realm="me@kennethreitz\.com", nonce=")[0-9a-f]{32,128}'
    rb'(", opaque=")[0-9a-f]{32,128}(".*)',
    rb"\1<nonce>\2<opaque>\3",
    "A digest challenge carries a random nonce and opaque string.",
)
SESSION_COOKIE = Normalisation(
    "set-cookie",
    rb"(session=\.?[\w-]+\.)[\w-]{6}\.[\w-]{27}((?:; Expires=)(?:" + _HTTP_DATE + rb"))?(; .*)",
    lambda match: match[1] + b"<time>.<signature>" + (b"<expires>" if match[2] else b"") + match[3],
    "A session cookie carries the time when it was signed, its signature depends on that, and a "
    "permanent one expires so many seconds from now.",
)
MAX_AGE_COOKIE = Normalisation(
    "set-cookie",
    rb"(.*; Expires=)" + _HTTP_DATE + rb"(; Max-Age=60; .*)",
    rb"\1<in a minute>\2",
    "The end of a cookie that lives for 60 seconds is counted from now; Max-Age is compared.",
)
EXPIRES = Normalisation(
    "expires",
    _HTTP_DATE,
    b"<now and max-age>",
    "Expires of a file is counted from now; max-age is compared.",
)
