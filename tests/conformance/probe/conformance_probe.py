"""A pytest plugin for the inside of a suite's run: which Flask is it, and what came out.

Loaded with ``-p conformance_probe`` in an environment that knows nothing of this project's
tests, so it stands alone. ``CONFORMANCE_RESULT`` names the JSON file to write,
``CONFORMANCE_EXPECT`` is the flavour that must be active, or ``genuine``. A run whose `flask`
is not what was asked for is stopped before its first test.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import typing as t
from importlib.machinery import PathFinder
from importlib.metadata import DistributionFinder, MetadataPathFinder

import pytest

WORST_LAST = ("passed", "skipped", "xfailed", "xpassed", "failed", "error")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    # A conftest.py imports what its fixtures make.
    replace(json.loads(os.environ["CONFORMANCE_REPLACE"]))


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Probe(), "conformance")


def replace(objects: dict[str, str]) -> None:
    """Put objects in the place of others, all given as ``module:name``."""
    for place, source in objects.items():
        if source.startswith("flaskfast") and os.environ["CONFORMANCE_EXPECT"] == "genuine":
            continue
        module, _, name = source.partition(":")
        thing = getattr(importlib.import_module(module), name)
        module, _, name = place.partition(":")
        if not hasattr(importlib.import_module(module), name):
            raise pytest.UsageError(f"there is no {place} to be replaced")
        setattr(importlib.import_module(module), name, thing)


def installed(name: str, besides: str | None = None) -> bool:
    """Tell whether a package of this name lies on the path, whatever answers to an import.

    ``besides`` is a directory that doesn't count, with all below it: flaskfast's own, from
    which it answers for Flask.
    """
    path = [entry for entry in sys.path if besides is None or not _within(entry, besides)]
    context = DistributionFinder.Context(name=name, path=path)
    metadata = MetadataPathFinder.find_distributions(context)
    return bool(PathFinder.find_spec(name, path) or list(metadata))


def _within(path: str, directory: str) -> bool:
    return os.path.realpath(path).startswith(os.path.realpath(directory) + os.sep)


def identify(expected: str) -> dict[str, t.Any]:
    """Return what `flask` is here; raise `pytest.UsageError` when it is not the expected one."""
    flask = importlib.import_module("flask")
    file = str(flask.__file__)
    facts: dict[str, t.Any] = {
        "flask": flask.__name__,
        "file": file,
        "python": sys.version.split()[0],
    }
    if expected == "genuine":
        right = flask.__name__ == "flask" and installed("flask") and not installed("flaskfast")
        facts["flavour"] = "genuine"
    else:
        facts["flavour"] = getattr(getattr(flask, "kernels", None), "flavour", None)
        facts["genuine_importable"] = installed("flask", os.path.dirname(file))
        right = not facts["genuine_importable"] and _is_flaskfast(flask)
    if not (right and _within(file, sys.prefix) and facts["flavour"] == expected):
        raise pytest.UsageError(f"expected {expected}, but flask is {facts}")
    return facts


def _is_flaskfast(flask: t.Any) -> bool:
    ours = importlib.import_module("flaskfast")
    names = ("app", "ctx", "globals", "json.provider", "sansio.app", "wrappers")
    return flask is ours and all(
        importlib.import_module(f"flask.{name}") is importlib.import_module(f"flaskfast.{name}")
        for name in names
    )


class Probe:
    """Collects one outcome per test id and writes them down at the end."""

    def __init__(self) -> None:
        self.outcomes: dict[str, str] = {}
        self.details: dict[str, str] = {}
        self.facts: dict[str, t.Any] | None = None
        self.problem = "it ended before its tests were collected"

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        try:
            self.facts = identify(os.environ["CONFORMANCE_EXPECT"])
        except pytest.UsageError as error:
            self.problem = str(error)
            raise
        for item in session.items:
            self.outcomes.setdefault(item.nodeid, "")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if not report.passed:
            self.note(report, "skipped" if report.skipped else "error")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        outcome: str = report.outcome
        if report.failed and report.when != "call":
            outcome = "error"
        elif hasattr(report, "wasxfail"):
            outcome = "xfailed" if report.skipped else "xpassed"
        if report.when == "call" or outcome != "passed":
            self.note(report, outcome)

    def note(self, report: pytest.CollectReport | pytest.TestReport, outcome: str) -> None:
        known = self.outcomes.get(report.nodeid) or "passed"
        self.outcomes[report.nodeid] = max(known, outcome, key=WORST_LAST.index)
        if report.failed:
            text = report.longreprtext
            self.details[report.nodeid] = "\n".join(text.splitlines()[-30:])

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        never = [test for test, outcome in self.outcomes.items() if not outcome]
        result = {
            "facts": self.facts,
            "problem": self.problem if self.facts is None else None,
            "outcomes": {test: outcome or "error" for test, outcome in self.outcomes.items()},
            "details": {**self.details, **dict.fromkeys(never, "it never ran")},
            "exitstatus": int(exitstatus),
        }
        with open(os.environ["CONFORMANCE_RESULT"], "w", encoding="utf-8") as file:
            json.dump(result, file)
