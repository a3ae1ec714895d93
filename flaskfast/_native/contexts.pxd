# Types for flaskfast/_py/contexts.py, which is compiled as it is.

import cython

from cpython.contextvars cimport PyContextVar_Reset, PyContextVar_Set, get_value

from flaskfast._native.seams cimport (
    APP_CONTEXT,
    CREATE_URL_ADAPTER,
    DO_TEARDOWN_APPCONTEXT,
    DO_TEARDOWN_REQUEST,
    has_own,
    is_ours,
)

cdef object cv_app
cdef object cv_request
cdef object unset

cdef object _map_class
cdef object _app_context_class
cdef object _interface_class
cdef object _open_session
cdef object _save_session
cdef object _create_url_adapter
cdef object _create_url_adapter_code

cpdef bint opens_when_touched(object interface) except -1
@cython.locals(host=str)
cpdef bint matches_without_adapter(object app, object request) except -1


cdef class AppContextBase:
    cdef public object app
    cdef public list _cv_tokens

    cpdef object push(self)
    cpdef object pop(self, object exc=*)


cdef class RequestContextBase:
    cdef public object app
    cdef public object request
    cdef public list _cv_tokens
    cdef public object flashes
    cdef public object _opened
    cdef public list _after
    cdef public object _adapter
    cdef public Py_ssize_t _open_streams
    cdef public tuple _waiting
    cdef public object _home

    cpdef object match_request(self)
    cpdef object push(self)
    cpdef object pop(self, object exc=*)
    @cython.locals(app=object, request=object)
    cpdef object _tear_down(self, object exc)


cpdef object app_context(object self)
cpdef object do_teardown_request(object self, object exc=*)
cpdef object do_teardown_appcontext(object self, object exc=*)


cdef inline object call_app_context(object app):
    return app_context(app) if is_ours(app, APP_CONTEXT) else app.app_context()


cdef inline object call_do_teardown_request(object app, object exc):
    if is_ours(app, DO_TEARDOWN_REQUEST):
        return do_teardown_request(app, exc)
    return app.do_teardown_request(exc)


cdef inline object call_do_teardown_appcontext(object app, object exc):
    if is_ours(app, DO_TEARDOWN_APPCONTEXT):
        return do_teardown_appcontext(app, exc)
    return app.do_teardown_appcontext(exc)
