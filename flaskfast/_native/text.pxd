# cython: language_level=3
"""Bytes of a text, and texts of bytes: what every binding of a C kernel does."""

from cpython.unicode cimport PyUnicode_DATA, PyUnicode_DecodeUTF8, PyUnicode_New
from libc.stdint cimport uint8_t
from libc.string cimport memcpy


cdef inline str as_ascii(const uint8_t *start, size_t size):
    text = PyUnicode_New(<Py_ssize_t> size, 127)
    memcpy(PyUnicode_DATA(text), start, size)
    return text


cdef inline str as_text(const uint8_t *start, size_t size):
    # Lone surrogates are what the environ or a caller has put in: they pass.
    return PyUnicode_DecodeUTF8(<const char *> start, <Py_ssize_t> size, "surrogatepass")
