cdef class Macro:
    cdef object _environment, _func, _default_autoescape
    cdef Py_ssize_t _count
    cdef bint _plain
    cdef tuple _unset
    cdef public object name, arguments, catch_kwargs, catch_varargs, caller, explicit_caller

    cpdef invoke(self, object autoescape, tuple args, dict kwargs)
    cdef list _bind(self, tuple args, dict kwargs)
