"""Read answers so that two of them can be compared: signatures opened, clocks told apart.

What changes with the clock is not cut out but understood: a date that moves from one answer of
genuine Flask to the next must move in the same way in an answer of flaskfast. A date that stays
where it is must be the very same.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cached_property

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_CLOCK = re.compile(
    r"""
    (?P<http> (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),[ ]\d\d[ -](?P<month>[A-Z][a-z]{2})[ -]\d{4}
              [ ]\d\d:\d\d:\d\d[ ]GMT )
    | (?P<iso> \d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d (?:\.\d{1,9})? (?:Z|[+-]\d\d:?\d\d)? )
    | (?<![\w.]) (?P<unix> [12]\d{9} (?:\d{3} | \.\d{1,9})? ) (?![\w.])
    """,
    re.VERBOSE,
)

# itsdangerous: payload, time and signature, each in the base64 of URLs.
_SIGNED = re.compile(
    r"(?<![\w.-])(?P<zip>\.?)(?P<payload>[\w-]{2,})\.(?P<time>[\w-]{5,8})"
    r"\.(?P<signature>[\w-]{27,86})(?![\w.-])"
)
_LONGEST_TOKEN = 100_000


@dataclass(frozen=True)
class Moment:
    """A place in a text that may be a reading of a clock.

    :ivar shape: how it is written, so that another shape is never taken for the same.
    :ivar time: seconds since 1970; for a reading without a time zone, as if it were UTC.
    """

    text: str
    shape: str
    time: float


@dataclass(frozen=True)
class Reading:
    """A text of an answer, and when the answer was asked for.

    :ivar slack: by how many seconds the application may have looked at the clock later.
    """

    text: str
    clock: float
    slack: float = 0.0

    @cached_property
    def parts(self) -> tuple[list[str], list[Moment]]:
        """The literal pieces of the text, and the moments between them."""
        literal, moments, end = [], [], 0
        for match in _CLOCK.finditer(self.text):
            moment = _moment(match)
            if moment is not None:
                literal.append(self.text[end : match.start()])
                moments.append(moment)
                end = match.end()
        literal.append(self.text[end:])
        return literal, moments

    def moves_like(self, number: int, other: Reading) -> bool:
        """Tell whether moment *number* is as far from this clock as the other's is from its."""
        here, there = self.parts[1][number], other.parts[1][number]
        if here.shape != there.shape:
            return False
        drift = (here.time - self.clock) - (there.time - other.clock)
        return abs(drift) <= 2.0 + self.slack + other.slack


def _moment(match: re.Match[str]) -> Moment | None:
    text = match[0]
    try:
        if match["http"]:
            month = _MONTHS.index(match["month"]) + 1
            numbers = [int(n) for n in re.findall(r"\d+", text)]
            day, year, hour, minute, second = numbers
            time = datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)
            return Moment(text, "http", time.timestamp())
        if match["iso"]:
            return _iso(text)
    except ValueError:  # no such day, no such month
        return None
    whole = text.partition(".")[0]
    seconds = float(text) if len(whole) == 10 else int(whole) / 1000
    return Moment(text, f"unix{len(whole)}{'.' if '.' in text else ''}", seconds)


def _iso(text: str) -> Moment:
    body, fraction, zone = re.fullmatch(r"(.{19})(\.\d+)?(.*)", text).groups()  # type: ignore[union-attr]
    time = datetime.strptime(body.replace("T", " "), "%Y-%m-%d %H:%M:%S")
    seconds = time.replace(tzinfo=timezone.utc).timestamp() + float(fraction or 0)
    # Python leaves out a fraction of exactly nothing, so that its length is no part of the shape.
    return Moment(text, f"iso{body[10]}{zone}", seconds)


# -- signatures --------------------------------------------------------------------------


def opened(text: str) -> str:
    """Write signed values as what they say and when they were signed, without the signature.

    Whether a session cookie's signature is right is asked of the applications themselves.
    """
    if text.count(".") < 2:
        return text
    return _SIGNED.sub(_opened, text)


def _opened(match: re.Match[str]) -> str:
    if len(match[0]) > _LONGEST_TOKEN:
        return match[0]
    try:
        signed_at = int.from_bytes(_decoded(match["time"]), "big")
        payload = _decoded(match["payload"])
        if match["zip"]:
            payload = zlib.decompressobj().decompress(payload, _LONGEST_TOKEN)
        content = payload.decode("utf-8")
    except (ValueError, binascii.Error, zlib.error):
        return match[0]
    if not 1_000_000_000 <= signed_at < 3_000_000_000 or not content.isprintable():
        return match[0]
    packed = "compressed " if match["zip"] else ""
    length = len(match["signature"])
    return f"<{packed}signed {content} at {signed_at} by {length} characters>"


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


# -- bodies and headers ------------------------------------------------------------------


def readable_body(body: bytes, encoding: str | None) -> str:
    """Return a body as text that stands for exactly these bytes, signatures aside."""
    if encoding == "gzip" and len(body) > 10:
        body = body[:4] + b"time" + body[8:]  # of the compression: RFC 1952, 2.3
    return opened(body.decode("latin-1"))


def readable_header(name: str, value: str) -> str:
    """Return a header's value as it is compared."""
    if name.lower() == "allow":
        # Methods come out of a set: their order means nothing and changes with the process.
        return ", ".join(sorted(part.strip() for part in value.split(",")))
    return opened(value)
