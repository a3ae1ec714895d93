"""An event loop that a thread keeps, and runs coroutines on one after the other.

What `asyncio.run` makes and throws away for every coroutine is most of what an ``async def`` view
costs. A `KeptLoop` does the rest of what that does: after each coroutine, tasks that are left are
cancelled; and where anything stays behind (timers, sockets, generators, threads), or was set on the
loop, it is closed as `asyncio.run` closes its own, and not used again. Between two coroutines it is
closed to everybody else, so that a reference to it is of no more use than in Flask.

It runs in the thread that calls it. Functions that asgiref's ``sync_to_async`` wants to have run
there (``thread_sensitive``) are run there: for as long as one does, another thread runs the loop.
"""

from __future__ import annotations

import asyncio
import os
import selectors
import sys
import threading
import typing as t
from collections import deque
from concurrent.futures import Executor, Future
from contextvars import Context
from types import CoroutineType

# Listed in asyncio, for event loops.
_set_running_loop = asyncio._set_running_loop

_Awaitable = t.Awaitable[t.Any]

# What a loop is asked for here that asyncio does not document. Without one of these there is no
# telling whether something is left behind.
_ATTRIBUTES = frozenset(
    (
        *("_ready", "_scheduled", "_asyncgens", "_default_executor", "_exception_handler"),
        *("_task_factory", "_selector", "_closed", "_debug", "slow_callback_duration"),
        *("_asyncgen_firstiter_hook", "_asyncgen_finalizer_hook"),
    )
)


async def _finish(awaitable: _Awaitable) -> t.Any:
    """Make a coroutine of what can be awaited."""
    return await awaitable


def _release(gate: asyncio.Future[None], _: object = None) -> None:
    """Let whoever waits for *gate* go on."""
    if not gate.done():
        gate.set_result(None)


class _Call(t.NamedTuple):
    """A function that waits for the calling thread."""

    future: Future[t.Any]
    function: t.Callable[[], t.Any]

    def make(self) -> t.Callable[[], None] | None:
        """Call the function.

        :returns: what tells the outcome; None if nobody wants it any more.
        """
        future = self.future
        if not future.set_running_or_notify_cancel():
            return None
        try:
            result = self.function()
        except BaseException as caught:
            error = caught
            return lambda: future.set_exception(error)
        return lambda: future.set_result(result)


class CallingThread(Executor):
    """Take functions for the thread that runs the loop, which it runs when it has left the loop."""

    def __init__(self) -> None:
        self.waiting: deque[_Call] = deque()
        self.leave: t.Callable[[], None] | None = None  # the loop, if this thread is in it

    def submit(self, fn: t.Callable[..., t.Any], /, *args: t.Any, **kwargs: t.Any) -> Future[t.Any]:
        """Have ``fn(*args, **kwargs)`` called, as any executor does; to be used within the loop."""
        future: Future[t.Any] = Future()
        self.waiting.append(_Call(future, lambda: fn(*args, **kwargs)))
        if self.leave is not None:
            self.leave()
        return future


# Typeshed knows none of its attributes.
_SelectorEventLoop: t.Any = asyncio.SelectorEventLoop


