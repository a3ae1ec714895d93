"""Views and hooks that are ``async def``: what they see and leave behind is as in Flask."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import os
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

pytest.importorskip("asgiref")
from asgiref.sync import ThreadSensitiveContext, async_to_sync, sync_to_async

from .gateway import call, environ_for

_name: contextvars.ContextVar[str] = contextvars.ContextVar("name")


def _answer(flask: ModuleType, view: Callable[..., Any]) -> Any:
    """Call a view in a new application twice, in this thread; both answers are the same."""
    app = flask.Flask(__name__)
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.add_url_rule("/", "view", view)
    first = call(app, environ_for("/")).body.decode()
    assert call(app, environ_for("/")).body.decode() == first
    return first


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """What asyncio complains about."""
    caplog.set_level("ERROR", logger="asyncio")
    return caplog


# --- what a coroutine sees


def test_the_loop_and_the_task_are_there(flask: ModuleType) -> None:
    """At the first step and after the coroutine has waited."""

    async def view() -> str:
        def look() -> tuple[Any, ...]:
            loop = asyncio.get_running_loop()
            task = asyncio.current_task()
            assert loop.is_running() and not loop.is_closed()
            assert asyncio.get_event_loop() is loop
            assert task is not None and task.get_loop() is loop
            assert asyncio.all_tasks() == {task}
            with pytest.raises(RuntimeError, match="running"):
                loop.run_until_complete(loop.create_future())
            return (loop, task, threading.get_ident())

        before = look()
        await asyncio.sleep(0)
        between = look()
        await asyncio.sleep(0.001)
        assert before == between == look()
        return "same"

    assert _answer(flask, view) == "same"


def test_everything_that_asyncio_offers(flask: ModuleType) -> None:
    """Tasks, timeouts, threads, servers and clients, queues, generators."""

    async def numbers() -> Any:
        for number in range(3):
            await asyncio.sleep(0)
            yield number

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readline())
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async def view() -> str:
        seen = [number async for number in numbers()]
        seen += await asyncio.gather(*(asyncio.to_thread(pow, n, 2) for n in (2, 3)))
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(asyncio.sleep(60), 0.001)
        queue: asyncio.Queue[int] = asyncio.Queue()
        task = asyncio.create_task(queue.get())
        await queue.put(7)
        seen.append(await task)
        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(b"line\n")
        text = (await reader.readline()).decode().strip()
        writer.close()
        await writer.wait_closed()
        server.close()
        await server.wait_closed()
        await asyncio.sleep(0.01)
        return f"{seen} {text}"

    assert _answer(flask, view) == "[0, 1, 2, 4, 9, 7] line"


def test_the_request_is_seen_wherever_it_goes_on(flask: ModuleType) -> None:
    """In tasks, in threads, in functions of the calling thread."""

    def path() -> str:
        return str(flask.request.path + flask.current_app.name)

    async def view() -> str:
        inside = await asyncio.gather(
            sync_to_async(path)(), asyncio.to_thread(path), asyncio.create_task(asyncio.sleep(0))
        )
        await asyncio.sleep(0)
        assert inside[:2] == [path(), path()]
        return path()

    assert _answer(flask, view) == f"/{__name__}"


def test_context_variables_are_kept_both_ways(flask: ModuleType) -> None:
    """What was set before is seen; what a view sets is seen by what comes after it."""
    app = flask.Flask(__name__)
    seen: list[str] = []

    @app.before_request
    def begin() -> None:
        _name.set("before")

    @app.route("/<way>")
    async def view(way: str) -> str:
        seen.append(_name.get())
        if way == "waits":
            await asyncio.sleep(0)
        if way == "elsewhere":
            await sync_to_async(_name.set)("function")
            seen.append(_name.get())
        _name.set("view")
        flask.g.name = "g"
        if way == "fails":
            raise KeyError(way)
        return way

    @app.errorhandler(KeyError)
    async def failed(error: KeyError) -> str:
        seen.append(_name.get())
        _name.set("handler")
        return "failed"

    @app.after_request
    async def after(response: Any) -> Any:
        seen.append(_name.get() + flask.g.name)
        return response

    def ask(way: str) -> list[str]:
        seen.clear()
        contextvars.copy_context().run(call, app, environ_for(f"/{way}"))
        return seen

    for way in "returns", "waits":
        assert ask(way) == ["before", "viewg"]
    assert ask("elsewhere") == ["before", "function", "viewg"]
    assert ask("fails") == ["before", "view", "handlerg"]


# --- how it ends


class _Odd(BaseException):
    pass


@pytest.mark.parametrize("waits", [False, True])
@pytest.mark.parametrize(
    "error", [KeyError("k"), _Odd(), SystemExit(3), KeyboardInterrupt(), asyncio.CancelledError()]
)
def test_what_is_raised_arrives(flask: ModuleType, error: BaseException, waits: bool) -> None:
    """Whatever it is; and the next request is answered."""
    app = flask.Flask(__name__)
    app.config["PROPAGATE_EXCEPTIONS"] = True
    ended: list[object] = []
    app.teardown_request(ended.append)

    @app.route("/<int:well>")
    async def view(well: int) -> str:
        if waits:
            await asyncio.sleep(0)
        if not well:
            raise error
        return "well"

    for _ in range(2):
        with pytest.raises(type(error)) as caught:
            call(app, environ_for("/0"))
        assert caught.value is error or isinstance(error, asyncio.CancelledError)
        assert call(app, environ_for("/1")).body == b"well"
    assert [type(end) for end in ended] == [type(error), type(None)] * 2


def test_an_error_handler_is_inside_the_error(flask: ModuleType) -> None:
    """`sys.exc_info` tells what is being handled."""
    app = flask.Flask(__name__)

    @app.route("/")
    async def view() -> str:
        raise KeyError("inner")

    @app.errorhandler(KeyError)
    async def failed(error: KeyError) -> str:
        first = sys.exc_info()[1]
        await asyncio.sleep(0)
        assert first is error and sys.exc_info()[1] is error
        return "handled"

    assert call(app, environ_for("/")).body == b"handled"


def test_a_task_may_cancel_the_view(flask: ModuleType) -> None:
    """The view's own cancellation is an error as any other."""

    async def view() -> str:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        try:
            await asyncio.sleep(0)
        except asyncio.CancelledError:
            return "cancelled"
        return "not cancelled"

    assert _answer(flask, view) == "cancelled"


