# cython: language_level=3, freethreading_compatible=True, annotation_typing=False
"""Cookies, compiled flavour: binds csrc/ff_cookie.c."""

from __future__ import annotations

from cpython.dict cimport PyDict_GetItemWithError, PyDict_SetItem
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from cpython.object cimport PyObject
from cpython.unicode cimport PyUnicode_DecodeUTF8
from flaskfast._native.text cimport as_text, ff_span, keeper, span_of
from libc.stdint cimport uint8_t, uint32_t

cdef extern from "ff_build.h":
    const char *FF_BUILD

cdef extern from "ff_cookie.h" nogil:
    ctypedef struct ff_cookie:
        size_t name, name_size, value, value_size
        uint32_t quoted
    int ff_cookie_next(const uint8_t *src, size_t n, size_t *at, ff_cookie *cookie)
    size_t ff_cookie_unquote(uint8_t *dst, const uint8_t *src, size_t n)

cdef extern from *:
    """
    #define FF_NEW_EMPTY(cls, args) ((PyTypeObject *)(cls))->tp_new((PyTypeObject *)(cls), args, NULL)
    """
    object FF_NEW_EMPTY(object cls, object args)

BUILD = FF_BUILD.decode("ascii")
cdef tuple NOTHING = ()


cdef str unquoted(const uint8_t *src, size_t n):
    cdef uint8_t near[256]
    cdef uint8_t *room = near
    if n > sizeof(near):
        room = <uint8_t *> PyMem_Malloc(n)
        if room is NULL:
            raise MemoryError()
    try:
        n = ff_cookie_unquote(room, src, n)
        return PyUnicode_DecodeUTF8(<const char *> room, <Py_ssize_t> n, "replace")
    finally:
        if room is not near:
            PyMem_Free(room)


cdef str value_of(const uint8_t *src, ff_cookie cookie):
    if cookie.quoted:
        return unquoted(src + cookie.value, cookie.value_size)
    return as_text(src + cookie.value, cookie.value_size)


def cookie_pairs(header: str, /) -> list[tuple[str, str]]:
    """Read the names and values of a Cookie header.

    The contract is that of `flaskfast._py.cookies.cookie_pairs`.
    """
    if not isinstance(header, str):
        raise TypeError(f"A Cookie header is a str, not {type(header).__name__}.")
    source = keeper(header)
    cdef ff_span text = span_of(source)
    cdef size_t at = 0
    cdef ff_cookie cookie
    cdef list pairs = []
    while ff_cookie_next(text.start, text.size, &at, &cookie):
        name = as_text(text.start + cookie.name, cookie.name_size)
        pairs.append((name, value_of(text.start, cookie)))
    return pairs


def fill_cookies(cls: type, header: str, /) -> dict[str, list[str]]:
    """Make a *cls*, which is a kind of `dict`, of the names with a list of values each.

    The contract is that of `flaskfast._py.cookies.fill_cookies`.
    """
    if not isinstance(header, str):
        raise TypeError(f"A Cookie header is a str, not {type(header).__name__}.")
    if not (isinstance(cls, type) and issubclass(cls, dict)):
        raise TypeError(f"fill_cookies() takes a kind of dict, not {cls!r}.")
    source = keeper(header)
    cdef ff_span text = span_of(source)
    cdef size_t at = 0
    cdef ff_cookie cookie
    cdef PyObject *known
    storage = FF_NEW_EMPTY(cls, NOTHING)
    while ff_cookie_next(text.start, text.size, &at, &cookie):
        name = as_text(text.start + cookie.name, cookie.name_size)
        value = value_of(text.start, cookie)
        known = PyDict_GetItemWithError(storage, name)
        if known is NULL:
            PyDict_SetItem(storage, name, [value])
        else:
            (<list> known).append(value)
    return storage
