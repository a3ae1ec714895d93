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


@pytest.fixture(params=["install_as_flask", "exec"])
def execute(
    request: pytest.FixtureRequest, environment: Environment, tmp_path: Path
) -> Callable[..., str]:
    """Run code in which flask means flaskfast, by either way; gives what it prints."""
    if request.param == "exec":
        return functools.partial(environment.execute, cwd=tmp_path, launched=True)

    return functools.partial(environment.execute, INSTALL, cwd=tmp_path)
