"""Query strings (WHATWG URL, 5.1)."""

from __future__ import annotations

from typing import Any

from werkzeug import datastructures as ds

from .._kernels import fill_pairs, parse_pairs
from .multidict import ImmutableMultiDict

__all__ = ["parse_pairs", "parse_query"]

_INIT: Any = ds.MultiDict.__init__
_NEW: Any = dict.__new__
_THEIRS: Any = ds.ImmutableMultiDict


def parse_query(query: bytes | str, cls: Any = _THEIRS) -> Any:
    """Read a query string into a *cls*, as ``request.args`` is made.

    :param query: bytes, or the text that stands for them in a WSGI environ.
    :param cls: any class that takes pairs; a kind of MultiDict is filled without them.
    :return: names and values, decoded; bytes that are no UTF-8 are kept as ``%XX``.
    """
    # PERF: query-6. Both flavours fill the lists that a MultiDict keeps; a class with a
    # constructor of its own is given pairs.
    if cls.__init__ is not _INIT:
        return cls(parse_pairs(query))
    if cls is _THEIRS:
        return fill_pairs(ImmutableMultiDict, query)
    return fill_pairs(cls, query) if cls.__new__ is _NEW else cls(parse_pairs(query))
