# cython: language_level=3, freethreading_compatible=True, annotation_typing=False
"""Cookies, compiled flavour: binds csrc/ff_cookie.c."""

from __future__ import annotations

from cpython.dict cimport PyDict_SetDefault
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from cpython.unicode cimport PyUnicode_DATA, PyUnicode_DecodeUTF8
from flaskfast._native.text cimport (
    FF_IS_DICT_TYPE, FF_NEW_EMPTY, PyUnicode_GET_LENGTH, PyUnicode_IS_ASCII, ff_span, keeper, piece,
    span_of,
)
from libc.stdint cimport uint8_t, uint32_t
from libc.string cimport memchr

cdef extern from "ff_build.h":
    const char *FF_BUILD

cdef extern from "ff_cookie.h" nogil:
    ctypedef struct ff_cookie:
        size_t name, name_size, value, value_size
        uint32_t quoted
    int ff_cookie_next(const uint8_t *src, size_t n, size_t *at, ff_cookie *cookie)
    size_t ff_cookie_unquote(uint8_t *dst, const uint8_t *src, size_t n)
    enum: FF_COOKIE_NAME, FF_COOKIE_VALUE, FF_COOKIE_PATH, FF_COOKIE_DATE
    int ff_cookie_plain(const uint8_t *src, size_t n, uint32_t part)
    int ff_cookie_is_host(const uint8_t *src, size_t n)

cdef extern from *:
    """
    /* ASCII pieces of one text to be: at most two each of key, value and eight attributes. */
    typedef struct {
        struct { const char *text; size_t size; } piece[24];
        size_t count, size;
        char digits[24];
    } ff_pieces;

    static inline void ff_add_bytes(ff_pieces *made, const char *text, size_t size)
    {
        made->piece[made->count].text = text;
        made->piece[made->count++].size = size;
        made->size += size;
    }

    static inline void ff_add_text(ff_pieces *made, PyObject *text)
    {
        ff_add_bytes(made, (const char *)PyUnicode_DATA(text), (size_t)PyUnicode_GET_LENGTH(text));
    }

    /* Of constants, whose length the compiler knows. */
    #define ff_add_word(made, word) ff_add_bytes(made, word, strlen(word))
    #define ff_add(made, text, word) (ff_add_text(made, text), ff_add_word(made, word))
    #define ff_add_named(made, word, text) (ff_add_word(made, word), ff_add_text(made, text))

    static inline void ff_add_digits(ff_pieces *made, long long number)
    {
        char *at = made->digits + sizeof(made->digits);
        unsigned long long rest = (unsigned long long)(number < 0 ? -number : number);
        do
            *--at = (char)('0' + rest % 10);
        while ((rest /= 10) != 0);
        if (number < 0)
            *--at = '-';
        ff_add_bytes(made, at, (size_t)(made->digits + sizeof(made->digits) - at));
    }

    #define ff_add_number(made, word, number) (ff_add_word(made, word), ff_add_digits(made, number))

    static inline PyObject *ff_made(const ff_pieces *made)
    {
        PyObject *text = PyUnicode_New((Py_ssize_t)made->size, 127);
        if (text == NULL)
            return NULL;
        char *at = (char *)PyUnicode_DATA(text);
        for (size_t i = 0; i < made->count; i++) {
            memcpy(at, made->piece[i].text, made->piece[i].size);
            at += made->piece[i].size;
        }
        return text;
    }
    """
    ctypedef struct ff_pieces:
        size_t count, size
    void ff_add(ff_pieces *made, object text, const char *word)
    void ff_add_word(ff_pieces *made, const char *word)
    void ff_add_named(ff_pieces *made, const char *word, object text)
    void ff_add_number(ff_pieces *made, const char *word, long long number)
    object ff_made(const ff_pieces *made)

cdef extern from "Python.h":
    bint PyLong_CheckExact(object number)
    long long PyLong_AsLongLongAndOverflow(object number, int *overflow) except? -1

BUILD = FF_BUILD.decode("ascii")
cdef tuple NOTHING = ()


cdef str unquoted(const uint8_t *src, size_t n):
    cdef uint8_t near[256]
    cdef uint8_t *room = near
    if n > sizeof(near):
        room = <uint8_t *> PyMem_Malloc(n)
        if room is NULL:
            raise MemoryError()
    try:
        n = ff_cookie_unquote(room, src, n)
        return PyUnicode_DecodeUTF8(<const char *> room, <Py_ssize_t> n, "replace")
    finally:
        if room is not near:
            PyMem_Free(room)


cdef inline str value_of(ff_span text, ff_cookie cookie):
    cdef const uint8_t *value = text.start + cookie.value
    if cookie.quoted and (not text.ascii or memchr(value, 92, cookie.value_size) is not NULL):
        return unquoted(value, cookie.value_size)
    return piece(text, cookie.value, cookie.value_size)


