# Types for flaskfast/_py/filters.py, which is compiled as it is.

import cython

cpdef object soft(object value)
cdef bint _are_plain(object items) except -1
cdef str _with_all_replaced(str text, str old, str new)
@cython.locals(space=Py_ssize_t)
cdef str _cut(str text, Py_ssize_t at, bint at_word, str end)
