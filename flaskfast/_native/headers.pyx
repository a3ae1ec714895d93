# cython: language_level=3, freethreading_compatible=True, annotation_typing=False
"""Lists of headers, compiled flavour: binds csrc/ff_header.c."""

from __future__ import annotations

from cpython.list cimport PyList_GET_SIZE, PyList_GetSlice
from cpython.tuple cimport PyTuple_GET_ITEM
from cpython.unicode cimport PyUnicode_DATA, PyUnicode_KIND
from flaskfast._native.text cimport PyUnicode_GET_LENGTH, PyUnicode_IS_ASCII, as_ascii
from libc.stdint cimport uint8_t, uint16_t, uint32_t

cdef extern from "ff_build.h":
    const char *FF_BUILD

cdef extern from "ff_header.h" nogil:
    int ff_header_same(const uint8_t *name, const uint8_t *other, size_t n)
    size_t ff_header_environ(uint8_t *dst, const uint8_t *name, size_t n)
    int ff_header_name_ok(const uint8_t *name, size_t n)
    int ff_header_value_ok(const uint8_t *value, size_t n)
    int ff_header_value_ok2(const uint16_t *value, size_t n)
    int ff_header_value_ok4(const uint32_t *value, size_t n)

BUILD = FF_BUILD.decode("ascii")


cdef inline object name_of(object pair):
    return <object> PyTuple_GET_ITEM(pair, 0) if type(pair) is tuple and len(<tuple> pair) else pair[0]


cdef inline bint same_name(object name, object other) except -1:
    if name is other:
        return True
    if not (type(name) is str and type(other) is str):
        return name.lower() == other.lower()
    cdef Py_ssize_t n = PyUnicode_GET_LENGTH(name)
    if PyUnicode_IS_ASCII(name) and PyUnicode_IS_ASCII(other):
        return n == PyUnicode_GET_LENGTH(other) and ff_header_same(
            <const uint8_t *> PyUnicode_DATA(name), <const uint8_t *> PyUnicode_DATA(other), n
        )
    return (<str> name).lower() == (<str> other).lower()


cdef inline bint value_ok(object value):
    cdef size_t n = PyUnicode_GET_LENGTH(value)
    cdef int width = PyUnicode_KIND(value)
    cdef const void *text = PyUnicode_DATA(value)
    if width == 1:
        return ff_header_value_ok(<const uint8_t *> text, n)
    if width == 2:
        return ff_header_value_ok2(<const uint16_t *> text, n)
    return ff_header_value_ok4(<const uint32_t *> text, n)


cdef inline bint name_ok(object name):
    return PyUnicode_IS_ASCII(name) and ff_header_name_ok(
        <const uint8_t *> PyUnicode_DATA(name), PyUnicode_GET_LENGTH(name)
    )


cdef int header_faulted(object name, object value) except -1:
    return fault_of(name, value)


cdef inline int fault_of(object name, object value) except -1:
    if not (isinstance(name, str) and isinstance(value, str)):
        raise TypeError(f"Header {name!r} is not a pair of texts.")
    if not name_ok(name):
        return 1
    return 0 if value_ok(value) else 2


def header_fault(name: str, value: str, /) -> int:
    """Tell what is wrong with a header.

    The contract is that of `flaskfast._py.headers.header_fault`.
    """
    return fault_of(name, value)


def faulty_header(headers: list[tuple[str, str]], /) -> int:
    """Find the first header that would write more than itself.

    The contract is that of `flaskfast._py.headers.faulty_header`.
    """
    cdef Py_ssize_t index = 0
    for name, value in headers:
        if fault_of(name, value):
            return index
        index += 1
    return -1


