# Types for flaskfast/_py/files.py, which is compiled as it is.

import cython

from flaskfast._native.headers cimport header_faulted
from flaskfast._native.messages cimport ResponseBase, new_answer
from flaskfast._native.quick cimport environ_get, environ_has, setting
from flaskfast._native.seams cimport CONFIG, RESPONSE_CLASS, own
from flaskfast._native.shipped cimport Shipped

cdef int _LONGEST_PATH
cdef int _LONGEST_TYPE
cdef object _BLOCK
cdef bint _IS_POSIX
cdef tuple _now
cdef tuple _CONDITIONS
cdef object _GUESS_TYPE
cdef object _SEND_FILE
cdef object _SEND_FROM_DIRECTORY
cdef Shipped _TYPES
cdef Shipped _RESPONSES
cdef Shipped _HEADERS
cdef Shipped _ours
cdef object _response_class
cdef object _http_date
cdef object _parse_date
cdef object _parse_etags
cdef object _is_resource_modified
cdef object _PLAIN_NAME
cdef object _PLAIN_PATH
cdef object _PLAIN_TYPE
cdef object _PLAIN_TAG
cdef object _PLAIN_RANGE
cdef object _PLAIN_TAGS

cpdef object path_below(object root, object directory, object name)
@cython.locals(facts=tuple, head=list, place=Py_ssize_t, part=tuple, response=ResponseBase)
cpdef object respond(
    object app,
    object environ,
    object path,
    object mimetype=*,
    object as_attachment=*,
    object download_name=*,
    object max_age=*,
    object conditional=*,
    object etag=*,
    object last_modified=*,
    object file=*,
    object must_exist=*,
)
cdef object _stat_of(object path)
cdef tuple _note_facts(object path, object modified, object size)
@cython.locals(now=tuple)
cdef object _date_now()
@cython.locals(is_plain=bint)
cdef bint _describe(
    list head, object mimetype, object as_attachment, object name, object path
) except -1
cdef object _type_of(object name)
cdef tuple _note_type(object mimetype)
cdef object _shown(object use, object name)
cdef tuple _part(object environ, object size)
cdef object _limit_age(list head, object age)
cpdef object _status(object environ, object etag, object written, object read=*)
