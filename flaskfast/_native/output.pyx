# cython: language_level=3, freethreading_compatible=True, annotation_typing=False
# cython: boundscheck=False, wraparound=False
"""What a template writes to, compiled flavour: one growing text, into which values are escaped."""

from __future__ import annotations

cimport cython
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from cpython.object cimport PyObject
from cpython.unicode cimport PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND, PyUnicode_New
from libc.stdint cimport uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcpy

from markupsafe import Markup

from flaskfast._native.escape import escape, escape_text

cdef extern from "Python.h":
    const Py_ssize_t PY_SSIZE_T_MAX
    bint PyUnicode_IS_ASCII(object text)
    long PyLong_AsLongAndOverflow(object value, int *overflow) except? -1
    ctypedef struct PyTypeObject:
        object (*tp_new)(PyTypeObject *, object args, PyObject *kwargs)
    PyTypeObject PyUnicode_Type

cdef extern from "ff_build.h":
    const char *FF_BUILD

cdef extern from "ff_escape.h" nogil:
    uint64_t ff_escape_growth1(const uint8_t *src, size_t n)
    uint64_t ff_escape_growth2(const uint16_t *src, size_t n)
    uint64_t ff_escape_growth4(const uint32_t *src, size_t n)
    uint8_t *ff_escape_write1(uint8_t *dst, const uint8_t *src, size_t n)
    uint16_t *ff_escape_write2(uint16_t *dst, const uint16_t *src, size_t n)
    uint32_t *ff_escape_write4(uint32_t *dst, const uint32_t *src, size_t n)

BUILD = FF_BUILD.decode("ascii")
cdef type MarkupType = Markup
# Bytes that an Output has in itself, and up to how many characters one is escaped without being
# measured first, as if each of them grew to five.
cdef enum:
    FF_OWN = 432
    FF_UNMEASURED = 64


