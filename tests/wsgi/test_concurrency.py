"""Threads, greenlets and forked processes: every request sees itself and nobody else."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from .gateway import Answer, call, environ_for

_THREADS = 64
_REQUESTS = 5


def _app(flask: ModuleType) -> Any:
    """Make an application that echoes an id through every place that belongs to a request."""
    app = flask.Flask(__name__)
    app.secret_key = "of this test"
    ended: list[str] = []
    app.ended = ended

    @app.before_request
    def remember() -> None:
        flask.g.name = flask.request.args["id"]
        flask.session["id"] = flask.request.args["id"]
        _pause()

    @app.route("/echo/<name>", methods=["GET", "POST"])
    def echo(name: str) -> Any:
        @flask.after_this_request
        def mark(response: Any) -> Any:
            response.headers["X-Name"] = flask.g.name
            return response

        _pause()
        seen = {
            name, flask.g.name, flask.session["id"], flask.request.args["id"],
            flask.request.form.get("id", name), flask.request.cookies["id"],
            flask.request.headers["X-Id"], flask.request.view_args["name"],
            flask.url_for("echo", name=name).rpartition("/")[2],
            flask.render_template_string("{{ request.args.id }}"),
        }  # fmt: skip
        return flask.jsonify(sorted(seen))

    @app.route("/stream/<name>")
    def stream(name: str) -> Any:
        def pieces() -> Iterator[str]:
            for _ in range(5):
                _pause()
                yield flask.g.name + flask.request.view_args["name"] + ","

        return flask.Response(flask.stream_with_context(pieces()))

    @app.route("/fail/<name>")
    def fail(name: str) -> Any:
        _pause()
        raise KeyError(name)

    @app.errorhandler(KeyError)
    def failed(error: KeyError) -> Any:
        return flask.Response(f"{error.args[0]} {flask.g.name}", status=409)

    @app.teardown_request
    def end(error: BaseException | None) -> None:
        ended.append(flask.request.args["id"] + flask.g.name)

    return app


def _pause() -> None:
    time.sleep(0)


def _environ(path: str, name: str) -> dict[str, Any]:
    headers = {"Cookie": f"id={name}", "X-Id": name}
    if not path.startswith("/echo"):
        return environ_for(f"{path}/{name}", query=f"id={name}", headers=headers)
    form = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    body = f"id={name}".encode()
    return environ_for(f"{path}/{name}", "POST", query=f"id={name}", headers=form, body=body)


def _wrong(flask: ModuleType, app: Any, name: str) -> list[tuple[str, object]]:
    """Ask three times under an id and list the answers that show another one."""
    found: list[tuple[str, object]] = []
    echo = call(app, _environ("/echo", name))
    if flask.json.loads(echo.body) != [name] or echo.header("X-Name") != name:
        found.append((name, echo))
    stream = call(app, _environ("/stream", name))
    if stream.body.decode() != (name * 2 + ",") * 5:
        found.append((name, stream))
    failed = call(app, _environ("/fail", name))
    if (failed.code, failed.body.decode()) != (409, f"{name} {name}"):
        found.append((name, failed))
    if flask.has_request_context() or flask.has_app_context():
        found.append((name, "a context is left"))
    return found


def test_ids_never_mix_between_threads(flask: ModuleType) -> None:
    """64 threads at once, switched as often as the interpreter can."""
    app = _app(flask)
    found: list[tuple[str, object]] = []
    start = threading.Barrier(_THREADS)

    def work(number: int) -> None:
        start.wait()
        for turn in range(_REQUESTS):
            try:
                found.extend(_wrong(flask, app, f"t{number}x{turn}"))
            except Exception as error:
                found.append((str(number), repr(error)))

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
    assert found == []
    names = [f"t{n}x{turn}" * 2 for n in range(_THREADS) for turn in range(_REQUESTS)]
    assert set(app.ended) == set(names)


@pytest.mark.genuine_fails("A streamed request is torn down twice.")
def test_every_request_of_every_thread_ends_once(flask: ModuleType) -> None:
    """As many teardowns as requests."""
    app = _app(flask)

    def work(number: int) -> None:
        for _ in range(_REQUESTS):
            _wrong(flask, app, f"t{number}")

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(app.ended) == 8 * _REQUESTS * 3


def test_the_first_requests_may_come_at_once(flask: ModuleType) -> None:
    """What is made on first use is made once, or harmlessly twice."""
    for _ in range(10):
        app = _app(flask)
        start = threading.Barrier(16)
        found: list[tuple[str, object]] = []

        def work(number: int, app: Any = app, start: Any = start, found: list[Any] = found) -> None:
            start.wait()
            try:
                found.extend(_wrong(flask, app, f"t{number}"))
            except Exception as error:
                found.append((str(number), repr(error)))

        threads = [threading.Thread(target=work, args=(n,)) for n in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == []


def test_ids_never_mix_between_greenlets(flask: ModuleType) -> None:
    """Greenlets (gevent, eventlet) share a thread; each has contexts of its own."""
    greenlet = pytest.importorskip("greenlet")
    if not getattr(greenlet, "GREENLET_USE_CONTEXT_VARS", False):
        pytest.skip("this greenlet has no context variables of its own")
    app = _app(flask)
    hub = greenlet.getcurrent()
    found: list[tuple[str, object]] = []

    def work(name: str) -> None:
        found.extend(_wrong(flask, app, name))

    waiting = [greenlet.greenlet(work) for _ in range(50)]
    names = {worker: f"g{number}" for number, worker in enumerate(waiting)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules[__name__], "_pause", lambda: hub.switch())
        while waiting:
            for worker in list(waiting):
                worker.switch(*([] if worker else [names[worker]]))
                if worker.dead:
                    waiting.remove(worker)
    assert found == []
    assert {name[: len(name) // 2] for name in app.ended} == set(names.values())


_PRE_FORK = """
import os
import {package} as flask
from tests.wsgi.test_concurrency import _app, _wrong
app = _app(flask)
warm = {warm}
if warm:
    assert _wrong(flask, app, "parent") == []