def test_wrong_arguments(flask: ModuleType) -> None:
    """The error is that of the call."""
    app = flask.Flask(__name__)

    async def view() -> str:
        return ""

    with pytest.raises(TypeError, match="unexpected keyword argument"):
        app.ensure_sync(view)(surplus=1)
    assert app.ensure_sync(view)() == ""


# --- what is left behind


def test_tasks_that_are_left_are_cancelled(
    flask: ModuleType, logged: pytest.LogCaptureFixture
) -> None:
    """Before the view's answer is sent; those that were made last have begun."""
    events: list[str] = []

    async def forever(name: str) -> None:
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            events.append(f"cancelled {name}")
            await asyncio.sleep(0)
            events.append(f"ended {name}")
            raise

    async def view() -> str:
        events.clear()
        task = asyncio.create_task(forever("a"))
        await asyncio.sleep(0)
        late = asyncio.create_task(forever("b"))
        assert not task.done() and not late.done()
        return "x"

    _answer(flask, view)
    assert sorted(events[:2]) == ["cancelled a", "cancelled b"]
    assert sorted(events[2:]) == ["ended a", "ended b"]
    assert logged.records == []


def test_a_task_that_fails_when_cancelled_is_reported(
    flask: ModuleType, logged: pytest.LogCaptureFixture
) -> None:
    """By the loop's exception handler."""

    async def failing() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise KeyError("while cancelled") from None

    async def view() -> str:
        task = asyncio.create_task(failing())
        await asyncio.sleep(0)
        assert not task.done()
        return "x"

    _answer(flask, view)
    assert [repr(r.exc_info[1]) for r in logged.records if r.exc_info] == [
        "KeyError('while cancelled')"
    ] * 2


