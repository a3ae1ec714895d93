# Types for flaskfast/_py/bodies.py, which is compiled as it is.

from flaskfast._native.quick cimport environ_get, environ_has, has_own, setting
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
cdef Shipped _start_file
cdef Shipped _storage_steps
cdef object _parse_options
cdef object _our_storage
cdef object _get_part_charset
cdef object _new_storage
cdef object _storage_init

cpdef bint type_is(object request, object content_type) except -1
cpdef object length_of(object environ)
cdef object _limit_of(object request)
cpdef object data_of(object request, object cache)
cpdef object read_body(object request)
cpdef object parse_urlencoded(object body, object cls)
cpdef bint load_plain_form(object request) except -1


cdef class FormParts:
    cdef public object parser
    cdef public bytes boundary
    cdef public object content_length
    cdef public object most_memory
    cdef public object most_parts
    cdef public list fields
    cdef public list files
    cdef public list streams


cpdef tuple find_first_line(object data, bytes boundary, Py_ssize_t begin)
cpdef tuple read_head(object data, Py_ssize_t begin, Py_ssize_t end)
cpdef object of_pairs(object cls, list pairs)
cpdef bint takes_views(object stream) except -1
cdef object _reserve(object file, Py_ssize_t size)
cdef object _check_size(FormParts form, Py_ssize_t size)
cpdef object parse_whole(FormParts form, bytes body)
cpdef object add_field(FormParts form, object name, object headers, bytes content)
cpdef object open_file(FormParts form, object name, object filename, object headers)
cpdef object add_file(FormParts form, object stream, object name, object filename, object headers)
