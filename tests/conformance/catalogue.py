"""The suites, the recorded genuine outcomes and the reviewed exceptions, as read from disk."""

from __future__ import annotations

import json
import sys
import typing as t
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HERE = Path(__file__).parent
FLAVOURS = ("native", "python")
GENUINE = "genuine"
KINDS = ("pytest", "mypy")
OUTCOMES = ("passed", "failed", "error", "skipped", "xfailed", "xpassed")
# What a tool reads besides the tests: its own settings, often the warning filters.
TESTS_AND_SETTINGS = ("tests", "*.toml", "*.cfg", "*.ini", "conftest.py")


class CatalogueError(Exception):
    """The suites, the exceptions or a selection of them is wrong; the message says where."""


@dataclass(frozen=True)
class Suite:
    """One project's tests: where they come from and what they need."""

    name: str
    sdist: str
    sha256: str
    kind: str = "pytest"
    group: str = ""
    install: bool = True
    needs: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()
    keep: tuple[str, ...] = TESTS_AND_SETTINGS
    directory: str = "."
    args: tuple[str, ...] = ("tests",)
    variants: tuple[str, ...] = ()
    must_pass: bool = False
    flavours: tuple[str, ...] = FLAVOURS
    slow: bool = False
    environ: Mapping[str, str] = field(default_factory=dict)
    replace: Mapping[str, str] = field(default_factory=dict)

    @property
    def project(self) -> str:
        """Return the name of the project on the package index."""
        return self.sdist.partition("==")[0]

    def answers_to(self, word: str) -> bool:
        """Tell whether a word on the command line selects this suite."""
        speed = "slow" if self.slow else "quick"
        return word in {self.name, self.group, speed, f"{self.group}-{speed}", "all"}


@dataclass(frozen=True)
class KnownException:
    """A reviewed difference: what flaskfast gives for one test, and why that is right."""

    suite: str
    test: str
    outcome: str
    reason: str
    variant: str | None = None
    flavour: str | None = None
    python: str | None = None

    def covers(self, suite: str, variant: str, flavour: str, python: str = "") -> bool:
        """Tell whether the entry speaks about this run, on a Python given as ``3.11.7``."""
        return (
            self.suite == suite
            and self.variant in {None, variant}
            and self.flavour in {None, flavour}
            and self.python in {None, ".".join(python.split(".")[:2])}
        )


@dataclass(frozen=True)
class Catalogue:
    """Every suite by name, and every variant with its requirements."""

    suites: Mapping[str, Suite]
    variants: Mapping[str, tuple[str, ...]]

    def select(self, words: Iterable[str]) -> list[Suite]:
        """Return the suites that the words name, in the catalogue's order.

        A word is a suite, a group, ``quick``, ``slow``, ``GROUP-quick``, ``GROUP-slow`` or
        ``all``; one that selects nothing raises `CatalogueError`.
        """
        chosen: set[str] = set()
        for word in words:
            found = {s.name for s in self.suites.values() if s.answers_to(word)}
            if not found:
                known = ", ".join(self.suites)
                raise CatalogueError(f"No suite or group is called {word!r}. Suites: {known}.")
            chosen |= found
        return [suite for suite in self.suites.values() if suite.name in chosen]


def read_catalogue(path: Path = HERE / "suites.toml") -> Catalogue:
    """Read the suites; raise `CatalogueError` for an unknown key, variant, kind or flavour."""
    data = _read_toml(path)
    variants = {name: tuple(pins) for name, pins in data["variants"].items()}
    newest = tuple(variants)[-1:]
    suites = {}
    for name, table in data["suites"].items():
        suites[name] = _suite(name, table, newest)
        unknown = set(suites[name].variants) - set(variants)
        if unknown:
            raise CatalogueError(f"{path.name}: suite {name!r}: unknown variants {unknown}.")
    return Catalogue(suites, variants)


