"""Measured rows in a file: written as they come, read to draw tables and charts again.

Rows of later runs take the place of earlier ones of the same scenario. A ratio never
mixes two runs: it is between implementations of one row.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.scenarios import every
from benchmarks.table import Row, versions
from flaskfast._bench.rounds import Failure, Result


class NoResults(Exception):
    """There is no file of results, or none of this kind."""


def read(path: Path) -> dict[str, Any]:
    """Return what a file holds, scenario by scenario; an empty dict when there is none."""
    if not path.exists():
        return {}
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["scenarios"]
    except (ValueError, KeyError, TypeError) as error:
        raise NoResults(f"{path} is no file of results; remove it, and measure anew.") from error
    return found


def save(rows: Iterable[Row], path: Path) -> None:
    """Put rows into a file, beside those of other scenarios."""
    kept = read(path)
    for row in rows:
        kept[row.scenario.name] = {
            "versions": versions(),
            "results": {name: written(result) for name, result in row.results.items()},
        }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"scenarios": kept}) + "\n", encoding="utf-8")


def written(result: Result) -> dict[str, Any]:
    """Return a result as JSON can carry it, without the answer's body."""
    answer = {k: v for k, v in (result.answer or {}).items() if k not in {"body", "value"}}
    failure = result.failure
    return {
        "answer": answer,
        "rounds": [round(nanoseconds, 2) for nanoseconds in result.rounds],
        "failure": None if failure is None else [str(failure), failure.kind],
        "note": result.note,
    }


def load(path: Path) -> tuple[list[Row], list[str]]:
    """Return a file's rows in the order of the scenarios, and what they were measured on.

    Raises NoResults when there are none.
    """
    kept = read(path)
    scenarios = every()
    rows = [
        Row(scenario, {n: restored(n, told) for n, told in kept[name]["results"].items()})
        for name, scenario in scenarios.items()
        if name in kept
    ]
    if not rows:
        raise NoResults(f"{path} holds no results. 'make bench' measures and writes them.")
    machines = dict.fromkeys(kept[row.scenario.name]["versions"] for row in rows)
    return rows, list(machines)


def restored(name: str, told: dict[str, Any]) -> Result:
    """Make a result of what `written` returned."""
    failure = told["failure"]
    return Result(
        name,
        answer=told["answer"] or None,
        rounds=told["rounds"],
        failure=None if failure is None else Failure(*failure),
        note=told["note"],
    )
