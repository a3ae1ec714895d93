# What compiled steps ask before they step over a method; see seams.pyx.

from cpython.object cimport PyObject, PyTypeObject
from libc.stdint cimport uint32_t, uint64_t

cdef extern from *:
    """
    #define FF_MOST_SEAMS 32
    #define FF_MOST_HELD 16

    /* What was seen of an app, for as long as neither its class nor its __dict__ has changed. */
    typedef struct {
        PyTypeObject *type;
        unsigned int type_version;
        uint64_t dict_version;
        uint32_t ours;                  /* by seam: is the method the function that was shipped? */
        PyObject *held[FF_MOST_HELD];   /* by attribute: its value, NULL to be asked for */
    } ff_glance;

    /* The methods that were shipped, the code they had then, and what was seen last. */
    typedef struct {
        PyObject *functions[FF_MOST_SEAMS], *codes[FF_MOST_SEAMS];
        ff_glance glances[8];
    } ff_view;

    #if PY_VERSION_HEX < 0x030D0000

    static CYTHON_INLINE PyObject *ff_dict_of(PyObject *app)
    {
    #if PY_VERSION_HEX >= 0x030B0000 && PY_VERSION_HEX < 0x030C0000
        /* Where _PyObject_GetDictPtr() looks, without the call. */
        if (PyType_HasFeature(Py_TYPE(app), Py_TPFLAGS_MANAGED_DICT)
            && ((PyObject **)app)[-3] != NULL)
            return ((PyObject **)app)[-3];
    #endif
        PyObject **place = _PyObject_GetDictPtr(app);
        return place == NULL ? NULL : *place;
    }

    /* Return the place of what is seen of an app. */
    static CYTHON_INLINE ff_glance *ff_place(ff_view *view, PyObject *app)
    {
        return &view->glances[((uintptr_t)app >> 6) & 7];
    }

    /* Tell whether it still is as it was seen. Versions are never used twice: the same one is the
       same dict in the same state. */
    static CYTHON_INLINE int ff_is_seen(ff_glance *glance, PyObject *app)
    {
        PyTypeObject *type = Py_TYPE(app);
        PyObject *dict = ff_dict_of(app);
        return dict != NULL && glance->dict_version == ((PyDictObject *)dict)->ma_version_tag
            && glance->type == type && glance->type_version == type->tp_version_tag
            && PyType_HasFeature(type, Py_TPFLAGS_VALID_VERSION_TAG);
    }

    #else  /* dicts have no versions any more */

    #define ff_place(view, app) (&(view)->glances[0])
    #define ff_is_seen(glance, app) 0

    #endif

    static CYTHON_INLINE int ff_is_rewritten(ff_view *view, int seam)
    {
        PyObject *function = view->functions[seam];
        return function == NULL || PyFunction_GET_CODE(function) != view->codes[seam];
    }
    """
    int FF_MOST_SEAMS, FF_MOST_HELD
    ctypedef struct ff_glance:
        PyTypeObject *type
        unsigned int type_version
        uint64_t dict_version
        uint32_t ours
        PyObject **held
    ctypedef struct ff_view:
        PyObject **functions
        PyObject **codes
    ff_glance *ff_place(ff_view *view, object app)
    bint ff_is_seen(ff_glance *glance, object app)
    bint ff_is_rewritten(ff_view *view, int seam)

cdef enum Seam:
    APP_CONTEXT
    CREATE_URL_ADAPTER
    DISPATCH_REQUEST
    DO_TEARDOWN_APPCONTEXT
    DO_TEARDOWN_REQUEST
    ENSURE_SYNC
    FINALIZE_REQUEST
    FULL_DISPATCH_REQUEST
    HANDLE_EXCEPTION
    HANDLE_HTTP_EXCEPTION
    HANDLE_USER_EXCEPTION
    INJECT_URL_DEFAULTS
    MAKE_RESPONSE
    PREPROCESS_REQUEST
    PROCESS_RESPONSE
    RAISE_ROUTING_EXCEPTION
    REDIRECT
    REQUEST_CONTEXT
    TRAP_HTTP_EXCEPTION
    UPDATE_TEMPLATE_CONTEXT
    URL_FOR
    _FIND_ERROR_HANDLER
    SEAMS

# What compiled steps read of the app.
cdef enum Held:
    AFTER_REQUEST_FUNCS
    BEFORE_REQUEST_FUNCS
    CONFIG
    ERROR_HANDLER_SPEC
    JSON
    REQUEST_CLASS
    RESPONSE_CLASS
    SESSION_INTERFACE
    SUBDOMAIN_MATCHING
    TEARDOWN_APPCONTEXT_FUNCS
    TEARDOWN_REQUEST_FUNCS
    URL_DEFAULT_FUNCTIONS
    URL_MAP
    URL_VALUE_PREPROCESSORS
    VIEW_FUNCTIONS
    _GOT_FIRST_REQUEST
    HELD

cdef ff_view *view
cdef bint look(object app) except -1
cdef object own_otherwise(object app, Held name)
cdef bint is_ours_otherwise(object app, Seam seam) except -1


cdef inline bint is_ours(object app, Seam seam) except -1:
    """Tell whether a method of an app may be stepped over."""
    if ff_is_rewritten(view, <int> seam):
        return False
    cdef ff_glance *glance = ff_place(view, app)
    if ff_is_seen(glance, app) or look(app):
        return glance.ours >> <int> seam & 1
    return is_ours_otherwise(app, seam)


cdef inline object own(object app, Held name):
    """Return an attribute of an app."""
    cdef ff_glance *glance = ff_place(view, app)
    if (ff_is_seen(glance, app) or look(app)) and glance.held[<int> name] is not NULL:
        return <object> glance.held[<int> name]
    return own_otherwise(app, name)
