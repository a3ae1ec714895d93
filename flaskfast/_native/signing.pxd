# Types for flaskfast/_py/signing.py, which is compiled as it is.

import cython

from flaskfast._native.quick cimport encoded

from flaskfast._native.shipped cimport Shipped

cdef Py_ssize_t _SMALL, _LARGE, _DEEP
cdef bytes _HEAD
cdef tuple _PERMANENT


@cython.locals(first=Py_ssize_t, second=Py_ssize_t, value=bytes, signature=bytes, stamp=bytes)
cpdef bytes read_signed(str signed, tuple macs, object now, object max_age)
@cython.locals(squeezed=bytes, value=str)
cpdef str write_signed(bytes payload, object begun, object now)
@cython.locals(length=Py_ssize_t)
cpdef bytes compressed(bytes data)
cpdef bint may_be_permanent(str header, str name) except -1
@cython.locals(short=Py_ssize_t)
cdef bytes _from_base64(str text)
@cython.locals(text=str)
cdef str _to_base64(bytes data)
@cython.locals(shipped=Shipped)
cpdef bint are_as_shipped(list checks) except -1
@cython.locals(begins_with_space=bint, key=str)
cpdef bint may_have_tags(str text, dict tags) except -1
cpdef object tagged(object value, dict tags, object ask, Py_ssize_t depth=*)
