# Types for flaskfast/_py/sessions.py, which is compiled as it is.

import cython

from cpython.contextvars cimport get_value

from flaskfast._native.contexts cimport AppContextBase
from flaskfast._native.jar cimport set_cookie
from flaskfast._native.messages cimport ResponseBase
from flaskfast._native.quick cimport class_has, ff_new, has_code, is_method, setting
from flaskfast._native.seams cimport CONFIG, JSON, own
from flaskfast._native.shipped cimport Shipped
from flaskfast._native.signing cimport (
    are_as_shipped,
    may_have_tags,
    read_signed,
    tagged,
    write_signed,
)

cdef object cv_app
cdef object _unread
cdef dict _COMPACT
cdef object _LONGEST
cdef Shipped _settings
cdef Shipped _opening
cdef Shipped _saving
cdef Shipped _attributes
cdef object _session_class
cdef object _session_init
cdef object _permanent
cdef object _note_change
cdef object _session_get
cdef object _is_null_session
cdef object _is_null_session_code
cdef object _null_session_class
cdef object _fields_class
cdef object _fields_get
cdef object _vary
cdef object _set_cookie
cdef object _set_cookie_code
cdef dict _serializers
cdef object _serializer_for
cdef object _keeping_class
cdef object _keeping_loads
cdef object _keeping_dumps
cdef object _signer_class
cdef list _signing
cdef object _tagged_class
cdef object _tagged_loads
cdef object _tagged_dumps
cdef object _tag
cdef object _untag
cdef object _untag_scan
cdef tuple _standard
cdef object _loads
cdef object _dumps
cdef object _provider_loads
cdef object _provider_dumps
cdef object _read_json
cdef object _werkzeug_get
cdef object _werkzeug_item
cdef object _werkzeug_set_cookie
cdef Shipped _payloads

cpdef object get_signing_serializer(object self, object app)
@cython.locals(shipped=bint)
cpdef object open_session(object self, object app, object request)
@cython.locals(payload=bytes)
cpdef object load_signed(object serializer, object signed, object max_age)
cpdef object plain_signer(object serializer)
cpdef object load_tagged(object self, object value)
@cython.locals(ctx=AppContextBase)
cdef object _loaded(object text)
cpdef object is_null(object interface, object session)
@cython.locals(emptied=bint, plain=bint, shipped=bint)
cpdef object save_session(object self, object app, object session, object response)
cdef object _signed(object serializer, object value)
@cython.locals(payload=bytes)
cpdef object dump_signed(object serializer, object obj)
@cython.locals(ctx=AppContextBase)
cpdef object dump_tagged(object self, object value)
cdef object _is_permanent(object self)
@cython.locals(made=ResponseBase, head=list)
cdef object _vary_by_cookie(object response)
