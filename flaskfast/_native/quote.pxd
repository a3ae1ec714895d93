# What compiled code that quotes without a call in Python needs of quote.pyx.

cdef str path_quoted(object text)
cdef str query_quoted(object text)