def _suite(name: str, table: Mapping[str, t.Any], newest: tuple[str, ...]) -> Suite:
    known = {f.name for f in fields(Suite)} - {"name"}
    if not {"sdist", "sha256"} <= set(table) <= known:
        wrong = sorted({"sdist", "sha256"} - set(table)) + sorted(set(table) - known)
        raise CatalogueError(f"Suite {name!r}: missing or unknown keys: {', '.join(wrong)}.")
    values: dict[str, t.Any] = {"group": name, "variants": newest}
    values |= {key: tuple(v) if isinstance(v, list) else v for key, v in table.items()}
    suite = Suite(name=name, **values)
    if "==" not in suite.sdist:
        raise CatalogueError(f"Suite {name!r}: sdist {suite.sdist!r} has no ==VERSION.")
    if suite.kind not in KINDS or not set(suite.flavours) <= set(FLAVOURS):
        raise CatalogueError(f"Suite {name!r}: kind is one of {KINDS}, flavours of {FLAVOURS}.")
    return suite


def read_exceptions(
    catalogue: Catalogue, path: Path = HERE / "exceptions.toml"
) -> list[KnownException]:
    """Read the reviewed exceptions; raise `CatalogueError` for one that can never apply."""
    entries = [_exception(path, table) for table in _read_toml(path).get("exception", [])]
    for entry in entries:
        suite = catalogue.suites.get(entry.suite)
        if suite is None:
            raise CatalogueError(f"{path.name}: {entry.test}: no suite {entry.suite!r}.")
        if entry.variant is not None and entry.variant not in suite.variants:
            raise CatalogueError(f"{path.name}: {entry.test}: no variant {entry.variant!r}.")
        if entry.flavour is not None and entry.flavour not in suite.flavours:
            raise CatalogueError(f"{path.name}: {entry.test}: no flavour {entry.flavour!r}.")
    return entries


def _exception(path: Path, table: Mapping[str, t.Any]) -> KnownException:
    where = f"{path.name}: {table.get('test', '?')}"
    known = {f.name for f in fields(KnownException)}
    if not {"suite", "test", "outcome", "reason"} <= set(table) <= known:
        raise CatalogueError(f"{where}: needs suite, test, outcome, reason; got {sorted(table)}.")
    if table["outcome"] not in OUTCOMES:
        raise CatalogueError(f"{where}: outcome is one of {', '.join(OUTCOMES)}.")
    if len(table["reason"].split()) < 4:
        raise CatalogueError(f"{where}: give a reason that a reviewer can judge.")
    return KnownException(**table)


def _read_toml(path: Path) -> dict[str, t.Any]:
    try:
        data: dict[str, t.Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{path.name}: {error}") from error
    return data


@dataclass(frozen=True)
class Record:
    """What a suite gave on genuine Flask: enough to compare test id by test id.

    ``digest`` identifies the set of all test ids; ``others`` lists those that did not pass,
    by outcome.
    """

    total: int
    digest: str
    others: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def outcome(self, test: str) -> str:
        """Return the genuine outcome of one test."""
        for outcome, tests in self.others.items():
            if test in tests:
                return outcome
        return "passed"


class Records:
    """The genuine outcomes per suite and variant, kept in one JSON file."""

    def __init__(self, path: Path = HERE / "genuine.json") -> None:
        self.path = path
        self._runs: dict[str, dict[str, t.Any]] = (
            json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        )

    def find(self, suite: str, variant: str) -> Record | None:
        """Return what is recorded for a suite in a variant, or None."""
        run = self._runs.get(f"{suite} {variant}")
        if run is None:
            return None
        others = {outcome: tuple(tests) for outcome, tests in run["others"].items()}
        return Record(run["total"], run["digest"], others)

    def save(self, suite: str, variant: str, record: Record) -> None:
        """Write down a genuine result, replacing an earlier one."""
        others = {outcome: sorted(tests) for outcome, tests in record.others.items()}
        self._runs[f"{suite} {variant}"] = {
            "total": record.total,
            "digest": record.digest,
            "others": others,
        }
        text = json.dumps(self._runs, indent=1, sort_keys=True)
        self.path.write_text(text + "\n", encoding="utf-8")

    def __iter__(self) -> Iterator[str]:
        return iter(self._runs)
