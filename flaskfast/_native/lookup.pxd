from flaskfast._native.guard cimport Methods

cdef object _RESOLVE, _CALL, _GETATTR, _GETITEM
cdef object _PASS_CONTEXT, _PASS_EVAL_CONTEXT, _PASS_ENVIRONMENT
cdef frozenset _DICT_ATTRIBUTES
cdef object _NOTHING
cdef Methods _BLOCK

cdef object _call(
    object context, object loop_vars, object block_vars, object callee, tuple args, dict kwargs
)
cdef object _passed(object wants, object context, object loop_vars, object block_vars)
cdef object _stopped(object context)
cdef object _block(object block)


cdef class Access:
    cdef readonly object environment
    cpdef attr(self, object owner, str name)
