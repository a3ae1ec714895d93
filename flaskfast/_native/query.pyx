# cython: language_level=3, freethreading_compatible=True, annotation_typing=False
"""Query strings, compiled flavour: binds csrc/ff_query.c."""

from __future__ import annotations

from cpython.bytes cimport PyBytes_AS_STRING
from cpython.dict cimport PyDict_SetDefault
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from flaskfast._native.text cimport FF_IS_DICT_TYPE, FF_NEW_EMPTY, as_ascii, as_text
from libc.stdint cimport uint8_t, uint32_t

cdef extern from "ff_build.h":
    const char *FF_BUILD

cdef extern from "ff_query.h" nogil:
    enum: FF_NAME_CODED, FF_VALUE_CODED
    ctypedef struct ff_field:
        size_t name, name_size, value, value_size
        uint32_t coded
    int ff_query_next(const uint8_t *src, size_t n, size_t *at, ff_field *field)
    const uint8_t *ff_query_decode(uint8_t *dst, const uint8_t *src, size_t n, size_t *size,
                                   int *ascii)

BUILD = FF_BUILD.decode("ascii")
cdef tuple NOTHING = ()


cdef str long_decoded(const uint8_t *src, size_t n):
    cdef size_t size = 0
    cdef int ascii = 0
    cdef uint8_t *room = <uint8_t *> PyMem_Malloc(3 * n)
    if room is NULL:
        raise MemoryError()
    try:
        src = ff_query_decode(room, src, n, &size, &ascii)
        return as_ascii(src, size) if ascii else as_text(src, size)
    finally:
        PyMem_Free(room)


cdef inline str decoded(const uint8_t *src, size_t n, bint coded):
    cdef uint8_t near[384]
    cdef size_t size = 0
    cdef int ascii = 0
    if not coded:
        return as_ascii(src, n)
    if 3 * n > sizeof(near):
        return long_decoded(src, n)
    src = ff_query_decode(near, src, n, &size, &ascii)
    return as_ascii(src, size) if ascii else as_text(src, size)


cdef inline bytes undecoded(object query):
    if type(query) is bytes:
        return query
    if isinstance(query, str):
        return (<str> query).encode("latin-1", "replace")
    if not isinstance(query, bytes):
        raise TypeError(f"A query string is bytes or str, not {type(query).__name__}.")
    return bytes(query)


def parse_pairs(query: bytes | str, /) -> list[tuple[str, str]]:
    """Split a query string or a urlencoded body into names and values.

    The contract is that of `flaskfast._py.query.parse_pairs`.
    """
    cdef bytes source = undecoded(query)
    cdef const uint8_t *src = <const uint8_t *> PyBytes_AS_STRING(source)
    cdef size_t n = len(source), at = 0
    cdef ff_field field
    cdef list pairs = []
    while ff_query_next(src, n, &at, &field):
        pairs.append((
            decoded(src + field.name, field.name_size, field.coded & FF_NAME_CODED),
            decoded(src + field.value, field.value_size, field.coded & FF_VALUE_CODED),
        ))
    return pairs


def fill_pairs(cls: type, query: bytes | str, /) -> dict[str, list[str]]:
    """Make a *cls*, which is a kind of `dict`, of the names with a list of values each.

    The contract is that of `flaskfast._py.query.fill_pairs`.
    """
    return pairs_filled(cls, query)


cdef object pairs_filled(object cls, object query):
    cdef bytes source = undecoded(query)
    cdef const uint8_t *src = <const uint8_t *> PyBytes_AS_STRING(source)
    cdef size_t n = len(source), at = 0
    cdef ff_field field
    if not FF_IS_DICT_TYPE(cls):
        raise TypeError(f"fill_pairs() takes a kind of dict, not {cls!r}.")
    storage = FF_NEW_EMPTY(cls, NOTHING)
    while ff_query_next(src, n, &at, &field):
        name = decoded(src + field.name, field.name_size, field.coded & FF_NAME_CODED)
        value = decoded(src + field.value, field.value_size, field.coded & FF_VALUE_CODED)
        values = [value]
        known = PyDict_SetDefault(storage, name, values)
        if <object> known is not values:
            (<list> known).append(value)
    return storage
