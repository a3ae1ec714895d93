"""The example application does the same on genuine Flask and on flaskfast."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.examples.visitor import LIMIT, Answer, journey
from tests.served.servers import GENUINE, ROOT, Flavour, flaskfast, free_port, serving

SUITE = Path(__file__).with_name("notes_suite")
FLASK = {"flask": [], "flaskfast": ["-m", "flaskfast", "exec", sys.executable]}


class SuiteRun:
    """The application's own tests, run in a process where ``flask`` is one or the other."""

    def __init__(self, prefix: list[str], report: Path) -> None:
        # The suite is left out of this run, by a conftest.py that --confcutdir hides from it.
        command = [sys.executable, *prefix, "-m", "pytest", "-p", "no:cacheprovider"]
        command += [f"--confcutdir={SUITE}", f"--junitxml={report}", str(SUITE)]
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
        done = subprocess.run(
            command, cwd=ROOT, env=clean, capture_output=True, text=True, check=False
        )
        self.output = done.stdout + done.stderr
        self.code = done.returncode
        self.outcomes = _outcomes(report) if report.exists() else {}


def _outcomes(report: Path) -> dict[str, str]:
    cases = ET.parse(report).getroot().iter("testcase")
    return {
        f"{case.get('classname')}::{case.get('name')}": next((mark.tag for mark in case), "passed")
        for case in cases
    }


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, SuiteRun]:
    folder = tmp_path_factory.mktemp("suite")
    return {name: SuiteRun(prefix, folder / f"{name}.xml") for name, prefix in FLASK.items()}


@pytest.mark.parametrize("flask", FLASK)
def test_own_tests_pass(runs: dict[str, SuiteRun], flask: str) -> None:
    run = runs[flask]
    assert f"\nflask is {flask}.app\n" in f"\n{run.output}", run.output
    assert run.code == 0, run.output
    assert Counter(run.outcomes.values()).keys() == {"passed"}, run.output


def test_own_tests_have_the_same_outcomes(runs: dict[str, SuiteRun]) -> None:
    assert len(runs["flask"].outcomes) >= 80
    assert runs["flaskfast"].outcomes == runs["flask"].outcomes


def _travelled(server: str, flavour: Flavour, folder: Path) -> list[Answer]:
    settings = {
        **(flavour.environment or {}),
        "NOTES_DATABASE": str(folder / "notes.sqlite3"),
        "NOTES_UPLOADS": str(folder / "uploads"),
        "NOTES_SECRET_KEY": "kept in the tests",
        "NOTES_MAX_CONTENT_LENGTH": str(LIMIT),
        "NOTES_PASSWORD_HASHING": "pbkdf2:sha256:1",
    }
    flavour = replace(flavour, environment=settings)
    with serving(server, "tests.examples.notes_wsgi:app", flavour, free_port()) as served:
        return journey(served.address)


@pytest.mark.served
@pytest.mark.parametrize("server", ["gunicorn-gthread", "granian"])
def test_journey_is_the_same(server: str, tmp_path: Path) -> None:
    expected = _travelled(server, GENUINE, tmp_path / "genuine")
    answers = _travelled(server, flaskfast(), tmp_path / "flaskfast")
    for got, wanted in zip(answers, expected, strict=True):
        assert got == wanted
    statuses = Counter(answer.status for answer in expected)
    assert set(statuses) >= {200, 201, 204, 206, 302, 304, 400, 401, 404, 405, 413, 415, 416, 422}
    assert not any(status >= 500 for status in statuses), statuses
