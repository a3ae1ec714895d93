"""`flaskfast serve`: real processes, real sockets."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from flaskfast import kernels, serve
from tests.served.servers import ROOT, free_port

pytestmark = pytest.mark.served

PATIENCE = 120  # seconds until a test gives up on a process: never a measure of speed

# granian's thread that waits for a worker may have reaped it and not yet written that down when
# its main thread asks: it then says that a dead worker would not go.
RACE = r"(\[WARNING\] Killing worker-\d after it refused.*\n)?"

APP = """
import os, sys
from flask import Flask
import flask

app = Flask(__name__)

@app.get("/")
def index():
    return {"flask": flask.Flask.__module__, "pid": os.getpid(), "name": app.config.get("NAME")}

@app.get("/slow")
def slow():
    import time
    open("in-flight", "w").close()
    time.sleep(1)
    return "done"

@app.get("/crash")
def crash():
    os._exit(3)

def create_app(name="factory", *, suffix=""):
    app.config["NAME"] = name + suffix
    return app

def wrapped(environ, start_response):
    environ["PATH_INFO"] = "/"
    return app(environ, start_response)

class Middleware:
    def __call__(self, environ, start_response):
        return wrapped(environ, start_response)

middleware = Middleware()
number = 7
"""


class Server:
    """A `flaskfast serve` of ours, and what it writes."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path) -> None:
        self.process = process
        self.folder = folder

    def stdout(self) -> str:
        return (self.folder / "stdout").read_text()

    def stderr(self) -> str:
        return (self.folder / "stderr").read_text()

    def until(self, happened: Callable[[], object]) -> None:
        give_up = time.monotonic() + PATIENCE
        while not happened():
            assert self.process.poll() is None, f"it ended:\n{self.stdout()}{self.stderr()}"
            assert time.monotonic() < give_up, f"it hangs:\n{self.stdout()}{self.stderr()}"
            time.sleep(0.02)

    def port(self) -> int:
        """Return the port of the start line, when something listens there."""
        self.until(lambda: "\n" in self.stdout())
        match = re.search(r" on http://[\w.:\[\]]+?:(\d+): ", self.stdout())
        assert match is not None, self.stdout()
        port = int(match[1])
        self.until(lambda: _listens(port))
        return port

    def get(self, path: str = "/") -> bytes:
        # A worker that dies may reset the connection at any of these steps.
        with closing(self.connection()) as connection:
            connection.request("GET", path, headers={"Connection": "close"})
            with connection.getresponse() as response:
                assert response.status == 200
                return response.read()

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port(), timeout=PATIENCE)

    def ended(self) -> int:
        return self.process.wait(PATIENCE)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop.py").write_text(APP)
    return tmp_path


@contextmanager
def serving(folder: Path, *arguments: str, **environment: str) -> Iterator[Server]:
    command = [sys.executable, "-m", "flaskfast", "serve", *arguments]
    settings = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    with open(folder / "stdout", "wb") as out, open(folder / "stderr", "wb") as err:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=settings,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
    try:
        yield Server(process, folder)
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()


@pytest.mark.parametrize(
    ("app_path", "name"),
    [
        ("shop", None),
        ("shop.py", None),
        ("shop:app", None),
        ("shop:create_app", "factory"),
        ("shop:create_app()", "factory"),
        ("shop:create_app('x', suffix='y')", "xy"),
        ("shop:wrapped", None),
        ("shop:middleware", None),
    ],
)
def test_every_form_of_a_path(folder: Path, app_path: str, name: str | None) -> None:
    with serving(folder, app_path, "--port", "0") as server:
        answer = json.loads(server.get())
        assert answer["flask"] == "flaskfast.app"
        assert answer["name"] == name


def test_start_line(folder: Path) -> None:
    with serving(folder, "shop", "--port", "0") as server:
        port = server.port()
        assert re.fullmatch(
            rf"Serving shop on http://127\.0\.0\.1:{port}: flaskfast [\d.]+ with {kernels.flavour}"
            r" kernels, granian [\d.]+, 1 worker\n",
            server.stdout(),
        )
        assert server.stderr() == ""
        server.process.terminate()
        assert server.ended() == 0


def test_workers_are_processes_and_announced_once(folder: Path) -> None:
    with serving(folder, "shop", "--port", "0", "--workers", "2", "--threads", "2") as server:
        seen: set[int] = set()
        server.until(lambda: seen.add(json.loads(server.get())["pid"]) or len(seen) == 2)
        assert server.process.pid not in seen
        assert server.stdout().count("\n") == 1
        assert "2 workers" in server.stdout()
        server.process.send_signal(signal.SIGINT)
        assert server.ended() == 0


