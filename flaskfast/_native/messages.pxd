# Types for flaskfast/_py/messages.py, which is compiled as it is.

import cython

from cpython.object cimport PyTypeObject

from flaskfast._native.states cimport ff_is_unchanged, ff_kept, ff_note_state, ff_state

cdef extern from *:
    """
    /* Tell whether calling an object calls what its compiled base has. */
    static CYTHON_INLINE int ff_is_called_as(PyObject *obj, PyTypeObject *base)
    {
        return Py_TYPE(obj)->tp_call == base->tp_call;
    }

    /* Return a class, whose objects are to take their steps as its compiled base does, and not by a
       look for the method __next__ that finds it. Setting that method later undoes this. */
    static CYTHON_INLINE PyObject *ff_stepping_as(PyObject *cls, PyObject *base)
    {
        ((PyTypeObject *)cls)->tp_iternext = ((PyTypeObject *)base)->tp_iternext;
        Py_INCREF(cls);
        return cls;
    }

    /* Rules, and what is filed under their endpoints: for as long as a rule has not changed. */
    typedef struct {
        ff_state state;
        PyObject *found;
    } ff_filing;

    static ff_filing ff_filings[64];

    /* Return filed.get(rule.endpoint), in a dict whose values stay what they are. */
    static CYTHON_INLINE PyObject *ff_filed(PyObject *filed, PyObject *rule, PyObject *name)
    {
        ff_filing *place = &ff_filings[(uintptr_t)rule >> 6 & 63];
        if (ff_is_unchanged(&place->state, rule)) {
            Py_INCREF(place->found);
            return place->found;
        }
        PyObject *endpoint = PyObject_GetAttr(rule, name);
        if (endpoint == NULL)
            return NULL;
        PyObject *found = PyDict_GetItemWithError(filed, endpoint);
        Py_DECREF(endpoint);
        if (found == NULL) {
            if (PyErr_Occurred())
                return NULL;
            Py_RETURN_NONE;
        }
        Py_INCREF(found);
        PyObject *own = PyObject_GenericGetDict(rule, NULL);
        if (own != NULL && ff_kept(rule, own, name) != NULL) {
            Py_XSETREF(place->found, Py_NewRef(found));
            ff_note_state(&place->state, rule);
        }
        PyErr_Clear();
        Py_XDECREF(own);
        return found;
    }

    /* Tell whether it is the status of a response that carries no content. */
    static CYTHON_INLINE int ff_has_no_body(long status)
    {
        return (status >= 100 && status < 200) || status == 204 || status == 304;
    }
    """
    bint ff_is_called_as(object obj, PyTypeObject *base)
    object ff_stepping_as(object cls, object base)
    tuple ff_filed(dict filed, object rule, object name)
    bint ff_has_no_body(long status)

cdef extern from "Python.h":
    bint PyLong_CheckExact(object number)
    long PyLong_AsLongAndOverflow(object number, int *overflow)

from flaskfast._native.headers cimport header_faulted, headers_surveyed
from flaskfast._native.quick cimport (
    class_has,
    decimal,
    encoded,
    environ_get,
    ff_constructs_as,
    ff_new,
    has_code,
    is_method,
    is_word,
    shared,
)

cdef dict status_lines
cdef dict content_type_headers
cdef frozenset without_body
cdef object _request_init
cdef object _close
cdef object _close_code
cdef object _iter_encoded
cdef object _begin_closing
cdef object _next_part
cdef object _is_sequence
cdef object _get_wsgi_headers
cdef object _headers_over
cdef object _blueprint_property
cdef object _blueprints_property
cdef object _headers_class
cdef object _headers_property
cdef object _set_header
cdef object _set_item
cdef object _to_wsgi_list
cdef object _iterate
cdef object _werkzeug_set
cdef object _werkzeug_to_wsgi_list
cdef object _AS_IT_IS
cdef object _as_it_is
cdef object _IN_PARTS
cdef str _IN_PATHS
cdef frozenset _SPELLED
cdef frozenset _OF_CONTENT
cdef frozenset _LOCATIONS
cdef frozenset _LONG_AS_LOCATIONS
cdef int _ANY_LOCATION
cdef int _CONTENT_LENGTH
cdef object _set_data
cdef object _get_app_iter
cdef object _get_wsgi_response
cdef frozenset _METHODS
cdef object _request_class
cdef object _split_blueprint_path
cdef dict _blueprints


cpdef object wire_url(object url)
@cython.locals(head=list, sent=list)
cdef object _with_wire_location(object head)


cdef class RequestBase:
    cdef dict __dict__
    cdef object __weakref__
    cdef public object environ
    cdef public object method
    cdef public object shallow
    cdef public object json_module
    cdef public object url_rule
    cdef public object view_args
    cdef public object routing_exception

    cdef object _begin(self, object environ, object populate_request, object shallow)


cdef tuple _of_the_app
cdef tuple _both_ways(tuple names)
@cython.locals(places=tuple)
cdef tuple _places_of(RequestBase request)
@cython.locals(ours=RequestBase, places=tuple)
cpdef tuple places_of(object request)
@cython.locals(places=tuple, names=tuple, ours=RequestBase)
cpdef object blueprint_of(object request)


cdef class ResponseBase


cdef class EncodedParts:
    cdef object _parts
    cdef ResponseBase _response
    cdef object _close


cdef object _no_parts
cdef object _closing_class


