# Types for flaskfast/_py/streams.py, which is compiled as it is.

import cython

cdef extern from *:
    """
    /* Return what context.run(next, body, otherwise) does: the body's next piece. */
    static CYTHON_INLINE PyObject *ff_step_in(
        PyObject *context, PyObject *body, PyObject *otherwise)
    {
        iternextfunc step = Py_TYPE(body)->tp_iternext;
        if (step == NULL) {
            PyErr_Format(PyExc_TypeError, "'%.200s' object is not an iterator",
                         Py_TYPE(body)->tp_name);
            return NULL;
        }
        if (PyContext_Enter(context) < 0)
            return NULL;
        PyObject *piece = step(body);
        if (piece == NULL && PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_StopIteration))
            PyErr_Clear();
        int failed = piece == NULL && PyErr_Occurred() != NULL;
        if (PyContext_Exit(context) < 0) {
            Py_XDECREF(piece);
            return NULL;
        }
        return failed || piece != NULL ? piece : Py_NewRef(otherwise);
    }
    """
    object ff_step_in(object context, object body, object otherwise)

cdef object _no_chunk


cdef inline object step_in(object context, object body, object otherwise):
    """Return ``context.run(next, body, otherwise)``."""
    return ff_step_in(context, body, otherwise)


cdef class ContextStream:
    cdef object __weakref__
    cdef object _body
    cdef object _ctx
    cdef object _make
    cdef object _at_end
    cdef object _variables
    cdef bint _is_open

    cdef object _end(self)
    cdef object _finish(self, object error, bint is_abandoned)


cpdef object dress(object wrapper, object function)
