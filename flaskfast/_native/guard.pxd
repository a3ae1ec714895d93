# What compiled steps ask before they step over a method; see guard.pyx.


cdef class Methods:
    cdef tuple names, functions, codes

    cpdef bint untouched(self, object obj) except -1
    cpdef bint of(self, type kind) except -1
