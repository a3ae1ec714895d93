"""What starting costs: imports, memory of an idle worker, a map of 10,000 rules.

Every figure is taken in interpreters of their own, in turns, and the smallest of all
rounds counts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.scenario import FLASK, FLAVOURS, environment
from benchmarks.shared import ROOT
from flaskfast._bench.rounds import Failure, Progress, Result

# Each program prints one number. NAME is flask or flaskfast, ROUTING the package with its Map.
IMPORT = """
import time
start = time.perf_counter_ns()
import NAME
print((time.perf_counter_ns() - start) / 1e6)
"""

MEMORY = """
import gc, os
import NAME
app = NAME.Flask("idle")
app.add_url_rule("/", "index", lambda: "Hello")
environ = {
    "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": "/", "QUERY_STRING": "",
    "SERVER_NAME": "bench.example", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
    "HTTP_HOST": "bench.example", "wsgi.url_scheme": "http", "wsgi.version": (1, 0),
}
for _ in range(3):
    assert b"".join(app(dict(environ), lambda *a: None)) == b"Hello"
gc.collect()
with open("/proc/self/statm") as file:
    print(int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6)
"""

RULES = """
import time
from ROUTING import Map, Rule
start = time.perf_counter_ns()
table = Map([Rule(f"/resource{n}/<int:uid>/edit", endpoint=str(n)) for n in range(10_000)])
found = table.bind("bench.example").match("/resource5000/7/edit")
print((time.perf_counter_ns() - start) / 1e6)
assert found == ("5000", {"uid": 7}), found
"""

APP = """
import time
import NAME
app = NAME.Flask("many")
start = time.perf_counter_ns()
for n in range(10_000):
    app.add_url_rule(f"/resource{n}/<int:uid>/edit", str(n), lambda uid: str(uid))
with app.test_client() as client:
    answer = client.get("/resource5000/7/edit")
print((time.perf_counter_ns() - start) / 1e6)
assert answer.data == b"7", answer.data
"""


@dataclass(frozen=True)
class Task:
    """One figure."""

    name: str
    what: str
    unit: str
    program: str
    limit: float  # the largest share of Flask's figure that is the goal
    plus: float = 0.0  # and so much more, in the unit


TASKS = (
    Task("import", "import of the framework", "ms", IMPORT, 1.0),
    Task("memory", "resident memory of an idle worker", "MB", MEMORY, 1.0, plus=1.0),
    Task("map-10000", "a Map of 10,000 rules, made and asked once", "ms", RULES, 0.5),
    Task("app-10000", "an app with 10,000 rules, until its first answer", "ms", APP, 0.5),
)


def take(task: Task, implementation: str) -> float:
    """Run a task's program once; raise Failure with what went wrong."""
    name = FLASK if implementation == FLASK else "flaskfast"
    routing = "werkzeug.routing" if implementation == FLASK else "flaskfast.routing"
    done = subprocess.run(
        [sys.executable, "-c", task.program.replace("NAME", name).replace("ROUTING", routing)],
        cwd=ROOT,
        env={**os.environ, **environment(implementation)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failure(done.stderr.strip().rpartition("\n")[2] or f"exit code {done.returncode}")
    return float(json.loads(done.stdout))


def measure_startup(
    tasks: Sequence[Task], *, rounds: int = 7, progress: Progress = lambda text: None
) -> dict[str, dict[str, Result]]:
    """Return for every task a result per implementation; its rounds are in the task's unit."""
    found: dict[str, dict[str, Result]] = {}
    for task in tasks:
        results = {name: Result(name) for name in (*FLAVOURS, FLASK)}
        for number in range(rounds):
            progress(f"{task.name}: round {number + 1}/{rounds}")
            for name, result in results.items():
                if result.failure is None:
                    try:
                        result.rounds.append(take(task, name))
                    except Failure as failure:
                        result.failure = failure
        found[task.name] = results
    return found


def rows(tasks: Sequence[Task], found: dict[str, dict[str, Result]]) -> list[tuple[str, ...]]:
    """Return the table's lines."""
    table: list[tuple[str, ...]] = [
        ("what", "implementation", "best", "spread", "share of Flask", "goal")
    ]
    for task in tasks:
        flask = found[task.name][FLASK]
        for name, result in found[task.name].items():
            if not result.ran:
                table.append((task.what, name, "-", "-", "-", str(result.failure)))
                continue
            share = result.best / flask.best if flask.ran else float("nan")
            goal = ""
            if name != FLASK and flask.ran:
                allowed = flask.best * task.limit + task.plus
                word = "met" if result.best <= allowed else "missed"
                goal = f"<= {allowed:.1f} {task.unit}: {word}"
            table.append(
                (
                    task.what,
                    name,
                    f"{result.best:.1f} {task.unit}",
                    f"+{result.spread:.0%}",
                    f"{share:.2f}",
                    goal,
                )
            )
    return table
