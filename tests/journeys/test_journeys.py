"""Each application on genuine Flask and on flaskfast: one visit, the same answers and data."""

from __future__ import annotations

import difflib
import functools
import shutil
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.dropin.environments import Environment, provide
from tests.integration.services import redis
from tests.served.elsewhere import gunicorn_in
from tests.served.servers import KERNELS, free_port

from .applications import APPLICATIONS, APPS
from .normalisation import Normaliser
from .visitor import Visitor

pytestmark = [
    pytest.mark.served,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="gunicorn does not run there"),
]
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
SHOWN, WIDTH = 40, 300


@dataclass(frozen=True)
class Visit:
    """What one visit came to, as it is to be compared."""

    answers: list[list[str]]
    state: list[str]
    output: str


@pytest.fixture(scope="module")
def environment() -> Environment:
    """Return the environment with all applications and genuine Flask in it."""
    return provide(genuine=True, requirements=REQUIREMENTS)


@pytest.fixture(scope="module")
def visits(environment: Environment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Visit an application; each pair of application and flavour once, in the same place."""
    folder = tmp_path_factory.mktemp("journey") / "data"
    ports: dict[str, int] = {}

    @functools.cache
    def visited(name: str, kernels: str | None) -> Visit:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        port = ports.setdefault(name, free_port())
        return visit(environment, name, kernels, folder, port)

    yield visited


def visit(
    environment: Environment, name: str, kernels: str | None, folder: Path, port: int
) -> Visit:
    application = APPLICATIONS[name]
    application.provide(folder)
    output = folder.with_name(f"{name}-{kernels}.log")
    with redis() if application.redis else nullcontext("") as address:
        variables = {
            # Sets of strings come in the same order in both.
            "PYTHONHASHSEED": "1",
            "PYTHONPATH": str(APPS),
            "RQ_DASHBOARD_REDIS_URL": address,
            **application.variables(folder),
        }
        for command in application.prepare:
            done = environment.run(
                environment.python,
                *command,
                cwd=folder,
                variables=variables,
                launched=kernels is not None,
            )
            assert done.returncode == 0, done.stdout + done.stderr
        visitor = Visitor(port)
        with gunicorn_in(
            environment,
            application.target,
            port,
            kernels=kernels,
            cwd=folder,
            output=output,
            variables=variables,
        ):
            application.journey(visitor)
    normaliser = Normaliser(visitor.secrets, application.changing)
    return Visit(
        [normaliser.answer(answer) for answer in visitor.answers],
        [normaliser.text(line) for line in application.state(folder)],
        output.read_text(errors="replace"),
    )


def unlike(expected: list[str], got: list[str]) -> str:
    """Show lines that differ; of long ones what is around the first difference."""
    if len(expected) == len(got):
        pairs = [_around(*pair) for pair in zip(expected, got, strict=True) if pair[0] != pair[1]]
        return "\n".join(f"- {left}\n+ {right}" for left, right in pairs[:SHOWN])
    lines = difflib.unified_diff(expected, got, "Flask", "flaskfast", n=2, lineterm="")
    return "\n".join(line[:WIDTH] for line in [*lines][:SHOWN])


def _around(left: str, right: str) -> tuple[str, str]:
    pairs = enumerate(zip(left, right, strict=False))
    first = next((n for n, pair in pairs if pair[0] != pair[1]), len(left))
    start = max(0, first - WIDTH // 2)
    return left[start : start + WIDTH], right[start : start + WIDTH]


@pytest.mark.parametrize("kernels", KERNELS)
@pytest.mark.parametrize("name", APPLICATIONS)
def test_a_visit_is_the_same(name: str, kernels: str, visits: Any) -> None:
    genuine, ours = visits(name, None), visits(name, kernels)
    assert [answer[0] for answer in ours.answers] == [answer[0] for answer in genuine.answers]
    different = [
        f"{expected[0]}\n{unlike(expected, got)}"
        for expected, got in zip(genuine.answers, ours.answers, strict=True)
        if expected != got
    ]
    assert not different, "\n\n".join(different)
    assert ours.state == genuine.state, unlike(genuine.state, ours.state)


#: How many answers of a visit have which status: it got to where it was meant to.
EXPECTED: dict[str, dict[str, int]] = {
    "httpbin": {"200": 31, "204": 1, "206": 1, "302": 5, "304": 3, "401": 2, "402": 1, "404": 2,
                "406": 2, "418": 1, "500": 1},
    "flaskr": {"200": 17, "302": 11, "403": 2, "404": 2},
    "sqlite-web": {"200": 27, "302": 13, "403": 1, "404": 2},
    "bepasty": {"200": 18, "201": 1, "302": 9, "400": 2, "403": 2, "404": 5},
    "ihatemoney": {"200": 37, "201": 2, "302": 14, "303": 1, "400": 1, "401": 1, "404": 2},
    "moto": {"200": 24, "204": 1, "206": 1, "400": 1, "404": 2, "409": 1, "500": 1},
    "rq-dashboard": {"200": 16, "308": 1, "405": 1, "500": 2},
}  # fmt: skip


@pytest.mark.parametrize("name", APPLICATIONS)
def test_the_visit_got_where_it_should(name: str, visits: Any) -> None:
    genuine = visits(name, None)
    counts: dict[str, int] = {}
    for answer in genuine.answers:
        counts[answer[1][:3]] = counts.get(answer[1][:3], 0) + 1
    assert counts == EXPECTED[name]
