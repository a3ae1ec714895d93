# cython: language_level=3, annotation_typing=False
"""Which methods of an app a request may step over: those that are still ours.

A method is ours as long as the type finds the function that was shipped, that function runs the
code it was shipped with, and the app has no attribute of that name of its own. Asked for every
call, since people replace methods at any time. PERF: hello. Up to Python 3.12 classes and dicts
tell by a version whether they have changed, so that most answers are those of the last time.
"""

from __future__ import annotations

from cpython.dict cimport PyDict_Contains
from cpython.object cimport PyObject
from libc.stdint cimport uint32_t

from flaskfast._native.quick cimport ff_is_method

cdef extern from *:
    """
    #define FF_MOST 16

    /* What was seen of an app, for as long as neither its class nor its __dict__ has changed. */
    typedef struct {
        PyTypeObject *type;
        unsigned int type_version;
        uint64_t dict_version;
        uint32_t ours;                /* by seam: is the method the function that was shipped? */
        PyObject *held[FF_MOST];      /* by attribute: its value, NULL to be asked for */
    } ff_glance;

    static ff_glance ff_glances[8];

    #if PY_VERSION_HEX < 0x030D0000

    static void ff_look(ff_glance *glance, PyTypeObject *type, PyObject *dict,
                        PyObject **seams, PyObject **functions, int seam_count,
                        PyObject **names, int name_count)
    {
        glance->ours = 0;
        for (int i = 0; i < seam_count; i++) {
            if (functions[i] != NULL && _PyType_Lookup(type, seams[i]) == functions[i]
                && PyDict_GetItemWithError(dict, seams[i]) == NULL)
                glance->ours |= (uint32_t)1 << i;
        }
        for (int i = 0; i < name_count; i++) {
            PyObject *shared = _PyType_Lookup(type, names[i]);
            PyObject *own = PyDict_GetItemWithError(dict, names[i]);
            if (shared != NULL && Py_TYPE(shared)->tp_descr_set != NULL)
                own = NULL;
            else if (own == NULL && shared != NULL && Py_TYPE(shared)->tp_descr_get == NULL)
                own = shared;
            glance->held[i] = own;
        }
    }

    /* Return what is known of the app; NULL where nothing can be kept. Borrowed references in it
       are good until something is changed, so take what is wanted at once. */
    static CYTHON_INLINE ff_glance *ff_glance_at(
        PyObject *app, PyObject **seams, PyObject **functions, int seam_count,
        PyObject **names, int name_count)
    {
        PyTypeObject *type = Py_TYPE(app);
        PyObject **place = _PyObject_GetDictPtr(app);
        if (place == NULL || *place == NULL)
            return NULL;
        /* Versions are never used twice: the same one is the same dict in the same state. */
        const uint64_t version = ((PyDictObject *)*place)->ma_version_tag;
        ff_glance *glance = &ff_glances[((uintptr_t)app >> 6) & 7];
        if (glance->dict_version == version && glance->type == type
            && glance->type_version == type->tp_version_tag
            && PyType_HasFeature(type, Py_TPFLAGS_VALID_VERSION_TAG))
            return glance;
        if (type->tp_getattro != PyObject_GenericGetAttr)
            return NULL;
        ff_look(glance, type, *place, seams, functions, seam_count, names, name_count);
        if (!PyType_HasFeature(type, Py_TPFLAGS_VALID_VERSION_TAG)) {
            glance->dict_version = 0;
            return NULL;
        }
        glance->type = type;
        glance->type_version = type->tp_version_tag;
        glance->dict_version = version;
        return glance;
    }

    #else  /* dicts have no versions any more */

    static CYTHON_INLINE ff_glance *ff_glance_at(
        PyObject *app, PyObject **seams, PyObject **functions, int seam_count,
        PyObject **names, int name_count)
    {
        return NULL;
    }

    #endif
    """
    int FF_MOST
    ctypedef struct ff_glance:
        uint32_t ours
        PyObject **held
    ff_glance *ff_glance_at(
        object app,
        PyObject **seams,
        PyObject **functions,
        int seam_count,
        PyObject **names,
        int name_count,
    )

cdef extern from "Python.h":
    PyObject *PyFunction_GET_CODE(PyObject *function)
    object PyObject_GenericGetDict(object obj, void *context)

cdef extern from "ff_build.h":
    const char *FF_BUILD

BUILD = FF_BUILD.decode("ascii")

# In the order of the enumeration.
cdef tuple _names = (
    "app_context",
    "create_url_adapter",
    "dispatch_request",
    "do_teardown_appcontext",
    "do_teardown_request",
    "ensure_sync",
    "finalize_request",
    "full_dispatch_request",
    "handle_exception",
    "handle_http_exception",
    "handle_user_exception",
    "inject_url_defaults",
    "make_response",
    "preprocess_request",
    "process_response",
    "raise_routing_exception",
    "redirect",
    "request_context",
    "trap_http_exception",
    "update_template_context",
    "url_for",
    "_find_error_handler",
)
cdef tuple _attributes = (
    "after_request_funcs",
    "before_request_funcs",
    "config",
    "error_handler_spec",
    "json",
    "request_class",
    "response_class",
    "session_interface",
    "subdomain_matching",
    "teardown_appcontext_funcs",
    "teardown_request_funcs",
    "url_default_functions",
    "url_map",
    "url_value_preprocessors",
    "view_functions",
    "_got_first_request",
)
cdef tuple _settled = ()
cdef PyObject *_functions[<int> SEAMS]
cdef PyObject *_codes[<int> SEAMS]
# The names once more, where C reads them.
cdef PyObject *_seams[<int> SEAMS]
cdef PyObject *_held[<int> HELD]
for _i in range(<int> SEAMS):
    _seams[_i] = <PyObject *> _names[_i]
for _i in range(<int> HELD):
    _held[_i] = <PyObject *> _attributes[_i]


def settle_seams(app_class: type, /) -> None:
    """Note the methods of *app_class* as they are shipped.

    The contract is that of `flaskfast._py.seams.settle_seams`.
    """
    global _settled
    functions = [getattr(app_class, name) for name in _names]
    codes = [function.__code__ for function in functions]
    # For as long as the process lives: the arrays hold no references.
    _settled += (functions, codes)
    for i in range(<int> SEAMS):
        _functions[i] = <PyObject *> functions[i]
        _codes[i] = <PyObject *> codes[i]


cdef ff_glance *glance_at(object app):
    return ff_glance_at(app, _seams, _functions, <int> SEAMS, _held, <int> HELD)


cdef bint is_ours(object app, Seam seam) except -1:
    cdef PyObject *function = _functions[<int> seam]
    if function is NULL or PyFunction_GET_CODE(function) != _codes[<int> seam]:
        return False
    cdef ff_glance *glance = glance_at(app)
    if glance is not NULL:
        return glance.ours >> <int> seam & 1
    return ff_is_method(app, <object> _seams[<int> seam], <object> function)


cdef object own(object app, Held name):
    """Return an attribute of an app."""
    cdef ff_glance *glance = glance_at(app)
    if glance is not NULL and glance.held[<int> name] is not NULL:
        return <object> glance.held[<int> name]
    return getattr(app, <object> _held[<int> name])


cdef bint has_own(object obj, str name) except -1:
    return PyDict_Contains(PyObject_GenericGetDict(obj, NULL), name)
