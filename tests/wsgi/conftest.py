"""The package under test, and what is known about genuine Flask."""

from __future__ import annotations

import importlib
import os
import warnings
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import NoReturn

import pytest

_PACKAGES = {"genuine": "flask", "flaskfast": "flaskfast"}


def pytest_configure(config: pytest.Config) -> None:
    """Register the marks for what only flaskfast gets right."""
    for line in (
        "genuine_fails(reason): genuine Flask does not pass; it must go on failing",
        "genuine_slow: on genuine Flask this belongs to the long run, marked slow",
        "genuine_breaks(reason): the same, and what it leaves behind would break later tests",
    ):
        config.addinivalue_line("markers", line)


@pytest.hookimpl(tryfirst=True)  # before -m picks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Expect the marked failures of genuine Flask; one that passes fails the run."""
    for item in items:
        if _package_of(item) != "genuine":
            continue
        mark = item.get_closest_marker("genuine_fails")
        if mark is not None:
            item.add_marker(pytest.mark.xfail(reason=mark.args[0], strict=True))
        if item.get_closest_marker("genuine_slow") is not None:
            item.add_marker("slow")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run what breaks genuine Flask in a forked process, where it must fail."""
    mark = pyfuncitem.get_closest_marker("genuine_breaks")
    if mark is None or _package_of(pyfuncitem) != "genuine":
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    with warnings.catch_warnings():
        # The other threads are pytest's, and the child does not need them.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        _run_and_exit(pyfuncitem.obj, arguments)
    if os.waitpid(child, 0)[1] == 0:
        pytest.fail(f"genuine Flask passes, but is said to fail: {mark.args[0]}", pytrace=False)
    pytest.xfail(mark.args[0])


def _run_and_exit(test: Callable[..., None], arguments: dict[str, object]) -> NoReturn:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # the failure is expected
    code = 1
    try:
        test(**arguments)
        code = 0
    finally:
        os._exit(code)


def _package_of(item: pytest.Item) -> object:
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("flask") if callspec is not None else None


@pytest.fixture(params=list(_PACKAGES))
def flask(request: pytest.FixtureRequest) -> Iterator[ModuleType]:
    """The package under test, under the name that applications know it by.

    No test may leave a context current on the thread that ran it.
    """
    package = importlib.import_module(_PACKAGES[request.param])
    yield package
    left = package.has_request_context(), package.has_app_context()
    assert left == (False, False), "a context is still current after the test"