cdef inline int surveyed(object name) noexcept:
    """Return what `survey_headers` calls a name without a fault, which is ASCII."""
    cdef Py_ssize_t n = PyUnicode_GET_LENGTH(name)
    cdef const uint8_t *text = <const uint8_t *> PyUnicode_DATA(name)
    if n == 8 and ff_header_same(text, b"location", 8):
        return 1
    if n == 16 and ff_header_same(text, b"content-location", 16):
        return 2
    return 4 if n == 14 and ff_header_same(text, b"content-length", 14) else 0


def survey_headers(headers: list[tuple[str, str]], /) -> int:
    """Tell which headers are there, of those that are looked at before they are sent.

    The contract is that of `flaskfast._py.headers.survey_headers`.
    """
    return headers_surveyed(headers)


cdef int headers_surveyed(object headers) except -2:
    cdef int found = 0
    for name, value in headers:
        if fault_of(name, value):
            return -1
        found |= surveyed(name)
    return found


def take_headers(pairs: list[tuple[str, str]], /) -> list[tuple[str, str]] | None:
    """Copy pairs that are headers as they stand.

    The contract is that of `flaskfast._py.headers.take_headers`.
    """
    cdef list taken = PyList_GetSlice(pairs, 0, PyList_GET_SIZE(pairs))
    for pair in taken:
        if type(pair) is not tuple or len(<tuple> pair) != 2:
            return None
        name = <object> PyTuple_GET_ITEM(pair, 0)
        value = <object> PyTuple_GET_ITEM(pair, 1)
        if type(name) is not str or type(value) is not str or fault_of(name, value):
            return None
    return taken


cdef Py_ssize_t index_of(list headers, object name) except -2:
    cdef Py_ssize_t index
    for index in range(len(headers)):
        if same_name(name_of(headers[index]), name):
            return index
    return -1


def first_value(headers: list[tuple[str, str]], name: str, default: object = None, /) -> object:
    """Return the value of the first header of a name.

    The contract is that of `flaskfast._py.headers.first_value`.
    """
    return value_found(headers, name, default)


cdef object value_found(object headers, object name, object default):
    cdef Py_ssize_t index = index_of(headers, name)
    return default if index < 0 else (<list> headers)[index][1]


def add_header(headers: list[tuple[str, str]], name: str, value: str, /) -> int:
    """Add a header that has no fault.

    The contract is that of `flaskfast._py.headers.add_header`.
    """
    cdef int fault = fault_of(name, value)
    if fault == 0:
        headers.append((name, value))
    return fault


def put_header(headers: list[tuple[str, str]], name: str, value: str, /) -> int:
    """Give a header one value.

    The contract is that of `flaskfast._py.headers.put_header`.
    """
    return header_put(headers, name, value)


cdef int header_put(object headers, object name, object value) except -1:
    cdef list known = headers
    cdef int fault = fault_of(name, value)
    if fault:
        return fault
    cdef Py_ssize_t index = index_of(known, name)
    if index < 0:
        known.append((name, value))
        return 0
    known[index] = (name, value)
    for index in range(index + 1, len(known)):
        if same_name(name_of(known[index]), name):
            known[index:] = [pair for pair in known[index:] if not same_name(name_of(pair), name)]
            break
    return 0


def environ_name(name: str, /) -> str:
    """Return the name under which a WSGI environ has a header.

    The contract is that of `flaskfast._py.headers.environ_name`.
    """
    return name_in_environ(name)


cdef str name_in_environ(object name):
    cdef uint8_t near[128]
    cdef size_t n
    if not isinstance(name, str):
        raise TypeError(f"A header's name is a str, not {type(name).__name__}.")
    n = PyUnicode_GET_LENGTH(name)
    if n + 5 > sizeof(near) or not PyUnicode_IS_ASCII(name):
        return long_environ_name(str(name))
    n = ff_header_environ(near, <const uint8_t *> PyUnicode_DATA(name), n)
    return as_ascii(near, n)


cdef str long_environ_name(str name):
    name = name.upper().replace("-", "_")
    return name if name == "CONTENT_TYPE" or name == "CONTENT_LENGTH" else "HTTP_" + name
