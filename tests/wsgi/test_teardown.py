"""Teardown functions run once, with the right exception, and leave no context behind."""

from __future__ import annotations

import contextvars
import gc
import threading
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from werkzeug.exceptions import ServiceUnavailable

from .gateway import Answer, call, environ_for

Seen = list[tuple[str, "type[BaseException] | None"]]


class Failure(Exception):
    """Raised on purpose."""


class Another(Exception):
    """Raised on purpose while a failure is handled."""


def _app(flask: ModuleType, seen: Seen) -> Any:
    app = flask.Flask(__name__)
    app.secret_key = "of this test"
    app.add_url_rule("/", "index", lambda: "fine")

    @app.teardown_request
    def request_is_over(error: BaseException | None) -> None:
        seen.append(("request", type(error) if error else None))
        assert flask.request.path
        assert flask.has_app_context()

    @app.teardown_appcontext
    def context_is_over(error: BaseException | None) -> None:
        seen.append(("app", type(error) if error else None))
        assert flask.current_app.name == app.name

    return app


def _once(error: type[BaseException] | None) -> Seen:
    return [("request", error), ("app", error)]


def _raise(error: BaseException) -> Any:
    raise error


def _nothing_is_current(flask: ModuleType) -> bool:
    return not flask.has_request_context() and not flask.has_app_context()


def _break_view(flask: ModuleType, app: Any, error: BaseException) -> None:
    app.view_functions["index"] = lambda: _raise(error)


def _break_before(flask: ModuleType, app: Any, error: BaseException) -> None:
    app.before_request(lambda: _raise(error))


def _break_after(flask: ModuleType, app: Any, error: BaseException) -> None:
    app.after_request(lambda response: _raise(error))


def _break_preprocessor(flask: ModuleType, app: Any, error: BaseException) -> None:
    app.url_value_preprocessor(lambda endpoint, values: _raise(error))


def _break_this_request(flask: ModuleType, app: Any, error: BaseException) -> None:
    def index() -> str:
        flask.after_this_request(lambda response: _raise(error))
        return "fine"

    app.view_functions["index"] = index


def _break_session_opening(flask: ModuleType, app: Any, error: BaseException) -> None:
    class Interface(flask.sessions.SecureCookieSessionInterface):  # type: ignore[misc, name-defined]
        def open_session(self, app: Any, request: Any) -> Any:
            raise error

    app.session_interface = Interface()


def _break_session_saving(flask: ModuleType, app: Any, error: BaseException) -> None:
    class Interface(flask.sessions.SecureCookieSessionInterface):  # type: ignore[misc, name-defined]
        def save_session(self, app: Any, session: Any, response: Any) -> None:
            raise error

    def index() -> str:
        flask.session["visits"] = 1
        return "fine"

    app.session_interface = Interface()
    app.view_functions["index"] = index


def _break_signal(flask: ModuleType, app: Any, error: BaseException) -> None:
    def receiver(sender: Any, **extra: Any) -> None:
        raise error

    app.receiver = receiver  # the signal holds it weakly
    flask.request_started.connect(receiver, app)


_BREAKS = [
    _break_view,
    _break_before,
    _break_after,
    _break_preprocessor,
    _break_this_request,
    _break_session_opening,
    _break_session_saving,
    _break_signal,
]


@pytest.mark.parametrize("break_it", _BREAKS)
def test_an_exception_is_answered_and_told(
    flask: ModuleType, break_it: Callable[[ModuleType, Any, BaseException], None]
) -> None:
    """Whoever raised: 500, each teardown once with that exception; the next request is fine."""
    seen: Seen = []
    app = _app(flask, seen)
    break_it(flask, app, Failure())
    assert call(app, environ_for()).code == 500
    assert seen == _once(Failure)
    assert _nothing_is_current(flask)


@pytest.mark.parametrize("break_it", _BREAKS)
@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, GeneratorExit])
def test_an_exit_passes_through_and_is_told(
    flask: ModuleType,
    break_it: Callable[[ModuleType, Any, BaseException], None],
    error: type[BaseException],
) -> None:
    """What ends a process or greenlet is not turned into an answer, but torn down all the same."""
    seen: Seen = []
    app = _app(flask, seen)
    break_it(flask, app, error())
    with pytest.raises(error):
        call(app, environ_for())
    assert seen == _once(error)
    assert _nothing_is_current(flask)


