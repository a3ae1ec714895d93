# cython: language_level=3, freethreading_compatible=True, annotation_typing=False
"""JSON text, compiled flavour: binds csrc/ff_json.c."""

from __future__ import annotations

from json import loads
from json.decoder import scanstring
from json.encoder import encode_basestring_ascii

from cpython.bytes cimport PyBytes_AS_STRING
from cpython.dict cimport PyDict_Items
from cpython.mem cimport PyMem_Free, PyMem_Realloc
from cpython.unicode cimport PyUnicode_Compare, PyUnicode_DATA
from flaskfast._native.json_tokens cimport *
from flaskfast._native.text cimport PyUnicode_GET_LENGTH, PyUnicode_IS_ASCII, as_ascii
from libc.string cimport memcpy, memset

cdef extern from "Python.h":
    long long PyLong_AsLongLongAndOverflow(object number, int *overflow)

cdef extern from "ff_json.h" nogil:
    size_t ff_json_plain(const uint8_t *src, size_t n)

cdef extern from "ff_build.h":
    const char *FF_BUILD

BUILD = FF_BUILD.decode("ascii")


cdef object build(ff_json json):
    cdef ff_json_token token
    cdef int64_t wholes[64]
    cdef size_t count, i
    cdef list opened = []
    cdef int kind
    around = value = key = None
    while True:
        kind = ff_json_next(&json, &token)
        if kind == FF_JSON_KEY:
            key = text_of(json.src, &token, scanstring)
        elif kind == FF_JSON_CLOSE:
            value = around
            around = opened.pop()
        elif kind == FF_JSON_DONE:
            return value
        elif kind == FF_JSON_UNSURE:
            raise ValueError()
        else:
            value = value_of(kind, json.src, &token, scanstring)
            if type(around) is list:
                (<list> around).append(value)
                if kind == FF_JSON_WHOLE:
                    # PERF: json-in. Numbers seldom come alone.
                    count = ff_json_wholes(&json, wholes, 64)
                    for i in range(count):
                        (<list> around).append(wholes[i])
            elif around is not None:
                (<dict> around)[key] = value
            if kind == FF_JSON_ARRAY or kind == FF_JSON_OBJECT:
                opened.append(around)
                around = value


def read_json(data: bytes | str, /) -> object:
    """Return what JSON text, or such text in bytes, stands for.

    The contract is that of `flaskfast._py.json.read_json`.
    """
    cdef ff_json json
    memset(&json, 0, sizeof(json))
    if isinstance(data, bytes):
        json.src = <const uint8_t *> PyBytes_AS_STRING(data)
    elif not isinstance(data, str):
        raise TypeError(f"read_json() takes bytes or str, not {type(data).__name__}.")
    elif PyUnicode_IS_ASCII(data):
        json.src = <const uint8_t *> PyUnicode_DATA(data)
    else:
        return loads(data)
    json.n = len(data)
    try:
        return build(json)
    except ValueError:  # of the kernel, or of Python: no UTF-8, no escape, too many digits
        pass
    # It reads some more, and knows what to say, without this error as the context of its own.
    return loads(data)


# -- writing -------------------------------------------------------------------------------

cdef enum:
    ROOM = 1024  # texts so short are written without memory of their own
    DEEPEST = 100  # what lies deeper is the standard library's


cdef struct ff_paper:
    char *text
    size_t n, room
    char *own  # what has to be freed


cdef int make_room(ff_paper *paper, size_t n) except -1:
    """Make room for n more bytes."""
    if paper.room - paper.n >= n:
        return 0
    cdef size_t room = 2 * (paper.n + n)
    cdef char *moved = <char *> PyMem_Realloc(paper.own, room)
    if moved == NULL:
        raise MemoryError()
    if paper.own == NULL:
        memcpy(moved, paper.text, paper.n)
    paper.own = paper.text = moved
    paper.room = room
    return 0


cdef inline int put_bytes(ff_paper *paper, const void *src, size_t n) except -1:
    make_room(paper, n)
    memcpy(paper.text + paper.n, src, n)
    paper.n += n
    return 0


cdef int put_ascii(ff_paper *paper, str text) except -1:
    """Write a text of the standard library's as it stands."""
    return put_bytes(paper, PyUnicode_DATA(text), len(text))


cdef int put_string(ff_paper *paper, object text) except -1:
    """Write a text in quotes."""
    cdef size_t n
    cdef const uint8_t *src
    if PyUnicode_IS_ASCII(text):
        n = PyUnicode_GET_LENGTH(text)
        src = <const uint8_t *> PyUnicode_DATA(text)
        if ff_json_plain(src, n) == n:
            make_room(paper, n + 2)
            paper.text[paper.n] = c'"'
            memcpy(paper.text + paper.n + 1, src, n)
            paper.n += n + 2
            paper.text[paper.n - 1] = c'"'
            return 0
    return put_ascii(paper, encode_basestring_ascii(text))


