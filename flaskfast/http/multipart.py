"""Multipart bodies as events, whatever pieces they come in (RFC 7578; RFC 2046, 5.1)."""

from __future__ import annotations

import re
import typing as t

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import (
    NEED_DATA,
    Data,
    Epilogue,
    Event,
    Field,
    File,
    MultipartEncoder,
    NeedData,
    Preamble,
    State,
)
from werkzeug.sansio.multipart import MultipartDecoder as _Decoder

from .._expressions import expression
from .._kernels import bodies, find_delimiter
from .multidict import ImmutableMultiDict
from .options import parse_options_header

__all__ = [
    "NEED_DATA",
    "Data",
    "Epilogue",
    "Event",
    "Field",
    "File",
    "MultipartDecoder",
    "MultipartEncoder",
    "NeedData",
    "Preamble",
    "State",
]

Bytes = bytes | bytearray

bodies.settle_parts(parse_options_header, ImmutableMultiDict)

_GOES_ON = bodies.GOES_ON
_PART_FOLLOWS = bodies.PART_FOLLOWS
_MAX_LINES_SIZE = bodies.MAX_LINES_SIZE

_PADDING = b" \t\v\f"
_BLANK_LINE = expression(rb"\r\n\r\n|\r\r|\n\n")
_BREAK = expression(rb"\r\n|\n|\r")
_AFTER_LAST_LINE = expression(rb"[ \t\v\f]*(?:\r\n|\n|\r)?")


def check_boundary(boundary: bytes) -> bytes:
    """Return *boundary* if it can be one.

    :raises ValueError: it is empty, or has a line break in it (RFC 2046, 5.1.1).
    """
    if not boundary:
        raise ValueError("The boundary is missing: the content type has to name one.")
    if 0x0D in boundary or 0x0A in boundary:
        raise ValueError("The boundary has a line break in it, so that no line can be found by it.")
    return boundary