def test_no_exception(flask: ModuleType) -> None:
    """A request that went well is told so; HEAD and unknown paths too."""
    for environ in (environ_for(), environ_for("/", "HEAD"), environ_for("/no", "POST")):
        seen: Seen = []
        call(_app(flask, seen), environ)
        assert seen == _once(None)


def test_an_answered_exception_is_not_told(flask: ModuleType) -> None:
    """An exception that an error handler answers has been dealt with."""
    seen: Seen = []
    app = _app(flask, seen)
    _break_view(flask, app, Failure())
    app.register_error_handler(Failure, lambda error: ("mended", 202))
    assert call(app, environ_for()).code == 202
    assert seen == _once(None)


def test_an_error_handler_raises(flask: ModuleType) -> None:
    """The second exception is the one that nobody answered."""
    seen: Seen = []
    app = _app(flask, seen)
    _break_view(flask, app, Failure())
    app.register_error_handler(Failure, lambda error: _raise(Another()))
    assert call(app, environ_for()).code == 500
    assert seen == _once(Another)


def test_the_last_error_handler_raises(flask: ModuleType) -> None:
    """Nothing can answer then: the server sees it, teardowns are told what came first."""
    seen: Seen = []
    app = _app(flask, seen)
    _break_view(flask, app, Failure())
    app.register_error_handler(500, lambda error: _raise(Another()))
    with pytest.raises(Another):
        call(app, environ_for())
    assert seen == _once(Failure)
    assert _nothing_is_current(flask)


def test_propagated_exceptions_are_told(flask: ModuleType) -> None:
    """With PROPAGATE_EXCEPTIONS the server sees the exception."""
    seen: Seen = []
    app = _app(flask, seen)
    app.config["PROPAGATE_EXCEPTIONS"] = True
    _break_view(flask, app, Failure())
    with pytest.raises(Failure):
        call(app, environ_for())
    assert seen == _once(Failure)


def test_a_wrong_return_value_is_told(flask: ModuleType) -> None:
    """A view that returns nothing is an error like others."""
    seen: Seen = []
    app = _app(flask, seen)
    app.view_functions["index"] = lambda: None
    assert call(app, environ_for()).code == 500
    assert seen == _once(TypeError)


@pytest.mark.parametrize("registrar", ["teardown_request", "teardown_appcontext"])
def test_a_teardown_raises(flask: ModuleType, registrar: str) -> None:
    """No function runs twice, the other context is torn down and none is left."""
    seen: Seen = []
    app = _app(flask, seen)
    getattr(app, registrar)(lambda error: _raise(Failure()))
    with pytest.raises(Failure):
        call(app, environ_for())
    assert len(seen) == len(set(seen))
    other = "app" if registrar == "teardown_request" else "request"
    assert other in {name for name, _ in seen}
    assert _nothing_is_current(flask)
    app.teardown_request_funcs.clear()
    app.teardown_appcontext_funcs.clear()
    assert call(app, environ_for()).code == 200


def test_start_response_raises(flask: ModuleType) -> None:
    """A server that refuses the headers is no reason to keep the context."""
    seen: Seen = []
    app = _app(flask, seen)
    with pytest.raises(Failure):
        call(app, environ_for(), start_response=lambda *args: _raise(Failure()))
    assert [name for name, _ in seen] == ["request", "app"]
    assert _nothing_is_current(flask)


def test_bottle_cve_2022_31799_errors_before_dispatch(flask: ModuleType) -> None:
    """A host or path that is refused before the view is looked for still ends cleanly."""
    seen: Seen = []
    app = _app(flask, seen)
    app.config["TRUSTED_HOSTS"] = ["good.test"]
    hosts = ["evil.test", "good.test:x", "[", "a b", "", "\xff", "good.test@evil.test", "x" * 9000]
    for host in hosts:
        seen.clear()
        answer = call(app, environ_for(headers={"Host": host}), hostile=True)
        assert (host, answer.code) == (host, 400)
        assert seen == _once(None)
    assert call(app, environ_for(headers={"Host": "good.test"})).code == 200


