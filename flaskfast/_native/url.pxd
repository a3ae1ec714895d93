# Types for flaskfast/_py/url.py, which is compiled as it is.

import cython

from cpython.object cimport PyObject

from flaskfast._native.quick cimport (
    class_has, dict_of, concatenated, environ_get, has_code, integer_text, is_method, joined,
)
from flaskfast._native.quote cimport path_quoted, query_quoted
from flaskfast._native.states cimport ff_is_unchanged, ff_kept, ff_note_state, ff_state

cdef extern from *:
    """
    /* What was seen of a map: borrowed, and good for as long as the map is in that state. */
    typedef struct {
        ff_state state;
        PyObject *builders, *subdomain;
        int by_host;
    } ff_map;

    static ff_map ff_maps[8];
    #define ff_map_at(map) (&ff_maps[((uintptr_t)(map) >> 6) & 7])

    /* Tell whether a text has exactly one slash at its start. */
    static CYTHON_INLINE int ff_is_rooted(PyObject *text)
    {
        if (!PyUnicode_Check(text))
            return 0;
        const Py_ssize_t size = PyUnicode_GET_LENGTH(text);
        return size > 0 && PyUnicode_READ_CHAR(text, 0) == '/'
            && (size == 1 || PyUnicode_READ_CHAR(text, 1) != '/');
    }
    """
    ctypedef struct ff_map:
        ff_state state
        PyObject *builders
        PyObject *subdomain
        bint by_host
    ff_map *ff_map_at(object url_map)
    bint ff_is_rooted(object text)

cdef frozenset _SECURE
cdef object _build
cdef object _build_code
cdef object _suitable_for
cdef object _suitable_code
cdef object _encode_query_vars
cdef object _encode_code
cdef object _text_to_url
cdef object _text_code
cdef object _integer_to_url
cdef object _integer_code
cdef object _adapter_build
cdef object _adapter_code
cdef object _partial_build
cdef object _partial_code
cdef object _get_host
cdef object _host_code
cdef object _own_class
cdef object _own_build
cdef object _own_code
cdef int _CALL
cdef int _TEXT
cdef int _INTEGER


cdef class _Sight:
    cdef ff_state state


cdef class Builder:
    cdef readonly object rule
    cdef bint _is_ready
    cdef bint _is_rooted
    cdef list _domain
    cdef tuple _domain_slots
    cdef list _path
    cdef tuple _path_slots
    cdef list _required
    cdef list _constants
    cdef frozenset _taken
    # What is read of the rule, for as long as it is in that state.
    cdef ff_state _state
    cdef object _methods
    cdef object _websocket

    @cython.locals(query=str, path=str)
    cpdef object build_for(self, dict values, object method, bint append_unknown)
    cdef object _query_of(self, dict values)
    cdef tuple _without_query(self, dict values)


cdef class ForeignBuilder(Builder):
    cpdef object build_for(self, dict values, object method, bint append_unknown)


cdef inline bint is_plain(Builder builder, object rule) except -1:
    """Tell whether a rule is suited and built as it was shipped; read the rest of it, too."""
    if not (has_code(_build, _build_code) and has_code(_suitable_for, _suitable_code)):
        return False
    if ff_is_unchanged(&builder._state, rule):
        return True
    cdef dict own = dict_of(rule)
    if (
        not class_has(type(rule), "build", _build)
        or not class_has(type(rule), "suitable_for", _suitable_for)
        or "build" in own
        or "suitable_for" in own
    ):
        return False
    builder._methods = rule.methods
    builder._websocket = rule.websocket
    if (
        ff_kept(rule, own, "methods") is <PyObject *> builder._methods
        and ff_kept(rule, own, "websocket") is <PyObject *> builder._websocket
    ):
        ff_note_state(&builder._state, rule)
    return True


cdef inline bint converts_by(_Sight sight, object converter, object to_url) except -1:
    """Tell whether a converter's values become text as it was shipped."""
    if ff_is_unchanged(&sight.state, converter):
        return True
    if not is_method(converter, "to_url", to_url):
        return False
    ff_note_state(&sight.state, converter)
    return True


cdef inline ff_map *map_seen(object url_map):
    """Return what is known of a map that has nothing to take in; NULL for nothing."""
    cdef ff_map *seen = ff_map_at(url_map)
    if ff_is_unchanged(&seen.state, url_map):
        return seen
    cdef dict own = dict_of(url_map)
    cdef PyObject *builders = ff_kept(url_map, own, "_builders")
    cdef PyObject *subdomain = ff_kept(url_map, own, "_default_subdomain")
    cdef PyObject *by_host = ff_kept(url_map, own, "host_matching")
    cdef PyObject *changed = ff_kept(url_map, own, "_remap")
    if (
        by_host is NULL
        or subdomain is NULL
        or builders is NULL
        or changed is NULL
        or type(<object> builders) is not dict
        or <object> changed is not False
    ):
        # What is there may be of another map, and stays as it is.
        return NULL
    seen.builders = builders
    seen.subdomain = subdomain
    seen.by_host = bool(<object> by_host)
    ff_note_state(&seen.state, url_map)
    return seen


cdef inline dict builders_of(object url_map):
    """Return a map's builders, once it has taken in what has changed."""
    cdef ff_map *seen = map_seen(url_map)
    if seen is NULL:
        own = dict_of(url_map)
        if own["_remap"]:
            url_map.update()
        return own["_builders"]
    return <dict> seen.builders


cdef inline bint matches_hosts(object url_map) except -1:
    """Return ``url_map.host_matching``."""
    cdef ff_map *seen = map_seen(url_map)
    return url_map.host_matching if seen is NULL else seen.by_host


cdef inline object subdomain_of(object url_map):
    """Return ``url_map._default_subdomain or ""``."""
    cdef ff_map *seen = map_seen(url_map)
    return (url_map._default_subdomain if seen is NULL else <object> seen.subdomain) or ""


@cython.locals(how=int, place=Py_ssize_t, filled=list, sight=_Sight)
cdef object _fill(list pieces, tuple slots, dict values)
@cython.locals(fields=list)
cdef object _query(dict values, frozenset taken)
cdef object _field(object value)
@cython.locals(given=dict, found=tuple)
cpdef object build(
    object adapter,
    object endpoint,
    object values,
    object method,
    object force_external,
    object append_unknown,
    object url_scheme,
)
cpdef settle(object adapter_class)
@cython.locals(given=dict, known=dict, builders=list, builder=Builder, found=tuple)
cpdef object build_path(object url_map, object endpoint, object values, object environ)
cdef object _rooted(object path)
cdef dict _given(object values)
@cython.locals(known=dict, builders=list, builder=Builder, found=tuple)
cdef tuple _first(
    object url_map,
    object endpoint,
    dict values,
    object method,
    object append_unknown,
    object host,
)
