# Types for flaskfast/_py/links.py, which is compiled as it is, and the guards of its steps.

import cython

from cpython.contextvars cimport get_value

from flaskfast._native.contexts cimport (
    AppContextBase, RequestContextBase,
)
from flaskfast._native.messages cimport (
    ResponseBase,
    blueprint_of,
    new_page,
    request_environ,
)
from flaskfast._native.quick cimport (
    class_has,
    concatenated,
    environ_get,
    ff_is_plain_text,
    has_code,
    is_method,
    setting,
)
from flaskfast._native.seams cimport (
    CONFIG,
    INJECT_URL_DEFAULTS,
    REDIRECT,
    RESPONSE_CLASS,
    URL_DEFAULT_FUNCTIONS,
    URL_FOR,
    URL_MAP,
    is_ours,
    own,
)
from flaskfast._native.shipped cimport Shipped
from flaskfast._native.url cimport build, build_path, subdomain_of

cdef extern from "Python.h":
    Py_ssize_t PyUnicode_GET_LENGTH(object text)
    Py_UCS4 PyUnicode_READ_CHAR(object text, Py_ssize_t index)

cdef object cv_app
cdef object cv_request
cdef object unset
cdef object _current_app
cdef object _url_for
cdef object _url_for_code
cdef object _map_class
cdef object _adapter_class
cdef object _build
cdef object _build_code
cdef object _split_blueprint_path
cdef object _redirect
cdef object _redirect_code
cdef object _response_class
cdef object _begin_response
cdef object _genuine_redirect
cdef object _genuine_code
cdef frozenset _REDIRECTS
cdef Shipped _BINDING
cdef Shipped _BOUND
cdef object _bind_to_environ
cdef tuple _last_name

@cython.locals(ctx=AppContextBase)
cpdef object url_for(
    object current_app,
    object endpoint,
    dict values,
    object anchor,
    object method,
    object scheme,
    object external,
)
@cython.locals(ctx=RequestContextBase)
cpdef object build_url(
    object app,
    object endpoint,
    dict values,
    object anchor,
    object method,
    object scheme,
    object external,
)
cdef object _build_external(
    RequestContextBase ctx, object endpoint, dict values, object scheme
)
cdef object _name_for_links(object app, object environ)
@cython.locals(known=tuple)
cdef object _name_of(object sent, object scheme, object server_name)
cpdef object redirect(object location, object code, object response_class)
@cython.locals(response=ResponseBase)
cpdef object redirect_to(object app, object location, object code)
cpdef bint redirects_plainly(object location, object code) except -1
cpdef object redirect_text(object location)
cpdef object inject_url_defaults(object app, object endpoint, object values)


cdef inline bint begins_with_dot(object endpoint) except -1:
    """Return ``endpoint[:1] == "."``."""
    if ff_is_plain_text(endpoint):
        return PyUnicode_GET_LENGTH(endpoint) > 0 and PyUnicode_READ_CHAR(endpoint, 0) == 46
    return endpoint[:1] == "."


cdef inline object call_inject_url_defaults(object app, object endpoint, dict values):
    if is_ours(app, INJECT_URL_DEFAULTS):
        return inject_url_defaults(app, endpoint, values)
    return app.inject_url_defaults(endpoint, values)