cdef class OnePage:
    cdef object _page


cdef class ResponseBase:
    cdef dict __dict__
    cdef object __weakref__
    cdef public object response
    cdef public object direct_passthrough
    cdef public list _head
    cdef public object _headers
    cdef public object _status
    cdef public object _status_code
    cdef public list _closers
    cdef public Py_ssize_t _checked

    cdef object _begin(
        self,
        object response,
        object status,
        object headers,
        object mimetype,
        object content_type,
        object direct_passthrough,
    )
    cpdef object _note_status(self, object status)
    @cython.locals(head=list)
    cpdef object set_data(self, object value)
    @cython.locals(head=list)
    cpdef object _put(self, object name, object value)
    @cython.locals(found=int, is_found=bint)
    cdef object _sent_head(self)
    cdef bint _is_generated(self)
    @cython.locals(made=EncodedParts)
    cdef object _closing_over(self, object parts)
    @cython.locals(length=Py_ssize_t)
    cdef object _plain_length(self)
    cpdef object get_app_iter(self, object environ)
    cdef object _send(self, object environ, object start_response)
    cpdef object get_wsgi_response(self, object environ)


cdef dict _codes
cdef object _response_class
cdef class Beginning:
    cdef bint _has_begun
    cdef object _line
    cdef object _head
    cdef list _pieces


cpdef object body_begun(object result, list pieces)
cdef object _with_end(object result, list pieces, object rest)
@cython.locals(begun=Beginning, pieces=list)
cpdef object answered(object cls, object app, object environ)
cpdef object take_head(object made, object head)


cdef inline object call_set_data(ResponseBase response, object value):
    if is_method(response, "set_data", _set_data):
        return ResponseBase.set_data(response, value)
    return response.set_data(value)


cdef inline object call_get_app_iter(ResponseBase response, object environ):
    if is_method(response, "get_app_iter", _get_app_iter):
        return ResponseBase.get_app_iter(response, environ)
    return response.get_app_iter(environ)


cdef inline object call_get_wsgi_response(ResponseBase response, object environ):
    if is_method(response, "get_wsgi_response", _get_wsgi_response):
        return ResponseBase.get_wsgi_response(response, environ)
    return response.get_wsgi_response(environ)


cdef inline object new_request(object cls, object environ):
    if not ff_constructs_as(cls, <PyTypeObject *> RequestBase):
        return cls(environ)
    request = ff_new(cls, ())
    (<RequestBase> request)._begin(environ, True, False)
    return request


cdef inline object new_response(object cls, object body):
    if not ff_constructs_as(cls, <PyTypeObject *> ResponseBase):
        return cls(body)
    response = ff_new(cls, ())
    (<ResponseBase> response)._begin(body, None, None, None, None, False)
    return response


cdef inline object new_answer(object cls, object body, object status, object headers):
    """Return ``cls(body, status=status, headers=headers)``."""
    if not ff_constructs_as(cls, <PyTypeObject *> ResponseBase):
        return cls(body, status=status, headers=headers)
    response = ff_new(cls, ())
    (<ResponseBase> response)._begin(body, status, headers, None, None, False)
    return response


cdef inline object new_page(object cls, object body, object status):
    """Return ``cls(body, status, mimetype="text/html")``."""
    if not ff_constructs_as(cls, <PyTypeObject *> ResponseBase):
        return cls(body, status, mimetype="text/html")
    response = ff_new(cls, ())
    (<ResponseBase> response)._begin(body, status, None, "text/html", None, False)
    return response


# PERF: hello. A request of the class that is shipped has these where C finds them.

cdef inline object request_environ(object request):
    if type(request) is _request_class:
        return (<RequestBase> request).environ
    return request.environ


cdef inline object request_method(object request):
    if type(request) is _request_class:
        return (<RequestBase> request).method
    return request.method


cdef inline object request_routing_exception(object request):
    if type(request) is _request_class:
        return (<RequestBase> request).routing_exception
    return request.routing_exception


cdef inline object request_url_rule(object request):
    if type(request) is _request_class:
        return (<RequestBase> request).url_rule
    return request.url_rule


cdef inline object request_view_args(object request):
    if type(request) is _request_class:
        return (<RequestBase> request).view_args
    return request.view_args


cdef inline object note_match(object request, object found):
    """Set ``request.url_rule`` and ``request.view_args``."""
    if type(request) is _request_class:
        (<RequestBase> request).url_rule, (<RequestBase> request).view_args = found
    else:
        request.url_rule, request.view_args = found


cdef inline object new_headers(list pairs):
    """Return ``_headers_over(pairs)``."""
    headers = ff_new(_headers_class, ())
    headers._list = pairs
    return headers


cdef inline object note_json(object request, object module):
    """Set ``request.json_module``."""
    if type(request) is _request_class:
        (<RequestBase> request).json_module = module
    else:
        request.json_module = module


cdef inline bint has_no_body(object status) except -1:
    """Return ``status in without_body``."""
    cdef int overflow
    if PyLong_CheckExact(status):
        return ff_has_no_body(PyLong_AsLongAndOverflow(status, &overflow))
    return status in without_body


cdef inline object sent(object response, object environ, object start_response):
    """Return ``response(environ, start_response)``."""
    if ff_is_called_as(response, <PyTypeObject *> ResponseBase):
        return (<ResponseBase> response)._send(environ, start_response)
    return response(environ, start_response)
