# cython: language_level=3, freethreading_compatible=True, annotation_typing=False
"""HTML escape, compiled flavour: binds csrc/ff_escape.c."""

from __future__ import annotations

from cpython.object cimport PyObject
from cpython.unicode cimport PyUnicode_DATA, PyUnicode_FromObject, PyUnicode_KIND, PyUnicode_New
from libc.stdint cimport uint8_t, uint16_t, uint32_t, uint64_t

from markupsafe import Markup

cdef extern from "Python.h":
    const Py_ssize_t PY_SSIZE_T_MAX
    ctypedef struct PyTypeObject:
        object (*tp_new)(PyTypeObject *, object args, PyObject *kwargs)
    PyTypeObject PyUnicode_Type
    Py_UCS4 PyUnicode_MAX_CHAR_VALUE(object text)

cdef extern from "ff_build.h":
    const char *FF_BUILD

cdef extern from "ff_escape.h" nogil:
    uint64_t ff_escape_growth1(const uint8_t *src, size_t n)
    uint64_t ff_escape_growth2(const uint16_t *src, size_t n)
    uint64_t ff_escape_growth4(const uint32_t *src, size_t n)
    uint8_t *ff_escape_write1(uint8_t *dst, const uint8_t *src, size_t n)
    uint16_t *ff_escape_write2(uint16_t *dst, const uint16_t *src, size_t n)
    uint32_t *ff_escape_write4(uint32_t *dst, const uint32_t *src, size_t n)

BUILD = FF_BUILD.decode("ascii")
cdef type MarkupType = Markup


cdef object marked(str safe):
    # PERF: escape-short-clean. Markup.__new__ would look for __html__ on a plain str again.
    return PyUnicode_Type.tp_new(<PyTypeObject *> MarkupType, (safe,), NULL)


cdef str escaped(str source):
    cdef size_t n = len(source)
    cdef int width = PyUnicode_KIND(source)
    cdef const void *src = PyUnicode_DATA(source)
    cdef uint64_t growth
    if width == 1:
        growth = ff_escape_growth1(<const uint8_t *> src, n)
    elif width == 2:
        growth = ff_escape_growth2(<const uint16_t *> src, n)
    else:
        growth = ff_escape_growth4(<const uint32_t *> src, n)
    if growth == 0:
        return source
    if growth > <uint64_t> PY_SSIZE_T_MAX - n:
        raise OverflowError("escape_text() would return a str that is too long.")
    result = PyUnicode_New(<Py_ssize_t> (n + growth), PyUnicode_MAX_CHAR_VALUE(source))
    cdef void *dst = PyUnicode_DATA(result)
    if width == 1:
        ff_escape_write1(<uint8_t *> dst, <const uint8_t *> src, n)
    elif width == 2:
        ff_escape_write2(<uint16_t *> dst, <const uint16_t *> src, n)
    else:
        ff_escape_write4(<uint32_t *> dst, <const uint32_t *> src, n)
    return <str> result


def escape_text(text: str, /) -> str:
    """Replace the characters that mean something to HTML in a text.

    The contract is that of `flaskfast._py.escape.escape_text`.
    """
    if not isinstance(text, str):
        raise TypeError(f"escape_text() takes a str, not {type(text).__name__}.")
    return escaped(<str> PyUnicode_FromObject(text))  # itself, or the characters of a subclass


def escape(s, /):
    """Turn any object into text that is safe inside HTML.

    The contract is that of `flaskfast._py.escape.escape`.
    """
    if type(s) is str:
        return marked(escaped(<str> s))
    if type(s) is MarkupType:
        return s
    if hasattr(s, "__html__"):
        return Markup(s.__html__())
    return marked(escaped(<str> PyUnicode_FromObject(str(s))))


def mark(value, /):
    """Mark a text as safe inside HTML.

    The contract is that of `flaskfast._py.escape.mark`.
    """
    return marked(<str> value) if type(value) is str else Markup(value)
