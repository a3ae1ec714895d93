# Types for flaskfast/_py/cycle.py, which is compiled as it is, and the guards of its steps.

import cython

from cpython.contextvars cimport get_value

from flaskfast._native.contexts cimport (
    RequestContextBase,
    announce,
    ensure_sync,
    matches_without_adapter,
    new_request_context,
)
from flaskfast._native.links cimport redirect_text, redirects_plainly
from flaskfast._native.messages cimport (
    OnePage,
    ResponseBase,
    answered,
    body_begun,
    sent,
    places_of,
    take_head,
    new_answer,
    new_page,
    new_response,
    request_environ,
    request_method,
    request_routing_exception,
    request_url_rule,
    request_view_args,
)
from flaskfast._native.quick cimport (
    class_has,
    call_with,
    decimal,
    environ_get,
    environ_has,
    has_code,
    has_own,
    is_filled,
    is_method,
    is_word,
    setting,
)
from flaskfast._native.sessions cimport is_null
from flaskfast._native.seams cimport (
    DISPATCH_REQUEST,
    ENSURE_SYNC,
    FINALIZE_REQUEST,
    FULL_DISPATCH_REQUEST,
    HANDLE_EXCEPTION,
    HANDLE_HTTP_EXCEPTION,
    HANDLE_USER_EXCEPTION,
    RAISE_ROUTING_EXCEPTION,
    TRAP_HTTP_EXCEPTION,
    _FIND_ERROR_HANDLER,
    MAKE_RESPONSE,
    PREPROCESS_REQUEST,
    PROCESS_RESPONSE,
    REQUEST_CONTEXT,
    AFTER_REQUEST_FUNCS,
    BEFORE_REQUEST_FUNCS,
    CONFIG,
    ERROR_HANDLER_SPEC,
    JSON,
    RESPONSE_CLASS,
    SESSION_INTERFACE,
    URL_MAP,
    URL_VALUE_PREPROCESSORS,
    VIEW_FUNCTIONS,
    _GOT_FIRST_REQUEST,
    is_ours,
    own,
)

cdef object cv_app
cdef object cv_request
cdef object unset
cdef tuple _of_app
cdef object _request_context_class
cdef object _call_http_exception
cdef object _get_response
cdef object _get_headers
cdef object _get_body
cdef object _get_description
cdef object _name
cdef object _get_redirect
cdef frozenset _PAGE_STEPS
cdef object _response_class
cdef object _begin_response
cdef object _call_response
cdef object _status_code
cdef object _CALLING
cdef object _allow
cdef object _force_type
cdef object _force_function
cdef object _force_function_code
cdef object _started
cdef object _finished
cdef dict _lower
cdef object _class_view_code
cdef object _method_view
cdef object _method_dispatch
cdef object _method_dispatch_code
cdef object _push
cdef object _pop
cdef object HTTPException
cdef object _class_and_code
cdef object _class_and_code_function
cdef object _class_and_code_code

cdef object _page(object error, object environ)
@cython.locals(made=ResponseBase)
cdef object _error_page(object response_class, object error, object environ)
@cython.locals(shipped=bint)
cdef object _force_response(object self, object app)
@cython.locals(made=ResponseBase)
cdef object _redirect_page(object response_class, object error, object environ)
@cython.locals(inner=ResponseBase, made=ResponseBase)
cdef object _sent_page(object response_class, object inner, object environ)
cdef object _page_of(object response_class, object error, object environ)
cdef bint _is_shipped(object response_class) except -1
cpdef object request_context(object self, object environ)
@cython.locals(ctx=RequestContextBase)
cpdef object wsgi_app(object self, object environ, object start_response)
cpdef object full_dispatch_request(object self)
@cython.locals(names=tuple)
cpdef object preprocess_request(object self)
cpdef object dispatch_request(object self)
@cython.locals(args=tuple, kwargs=dict)
cdef object _call_class_view(object view, object request)
cpdef object ensure_sync_here(object func)
cpdef object make_default_options_response(object self)
cpdef object make_response(object self, object rv)
cpdef object finalize_request(object self, object rv, bint from_error_handler=*)
@cython.locals(ctx=RequestContextBase, names=tuple)
cpdef object process_response(object self, object response)
cpdef object handle_http_exception(object self, object e)
cpdef object handle_user_exception(object self, object e)
cpdef object handle_exception(object self, object e)
@cython.locals(exc_class=type, names=tuple)
cpdef object find_error_handler(object self, object e, object blueprints)
cpdef object trap_http_exception(object self, object e)
cpdef object raise_routing_exception(object self, object request)


