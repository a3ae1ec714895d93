"""``python -m tests.conformance``: run other projects' suites on flaskfast and judge them."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .catalogue import (
    FLAVOURS,
    GENUINE,
    Catalogue,
    CatalogueError,
    KnownException,
    Records,
    Suite,
    read_catalogue,
    read_exceptions,
)
from .environment import Environment, build_wheel, install_flaskfast, interpreter, provide
from .outcomes import Verdict, judge, record_of
from .report import Entry, differences, table, where
from .running import Run, run_suite
from .store import StoreError, cache_root, fetch_sdist, locked


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    parser.add_argument(
        "suites", nargs="*", metavar="SUITE", help="suite or group, or: quick, slow, all"
    )
    parser.add_argument("--list", action="store_true", help="show the suites and stop")
    parser.add_argument("--flavour", choices=FLAVOURS, help="only these kernels")
    parser.add_argument("--variant", help="only this environment; newest for the last one")
    parser.add_argument(
        "--genuine", action="store_true", help="run on genuine Flask and show the outcomes"
    )
    parser.add_argument(
        "--record", action="store_true", help="with --genuine: commit to these outcomes"
    )
    parser.add_argument(
        "--python", default=sys.executable, help="the interpreter to run the suites with"
    )
    options = parser.parse_args(argv)
    if options.record and not options.genuine:
        parser.error("--record needs --genuine: only genuine Flask says what is expected")
    if not options.suites and not options.list:
        parser.error("name at least one suite, or --list")
    return options


@dataclass
class Session:
    """One invocation: what to run, with what to compare it, and where its files are kept."""

    options: argparse.Namespace
    catalogue: Catalogue
    exceptions: Sequence[KnownException]
    records: Records
    root: Path

    def entries(self) -> Iterator[Entry]:
        """Run everything that was asked for, yielding each run when it is judged."""
        for suite in self.catalogue.select(self.options.suites):
            sdist = fetch_sdist(suite.sdist, suite.sha256, self.root / "sdists")
            with locked(self.root / "envs" / f"{suite.project}.lock"):
                for variant in self.variants(suite):
                    yield from self.runs(suite, variant, sdist)

    def variants(self, suite: Suite) -> tuple[str, ...]:
        """Return the variants of a suite that were asked for."""
        wanted = self.options.variant
        if wanted == "newest":
            wanted = tuple(self.catalogue.variants)[-1]
        if wanted is not None and wanted not in self.catalogue.variants:
            known = ", ".join(self.catalogue.variants)
            raise CatalogueError(f"No variant is called {wanted!r}. Variants: {known}.")
        return tuple(name for name in suite.variants if wanted in {None, name})

    def runs(self, suite: Suite, variant: str, sdist: Path) -> Iterator[Entry]:
        """Run a suite in one variant, with every flavour that was asked for."""
        genuine = self.options.genuine
        pins = self.catalogue.variants[variant]
        python = self.options.python
        venv = provide(suite, pins, sdist, self.root, python=python, genuine=genuine)
        if not genuine:
            install_flaskfast(venv, *build_wheel(python, self.root))
        environment = Environment(interpreter(venv), genuine)
        wanted = self.options.flavour
        for flavour in (GENUINE,) if genuine else suite.flavours:
            if genuine or wanted in {None, flavour}:
                run = self.run(suite, variant, environment, flavour, sdist)
                yield Entry(suite.name, variant, flavour, run, self.verdict(suite, variant, run))

    def run(
        self, suite: Suite, variant: str, environment: Environment, flavour: str, sdist: Path
    ) -> Run:
        """Run a suite once; what genuine Flask gives is kept for later comparisons."""
        log = self.root / "logs" / f"{suite.name}-{variant}-{flavour}.log"
        print(f"-- {suite.name}, {variant}, {flavour}: {log}", flush=True)
        with tempfile.TemporaryDirectory(prefix="conformance-") as scratch:
            return run_suite(suite, environment, flavour, sdist, Path(scratch), log)

    def verdict(self, suite: Suite, variant: str, run: Run) -> Verdict:
        """Judge a run, or take it down when it is the genuine one."""
        seen = self.root / "genuine" / f"{suite.name}-{variant}-{suite.sha256[:12]}.json"
        if self.options.genuine:
            verdict = self.record(suite, variant, run)
            seen.parent.mkdir(parents=True, exist_ok=True)
            seen.write_text(json.dumps(sorted(run.outcomes)), encoding="utf-8")
        else:
            flavour = str(run.facts.get("flavour"))
            verdict = judge(
                run.outcomes,
                self.records.find(suite.name, variant),
                [e for e in self.exceptions if e.covers(suite.name, variant, flavour)],
                must_pass=suite.must_pass,
                genuine_tests=json.loads(seen.read_text()) if seen.exists() else None,
            )
        if run.problem is not None:
            verdict.problems.insert(0, run.problem)
        return verdict

    def record(self, suite: Suite, variant: str, run: Run) -> Verdict:
        """Compare a genuine run with the record, or make it the record."""
        if self.options.record and run.problem is None:
            self.records.save(suite.name, variant, record_of(run.outcomes))
        return judge(run.outcomes, self.records.find(suite.name, variant), [], must_pass=False)


def show_suites(catalogue: Catalogue) -> None:
    """Print every suite with its group, its variants and its speed."""
    for suite in catalogue.suites.values():
        speed = "slow" if suite.slow else "quick"
        print(f"{suite.name:20} {suite.group:12} {speed:6} {suite.sdist:44}", end=" ")
        print(", ".join(suite.variants))


def show(entry: Entry) -> None:
    """Print how one run closed and what speaks against it."""
    if entry.run.facts:
        print(f"   {where(entry.run.facts)}")
    print(f"   {entry.run.closing}")
    for line in differences(entry):
        print(line)
    sys.stdout.flush()


def main(argv: Sequence[str] | None = None) -> int:
    """Run the suites; return 0 only when every one of them is exactly as expected."""
    options = parse(argv)
    try:
        catalogue = read_catalogue()
        if options.list:
            show_suites(catalogue)
            return 0
        exceptions = read_exceptions(catalogue)
        session = Session(options, catalogue, exceptions, Records(), cache_root())
        entries = []
        for entry in session.entries():
            show(entry)
            entries.append(entry)
    except (CatalogueError, StoreError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if not entries:
        print("error: the options leave nothing to run", file=sys.stderr)
        return 2
    print(f"\n{table(entries)}")
    return 0 if all(entry.verdict.good for entry in entries) else 1


if __name__ == "__main__":
    sys.exit(main())
