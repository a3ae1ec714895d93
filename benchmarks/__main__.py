"""Benchmarks of flaskfast, and the gate on its instructions."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial

from benchmarks.callgrind import NoValgrind, count_all
from benchmarks.gate import BudgetError, check, ratchet
from benchmarks.measure import measure
from benchmarks.profile import NoCompiler, take_profile
from benchmarks.profile import text as profile_text
from benchmarks.scenarios import UnknownScenario, every, select
from benchmarks.table import Row, markdown_table, text_table
from flaskfast._bench.rounds import Progress, terminal_progress


def names(text: str) -> list[str]:
    """Split a comma separated argument."""
    return [name.strip() for name in text.split(",") if name.strip()]


def announce(progress: Progress, head: str, text: str) -> None:
    """Show what is being measured."""
    progress(head + text)


def run(options: argparse.Namespace) -> int:
    """Measure and print the table."""
    progress = terminal_progress()
    rows = []
    chosen = select(options.only)
    for number, scenario in enumerate(chosen, 1):
        head = f"[{number}/{len(chosen)}] {scenario.name}: "
        if not sys.stderr.isatty():
            print(head, file=sys.stderr, flush=True)
        results = measure(
            scenario,
            implementations=options.implementations,
            rounds=options.rounds,
            seconds=options.seconds,
            progress=partial(announce, progress, head),
        )
        rows.append(Row(scenario, results))
        if options.traces:
            for result in results.values():
                if result.failure:
                    print(result.failure.trace, file=sys.stderr)
    progress("")
    print(text_table(rows))
    if options.markdown:
        with open(options.markdown, "w", encoding="utf-8") as file:
            file.write(markdown_table(rows))
    failed = [r for row in rows for r in row.results.values() if r.failure]
    return 1 if any(r.failure and r.failure.kind != "absent" for r in failed) else 0


def count(options: argparse.Namespace) -> int:
    """Print instructions per call."""
    chosen = select(options.only)
    wanted = options.implementations
    pairs = [
        (implementation, scenario.name)
        for scenario in chosen
        for implementation in scenario.implementations
        if not wanted or implementation in wanted
    ]
    counts = count_all(pairs, jobs=options.jobs)
    for scenario in chosen:
        reference = counts.get((scenario.replaces, scenario.name))
        for implementation in scenario.implementations:
            found = counts.get((implementation, scenario.name))
            if found is None:
                continue
            if found.failed:
                print(f"{scenario.name:24} {implementation:18} {'-':>12}  {found.failed}")
                continue
            share = ""
            if reference is not None and reference.per_call:
                share = f"{found.per_call / reference.per_call:8.4f} of {scenario.replaces}"
            print(f"{scenario.name:24} {implementation:18} {found.per_call:>12,.0f}  {share}")
    return 0


def profile(options: argparse.Namespace) -> int:
    """Print where the instructions of a scenario go."""
    for scenario in select([options.scenario]):
        names = options.implementations or [scenario.implementations[0]]
        for name in names:
            if name not in scenario.builders:
                raise UnknownScenario(
                    f"{name} does not take part in {scenario.name}; "
                    f"{', '.join(scenario.implementations)} do."
                )
            print(profile_text(take_profile(name, scenario.name), top=options.top))
            print()
    return 0


def gate(options: argparse.Namespace) -> int:
    """Fail when flaskfast executes more than its budget."""
    return 0 if check(select(options.only), every().values(), jobs=options.jobs) else 1


def tighten(options: argparse.Namespace) -> int:
    """Write better shares into the budget."""
    select(options.accept)
    chosen = select(options.only)
    holds = ratchet(chosen, every().values(), accept=options.accept, jobs=options.jobs)
    return 0 if holds else 1


def show_list(options: argparse.Namespace) -> int:
    """Print every scenario with what it does and who takes part."""
    for scenario in every().values():
        print(f"{scenario.group:9} {scenario.name:24} {scenario.what}")
        print(f"{'':34} {', '.join(scenario.implementations)}")
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("run", help="measure scenarios and print the table of ratios")
    command.add_argument("--only", type=names, default=[], help="scenarios or groups, by comma")
    command.add_argument("--implementations", type=names, default=[], help="narrow them, by comma")
    command.add_argument("--rounds", type=int, default=15)
    command.add_argument("--seconds", type=float, default=0.02, help="length of one turn")
    command.add_argument("--markdown", metavar="FILE")
    command.add_argument("--traces", action="store_true", help="print the traces of failures")
    command.set_defaults(function=run)

    command = commands.add_parser("count", help="count instructions per call")
    command.add_argument("--only", type=names, default=[])
    command.add_argument("--implementations", type=names, default=[])
    command.add_argument("--jobs", type=int, default=2)
    command.set_defaults(function=count)

    command = commands.add_parser("profile", help="instructions per Python and native function")
    command.add_argument("scenario")
    command.add_argument("--implementations", type=names, default=[])
    command.add_argument("--top", type=int, default=30)
    command.set_defaults(function=profile)

    command = commands.add_parser("gate", help="compare instructions with benchmarks/budget.toml")
    command.add_argument("--only", type=names, default=[])
    command.add_argument("--jobs", type=int, default=2)
    command.set_defaults(function=gate)

    command = commands.add_parser("ratchet", help="write better shares into the budget")
    command.add_argument("--only", type=names, default=[])
    command.add_argument("--accept", type=names, default=[], help="scenarios that may get worse")
    command.add_argument("--jobs", type=int, default=2)
    command.set_defaults(function=tighten)

    command = commands.add_parser("list", help="list the scenarios")
    command.set_defaults(function=show_list)

    options = parser.parse_args(argv)
    try:
        return int(options.function(options))
    except (UnknownScenario, BudgetError, NoCompiler, NoValgrind) as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
