"""``python -m tests.conformance``: run other projects' suites on flaskfast and judge them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from .catalogue import (
    FLAVOURS,
    HERE,
    Catalogue,
    CatalogueError,
    Records,
    read_catalogue,
    read_exceptions,
)
from .document import write_document
from .report import Entry, differences, table, where
from .session import Session, Wish
from .store import StoreError, cache_root


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
        "--jobs", type=int, default=1, metavar="N", help="run so many suites at a time"
    )
    parser.add_argument(
        "--document", type=Path, metavar="FILE", help="write the results into its tables"
    )
    parser.add_argument(
        "--python", default=sys.executable, help="the interpreter to run the suites with"
    )
    options = parser.parse_args(argv)
    if options.record and not options.genuine:
        parser.error("--record needs --genuine: only genuine Flask says what is expected")
    if options.document and options.genuine:
        parser.error("--document is for results of flaskfast; leave --genuine out")
    if options.jobs < 1:
        parser.error("--jobs is the number of suites at a time, at least 1")
    if not options.suites and not options.list:
        parser.error("name at least one suite, or --list")
    return options


def wish_of(options: argparse.Namespace) -> Wish:
    """Turn the command line into what is to be run."""
    return Wish(
        options.suites,
        options.python,
        options.flavour,
        options.variant,
        options.genuine,
        options.record,
        options.jobs,
    )


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


def main(argv: Sequence[str] | None = None, *, data: Path = HERE) -> int:
    """Run the suites that ``data`` describes; return 0 only when all are exactly as expected."""
    options = parse(argv)
    try:
        catalogue = read_catalogue(data / "suites.toml")
        if options.list:
            show_suites(catalogue)
            return 0
        exceptions = read_exceptions(catalogue, data / "exceptions.toml")
        records = Records(data / "genuine.json")
        session = Session(wish_of(options), catalogue, exceptions, records, cache_root())
        entries = []
        for entry in session.entries():
            show(entry)
            entries.append(entry)
        if options.document and entries:
            write_document(options.document, catalogue, entries, records)
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
