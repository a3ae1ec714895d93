"""Environments for suites: one venv per set of requirements, with flaskfast or genuine Flask."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from .catalogue import HERE, Suite
from .store import StoreError, locked, pip, run_tool

CHECKOUT = HERE.parent.parent
# What a wheel is made of.
SOURCES = (
    "flaskfast", "csrc", "pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE",
)  # fmt: skip
LEFTOVERS = shutil.ignore_patterns("__pycache__", "*.pyc", "*.so", "*.pyd", "*.html", "*.o")
GENUINE_FLASK = "flask==3.1.3"
FLASKS_OWN_NEEDS = ("blinker", "click", "itsdangerous", "jinja2", "markupsafe", "werkzeug")


@dataclass(frozen=True)
class Environment:
    """An interpreter with everything that a suite needs, and how a tool is started in it."""

    python: Path
    genuine: bool

    @property
    def scripts(self) -> Path:
        """Return the directory of the environment's commands."""
        return self.python.parent

    def command(self, tool: str) -> list[str]:
        """Return the start of a command line for pytest or mypy.

        flaskfast is put in Flask's place as its users do, with ``flaskfast exec``. mypy only
        reads code, so it is started as it is.
        """
        if self.genuine or tool == "mypy":
            return [os.fspath(self.scripts / tool)]
        return [os.fspath(self.scripts / "flaskfast"), "exec", tool]


@dataclass(frozen=True)
class Recipe:
    """Everything that a venv is made from; two that are equal can be one."""

    python: str
    wanted: list[str]
    bare: list[str]
    sdist: str  # the hash of one to be installed, or nothing


def sources_digest(checkout: Path = CHECKOUT) -> str:
    """Return the SHA-256 over the names and contents of everything a wheel is made of."""
    total = hashlib.sha256()
    with tempfile.TemporaryDirectory() as scratch:
        copy = _copy_sources(checkout, Path(scratch, "tree"))
        for path in sorted(p for p in copy.rglob("*") if p.is_file()):
            name = path.relative_to(copy).as_posix()
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            total.update(f"{content} {name}\n".encode())
    return total.hexdigest()


def _copy_sources(checkout: Path, destination: Path) -> Path:
    destination.mkdir(parents=True)
    for name in SOURCES:
        source = checkout / name
        if source.is_dir():
            shutil.copytree(source, destination / name, ignore=_ignored)
        elif source.exists():
            shutil.copy2(source, destination / name)
    return destination


def _ignored(directory: str, names: list[str]) -> set[str]:
    """Name what earlier builds left behind, among it the C files that Cython wrote."""
    generated = {n for n in names if n.endswith(".c") and n[:-2] + ".pyx" in names}
    return set(LEFTOVERS(directory, names)) | generated


def build_wheel(python: str, root: Path, checkout: Path = CHECKOUT) -> tuple[Path, str]:
    """Return the wheel of the checkout with compiled kernels, and the key of its contents.

    It is built in a copy, with ``FLASKFAST_BUILD=native``, once per state of the sources and
    per interpreter.
    """
    tag = run_tool([python, "-c", "import sys; print(sys.implementation.cache_tag)"]).strip()
    key = f"{tag}-{sources_digest(checkout)[:16]}"
    kept = root / "wheels" / key
    with locked(root / "wheels" / f"{key}.lock"):
        if not list(kept.glob("*.whl")):
            with tempfile.TemporaryDirectory() as scratch:
                tree = _copy_sources(checkout, Path(scratch, "tree"))
                flavour = "native" if tag.startswith("cpython") else "auto"
                environ = {**os.environ, "FLASKFAST_BUILD": flavour}
                pip(python, "wheel", "--quiet", "--no-deps", "-w", scratch, tree, env=environ)
                (built,) = Path(scratch).glob("*.whl")
                kept.mkdir(parents=True, exist_ok=True)
                shutil.move(built, kept / built.name)
    (wheel,) = kept.glob("*.whl")
    return wheel, key