children = []
for number in range(4):
    child = os.fork()
    if not child:
        wrong = [w for turn in range(50) for w in _wrong(flask, app, f"c{{number}}x{{turn}}")]
        os.write(2, repr(wrong).encode()) if wrong else None
        os._exit(1 if wrong else 0)
    children.append(child)
codes = [os.waitpid(child, 0)[1] for child in children]
assert _wrong(flask, app, "parent") == []
print(codes)
"""


@pytest.mark.parametrize("warm", [False, True])
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_fork_after_import(flask: ModuleType, warm: bool) -> None:
    """Pre-fork servers import, may even serve, and then fork."""
    root = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
    program = _PRE_FORK.format(package=flask.__name__, warm=warm)
    paths = [root, os.environ.get("PYTHONPATH", "")]
    run = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
    )
    assert (run.stdout.strip(), run.stderr) == ("[0, 0, 0, 0]", "")


def test_an_application_in_a_request_of_another(flask: ModuleType) -> None:
    """A view may call another application; both contexts come back in order."""
    inner = flask.Flask("inner")
    outer = flask.Flask("outer")
    inner.add_url_rule("/in", "in", lambda: f"{flask.current_app.name} {flask.request.path}")

    @outer.route("/out")
    def out() -> str:
        answer: Answer = call(inner, environ_for("/in"))
        return f"{answer.body.decode()} {flask.current_app.name} {flask.request.path}"

    assert call(outer, environ_for("/out")).body == b"inner /in outer /out"


def test_an_application_in_a_request_of_its_own(flask: ModuleType) -> None:
    """The same with itself: sessions are apart, g belongs to the application's one context."""
    app = flask.Flask(__name__)
    app.secret_key = "of this test"

    @app.route("/<int:depth>")
    def nested(depth: int) -> str:
        flask.g.depth = depth
        flask.session["depth"] = depth
        below = call(app, environ_for(f"/{depth - 1}")).body.decode() if depth else ""
        return f"{below}{flask.g.depth}{flask.session['depth']}{flask.request.path} "

    @app.teardown_request
    def end(error: BaseException | None) -> None:
        assert flask.request.view_args is not None

    assert call(app, environ_for("/2")).body == b"00/0 01/1 02/2 "


@pytest.mark.parametrize("path", ["/echo", "/stream", "/fail"])
def test_no_request_outlives_itself(flask: ModuleType, path: str) -> None:
    """Reference counts alone free a request: no cycle waits for the garbage collector."""
    app = _app(flask)
    references: list[weakref.ref[Any]] = []

    @app.before_request
    def watch() -> None:
        context = flask.globals.request_ctx._get_current_object()
        references.append(weakref.ref(context))
        references.append(weakref.ref(flask.request._get_current_object()))

    call(app, _environ(path, "warm"))
    references.clear()
    gc.collect()
    gc.disable()
    try:
        for number in range(3):
            call(app, _environ(path, f"r{number}"))
        alive = [reference() for reference in references if reference() is not None]
    finally:
        gc.enable()
    assert len(references) == 6
    assert alive == []
