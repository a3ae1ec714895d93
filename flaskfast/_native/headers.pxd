# What compiled code that looks at headers without a call in Python needs of headers.pyx.

cdef int header_faulted(object name, object value) except -1
cdef int headers_surveyed(object headers) except -2
cdef object value_found(object headers, object name, object default)
cdef int header_put(object headers, object name, object value) except -1
cdef str name_in_environ(object name)
