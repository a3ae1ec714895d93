"""Produce a response body inside the context of its request, after the view has returned.

The iterator runs in a copy of the context variables taken when it was made. So it sees its own
request wherever the server iterates or closes it, on another thread too, and leaves nothing
behind there. The teardown of the request waits until the body is done.
"""

from __future__ import annotations

import typing as t
from contextvars import copy_context

if t.TYPE_CHECKING:
    from .ctx import RequestContext


class ContextStream(t.Generic[t.AnyStr]):
    """Iterate over *body* as if the request were still being handled.

    :param body: what yields the chunks; closed, if it can be, when this is.
    :param ctx: the request context that is current now.
    """

    _done = False
    _body: t.Iterator[t.AnyStr]

    def __init__(self, body: t.Iterator[t.AnyStr], ctx: RequestContext) -> None:
        self._body = body
        self._ctx = ctx
        self._variables = copy_context()
        ctx._open_streams += 1

    def __iter__(self) -> ContextStream[t.AnyStr]:
        return self

    def __next__(self) -> t.AnyStr:
        if self._done:
            raise StopIteration
        try:
            chunk: t.AnyStr = self._variables.run(next, self._body)
            return chunk
        except BaseException as error:
            self._finish(None if isinstance(error, StopIteration) else error)
            raise

    def close(self) -> None:
        """Close the body, if it can be, and let the request be torn down."""
        if not self._done:
            self._finish(None)

    def _finish(self, error: BaseException | None) -> None:
        self._done = True
        self._variables.run(self._finish_in_context, error)

    def _finish_in_context(self, error: BaseException | None) -> None:
        try:
            close = getattr(self._body, "close", None)
            if close is not None:
                close()
        except BaseException as close_error:
            error = close_error
            raise
        finally:
            self._ctx._stream_ended(error)

    def __del__(self) -> None:
        # A stream that was never sent must not keep its request from being torn down.
        if not self._done and hasattr(self, "_variables"):
            self.close()
