# What compiled code that reads fields without a call in Python needs of query.pyx.

cdef object pairs_filled(object cls, object query)
