"""The request's body, when its length is known only once it has ended."""

from __future__ import annotations

import typing as t

from werkzeug.wsgi import LimitedStream, get_input_stream

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class _CappedStream(LimitedStream):
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


def open_body(environ: WSGIEnvironment, most: int | None) -> t.IO[bytes]:
    """Return the body of a request as a stream that ends where the body does.

    :param most: how many bytes it may have at the most; None for any number.
    :raises werkzeug.exceptions.RequestEntityTooLarge: ``Content-Length`` says more.
    """
    body = get_input_stream(environ, max_content_length=most)
    if most is not None and "wsgi.input_terminated" in environ:
        return t.cast(t.IO[bytes], _CappedStream(environ["wsgi.input"], most, is_max=True))
    return body
