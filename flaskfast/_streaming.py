"""Produce a response body inside the context of its request, after the view has returned.

The iterator runs in a copy of the context variables taken when it was made. So it sees its own
request wherever the server iterates or closes it, on another thread too, and leaves nothing
behind there. The teardown of the request waits until the body is done. It then runs where the
view has run, if that is where the body ends, as it does on every server that iterates what it
called: tracing agents reset context variables in it, which can be done nowhere else.
"""

from __future__ import annotations

import typing as t
from contextvars import copy_context


class ContextStream(t.Generic[t.AnyStr]):
    """Iterate over *body* as if the request were still being handled.

    :param body: what yields the chunks; closed, if it can be, when this is.
    :param ctx: the request context that is current now.
    """

    _done = False
    _body: t.Iterator[t.AnyStr]

    def __init__(self, body: t.Iterator[t.AnyStr], ctx: t.Any) -> None:
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

    def _finish(self, error: BaseException | None, *, abandoned: bool = False) -> None:
        self._done = True
        close = getattr(self._body, "close", None)
        try:
            if close is not None:
                self._variables.run(close)
        except BaseException as close_error:
            error = close_error
            raise
        finally:
            self._ctx._stream_ended(error, self._variables, at_home=not abandoned)

    def __del__(self) -> None:
        # A stream that was never sent must not keep its request from being torn down. What runs
        # here now may be another request, whose context variables are not to be touched.
        if not self._done and hasattr(self, "_variables"):
            self._finish(None, abandoned=True)
