# cython: language_level=3, freethreading_compatible=True, annotation_typing=False
"""Multipart bodies, compiled flavour: binds csrc/ff_multipart.c."""

from __future__ import annotations

from cpython.bytearray cimport PyByteArray_AS_STRING
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport uint8_t

cdef extern from "ff_build.h":
    const char *FF_BUILD

cdef extern from "ff_multipart.h" nogil:
    enum: FF_PART_FOLLOWS, FF_NO_HEAD
    ctypedef struct ff_range:
        size_t begin, end
    ctypedef struct ff_part:
        ff_range head, content
        size_t next
    int ff_multipart_find(const uint8_t *src, size_t n, size_t at, const uint8_t *boundary,
                          size_t m, ff_range *where)
    int ff_multipart_part(const uint8_t *src, size_t n, size_t at, const uint8_t *boundary,
                          size_t m, ff_part *part)
    int ff_multipart_header(const uint8_t *src, size_t n, size_t *at, ff_range *name,
                            ff_range *value)
    size_t ff_multipart_unfold(uint8_t *dst, const uint8_t *src, size_t n)

BUILD = FF_BUILD.decode("ascii")


cdef const uint8_t *start_of(object data, Py_ssize_t begin, object last) except NULL:
    if not isinstance(data, (bytes, bytearray)):
        raise TypeError(f"A multipart body is bytes or bytearray, not {type(data).__name__}.")
    cdef Py_ssize_t end = len(data) if last is None else last
    if not 0 <= begin <= end <= len(data):
        raise IndexError(f"{begin}:{end} is no part of {len(data)} bytes.")
    if isinstance(data, bytes):
        return <const uint8_t *> PyBytes_AS_STRING(data)
    return <const uint8_t *> PyByteArray_AS_STRING(data)


cdef str text_of(const uint8_t *src, ff_range where):
    return PyUnicode_DecodeUTF8(<const char *> src + where.begin, where.end - where.begin, NULL)


def find_delimiter(
    data: bytes | bytearray, boundary: bytes, begin: int, /
) -> tuple[int, int, int]:
    """Look for the line that ends a part: (kind, start, end).

    The contract is that of `flaskfast._py.multipart.find_delimiter`.
    """
    cdef const uint8_t *src = start_of(data, begin, None)
    cdef bytes dashed = boundary
    cdef ff_range where
    cdef int kind = ff_multipart_find(
        src, len(data), begin, <const uint8_t *> PyBytes_AS_STRING(dashed), len(dashed), &where
    )
    return kind, where.begin, where.end


def split_parts(
    body: bytes | bytearray, boundary: bytes, begin: int, most: int, /
) -> tuple[list[tuple[int, int, int, int]], int, int]:
    """Cut a body into parts: ([(head, its end, content, its end), ...], kind, end).

    The contract is that of `flaskfast._py.multipart.split_parts`.
    """
    cdef const uint8_t *src = start_of(body, begin, None)
    cdef bytes dashed = boundary
    cdef const uint8_t *mark = <const uint8_t *> PyBytes_AS_STRING(dashed)
    cdef size_t n = len(body), m = len(dashed)
    cdef Py_ssize_t left = most
    cdef ff_part part
    cdef int kind = FF_PART_FOLLOWS
    cdef list parts = []
    part.next = begin
    while kind == FF_PART_FOLLOWS and left > 0:
        kind = ff_multipart_part(src, n, part.next, mark, m, &part)
        if kind == FF_NO_HEAD:
            break
        parts.append((part.head.begin, part.head.end, part.content.begin, part.content.end))
        left -= 1
    return parts, kind, part.next


def split_headers(data: bytes | bytearray, begin: int, end: int, /) -> list[tuple[str, str]]:
    """Read the headers between *begin* and *end*, which may be continued on further lines.

    The contract is that of `flaskfast._py.multipart.split_headers`.
    """
    cdef const uint8_t *src = start_of(data, begin, end) + <Py_ssize_t> begin
    cdef size_t n = <Py_ssize_t> end - <Py_ssize_t> begin, at = 0
    cdef bytes room = PyBytes_FromStringAndSize(NULL, n)
    cdef const uint8_t *head = <const uint8_t *> PyBytes_AS_STRING(room)
    cdef ff_range name, value
    cdef list pairs = []
    n = ff_multipart_unfold(<uint8_t *> head, src, n)
    while ff_multipart_header(head, n, &at, &name, &value):
        pairs.append((text_of(head, name), text_of(head, value)))
    return pairs
