# cython: language_level=3, freethreading_compatible=True, annotation_typing=False
"""Percent-encoding, compiled flavour: binds csrc/ff_quote.c."""

from __future__ import annotations

from cpython.unicode cimport PyUnicode_DATA, PyUnicode_FromObject, PyUnicode_New
from libc.stdint cimport uint8_t, uint32_t, uint64_t

cdef extern from "Python.h":
    const Py_ssize_t PY_SSIZE_T_MAX
    const char *PyUnicode_AsUTF8AndSize(object text, Py_ssize_t *size) except NULL
    bint PyUnicode_IS_ASCII(object text)

cdef extern from "ff_build.h":
    const char *FF_BUILD

cdef extern from "ff_quote.h" nogil:
    bint ff_quote_is_clean(const uint8_t *src, size_t n, const uint32_t *safe)
    uint64_t ff_quote_growth(const uint8_t *src, size_t n, const uint32_t *safe, uint8_t space)
    uint8_t *ff_quote_write(
        uint8_t *dst, const uint8_t *src, size_t n, const uint32_t *safe, uint8_t space
    )

BUILD = FF_BUILD.decode("ascii")

# A bit for each ASCII character that stays: letters, digits, _.-~ and a few more.
cdef uint32_t IN_PATH[4]
cdef uint32_t IN_QUERY[4]
IN_PATH[:] = [0, 0x2FFFFFD2, 0x87FFFFFF, 0x47FFFFFE]
IN_QUERY[:] = [0, 0x8FFFF792, 0x87FFFFFF, 0x47FFFFFE]


def quote_path(text: str, /) -> str:
    """Percent-encode what is not allowed in the path of a URL."""
    if not isinstance(text, str):
        raise TypeError(f"quote_path() takes a str, not {type(text).__name__}.")
    return path_quoted(text)


def quote_query(text: str, /) -> str:
    """Percent-encode what is not allowed in the name or value of a query's field."""
    if not isinstance(text, str):
        raise TypeError(f"quote_query() takes a str, not {type(text).__name__}.")
    return query_quoted(text)


cdef str path_quoted(object text):
    return quoted(text, IN_PATH, 0)


cdef str query_quoted(object text):
    return quoted(text, IN_QUERY, b"+")


cdef str quoted(source, const uint32_t *safe, uint8_t space):
    cdef Py_ssize_t n
    text = PyUnicode_FromObject(source)
    cdef const uint8_t *src = <const uint8_t *> PyUnicode_AsUTF8AndSize(text, &n)
    if ff_quote_is_clean(src, n, safe):
        return text
    cdef uint64_t growth = ff_quote_growth(src, n, safe, space)
    if growth > <uint64_t> (PY_SSIZE_T_MAX - n):
        raise OverflowError("The percent-encoded text would be too long.")
    made = PyUnicode_New(n + <Py_ssize_t> growth, 127)
    ff_quote_write(<uint8_t *> PyUnicode_DATA(made), src, n, safe, space)
    return made
