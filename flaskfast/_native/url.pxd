# Types for flaskfast/_py/url.py, which is compiled as it is.

import cython

from flaskfast._native.quick cimport class_has, dict_of, environ_get, has_code, is_method
from flaskfast._native.quote cimport path_quoted, query_quoted

cdef frozenset _SECURE
cdef object _build
cdef object _build_code
cdef object _suitable_for
cdef object _suitable_code
cdef object _encode_query_vars
cdef object _encode_code
cdef object _text_to_url
cdef object _text_code
cdef object _integer_to_url
cdef object _integer_code
cdef object _adapter_build
cdef object _adapter_code
cdef object _partial_build
cdef object _partial_code
cdef object _get_host
cdef object _host_code
cdef int _CALL
cdef int _TEXT
cdef int _INTEGER


cdef class Builder:
    cdef readonly object rule
    cdef bint _is_ready
    cdef list _domain
    cdef tuple _domain_slots
    cdef list _path
    cdef tuple _path_slots
    cdef list _required
    cdef list _constants
    cdef frozenset _taken

    @cython.locals(own=dict)
    cpdef object build_for(self, dict values, object method, bint append_unknown)
    cdef tuple _without_query(self, dict values)
    @cython.locals(path=str)
    cdef tuple _with_query(self, dict values)


cdef class ForeignBuilder(Builder):
    cpdef object build_for(self, dict values, object method, bint append_unknown)


@cython.locals(how=int, place=Py_ssize_t, filled=list)
cdef str _fill(list pieces, tuple slots, dict values)
@cython.locals(fields=list)
cdef str _query(dict values, frozenset taken)
cdef object _field(object value)
@cython.locals(given=dict, found=tuple, path=str)
cpdef object build(
    object adapter,
    object endpoint,
    object values,
    object method,
    object force_external,
    object append_unknown,
    object url_scheme,
)
cpdef bint builds_as_shipped(object adapter_class) except -1
@cython.locals(given=dict, found=tuple, path=str)
cpdef object build_path(object url_map, object endpoint, object values, object environ)
cdef object _below(object prefix, str path)
cdef dict _given(object values)
@cython.locals(own=dict, known=dict, builders=list, builder=Builder, built=tuple)
cdef tuple _first(
    object url_map,
    object endpoint,
    dict values,
    object method,
    object append_unknown,
    object host,
)
