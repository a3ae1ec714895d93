"""Environments, and the ways in which `import flask` comes to mean flaskfast in them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import pytest

from .environments import INSTALL, Environment, provide


@pytest.fixture(scope="session")
def plain() -> Environment:
    """An environment in which genuine Flask is not installed."""
    return provide(genuine=False)


@pytest.fixture(scope="session")
def genuine() -> Environment:
    """An environment in which genuine Flask is installed too."""
    return provide(genuine=True)


@pytest.fixture(scope="session", params=["plain", "genuine"])
def environment(request: pytest.FixtureRequest) -> Environment:
    """Both environments, one after the other."""
    found: Environment = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=["exec in plain", "install_as_flask in genuine"])
def environment_and_way(request: pytest.FixtureRequest) -> tuple[Environment, str]:
    """Each environment and each way once; the other combinations are in test_programs."""
    way, _, name = request.param.partition(" in ")
    return request.getfixturevalue(name), way


@pytest.fixture
def execute(environment_and_way: tuple[Environment, str], tmp_path: Path) -> Callable[..., str]:
    """Run code in which flask means flaskfast; gives what it prints."""
    environment, way = environment_and_way
    if way == "exec":
        return functools.partial(environment.execute, cwd=tmp_path, launched=True)
    return functools.partial(environment.execute, INSTALL, cwd=tmp_path)
