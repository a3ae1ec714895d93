"""One invocation of the harness: every run that was asked for, each with its verdict."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from .catalogue import GENUINE, Catalogue, CatalogueError, KnownException, Records, Suite
from .environment import Environment, build_wheel, install_flaskfast, interpreter, provide
from .outcomes import Verdict, judge, record_of
from .report import Entry
from .running import Run, run_suite
from .store import fetch_sdist, locked


@dataclass(frozen=True)
class Wish:
    """What is to be run: suites and groups by name, and limits to their runs."""

    suites: Sequence[str]
    python: str
    flavour: str | None = None
    variant: str | None = None
    genuine: bool = False
    record: bool = False
    jobs: int = 1


@dataclass
class Session:
    """One invocation: what to run, with what to compare it, and where its files are kept."""

    wish: Wish
    catalogue: Catalogue
    exceptions: Sequence[KnownException]
    records: Records
    root: Path

    def entries(self) -> Iterator[Entry]:
        """Run everything that was asked for, yielding each run when it is judged."""
        suites = self.catalogue.select(self.wish.suites)
        if self.wish.jobs == 1:
            for suite in suites:
                yield from self.runs_of(suite)
            return
        with ThreadPoolExecutor(self.wish.jobs) as pool:
            for runs in pool.map(lambda suite: [*self.runs_of(suite)], suites):
                yield from runs

    def runs_of(self, suite: Suite) -> Iterator[Entry]:
        """Run a suite in every variant; others of its project, which share its venvs, wait."""
        sdist = fetch_sdist(suite.sdist, suite.sha256, self.root / "sdists")
        with locked(self.root / "envs" / f"{suite.project}.lock"):
            for variant in self.variants(suite):
                yield from self.runs(suite, variant, sdist)

    def variants(self, suite: Suite) -> tuple[str, ...]:
        """Return the variants of a suite that were asked for."""
        wanted = self.wish.variant
        if wanted == "newest":
            wanted = tuple(self.catalogue.variants)[-1]
        if wanted is not None and wanted not in self.catalogue.variants:
            known = ", ".join(self.catalogue.variants)
            raise CatalogueError(f"No variant is called {wanted!r}. Variants: {known}.")
        return tuple(name for name in suite.variants if wanted in {None, name})

    def runs(self, suite: Suite, variant: str, sdist: Path) -> Iterator[Entry]:
        """Run a suite in one variant, with every flavour that was asked for."""
        genuine = self.wish.genuine
        pins = self.catalogue.variants[variant]
        python = self.wish.python
        venv = provide(suite, pins, sdist, self.root, python=python, genuine=genuine)
        if not genuine:
            install_flaskfast(venv, *build_wheel(python, self.root))
        environment = Environment(interpreter(venv), genuine)
        wanted = self.wish.flavour
        for flavour in (GENUINE,) if genuine else suite.flavours:
            if genuine or wanted in {None, flavour}:
                run = self.run(suite, variant, environment, flavour, sdist)
                verdict = self.verdict(suite, variant, flavour, run)
                yield Entry(suite.name, variant, flavour, run, verdict)

    def run(
        self, suite: Suite, variant: str, environment: Environment, flavour: str, sdist: Path
    ) -> Run:
        """Run a suite once; what genuine Flask gives is kept for later comparisons."""
        log = self.root / "logs" / f"{suite.name}-{variant}-{flavour}.log"
        print(f"-- {suite.name}, {variant}, {flavour}: {log}", flush=True)
        with tempfile.TemporaryDirectory(prefix="conformance-") as scratch:
            return run_suite(suite, environment, flavour, sdist, Path(scratch), log)

    def verdict(self, suite: Suite, variant: str, flavour: str, run: Run) -> Verdict:
        """Judge a run by the genuine record, which a genuine run may set first."""
        python = str(run.facts.get("python"))
        covering = [e for e in self.exceptions if e.covers(suite.name, variant, flavour, python)]
        seen = self.root / "genuine" / f"{suite.name}-{variant}-{suite.sha256[:12]}.json"
        if self.wish.genuine:
            covering = []
            seen.parent.mkdir(parents=True, exist_ok=True)
            seen.write_text(json.dumps(sorted(run.outcomes)), encoding="utf-8")
            if self.wish.record and run.problem is None:
                self.records.save(suite.name, variant, record_of(run.outcomes))
        verdict = judge(
            run.outcomes,
            self.records.find(suite.name, variant),
            covering,
            must_pass=suite.must_pass and not self.wish.genuine,
            genuine_tests=json.loads(seen.read_text()) if seen.exists() else None,
        )
        if run.problem is not None:
            verdict.problems.insert(0, run.problem)
        return verdict
