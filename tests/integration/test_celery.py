"""Flask's documented pattern for Celery, with a worker and a real broker."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.dropin.environments import Environment
from tests.journeys.visitor import Visitor
from tests.served.elsewhere import stop
from tests.served.servers import KERNELS

from .conftest import SITE, Answers, Visit
from .services import redis

pytestmark = [pytest.mark.served, pytest.mark.slow]
# A guard against what hangs, no judgement of speed.
SECONDS = 120


@contextmanager
def worker(
    environment: Environment, kernels: str | None, address: str, output: Path
) -> Iterator[None]:
    """Run a Celery worker, under `flaskfast exec` unless on genuine Flask."""
    command = [f"{environment.scripts}/celery", "-A", "make_celery", "worker", "--pool=solo"]
    variables = {"REDIS": address, "PYTHONDONTWRITEBYTECODE": "1", "C_FORCE_ROOT": "1"}
    if kernels:
        command = [environment.python, "-m", "flaskfast", "exec", *command]
        variables["FLASKFAST_KERNELS"] = kernels
    with output.open("wb") as file:
        process = subprocess.Popen(
            command,
            cwd=SITE,
            env=environment.variables(variables),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield
            assert process.poll() is None, output.read_text()[-3000:]
        finally:
            stop(process)


def journey(visitor: Visitor) -> None:
    """Start tasks one after the other, and see how each ends."""
    for name, arguments in (
        ("add", {"a": 2, "b": 3}),
        ("greet", {"name": "<Ann>"}),
        ("fail", {"reason": "because"}),
        ("contexts", {}),
        ("add", {"a": 1}),
    ):
        headers = {"Content-Type": "application/json"}
        visitor.ask("POST", f"/start/{name}", json.dumps(arguments).encode(), headers)
        if visitor.body.startswith(b"{"):
            task = json.loads(visitor.body)["id"]
            _wait(visitor, visitor.learn("task", task))


def _wait(visitor: Visitor, task: str) -> None:
    give_up = time.monotonic() + SECONDS
    while True:
        answer = visitor.get(f"/result/{task}")
        if json.loads(answer.body)["ready"]:
            return
        visitor.answers.pop()  # as often as it takes
        assert time.monotonic() < give_up, "the task has no result"
        time.sleep(0.05)


@pytest.mark.parametrize("kernels", KERNELS)
def test_tasks_run_in_an_app_context(
    kernels: str, environment: Environment, visit: Visit, tmp_path: Path
) -> None:
    found: list[Answers] = []
    for flavour in (None, kernels):
        with redis() as address, worker(environment, flavour, address, tmp_path / "worker"):
            app = "tasks_app:create_app()"
            found.append(visit(app, journey, flavour, {"REDIS": address}))
    genuine, ours = found
    assert ours == genuine
    values = [json.loads(answer[-2]).get("value") for answer in ours if "/result" in answer[0]]
    assert values[:3] == [5, "hello, <b>&lt;Ann&gt;</b>, greet", "ValueError('because')"]
    assert values[3] == {
        "app": "tasks_app",
        "request": False,
        "left": None,
        "ended": ["none: NoneType", "greet: NoneType", "fail: ValueError"],
    }
