# Types for flaskfast/_py/sources.py, which is compiled as it is.

import cython

from cpython.dict cimport PyDict_Next, PyDict_Size
from cpython.object cimport PyObject
from cpython.tuple cimport PyTuple_GET_SIZE

from flaskfast._native.shipped cimport Shipped

cdef extern from "Python.h":
    PyObject *PyTuple_GET_ITEM(tuple items, Py_ssize_t index)

cdef tuple _SETTINGS, _METHODS
cdef Shipped _COMPILING, _MAKING


@cython.locals(kept=Kept, as_shipped=bint)
cpdef object from_string(object environment, object source)
cdef bint _is_special(object environment) except -1
cdef bint _uses_tables(str source) except -1
cdef list _settings_of(object environment)
cdef bint _is_same(object table, tuple noted) except -1
cdef tuple _items_of(object table)
cdef object _code_of(object function)
cdef object _codes(object environment)
cdef object _fresh(object template, object environment, bint as_shipped)


cdef class Kept:
    cdef readonly object environment
    cdef readonly list settings
    cdef readonly tuple tables
    cdef readonly object codes
    cdef readonly dict late
    cdef readonly dict before

    cpdef object template(self, str source, Py_ssize_t most, bint as_shipped)
    cpdef bint is_current(self, bint with_tables) except -1
    cpdef object note(self, object codes)


cdef inline bint has_items(object table, tuple noted) except -1:
    """Tell whether a dict has just these keys and values, in this order."""
    cdef Py_ssize_t at = 0, place = 0, size
    cdef PyObject *key
    cdef PyObject *value
    if type(table) is not dict:
        return _items_of(table) == noted
    size = PyDict_Size(table)
    if PyTuple_GET_SIZE(noted) != 2 * size:
        return False
    while PyDict_Next(table, &at, &key, &value):
        if key != PyTuple_GET_ITEM(noted, place) or value != PyTuple_GET_ITEM(noted, size + place):
            return False
        place += 1
    return True
