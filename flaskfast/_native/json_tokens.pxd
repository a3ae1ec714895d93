# cython: language_level=3
"""Python objects of the tokens of csrc/ff_json.c. *unescape* is `json.decoder.scanstring`."""

from cpython.unicode cimport PyUnicode_DecodeUTF8
from flaskfast._native.text cimport as_ascii
from libc.stdint cimport int64_t, uint8_t, uint32_t

cdef extern from "ff_json.h" nogil:
    enum: FF_JSON_ESCAPED, FF_JSON_UNSURE, FF_JSON_DONE, FF_JSON_ARRAY, FF_JSON_OBJECT
    enum: FF_JSON_CLOSE, FF_JSON_KEY, FF_JSON_STRING, FF_JSON_WHOLE, FF_JSON_LONG, FF_JSON_FLOAT
    enum: FF_JSON_TRUE, FF_JSON_FALSE, FF_JSON_NULL
    ctypedef struct ff_json:
        const uint8_t *src
        size_t n, at
    ctypedef struct ff_json_token:
        size_t begin, end
        int64_t whole
        uint32_t marks
    int ff_json_next(ff_json *json, ff_json_token *token)
    size_t ff_json_wholes(ff_json *json, int64_t *wholes, size_t most)


cdef inline object decoded(const uint8_t *src, size_t begin, size_t end):
    return PyUnicode_DecodeUTF8(<const char *> src + begin, end - begin, "surrogatepass")


cdef inline object text_of(const uint8_t *src, ff_json_token *token, object unescape):
    if token.marks == 0:
        return as_ascii(src + token.begin, token.end - token.begin)
    if token.marks & FF_JSON_ESCAPED:
        return unescape(decoded(src, token.begin, token.end + 1), 0, True)[0]
    return decoded(src, token.begin, token.end)


cdef inline object value_of(int kind, const uint8_t *src, ff_json_token *token, object unescape):
    if kind == FF_JSON_WHOLE:
        return token.whole
    if kind == FF_JSON_STRING:
        return text_of(src, token, unescape)
    if kind == FF_JSON_ARRAY:
        return []
    if kind == FF_JSON_OBJECT:
        return {}
    if kind == FF_JSON_FLOAT:
        return float(decoded(src, token.begin, token.end))
    if kind == FF_JSON_LONG:
        return int(decoded(src, token.begin, token.end))
    return True if kind == FF_JSON_TRUE else False if kind == FF_JSON_FALSE else None
