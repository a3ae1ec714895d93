import cython

from cpython.dict cimport PyDict_GetItemWithError, PyDict_Size
from cpython.object cimport PyObject

from flaskfast._native.macro cimport Macro
from flaskfast._native.quick cimport attribute_of, ff_new
from flaskfast._native.shipped cimport Shipped

# Instances have: vars parent environment eval_ctx autoescape _context _stack _depth is_async

cdef object _GETATTR, _GETITEM
cdef object _PASS_CONTEXT, _PASS_EVAL_CONTEXT, _PASS_ENVIRONMENT
cdef frozenset _DICT_ATTRIBUTES
cdef object _NOTHING
cdef Shipped _RESOLVING, _CALLING, _UNSETTING, _BLOCK
cdef object missing

cdef object _found(object inner, object outer, object name)

@cython.locals(macro=Macro)
cdef object _call(
    object context, object loop_vars, object block_vars, object callee, tuple args, dict kwargs
)
cdef object _passed(object wants, object context, object loop_vars, object block_vars)
cdef object _stopped(object context)
cdef object _block(object block)


cdef class Access:
    cdef readonly object environment
    cpdef attr(self, object owner, str name)


cdef inline object found_in(object inner, object outer, object name):
    """Do what `_found` does. PERF: template-filters. Both are dicts, nearly always."""
    cdef PyObject *found = NULL
    if type(inner) is not dict or type(outer) is not dict:
        return _found(inner, outer, name)
    if PyDict_Size(inner):
        found = PyDict_GetItemWithError(inner, name)
    if found == NULL:
        found = PyDict_GetItemWithError(outer, name)
    return missing if found == NULL else <object> found