class KeptLoop(_SelectorEventLoop):  # type: ignore[misc]
    """Run coroutines in this thread, each as if the loop were its own."""

    _selector: t.Any  # None when the loop is closed for good

    def __init__(self) -> None:
        self._driven = self._first_awaited = self._shared = self._lent = self._stopped = False
        self._first_step: t.Callable[[], object] | None = None
        self._first_context: Context | None = None
        self._closed = True
        self._pid = os.getpid()
        self.calling_thread = CallingThread()
        super().__init__()
        self._own_files = len(self._selector.get_map())
        self._as_made = self._settings()
        self._closed = True  # to everybody else, while nothing runs

    @classmethod
    def is_supported(cls) -> bool:
        """Tell whether this Python's loops are made as ours are, and have what is asked of them."""
        loop = asyncio.new_event_loop()
        try:
            return type(loop) is asyncio.SelectorEventLoop and all(
                hasattr(loop, name) for name in _ATTRIBUTES
            )
        finally:
            loop.close()

    @property
    def is_usable(self) -> bool:
        """Whether `run` may be called: not closed for good, not another process's."""
        return self._selector is not None and self._pid == os.getpid()

    @property
    def is_over(self) -> bool:
        """Whether it has been closed for good."""
        return self._selector is None

    def run(self, awaitable: _Awaitable, restore: t.Callable[[Context, bool], None]) -> t.Any:
        """Run *awaitable* to its end, in a copy of the context variables.

        :param restore: called in the end, however it ends, with that copy, and whether another
            thread has run the loop meanwhile.
        :returns: what it returns; and raises what it raises, `BaseException` too.
        """
        coroutine: t.Any = awaitable if type(awaitable) is CoroutineType else _finish(awaitable)
        self._closed = self._lent = self._stopped = False
        self._first_awaited = True
        task = asyncio.Task(coroutine, loop=self)
        context, self._first_context = self._first_context, None
        step, self._first_step = self._first_step, None
        try:
            try:
                if step is not None:
                    self._take_first_step(t.cast(Context, context), step)
                if not task.done():
                    self._run_until_done(task)
                    self._settle()
                elif not self._is_clean():
                    self._go_round()
                    self._settle()
            except BaseException as error:
                # What the coroutine raises comes from the task. All else has interrupted the loop.
                if not task.done() or task.cancelled() or task.exception() is not error:
                    self._break_off()
                    raise
                self._settle()
            finally:
                self._closed = True
                restore(t.cast(Context, context), self._lent)
            return task.result()
        finally:
            # The traceback of an error names this frame, and these would name the error.
            del task, step, context, coroutine, awaitable

    def _take_first_step(self, context: Context, step: t.Callable[[], object]) -> None:
        """Run the task up to where it waits, or to its end, without the loop going round."""
        # PERF: async-view. Going round is three quarters of what a view that returns at once costs.
        hooks = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(self._asyncgen_firstiter_hook, self._asyncgen_finalizer_hook)
        self._driven = True
        _set_running_loop(self)
        try:
            context.run(step)
        finally:
            _set_running_loop(None)
            self._driven = False
            sys.set_asyncgen_hooks(*hooks)
            del step  # as in run()

    def _run_until_done(self, task: asyncio.Future[t.Any]) -> None:
        """Run the loop until *task* is done, and what waits for this thread in between."""
        calls = self.calling_thread
        while not task.done():
            if calls.waiting:
                self._lend()
                continue
            calls.leave = self._leave
            task.add_done_callback(self._leave)
            try:
                self.run_forever()
            finally:
                calls.leave = None
                task.remove_done_callback(self._leave)
            self._check_not_stopped(task)
        del task  # as in run()

    def _leave(self, _: object = None) -> None:
        """Let `run_forever` return after this round, for reasons of our own."""
        super().stop()

    def _check_not_stopped(self, future: asyncio.Future[t.Any]) -> None:
        """Raise what `asyncio.run` raises where a coroutine has called `stop`."""
        stopped, self._stopped = self._stopped, False
        if stopped and not future.done():
            raise RuntimeError("Event loop stopped before Future completed.")

    def _lend(self) -> None:
        """Let another thread run the loop, and run meanwhile what waits for this one.

        The last outcome is told when the loop is back: so what has waited for a function goes on
        in the thread that it was in before.
        """
        self._lent = True
        gate: asyncio.Future[None] = self.create_future()
        failures: list[BaseException] = []

        def run() -> None:
            try:
                gate.add_done_callback(self._leave)
                while not gate.done():
                    self.run_forever()
                    self._check_not_stopped(gate)
            except BaseException as error:
                failures.append(error)

        helper = threading.Thread(target=run, name="flaskfast-event-loop", daemon=True)
        helper.start()
        waiting = self.calling_thread.waiting
        tell = None
        try:
            while waiting:
                if tell is not None:
                    self.call_soon_threadsafe(tell)
                tell = waiting.popleft().make()
        finally:
            self._take_back(helper, gate)
        if tell is not None:
            tell()
        if failures:
            raise failures[0]

    def _take_back(self, helper: threading.Thread, gate: asyncio.Future[None]) -> None:
        """End :meth:`_lend`, also when a signal's handler raises while we wait."""
        interruption = None
        self.call_soon_threadsafe(_release, gate)
        while helper.is_alive():
            try:
                helper.join()
            except BaseException as error:
                interruption = error
        if interruption is not None:
            raise interruption

    def _settings(self) -> tuple[object, ...]:
        return (
            self._task_factory,
            self._exception_handler,
            self._debug,
            self.slow_callback_duration,
        )

    def _is_clean(self) -> bool:
        """Tell whether nothing is left behind, but perhaps tasks that nothing will wake."""
        return not (
            self._ready
            or self._scheduled
            or self._asyncgens
            or self._shared
            or self._default_executor is not None
            or self.calling_thread.waiting
            or len(self._selector.get_map()) != self._own_files
            or self._settings() != self._as_made
            or getattr(self, "_signal_handlers", None)
        )

    def _settle(self) -> None:
        """End what is left, as `asyncio.run` does; close the loop unless nothing stays."""
        try:
            self._cancel_tasks()
            for _ in range(4):  # as often as asyncio.run's two last coroutines go round
                if not self._ready:
                    break
                self._go_round()
            if self._scheduled and all(timer.cancelled() for timer in self._scheduled):
                self._scheduled.clear()
                self._timer_cancelled_count = 0
            if self._is_clean() and self._pid == os.getpid() and not asyncio.all_tasks(self):
                return
            self._run_until_done(self.create_task(self.shutdown_asyncgens()))
            self._run_until_done(self.create_task(self.shutdown_default_executor()))
        except BaseException:
            self.close()
            raise
        self.close()

    def _go_round(self) -> None:
        self.call_soon(self._leave)
        self.run_forever()

    def _break_off(self) -> None:
        """End all of it after an interruption, which goes on when this returns."""
        if self._selector is None:
            return
        try:
            self._cancel_tasks()
        finally:
            self.close()

    def _cancel_tasks(self) -> None:
        tasks = asyncio.all_tasks(self)
        if not tasks:
            return
        for task in tasks:
            task.cancel()
        self._run_until_done(asyncio.gather(*tasks, return_exceptions=True))
        for task in tasks:
            if not task.cancelled() and task.exception() is not None:
                self.call_exception_handler(
                    {
                        "message": "unhandled exception in a task that a view has left behind",
                        "exception": task.exception(),
                        "task": task,
                    }
                )

    def stop(self) -> None:
        """Stop the loop, which is an error before the coroutine has ended."""
        self._stopped = True
        super().stop()

    def is_running(self) -> bool:
        """Tell whether a coroutine is being run."""
        return self._driven or super().is_running()

    def call_soon(
        self,
        callback: t.Callable[..., object],
        *args: t.Any,
        context: Context | None = None,
    ) -> t.Any:
        """Schedule a callback; of a coroutine that is to be run, keep the first step instead."""
        if self._first_awaited:
            self._first_awaited = False
            self._first_context = context
            if not self._debug:
                self._first_step = callback
                return None
        return super().call_soon(callback, *args, context=context)

    def run_in_executor(self, executor: t.Any, func: t.Any, *args: t.Any) -> t.Any:
        """Run a function elsewhere, which may then know this loop: it is not used again."""
        if executor is not self.calling_thread:
            self._shared = True
        return super().run_in_executor(executor, func, *args)

    def close(self) -> None:
        """Close the loop for good."""
        if self._selector is None:
            return
        if self._pid != os.getpid():
            # What Linux has registered is shared with the process that we were forked from: only
            # our descriptor may be closed.
            self._selector.close()
            self._selector = selectors.DefaultSelector()
        self._closed = False
        super().close()
        self._selector = None
