"""Call ``async def`` functions from plain ones, as asgiref's ``async_to_sync`` does.

A thread keeps an event loop (`_event_loop.py`) rather than making one for every call, with a
thread for it. asgiref itself is called where a loop is already running or waiting for the result,
where "threads" are greenlets, which would run loops within each other, where event loops are
somebody else's (uvloop), and where its functions have been replaced.
"""

from __future__ import annotations

import asyncio
import atexit
import sys
import threading
import typing as t
import weakref
from contextvars import Context
from types import FunctionType

from asgiref import sync
from asgiref.sync import AsyncToSync, SyncToAsync

from ._event_loop import KeptLoop
from ._genuine import as_shipped

_get_running_loop = asyncio._get_running_loop

_unset = object()

# What is called in asgiref's place has to be what asgiref shipped.
_FUNCTION: t.Any = sync.async_to_sync
if type(_FUNCTION) is not FunctionType or _FUNCTION.__globals__ is not vars(sync):
    _FUNCTION = None
_INIT = as_shipped(AsyncToSync, "__init__")
_CALL = as_shipped(AsyncToSync, "__call__")
_MAIN_WRAP = as_shipped(AsyncToSync, "main_wrap")
# What tells a coroutine where the calling thread is, since asgiref 3.5.
_EXECUTORS: t.Any = getattr(AsyncToSync, "loop_thread_executors", None)
_SINGLE_THREAD: t.Any = getattr(AsyncToSync, "async_single_thread_context", None)


class _Keeper:
    """Hold a thread's loop, and close it when the thread ends."""

    def __init__(self, loop: KeptLoop) -> None:
        self.loop = loop
        _EXECUTORS[loop] = loop.calling_thread
        _keepers.add(self)

    def close(self) -> None:
        if not self.loop.is_running():
            _EXECUTORS.pop(self.loop, None)
            self.loop.close()

    def __del__(self) -> None:
        if not self.loop.is_over:
            self.close()


_keepers: weakref.WeakSet[_Keeper] = weakref.WeakSet()


class _Here(threading.local):
    keeper: _Keeper | None = None


_here = _Here()


@atexit.register
def _close_all() -> None:
    for keeper in list(_keepers):
        keeper.close()


class _Policy:
    """Whether the loops that asyncio makes are plain ones; asked again when others are set."""

    plain = False
    asked: t.Any = _unset

    @classmethod
    def is_plain(cls) -> bool:
        policy = getattr(asyncio.events, "_event_loop_policy", _unset)
        if policy is not cls.asked or policy is None:
            cls.plain = policy is not _unset and KeptLoop.is_supported()
            cls.asked = getattr(asyncio.events, "_event_loop_policy", _unset)
        return cls.plain


def _threads_are_greenlets() -> bool:
    gevent: t.Any = sys.modules.get("gevent.monkey")
    if gevent is not None and gevent.is_module_patched("threading"):
        return True
    eventlet: t.Any = sys.modules.get("eventlet.patcher")
    return eventlet is not None and bool(eventlet.is_monkey_patched("thread"))


def _belongs_elsewhere() -> bool:
    """Tell whether asgiref would run a coroutine on a loop that there is, or in a thread named."""
    if _get_running_loop() is not None:
        return True  # asgiref says why that is an error
    main = getattr(SyncToAsync.threadlocal, "main_event_loop", None)
    if main is not None and not main.is_closed():
        return True
    return _SINGLE_THREAD is not None and _SINGLE_THREAD.get(None) is not None


def _restore(context: Context, moved: bool) -> None:
    """Set what a coroutine has set."""
    if moved:
        _restore_from_thread(context)
        return
    for variable, value in context.items():
        if variable.get(_unset) is not value:
            variable.set(value)


# asgiref's knows which of its own variables belong to a thread.
_restore_from_thread = getattr(sync, "_restore_context", lambda context: _restore(context, False))


class InThisThread(AsyncToSync[..., t.Any]):
    """Run a coroutine function to its end when called, in the calling thread if that can be."""

    def __init__(self, function: t.Callable[..., t.Any]) -> None:
        if type(function) is FunctionType:  # PERF: async-view
            self.awaitable = function
            self.force_new_loop = False
        else:
            super().__init__(function)

    def __call__(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
        """Return what the coroutine returns, or raise what it raises.

        What it sets in context variables is set here afterwards.

        :raises RuntimeError: an event loop is running in this thread.
        """
        __traceback_hide__ = True
        if _belongs_elsewhere() or _threads_are_greenlets() or not _Policy.is_plain():
            return super().__call__(*args, **kwargs)
        keeper = _here.keeper
        if keeper is None or not keeper.loop.is_usable:
            _here.keeper = keeper = _Keeper(KeptLoop())
        return keeper.loop.run(self.awaitable(*args, **kwargs), _restore)


def async_to_sync(
    function: t.Callable[..., t.Any], shipped: t.Callable[..., t.Any]
) -> t.Callable[..., t.Any]:
    """Return a plain function that runs the coroutine function *function* to its end.

    :param shipped: ``asgiref.sync.async_to_sync`` as it is now.
    """
    if (
        shipped is not _FUNCTION
        or _EXECUTORS is None
        or AsyncToSync.__init__ is not _INIT
        or AsyncToSync.__call__ is not _CALL
        or AsyncToSync.main_wrap is not _MAIN_WRAP
    ):
        return shipped(function)  # type: ignore[no-any-return]
    return InThisThread(function)
