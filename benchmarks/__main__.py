"""Benchmarks of flaskfast, and the gate on its instructions."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from benchmarks import elsewhere, grid, served, startup
from benchmarks.callgrind import NoValgrind, count_all
from benchmarks.charts import NoMatplotlib, draw, pyplot
from benchmarks.gate import BudgetError, check, ratchet
from benchmarks.library import NoCompiler
from benchmarks.measure import measure
from benchmarks.profile import take_profile
from benchmarks.profile import text as profile_text
from benchmarks.publish import publish
from benchmarks.results import NoResults, load, save
from benchmarks.scenario import FAMILY, FLAVOURS, Scenario
from benchmarks.scenarios import UnknownScenario, every, select
from benchmarks.table import NoPlace, Row, markdown_table, ratio_table, text_table
from flaskfast._bench.rounds import Progress, terminal_progress

HELPFUL = (
    UnknownScenario,
    BudgetError,
    NoCompiler,
    NoValgrind,
    NoMatplotlib,
    NoPlace,
    NoResults,
    served.NoWrk,
)


def names(text: str) -> list[str]:
    """Split a comma separated argument."""
    return [name.strip() for name in text.split(",") if name.strip()]


def check_implementations(options: argparse.Namespace, known: Iterable[str]) -> None:
    """Raise UnknownScenario when an implementation is asked for that nobody knows."""
    known = list(dict.fromkeys(known))
    for name in options.implementations:
        if name not in known:
            raise UnknownScenario(
                f"There is no implementation {name!r} here, only {', '.join(known)}."
            )


def participants(scenarios: Iterable[Scenario]) -> list[str]:
    """Return everybody who takes part in one of these."""
    return [name for scenario in scenarios for name in scenario.implementations]


def announce(progress: Progress, head: str, text: str) -> None:
    """Show what is being measured."""
    progress(head + text)


def run(options: argparse.Namespace) -> int:
    """Measure and print the table."""
    if options.charts:
        pyplot()  # says at once when it is missing
    chosen = select(options.only)
    check_implementations(options, participants(chosen))
    rows = measured_rows(chosen, options)
    print(text_table(rows))
    if options.charts:
        for path in draw(rows, Path(options.charts)):
            print(f"drew {path}", file=sys.stderr)
    if options.markdown:
        Path(options.markdown).write_text(markdown_table(rows), encoding="utf-8")
    return 1 if any(map(failed, rows)) else 0


def measured_rows(chosen: Sequence[Scenario], options: argparse.Namespace) -> list[Row]:
    """Measure scenarios one by one, keeping each where that was asked for."""
    progress = terminal_progress()
    rows = []
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
        if options.save:
            save(rows[-1:], Path(options.save))
        if options.traces:
            for result in results.values():
                if result.failure:
                    print(result.failure.trace, file=sys.stderr)
    progress("")
    return rows


def run_elsewhere(options: argparse.Namespace) -> int:
    """Measure the views that nothing was tuned by, and print their ratios, the worst first."""
    chosen = select(options.only or [elsewhere.GROUP])
    check_implementations(options, participants(chosen))
    rows = measured_rows(chosen, options)
    show_grid(ratio_table(rows), 1, options.markdown)
    return 1 if any(map(failed, rows)) else 0


def failed(row: Row) -> bool:
    """Whether somebody did something wrong; being absent is not, nor is a peer that is slow."""
    ours = {*FLAVOURS, row.scenario.replaces}
    return any(
        result.failure is not None
        and result.failure.kind != "absent"
        and (result.failure.kind != "late" or name in ours)
        for name, result in row.results.items()
    )


def publish_results(options: argparse.Namespace) -> int:
    """Put kept results into the pages."""
    pyplot()  # says at once when it is missing
    rows, machines = load(Path(options.results))
    more = [(title, Path(path)) for title, path in options.table]
    for path in publish(rows, machines, more=more):
        print(f"wrote {path}")
    return 0


def count(options: argparse.Namespace) -> int:
    """Print instructions per call."""
    chosen = select(options.only)
    check_implementations(options, participants(chosen))
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
            print(
                f"{scenario.name:24} {implementation:18} {found.per_call:>12,.0f}  {share}  "
                f"{found.system_calls:.2f} system calls"
            )
    return 0


def profile(options: argparse.Namespace) -> int:
    """Print where the instructions of a scenario go."""
    for scenario in select([options.scenario]):
        check_implementations(options, scenario.implementations)
        for name in options.implementations or [scenario.implementations[0]]:
            print(profile_text(take_profile(name, scenario.name), top=options.top))
            print()
    return 0


def gate(options: argparse.Namespace) -> int:
    """Fail when flaskfast executes more than its budget."""
    holds = check(
        select(options.only), every().values(), flavours=flavours(options), jobs=options.jobs
    )
    return 0 if holds else 1


def flavours(options: argparse.Namespace) -> list[str]:
    """Return the flavours that were asked for: both, unless narrowed."""
    unknown = [name for name in options.flavours if name not in FLAVOURS]
    if unknown:
        raise UnknownScenario(f"There is no flavour {unknown[0]!r}, only {', '.join(FLAVOURS)}.")
    return options.flavours or list(FLAVOURS)


def tighten(options: argparse.Namespace) -> int:
    """Write better shares into the budget."""
    select(options.accept)
    chosen = select(options.only)
    holds = ratchet(
        chosen,
        every().values(),
        accept=options.accept,
        flavours=flavours(options),
        jobs=options.jobs,
    )
    return 0 if holds else 1


def show_grid(table: Sequence[Sequence[str]], left: int, markdown: str | None) -> None:
    """Print a table, and write it as Markdown when asked."""
    print(grid.plain(table, left=left))
    if markdown:
        Path(markdown).write_text(grid.markdown(table, left=left), encoding="utf-8")


def served_servers(options: argparse.Namespace) -> int:
    """Load real servers."""
    servers = {server.name: server for server in served.SERVERS}
    unknown = [name for name in options.servers if name not in servers]
    if unknown:
        raise UnknownScenario(f"There is no server {unknown[0]!r}, only {', '.join(servers)}.")
    check_implementations(options, served.IMPLEMENTATIONS)
    cells = served.measure_served(
        servers=[servers[name] for name in options.servers or servers],
        scenarios=[scenario.name for scenario in select(options.only or served.SCENARIOS)],
        implementations=options.implementations or served.IMPLEMENTATIONS,
        rounds=options.rounds,
        seconds=options.seconds,
        connections=options.connections,
        progress=steps(),
    )
    show_grid(served.rows(cells), 3, options.markdown)
    return 1 if any(cell.failed for cell in cells) else 0


def steps() -> Progress:
    """Return a progress line, or plain lines where standard error is not a terminal."""
    if sys.stderr.isatty():
        return terminal_progress()
    return lambda text: print(text, file=sys.stderr, flush=True)


def start_up(options: argparse.Namespace) -> int:
    """Measure what starting costs."""
    tasks = [t for t in startup.TASKS if not options.only or t.name in options.only]
    if not tasks:
        known = ", ".join(task.name for task in startup.TASKS)
        raise UnknownScenario(f"There is none of {', '.join(options.only)}, only {known}.")
    found = startup.measure_startup(tasks, rounds=options.rounds, progress=steps())
    show_grid(startup.rows(tasks, found), 2, options.markdown)
    failed = [r for results in found.values() for r in results.values() if r.failure]
    return 1 if failed else 0


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
    command.add_argument("--rounds", type=int, default=60)
    command.add_argument("--seconds", type=float, default=0.005, help="length of one turn")
    command.add_argument("--markdown", metavar="FILE")
    command.add_argument("--save", metavar="FILE", help="keep the results, for 'publish'")
    command.add_argument("--charts", metavar="DIRECTORY", help="draw charts as SVG and PNG")
    command.add_argument("--traces", action="store_true", help="print the traces of failures")
    command.set_defaults(function=run)

    command = commands.add_parser("elsewhere", help="compare views that nothing was tuned by")
    command.add_argument("--only", type=names, default=[], help="views, by comma")
    command.add_argument("--rounds", type=int, default=20)
    command.add_argument("--seconds", type=float, default=0.005, help="length of one turn")
    command.add_argument("--markdown", metavar="FILE")
    command.set_defaults(
        function=run_elsewhere, implementations=list(FAMILY), save=None, traces=False
    )

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
    command.add_argument("--flavours", type=names, default=[], help=", ".join(FLAVOURS))
    command.add_argument("--jobs", type=int, default=2)
    command.set_defaults(function=gate)

    command = commands.add_parser("ratchet", help="write better shares into the budget")
    command.add_argument("--only", type=names, default=[])
    command.add_argument("--accept", type=names, default=[], help="scenarios that may get worse")
    command.add_argument("--flavours", type=names, default=[], help=", ".join(FLAVOURS))
    command.add_argument("--jobs", type=int, default=2)
    command.set_defaults(function=tighten)

    command = commands.add_parser("served", help="load real servers by wrk")
    command.add_argument("--servers", type=names, default=[])
    command.add_argument("--only", type=names, default=[], help="hello, json, params")
    command.add_argument("--implementations", type=names, default=[])
    command.add_argument("--rounds", type=int, default=3)
    command.add_argument("--seconds", type=float, default=3)
    command.add_argument("--connections", type=int, default=16)
    command.add_argument("--markdown", metavar="FILE")
    command.set_defaults(function=served_servers)

    command = commands.add_parser("startup", help="imports, memory, 10,000 rules")
    command.add_argument("--only", type=names, default=[])
    command.add_argument("--rounds", type=int, default=7)
    command.add_argument("--markdown", metavar="FILE")
    command.set_defaults(function=start_up)

    command = commands.add_parser("publish", help="put kept results into README and docs")
    command.add_argument("results", metavar="FILE", help="what 'run --save' wrote")
    command.add_argument(
        "--table",
        nargs=2,
        action="append",
        default=[],
        metavar=("TITLE", "FILE"),
        help="a Markdown table for docs/performance.md; may be repeated",
    )
    command.set_defaults(function=publish_results)

    command = commands.add_parser("list", help="list the scenarios")
    command.set_defaults(function=show_list)

    options = parser.parse_args(argv)
    try:
        return int(options.function(options))
    except HELPFUL as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
