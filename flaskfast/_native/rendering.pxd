cdef class Render:
    cdef readonly object function
    cdef readonly object stream


cdef class Rendering:
    cdef readonly Render render
    cdef readonly object context
    cdef object pieces


cdef str _joined(Rendering rendering)
cpdef object rendered(Render render, object context)
cdef void _run(Render render, object context, object output) except *
cdef object _started(Render render, object context, object output)
