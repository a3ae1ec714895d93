"""Run one suite in one environment and bring home what each of its tests gave."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import time
import typing as t
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .catalogue import GENUINE, HERE, Suite
from .environment import Environment
from .store import copy_parts, unpack

# A guard against a run that hangs, no judgement of its speed.
HUNG_AFTER_SECONDS = 3600
KEPT_VARIABLES = ("LANG", "LC_ALL", "PATH", "SYSTEMROOT", "TZ")


@dataclass(frozen=True)
class Run:
    """What came out of one run: the outcome of every test id, and how the tool closed."""

    outcomes: Mapping[str, str]
    closing: str
    seconds: float
    details: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, t.Any] = field(default_factory=dict)
    problem: str | None = None


def run_suite(
    suite: Suite, environment: Environment, flavour: str, sdist: Path, scratch: Path, log: Path
) -> Run:
    """Run a suite on a fresh copy of its tests in ``scratch``; the output goes to ``log``.

    ``flavour`` is the kernels to use, or ``genuine``.
    """
    (scratch / "sdist").mkdir(parents=True)
    source = unpack(sdist, scratch / "sdist")
    copy = scratch / "run"
    copy_parts(source, suite.keep, copy)
    tool = _run_mypy if suite.kind == "mypy" else _run_pytest
    return tool(suite, environment, flavour, copy / suite.directory, scratch, log)


def _run_pytest(
    suite: Suite, environment: Environment, flavour: str, directory: Path, scratch: Path, log: Path
) -> Run:
    result = scratch / "result.json"
    variables = {
        "CONFORMANCE_RESULT": os.fspath(result),
        "CONFORMANCE_EXPECT": flavour,
        "CONFORMANCE_REPLACE": json.dumps(dict(suite.replace)),
        "PYTHONPATH": os.fspath(HERE / "probe"),
    }
    options = ["-p", "conformance_probe", "--color=no", "-rfE"]
    command = [*environment.command("pytest"), *options, *suite.args]
    variables = _environ(suite, environment, flavour, scratch, variables)
    output, seconds, status = _execute(command, directory, variables, log)
    closing = _last_line(output)
    if not result.exists():
        return Run({}, closing, seconds, problem=f"no result, exit status {status}: {closing}")
    data = json.loads(result.read_text(encoding="utf-8"))
    return Run(
        data["outcomes"],
        closing,
        seconds,
        data["details"],
        data["facts"] or {},
        _pytest_problem(data, status, flavour),
    )


def _pytest_problem(data: Mapping[str, t.Any], status: int, flavour: str) -> str | None:
    """Tell what is wrong with a run as a whole, apart from the outcomes of its tests."""
    if data["facts"] is None or data["facts"]["flavour"] != flavour:
        return f"not a run with the Flask that was asked for: {data['problem']}"
    failed = any(outcome in {"failed", "error"} for outcome in data["outcomes"].values())
    expected = {1, 2} if failed else {0}
    if status not in expected:
        return f"pytest ended with exit status {status}"
    return None


def _run_mypy(
    suite: Suite, environment: Environment, flavour: str, directory: Path, scratch: Path, log: Path
) -> Run:
    """Check files under ``mypy --strict``; every file is a test that passes without errors."""
    variables: dict[str, str] = {}
    if not environment.genuine:
        stubs = scratch / "stubs"
        write_alias_stubs(_installed_package(environment), stubs)
        variables["MYPYPATH"] = os.fspath(stubs)
    options = ["--strict", "--config-file=", "--no-incremental", "--show-error-codes"]
    command = [*environment.command("mypy"), *options, *suite.args]
    variables = _environ(suite, environment, flavour, scratch, variables)
    output, seconds, status = _execute(command, directory, variables, log)
    files = sorted(
        path.relative_to(directory).as_posix()
        for arg in suite.args
        for path in (directory / arg).rglob("*.py")
    )
    details = mypy_errors(output)
    outcomes = {name: "failed" if name in details else "passed" for name in files}
    problem = None
    if set(details) - set(files) or status not in {0, 1} or (status == 0) != (not details):
        problem = f"mypy ended with exit status {status} and errors in {sorted(details)}"
    return Run(outcomes, _last_line(output), seconds, details, {"flavour": flavour}, problem)


def mypy_errors(output: str) -> dict[str, str]:
    """Return mypy's errors by the file that they are in."""
    errors: dict[str, str] = {}
    for line in output.splitlines():
        match = re.match(r"(?P<file>[^:]+):\d+: error: ", line)
        if match:
            errors[match["file"]] = f"{errors.get(match['file'], '')}{line}\n"
    return errors


def _installed_package(environment: Environment) -> Path:
    found = environment.python.parent.parent.glob("lib/*/site-packages/flaskfast/__init__.py")
    return next(found).parent


def write_alias_stubs(package: Path, destination: Path) -> None:
    """Write a `flask` package of stubs, each module of which is flaskfast's of the same name.

    The types that a checker sees through it are flaskfast's own, not copies.
    """
    for path in package.rglob("*.py"):
        parts = path.relative_to(package).with_suffix("").parts
        if any(part[0] == "_" for part in parts if part != "__init__"):
            continue
        stub = destination.joinpath("flask", *parts).with_suffix(".pyi")
        stub.parent.mkdir(parents=True, exist_ok=True)
        module = ".".join(("flaskfast", *(part for part in parts if part != "__init__")))
        stub.write_text(f"from {module} import *\n")


def _environ(
    suite: Suite,
    environment: Environment,
    flavour: str,
    scratch: Path,
    extra: Mapping[str, str],
) -> dict[str, str]:
    """Return a small environment: nothing of the caller's can change the result."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    for name in ("home", "tmp"):
        (scratch / name).mkdir()
    kept["PATH"] = os.pathsep.join([os.fspath(environment.scripts), kept.get("PATH", os.defpath)])
    kept |= {"HOME": os.fspath(scratch / "home"), "TMPDIR": os.fspath(scratch / "tmp")}
    kept |= {"PYTHONUTF8": "1"}
    if flavour != GENUINE:
        kept["FLASKFAST_KERNELS"] = flavour
    return {**kept, **extra, **suite.environ}


def _execute(
    command: Sequence[str], directory: Path, environ: Mapping[str, str], log: Path
) -> tuple[str, float, int]:
    """Run a command, its output into ``log``; leave no process of its group behind."""
    log.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with open(log, "w", encoding="utf-8") as output:
        process = subprocess.Popen(
            command,
            cwd=directory,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            status = process.wait(timeout=HUNG_AFTER_SECONDS)
        except subprocess.TimeoutExpired:
            status = -signal.SIGKILL
        finally:  # of servers that tests forgot, too
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    text = log.read_text(encoding="utf-8", errors="replace")
    return text, time.monotonic() - started, status


def _last_line(output: str) -> str:
    lines: Iterable[str] = (line.strip("= ") for line in reversed(output.splitlines()))
    return next((line for line in lines if line), "no output")