def test_generators_that_are_left_are_closed(flask: ModuleType) -> None:
    """Those that are kept, and those that nobody has."""
    closed: list[str] = []
    kept: list[Any] = []

    async def numbers(name: str) -> Any:
        try:
            yield 1
            yield 2
        finally:
            await asyncio.sleep(0)
            closed.append(name)

    async def view() -> str:
        kept.append(numbers("kept"))
        await kept[-1].__anext__()
        async for _ in numbers("dropped"):
            break
        await asyncio.sleep(0.001)
        return "x"

    async def view_at_once() -> str:
        kept.append(numbers("at once"))
        await kept[-1].__anext__()
        return "x"

    _answer(flask, view)
    _answer(flask, view_at_once)
    assert closed[4:] == ["at once"] * 2
    assert sorted(closed[:4]) == ["dropped", "dropped", "kept", "kept"]


def test_nothing_of_a_request_comes_in_another(flask: ModuleType) -> None:
    """Timers, callbacks, signals by threads and settings of the loop end with the request."""
    late: list[str] = []
    loops: list[Any] = []
    ended: list[bool] = []

    def come(count: int) -> None:
        # On a busy machine a request may last until its own timer is due.
        if ended or len(loops) > count:
            late.append("timer")

    async def view() -> str:
        loop = asyncio.get_running_loop()
        assert loop.get_exception_handler() is None and loop.get_task_factory() is None
        loops.append(loop)
        loop.call_later(0.001, come, len(loops))
        loop.set_exception_handler(lambda *_: None)
        loop.set_task_factory(lambda loop, coro, **kwargs: asyncio.Task(coro, loop=loop, **kwargs))
        return "x"

    async def slow() -> str:
        await asyncio.sleep(0.01)
        return "slow"

    _answer(flask, view)
    ended.append(True)
    assert loops[0].is_closed()
    with pytest.raises(RuntimeError, match="Event loop is closed"):
        loops[0].call_soon_threadsafe(late.append, "thread")
    _answer(flask, slow)
    assert late == []


def test_a_loop_is_of_no_use_after_its_request(flask: ModuleType) -> None:
    """It is closed to whoever has kept it, also where nothing was left behind."""
    loops: list[Any] = []

    async def view() -> str:
        loops.append(asyncio.get_running_loop())
        return "x"

    _answer(flask, view)
    coroutine = asyncio.sleep(0)
    try:
        for loop in loops:
            assert loop.is_closed() and not loop.is_running()
            with pytest.raises(RuntimeError, match="Event loop is closed"):
                asyncio.run_coroutine_threadsafe(coroutine, loop)
            with pytest.raises(RuntimeError, match="Event loop is closed"):
                loop.call_later(1, print)
            with pytest.raises(RuntimeError, match="Event loop is closed"):
                loop.run_until_complete(coroutine)
    finally:
        coroutine.close()


def test_threads_of_the_loop_have_ended(flask: ModuleType) -> None:
    """What `to_thread` was asked for is waited for."""
    done: list[int] = []

    def work() -> None:
        time.sleep(0.02)
        done.append(1)

    async def view() -> str:
        task = asyncio.create_task(asyncio.to_thread(work))
        await asyncio.sleep(0)
        assert not task.done()
        return "x"

    before = threading.active_count()
    _answer(flask, view)
    assert done == [1, 1]
    assert threading.active_count() <= before + 1  # asgiref's own may still be ending


def test_a_view_that_stops_the_loop(flask: ModuleType) -> None:
    """As `asyncio.run` has it."""

    async def view() -> str:
        asyncio.get_running_loop().stop()
        await asyncio.sleep(1)
        return "x"

    async def well() -> str:
        await asyncio.sleep(0)
        return "well"

    with pytest.raises(RuntimeError, match="Event loop stopped before Future completed"):
        _answer(flask, view)
    assert _answer(flask, well) == "well"


# --- where it runs


