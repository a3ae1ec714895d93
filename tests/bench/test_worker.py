"""The side of a benchmark that runs applications, as a process and as functions."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from flaskfast._bench import worker as bench
from flaskfast._bench.rounds import Failure, Worker

pytestmark = pytest.mark.flavourless

APP = """
import os

def app(environ, start_response):
    print("this goes to standard error")
    if environ["PATH_INFO"] == "/raise":
        raise RuntimeError("the view failed")
    body = (environ["PATH_INFO"] + "?" + environ["QUERY_STRING"]).encode()
    if environ["PATH_INFO"] == "/random":
        body = os.urandom(8)
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]

def make():
    return app
"""


@pytest.fixture
def spec(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    (tmp_path / "little.py").write_text(APP)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    return {"app": "little:app", "framework": "flask", "path": "/a?b=1", "headers": {}}


def started(spec: dict[str, Any]) -> tuple[Worker, Any]:
    worker = Worker(spec)
    try:
        return worker, worker.receive(60)
    except Failure:
        worker.close()
        raise


def test_answers_what_the_app_answers_and_how_long_it_takes(spec: dict[str, Any]) -> None:
    worker, answer = started(spec)
    try:
        assert answer["status"] == "200 OK"
        assert answer["content_type"] == "text/plain"
        assert answer["body"] == "/a?b=1"
        assert answer["steady"] is True
        assert worker.run(10) > 0
        assert "this goes to standard error" in worker.complaint()
    finally:
        worker.close()
    assert worker.process.returncode == 0


def test_tells_when_the_body_changes(spec: dict[str, Any]) -> None:
    worker, answer = started({**spec, "path": "/random"})
    worker.close()
    assert answer["steady"] is False


def test_calls_a_factory(spec: dict[str, Any]) -> None:
    worker, answer = started({**spec, "app": "little:make()"})
    worker.close()
    assert answer["body"] == "/a?b=1"


@pytest.mark.parametrize(
    ("change", "kind", "text"),
    [
        ({"path": "/raise"}, "broken", "RuntimeError: the view failed"),
        ({"app": "absent:app"}, "absent", "There is no module absent here"),
        ({"app": "little:other"}, "absent", "Module little has no other"),
        ({"framework": "no_such_framework"}, "absent", "pip install no_such_framework"),
        ({"path": None}, "absent", "Name paths: --path /x"),
    ],
)
def test_says_what_went_wrong(
    spec: dict[str, Any], change: dict[str, Any], kind: str, text: str
) -> None:
    with pytest.raises(Failure) as caught:
        started({**spec, **change})
    assert caught.value.kind == kind
    assert text in str(caught.value)


def test_refuses_a_flask_that_is_flaskfast(spec: dict[str, Any], tmp_path: Any) -> None:
    (tmp_path / "sitecustomize.py").write_text("import flaskfast; flaskfast.install_as_flask()")
    (tmp_path / "little.py").write_text("import flask\napp = flask.Flask('little')\n")
    root = bench.Path(bench.__file__).parents[2]
    worker = Worker(spec, environment={"PYTHONPATH": f"{tmp_path}:{root}"})
    try:
        with pytest.raises(Failure, match="'import flask' means flaskfast"):
            worker.receive(60)
    finally:
        worker.close()


def test_each_framework_is_alone_in_its_worker(spec: dict[str, Any], tmp_path: Any) -> None:
    (tmp_path / "little.py").write_text(
        "import sys\nimport flask\napp = flask.Flask('little')\n"
        "@app.get('/a')\n"
        "def modules():\n"
        "    return flask.Flask.__module__ + ' ' + str(sorted(\n"
        "        m for m in ('flask.app', 'flaskfast.app')\n"
        "        if m in sys.modules and sys.modules[m].__name__ == m))\n"
    )
    worker, answer = started(spec)
    worker.close()
    assert answer["body"] == "flask.app ['flask.app']"
    worker, answer = started({**spec, "framework": "flaskfast"})
    worker.close()
    assert "'flask.app'" not in answer["body"]


def test_a_worker_that_dies_is_a_failure(spec: dict[str, Any], tmp_path: Any) -> None:
    (tmp_path / "little.py").write_text("import os, sys\nsys.stderr.write('bye')\nos._exit(3)\n")
    with pytest.raises(Failure, match=r"exit code 3.*bye"):
        started(spec)


def test_a_worker_that_never_answers_is_ended(spec: dict[str, Any], tmp_path: Any) -> None:
    (tmp_path / "little.py").write_text("import time\ntime.sleep(600)\n")
    worker = Worker(spec)
    try:
        with pytest.raises(Failure, match="not ready within 0 seconds"):
            worker.receive(0.2)
        assert worker.process.wait(10) != 0
    finally:
        worker.close()


def test_environ_is_a_browsers() -> None:
    environ = bench.make_environ(
        "/a/b?c=d", method="POST", headers={"X-One": "1", "Accept": ""}, body=b"12345"
    )
    assert environ["PATH_INFO"] == "/a/b"
    assert environ["QUERY_STRING"] == "c=d"
    assert environ["HTTP_X_ONE"] == "1"
    assert "HTTP_ACCEPT" not in environ
    assert environ["HTTP_HOST"] == "bench.example:8000"
    assert environ["CONTENT_LENGTH"] == "5"
    assert "CONTENT_LENGTH" not in bench.make_environ("/")


def test_serving_takes_the_answer_to_its_end() -> None:
    seen: list[str] = []

    class Chunks:
        def __iter__(self) -> Any:
            yield b"a"
            seen.append("exhausted")

        def close(self) -> None:
            seen.append("closed")

    def app(environ: dict[str, Any], start_response: Any) -> Any:
        assert environ["wsgi.input"].read() == b"body"
        start_response("200 OK", [])
        return Chunks()

    bench.serve(app, {"x": 1}, b"body", 2)
    assert seen == ["exhausted", "closed"] * 2


def test_an_app_that_never_starts_its_response_is_wrong() -> None:
    with pytest.raises(bench.WrongAnswer, match="never called start_response"):
        bench.ask(lambda environ, start_response: [b""], {})


def test_running_before_loading_is_an_answer_not_a_crash() -> None:
    reply = io.StringIO()
    bench.talk(lambda spec: None, ['{"do": "run", "n": 1}\n'], reply)  # type: ignore[arg-type, return-value]
    answer = json.loads(reply.getvalue())
    assert answer["kind"] == "broken"
    assert "Nothing is loaded" in answer["error"]
