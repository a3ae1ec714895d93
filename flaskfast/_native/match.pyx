# cython: language_level=3, freethreading_compatible=True, annotation_typing=False
# cython: boundscheck=False, wraparound=False
"""Finding the rule of a path, compiled flavour: binds csrc/ff_match.c."""

from __future__ import annotations

from cpython.bytes cimport PyBytes_AS_STRING
from cpython.dict cimport PyDict_CheckExact
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from cpython.object cimport PyObject
from cpython.unicode cimport PyUnicode_CheckExact, PyUnicode_DecodeUTF8
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t

from werkzeug.routing import ValidationError

from flaskfast._wsgi import wsgi_path

cdef extern from "Python.h":
    PyObject *PyDict_GetItemWithError(object dictionary, object key) except? NULL
    bint PyUnicode_IS_ASCII(object text)
    const void *PyUnicode_DATA(object text)
    Py_UCS4 PyUnicode_READ_CHAR(object text, Py_ssize_t index)
    object PyUnicode_New(Py_ssize_t size, Py_UCS4 largest)

cdef extern from "string.h":
    void *memcpy(void *dst, const void *src, size_t n)

cdef extern from "ff_build.h":
    const char *FF_BUILD

cdef enum:
    SHALLOW = 16  # so many frames and captures need no memory of their own

# What flaskfast.routing.table calls the ways to make a value of a text.
cdef enum:
    AS_IT_IS
    INTEGER
    FLOAT

# What is wanted of a walk.
cdef enum:
    BRIEFLY
    FULLY
    RULE_ONLY

BUILD = FF_BUILD.decode("ascii")


def new_finder(tree, domain, special, /):
    """Return what finds rules in a tree, as it is now.

    The contract is that of `flaskfast._py.match.new_finder`. A tree that the table cannot hold
    is refused: `flaskfast.routing.table.Refused`.
    """
    return _Finder(tree.layout(domain), domain, special)


cdef class _Conversion:
    """What makes a rule's arguments of the texts that it took."""

    cdef object rule, defaults
    cdef tuple names, to_python
    cdef bytes kinds
    cdef bint special

    def __init__(self, conversion, special):
        self.rule, self.names, self.kinds, self.to_python, self.defaults = conversion
        self.special = id(self.rule) in special


