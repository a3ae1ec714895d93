"""Dates, reference flavour."""

from __future__ import annotations

from datetime import datetime, timezone

from .._expressions import expression

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NUMBER_OF = {name: number for number, name in enumerate(_MONTHS, 1)}
_PREFERRED = expression(
    rf"(?:{'|'.join(_DAYS)}), ([0-9][0-9]) ({'|'.join(_MONTHS)}) ([1-9][0-9][0-9][0-9])"
    r" ([0-9][0-9]):([0-9][0-9]):([0-9][0-9]) GMT"
)


def read_date(text: str, /) -> datetime | None:
    """Read a date in the form that HTTP prefers (RFC 9110, 5.6.7, IMF-fixdate).

    The result is in UTC. Other forms are None, and so is what is out of the calendar, or before
    the year 1000. The name of the day need not be the right one.

    >>> read_date("Sun, 06 Nov 1994 08:49:37 GMT")
    datetime.datetime(1994, 11, 6, 8, 49, 37, tzinfo=datetime.timezone.utc)
    """
    if not isinstance(text, str):
        raise TypeError(f"A date is read from a str, not from {type(text).__name__}.")
    found = _PREFERRED.fullmatch(text)
    if found is None:
        return None
    day, month, year, hour, minute, second = found.groups()
    try:
        return datetime(
            int(year),
            _NUMBER_OF[month],
            int(day),
            int(hour),
            int(minute),
            int(second),
            tzinfo=timezone.utc,
        )
    except ValueError:
        return None


def write_date(moment: datetime, /) -> str:
    """Write a date as HTTP does, whatever its time zone: its fields count as UTC.

    >>> write_date(datetime(1994, 11, 6, 8, 49, 37))
    'Sun, 06 Nov 1994 08:49:37 GMT'
    """
    if not isinstance(moment, datetime):
        raise TypeError(f"write_date() takes a datetime, not {type(moment).__name__}.")
    return (
        f"{_DAYS[moment.weekday()]}, {moment.day:02} {_MONTHS[moment.month - 1]} {moment.year:04}"
        f" {moment.hour:02}:{moment.minute:02}:{moment.second:02} GMT"
    )


# PERF: cookies. What is to expire in a given time expires in the same second as the last ones did.
_written = {0: "Thu, 01 Jan 1970 00:00:00 GMT"}
_MOST_WRITTEN = 16


def write_seconds(seconds: int, /) -> str:
    """Write the date that is so many seconds after the epoch, as HTTP does.

    A number beyond the calendar is a `ValueError` or an `OverflowError`.

    >>> write_seconds(784111777)
    'Sun, 06 Nov 1994 08:49:37 GMT'
    """
    if not isinstance(seconds, int):
        raise TypeError(f"write_seconds() takes an int, not {type(seconds).__name__}.")
    text = _written.get(seconds)
    if text is None:
        text = write_date(datetime.fromtimestamp(seconds, timezone.utc))
        if len(_written) >= _MOST_WRITTEN:
            _written.clear()
        _written[seconds] = text
    return text
