# Types for flaskfast/_py/messages.py, which is compiled as it is.

from flaskfast._native.seams cimport has_own

cdef dict status_lines
cdef dict content_type_headers
cdef frozenset without_body
cdef object _request_init
cdef object _close
cdef object _iter_encoded
cdef object _get_wsgi_headers
cdef object _headers_over


cdef class RequestBase:
    cdef public object environ
    cdef public object method
    cdef public object shallow
    cdef public object json_module
    cdef public object url_rule
    cdef public object view_args
    cdef public object routing_exception


cdef class ResponseBase:
    cdef public object response
    cdef public object direct_passthrough
    cdef public list _head
    cdef public object _headers
    cdef public object _status
    cdef public object _status_code
    cdef public list _closers

    cpdef object set_data(self, object value)
    cpdef object get_app_iter(self, object environ)
    cpdef object get_wsgi_response(self, object environ)
