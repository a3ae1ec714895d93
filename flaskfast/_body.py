"""The request's body as a stream that ends where the body does."""

from __future__ import annotations

import io
import typing as t

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wsgi import LimitedStream

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

#: How much is asked for at once. A server may set aside what is asked for, and it is the client
#: who says how much that is.
BLOCK = 1024 * 1024


class BodyStream(LimitedStream):
    """Read up to *limit* bytes of *stream*, which stays at the next request.

    PERF: upload-1M. What the server reads is handed on, rather than copied into buffers.
    """

    @classmethod
    def at(cls, position: int, stream: t.IO[bytes], limit: int) -> t.IO[bytes]:
        """Return one from which *position* bytes have been read already."""
        body = cls(stream, limit)
        body._pos = position
        return _typed(body)

    def read(self, size: int | None = -1, /) -> bytes:
        """Read at most *size* bytes, all if it is None or negative; none are left at the end.

        :raises werkzeug.exceptions.ClientDisconnected: the stream ends before the limit.
        """
        if size is None or size < 0:
            return self.readall()
        left = self.limit - self._pos
        if left <= 0:
            self.on_exhausted()
            return b""
        if size == 0:
            return b""
        try:
            data = self._stream.read(size if size < left else left)
        except (OSError, ValueError) as error:
            self.on_disconnect(error=error)
            return b""
        if not data:
            self.on_disconnect()
            return b""
        self._pos += len(data)
        return data

    def readall(self) -> bytes:
        """Read all that is left."""
        if self._pos >= self.limit:
            self.on_exhausted()
            return b""
        data = self.read(BLOCK)
        if not data or self._pos >= self.limit:
            return data
        pieces = [data]
        while self._pos < self.limit and (data := self.read(BLOCK)):
            pieces.append(data)
        return b"".join(pieces)


class CappedStream(BodyStream):
    """Read up to *limit* bytes, and refuse a body that goes on behind them.

    Werkzeug's stream stops there when everything is read at once, so that the beginning of a
    body would pass for all of it.
    """

    def readall(self) -> bytes:
        """Read all there is.

        :raises werkzeug.exceptions.RequestEntityTooLarge: there is more than the limit.
        """
        data = super().readall()
        if self.is_exhausted and self._stream.read(1):
            self.on_exhausted()
        return data


def refuse_beyond(length: int, most: int | None) -> None:
    """Refuse a body that is longer than *most*.

    :raises werkzeug.exceptions.RequestEntityTooLarge: it is.
    """
    if most is not None and length > most:
        raise RequestEntityTooLarge()


def open_body(environ: WSGIEnvironment, most: int | None, length: int | None) -> t.IO[bytes]:
    """Return the body of a request as a stream that ends where the body does.

    :param length: how many bytes it has; None, and it is empty if nothing else tells where it ends.
    :param most: how many bytes it may have at the most; None for any number.
    :raises werkzeug.exceptions.RequestEntityTooLarge: ``Content-Length`` says more.
    """
    if length is not None:
        refuse_beyond(length, most)
    stream = t.cast(t.IO[bytes], environ["wsgi.input"])
    if "wsgi.input_terminated" in environ:
        # The server ends it. A limit is not looked at before the body is read: where the client
        # sends none, that could wait for ever.
        return stream if most is None else _typed(CappedStream(stream, most, is_max=True))
    return io.BytesIO() if length is None else _typed(BodyStream(stream, length))


def _typed(stream: io.RawIOBase) -> t.IO[bytes]:
    return t.cast(t.IO[bytes], stream)
