"""Run one of the applications on genuine Flask and on flaskfast, and compare."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.dropin.environments import Environment, provide
from tests.journeys.normalisation import Normaliser
from tests.journeys.visitor import Visitor
from tests.served.elsewhere import gunicorn_in
from tests.served.servers import free_port

SITE = Path(__file__).with_name("site")
Answers = list[list[str]]
#: Serve an application under a flavour, have a visitor go through it, return the answers.
Visit = Callable[[str, Callable[[Visitor], None], str | None, Mapping[str, str]], Answers]


@pytest.fixture(scope="session")
def environment() -> Environment:
    """Return the environment with the extensions, and genuine Flask, in it."""
    return provide(
        genuine=True, requirements=Path(__file__).with_name("requirements.txt").resolve()
    )


@pytest.fixture
def visit(environment: Environment, tmp_path: Path) -> Visit:
    """Visit an application of this folder."""
    port = free_port()

    def visited(
        app: str,
        journey: Callable[[Visitor], None],
        kernels: str | None,
        variables: Mapping[str, str],
    ) -> Answers:
        visitor = Visitor(port)
        with gunicorn_in(
            environment,
            app,
            port,
            kernels=kernels,
            cwd=SITE,
            output=tmp_path / f"{kernels}.log",
            variables={"PYTHONHASHSEED": "1", **variables},
        ):
            journey(visitor)
        normaliser = Normaliser(visitor.secrets, [])
        return [normaliser.answer(answer) for answer in visitor.answers]

    return visited
