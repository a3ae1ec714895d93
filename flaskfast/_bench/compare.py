"""``flaskfast bench``: one application's own routes, on Flask and on flaskfast."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from .page import html_page
from .rounds import (
    Failure,
    Progress,
    Result,
    Worker,
    interleave,
    ratio,
    ratio_range,
    same_bytes,
    terminal_progress,
)

FRAMEWORKS = ("flaskfast", "flask")


def compare(
    target: str,
    *,
    paths: Sequence[str],
    headers: Sequence[str],
    rounds: int,
    seconds: float,
    html: str | None,
) -> None:
    """Measure *target*'s paths on both frameworks, print the table and write the report.

    Exits with 1 when the answers of the two differ. Raises click's exceptions for
    what the user can mend.
    """
    sent = dict(map(split_header, headers))
    progress = terminal_progress()
    try:
        asked = list(paths) or find_paths(target, progress)
        measured = {
            path: measure_path(target, path, sent, rounds, seconds, progress) for path in asked
        }
    except Failure as failure:
        raise click.ClickException(explain(failure)) from failure
    finally:
        progress("")
    click.echo(text_report(measured))
    if html:
        Path(html).write_text(html_page(target, measured, rounds), encoding="utf-8")
        click.echo(f"Wrote {html}")
    if any(results["flaskfast"].note for results in measured.values()):
        sys.exit(1)


def split_header(text: str) -> tuple[str, str]:
    """Split ``Name: value``; raise BadParameter for anything else."""
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise click.BadParameter(f"{text!r} is not of the form 'Name: value'.")
    return name.strip(), value.strip()


def start(target: str, framework: str, path: str | None, headers: dict[str, str]) -> Worker:
    """Start the interpreter for one framework."""
    return Worker({"app": target, "framework": framework, "path": path, "headers": headers})


def find_paths(target: str, progress: Progress) -> list[str]:
    """Return the paths of the application's GET rules without parameters."""
    progress(f"loading {target}")
    worker = start(target, "flaskfast", None, {})
    try:
        paths = list(worker.receive()["paths"])
    finally:
        worker.close()
    if not paths:
        raise Failure(
            f"{target} has no GET rule without parameters. Name paths: --path /x", "wrong"
        )
    return paths


def measure_path(
    target: str,
    path: str,
    headers: dict[str, str],
    rounds: int,
    seconds: float,
    progress: Progress,
) -> dict[str, Result]:
    """Measure one path on both frameworks."""

    def examine(results: dict[str, Result]) -> None:
        for result in results.values():
            if result.failure is not None:
                raise result.failure
        same_bytes([results["flaskfast"]], results["flask"])
        # A difference is told, and does not keep anybody from being timed.
        if results["flaskfast"].failure is not None:
            results["flaskfast"].note = str(results["flaskfast"].failure)
            results["flaskfast"].failure = None

    return interleave(
        {name: partial(start, target, name, path, headers) for name in FRAMEWORKS},
        rounds=rounds,
        seconds=seconds,
        examine=examine,
        progress=lambda text: progress(f"{path}: {text}"),
    )


def explain(failure: Failure) -> str:
    """Say what a worker failed at, with its trace when the application raised."""
    if failure.kind == "broken" and failure.trace:
        return f"The application cannot be measured: {failure}\n\n{failure.trace}"
    return str(failure)


def text_report(measured: dict[str, dict[str, Result]]) -> str:
    """Return the table."""
    width = max(map(len, [*measured, "path"]))
    lines = [f"{'path':{width}}  status     Flask us  flaskfast us  times faster  range"]
    for path, results in measured.items():
        flask, fast = results["flask"], results["flaskfast"]
        status = flask.answer["status"].partition(" ")[0]
        low, high = ratio_range(fast, flask)
        lines.append(
            f"{path:{width}}  {status:>6}  {flask.best / 1000:>11.1f}  {fast.best / 1000:>12.1f}  "
            f"{ratio(fast, flask):>12.2f}  {low:.2f}-{high:.2f}"
        )
        if not (flask.answer["steady"] and fast.answer["steady"]):
            lines.append(f"{'':{width}}  note: its body changes with every request; not compared")
        if fast.note:
            lines.append(f"{'':{width}}  not the same answer: {fast.note}")
        elif not status.startswith(("2", "3")):
            lines.append(f"{'':{width}}  note: an error is being timed, not a page")
    lines.append("")
    lines.append(
        "Microseconds per request, fastest of all rounds; in process, without server and network."
    )
    return "\n".join(lines)
