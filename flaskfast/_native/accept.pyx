# cython: language_level=3, freethreading_compatible=True, annotation_typing=False
"""Accept headers, compiled flavour: binds csrc/ff_accept.c and csrc/ff_options.c."""

from __future__ import annotations

from cpython.list cimport PyList_GET_ITEM, PyList_Size
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from flaskfast._native.text cimport (
    PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_IS_ASCII, as_text, ff_span, keeper,
    piece, span_of,
)
from libc.stdint cimport uint8_t, uint32_t, uint64_t

cdef extern from "ff_build.h":
    const char *FF_BUILD

cdef extern from "ff_options.h" nogil:
    enum: FF_QUOTED
    ctypedef struct ff_item:
        size_t start, size
        uint32_t traits
    int ff_list_next(const uint8_t *src, size_t n, size_t *at, ff_item *item)
    size_t ff_unquote(uint8_t *dst, const uint8_t *src, size_t n)

cdef extern from "ff_accept.h" nogil:
    ctypedef enum ff_accept_kind: FF_PLAIN, FF_MEDIA, FF_LANGUAGE
    enum: FF_ASK
    const uint64_t FF_UNRANKED
    ctypedef struct ff_accepted:
        size_t start, size
        double quality
    ctypedef struct ff_rank:
        uint64_t specificity
        double quality
        size_t index
    int ff_accept_read(const uint8_t *src, size_t n, ff_accepted *accepted)
    uint64_t ff_accept_specificity(const uint8_t *src, size_t n, ff_accept_kind kind)
    void ff_accept_sort(ff_rank *ranks, ff_rank *scratch, size_t n)
    int ff_accept_matches(const uint8_t *offer, size_t n, const uint8_t *wanted, size_t m,
                          ff_accept_kind kind)

BUILD = FF_BUILD.decode("ascii")


cdef str unquoted(ff_span text):
    if text.size == 0:
        return ""
    cdef bytes copy = text.start[:text.size]
    cdef uint8_t *room = <uint8_t *> <char *> copy  # nobody else has it yet
    return as_text(room, ff_unquote(room, room, text.size))


cdef object read_item(ff_span text, uint32_t traits, object general):
    """Return the pair that an item stands for, None where it stands for none."""
    cdef ff_accepted accepted
    if traits & FF_QUOTED:
        return general(unquoted(text))
    if not ff_accept_read(text.start, text.size, &accepted):
        return general(as_text(text.start, text.size))
    if accepted.quality > 1:
        return None
    value = piece(text, accepted.start, accepted.size)
    return (value, 1 if accepted.quality < 0 else accepted.quality)


def accept_items(text: str, general: Callable[[str], tuple[str, float] | None], /) -> list[tuple[str, float]]:
    """Read the items of an Accept header.

    The contract is that of `flaskfast._py.accept.accept_items`.
    """
    source = keeper(text)
    cdef ff_span all = span_of(source)
    cdef size_t at = 0
    cdef int found
    cdef ff_item item
    cdef list pairs = []
    while True:
        found = ff_list_next(all.start, all.size, &at, &item)
        if found <= 0:
            return pairs if found == 0 else []
        pair = read_item(ff_span(all.start + item.start, item.size, all.ascii), item.traits, general)
        if pair is not None:
            pairs.append(pair)


cdef bint rank(object pair, size_t index, ff_accept_kind kind, ff_rank *ranked) except -1:
    value, quality = pair
    source = keeper(value)
    cdef ff_span text = span_of(source)
    ranked.specificity = ff_accept_specificity(text.start, text.size, kind)
    ranked.quality = quality
    ranked.index = index
    return ranked.specificity != FF_UNRANKED


def sort_items(pairs: list[tuple[str, float]], kind: int, /) -> list[tuple[str, float]] | None:
    """Sort what `accept_items` gives, the most specific and best first.

    The contract is that of `flaskfast._py.accept.sort_items`.
    """
    cdef ff_rank near[32]
    cdef ff_rank *ranks = near
    cdef size_t n = len(pairs), i
    if n > 16:
        ranks = <ff_rank *> PyMem_Malloc(2 * n * sizeof(ff_rank))
        if ranks is NULL:
            raise MemoryError()
    try:
        for i in range(n):
            if not rank(pairs[i], i, kind, &ranks[i]):
                return None
        ff_accept_sort(ranks, ranks + n, n)
        return [pairs[ranks[i].index] for i in range(n)]
    finally:
        if ranks is not near:
            PyMem_Free(ranks)


cdef inline int compare(object offer, object wanted, ff_accept_kind kind) except -2:
    if not (isinstance(offer, str) and isinstance(wanted, str)):
        raise TypeError(f"Compare texts, not {offer!r} and {wanted!r}.")
    if not (PyUnicode_IS_ASCII(offer) and PyUnicode_IS_ASCII(wanted)):
        return FF_ASK
    return ff_accept_matches(
        <const uint8_t *> PyUnicode_DATA(offer), PyUnicode_GET_LENGTH(offer),
        <const uint8_t *> PyUnicode_DATA(wanted), PyUnicode_GET_LENGTH(wanted), kind,
    )


def value_matches(offer: str, wanted: str, kind: int, /) -> int:
    """Tell whether what a server has is what a client wants.

    The contract is that of `flaskfast._py.accept.value_matches`.
    """
    return compare(offer, wanted, kind)


def best_offer(accepted: list[tuple[str, float]], offers: list[str] | tuple[str, ...], kind: int, /) -> int:
    """Choose the offer that a client likes best.

    The contract is that of `flaskfast._py.accept.best_offer`.
    """
    cdef Py_ssize_t best = -1, index = -1
    cdef int matches
    cdef Py_ssize_t at
    cdef double quality, best_quality = 0
    cdef ff_rank ranked
    cdef uint64_t best_specificity = 0
    for offer in offers:
        index += 1
        for at in range(PyList_Size(accepted)):  # itself a kind of list
            pair = <object> PyList_GET_ITEM(accepted, at)
            wanted, given = pair
            matches = compare(offer, wanted, kind)
            if matches < 0:
                return -2
            if not matches:
                continue
            quality = given
            if quality >= best_quality:
                if not rank(pair, 0, kind, &ranked):
                    return -2
                if quality > best_quality or (
                    best >= 0 and ranked.specificity > best_specificity
                ):
                    best = index
                    best_quality = quality
                    best_specificity = ranked.specificity
            break
    return best
