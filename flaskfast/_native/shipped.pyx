# cython: language_level=3, annotation_typing=False
"""Whether what a class has is what was shipped, compiled flavour."""

from __future__ import annotations

from cpython.object cimport PyObject, PyTypeObject

from inspect import getattr_static
from types import FunctionType

from .._genuine import is_as_shipped
from flaskfast._native.quick cimport dict_of, ff_owns_nothing, ff_version, has_own

cdef extern from "Python.h":
    PyObject *PyTuple_GET_ITEM(tuple items, Py_ssize_t index)
    PyObject *_PyType_Lookup(PyTypeObject *type, object name)
    PyObject *PyFunction_GET_CODE(PyObject *function)

cdef extern from "ff_build.h":
    const char *FF_BUILD

BUILD = FF_BUILD.decode("ascii")


cdef class Shipped:
    """Attributes of a class, as they are now.

    The contract is that of `flaskfast._py.shipped.Shipped`.
    """

    def __init__(self, owner: type, *names: str) -> None:
        # What has been replaced already is nobody's.
        found = [
            getattr_static(owner, name) if is_as_shipped(owner, name) else object()
            for name in names
        ]
        self.names = names
        self.found = tuple(found)
        self.functions = tuple([one for one in found if type(one) is FunctionType])
        self.codes = tuple([function.__code__ for function in self.functions])

    cpdef bint by(self, object kind) except -1:
        """Tell whether a class has the very same ones."""
        cdef Py_ssize_t i
        cdef PyTypeObject *looked_at
        if not isinstance(kind, type):
            return False
        for i in range(len(self.functions)):
            if PyFunction_GET_CODE(PyTuple_GET_ITEM(self.functions, i)) != (
                PyTuple_GET_ITEM(self.codes, i)
            ):
                return False
        # PERF: small-template. A class that has not changed since it was looked at.
        looked_at = <PyTypeObject *> kind
        if self.version != 0 and self.version == ff_version(looked_at):
            return True
        for i in range(len(self.names)):
            if _PyType_Lookup(looked_at, <object> PyTuple_GET_ITEM(self.names, i)) != (
                PyTuple_GET_ITEM(self.found, i)
            ):
                return False
        self.version = ff_version(looked_at)
        return True

    cpdef bint untouched(self, object obj) except -1:
        """Tell whether the class of an object has the very same ones, and it none of its own."""
        cdef Py_ssize_t i
        if not self.by(type(obj)):
            return False
        if ff_owns_nothing(obj) or not len(dict_of(obj)):
            return True
        for i in range(len(self.names)):
            if has_own(obj, <object> PyTuple_GET_ITEM(self.names, i)):
                return False
        return True
