# cython: language_level=3, freethreading_compatible=True, annotation_typing=False
"""JSON text, compiled flavour: binds csrc/ff_json.c."""

from __future__ import annotations

from json import loads
from json.decoder import scanstring

from cpython.bytes cimport PyBytes_AS_STRING
from cpython.unicode cimport PyUnicode_DATA
from flaskfast._native.json_tokens cimport *
from flaskfast._native.text cimport PyUnicode_IS_ASCII
from libc.string cimport memset

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