class MultipartDecoder(_Decoder):
    """Turn the bytes of a multipart body, in whatever pieces, into events.

    The events differ with the pieces in how the content of a part is cut up, in nothing else.

    :param boundary: from the content type, without dashes.
    :param max_form_memory_size: the most bytes that a field may have, or what stands before
        the first part, or behind the last; None for any number.
    :param max_parts: the most parts; None for any number.
    :raises ValueError: the boundary is empty or has a line break in it.
    """

    def __init__(
        self,
        boundary: bytes,
        max_form_memory_size: int | None = None,
        *,
        max_parts: int | None = None,
    ) -> None:
        self.boundary = check_boundary(boundary)
        self.max_form_memory_size = max_form_memory_size
        self.max_parts = max_parts
        self.complete = False
        self.state = State.PREAMBLE
        # Received and not yet given out: _data[_at:]. What lies before _seen need not be
        # looked at again.
        self._data: Bytes = b""
        self._at = self._seen = 0
        # Content that came in front of _data, and whether to give out views of it.
        self._lead = b""
        self._gives_views = False
        self._drops_preamble = False
        self._dropped = 0
        self._parts_decoded = 0
        self._field_size: int | None = None
        self._line_feed_may_follow = False

    @property
    def buffer(self) -> bytearray:  # type: ignore[override]
        """A copy of the bytes that no event has given out yet."""
        return bytearray(self._lead + self._data[self._at :])

    def receive_data(self, data: bytes | None) -> None:
        """Take the next bytes of the body; None when there are no more."""
        if data is None:
            self.complete = True
        elif self._at == len(self._data):
            # PERF: upload-1M. A piece of a file goes through unchanged.
            self._data = data if type(data) is bytes else bytes(data)
            self._at = self._seen = 0
        elif self._begins_no_line(data):
            # PERF: upload-1M. So it does behind a line break that turns out to be content.
            self._lead += self._data[self._at :]
            self._data = data
            self._at = self._seen = 0
        else:
            if self._at or type(self._data) is bytes:
                self._seen = max(0, self._seen - self._at)
                self._data = bytearray(memoryview(self._data)[self._at :])
                self._at = 0
            self._data += data

    def _begins_no_line(self, data: bytes) -> bool:
        """Tell whether what is left of a part is content, now that *data* comes behind it."""
        room = len(self.boundary) + 8
        left = len(self._data) - self._at
        if (
            self.state is not State.DATA
            or left > room
            or len(data) < 4096
            or type(data) is not bytes
        ):
            return False
        _, start, _ = find_delimiter(self._data[self._at :] + data[:room], self.boundary, 0)
        return start >= left

    def next_event(self) -> Event:
        """Return the next event, `NEED_DATA` if more has to be received for it.

        :raises RequestEntityTooLarge: more came than is allowed.
        :raises ValueError: the body is no multipart body, or it ends in the middle.
        """
        event = self._READ[self.state](self)
        if event is not None:
            return event
        if self.complete:
            raise ValueError(f"The multipart body ends too early: in {self.state.name}.")
        return NEED_DATA

    def _read_preamble(self) -> Event | None:
        kind, start, end = bodies.find_first_line(self._data, self.boundary, self._seen)
        self._check_size(self._dropped + start - self._at)
        if kind == _GOES_ON:
            self._seen = start
            self._check_lines(start)
            if self._drops_preamble:
                self._dropped += start - self._at
                self._at = start
            return None
        preamble = b"" if self._drops_preamble else bytes(self._data[:start])
        self._pass_line(kind, start, end)
        return Preamble(data=preamble)

    def _read_part(self) -> Event | None:
        if self._line_feed_may_follow and self._at < len(self._data):
            self._at += self._data[self._at] == 0x0A
            self._line_feed_may_follow = False
        blank = _BLANK_LINE.search(self._data, max(self._at, self._seen))
        if blank is None:
            self._seen = max(self._at, len(self._data) - 3)
            if self._seen - self._at > _MAX_LINES_SIZE:
                raise RequestEntityTooLarge()
            return None
        name, filename, headers = bodies.read_head(self._data, self._at, blank.start())
        self._parts_decoded += 1
        if self.max_parts is not None and self._parts_decoded > self.max_parts:
            raise RequestEntityTooLarge()
        self._at = self._seen = (blank.start() + blank.end()) // 2
        self.state = State.DATA_START
        if filename is None:
            self._field_size = 0
            return Field(name=name, headers=headers)
        self._field_size = None
        return File(name=name, filename=filename, headers=headers)

    def _read_data_start(self) -> Event | None:
        data, at = self._data, self._at
        if len(data) - at < 2 and not self.complete:
            return None  # is it CR or CRLF?
        line = _BREAK.match(data, at)
        begin = at if line is None else line.end()
        kind, start, end = find_delimiter(data, self.boundary, at)
        if kind == _GOES_ON and start < begin and not self.complete:
            return None  # the line break may be that of the boundary's line
        self.state = State.DATA
        return self._give(kind, begin, max(begin, start), end)

    def _read_data(self) -> Event | None:
        if self._lead:
            lead, self._lead = self._lead, b""
            self._count(len(lead))
            return Data(data=lead, more_data=True)
        if self._waits_behind_boundary():
            return None
        kind, start, end = find_delimiter(self._data, self.boundary, self._at)
        if kind == _GOES_ON and start == self._at:
            self._seen = len(self._data)
            return None
        return self._give(kind, self._at, start, end)

    def _give(self, kind: int, begin: int, start: int, end: int) -> Data:
        """Give out the content between *begin* and *start*."""
        data = self._data
        content: t.Any
        if type(data) is not bytes:
            content = bytes(memoryview(data)[begin:start])
        elif self._gives_views:
            content = memoryview(data)[begin:start]
        else:
            content = data[begin:start]
        self._count(start - begin)
        if kind == _GOES_ON:
            self._at = self._seen = start
        else:
            self._pass_line(kind, start, end)
        return Data(data=content, more_data=kind == _GOES_ON)

    def _waits_behind_boundary(self) -> bool:
        """Tell whether nothing but blanks has come, without an end, since the boundary.

        Else each of them would have all before it looked at again.
        """
        if self._seen - self._at <= len(self.boundary) + len(b"\r\n--"):
            return False
        if bytes(self._data[self._seen :]).strip(_PADDING):
            return False
        self._seen = len(self._data)
        self._check_lines(self._at)
        return True

    def _read_epilogue(self) -> Event | None:
        self._check_size(len(self._data) - self._at)
        if not self.complete:
            return None
        begin = t.cast("re.Match[bytes]", _AFTER_LAST_LINE.match(self._data, self._at)).end()
        epilogue = bytes(self._data[begin:])
        self._at = len(self._data)
        self.state = State.COMPLETE
        return Epilogue(data=epilogue)

    def _read_complete(self) -> Event | None:
        return None

    _READ: t.ClassVar[dict[State, t.Callable[[MultipartDecoder], Event | None]]] = {
        State.PREAMBLE: _read_preamble,
        State.PART: _read_part,
        State.DATA_START: _read_data_start,
        State.DATA: _read_data,
        State.EPILOGUE: _read_epilogue,
        State.COMPLETE: _read_complete,
    }

    def _pass_line(self, kind: int, start: int, end: int) -> None:
        """Go on behind the line with the boundary."""
        self._check_lines(start, end)
        self._at = self._seen = end
        self.state = State.PART if kind == _PART_FOLLOWS else State.EPILOGUE
        # A CR at the end of what has come may be half of a CRLF.
        last = end == len(self._data) and self._data[end - 1] == 0x0D
        self._line_feed_may_follow = last and kind == _PART_FOLLOWS

    def _count(self, size: int) -> None:
        """Take content into account that is given out."""
        if self._field_size is not None:
            self._field_size += size
            self._check_size(self._field_size)

    def _check_size(self, size: int) -> None:
        if self.max_form_memory_size is not None and size > self.max_form_memory_size:
            raise RequestEntityTooLarge()

    def _check_lines(self, start: int, end: int | None = None) -> None:
        """Refuse to keep a line that consists of blanks."""
        size = (len(self._data) if end is None else end) - start
        if size > len(self.boundary) + _MAX_LINES_SIZE:
            raise RequestEntityTooLarge()