def test_a_running_loop_is_in_the_way(flask: ModuleType) -> None:
    """asgiref says so; nothing is left that was never awaited."""
    app = flask.Flask(__name__)

    @app.route("/")
    async def view() -> str:
        return app.ensure_sync(inner)()  # type: ignore[no-any-return]

    async def inner() -> str:
        return "inner"

    app.config["PROPAGATE_EXCEPTIONS"] = True
    with pytest.raises(RuntimeError, match="same thread as an async event loop"):
        call(app, environ_for("/"))

    async def outside() -> None:
        app.ensure_sync(inner)()

    with pytest.raises(RuntimeError, match="same thread as an async event loop"):
        asyncio.run(outside())


def test_thread_sensitive_functions_run_in_the_calling_thread(flask: ModuleType) -> None:
    """Alone, several at once, in tasks, within each other; the view's thread stays the same."""
    caller = threading.get_ident()

    def nested(depth: int) -> list[int]:
        here = [threading.get_ident()]
        if depth:
            here += async_to_sync(deeper)(depth - 1)
        return here

    async def deeper(depth: int) -> list[int]:
        await asyncio.sleep(0)
        return await sync_to_async(nested)(depth)

    async def view() -> str:
        threads = {await sync_to_async(threading.get_ident)()}
        own = threading.get_ident()
        threads |= set(await asyncio.gather(*(sync_to_async(threading.get_ident)() for _ in "abc")))
        assert threading.get_ident() == own
        threads.add(await asyncio.create_task(sync_to_async(threading.get_ident)()))
        threads |= set(await sync_to_async(nested)(3))
        await asyncio.sleep(0)
        assert threading.get_ident() == own
        assert await sync_to_async(threading.get_ident, thread_sensitive=False)() != caller
        return "here" if threads == {caller} else f"{threads} {caller}"

    assert _answer(flask, view) == "here"


def test_the_loop_goes_on_while_such_a_function_runs(flask: ModuleType) -> None:
    """A function may wait for what a task does."""

    async def view() -> str:
        begun, told, second = threading.Event(), threading.Event(), threading.Event()

        async def tell() -> None:
            while not begun.is_set():
                await asyncio.sleep(0.001)
            told.set()

        def wait() -> bool:
            begun.set()
            return told.wait(30)

        async def first() -> bool:
            found = await sync_to_async(wait)()
            second.set()  # what the function after it is waiting for
            return found

        found = await asyncio.gather(first(), sync_to_async(second.wait)(30), tell())
        return str(found)

    assert _answer(flask, view) == "[True, True, None]"


def test_what_such_a_function_raises_arrives(flask: ModuleType) -> None:
    """`StopIteration` apart, which no coroutine can raise."""

    def fail() -> None:
        raise KeyError("from the function")

    async def view() -> str:
        with pytest.raises(KeyError, match="from the function"):
            await sync_to_async(fail)()
        return "x"

    _answer(flask, view)


def test_such_a_function_that_nobody_waits_for(flask: ModuleType) -> None:
    """It is run, or cancelled; the answer does not wait for ever."""

    async def view() -> str:
        task = asyncio.create_task(sync_to_async(time.sleep)(0.001))
        await asyncio.sleep(0)
        assert not task.done()
        return "x"

    _answer(flask, view)


def test_asgiref_is_not_confused_afterwards(flask: ModuleType) -> None:
    """A view's loop is not taken for one that still runs."""

    async def view() -> str:
        return str(await sync_to_async(plain)())

    def plain() -> str:
        return str(async_to_sync(coroutine)())

    async def coroutine() -> str:
        return str(await sync_to_async(lambda: "inner")())

    app = flask.Flask(__name__)
    app.add_url_rule("/", "view", view)
    for _ in range(2):
        assert call(app, environ_for("/")).body == b"inner"
        assert plain() == "inner"
        assert asyncio.run(coroutine()) == "inner"


