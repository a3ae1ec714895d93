"""Signed cookies of sessions: what itsdangerous makes of those that it finds nothing wrong with.

The form is that of `itsdangerous.URLSafeTimedSerializer`: the payload, the seconds since 1970 and
the signature of both, each in URL-safe Base64 without padding (RFC 4648, 5), with dots in between.
A payload that became shorter by it is compressed (RFC 1950) and begins with a dot.

Whatever is doubtful is nobody's here: the answer is None, and itsdangerous says what is wrong.
"""

from __future__ import annotations

import typing as t
import zlib
from binascii import a2b_base64, b2a_base64
from hmac import compare_digest

# Up to so many bytes, zlib needs a window of 2 ** 9 and of 2 ** 12 bytes: it looks back on the
# window less 262 bytes.
_SMALL, _LARGE = 240, 3800
_HEAD = b"\x78\x9c"  # of RFC 1950: a window of 32 KiB, the default level

# "_permanent" in Base64, as far as it does not depend on what stands before and behind it.
_PERMANENT = ("X3Blcm1hbmVud", "9wZXJtYW5lbn", "fcGVybWFuZW50")


def read_signed(signed: str, macs: tuple[t.Any, ...], now: int, max_age: int) -> bytes | None:
    """Return the payload of a signed text, uncompressed.

    :param macs: an HMAC for each key (RFC 2104), with nothing but the key in it.
    :param now: seconds since 1970.
    :param max_age: seconds that a signature is good for.
    :returns: None unless the text is well-formed, signed by one of the keys, and neither older
        than that nor from the future.
    """
    if not signed.isascii():
        return None
    first = signed.rfind(".")
    second = signed.rfind(".", 0, first) if first > 0 else -1
    if second <= 0:
        return None
    value = signed[:first].encode()
    try:
        signature = _from_base64(signed[first + 1 :])
        stamp = _from_base64(signed[second + 1 : first])
    except ValueError:
        return None
    if not 0 < len(stamp) <= 8:
        return None
    for begun in macs:
        mac = begun.copy()
        mac.update(value)
        if compare_digest(signature, mac.digest()):
            break
    else:
        return None
    age = now - int.from_bytes(stamp, "big")
    if age < 0 or age > max_age:
        return None
    try:
        if signed[0] == ".":
            return zlib.decompress(_from_base64(signed[1:second]))
        return _from_base64(signed[:second])
    except (ValueError, zlib.error):
        return None


def write_signed(payload: bytes, begun: t.Any, now: int) -> str:
    """Return *payload*, signed: a text for a cookie.

    :param begun: an HMAC with nothing but the key in it.
    :param now: seconds since 1970.
    """
    squeezed = compressed(payload)
    if len(squeezed) < len(payload) - 1:
        value = f".{_to_base64(squeezed)}"
    else:
        value = _to_base64(payload)
    value = f"{value}.{_to_base64(now.to_bytes((now.bit_length() + 7) // 8, 'big'))}"
    mac = begun.copy()
    mac.update(value.encode())
    return f"{value}.{_to_base64(mac.digest())}"


def compressed(data: bytes) -> bytes:
    """Return what ``zlib.compress(data)`` returns.

    PERF: session-write. It sets aside and clears 268 KiB, which takes some twenty times as long as
    compressing the few bytes of a session: the C library gets them from the kernel each time, and
    gives them back. A window that holds all of them is as good.
    """
    length = len(data)
    if length <= _SMALL:
        deflate = zlib.compressobj(-1, zlib.DEFLATED, 9, 2)
    elif length <= _LARGE:
        deflate = zlib.compressobj(-1, zlib.DEFLATED, 12, 6)
    else:
        return zlib.compress(data)
    # The window's size is in the first two bytes; what fits into it fits into a larger one.
    return _HEAD + (deflate.compress(data) + deflate.flush())[2:]


def may_be_permanent(header: str, name: str) -> bool:
    """Tell whether a Cookie header may have a permanent session, should its signature be good.

    PERF: session-unread. A look at the text costs a fraction of reading it.

    :param name: of the session's cookie.
    """
    if name not in header:
        return False
    if "=." in header or '".' in header or "= " in header or "=\t" in header or "\\" in header:
        # Compressed, it seems, or written in a roundabout way.
        return True
    one, two, three = _PERMANENT
    return one in header or two in header or three in header


def are_as_shipped(checks: list[tuple[t.Any, t.Any]]) -> bool:
    """Tell whether classes have what was shipped.

    :param checks: a `Shipped` and a class, each.
    """
    for shipped, owner in checks:
        if not shipped.by(owner):
            return False
    return True


def may_have_tags(text: str, tags: dict[str, t.Any]) -> bool:
    """Tell whether there may be the key of a tag in JSON text.

    PERF: session-read. There mostly is none.
    """
    if "\\" in text:
        return True
    begins_with_space = '" ' in text
    for key in tags:
        if (begins_with_space or key[:1] != " ") and f'"{key}"' in text:
            return True
    return False


_PLAIN = frozenset((str, int, float, bool, type(None)))


_DEEP = 64


def tagged(
    value: t.Any, tags: dict[str, t.Any], ask: t.Callable[[t.Any], t.Any], depth: int = 0
) -> t.Any:
    """Return a value as something that JSON has a form for, by the standard tags.

    PERF: session-write. A value without a tag, which most are, would ask all eight tags in vain.

    :param ask: is asked for what is not plain, or too deep: the serializer's `tag`.
    """
    kind = type(value)
    if kind in _PLAIN:
        return value
    if depth < _DEEP:
        depth += 1
        if kind is dict:
            if len(value) == 1 and not tags.keys().isdisjoint(value):
                return ask(value)
            return {key: tagged(item, tags, ask, depth) for key, item in value.items()}
        if kind is list:
            return [tagged(item, tags, ask, depth) for item in value]
    return ask(value)


def _from_base64(text: str) -> bytes:
    """Decode Base64 of either alphabet, padded or not; raises ValueError."""
    if "-" in text:
        text = text.replace("-", "+")
    if "_" in text:
        text = text.replace("_", "/")
    short = len(text) & 3
    return a2b_base64(text + "===="[short:] if short else text)


def _to_base64(data: bytes) -> str:
    """Return *data* in URL-safe Base64 without padding."""
    text = b2a_base64(data, newline=False).decode().rstrip("=")
    if "+" in text:
        text = text.replace("+", "-")
    return text.replace("/", "_") if "/" in text else text
