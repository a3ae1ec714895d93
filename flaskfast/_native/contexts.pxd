# Types for flaskfast/_py/contexts.py, which is compiled as it is.

import cython

from cpython.contextvars cimport PyContextVar_Reset, PyContextVar_Set, get_value

from cpython.object cimport PyTypeObject

from flaskfast._native.messages cimport (
    places_of,
    new_request,
    note_json,
    note_match,
    request_environ,
)
from flaskfast._native.match cimport _Finder
from flaskfast._native.quick cimport (
    class_has,
    dict_of,
    environ_get,
    environ_has,
    function_of,
    has_own,
    ff_constructs_as,
    ff_new,
    is_filled,
    is_method,
    is_unmarked_function,
    makes_coroutine,
    setting,
    shared,
)
from flaskfast._native.seams cimport (
    APP_CONTEXT,
    CREATE_URL_ADAPTER,
    DO_TEARDOWN_APPCONTEXT,
    DO_TEARDOWN_REQUEST,
    ENSURE_SYNC,
    JSON,
    SESSION_INTERFACE,
    SUBDOMAIN_MATCHING,
    TEARDOWN_APPCONTEXT_FUNCS,
    TEARDOWN_REQUEST_FUNCS,
    URL_MAP,
    CONFIG,
    REQUEST_CLASS,
    is_ours,
    own,
)

cdef object cv_app
cdef object cv_request
cdef object unset
cdef tuple _of_app

cdef object _map_class
cdef object _app_context_class
cdef object _interface_class
cdef object _open_session
cdef object _save_session
cdef object _create_url_adapter
cdef object _create_url_adapter_code
cdef object _push
cdef object _pop
cdef object _match_request
cdef str _good_host
cdef tuple _good_trusted
cdef object plain_host
cdef object _request_class
cdef object _close
cdef object _pushed
cdef object _popped
cdef object _app_tearing_down
cdef object _tearing_down

cpdef bint opens_when_touched(object interface) except -1
@cython.locals(host=str)
cpdef bint matches_without_adapter(object app, object request) except -1
@cython.locals(last=tuple)
cdef bint _is_trusted(object request, object environ, object trusted) except -1


cdef class AppContextBase:
    cdef dict __dict__
    cdef object __weakref__
    cdef public object app
    cdef object _token
    cdef list _outer

    cdef object _begin(self, object app)
    cdef object _keep(self, object token)
    cpdef object push(self)
    cpdef object pop(self, object exc=*)


cdef class RequestContextBase:
    cdef dict __dict__
    cdef object __weakref__
    cdef public object app
    cdef public object request
    cdef object _token
    cdef object _app_ctx
    cdef list _outer
    cdef public object flashes
    cdef public object _opened
    cdef public list _after
    cdef public object _adapter
    cdef public object _link_host
    cdef public Py_ssize_t _open_streams
    cdef public tuple _waiting
    cdef public object _home

    cdef object _begin(self, object app, object environ, object request, object session)
    cdef object _set_aside(self)
    cdef object _open_session(self)
    cpdef object match_request(self)
    cpdef object push(self)
    cpdef object pop(self, object exc=*)
    @cython.locals(app=object, request=object)
    cdef object _tear_down(self, object exc)


cdef object _SENDING
cdef bint _IS_KNOWN
cdef frozenset _NOT_ITS_OWN
cdef object ref
@cython.locals(receivers=dict)
cpdef object announce(object signal, object app, dict names)
cpdef object app_context(object self)
cpdef object ensure_sync(object self, object func)
@cython.locals(names=tuple)
cpdef object do_teardown_request(object self, object exc=*)
cpdef object do_teardown_appcontext(object self, object exc=*)


cdef inline object call_app_context(object app):
    return app_context(app) if is_ours(app, APP_CONTEXT) else app.app_context()


cdef inline object call_ensure_sync(object app, object func):
    return ensure_sync(app, func) if is_ours(app, ENSURE_SYNC) else app.ensure_sync(func)


cdef inline object call_do_teardown_request(object app, object exc):
    if is_ours(app, DO_TEARDOWN_REQUEST):
        return do_teardown_request(app, exc)
    return app.do_teardown_request(exc)


cdef inline object call_do_teardown_appcontext(object app, object exc):
    if is_ours(app, DO_TEARDOWN_APPCONTEXT):
        return do_teardown_appcontext(app, exc)
    return app.do_teardown_appcontext(exc)


cdef inline object call_push(object app_ctx):
    if is_method(app_ctx, "push", _push):
        return AppContextBase.push(app_ctx)
    return app_ctx.push()


cdef inline object call_pop(object app_ctx, object exc):
    if is_method(app_ctx, "pop", _pop):
        return AppContextBase.pop(app_ctx, exc)
    return app_ctx.pop(exc)


cdef inline object call_match_request(RequestContextBase ctx):
    if is_method(ctx, "match_request", _match_request):
        return RequestContextBase.match_request(ctx)
    return ctx.match_request()


cdef inline object new_app_context(object cls, object app):
    if not ff_constructs_as(cls, <PyTypeObject *> AppContextBase):
        return cls(app)
    ctx = ff_new(cls, ())
    (<AppContextBase> ctx)._begin(app)
    return ctx


cdef inline object new_request_context(object cls, object app, object environ):
    if not ff_constructs_as(cls, <PyTypeObject *> RequestContextBase):
        return cls(app, environ)
    ctx = ff_new(cls, ())
    (<RequestContextBase> ctx)._begin(app, environ, None, None)
    return ctx


cdef inline object close_request(object request):
    """Close a request, where it can be closed."""
    if type(request) is _request_class and is_method(request, "close", _close):
        # PERF: hello. There is something to close once the form has been read.
        if has_own(request, "files"):
            request.close()
        return
    close = getattr(request, "close", None)
    if close is not None:
        close()


cdef inline object find_environ(object matcher, object environ):
    """Return ``matcher.find_environ(environ)``."""
    finder = getattr(matcher, "finder", None)
    # PERF: hello. What it has as its find_environ is that of its finder.
    if type(finder) is _Finder:
        return (<_Finder> finder).found(environ)
    return matcher.find_environ(environ)
