# What compiled code that looks at headers without a call in Python needs of headers.pyx.

cdef int header_faulted(object name, object value) except -1
cdef int headers_surveyed(object headers) except -2
