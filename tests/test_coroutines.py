"""Calls of coroutine functions: the loop that a thread keeps, and when asgiref is asked instead."""

from __future__ import annotations

import asyncio
import functools
import gc
import inspect
import os
import signal
import subprocess
import sys
import threading
from types import ModuleType, SimpleNamespace
from unittest import mock

import pytest

import flaskfast

pytest.importorskip("asgiref")
from asgiref import sync
from asgiref.sync import AsyncToSync

from flaskfast import _coroutines


@pytest.fixture
def app():
    return flaskfast.Flask(__name__)


async def loop_in_use():
    return asyncio.get_running_loop()


async def loop_after_a_wait():
    await asyncio.sleep(0)
    return asyncio.get_running_loop()


def is_kept(loop):
    return type(loop).__name__ == "KeptLoop"


# --- the loop of a thread


def test_a_thread_keeps_its_loop(app):
    first = app.ensure_sync(loop_in_use)()
    assert is_kept(first)
    assert app.ensure_sync(loop_after_a_wait)() is first
    assert flaskfast.Flask("other").ensure_sync(loop_in_use)() is first
    assert first.is_closed() and not first.is_over


def test_every_thread_has_its_own_and_closes_it_when_it_ends(app):
    loops = []

    def work():
        loops.extend(app.ensure_sync(loop_in_use)() for _ in range(2))

    before = len(AsyncToSync.loop_thread_executors)
    for _ in range(3):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    gc.collect()
    assert len({id(loop) for loop in loops}) == 3
    assert all(loop.is_over for loop in loops)
    assert len(AsyncToSync.loop_thread_executors) == before


@pytest.mark.parametrize(
    "leave",
    [
        lambda loop: loop.call_later(60, print),
        lambda loop: loop.set_debug(True),
        lambda loop: loop.run_in_executor(None, int),
        lambda loop: loop.set_exception_handler(print),
        lambda loop: loop.add_signal_handler(signal.SIGUSR2, print),
    ],
    ids=["timer", "debug", "thread", "handler", "signal"],
)
def test_a_loop_that_something_was_left_on_is_not_used_again(app, leave):
    async def view():
        leave(asyncio.get_running_loop())
        return asyncio.get_running_loop()

    used = app.ensure_sync(view)()
    assert used.is_over
    assert app.ensure_sync(loop_in_use)() is not used


def test_a_timer_that_was_cancelled_is_not_left(app):
    async def view():
        await asyncio.wait_for(asyncio.sleep(0), 60)
        return asyncio.get_running_loop()

    used = app.ensure_sync(view)()
    assert not used.is_over
    assert app.ensure_sync(loop_in_use)() is used


def test_debug_mode_of_asyncio(app, monkeypatch):
    """Which looks at who calls, and names slow callbacks."""
    monkeypatch.setenv("PYTHONASYNCIODEBUG", "1")
    seen = []

    async def view():
        seen.append(asyncio.get_running_loop().get_debug())
        seen.append(await sync.sync_to_async(threading.get_ident)())
        return "x"

    thread = threading.Thread(target=lambda: [app.ensure_sync(view)() for _ in range(2)])
    thread.start()
    thread.join()
    assert seen == [True, thread.ident] * 2


@pytest.mark.skipif(
    threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGUSR1"),
    reason="signals are handled in the main thread",
)
def test_an_interruption_ends_all_of_it(app):
    """What a signal handler raises arrives, tasks are cancelled, the next call is well."""
    events = []

    def interrupt(*_):
        raise KeyboardInterrupt

    async def forever():
        try:
            await asyncio.sleep(60)
        finally:
            events.append("cancelled")

    async def view():
        task = asyncio.create_task(forever())
        asyncio.get_running_loop().call_later(0.001, os.kill, os.getpid(), signal.SIGUSR1)
        await task

    before = signal.signal(signal.SIGUSR1, interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            app.ensure_sync(view)()
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert events == ["cancelled"]
    assert is_kept(app.ensure_sync(loop_after_a_wait)())


_EXIT = """
import asyncio, threading, time, flaskfast
app = flaskfast.Flask(__name__)
async def view():
    await asyncio.sleep(0)
async def forever():
    await asyncio.sleep(60)
def work(function):
    app.ensure_sync(view)()
    begun.release()
    function()
begun = threading.Semaphore(0)
for function in (lambda: time.sleep(60), lambda: app.ensure_sync(forever)()):
    threading.Thread(target=work, args=(function,), daemon=True).start()
    begun.acquire()
app.ensure_sync(view)()
print("end")
"""


def test_nothing_is_said_at_the_end_of_the_interpreter():
    """With a thread that rests and one that is inside a view, both with loops."""
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", _EXIT], capture_output=True, text=True
    )
    assert (run.stdout, run.stderr, run.returncode) == ("end\n", "", 0)


# --- the seams


