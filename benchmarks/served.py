"""Real servers, one worker each, under wrk on loopback.

Per server and scenario every implementation answers the same bytes, which is looked
at before wrk starts. Where the machine has two processors, wrk gets one and the
server the other. Rounds go through the implementations in turn; the round with the
most requests per second counts.
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec

from benchmarks.scenario import Exchange, environment
from benchmarks.scenarios import find
from benchmarks.shared import ROOT
from flaskfast._bench.rounds import Progress

APP = "benchmarks.served_app:app"
IMPLEMENTATIONS = ("flaskfast", "flaskfast-python", "flask", "falcon", "bare")
SCENARIOS = ("hello", "json", "params")
START_SECONDS = 30.0


class NoWrk(Exception):
    """wrk is not there."""


class CannotServe(Exception):
    """A server did not start, or answers something wrong."""


def python(*arguments: str) -> list[str]:
    """Return a command of this interpreter."""
    return [sys.executable, *arguments]


def granian(port: int) -> list[str]:
    """Serve by granian's WSGI interface, one blocking thread."""
    return python(
        *("-m", "granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", "1"),
        *("--no-access-log", "--log-level", "error", "--host", "127.0.0.1", "--port", str(port)),
        APP,
    )


def gunicorn(*options: str) -> Callable[[int], list[str]]:
    """Serve by gunicorn with one worker."""
    return lambda port: python(
        *("-m", "gunicorn", "--workers", "1", "--log-level", "error", *options),
        *("--bind", f"127.0.0.1:{port}", APP),
    )


def uwsgi(port: int) -> list[str]:
    """Serve by uWSGI behind its own HTTP router, which alone can keep connections open."""
    program = shutil.which("uwsgi", path=os.path.dirname(sys.executable)) or "uwsgi"
    return [
        program,
        *("--http", f"127.0.0.1:{port}", "--http-keepalive=1", "--processes", "1", "--master"),
        *("--need-app", "--disable-logging", "--die-on-term"),
        *("--virtualenv", sys.prefix, "--pythonpath", str(ROOT)),
        *("--module", APP),
    ]


def waitress(port: int) -> list[str]:
    """Serve by waitress with its four threads."""
    return python("-m", "waitress", "--listen", f"127.0.0.1:{port}", APP)


@dataclass(frozen=True)
class Server:
    """A server: what to install for it, and its command for a port."""

    name: str
    module: str
    command: Callable[[int], list[str]]


SERVERS = (
    Server("granian", "granian", granian),
    Server("gunicorn-sync", "gunicorn", gunicorn("--worker-class", "sync")),
    Server("gunicorn-gthread", "gunicorn", gunicorn("--worker-class", "gthread", "--threads", "4")),
    Server("uwsgi", "pyuwsgi", uwsgi),
    Server("waitress", "waitress", waitress),
)


@dataclass(frozen=True)
class Load:
    """What wrk saw in one round."""

    requests: float  # per second
    p50: float  # milliseconds
    p99: float
    errors: int  # answers that are not 2xx or 3xx, and socket errors


@dataclass
class Served:
    """One server with one implementation of one scenario."""

    server: str
    scenario: str
    implementation: str
    loads: list[Load] = field(default_factory=list)
    failed: str = ""

    @property
    def best(self) -> Load:
        """The round with the most requests."""
        return max(self.loads, key=lambda load: load.requests)


def wrk_program() -> str:
    """Return the path of wrk; raise NoWrk when there is none."""
    path = shutil.which("wrk")
    if path is None:
        raise NoWrk("Loading servers needs wrk, which is not installed: apt-get install wrk")
    return path


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def processors() -> tuple[set[int], set[int]]:
    """Return the processors for the server and for wrk: one each, where there are two."""
    available = sorted(os.sched_getaffinity(0))
    if len(available) < 2:
        return set(available), set(available)
    return {available[0]}, {available[1]}