def test_bottle_cve_2022_31799_adapter_fails(flask: ModuleType) -> None:
    """An application's own create_url_adapter may raise: 500, and torn down."""

    class Strange(flask.Flask):  # type: ignore[misc, name-defined]
        def create_url_adapter(self, request: Any) -> Any:
            if request is not None:
                raise ServiceUnavailable
            return super().create_url_adapter(request)

    seen: Seen = []
    app = Strange(__name__)
    app.teardown_request(lambda error: seen.append(("request", None)))
    assert call(app, environ_for()).code == 503
    assert seen == [("request", None)]


# Streams: the body is made inside the context, after the view has returned.


def _streaming(flask: ModuleType, seen: Seen, end: list[str]) -> Any:
    app = _app(flask, seen)

    @app.route("/stream/<name>")
    def stream(name: str) -> Any:
        def generate() -> Iterator[str]:
            try:
                yield "one " + flask.request.path
                if name == "broken":
                    raise Failure
                yield " two " + flask.request.path
            finally:
                end.append(flask.request.path)

        return flask.Response(flask.stream_with_context(generate()))

    return app


_TWICE = pytest.mark.genuine_fails(
    "Flask 3.1 tears a streamed request down twice: before and after."
)


@pytest.mark.parametrize(
    "pieces", [*(pytest.param(pieces, marks=_TWICE) for pieces in (None, 2, 1)), 0]
)
def test_stream_with_context_is_torn_down(flask: ModuleType, pieces: int | None) -> None:
    """Fully read or abandoned: once, after the body."""
    seen: Seen = []
    end: list[str] = []
    answer = call(_streaming(flask, seen, end), environ_for("/stream/a"), pieces=pieces)
    whole = [b"one /stream/a", b" two /stream/a"]
    assert answer.pieces == whole[:pieces]
    assert end == ([] if pieces == 0 else ["/stream/a"])
    assert [name for name, _ in seen] == ["request", "app"]
    assert _nothing_is_current(flask)


def test_stream_with_context_head(flask: ModuleType) -> None:
    """HEAD never starts the body."""
    seen: Seen = []
    end: list[str] = []
    answer = call(_streaming(flask, seen, end), environ_for("/stream/a", "HEAD"))
    assert (answer.code, answer.body) == (200, b"")
    assert [name for name, _ in seen] == ["request", "app"]


@_TWICE
def test_stream_with_context_raises(flask: ModuleType) -> None:
    """The server sees the exception, and so do the teardown functions."""
    seen: Seen = []
    end: list[str] = []
    with pytest.raises(Failure):
        call(_streaming(flask, seen, end), environ_for("/stream/broken"))
    assert end == ["/stream/broken"]
    assert seen == _once(Failure)
    assert _nothing_is_current(flask)


@_TWICE
def test_stream_with_context_never_closed(flask: ModuleType) -> None:
    """A server that forgets close() leaves it to the garbage collector."""
    seen: Seen = []
    end: list[str] = []
    app = _streaming(flask, seen, end)
    body = iter(app(environ_for("/stream/a"), lambda *args: None))
    assert next(body)
    del body
    gc.collect()
    assert end == ["/stream/a"]
    assert [name for name, _ in seen] == ["request", "app"]
    assert _nothing_is_current(flask)


@pytest.mark.parametrize("pieces", [None, 2, 1, 0])
@pytest.mark.parametrize("times", [1, 3])
def test_what_hooks_set_is_reset_after_a_stream(
    flask: ModuleType, pieces: int | None, times: int
) -> None:
    """A context variable's token is good only where it was made: tracing agents keep one."""
    var = contextvars.ContextVar("span", default="none")
    app = _streaming(flask, [], [])
    ends: list[str] = []

    @app.before_request
    def start() -> None:
        flask.g.token = var.set("open")

    @app.teardown_request
    def stop(error: BaseException | None) -> None:
        token = flask.g.pop("token", None)
        if token is not None:  # genuine Flask calls this twice
            var.reset(token)
            ends.append(flask.request.path)

    for _ in range(times):
        call(app, environ_for("/stream/a"), pieces=pieces)
        assert var.get() == "none"
        assert _nothing_is_current(flask)
    assert ends == ["/stream/a"] * times


