# cython: language_level=3, freethreading_compatible=True, annotation_typing=False
"""Lists and options, compiled flavour: binds csrc/ff_options.c."""

from __future__ import annotations

from cpython.mem cimport PyMem_Free, PyMem_Malloc
from flaskfast._native.text cimport (
    PyUnicode_DATA, PyUnicode_New, as_text, ff_span, keeper, piece, span_of,
)
from libc.stdint cimport uint8_t, uint32_t
from libc.string cimport memchr

cdef extern from "ff_build.h":
    const char *FF_BUILD

cdef extern from "ff_options.h" nogil:
    enum: FF_QUOTED, FF_ESCAPED, FF_PERCENT, FF_MARKED, FF_BARE
    ctypedef struct ff_item:
        size_t start, size
        uint32_t traits
    ctypedef struct ff_option:
        size_t name, name_size, value, value_size
        uint32_t traits
    int ff_list_next(const uint8_t *src, size_t n, size_t *at, ff_item *item)
    size_t ff_options_main(const uint8_t *src, size_t n, ff_item *item)
    int ff_option_next(const uint8_t *src, size_t n, size_t *at, ff_option *option)
    int ff_directive_of(const uint8_t *src, size_t start, size_t size, ff_option *directive)
    size_t ff_quoted_growth(const uint8_t *src, size_t n, int tokens)
    void ff_quote(uint8_t *dst, const uint8_t *src, size_t n)
    size_t ff_unquote(uint8_t *dst, const uint8_t *src, size_t n)
    size_t ff_quote_marks(uint8_t *text, size_t n)
    void ff_lower(uint8_t *dst, const uint8_t *src, size_t n)

BUILD = FF_BUILD.decode("ascii")
cdef enum: LOWER = 256


cdef str rewritten(const uint8_t *src, size_t n, uint32_t traits):
    cdef uint8_t near[256]
    cdef uint8_t *room = near
    if n > sizeof(near):
        room = <uint8_t *> PyMem_Malloc(n)
        if room is NULL:
            raise MemoryError()
    try:
        if traits & LOWER:
            ff_lower(room, src, n)
        else:
            n = ff_unquote(room, src, n)
        if traits & FF_PERCENT:
            n = ff_quote_marks(room, n)
        return as_text(room, n)
    finally:
        if room is not near:
            PyMem_Free(room)


def split_list(value: str, /) -> list[str]:
    """Split a comma separated list into its items.

    The contract is that of `flaskfast._py.options.split_list`.
    """
    source = keeper(value)
    cdef ff_span text = span_of(source)
    cdef size_t at = 0
    cdef int found
    cdef ff_item item
    cdef list items = []
    while True:
        found = ff_list_next(text.start, text.size, &at, &item)
        if found <= 0:
            return items if found == 0 else []
        if item.traits & FF_ESCAPED:
            items.append(rewritten(text.start + item.start, item.size, 0))
        else:
            items.append(piece(text, item.start, item.size))


def split_options(value: str, /) -> tuple[str, dict[str, str] | list[tuple[str, str]]]:
    """Split a header value into its main part and its options.

    The contract is that of `flaskfast._py.options.split_options`.
    """
    source = keeper(value)
    cdef ff_span text = span_of(source)
    cdef ff_item item
    cdef ff_option option
    cdef size_t at = ff_options_main(text.start, text.size, &item)
    cdef size_t start = at
    main = piece(text, item.start, item.size)
    cdef dict options = {}
    if item.size == 0:
        return main, options
    while ff_option_next(text.start, text.size, &at, &option):
        if option.traits & FF_MARKED:
            return main, raw_options(text, start)
        name = rewritten(text.start + option.name, option.name_size, LOWER)
        if option.traits & FF_PERCENT or option.traits & FF_ESCAPED:
            # A token has no backslash, so that there is nothing to unquote.
            options[name] = rewritten(
                text.start + option.value, option.value_size, option.traits & FF_PERCENT
            )
        else:
            options[name] = piece(text, option.value, option.value_size)
    return main, options


cdef list raw_options(ff_span text, size_t at):
    cdef ff_option option
    cdef size_t quotes
    cdef list pairs = []
    while ff_option_next(text.start, text.size, &at, &option):
        name = rewritten(text.start + option.name, option.name_size, LOWER)
        quotes = 1 if option.traits & FF_QUOTED else 0
        pairs.append((
            name, as_text(text.start + option.value - quotes, option.value_size + 2 * quotes)
        ))
    return pairs


def split_directives(value: str, /) -> dict[str, str | None] | list[tuple[str, str | None]]:
    """Split a list of names and ``name=value`` into names and values.

    The contract is that of `flaskfast._py.options.split_directives`.
    """
    source = keeper(value)
    cdef ff_span text = span_of(source)
    cdef size_t at = 0
    cdef int found
    cdef ff_item item
    cdef dict directives = {}
    while True:
        found = ff_list_next(text.start, text.size, &at, &item)
        if found <= 0:
            return directives if found == 0 else {}
        if directive_of(text, &item, directives, None):
            return raw_directives(text)


cdef raw_directives(ff_span text):
    cdef size_t at = 0
    cdef int found
    cdef ff_item item
    cdef list pairs = []
    while True:
        found = ff_list_next(text.start, text.size, &at, &item)
        if found <= 0:
            return pairs if found == 0 else {}
        directive_of(text, &item, None, pairs)


cdef bint directive_of(ff_span text, ff_item *item, dict directives, list pairs) except -1:
    """Add what an item says to *directives*, or else to *pairs*; say whether it cannot be there."""
    cdef ff_option found
    cdef size_t start = item.start, size = item.size, quotes = 0
    if item.traits & FF_ESCAPED:
        whole = keeper(rewritten(text.start + start, size, 0))
        text, start = span_of(whole), 0
        size = text.size
    if not ff_directive_of(text.start, start, size, &found):
        return False
    if found.traits & FF_MARKED and pairs is None:
        return True
    if found.traits & FF_BARE:
        value = None
    elif pairs is not None:
        quotes = 1 if found.traits & FF_QUOTED else 0
        value = as_text(text.start + found.value - quotes, found.value_size + 2 * quotes)
    elif found.traits & FF_ESCAPED:
        value = rewritten(text.start + found.value, found.value_size, 0)
    else:
        value = piece(text, found.value, found.value_size)
    name = piece(text, found.name, found.name_size)
    if pairs is not None:
        pairs.append((name, value))
    else:
        directives[name] = value
    return False


def unquote_value(value: str, /) -> str:
    """Take the quotes off a quoted string, and the backslashes out of it.

    The contract is that of `flaskfast._py.options.unquote_value`.
    """
    source = keeper(value)
    cdef ff_span text = span_of(source)
    cdef size_t n = text.size
    if n < 2 or text.start[0] != b'"' or text.start[n - 1] != b'"':
        return value
    if memchr(text.start, b"\\", n) is not NULL:
        return rewritten(text.start + 1, n - 2, 0)
    return piece(text, 1, n - 2)


def quote_value(value: str, tokens: bool = True, /) -> str:
    """Write a text as a quoted string, unless it is a token.

    The contract is that of `flaskfast._py.options.quote_value`.
    """
    source = keeper(value)
    cdef ff_span text = span_of(source)
    cdef size_t growth = ff_quoted_growth(text.start, text.size, 1 if tokens else 0)
    if growth == 0:
        return value
    if text.ascii:
        quoted = PyUnicode_New(<Py_ssize_t> (text.size + growth), 127)
        ff_quote(<uint8_t *> PyUnicode_DATA(quoted), text.start, text.size)
        return quoted
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
