"""Servers, test runners and workers that are started by `flaskfast exec`, unmodified."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path

import pytest

from .environments import Environment

# Guards against programs that hang; polling ends as soon as there is an answer or an end.
START_SECONDS = 120
STOP_SECONDS = 5  # both uwsgi and granian may miss a signal right after their start

APP = """
import os
from importlib.metadata import version
import flask
from flask import Flask, jsonify

app = Flask(__name__)

@app.get("/")
def report():
    return jsonify(package=flask.__name__, app=type(app).__module__, version=version("flask"),
                   process=os.getpid())
"""
EXPECTED = {"package": "flaskfast", "app": "flaskfast.app", "version": "3.1.3"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def started(environment: Environment, command: list[str], cwd: Path) -> Iterator[int]:
    """Run a command under `flaskfast exec` in a session of its own; give its process id."""
    with (cwd / "output").open("w+b") as output:
        process = subprocess.Popen(
            [environment.python, "-m", "flaskfast", "exec", *command],
            cwd=cwd,
            env=environment.variables({"PYTHONUNBUFFERED": "1"}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield process.pid
            assert process.poll() is None, f"it ended with {process.returncode}"
        except BaseException:
            print((cwd / "output").read_text(errors="replace")[-6000:])
            raise
        finally:
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a program, and what is left of its session then."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.terminate()
        process.wait(STOP_SECONDS)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def poll(pid: int, attempt: str | Path) -> bytes:
    """Return what a URL answers or a file contains, as soon as it does."""
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        try:
            if isinstance(attempt, Path):
                text = attempt.read_bytes()
            else:
                with urllib.request.urlopen(attempt, timeout=10) as answer:
                    text = answer.read()
            if text:
                return bytes(text)
        except (OSError, HTTPException):  # a server that is restarting may go in the middle
            pass
        assert os.waitpid(pid, os.WNOHANG) == (0, 0), f"{pid} ended before {attempt} was there"
        time.sleep(0.05)
    raise AssertionError(f"{attempt} is not there after {START_SECONDS} s")


SERVERS = {
    "gunicorn": ["gunicorn", "-w", "2", "-b", "127.0.0.1:{port}", "app:app"],
    "gunicorn-preload-gthread": [
        "gunicorn", "--preload", "-k", "gthread", "-b", "127.0.0.1:{port}", "app:app",
    ],
    "granian": [
        "granian", "--interface", "wsgi", "--workers", "2", "--port", "{port}", "app:app",
    ],
    "uwsgi": [
        "uwsgi", "--http-socket", "127.0.0.1:{port}", "--master", "--processes", "2",
        "--need-app", "--die-on-term", "--module", "app:app",
    ],
    "flask-run": ["flask", "run", "--port", "{port}"],
    "flask-run-reload": ["flask", "run", "--debug", "--port", "{port}"],
    "python-m-flask-run": ["python", "-m", "flask", "run", "--port", "{port}"],
    "script": ["python", "script.py", "{port}"],
    "opentelemetry": [
        "opentelemetry-instrument", "--traces_exporter", "none", "--metrics_exporter", "none",
        "--logs_exporter", "none", "gunicorn", "-b", "127.0.0.1:{port}", "app:app",
    ],
}  # fmt: skip
NOT_OURS_TO_START = {"uwsgi", "opentelemetry"} if sys.implementation.name != "cpython" else set()


@pytest.mark.served
@pytest.mark.parametrize("name", sorted(SERVERS.keys() - NOT_OURS_TO_START))
def test_servers(environment: Environment, tmp_path: Path, name: str) -> None:
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "script.py").write_text(
        "import sys\nfrom app import app\napp.run(port=int(sys.argv[1]))\n"
    )
    port = free_port()
    command = [part.format(port=port) for part in SERVERS[name]]
    with started(environment, command, tmp_path) as pid:
        found = json.loads(poll(pid, f"http://127.0.0.1:{port}/"))
    if name == "opentelemetry":  # puts a class of its own in Flask's place
        assert found.pop("app") == "opentelemetry.instrumentation.flask"
    assert found.items() >= {key: EXPECTED[key] for key in EXPECTED.keys() & found.keys()}.items()
    in_a_child = {"flask-run-reload"} | {n for n in SERVERS if n.startswith(("guni", "gran", "uw"))}
    assert (found["process"] != pid) == (name in in_a_child | {"opentelemetry"})


def test_the_reloader_restarts_as_flaskfast(environment: Environment, tmp_path: Path) -> None:
    app = tmp_path / "app.py"
    app.write_text(APP)
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    with started(environment, ["flask", "run", "--debug", "--port", str(port)], tmp_path) as pid:
        first = json.loads(poll(pid, url))
        app.write_text(APP.replace("package=", "again=True, package="))
        give_up = time.monotonic() + START_SECONDS
        while "again" not in (second := json.loads(poll(pid, url))):
            assert time.monotonic() < give_up
            time.sleep(0.1)
    assert second["process"] != first["process"]
    assert second.items() >= EXPECTED.items()


def test_pytest(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "test_app.py").write_text(
        "import flask, flask.testing\n"
        "from app import app\n"
        "def test_app():\n"
        "    assert app.test_client().get('/').json['package'] == 'flaskfast'\n"
        "    assert type(app.test_client()) is flask.testing.FlaskClient\n"
    )
    for command in (
        ["pytest"],
        ["python", "-m", "pytest"],
        # Rewriting assertions in every file, it looks for all modules with a finder of its own.
        ["pytest", "-o", "python_files=*.py"],
    ):
        done = environment.run(
            *command, "-q", "-p", "no:cacheprovider", "test_app.py", cwd=tmp_path, launched=True
        )
        assert done.returncode == 0, done.stdout
        assert "1 passed" in done.stdout


def test_a_celery_worker(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "tasks.py").write_text(
        "from pathlib import Path\n"
        "from celery import Celery, signals\n"
        "import flask\n"
        "from flask import Flask\n"
        "app = Celery('tasks', broker='memory://')\n"
        "@signals.worker_process_init.connect\n"
        "def ready(**arguments):\n"
        "    text = f'{flask.__name__} {Flask(__name__).__class__.__module__}'\n"
        "    Path('ready.part').write_text(text)\n"
        "    Path('ready.part').rename('ready')\n"
    )
    command = ["celery", "-A", "tasks", "worker", "-c", "1", "--without-mingle", "-l", "ERROR"]
    with started(environment, command, tmp_path) as pid:
        assert poll(pid, tmp_path / "ready") == b"flaskfast flaskfast.app"


@pytest.mark.parametrize("command", [["flask"], ["python", "-m", "flask"], ["-m", "flask"]])
def test_the_flask_command_with_or_without_its_script(
    environment: Environment, tmp_path: Path, command: list[str]
) -> None:
    assert (environment.scripts / "flask").exists() == environment.genuine
    (tmp_path / "app.py").write_text(APP)
    done = environment.run(*command, "routes", cwd=tmp_path, launched=True)
    assert done.returncode == 0, done.stderr
    assert "report" in done.stdout and "/static/<path:filename>" in done.stdout
    help_text = environment.run(*command, "--help", cwd=tmp_path, launched=True).stdout
    commands = {line.split()[0] for line in help_text.partition("Commands:")[2].splitlines()[1:]}
    assert commands == {"routes", "run", "shell"}


def test_dotenv_and_cli_settings_do_not_leak(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("FROM_DOTENV=1\n")
    (tmp_path / ".flaskenv").write_text("FLASK_APP=other\n")
    code = "import os; print([k for k in os.environ if k.startswith(('FLASK_', 'FROM_'))])"
    done = environment.run("python", "-c", code, cwd=tmp_path, launched=True)
    assert done.stdout == "[]\n"
