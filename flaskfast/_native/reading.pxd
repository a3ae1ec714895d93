# Types for flaskfast/_py/reading.py, which is compiled as it is.

import cython

from flaskfast._native.cookies cimport cookies_filled
from flaskfast._native.messages cimport (
    request_environ,
)
from flaskfast._native.query cimport pairs_filled
from flaskfast._native.quick cimport class_has, environ_get, ff_new, has_own, shared

cdef object _begin_fields
cdef object _fields_class
cdef object _headers_class
cdef object _begin_headers
cdef object _headers
cdef object _query_string
cdef object _parse_query
cdef object _read_cookies
cdef object _cookies_otherwise


cpdef object headers(object request)
cpdef object args(object request)
cpdef object cookies(object request)