cdef inline tuple class_and_code(object app, object cls):
    """Return ``app._get_exc_class_and_code(cls)``."""
    if (
        class_has(type(app), "_get_exc_class_and_code", _class_and_code)
        and has_code(_class_and_code_function, _class_and_code_code)
        and issubclass(cls, Exception)
        and not has_own(app, "_get_exc_class_and_code")
    ):
        return cls, (cls.code if issubclass(cls, HTTPException) else None)
    return app._get_exc_class_and_code(cls)


cdef inline object call_request_context(object app, object environ):
    if is_ours(app, REQUEST_CONTEXT):
        return request_context(app, environ)
    return app.request_context(environ)


cdef inline object call_full_dispatch_request(object app):
    if is_ours(app, FULL_DISPATCH_REQUEST):
        return full_dispatch_request(app)
    return app.full_dispatch_request()


cdef inline object call_preprocess_request(object app):
    if is_ours(app, PREPROCESS_REQUEST):
        return preprocess_request(app)
    return app.preprocess_request()


cdef inline object call_dispatch_request(object app):
    return dispatch_request(app) if is_ours(app, DISPATCH_REQUEST) else app.dispatch_request()


cdef inline object call_ensure_sync(object app, object func):
    return ensure_sync(app, func) if is_ours(app, ENSURE_SYNC) else app.ensure_sync(func)


cdef inline object call_make_response(object app, object rv):
    return make_response(app, rv) if is_ours(app, MAKE_RESPONSE) else app.make_response(rv)


cdef inline object call_finalize_request(object app, object rv):
    return finalize_request(app, rv) if is_ours(app, FINALIZE_REQUEST) else app.finalize_request(rv)


cdef inline object call_process_response(object app, object response):
    if is_ours(app, PROCESS_RESPONSE):
        return process_response(app, response)
    return app.process_response(response)


cdef inline object call_handle_http_exception(object app, object e):
    if is_ours(app, HANDLE_HTTP_EXCEPTION):
        return handle_http_exception(app, e)
    return app.handle_http_exception(e)


cdef inline object call_handle_user_exception(object app, object e):
    if is_ours(app, HANDLE_USER_EXCEPTION):
        return handle_user_exception(app, e)
    return app.handle_user_exception(e)


cdef inline object call__find_error_handler(object app, object e, object blueprints):
    if is_ours(app, _FIND_ERROR_HANDLER):
        return find_error_handler(app, e, blueprints)
    return app._find_error_handler(e, blueprints)


cdef inline object call_trap_http_exception(object app, object e):
    if is_ours(app, TRAP_HTTP_EXCEPTION):
        return trap_http_exception(app, e)
    return app.trap_http_exception(e)


cdef inline object call_raise_routing_exception(object app, object request):
    if is_ours(app, RAISE_ROUTING_EXCEPTION):
        return raise_routing_exception(app, request)
    return app.raise_routing_exception(request)


cdef inline object call_handle_exception(object app, object e):
    if is_ours(app, HANDLE_EXCEPTION):
        return handle_exception(app, e)
    return app.handle_exception(e)


cdef inline object call_push(RequestContextBase ctx):
    if is_method(ctx, "push", _push):
        return RequestContextBase.push(ctx)
    return ctx.push()


cdef inline object call_pop(RequestContextBase ctx, object exc):
    if is_method(ctx, "pop", _pop):
        return RequestContextBase.pop(ctx, exc)
    return ctx.pop(exc)