def test_a_signal_lets_requests_finish(folder: Path) -> None:
    with serving(folder, "shop", "--port", "0") as server:
        with closing(server.connection()) as connection:
            connection.request("GET", "/slow")
            server.until((folder / "in-flight").exists)
            server.process.terminate()
            assert connection.getresponse().read() == b"done"
        assert server.ended() == 0


def test_a_crashed_worker_is_replaced(folder: Path) -> None:
    with serving(folder, "shop", "--port", "0") as server:
        before = json.loads(server.get())["pid"]
        with pytest.raises((http.client.HTTPException, ConnectionError)):
            server.get("/crash")

        def replaced() -> bool:
            try:
                return bool(json.loads(server.get())["pid"] != before)
            except (http.client.HTTPException, ConnectionError):
                return False

        server.until(replaced)


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_server_whose_application_is_still_loading(
    folder: Path, sent: signal.Signals
) -> None:
    text = "open('loading', 'w').close()\nimport time\ntime.sleep(600)\n"
    (folder / "late.py").write_text(text)
    with serving(folder, "late:app", "--port", "0") as server:
        server.until((folder / "loading").exists)
        os.killpg(server.process.pid, sent)
        # The whole group has got the signal: granian may see its worker go before its own arrives,
        # and may then have ended for that reason when it does.
        ended = server.ended()
        lost = "[ERROR] Unexpected exit from worker-1\n"
        assert (ended, server.stdout()) in {(0, ""), (0, lost), (1, lost)}


@pytest.mark.parametrize(
    ("app_path", "message"),
    [
        ("nothing:app", r"There is no module 'nothing'.* pip install nothing"),
        ("no.such.thing:app", r"There is no module 'no'"),
        ("shop:nothing", r"Module 'shop' has no attribute 'nothing'"),
        ("shop:number", r"'shop:number' is a int, not a Flask application"),
        ("shop:create_app(1, 2, 3)", r"Factory 'create_app' in module 'shop' does not take"),
        ("shop:create_app(x)", r"are not all literals"),
        ("empty", r"Module 'empty' has neither a Flask application nor a factory"),
    ],
)
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_wrong_path_is_one_line(folder: Path, app_path: str, message: str, workers: str) -> None:
    (folder / "empty.py").write_text("")
    with serving(folder, app_path, "--port", "0", "--workers", workers) as server:
        assert server.ended() == 1
        assert re.fullmatch(RACE, server.stdout()), server.stdout()
        (line,) = server.stderr().splitlines()
        assert re.match(f"Error: .*{message}", line), line


@pytest.mark.parametrize("error", ["ValueError('broken')", "SystemExit('broken')"])
def test_an_application_that_fails_shows_its_traceback(folder: Path, error: str) -> None:
    (folder / "broken.py").write_text(f"raise {error}\n")
    with serving(folder, "broken:app", "--port", "0") as server:
        assert server.ended() == 1
        assert re.fullmatch(RACE, server.stdout()), server.stdout()
        assert 'broken.py", line 1' in server.stderr()
        assert server.stderr().endswith("Error: broken:app failed while it was imported.\n")


def test_a_busy_port_is_not_shared(folder: Path) -> None:
    with serving(folder, "shop", "--port", "0") as first:
        port = first.port()
        with serving(folder, "shop", "--port", str(port)) as second:
            assert second.ended() == 1
            assert second.stderr() == (
                f"Error: Cannot listen on 127.0.0.1 port {port}: another program does."
                f" Stop it, or choose another port, as in --port {port + 1}.\n"
            )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--port", "65536"), "65536 is no port"),
        (("--port", "-1"), "-1 is no port"),
        (("--host", "192.0.2.1"), "Cannot listen on 192.0.2.1 port"),
        (("--host", "nowhere.invalid"), "this machine has no such address"),
    ],
)
def test_a_wrong_address(folder: Path, arguments: tuple[str, ...], message: str) -> None:
    with serving(folder, "shop", "--port", str(free_port()), *arguments) as server:
        assert server.ended() == 1
        (line,) = server.stderr().splitlines()
        assert line.startswith("Error: ")
        assert message in line


def test_granian_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "granian", None)
    with pytest.raises(serve.ServeError, match=r'pip install "flaskfast\[serve\]"'):
        serve.serve("shop")


def test_a_broken_granian_is_not_called_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "granian.py").write_text("import no_such_library\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "granian", raising=False)
    with pytest.raises(ModuleNotFoundError, match="no_such_library"):
        serve.serve("shop")
