# cython: annotation_typing=True
"""Filling in the URL of a rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus

_Quote = Callable[[str], str]


def fill_url(
    pieces: list[str],
    slots: tuple[tuple[int, str, int, Callable[[Any], str]], ...],
    values: dict[str, Any],
    quote_path: _Quote,
    /,
) -> str:
    """Put values in their places.

    :param pieces: of the URL, anything where a value comes.
    :param slots: of each value its place, its name, how it becomes text (1: it is text, 2: an
        integer, 0: by the function that comes last), and that function.
    """
    if not slots:
        return pieces[0]
    filled: list[str] = pieces.copy()
    for place, name, how, to_url in slots:
        value: Any = values[name]
        if how == 1:
            filled[place] = quote_path(value if type(value) is str else str(value))
        elif how == 2:
            filled[place] = str(value if type(value) is int else int(value))
        else:
            filled[place] = to_url(value)
    return "".join(filled)


def fill_query(values: dict[str, Any], taken: frozenset[str], quote_query: _Quote, /) -> str:
    """Return the values that are not *taken* as a query string, behind its question mark.

    A list, tuple or set is as many fields; None is none. Nothing comes back for nothing.
    """
    fields: list[str] = []
    for name, value in values.items():
        if name in taken or value is None:
            continue
        field = _field(name, quote_query)
        if isinstance(value, (list, tuple, set)):
            for each in value:
                if each is not None:
                    fields.append(f"{field}={_field(each, quote_query)}")
        else:
            fields.append(f"{field}={_field(value, quote_query)}")
    return "?" + "&".join(fields) if fields else ""


def _field(value: Any, quote_query: _Quote) -> str:
    """Quote the name or the value of a query's field."""
    if type(value) is str:
        return quote_query(value)
    if isinstance(value, bytes):
        return quote_plus(value, safe="!$'()*,/:;?@")
    return quote_query(str(value))
