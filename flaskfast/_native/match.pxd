# What other compiled modules call of a compiled table.

from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t

from cpython.object cimport PyObject

cdef extern from "ff_match.h" nogil:
    enum: FF_MATCH_H_FRAMES, FF_MATCH_H_CAPTURES
    ctypedef struct ff_match_frame:
        pass
    ctypedef struct ff_match_capture:
        size_t start, end
        bint asked
    ctypedef enum ff_match_status:
        FF_MATCH_BROKEN, FF_MATCH_NOTHING, FF_MATCH_FOUND, FF_MATCH_ASK, FF_MATCH_SLASH
    ctypedef enum ff_match_answer:
        FF_MATCH_NO, FF_MATCH_YES, FF_MATCH_YES_BUT_SLASH
    ctypedef struct ff_match_walk:
        const uint32_t *table
        const uint8_t *path
        size_t n, start, end
        uint64_t method, missed
        bint websocket, missed_websocket
        ff_match_frame *frames
        ff_match_capture *captures
        uint32_t rule, capture_count, edge
    int ff_match_fill(uint32_t *table, size_t words)
    ff_match_status ff_match_path(ff_match_walk *walk)
    ff_match_status ff_match_domain_path(ff_match_walk *walk)
    ff_match_status ff_match_answered(ff_match_walk *walk, ff_match_answer answer)
    bint ff_match_is_ascii(const uint8_t *text, size_t n)
    bint ff_match_has_slashes(const uint8_t *path, size_t n)
    bint ff_match_integer(const uint8_t *text, size_t n, int64_t *value)


cdef class _Finder:
    cdef bytes table
    cdef object domain
    cdef bint is_direct
    cdef list conversions, edges
    cdef dict methods
    cdef uint32_t frames, captures

    cdef found(self, object environ)
    cdef look(self, str path, bint direct, PyObject *bit, bint websocket, int wanted)
    cdef told(self, ff_match_walk *walk, bint direct, int wanted)
    cdef set named(self, uint64_t bits)
