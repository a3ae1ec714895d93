# Types for flaskfast/_py/bodies.py, which is compiled as it is.

from flaskfast._native.quick cimport environ_get, environ_has, setting
from flaskfast._native.seams cimport has_own
from flaskfast._native.shipped cimport Shipped

cdef object _stream
cdef object _headers_class
cdef object _parser_class
cdef object _parse_query
cdef Shipped _type_steps
cdef Shipped _form_steps
cdef Shipped _parser_steps
cdef Shipped _base_steps
cdef Shipped _data_steps
cdef Shipped _base_data_steps
cdef Shipped _limit_steps
cdef Shipped _storage_steps

cpdef bint type_is(object request, object content_type) except -1
cpdef object length_of(object environ)
cdef object _limit_of(object request)
cpdef object data_of(object request, object cache)
cpdef object read_body(object request)
cpdef object parse_urlencoded(object body, object cls)
cpdef bint load_plain_form(object request) except -1
