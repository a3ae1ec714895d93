# cython: language_level=3, annotation_typing=False
"""Whether what a class has is what was shipped, compiled flavour."""

from __future__ import annotations

from cpython.object cimport PyObject, PyTypeObject

from .._genuine import as_shipped

cdef extern from "Python.h":
    PyObject *_PyType_Lookup(PyTypeObject *type, object name)
    bint PyFunction_Check(object function)
    PyObject *PyFunction_GET_CODE(object function)

cdef extern from "ff_build.h":
    const char *FF_BUILD

BUILD = FF_BUILD.decode("ascii")


cdef class Shipped:
    """Attributes of a class, as they are now.

    The contract is that of `flaskfast._py.shipped.Shipped`.
    """

    def __init__(self, cls: type, names: tuple[str, ...]) -> None:
        found = [as_shipped(cls, name) for name in names]
        self._names = names
        self._found = found
        self._codes = [getattr(one, "__code__", None) for one in found]

    cpdef bint by(self, object cls) except -1:
        """Tell whether *cls* has the very same ones."""
        cdef PyObject *found
        cdef Py_ssize_t i
        if not isinstance(cls, type):
            raise TypeError(f"Attributes are those of a class, not of {cls!r}.")
        for i in range(len(self._names)):
            found = _PyType_Lookup(<PyTypeObject *> cls, self._names[i])
            if found != <PyObject *> self._found[i]:
                return False
            if PyFunction_Check(<object> found) and (
                PyFunction_GET_CODE(<object> found) != <PyObject *> self._codes[i]
            ):
                return False
        return True
