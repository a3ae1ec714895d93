# Types for flaskfast/_py/lazy.py, which is compiled as it is.


cdef class lazy:
    cdef readonly object compute
    cdef readonly object name
    cdef readonly object __doc__
