# Types for flaskfast/_py/links.py, which is compiled as it is, and the guards of its steps.

import cython

from cpython.contextvars cimport get_value

from flaskfast._native.contexts cimport RequestContextBase
from flaskfast._native.messages cimport ResponseBase, blueprint_of, new_page, request_environ
from flaskfast._native.quick cimport class_has, has_code, is_method
from flaskfast._native.seams cimport (
    INJECT_URL_DEFAULTS,
    REDIRECT,
    RESPONSE_CLASS,
    URL_DEFAULT_FUNCTIONS,
    URL_FOR,
    URL_MAP,
    is_ours,
    own,
)
from flaskfast._native.url cimport build, build_path, builds_as_shipped

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
cdef object _genuine_redirect
cdef object _genuine_code
cdef frozenset _REDIRECTS

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
cdef bint _builds(object app) except -1
cpdef object redirect(object location, object code, object response_class)
@cython.locals(response=ResponseBase)
cpdef object redirect_to(object app, object location, object code)
cpdef bint redirects_plainly(object location, object code) except -1
cpdef object redirect_text(object location)
cpdef object inject_url_defaults(object app, object endpoint, object values)


cdef inline bint begins_with_dot(object endpoint) except -1:
    """Return ``endpoint[:1] == "."``."""
    if type(endpoint) is str:
        return (<str> endpoint).startswith(".")
    return endpoint[:1] == "."


cdef inline object call_inject_url_defaults(object app, object endpoint, dict values):
    if is_ours(app, INJECT_URL_DEFAULTS):
        return inject_url_defaults(app, endpoint, values)
    return app.inject_url_defaults(endpoint, values)
