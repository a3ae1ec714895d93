# Types for flaskfast/_py/templates.py, which is compiled as it is.

import cython

from cpython.contextvars cimport get_value
from cpython.weakref cimport PyWeakref_NewRef

from flaskfast._native.shipped cimport Shipped
from flaskfast._native.contexts cimport ensure_sync
from flaskfast._native.quick cimport attribute_of, ff_new, has_code, has_own
from flaskfast._native.seams cimport ENSURE_SYNC, UPDATE_TEMPLATE_CONTEXT, is_ours

cdef extern from "Python.h":
    object PyObject_GenericGetDict(object obj, void *context)

cdef extern from *:
    """
    #if PY_VERSION_HEX >= 0x030D0000
    /* There PyObject_GenericSetDict leaves what the object holds beside its dict in force. */
    #define ff_set_dict(obj, names) PyObject_SetAttrString(obj, "__dict__", names)
    #else
    #define ff_set_dict(obj, names) PyObject_GenericSetDict(obj, names, NULL)
    #endif
    """
    int ff_set_dict(object obj, object names) except -1

# Instances have: loader cache auto_reload autoescape is_async
# Instances have: globals environment name blocks root_render_func _uptodate _module
# Instances have: vars parent _globals _mapping capacity

cdef object cv_app
cdef object cv_request
cdef dict _CONTEXT, _EVAL_CONTEXT, _BLOCK

cdef Shipped _FINDING, _CHOOSING, _CACHING, _AGING, _EVALUATING, _FAMILY, _REFERRING
cdef Shipped _ENVIRONMENT, _KINDS, _MAKING, _RENDERING, _SHARING, _EXPORTING
cdef object _context_class
cdef object _default_processor
cdef object _default_code
cdef object _current_app
cdef object _default_choice
cdef object _choice_code

cpdef object find(object environment, object name, object parent=*)
cpdef object current(object proxy)
cpdef object choose(object environment, object name_or_names)
cpdef object kept(object app, object source)
@cython.locals(templates=dict)
cdef object _cached(object cache, object key)
cdef object _is_fresh(object template)
@cython.locals(parent=dict)
cpdef object new_context(object template, dict names)
cpdef object included(object template, object context, object names)
@cython.locals(kind=type, names=dict)
cdef object _context(object environment, object parent, object name, object blocks, object globals)
@cython.locals(kind=type, names=dict)
cpdef object eval_context(object context)
cdef object _is_known(object autoescape)
cdef object _is_default_choice(object autoescape)
cpdef object escapes_file(object filename)
cpdef dict stacks(object blocks)
@cython.locals(place=Py_ssize_t, above=Py_ssize_t)
cpdef object parent_block(object context, object name, object current)
@cython.locals(kind=type, names=dict)
cdef object _block(object name, object context, object stack, object depth)
cpdef object exports(object template, object context)
cpdef object shares_globals(object template, object context)
cpdef object render(object template, object names)
cpdef object render_for(object app, object template, object context)
cdef object _announce(object signal, object app, object template, object context)
cpdef object update_template_context(object self, object context)
cpdef object add_current(object names)


cdef inline object jinja_env_of(object app):
    # PERF: small-template. A property of Werkzeug's runs on every read.
    if _ENVIRONMENT is not None and _ENVIRONMENT.by(type(app)) and has_own(app, "jinja_env"):
        return (<dict> PyObject_GenericGetDict(app, NULL))["jinja_env"]
    return app.jinja_env


cdef inline int set_names(object obj, dict names) except -1:
    return ff_set_dict(obj, names)


cdef inline dict merge_names(dict names, dict others):
    """Add *others* to *names* itself, as long as they have names."""
    for name in others:
        if not isinstance(name, str):
            raise TypeError("keywords must be strings")
    names.update(others)
    return names


cdef inline object call_ensure_sync(object app, object func):
    if not is_ours(app, ENSURE_SYNC):
        return app.ensure_sync(func)
    return func if func is _default_processor else ensure_sync(app, func)


cdef inline object call_update_template_context(object app, object context):
    if is_ours(app, UPDATE_TEMPLATE_CONTEXT):
        return update_template_context(app, context)
    return app.update_template_context(context)