def cookie_pairs(header: str, /) -> list[tuple[str, str]]:
    """Read the names and values of a Cookie header.

    The contract is that of `flaskfast._py.cookies.cookie_pairs`.
    """
    if not isinstance(header, str):
        raise TypeError(f"A Cookie header is a str, not {type(header).__name__}.")
    source = keeper(header)
    cdef ff_span text = span_of(source)
    cdef size_t at = 0
    cdef ff_cookie cookie
    cdef list pairs = []
    while ff_cookie_next(text.start, text.size, &at, &cookie):
        name = piece(text, cookie.name, cookie.name_size)
        pairs.append((name, value_of(text, cookie)))
    return pairs


def fill_cookies(cls: type, header: str, /) -> dict[str, list[str]]:
    """Make a *cls*, which is a kind of `dict`, of the names with a list of values each.

    The contract is that of `flaskfast._py.cookies.fill_cookies`.
    """
    return cookies_filled(cls, header)


cdef object cookies_filled(object cls, object header):
    if not isinstance(header, str):
        raise TypeError(f"A Cookie header is a str, not {type(header).__name__}.")
    if not FF_IS_DICT_TYPE(cls):
        raise TypeError(f"fill_cookies() takes a kind of dict, not {cls!r}.")
    source = keeper(header)
    cdef ff_span text = span_of(source)
    cdef size_t at = 0
    cdef ff_cookie cookie
    storage = FF_NEW_EMPTY(cls, NOTHING)
    while ff_cookie_next(text.start, text.size, &at, &cookie):
        name = piece(text, cookie.name, cookie.name_size)
        value = value_of(text, cookie)
        values = [value]
        known = PyDict_SetDefault(storage, name, values)
        if <object> known is not values:
            (<list> known).append(value)
    return storage


cdef inline bint is_plain(object text, uint32_t part):
    return type(text) is str and PyUnicode_IS_ASCII(text) and ff_cookie_plain(
        <const uint8_t *> PyUnicode_DATA(text), PyUnicode_GET_LENGTH(text), part
    )


cdef inline bint is_host(object text):
    return type(text) is str and PyUnicode_IS_ASCII(text) and ff_cookie_is_host(
        <const uint8_t *> PyUnicode_DATA(text), PyUnicode_GET_LENGTH(text)
    )


def plain_cookie(
    key: str, value: str, expires: str | None, max_age: int | None, path: str | None,
    secure: bool, httponly: bool, same_site: str | None, domain: str | None = None,
    partitioned: bool = False, /,
) -> str | None:
    """Write the value of a Set-Cookie header where there is nothing to encode.

    The contract is that of `flaskfast._py.cookies.plain_cookie`.
    """
    return cookie_written(
        key, value, expires, max_age, path, secure, httponly, same_site, domain, partitioned
    )


cdef object cookie_written(
    object key, object value, object expires, object max_age, object path,
    object secure, object httponly, object same_site, object domain, object partitioned,
):
    cdef ff_pieces made
    cdef long long age = 0
    cdef int overflow = 0
    if not (
        is_plain(key, FF_COOKIE_NAME) and PyUnicode_GET_LENGTH(key)
        and is_plain(value, FF_COOKIE_VALUE)
        and (expires is None or is_plain(expires, FF_COOKIE_DATE))
        and (max_age is None or PyLong_CheckExact(max_age))
        and (path is None or is_plain(path, FF_COOKIE_PATH))
        and (domain is None or is_host(domain))
        and type(secure) is bool and type(httponly) is bool and type(partitioned) is bool
        and (same_site is None or type(same_site) is str and same_site in ("Lax", "Strict", "None"))
    ):
        return None
    made.count = made.size = 0
    ff_add(&made, key, "=")
    ff_add(&made, value, "")
    if domain is not None:
        ff_add_named(&made, "; Domain=", domain)
    if expires is not None:
        ff_add_named(&made, "; Expires=", expires)
    if max_age is not None:
        age = PyLong_AsLongLongAndOverflow(max_age, &overflow)
        if overflow or age < -0x7FFFFFFFFFFFFFFF:
            return None
        ff_add_number(&made, "; Max-Age=", age)
    if secure or partitioned:
        ff_add_word(&made, "; Secure")
    if httponly:
        ff_add_word(&made, "; HttpOnly")
    if path is not None:
        ff_add_named(&made, "; Path=", path)
    if same_site is not None:
        ff_add_named(&made, "; SameSite=", same_site)
    if partitioned:
        ff_add_word(&made, "; Partitioned")
    return ff_made(&made)
