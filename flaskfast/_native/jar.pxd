# Types for flaskfast/_py/jar.py, which is compiled as it is.

import cython

from cpython.contextvars cimport get_value

from flaskfast._native.contexts cimport AppContextBase
from flaskfast._native.cookies cimport cookie_written
from flaskfast._native.dates cimport seconds_written
from flaskfast._native.messages cimport ResponseBase
from flaskfast._native.quick cimport class_has, dict_of, setting
from flaskfast._native.seams cimport CONFIG, own
from flaskfast._native.shipped cimport Shipped

cdef object cv_app
cdef object _dump_cookie
cdef object _http_date
cdef object _headers_class
cdef object _most_bytes
cdef Shipped _adding
cdef Shipped _adding_there


@cython.locals(ctx=AppContextBase)
cpdef object set_cookie(
    ResponseBase response,
    object key,
    object value,
    object max_age,
    object expires,
    object path,
    object domain,
    object secure,
    object httponly,
    object samesite,
    object partitioned,
)
