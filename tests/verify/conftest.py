"""Run the command as its users do, in a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import flaskfast

SOURCE = str(Path(flaskfast.__file__).resolve().parent.parent)
SHOP = Path(__file__).with_name("shop")


@dataclass(frozen=True)
class Run:
    """What a run left behind."""

    status: int
    out: str
    err: str
    document: dict[str, Any]

    def outcomes(self, outcome: str) -> list[str]:
        """Return the requests that came out in this way."""
        return [
            f"{request['method']} {request['target']}"
            for request in self.document["requests"]
            if request["outcome"] == outcome
        ]

    def parts(self) -> str:
        """Return all differences in one text."""
        found = [d for request in self.document["requests"] for d in request["differences"]]
        return "\n".join(
            f"{d['part']}\n" + "\n".join(d["lines"])
            for d in [*found, *self.document["differences"]]
        )


def environment(**variables: str) -> dict[str, str]:
    """Return this process's environment without what would steer the command."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("FLASK_", "PYTEST")) and name != "PYTHONPATH"
    }
    paths = [SOURCE, *filter(None, [variables.pop("PYTHONPATH", "")])]
    return {**inherited, "PYTHONPATH": os.pathsep.join(paths), **variables}


def command(*args: str) -> list[str]:
    """Return the command line of ``flaskfast`` with *args*."""
    return [sys.executable, "-m", "flaskfast", *args]


Verify = Callable[..., Run]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a copy of the shop in it."""
    shutil.copytree(SHOP, tmp_path / "shop", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "shop"


def run_verify(*args: str, cwd: Path, report: Path, **variables: str) -> Run:
    """Run ``flaskfast verify`` with *args*; nothing is measured unless asked for.

    :param report: where it is to write its JSON.
    """
    report.unlink(missing_ok=True)
    if "--measure" not in args:
        args = (*args, "--measure", "0")
    done = subprocess.run(
        command("verify", *args, "--json", str(report)),
        cwd=cwd,
        env=environment(**variables),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    document = json.loads(report.read_text()) if report.exists() else {}
    return Run(done.returncode, done.stdout, done.stderr, document)


@pytest.fixture
def verify(folder: Path, tmp_path: Path) -> Verify:
    """Run ``flaskfast verify`` in the shop's folder."""

    def run(*args: str, cwd: Path = folder, **variables: str) -> Run:
        return run_verify(*args, cwd=cwd, report=tmp_path / "report.json", **variables)

    return run
