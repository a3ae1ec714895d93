"""Flask's documented pattern for Celery, with a worker and a real broker."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.dropin.environments import Environment
from tests.journeys.visitor import Visitor
from tests.served.elsewhere import running_in
from tests.served.servers import KERNELS

from .conftest import SITE, Answers, Visit
from .services import redis

pytestmark = [pytest.mark.served, pytest.mark.slow]


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
            visitor.get_until(f"/result/{visitor.learn('task', task)}", _is_ready)


def _is_ready(body: bytes) -> bool:
    return bool(json.loads(body)["ready"])


@pytest.mark.parametrize("kernels", KERNELS)
def test_tasks_run_in_an_app_context(
    kernels: str, environment: Environment, visit: Visit, tmp_path: Path
) -> None:
    found: list[Answers] = []
    for flavour in (None, kernels):
        with (
            redis() as address,
            running_in(
                environment,
                ["celery", "-A", "make_celery", "worker", "--pool=solo"],
                kernels=flavour,
                cwd=SITE,
                output=tmp_path / "worker",
                variables={"REDIS": address, "C_FORCE_ROOT": "1"},
            ),
        ):
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