@contextmanager
def serving(server: Server, scenario: str, implementation: str) -> Iterator[int]:
    """Run a server until the block ends; give the port that it listens on."""
    if find_spec(server.module) is None:
        raise CannotServe(f"{server.module} is not installed: pip install {server.module}")
    port = free_port()
    first, _ = processors()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            server.command(port),
            cwd=ROOT,
            env={
                **os.environ,
                **environment(implementation),
                "BENCHMARK_SCENARIO": scenario,
                "BENCHMARK_IMPLEMENTATION": implementation,
            },
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=lambda: os.sched_setaffinity(0, first),
        )
        try:
            wait_until_ready(process, port, log)
            yield port
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_until_ready(process: subprocess.Popen[bytes], port: int, log: object) -> None:
    """Return when the port answers; raise CannotServe when the server ends or takes too long."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    log.seek(0)  # type: ignore[attr-defined]
    said = log.read().decode(errors="replace").strip()[-500:]  # type: ignore[attr-defined]
    raise CannotServe(f"does not listen: {said or 'it said nothing'}")


def check_answer(port: int, scenario: Exchange) -> None:
    """Ask once; raise CannotServe when the answer is not the scenario's."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(scenario.method, scenario.path, headers=dict(scenario.request_headers))
        response = connection.getresponse()
        body = response.read()
    except OSError as error:
        raise CannotServe(f"does not answer: {error}") from error
    finally:
        connection.close()
    found = (response.status, response.getheader("Content-Type"), body)
    if found != (scenario.status, scenario.content_type, scenario.body):
        raise CannotServe(f"answers {found!r:.300}")


def run_wrk(port: int, path: str, seconds: float, connections: int) -> Load:
    """Load a server and return what wrk reports."""
    _, second = processors()
    done = subprocess.run(
        [
            wrk_program(),
            "--threads=1",
            f"--connections={connections}",
            f"--duration={max(1, round(seconds))}s",
            "--latency",
            f"http://127.0.0.1:{port}{path}",
        ],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: os.sched_setaffinity(0, second),
    )
    if done.returncode:
        raise CannotServe(f"wrk ended with {done.returncode}: {done.stderr.strip()[-300:]}")
    return read_wrk(done.stdout)


UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


def read_wrk(text: str) -> Load:
    """Read wrk's report."""

    def latency(percent: int) -> float:
        match = re.search(rf"^\s+{percent}%\s+([\d.]+)(us|ms|s|m)\s*$", text, re.MULTILINE)
        return float(match[1]) * UNITS[match[2]] if match else float("nan")

    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    if rate is None:
        raise CannotServe(f"wrk reports no rate: {text[-300:]!r}")
    errors = 0
    sockets = re.search(
        r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text
    )
    if sockets is not None:
        errors += sum(map(int, sockets.groups()))
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    if refused is not None:
        errors += int(refused[1])
    return Load(float(rate[1]), latency(50), latency(99), errors)


def measure_served(
    *,
    servers: Iterable[Server] = SERVERS,
    scenarios: Iterable[str] = SCENARIOS,
    implementations: Iterable[str] = IMPLEMENTATIONS,
    rounds: int = 3,
    seconds: float = 3,
    connections: int = 16,
    progress: Progress = lambda text: None,
) -> list[Served]:
    """Load every server with every implementation of every scenario."""
    wrk_program()
    found = []
    for server in servers:
        for name in scenarios:
            scenario = find(name)
            assert isinstance(scenario, Exchange)
            cells = [Served(server.name, name, i) for i in implementations]
            for number in range(rounds):
                for cell in cells:
                    if cell.failed:
                        continue
                    progress(
                        f"{server.name}, {name}, {cell.implementation}: round {number + 1}/{rounds}"
                    )
                    try:
                        with serving(server, name, cell.implementation) as port:
                            check_answer(port, scenario)
                            run_wrk(port, scenario.path, 1, connections)  # warms up
                            cell.loads.append(run_wrk(port, scenario.path, seconds, connections))
                    except CannotServe as error:
                        cell.failed = str(error)
            found += cells
    return found


def rows(cells: Iterable[Served]) -> list[tuple[str, ...]]:
    """Return the table's lines."""
    cells = list(cells)
    table: list[tuple[str, ...]] = [
        (
            "server",
            "scenario",
            "implementation",
            "requests/s",
            "x Flask",
            "p50 ms",
            "p99 ms",
            "errors",
        )
    ]
    flask = {
        (c.server, c.scenario): c.best.requests
        for c in cells
        if c.implementation == "flask" and c.loads
    }
    for cell in cells:
        head = (cell.server, cell.scenario, cell.implementation)
        if not cell.loads:
            table.append((*head, "-", "-", "-", "-", " ".join(cell.failed.split())))
            continue
        best = cell.best
        base = flask.get((cell.server, cell.scenario))
        table.append(
            (
                *head,
                f"{best.requests:,.0f}",
                f"{best.requests / base:.2f}" if base else "-",
                f"{best.p50:.2f}",
                f"{best.p99:.2f}",
                str(sum(load.errors for load in cell.loads)),
            )
        )
    return table
