# Types for flaskfast/_py/items.py, which is compiled as it is.

from flaskfast._native.headers cimport header_put, name_in_environ, value_found
from flaskfast._native.quick cimport class_has

cdef object _missing
cdef object _get_item
cdef object _contains
cdef object _set
cdef object _environ_get_item
cdef object _environ_contains
cdef object _own_set
cdef object _refuse