cdef int put_whole(ff_paper *paper, object number) except -1:
    """Write an integer."""
    cdef char digits[24]
    cdef int overflow = 0
    cdef int at = 24
    cdef long long value = PyLong_AsLongLongAndOverflow(number, &overflow)
    cdef unsigned long long rest
    if overflow:
        return put_ascii(paper, int.__repr__(number))
    rest = <unsigned long long> value if value >= 0 else 0 - <unsigned long long> value
    while True:
        at -= 1
        digits[at] = <char> (c'0' + <int> (rest % 10))
        rest //= 10
        if rest == 0:
            break
    if value < 0:
        at -= 1
        digits[at] = c'-'
    return put_bytes(paper, digits + at, 24 - at)


cdef bint has_texts_in_order(list items, bint *sorted) except -1:
    """Tell whether all keys are texts, and whether they are in order."""
    last = None
    sorted[0] = True
    for item in items:
        key = (<tuple> item)[0]
        if type(key) is not str:
            return False
        if last is not None and sorted[0] and PyUnicode_Compare(last, key) > 0:
            sorted[0] = False
        last = key
    return True


cdef class _Writer:
    """Writes JSON text."""

    cdef object default, chunks, full
    cdef str colon, comma
    cdef bint sorts, ascii

    def __init__(self, default, chunks, full, colon, comma, sorts, ascii):
        self.default, self.chunks, self.full = default, chunks, full
        self.colon, self.comma, self.sorts, self.ascii = colon, comma, sorts, ascii

    def __call__(self, obj, /):
        try:
            return self.written(obj) if self.ascii else "".join(self.chunks(obj, 0))
        except RecursionError:
            pass
        # Not in there, or that error would be the context of what it raises.
        return self.full(obj)

    cdef object written(self, object obj):
        cdef char room[ROOM]
        cdef ff_paper paper
        paper.text, paper.own, paper.n, paper.room = room, NULL, 0, ROOM
        try:
            self.put(&paper, obj, 0)
            return as_ascii(<const uint8_t *> paper.text, paper.n)
        finally:
            PyMem_Free(paper.own)

    cdef int put(self, ff_paper *paper, object obj, int depth) except -1:
        cdef object kind = type(obj)
        if kind is str:
            return put_string(paper, obj)
        if kind is int:
            return put_whole(paper, obj)
        if obj is None:
            return put_bytes(paper, "null", 4)
        if obj is True:
            return put_bytes(paper, "true", 4)
        if obj is False:
            return put_bytes(paper, "false", 5)
        if depth < DEEPEST:
            if kind is dict:
                return self.put_dict(paper, <dict> obj, depth + 1)
            if kind is list:
                return self.put_list(paper, <list> obj, depth + 1)
            if kind is tuple:
                return self.put_tuple(paper, <tuple> obj, depth + 1)
            if not isinstance(obj, (float, str, int, dict, list, tuple)):
                return self.put(paper, self.default(obj), depth + 1)
        # Subclasses, what is nested so deeply, and numbers whose text takes long anyhow.
        return put_ascii(paper, "".join(self.chunks(obj, 0)))

    cdef int put_list(self, ff_paper *paper, list values, int depth) except -1:
        cdef Py_ssize_t i = 0
        put_bytes(paper, "[", 1)
        while i < len(values):
            if i:
                put_ascii(paper, self.comma)
            self.put(paper, values[i], depth)
            i += 1
        return put_bytes(paper, "]", 1)

    cdef int put_tuple(self, ff_paper *paper, tuple values, int depth) except -1:
        cdef Py_ssize_t i
        put_bytes(paper, "[", 1)
        for i in range(len(values)):
            if i:
                put_ascii(paper, self.comma)
            self.put(paper, values[i], depth)
        return put_bytes(paper, "]", 1)

    cdef int put_dict(self, ff_paper *paper, dict values, int depth) except -1:
        cdef list items = PyDict_Items(values)
        cdef bint sorted
        cdef Py_ssize_t i
        cdef tuple item
        if not has_texts_in_order(items, &sorted):
            return put_ascii(paper, "".join(self.chunks(values, 0)))
        if self.sorts and not sorted:
            items.sort()
        put_bytes(paper, "{", 1)
        for i in range(len(items)):
            item = <tuple> items[i]
            if i:
                put_ascii(paper, self.comma)
            put_string(paper, item[0])
            put_ascii(paper, self.colon)
            self.put(paper, item[1], depth)
        return put_bytes(paper, "}", 1)


def new_writer(default, chunks, full, colon, comma, sorts, ascii, /):
    """Return what writes JSON text.

    The contract is that of `flaskfast._py.json.new_writer`.
    """
    return _Writer(default, chunks, full, colon, comma, sorts, ascii)
