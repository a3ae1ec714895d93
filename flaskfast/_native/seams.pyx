# cython: language_level=3, annotation_typing=False
"""Which methods of an app a request may step over: those that are still ours.

A method is ours as long as the type finds the function that was shipped, that function runs the
code it was shipped with, and the app has no attribute of that name of its own. Asked for every
call, since people replace methods at any time.
"""

from __future__ import annotations

from cpython.dict cimport PyDict_Contains
from cpython.object cimport PyObject, PyTypeObject

cdef extern from "Python.h":
    PyObject *PyTuple_GET_ITEM(tuple items, Py_ssize_t index)
    PyObject *_PyType_Lookup(PyTypeObject *type, object name)
    PyTypeObject *Py_TYPE(object obj)
    PyObject *PyFunction_GET_CODE(PyObject *function)
    object PyObject_GenericGetDict(object obj, void *context)

cdef extern from "ff_build.h":
    const char *FF_BUILD

BUILD = FF_BUILD.decode("ascii")

# In the order of the enumeration.
cdef tuple _names = (
    "app_context",
    "create_url_adapter",
    "dispatch_request",
    "do_teardown_appcontext",
    "do_teardown_request",
    "ensure_sync",
    "finalize_request",
    "full_dispatch_request",
    "handle_exception",
    "handle_http_exception",
    "handle_user_exception",
    "make_response",
    "preprocess_request",
    "process_response",
    "request_context",
)
cdef tuple _settled = ()
cdef PyObject *_functions[<int> SEAMS]
cdef PyObject *_codes[<int> SEAMS]


def settle_seams(app_class: type, /) -> None:
    """Note the methods of *app_class* as they are shipped.

    The contract is that of `flaskfast._py.seams.settle_seams`.
    """
    global _settled
    functions = [getattr(app_class, name) for name in _names]
    codes = [function.__code__ for function in functions]
    # For as long as the process lives: the arrays hold no references.
    _settled += (functions, codes)
    for i in range(<int> SEAMS):
        _functions[i] = <PyObject *> functions[i]
        _codes[i] = <PyObject *> codes[i]


cdef bint is_ours(object app, Seam seam) except -1:
    cdef PyObject *function = _functions[<int> seam]
    name = <object> PyTuple_GET_ITEM(_names, <int> seam)
    if _PyType_Lookup(Py_TYPE(app), name) != function or function is NULL:
        return False
    if PyFunction_GET_CODE(function) != _codes[<int> seam]:
        return False
    return PyDict_Contains(PyObject_GenericGetDict(app, NULL), name) == 0


cdef bint has_own(object obj, str name) except -1:
    return PyDict_Contains(PyObject_GenericGetDict(obj, NULL), name)
