# What compiled code that asks it directly needs of shipped.pyx.

cdef class Shipped:
    cdef tuple _names
    cdef list _found
    cdef list _codes

    cpdef bint by(self, object cls) except -1