def test_what_is_returned_is_what_asgiref_returns(app):
    called = app.async_to_sync(loop_in_use)
    assert isinstance(called, AsyncToSync)
    assert called.awaitable is loop_in_use

    class Thing:
        async def method(self):
            return self

    thing = Thing()
    assert app.async_to_sync(thing.method).__self__ is thing
    assert app.async_to_sync(thing.method)() is thing

    class Other:
        name = app.async_to_sync(Thing.method)

    other = Other()
    assert other.name() is other


def test_kinds_of_coroutine_functions(app):
    async def add(a, b):
        return a + b

    assert app.ensure_sync(functools.partial(add, 1))(2) == 3
    if hasattr(inspect, "markcoroutinefunction"):

        @inspect.markcoroutinefunction
        def marked():
            return add("a", "b")

        assert app.ensure_sync(marked)() == "ab"


def replaced(function):
    return lambda *args, **kwargs: f"[{function.__name__}]"


def test_a_subclass_overrides_it():
    class App(flaskfast.Flask):
        def async_to_sync(self, func):
            return replaced(func)

    app = App(__name__)
    app.add_url_rule("/", "view", loop_in_use)
    assert app.test_client().get("/").text == "[loop_in_use]"


def test_it_is_replaced_after_the_first_request(app):
    async def view():
        return "view"

    app.add_url_rule("/", "view", view)
    client = app.test_client()
    assert client.get("/").text == "view"
    app.async_to_sync = replaced
    assert client.get("/").text == "[view]"
    del app.async_to_sync
    with mock.patch.object(flaskfast.Flask, "async_to_sync", lambda self, func: replaced(func)):
        assert client.get("/").text == "[view]"
    assert client.get("/").text == "view"


def test_what_is_patched_in_asgiref_is_called(app):
    with mock.patch.object(sync, "async_to_sync", replaced):
        assert app.ensure_sync(loop_in_use)() == "[loop_in_use]"
    for name in ("__call__", "__init__", "main_wrap"):
        with mock.patch.object(AsyncToSync, name, getattr(AsyncToSync, name), create=False):
            assert is_kept(app.ensure_sync(loop_in_use)())
        found = getattr(AsyncToSync, name)
        with mock.patch.object(
            AsyncToSync, name, lambda *args, found=found, **kwargs: found(*args, **kwargs)
        ):
            assert not is_kept(app.ensure_sync(loop_in_use)())
    assert is_kept(app.ensure_sync(loop_in_use)())


@pytest.mark.parametrize("module", ["asgiref", "asgiref.sync"])
def test_without_asgiref(app, monkeypatch, module):
    monkeypatch.delitem(sys.modules, "asgiref.sync")
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(RuntimeError, match=r"'loop_in_use' is 'async def', which takes asgiref"):
        app.ensure_sync(loop_in_use)


# --- what is left to asgiref


@pytest.mark.parametrize(
    ("name", "question"),
    [("gevent.monkey", "is_module_patched"), ("eventlet.patcher", "is_monkey_patched")],
)
def test_threads_that_are_greenlets(app, monkeypatch, name, question):
    patched = []
    module = SimpleNamespace(**{question: lambda module: bool(patched)})
    monkeypatch.setitem(sys.modules, name, module)
    assert is_kept(app.ensure_sync(loop_in_use)())
    patched.append(True)
    assert not is_kept(app.ensure_sync(loop_in_use)())


def test_loops_of_somebody_else(app, monkeypatch):
    """uvloop and others set a policy; what it makes is used."""

    class Loop(asyncio.SelectorEventLoop):
        pass

    policy = SimpleNamespace(new_event_loop=Loop, set_event_loop=lambda loop: None)
    assert is_kept(app.ensure_sync(loop_in_use)())
    with monkeypatch.context() as patch:
        patch.setattr(asyncio.events, "_event_loop_policy", policy)
        assert type(app.ensure_sync(loop_in_use)()) is Loop
    assert is_kept(app.ensure_sync(loop_in_use)())


def test_a_python_whose_loops_have_other_attributes(app, monkeypatch):
    module: ModuleType = sys.modules[_coroutines.KeptLoop.__module__]
    monkeypatch.setattr(module, "_ATTRIBUTES", frozenset(["_attribute_of_the_future"]))
    monkeypatch.setattr(_coroutines._Policy, "asked", object())
    assert not is_kept(app.ensure_sync(loop_in_use)())
    monkeypatch.undo()
    monkeypatch.setattr(_coroutines._Policy, "asked", object())
    assert is_kept(app.ensure_sync(loop_in_use)())


def test_a_thread_that_asgiref_was_told_to_use(app):
    single = getattr(sync, "AsyncSingleThreadContext", None)
    if single is None:
        pytest.skip("this asgiref cannot be told")
    with single():
        assert not is_kept(app.ensure_sync(loop_in_use)())
    assert is_kept(app.ensure_sync(loop_in_use)())
