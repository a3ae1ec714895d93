# What compiled steps ask before they step over a method; see seams.pyx.

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
    MAKE_RESPONSE
    PREPROCESS_REQUEST
    PROCESS_RESPONSE
    REQUEST_CONTEXT
    UPDATE_TEMPLATE_CONTEXT
    SEAMS

# What compiled steps read of the app.
cdef enum Held:
    AFTER_REQUEST_FUNCS
    BEFORE_REQUEST_FUNCS
    CONFIG
    JSON
    REQUEST_CLASS
    RESPONSE_CLASS
    SESSION_INTERFACE
    SUBDOMAIN_MATCHING
    TEARDOWN_APPCONTEXT_FUNCS
    TEARDOWN_REQUEST_FUNCS
    URL_MAP
    URL_VALUE_PREPROCESSORS
    VIEW_FUNCTIONS
    _GOT_FIRST_REQUEST
    HELD

cdef object own(object app, Held name)
cdef bint is_ours(object app, Seam seam) except -1
cdef bint has_own(object obj, str name) except -1
