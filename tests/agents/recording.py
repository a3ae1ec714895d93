"""Visit the application under an agent and bring home what the agent recorded."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.dropin.environments import Environment
from tests.served.servers import LOOPBACK

SITE = Path(__file__).with_name("site")
# Guards against what hangs, no judgement of speed.
START_SECONDS = 120
STOP_SECONDS = 30

# A caller's trace, as every agent but New Relic's understands it (W3C Trace Context).
CALLER = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}

VISIT: tuple[tuple[str, str, bytes | None, dict[str, str]], ...] = (
    ("GET", "/", None, {}),
    ("GET", "/", None, CALLER),
    ("HEAD", "/", None, {}),
    ("GET", "/users/7?full=1", None, {"X-Visitor": "ann"}),
    ("GET", "/page", None, {}),
    ("GET", "/page", None, {}),  # its templates are compiled by now
    ("GET", "/inline", None, {}),
    ("GET", "/missing", None, {}),
    ("GET", "/users/x", None, {}),
    ("PUT", "/", None, {}),
    ("GET", "/boom", None, {}),
    ("GET", "/badpage", None, {}),
    ("GET", "/handled", None, {}),
    ("GET", "/refused", None, {}),
    ("GET", "/closed", None, {}),
    ("POST", "/form", b"name=ann", {"Content-Type": "application/x-www-form-urlencoded"}),
    ("POST", "/form", b"", {"Content-Type": "application/x-www-form-urlencoded"}),
    ("GET", "/api/items", None, {}),
    ("POST", "/api/items", b'{"a": [1]}', {"Content-Type": "application/json"}),
    ("POST", "/api/items", b"{", {"Content-Type": "application/json"}),
    ("DELETE", "/api/items", None, {}),
    ("GET", "/stream", None, {}),
    ("GET", "/away", None, {}),
    ("GET", "/", None, {}),
)


@dataclass(frozen=True)
class Visit:
    """The answers, and the lines that the agent wrote for each request."""

    answers: list[tuple[int, bytes]]
    records: list[list[Any]]
    output: str


def visit(
    environment: Environment, agent: str, kernels: str | None, folder: Path, port: int
) -> Visit:
    """Serve the application by gunicorn under an agent, and send it the requests.

    :param kernels: the flavour of flaskfast's, or None for genuine Flask.
    :param folder: where the record and the server's output go.
    """
    record = folder / "record"
    record.touch()
    answers, records = [], []
    with serving(environment, agent, kernels, folder, record, port):
        seen = len(_written(record, 0))  # of the requests that asked whether it is up
        for method, path, body, headers in VISIT:
            answers.append(_ask(port, method, path, body, headers))
            lines = _written(record, seen)
            seen += len(lines)
            records.append(lines)
    return Visit(answers, records, (folder / "output").read_text(errors="replace"))


def _ask(
    port: int, method: str, path: str, body: bytes | None, headers: dict[str, str]
) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=60)
    sent = {"Host": "visited.test", "User-Agent": "visitor", **headers}
    connection.request(method, path, body, sent)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, content


def _written(record: Path, seen: int) -> list[Any]:
    """Return the lines after the first *seen*; wait until no more are coming.

    A span may end when the server closes the body, which is after the client has it.
    """
    lines: list[str] = []
    quiet = 0
    give_up = time.monotonic() + 10
    while quiet < (4 if len(lines) > seen else 20) and time.monotonic() < give_up:
        now = record.read_text(encoding="utf-8").splitlines()
        quiet = quiet + 1 if len(now) == len(lines) else 0
        lines = now
        time.sleep(0.02)
    return [json.loads(line) for line in lines[seen:]]


@contextmanager
def serving(
    environment: Environment,
    agent: str,
    kernels: str | None,
    folder: Path,
    record: Path,
    port: int,
) -> Iterator[None]:
    """Serve the application under an agent."""
    options = ["--bind", f"{LOOPBACK}:{port}", "--workers", "1", "--timeout", "600"]
    command = [f"{environment.scripts}/gunicorn", *options, f"with_{agent}:app"]
    if kernels:
        command = [environment.python, "-m", "flaskfast", "exec", *command]
    variables = {
        "AGENT_RECORD": os.fspath(record),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "DD_INSTRUMENTATION_TELEMETRY_ENABLED": "false",
        "DD_REMOTE_CONFIGURATION_ENABLED": "false",
        "DD_SERVICE": "visited",
        "DD_TRACE_AGENT_URL": f"http://{LOOPBACK}:9",
        "DD_TRACE_FLASK_DISTRIBUTED_TRACING_ENABLED": "true",
        **({"FLASKFAST_KERNELS": kernels} if kernels else {}),
    }
    with (folder / "output").open("w+b") as output:
        process = subprocess.Popen(
            command,
            cwd=SITE,
            env=environment.variables(variables),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait(process, port)
            yield
            assert process.poll() is None, f"the server ended with {process.returncode}"
        except BaseException:
            print((folder / "output").read_text(errors="replace")[-6000:])
            raise
        finally:
            _stop(process)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        assert process.poll() is None, f"the server ended with {process.returncode}"
        with suppress(OSError):
            # A method that no view has: agents record it, and the record is cut off there.
            _ask(port, "BREW", "/ready", None, {})
            return
        time.sleep(0.05)
    raise AssertionError(f"no answer within {START_SECONDS} seconds")


def _stop(process: subprocess.Popen[bytes]) -> None:
    with suppress(subprocess.TimeoutExpired):
        process.terminate()
        process.wait(STOP_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
