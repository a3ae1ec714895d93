cdef class LoopContext:
    cdef object _iterable, _iterator, _undefined, _recurse
    cdef object _before, _current, _after, _last_changed_value
    cdef Py_ssize_t _length
    cdef public Py_ssize_t index0
    cdef public Py_ssize_t depth0

    cdef _ahead(self)