cdef class _Finder:
    """Finds the rule of a path."""

    def __init__(self, layout, domain, special):
        self.table = bytes(layout.words())
        cdef uint32_t *words = <uint32_t *> PyBytes_AS_STRING(self.table)
        # Nobody else has these bytes yet.
        if ff_match_fill(words, len(self.table) // 4) != 0:
            raise SystemError("flaskfast has laid out a table of rules that is none.")
        self.frames, self.captures = words[FF_MATCH_H_FRAMES], words[FF_MATCH_H_CAPTURES]
        self.domain, self.is_direct = domain, layout.is_direct
        self.conversions = [_Conversion(each, special) for each in layout.conversions]
        self.edges, self.methods = layout.edges, layout.methods

    @property
    def table_bytes(self):
        """How long the table is."""
        return len(self.table)

    def find_environ(self, environ, /):
        """Find the rule of a request on the default domain."""
        return self.found(environ)

    cdef found(self, environ):
        cdef PyObject *found = NULL
        if PyDict_CheckExact(environ):
            found = PyDict_GetItemWithError(environ, "PATH_INFO")
        path = <object> found if found != NULL else None
        cdef const char *data
        # PERF: match-*. Nearly all paths are ASCII, and begin with one slash.
        if found != NULL and PyUnicode_CheckExact(path) and PyUnicode_IS_ASCII(path):
            data = <const char *> PyUnicode_DATA(path)
            if data[0] != b"/" or data[1] == b"/":
                path = wsgi_path(environ)
        else:
            path = wsgi_path(environ)
        method = environ["REQUEST_METHOD"]
        cdef PyObject *bit = PyDict_GetItemWithError(self.methods, method)
        if bit == NULL:
            bit = PyDict_GetItemWithError(self.methods, method.upper())
        if not self.is_direct:
            path = f"{self.domain}/{path}"
        return self.look(path, self.is_direct, bit, False, BRIEFLY)

    def find(self, str domain, str path, method, bint websocket, bint convert, /):
        """Find the rule of a path."""
        cdef bint direct = self.is_direct and domain == self.domain
        if direct and len(path) > 0 and PyUnicode_READ_CHAR(path, 0) != u"/":
            direct = False
        if not direct:
            path = f"{domain}/{path}"
        cdef PyObject *bit = PyDict_GetItemWithError(self.methods, method)
        return self.look(path, direct, bit, websocket, FULLY if convert else RULE_ONLY)

    cdef look(self, str path, bint direct, PyObject *bit, bint websocket, int wanted):
        """Walk along a path, and tell what came of it."""
        cdef ff_match_frame frames[SHALLOW]
        cdef ff_match_capture captures[SHALLOW]
        cdef ff_match_walk walk
        cdef bytes encoded
        if PyUnicode_IS_ASCII(path):
            walk.path, walk.n = <const uint8_t *> PyUnicode_DATA(path), len(path)
        else:
            encoded = path.encode("utf-8", "surrogatepass")
            walk.path, walk.n = <const uint8_t *> PyBytes_AS_STRING(encoded), len(encoded)
        walk.table = <const uint32_t *> PyBytes_AS_STRING(self.table)
        walk.method = (<uint64_t> 1) << <int> <object> bit if bit != NULL else 0
        walk.websocket = websocket
        walk.frames, walk.captures = frames, captures
        if self.frames <= SHALLOW and self.captures <= SHALLOW:
            return self.told(&walk, direct, wanted)
        cdef size_t room = self.captures * sizeof(ff_match_capture)
        walk.captures = <ff_match_capture *> PyMem_Malloc(
            room + self.frames * sizeof(ff_match_frame)
        )
        if walk.captures == NULL:
            raise MemoryError()
        walk.frames = <ff_match_frame *> (<char *> walk.captures + room)
        try:
            return self.told(&walk, direct, wanted)
        finally:
            PyMem_Free(walk.captures)

    cdef told(self, ff_match_walk *walk, bint direct, int wanted):
        cdef dict taken = None  # by the number of a capture: the texts of its expression
        cdef ff_match_status status
        status = ff_match_path(walk) if direct else ff_match_domain_path(walk)
        while status == FF_MATCH_ASK:
            step = self.edges[walk.edge].take(text_of(walk.path, walk.start, walk.end))
            if step is None:
                status = ff_match_answered(walk, FF_MATCH_NO)
                continue
            taken = {} if taken is None else taken
            taken[walk.capture_count], slash = step
            status = ff_match_answered(walk, FF_MATCH_YES_BUT_SLASH if slash else FF_MATCH_YES)
        if status == FF_MATCH_BROKEN:
            raise SystemError("flaskfast has laid out a table of rules whose header is wrong.")
        rule = error = None
        cdef _Conversion conversion
        if status == FF_MATCH_FOUND:
            conversion = <_Conversion> self.conversions[walk.rule]
            if wanted == BRIEFLY and conversion.special:
                return None
            rule = conversion.rule
            if wanted != RULE_ONLY:
                try:
                    return rule, arguments(conversion, walk, taken)
                except ValidationError as invalid:
                    rule, error = None, invalid
        if wanted == BRIEFLY:
            if status == FF_MATCH_SLASH:
                return True
            # A path with several slashes may match with fewer.
            if error is None and ff_match_has_slashes(walk.path, walk.n):
                return None
            if not walk.missed:
                return None if walk.missed_websocket else False
            return self.named(walk.missed)
        methods = self.named(walk.missed)
        return rule, (methods, walk.missed_websocket, status == FF_MATCH_SLASH, error)

    cdef set named(self, uint64_t bits):
        """Return the names of methods."""
        return {name for name, bit in self.methods.items() if bits >> <int> bit & 1}


cdef text_of(const uint8_t *path, size_t start, size_t end):
    """Decode a stretch of the path."""
    cdef const char *text = <const char *> path + start
    cdef Py_ssize_t n = end - start
    if ff_match_is_ascii(path + start, n):
        ascii = PyUnicode_New(n, 127)
        memcpy(<void *> PyUnicode_DATA(ascii), text, n)
        return ascii
    return PyUnicode_DecodeUTF8(text, n, "surrogatepass")


cdef arguments(_Conversion conversion, ff_match_walk *walk, dict taken):
    """Convert what the rule took of the path."""
    cdef dict values = {}
    cdef uint32_t i
    cdef size_t name = 0
    cdef size_t names = len(conversion.names)
    cdef const uint8_t *kinds = <const uint8_t *> PyBytes_AS_STRING(conversion.kinds)
    cdef ff_match_capture capture
    cdef int64_t number
    for i in range(walk.capture_count):
        capture = walk.captures[i]
        if capture.asked:
            for text in taken[i]:
                if name < names:
                    values[conversion.names[name]] = conversion.to_python[name](text)
                    name += 1
        elif name < names:
            if kinds[name] == INTEGER and ff_match_integer(
                walk.path + capture.start, capture.end - capture.start, &number
            ):
                value = number
            else:
                value = text_of(walk.path, capture.start, capture.end)
                if kinds[name] == FLOAT:
                    value = float(value)
                elif kinds[name] != AS_IT_IS:
                    value = conversion.to_python[name](value)
            values[conversion.names[name]] = value
            name += 1
    if conversion.defaults is not None:
        values.update(conversion.defaults)
    return values
