# cython: language_level=3, freethreading_compatible=True, annotation_typing=False
"""Entity tags and ranges, compiled flavour: binds csrc/ff_etag.c and csrc/ff_range.c."""

from __future__ import annotations

from flaskfast._native.text cimport as_text, ff_span, keeper, piece, span_of
from libc.stdint cimport int64_t, uint8_t
from libc.string cimport memchr

cdef extern from "ff_build.h":
    const char *FF_BUILD

cdef extern from "ff_etag.h" nogil:
    ctypedef struct ff_etag:
        size_t start, size
        int weak
    int ff_etag_next(const uint8_t *src, size_t n, size_t *at, ff_etag *tag)

cdef extern from "ff_range.h" nogil:
    enum: FF_RANGE_LARGE, FF_RANGE_OPEN
    ctypedef struct ff_range:
        int64_t start, stop
    int ff_range_next(const uint8_t *src, size_t n, size_t *at, int64_t *last, ff_range *range)

BUILD = FF_BUILD.decode("ascii")
cdef frozenset NOTHING = frozenset()


def split_etags(value: str, /) -> tuple[frozenset[str | None], frozenset[str | None]]:
    """Read the entity tags of a header: the strong ones, and the weak ones.

    The contract is that of `flaskfast._py.conditions.split_etags`.
    """
    source = keeper(value)
    cdef ff_span text = span_of(source)
    cdef size_t at = 0
    cdef ff_etag tag
    cdef list strong = [], weak = []
    while ff_etag_next(text.start, text.size, &at, &tag):
        (weak if tag.weak else strong).append(piece(text, tag.start, tag.size) or None)
    return frozenset(strong) if strong else NOTHING, frozenset(weak) if weak else NOTHING


def split_ranges(value: str, /) -> tuple[str, list[tuple[int, int | None]]] | None:
    """Read a Range header: its unit, in lower case, and its ranges.

    The contract is that of `flaskfast._py.conditions.split_ranges`.
    """
    source = keeper(value)
    cdef ff_span text = span_of(source)
    cdef const uint8_t *equals = NULL
    if text.size:
        equals = <const uint8_t *> memchr(text.start, b"=", text.size)
    if equals is NULL:
        return None
    cdef size_t unit = equals - text.start, n = text.size - unit - 1, at = 0
    cdef int64_t last = 0
    cdef int found
    cdef ff_range span
    cdef list ranges = []
    while True:
        found = ff_range_next(equals + 1, n, &at, &last, &span)
        if found == 0:
            return piece(text, 0, unit).strip(" \t").lower(), ranges
        if found < 0:
            if found == FF_RANGE_LARGE:
                raise OverflowError("A number of a range is too large to be read here.")
            return None
        ranges.append((span.start, None if span.stop == FF_RANGE_OPEN else span.stop))
