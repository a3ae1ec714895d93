"""Produce a response body inside the context of its request, after the view has returned.

The iterator runs in a copy of the context variables taken when it was made. So it sees its own
request wherever the server iterates or closes it, on another thread too, and leaves nothing
behind there. The teardown of the request waits until the body is done. It then runs where the
view has run, if that is where the body ends, as it does on every server that iterates what it
called: tracing agents reset context variables in it, which can be done nowhere else.

Compiled as it is (`_native/streams.pxd` gives the types).
"""

from __future__ import annotations

import typing as t
from contextvars import copy_context
from functools import WRAPPER_ASSIGNMENTS

_no_chunk: t.Any = object()


class ContextStream:
    """Iterate over *body* as if the request were still being handled.

    :param body: what yields the chunks; closed, if it can be, when this is.
    :param ctx: the request context that is current now.
    :param make: makes the body when the first chunk is asked for, where there is none yet.
    :param at_end: called once the body has come to its end by itself.
    """

    def __init__(self, body: t.Any, ctx: t.Any, make: t.Any = None, at_end: t.Any = None) -> None:
        self._body = body
        self._ctx = ctx
        self._make = make
        self._at_end = at_end
        self._variables = copy_context()
        ctx._open_streams += 1
        self._is_open = True

    def __iter__(self) -> ContextStream:
        return self

    def __next__(self) -> t.Any:
        if not self._is_open:
            raise StopIteration
        try:
            if self._make is not None:
                make, self._make = self._make, None
                self._body = iter(self._variables.run(make))
            chunk = self._variables.run(next, self._body, _no_chunk)
        except BaseException as error:
            self._finish(error, False)
            raise
        if chunk is _no_chunk:
            self._end()
            raise StopIteration
        return chunk

    def close(self) -> None:
        """Close the body, if it can be, and let the request be torn down."""
        if self._is_open:
            self._finish(None, False)

    def _end(self) -> None:
        """Do what comes after the body's own end."""
        at_end = self._at_end
        if at_end is not None:
            try:
                self._variables.run(at_end)
            except BaseException as error:
                self._finish(error, False)
                raise
        self._finish(None, False)

    def _finish(self, error: BaseException | None, is_abandoned: bool) -> None:
        self._is_open = False
        close = getattr(self._body, "close", None)
        try:
            if close is not None:
                self._variables.run(close)
        except BaseException as close_error:
            error = close_error
            raise
        finally:
            self._ctx._stream_ended(error, self._variables, not is_abandoned)

    def __del__(self) -> None:
        # A stream that was never sent must not keep its request from being torn down. What runs
        # here now may be another request, whose context variables are not to be touched.
        if self._is_open:
            self._finish(None, True)


def dress(wrapper: t.Any, function: t.Any) -> None:
    """Have *wrapper* look like *function*, a plain one, as `functools.update_wrapper` does."""
    for name in WRAPPER_ASSIGNMENTS:
        setattr(wrapper, name, getattr(function, name))
    own = function.__dict__
    if own:
        wrapper.__dict__.update(own)
    wrapper.__wrapped__ = function
