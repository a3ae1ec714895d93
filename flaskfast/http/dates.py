"""Dates and ages (RFC 9110, 5.6.7; RFC 9111, 5.1)."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from time import mktime, struct_time

from .._kernels import read_date, write_date, write_seconds

__all__ = ["dump_age", "http_date", "parse_age", "parse_date"]

_UTC = timezone.utc


def parse_date(value: str | None) -> datetime | None:
    """Read a date of HTTP or e-mail (RFC 9110, 5.6.7; RFC 5322, 3.3).

    :return: an aware datetime, in UTC where no zone is given; None for None, and for what is no
        date, or one out of the calendar.
    """
    if value is None:
        return None
    moment = read_date(value)
    if moment is not None:
        return moment
    if len(value.split(None, 2)) < 3:
        return None  # such as an entity tag in If-Range: no date has fewer words
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=_UTC) if moment.tzinfo is None else moment


def http_date(
    timestamp: datetime | date | int | float | struct_time | None = None,
) -> str:
    """Write a date as HTTP does (RFC 9110, 5.6.7).

    :param timestamp: a datetime, in UTC where it has no zone; a date, at midnight; seconds since
        the epoch; a struct_time in local time; by default now.
    """
    if isinstance(timestamp, datetime):
        zone = timestamp.tzinfo
        if zone is not None and zone is not _UTC and zone != _UTC:
            timestamp = timestamp.astimezone(_UTC)
        return write_date(timestamp)
    if isinstance(timestamp, date):
        return write_date(datetime(timestamp.year, timestamp.month, timestamp.day))
    if timestamp is None:
        timestamp = int(time.time())
    if type(timestamp) is int:
        return write_seconds(timestamp)
    if isinstance(timestamp, struct_time):
        timestamp = mktime(timestamp)
    return write_date(datetime.fromtimestamp(timestamp, _UTC))


def parse_age(value: str | None = None) -> timedelta | None:
    """Read a number of seconds: ASCII digits alone. None for anything else, and for too many."""
    if not value:
        return None
    digits = value.strip(" \t")
    if not digits.isdigit() or not digits.isascii():
        return None
    try:
        return timedelta(0, int(digits))
    except (ValueError, OverflowError):
        return None


def dump_age(age: timedelta | int | None = None) -> str | None:
    """Write a number of seconds, or a timedelta, whose fractions of a second are dropped.

    :raises ValueError: it is below zero.
    """
    if age is None:
        return None
    seconds = int(age.total_seconds() if isinstance(age, timedelta) else age)
    if seconds < 0:
        raise ValueError(f"An age is not negative, as {age!r} is.")
    return str(seconds)
