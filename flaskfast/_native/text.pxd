# cython: language_level=3
"""Bytes of a text, and texts of bytes: what every binding of a C kernel does."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from cpython.unicode cimport PyUnicode_DATA, PyUnicode_DecodeUTF8, PyUnicode_New
from libc.stdint cimport uint8_t
from libc.string cimport memcpy

cdef extern from *:
    """
    #define FF_IS_DICT_TYPE(cls) \\
        (PyType_Check(cls) && PyType_FastSubclass((PyTypeObject *)(cls), Py_TPFLAGS_DICT_SUBCLASS))
    #define FF_NEW_EMPTY(cls, args) ((PyTypeObject *)(cls))->tp_new((PyTypeObject *)(cls), args, NULL)
    """
    bint PyUnicode_IS_ASCII(object text)
    Py_ssize_t PyUnicode_GET_LENGTH(object text)
    # Whether something is a class of dicts; an instance of a class that has not been initialised.
    bint FF_IS_DICT_TYPE(object cls)
    object FF_NEW_EMPTY(object cls, object args)


cdef inline str as_ascii(const uint8_t *start, size_t size):
    text = PyUnicode_New(<Py_ssize_t> size, 127)
    memcpy(PyUnicode_DATA(text), start, size)
    return text


cdef inline str as_text(const uint8_t *start, size_t size):
    # Lone surrogates are what the environ or a caller has put in: they pass.
    return PyUnicode_DecodeUTF8(<const char *> start, <Py_ssize_t> size, "surrogatepass")


cdef struct ff_span:
    const uint8_t *start
    size_t size
    bint ascii  # nothing but ASCII, so that every piece of it is a text as it stands


cdef inline str piece(ff_span text, size_t start, size_t size):
    return as_ascii(text.start + start, size) if text.ascii else as_text(text.start + start, size)


cdef inline object keeper(str text):
    """Return what holds the bytes of *text*: itself, or its UTF-8."""
    if text is None:
        raise TypeError("A header's value is a str, not None.")
    return text if PyUnicode_IS_ASCII(text) else text.encode("utf-8", "surrogatepass")


cdef inline ff_span span_of(object keeper):
    if isinstance(keeper, bytes):
        return ff_span(<const uint8_t *> PyBytes_AS_STRING(keeper), PyBytes_GET_SIZE(keeper), False)
    return ff_span(<const uint8_t *> PyUnicode_DATA(keeper), PyUnicode_GET_LENGTH(keeper), True)