def _elsewhere(work: Callable[[], object]) -> None:
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]


_LEAKS = pytest.mark.genuine_breaks("flask#6123: the context stays current on the worker.")


@pytest.mark.parametrize(
    "read_first",
    [
        pytest.param(0, id="unread"),
        pytest.param(1, id="begun", marks=_LEAKS),
        pytest.param(2, id="read", marks=_LEAKS),
    ],
)
def test_beat_2_stream_closed_on_another_thread(flask: ModuleType, read_first: int) -> None:
    """Nothing stays current anywhere, and the worker's next requests are torn down."""
    seen: Seen = []
    end: list[str] = []
    app = _streaming(flask, seen, end)

    def work() -> None:
        body = app(environ_for("/stream/a"), lambda *args: None)
        pieces = iter(body)
        for _ in range(read_first):
            next(pieces)
        _elsewhere(body.close)
        assert _nothing_is_current(flask)
        assert [name for name, _ in seen] == ["request", "app"]
        for _ in range(3):
            seen.clear()
            assert call(app, environ_for()).body == b"fine"
            assert seen == _once(None)

    _elsewhere(work)


@pytest.mark.genuine_breaks("flask#6123: the context stays current on the thread that reads.")
def test_beat_2_stream_begun_here_and_read_elsewhere(flask: ModuleType) -> None:
    """Servers hand a body from worker to worker: each sees its own request in it."""
    seen: Seen = []
    end: list[str] = []
    app = _streaming(flask, seen, end)
    first = app(environ_for("/stream/a"), lambda *args: None)
    second = app(environ_for("/stream/b"), lambda *args: None)
    assert _nothing_is_current(flask)
    pieces: list[bytes] = []

    def read(body: Any) -> None:
        pieces.append(next(body))
        assert _nothing_is_current(flask)

    iterators = [iter(first), iter(second)]
    for _ in range(2):
        for iterator in iterators:
            _elsewhere(lambda iterator=iterator: read(iterator))  # type: ignore[misc]
    _elsewhere(first.close)
    _elsewhere(second.close)
    assert pieces == [b"one /stream/a", b"one /stream/b", b" two /stream/a", b" two /stream/b"]
    assert end == ["/stream/a", "/stream/b"]
    assert [name for name, _ in seen] == ["request", "app"] * 2


@pytest.mark.genuine_breaks("Contexts of two streams are popped in the wrong order.")
def test_two_streams_interleaved_on_one_thread(flask: ModuleType) -> None:
    """A server may write two bodies turn by turn; each piece is made in its own request."""
    seen: Seen = []
    end: list[str] = []
    app = _streaming(flask, seen, end)
    bodies = [app(environ_for(f"/stream/{name}"), lambda *args: None) for name in "ab"]
    iterators = [iter(body) for body in bodies]
    pieces = [next(iterator) for iterator in iterators + iterators]
    for body in bodies:
        body.close()
    assert pieces == [b"one /stream/a", b"one /stream/b", b" two /stream/a", b" two /stream/b"]


def _answers(app: Any, count: int) -> list[Answer]:
    return [call(app, environ_for()) for _ in range(count)]


def test_faults_leave_nothing_behind(flask: ModuleType) -> None:
    """After every kind of fault, twenty times each, 1,000 requests answer 200."""
    seen: Seen = []
    app = _streaming(flask, seen, [])
    faults: dict[str, BaseException] = {
        "/fault/exception": Failure(),
        "/fault/memory": MemoryError(),
        "/fault/recursion": RecursionError(),
        "/fault/exit": SystemExit(3),
    }
    app.add_url_rule("/fault/<name>", "fault", lambda name: _raise(faults[f"/fault/{name}"]))
    for _ in range(20):
        for path, fault in faults.items():
            if isinstance(fault, Exception):
                assert call(app, environ_for(path)).code == 500
            else:
                with pytest.raises(type(fault)):
                    call(app, environ_for(path))
        with pytest.raises(Failure):
            call(app, environ_for("/stream/broken"))
        call(app, environ_for("/stream/a"), pieces=1)
    seen.clear()
    assert {answer.code for answer in _answers(app, 1000)} == {200}
    assert seen == _once(None) * 1000
    assert _nothing_is_current(flask)