def test_under_an_asynchronous_server(flask: ModuleType) -> None:
    """A view called from a loop's thread pool runs on that loop."""
    loops: list[Any] = []

    async def view() -> str:
        loops.append(asyncio.get_running_loop())
        await asyncio.sleep(0)
        return str(await sync_to_async(threading.get_ident)() == worker.pop())

    worker: list[int] = []
    app = flask.Flask(__name__)
    app.add_url_rule("/", "view", view)

    def serve() -> bytes:
        worker.append(threading.get_ident())
        return call(app, environ_for("/")).body

    async def main() -> bytes:
        loops.append(asyncio.get_running_loop())
        async with ThreadSensitiveContext():
            return bytes(await sync_to_async(serve)())

    assert asyncio.run(main()) == b"True"
    assert loops[0] is loops[1]


_THREADS = 64


def test_ids_never_mix_between_threads(flask: ModuleType) -> None:
    """64 threads at once, switched as often as the interpreter can."""
    app = flask.Flask(__name__)

    @app.route("/<name>")
    async def view(name: str) -> str:
        _name.set(name)
        flask.g.name = name
        await asyncio.sleep(0)
        inside = await sync_to_async(lambda: flask.g.name + flask.request.view_args["name"])()
        return f"{name}{inside}{_name.get()}{flask.request.path}"

    @app.after_request
    async def after(response: Any) -> Any:
        response.headers["X-Name"] = _name.get() + flask.g.name
        return response

    wrong: list[object] = []
    start = threading.Barrier(_THREADS)

    def work(number: int) -> None:
        start.wait()
        for turn in range(3):
            name = f"t{number}x{turn}"
            answer = call(app, environ_for(f"/{name}"))
            expected = (f"{name * 4}/{name}".encode(), name * 2)
            if (answer.body, answer.header("X-Name")) != expected:
                wrong.append(answer)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        threads = [threading.Thread(target=work, args=(n,)) for n in range(_THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert wrong == []


@pytest.mark.parametrize("error", [False, True])
@pytest.mark.parametrize("waits", [False, True])
def test_no_request_outlives_itself(waits: bool, error: bool) -> None:
    """Reference counts alone free a request; asgiref's own leaves cycles."""
    import flaskfast as flask

    app = flask.Flask(__name__)
    references: list[weakref.ref[Any]] = []

    @app.route("/")
    async def view() -> str:
        references.append(weakref.ref(flask.request._get_current_object()))  # type: ignore[attr-defined]
        if waits:
            await asyncio.sleep(0)
        if error:
            raise KeyError("x")
        return "x"

    @app.errorhandler(KeyError)
    async def failed(error: KeyError) -> str:
        return "failed"

    call(app, environ_for("/"))
    references.clear()
    gc.collect()
    gc.disable()
    try:
        for _ in range(3):
            call(app, environ_for("/"))
        alive = [reference() for reference in references if reference() is not None]
    finally:
        gc.enable()
    assert len(references) == 3
    assert alive == []


_PRE_FORK = """
import asyncio, os, sys
import {package} as flask
from tests.wsgi.gateway import call, environ_for

app = flask.Flask(__name__)

@app.route("/<name>")
async def view(name):
    await asyncio.sleep(0)
    return name + await asyncio.to_thread(lambda: flask.request.path)

@app.route("/quick/<name>")
async def quick(name):
    return name

def ask(name):
    assert call(app, environ_for("/quick/" + name)).body.decode() == name
    assert call(app, environ_for("/" + name)).body.decode() == name + "/" + name
    assert call(app, environ_for("/quick/" + name)).body.decode() == name

ask("parent")
children = []
for number in range(3):
    child = os.fork()
    if not child:
        for turn in range(20):
            ask("c%dx%d" % (number, turn))
        sys.exit(0)
    children.append(child)
    ask("parent")
codes = [os.waitpid(child, 0)[1] for child in children]
ask("parent")
print(codes)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_fork(flask: ModuleType) -> None:
    """Each process has loops of its own; nothing is said at the end of any."""
    root = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
    paths = [root, os.environ.get("PYTHONPATH", "")]
    run = subprocess.run(
        [sys.executable, "-W", "error", "-W", "ignore:.*fork:DeprecationWarning", "-c",
         _PRE_FORK.format(package=flask.__name__)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
    )  # fmt: skip
    assert (run.stdout.strip(), run.stderr) == ("[0, 0, 0]", "")
