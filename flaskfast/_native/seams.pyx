# cython: language_level=3, annotation_typing=False
"""Which methods of an app a request may step over: those that are still ours.

A method is ours as long as the type finds the function that was shipped, that function runs the
code it was shipped with, and the app has no attribute of that name of its own. Asked for every
call, since people replace methods at any time. PERF: hello. Up to Python 3.12 classes and dicts
tell by a version whether they have changed, so that most answers are those of the last time.
"""

from __future__ import annotations

from cpython.object cimport PyObject

from flaskfast._native.quick cimport ff_is_method

cdef extern from *:
    """
    #if PY_VERSION_HEX < 0x030D0000

    /* See an app as it is now, and tell whether that can be kept. */
    static int ff_look(ff_view *view, PyObject *app, PyObject **seams, int seam_count,
                       PyObject **names, int name_count)
    {
        PyTypeObject *type = Py_TYPE(app);
        PyObject **place = _PyObject_GetDictPtr(app);
        if (place == NULL || *place == NULL || type->tp_getattro != PyObject_GenericGetAttr)
            return 0;
        PyObject *dict = *place;
        ff_glance *glance = ff_place(view, app);
        glance->dict_version = 0;
        glance->ours = 0;
        for (int i = 0; i < seam_count; i++) {
            if (view->functions[i] != NULL && _PyType_Lookup(type, seams[i]) == view->functions[i]
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
        if (!PyType_HasFeature(type, Py_TPFLAGS_VALID_VERSION_TAG))
            return 0;
        glance->type = type;
        glance->type_version = type->tp_version_tag;
        glance->dict_version = ((PyDictObject *)dict)->ma_version_tag;
        return 1;
    }

    #else

    #define ff_look(view, app, seams, seam_count, names, name_count) 0

    #endif

    static ff_view ff_all_seen;
    """
    bint ff_look(
        ff_view *view,
        object app,
        PyObject **seams,
        int seam_count,
        PyObject **names,
        int name_count,
    )
    ff_view ff_all_seen

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
# The names once more, where C reads them.
cdef PyObject *_seams[<int> SEAMS]
cdef PyObject *_held[<int> HELD]
if <int> SEAMS > FF_MOST_SEAMS or <int> HELD > FF_MOST_HELD:
    raise SystemError("flaskfast._native.seams has more names than places for them.")
view = &ff_all_seen
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
        ff_all_seen.functions[i] = <PyObject *> functions[i]
        ff_all_seen.codes[i] = <PyObject *> codes[i]


cdef bint look(object app) except -1:
    """See an app as it is now; false where nothing can be kept.

    References in what is seen are borrowed, and good until something is changed.
    """
    return ff_look(&ff_all_seen, app, _seams, <int> SEAMS, _held, <int> HELD)


cdef bint is_ours_otherwise(object app, Seam seam) except -1:
    return ff_is_method(app, <object> _seams[<int> seam], <object> ff_all_seen.functions[<int> seam])


cdef object own_otherwise(object app, Held name):
    return getattr(app, <object> _held[<int> name])
