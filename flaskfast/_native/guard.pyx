# cython: language_level=3, annotation_typing=False
"""Which methods are still what they were: the same function or property, with the same code."""

from __future__ import annotations

from cpython.dict cimport PyDict_Contains
from cpython.object cimport PyObject, PyTypeObject

from inspect import getattr_static
from types import FunctionType

from .._genuine import is_as_shipped

cdef extern from "Python.h":
    PyObject *PyTuple_GET_ITEM(tuple items, Py_ssize_t index)
    PyObject *_PyType_Lookup(PyTypeObject *type, object name)
    PyObject *PyFunction_GET_CODE(PyObject *function)
    object PyObject_GenericGetDict(object obj, void *context)
    PyObject *Py_None

cdef extern from "ff_build.h":
    const char *FF_BUILD

BUILD = FF_BUILD.decode("ascii")


cdef class Methods:
    """Methods and properties of a class, as they are when this is made.

    The contract is that of `flaskfast._py.guard.Methods`.
    """

    def __init__(self, owner, *names):
        self.names = names
        # What has been replaced already is nobody's.
        self.functions = tuple([
            getattr_static(owner, name) if is_as_shipped(owner, name) else object()
            for name in names
        ])
        self.codes = tuple([
            function.__code__ if type(function) is FunctionType else None
            for function in self.functions
        ])

    cpdef bint untouched(self, object obj) except -1:
        if not self.of(type(obj)):
            return False
        own = PyObject_GenericGetDict(obj, NULL)
        for name in self.names:
            if PyDict_Contains(own, name):
                return False
        return True

    cpdef bint of(self, type kind) except -1:
        cdef Py_ssize_t i
        cdef PyObject *function
        cdef PyObject *code
        for i in range(len(self.names)):
            name = <object> PyTuple_GET_ITEM(self.names, i)
            function = PyTuple_GET_ITEM(self.functions, i)
            if _PyType_Lookup(<PyTypeObject *> kind, name) != function:
                return False
            code = PyTuple_GET_ITEM(self.codes, i)
            if code != Py_None and PyFunction_GET_CODE(function) != code:
                return False
        return True
