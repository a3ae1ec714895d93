# What compiled code that asks it directly needs of shipped.pyx.

cdef class Shipped:
    cdef tuple names, found, functions, codes
    cdef unsigned int version  # of the class that was found to have them last; 0: none

    cpdef bint by(self, object kind) except -1
    cpdef bint untouched(self, object obj) except -1