def constraints_for(requirements: Iterable[str], text: str) -> list[str]:
    """Return the pins of constraints.txt except those that the requirements set themselves."""
    pinned = {_name(r) for r in requirements if re.search("[<>=!~]", r)}
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and line[0] != "#" and _name(line) not in pinned]


def _name(requirement: str) -> str:
    name = re.split(r"[\s<>=!~;\[(]", requirement.strip(), maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


def provide(
    suite: Suite,
    pins: Sequence[str],
    sdist: Path,
    root: Path,
    *,
    python: str,
    genuine: bool,
) -> Path:
    """Return the directory of a venv for a suite and a variant's pins, made unless it is there.

    Everything is in it except flaskfast (see `install_flaskfast`). The caller holds the lock
    of the suite's environments.
    """
    wanted = [*suite.needs, *pins, *_tools(suite), *FLASKS_OWN_NEEDS]
    wanted += [GENUINE_FLASK] if genuine else []
    version = run_tool([python, "-c", "import sys; print(sys.version, sys.prefix)"]).strip()
    installed = suite.sha256 if suite.install else ""
    recipe = Recipe(version, sorted(set(wanted)), list(suite.bare), installed)
    written = json.dumps(asdict(recipe), indent=1, sort_keys=True)
    key = hashlib.sha256(written.encode()).hexdigest()[:12]
    venv = root / "envs" / f"{suite.project}-{'genuine' if genuine else 'flaskfast'}-{key}"
    limits = constraints_for([*wanted, *suite.bare], (HERE / "constraints.txt").read_text())
    if not (venv / "contents.txt").exists() or breaks(venv, limits):
        shutil.rmtree(venv, ignore_errors=True)
        _make(venv, recipe, limits, sdist, python)
    return venv


def breaks(venv: Path, limits: Sequence[str]) -> bool:
    """Tell whether a venv has something in another version than it is pinned to by now."""
    pinned = {_name(limit): limit.partition("==")[2] for limit in limits}
    contents = (venv / "contents.txt").read_text().splitlines()
    present = {_name(line): line.partition("==")[2] for line in contents if "==" in line}
    return any(pinned.get(name, version) != version for name, version in present.items())


def _tools(suite: Suite) -> tuple[str, ...]:
    return () if suite.kind == "mypy" else ("pytest",)


def _make(venv: Path, recipe: Recipe, limits: Sequence[str], sdist: Path, python: str) -> None:
    run_tool([python, "-m", "venv", venv])
    (venv / "recipe.json").write_text(json.dumps(asdict(recipe), indent=1))
    (venv / "constraints.txt").write_text("\n".join(limits) + "\n")
    inside = interpreter(venv)
    # Most of what is installed is never imported: not worth compiling.
    install: list[str | Path] = [
        "install",
        "--quiet",
        "--no-compile",
        "--constraint",
        venv / "constraints.txt",
    ]
    pip(inside, *install, *recipe.wanted)
    if recipe.bare:
        pip(inside, *install, "--no-deps", *recipe.bare)
    if recipe.sdist:
        pip(inside, "install", "--quiet", "--no-deps", sdist)
    (venv / "contents.txt").write_text(pip(inside, "freeze"))


def interpreter(venv: Path) -> Path:
    """Return the Python of a venv."""
    return venv / "bin" / "python"


def install_flaskfast(venv: Path, wheel: Path, key: str) -> None:
    """Install the wheel into a venv unless that very build is in it.

    Its requirements are resolved like anybody's, within the venv's pins; an earlier build is
    taken out first, so that no file of it survives.
    """
    mark = venv / "flaskfast.txt"
    if mark.exists() and mark.read_text() == key:
        return
    mark.unlink(missing_ok=True)
    inside = interpreter(venv)
    pip(inside, "uninstall", "--quiet", "--yes", "flaskfast")
    before = pip(inside, "freeze")
    pip(inside, "install", "--quiet", "--constraint", venv / "constraints.txt", wheel)
    after = pip(inside, "freeze", "--exclude", "flaskfast")
    if before != after:
        raise StoreError(f"installing {wheel.name} changed more than flaskfast:\n{after}")
    mark.write_text(key)
