"""Query strings, reference flavour."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes


def parse_pairs(query: bytes | str, /) -> list[tuple[str, str]]:
    """Split a query string or a urlencoded body into names and values (WHATWG URL, 5.1).

    Fields are parted by ``&`` and by nothing else. A field without ``=`` has an empty value, one
    without anything is none. ``+`` is a space, ``%XX`` a byte; the bytes are UTF-8, and what is
    no UTF-8 stays readable as ``%XX``. A ``%`` without two hex digits is a percent sign. Text
    stands for the bytes that it is in Latin-1, as in a WSGI environ (PEP 3333).

    >>> parse_pairs(b"q=a+b&tag=caf%C3%A9&tag=%FF&on")
    [('q', 'a b'), ('tag', 'café'), ('tag', '%FF'), ('on', '')]
    """
    if isinstance(query, str):
        query = str.encode(query, "latin-1", "replace")
    elif not isinstance(query, bytes):
        raise TypeError(f"A query string is bytes or str, not {type(query).__name__}.")
    else:
        query = bytes(query)
    try:
        text = query.decode("utf-8")
    except UnicodeDecodeError:
        text = _readable(query)
    pairs = []
    # PERF: query-1000. Spaces all at once: no other character is made of a plus sign.
    for field in text.replace("+", " ").split("&"):
        if field:
            name, _, value = field.partition("=")
            if "%" in field:
                name = _unquoted(name)
                value = _unquoted(value)
            pairs.append((name, value))
    return pairs


def _unquoted(text: str) -> str:
    if "%" not in text:
        return text
    raw = unquote_to_bytes(text)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return _readable(raw)


def _readable(raw: bytes) -> str:
    """Decode UTF-8 and write the bytes that are none as %XX."""
    text = raw.decode("utf-8", "surrogateescape")
    return "".join(
        [f"%{ord(char) & 0xFF:02X}" if "\udc80" <= char <= "\udcff" else char for char in text]
    )


def fill_pairs(cls: type, query: bytes | str, /) -> dict[str, list[str]]:
    """Make a *cls*, which is a kind of `dict`, of the names with a list of values each.

    This is what a `werkzeug.datastructures.MultiDict` keeps inside. The *cls* is made without
    calling its ``__init__``, and none of its methods is called. For the rest see `parse_pairs`.
    """
    if not (isinstance(cls, type) and issubclass(cls, dict)):
        raise TypeError(f"fill_pairs() takes a kind of dict, not {cls!r}.")
    storage: dict[str, list[str]] = cls.__new__(cls)
    values_of = dict.setdefault
    for name, value in parse_pairs(query):
        values_of(storage, name, []).append(value)
    return storage
