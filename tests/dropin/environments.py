"""Virtual environments to start programs in, one with genuine Flask and one without.

They are made once per state of the requirements and kept outside of the tree. In both,
flaskfast is the checkout that these tests are part of.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
NEEDS = ("werkzeug", "jinja2", "markupsafe", "itsdangerous", "click", "blinker")
GENUINE_FLASK = "flask==3.1.3"
# A guard against a child that hangs, no judgement of its speed.
HUNG_AFTER_SECONDS = 300

INSTALL = "import flaskfast; flaskfast.install_as_flask()"


@dataclass(frozen=True)
class Environment:
    """An interpreter that is not the one of the test run."""

    directory: Path
    genuine: bool

    @property
    def python(self) -> str:
        return str(self.scripts / "python")

    @property
    def scripts(self) -> Path:
        return self.directory / "bin"

    def variables(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return an environment without a trace of this test run's own settings."""
        unwanted = ("PYTHON", "PYTEST", "FLASK_", "COVERAGE", "VIRTUAL_ENV")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(unwanted)}
        return {**kept, **(extra or {})}

    def run(
        self,
        *command: str,
        cwd: Path,
        variables: Mapping[str, str] | None = None,
        launched: bool = False,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, under ``flaskfast exec`` if so wished."""
        prefix = [self.python, "-m", "flaskfast", "exec"] if launched else []
        return subprocess.run(
            [*prefix, *command],
            cwd=cwd,
            env=self.variables(variables),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=HUNG_AFTER_SECONDS,
        )

    def execute(
        self,
        *code: str,
        cwd: Path,
        launched: bool = False,
        variables: Mapping[str, str] | None = None,
    ) -> str:
        """Run a program and return its output; a program that fails, fails the test."""
        program = cwd / "program.py"
        program.write_text("\n".join(map(textwrap.dedent, code)))
        command = [self.python, "-W", "error", str(program)]
        done = self.run(*command, cwd=cwd, launched=launched, variables=variables)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def provide(*, genuine: bool, requirements: Path = REQUIREMENTS) -> Environment:
    """Return an environment with what a file names, made unless it is there."""
    recipe = f"{sys.version}{sys.prefix}{ROOT}{genuine}{requirements.read_text()}"
    key = hashlib.sha256(recipe.encode()).hexdigest()[:12]
    purpose = "" if requirements == REQUIREMENTS else f"{requirements.parent.name}-"
    directory = _cache() / f"{purpose}{'genuine' if genuine else 'plain'}-{key}"
    with _locked(directory.with_suffix(".lock")):
        if not (directory / "complete").exists():
            shutil.rmtree(directory, ignore_errors=True)
            _make(directory, genuine, requirements)
            (directory / "complete").touch()
    return Environment(directory, genuine)


def _make(directory: Path, genuine: bool, requirements: Path) -> None:
    _check([sys.executable, "-m", "venv", str(directory)])
    python = str(directory / "bin" / "python")
    wanted = [*NEEDS, *([GENUINE_FLASK] if genuine else [])]
    pip = [python, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "-q"]
    _check([*pip, *wanted, "-r", str(requirements)])
    (packages,) = directory.glob("lib/*/site-packages")
    (packages / "checkout.pth").write_text(f"{ROOT}\n")


def _check(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")


def _cache() -> Path:
    chosen = os.environ.get("FLASKFAST_CACHE")
    shared = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    root = Path(chosen).absolute() if chosen else Path(shared) / "flaskfast"
    return root / "dropin"


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
