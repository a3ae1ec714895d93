"""``python -m benchmarks``: run, list."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from benchmarks.measure import measure
from benchmarks.scenarios import UnknownScenario, every, select
from benchmarks.table import Row, markdown_table, text_table
from flaskfast._bench.rounds import terminal_progress


def names(text: str) -> list[str]:
    """Split a comma separated argument."""
    return [name.strip() for name in text.split(",") if name.strip()]


def run(options: argparse.Namespace) -> int:
    """Measure and print the table."""
    progress = terminal_progress()
    rows = []
    chosen = select(options.only)
    for number, scenario in enumerate(chosen, 1):
        head = f"[{number}/{len(chosen)}] {scenario.name}"
        if not sys.stderr.isatty():
            print(head, file=sys.stderr, flush=True)
        results = measure(
            scenario,
            implementations=options.implementations,
            rounds=options.rounds,
            seconds=options.seconds,
            progress=lambda text, head=head: progress(f"{head}: {text}"),
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

    command = commands.add_parser("list", help="list the scenarios")
    command.set_defaults(function=show_list)

    options = parser.parse_args(argv)
    try:
        return int(options.function(options))
    except UnknownScenario as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
