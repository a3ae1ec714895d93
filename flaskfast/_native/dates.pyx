# cython: language_level=3, freethreading_compatible=True, annotation_typing=False
"""Dates, compiled flavour: binds csrc/ff_date.c."""

from __future__ import annotations

from cpython.datetime cimport (
    PyDateTime_Check, datetime_day, datetime_hour, datetime_minute, datetime_month, datetime_new,
    datetime_second, datetime_year, import_datetime,
)
from datetime import datetime, timezone
from flaskfast._native.text cimport PyUnicode_GET_LENGTH, PyUnicode_IS_ASCII, as_ascii, span_of
from libc.stdint cimport int64_t, uint8_t, uint32_t

cdef extern from "ff_build.h":
    const char *FF_BUILD

cdef extern from "ff_date.h" nogil:
    enum: FF_DATE_SIZE
    ctypedef struct ff_date:
        uint32_t year, month, day, hour, minute, second
    int ff_date_read(const uint8_t *src, size_t n, ff_date *date)
    int ff_date_of(int64_t seconds, ff_date *date)
    void ff_date_write(uint8_t *dst, const ff_date *date)

import_datetime()
BUILD = FF_BUILD.decode("ascii")
cdef object UTC = timezone.utc


def read_date(text: str, /) -> datetime | None:
    """Read a date in the form that HTTP prefers.

    The contract is that of `flaskfast._py.dates.read_date`.
    """
    cdef ff_date date
    if not isinstance(text, str):
        raise TypeError(f"A date is read from a str, not from {type(text).__name__}.")
    if PyUnicode_GET_LENGTH(text) != FF_DATE_SIZE or not PyUnicode_IS_ASCII(text):
        return None
    if not ff_date_read(span_of(text).start, FF_DATE_SIZE, &date):
        return None
    return datetime_new(
        date.year, date.month, date.day, date.hour, date.minute, date.second, 0, UTC
    )


def write_date(moment: datetime, /) -> str:
    """Write a date as HTTP does, whatever its time zone: its fields count as UTC.

    The contract is that of `flaskfast._py.dates.write_date`.
    """
    cdef uint8_t text[FF_DATE_SIZE]
    if not PyDateTime_Check(moment):
        raise TypeError(f"write_date() takes a datetime, not {type(moment).__name__}.")
    cdef ff_date date = ff_date(
        datetime_year(moment), datetime_month(moment), datetime_day(moment),
        datetime_hour(moment), datetime_minute(moment), datetime_second(moment),
    )
    ff_date_write(text, &date)
    return as_ascii(text, FF_DATE_SIZE)


def write_seconds(seconds: int, /) -> str:
    """Write the date that is so many seconds after the epoch, as HTTP does.

    The contract is that of `flaskfast._py.dates.write_seconds`.
    """
    return seconds_written(seconds)


cdef object seconds_written(object seconds):
    cdef uint8_t text[FF_DATE_SIZE]
    cdef ff_date date
    if not isinstance(seconds, int):
        raise TypeError(f"write_seconds() takes an int, not {type(seconds).__name__}.")
    if not -(1 << 40) < seconds < 1 << 40 or not ff_date_of(seconds, &date):
        return write_date(datetime.fromtimestamp(seconds, UTC))  # which raises
    ff_date_write(text, &date)
    return as_ascii(text, FF_DATE_SIZE)