@cython.final
@cython.freelist(16)
cdef class Output:
    """Collect the pieces of a text.

    The contract is that of `flaskfast._py.output.Output`.
    """

    in_runs = True

    cdef uint8_t *data
    cdef Py_ssize_t length, capacity  # in units of `width` bytes
    cdef int width
    cdef bint wide  # whether there is something that is not ASCII
    cdef str fault  # the class of the first thing that was no str
    cdef uint8_t own[FF_OWN]

    def __cinit__(self):
        self.data = self.own
        self.capacity = FF_OWN
        self.length = 0
        self.width = 1
        self.wide = False

    def __dealloc__(self):
        if self.data != self.own:
            PyMem_Free(self.data)

    cdef int move(self, Py_ssize_t capacity, int width) except -1:
        """Give the text room for *capacity* units of *width* bytes."""
        if capacity > PY_SSIZE_T_MAX // width:
            raise MemoryError()
        cdef uint8_t *data = <uint8_t *> PyMem_Malloc(capacity * width)
        if data == NULL:
            raise MemoryError()
        widen(data, width, self.data, self.width, self.length)
        if self.data != self.own:
            PyMem_Free(self.data)
        self.data = data
        self.capacity = capacity
        self.width = width
        return 0

    cdef int reserve(self, Py_ssize_t more, int width) except -1:
        """Make room for so many more units, of that width at least."""
        cdef Py_ssize_t needed, capacity = self.capacity
        if more > PY_SSIZE_T_MAX // 8 - self.length:
            raise MemoryError()
        needed = self.length + more
        if needed > capacity:
            capacity = max(needed, 2 * capacity)
        if capacity != self.capacity or width > self.width:
            self.move(capacity, max(width, self.width))
        return 0

    cdef int put(self, object text) except -1:
        """Add a str, or what a subclass of it holds, as it is."""
        if not isinstance(text, str):
            self.fault = self.fault or type(text).__name__
            return 0
        cdef Py_ssize_t n = PyUnicode_GET_LENGTH(text)
        cdef int width = PyUnicode_KIND(text)
        if n > self.capacity - self.length or width > self.width:
            self.reserve(n, width)
        if not PyUnicode_IS_ASCII(text):
            self.wide = True
        widen(
            self.data + self.length * self.width, self.width,
            <const uint8_t *> PyUnicode_DATA(text), width, n,
        )
        self.length += n
        return 0

    cdef int put_escaped(self, object text) except -1:
        """Add a str, escaped."""
        cdef Py_ssize_t n = PyUnicode_GET_LENGTH(text)
        cdef int width = PyUnicode_KIND(text)
        cdef const void *src = PyUnicode_DATA(text)
        cdef uint64_t most
        cdef void *end
        if width < self.width:
            return self.put(escape_text(text))
        most = 5 * <uint64_t> n
        if n > FF_UNMEASURED:
            if width == 1:
                most = n + ff_escape_growth1(<const uint8_t *> src, n)
            elif width == 2:
                most = n + ff_escape_growth2(<const uint16_t *> src, n)
            else:
                most = n + ff_escape_growth4(<const uint32_t *> src, n)
            if most == <uint64_t> n:
                return self.put(text)
        if most > <uint64_t> (self.capacity - self.length) or width > self.width:
            if most > <uint64_t> PY_SSIZE_T_MAX:
                raise MemoryError()
            self.reserve(<Py_ssize_t> most, width)
        if not PyUnicode_IS_ASCII(text):
            self.wide = True
        cdef uint8_t *dst = self.data + self.length * width
        if width == 1:
            end = ff_escape_write1(dst, <const uint8_t *> src, n)
        elif width == 2:
            end = ff_escape_write2(<uint16_t *> dst, <const uint16_t *> src, n)
        else:
            end = ff_escape_write4(<uint32_t *> dst, <const uint32_t *> src, n)
        self.length = (<uint8_t *> end - self.data) // width
        return 0

    cdef int put_int(self, object value) except -1:
        """Add an int in decimal digits."""
        cdef int overflow = 0
        cdef long number = PyLong_AsLongAndOverflow(value, &overflow)
        if overflow or self.width != 1:
            return self.put(str(value))
        cdef unsigned long rest = -<unsigned long> number if number < 0 else <unsigned long> number
        cdef uint8_t digits[24]
        cdef int at = 24
        while True:
            at -= 1
            digits[at] = 48 + rest % 10
            rest //= 10
            if rest == 0:
                break
        if number < 0:
            at -= 1
            digits[at] = 45
        if 24 - at > self.capacity - self.length:
            self.reserve(24 - at, 1)
        memcpy(self.data + self.length, digits + at, 24 - at)
        self.length += 24 - at
        return 0

    cdef int put_value(self, object value) except -1:
        """Add any value: what is escaped, or marked as safe."""
        if type(value) is str:
            return self.put_escaped(value)
        if type(value) is MarkupType:
            return self.put(value)
        if type(value) is int:
            return self.put_int(value)
        if value is True or value is False or value is None or type(value) is float:
            return self.put(str(value))
        return self.put(escape(value))

    cdef int put_plain(self, object value) except -1:
        """Add any value: its text."""
        if type(value) is str or type(value) is MarkupType:
            return self.put(value)
        if type(value) is int:
            return self.put_int(value)
        return self.put(str(value))

    # PERF: bigtable-int. Not bound as functions that tell their signature: those take a tuple more.
    @cython.binding(False)
    def write(self, *pieces):
        cdef Py_ssize_t i
        for i in range(len(pieces)):
            if i & 1:
                self.put_value(pieces[i])
            else:
                self.put(pieces[i])
        return False

    @cython.binding(False)
    def pair(self, text, value, /):
        self.put(text)
        self.put_value(value)
        return False

    @cython.binding(False)
    def around(self, before, value, after, /):
        self.put(before)
        self.put_value(value)
        self.put(after)
        return False

    @cython.binding(False)
    def write_plain(self, *pieces):
        cdef Py_ssize_t i
        for i in range(len(pieces)):
            if i & 1:
                self.put_plain(pieces[i])
            else:
                self.put(pieces[i])
        return False

    @cython.binding(False)
    def append(self, text, /):
        self.put(text)
        return False

    @cython.binding(False)
    def value(self, value, /):
        self.put_value(value)
        return False

    def take(self):
        return ()

    def result(self):
        if self.fault is not None:
            raise TypeError(f"sequence item 0: expected str instance, {self.fault} found")
        cdef Py_UCS4 top = 0x7F
        if self.wide:
            top = 0xFF if self.width == 1 else 0xFFFF if self.width == 2 else 0x10FFFF
        text = PyUnicode_New(self.length, top)
        memcpy(PyUnicode_DATA(text), self.data, self.length * self.width)
        return text

    def __iter__(self):
        # Not before it is asked for: join() takes no other error's word than its own here.
        return map(Output.result, (self,))


cdef void widen(
    uint8_t *dst, int width, const uint8_t *src, int narrow, Py_ssize_t n
) noexcept nogil:
    """Copy n units of the narrow width, or the same, to units of the width."""
    cdef Py_ssize_t i
    if width == narrow:
        memcpy(dst, src, n * width)
    elif width == 2:
        for i in range(n):
            (<uint16_t *> dst)[i] = src[i]
    elif narrow == 1:
        for i in range(n):
            (<uint32_t *> dst)[i] = src[i]
    else:
        for i in range(n):
            (<uint32_t *> dst)[i] = (<const uint16_t *> src)[i]
