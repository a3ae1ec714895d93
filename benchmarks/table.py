"""The ratio table, as text and as Markdown."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata

from benchmarks.grid import markdown
from benchmarks.scenario import FLASK, FLAVOURS, NATIVE, PYTHON, Scenario
from flaskfast._bench.rounds import Result, ratio, ratio_range

HEADINGS = ("scenario", "implementation", "us/call", "spread", "ratio", "range", "remark")


@dataclass(frozen=True)
class Row:
    """One scenario with everybody's results."""

    scenario: Scenario
    results: Mapping[str, Result]

    @property
    def reference(self) -> Result | None:
        """What the ratios refer to: Flask, or the library that flaskfast replaces."""
        found = self.results.get(self.scenario.replaces)
        if found is not None and found.ran:
            return found
        return None


def verdict(row: Row, implementation: str) -> str:
    """Compare one flavour with its goals; an empty text when there are none to compare."""
    goals = row.scenario.goal if implementation == NATIVE else row.scenario.python_goal
    result = row.results.get(implementation)
    if result is None or not result.ran:
        return ""
    texts = []
    for peer, share in goals.items():
        other = row.results.get(peer)
        if other is None or not other.ran:
            texts.append(f"goal {limit(peer, share)}: {peer} was not measured")
            continue
        reached = result.best / other.best
        word = "met" if reached <= share else "missed"
        got = f"{1 / reached:.1f} x" if share <= 0.5 and peer != "falcon" else f"{reached:.2f}"
        texts.append(f"goal {limit(peer, share)}: {word}, {got}")
    return "; ".join(texts)


def limit(peer: str, share: float) -> str:
    """Spell a goal: a large gain as a factor, a small one as a share of the peer's time."""
    if share <= 0.5 and peer != "falcon":
        return f">= {1 / share:.3g} x {peer}"
    return f"<= {share:.3g} of {peer}"


def lines(row: Row) -> list[tuple[str, ...]]:
    """Return the table's lines for one scenario; nobody is left out."""
    found: list[tuple[str, ...]] = []
    reference = row.reference
    for name, result in row.results.items():
        first = row.scenario.name if not found else ""
        if not result.ran:
            reason = str(result.failure) if result.failure else "not measured"
            found.append((first, name, "-", "-", "-", "-", " ".join(reason.split())))
            continue
        factor = spread = ""
        if reference is not None:
            factor = f"{ratio(result, reference):.2f}"
            low, high = ratio_range(result, reference)
            spread = f"{low:.2f}-{high:.2f}" if result is not reference else ""
        remarks = [verdict(row, name)] if name in (NATIVE, PYTHON) else []
        remarks += [row.scenario.why.get(name, ""), row.scenario.notes.get(name, "")]
        remarks.append(left_out(row, name))
        if name == "bare":
            remarks.append("no framework: the floor")
        if result is reference and name != FLASK:
            remarks.append("the ratios refer to it")
        found.append(
            (
                first,
                name,
                microseconds(result.best),
                f"+{result.spread:.0%}",
                factor,
                spread,
                "; ".join(filter(None, remarks)),
            )
        )
    return found


def ratio_table(rows: Iterable[Row]) -> list[tuple[str, ...]]:
    """Return a line for each scenario, how often flaskfast is as fast as Flask, worst first."""
    found = []
    for row in rows:
        ours = [row.results[name] for name in FLAVOURS if name in row.results]
        reference = row.reference
        failures = [f"{r.implementation}: {r.failure}" for r in row.results.values() if r.failure]
        if failures or reference is None:
            found.append((0.0, (row.scenario.name, "-", "-", "-", " ".join(failures))))
            continue
        factors = [ratio(result, reference) for result in ours]
        cells = [microseconds(reference.best), *(f"{factor:.2f}" for factor in factors)]
        found.append((min(factors, default=0), (row.scenario.name, *cells, row.scenario.what)))
    heading = ("view", "Flask us", *(f"{name} x" for name in FLAVOURS), "what it does")
    return [heading, *(line for _, line in sorted(found))]


def left_out(row: Row, implementation: str) -> str:
    """Name the headers that Flask sends and a peer does not: work that it is spared."""
    reference = row.results.get(FLASK)
    result = row.results[implementation]
    answers = [r.answer for r in (result, reference) if r is not None and r.answer is not None]
    if len(answers) < 2 or not all("headers" in answer for answer in answers):
        return ""
    sent, wanted = ({name.title() for name, _ in answer["headers"]} for answer in answers)
    missing = sorted(wanted - sent)
    return f"sends no {', '.join(missing)}" if missing else ""


def microseconds(nanoseconds: float) -> str:
    """Write a time in microseconds with three significant digits."""
    value = nanoseconds / 1000
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def text_table(rows: Iterable[Row]) -> str:
    """Return the table for a terminal."""
    table = [HEADINGS, *(line for row in rows for line in lines(row))]
    widths = [max(len(line[i]) for line in table) for i in range(len(HEADINGS) - 1)]
    out = []
    for number, line in enumerate(table):
        if number and line[0] and number > 1:
            out.append("")
        cells = [
            cell.ljust(width) if i < 2 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line[:-1], widths, strict=True))
        ]
        out.append("  ".join([*cells, line[-1]]).rstrip())
    return "\n".join(out)


def markdown_table(rows: Iterable[Row]) -> str:
    """Return the same table as Markdown."""
    return markdown([HEADINGS, *(line for row in rows for line in lines(row))])


SUMMARY = (
    "scenario",
    "what it does",
    "reference",
    "flaskfast",
    "times",
    "pure Python",
    "times",
    "best peer",
)


def summary(rows: Iterable[Row]) -> str:
    """Return one line per scenario as Markdown: microseconds, and multiples of the reference."""
    table: list[tuple[str, ...]] = [SUMMARY]
    for row in rows:
        reference = row.reference
        cells = [f"{row.scenario.replaces} {time_of(reference)}"]
        for name in (NATIVE, PYTHON):
            result = row.results.get(name)
            factor = "-"
            if result is not None and result.ran and reference is not None:
                factor = f"{ratio(result, reference):.1f}"
            cells += [time_of(result), factor]
        table.append((row.scenario.name, row.scenario.what, *cells, best_peer(row)))
    return markdown(table)


def time_of(result: Result | None) -> str:
    """Return a result's microseconds."""
    return microseconds(result.best) if result is not None and result.ran else "-"


def best_peer(row: Row) -> str:
    """Name the fastest of the other implementations; a bare callable is a floor, not a peer."""
    others = [
        result
        for name, result in row.results.items()
        if result.ran and name not in (NATIVE, PYTHON, row.scenario.replaces, "bare")
    ]
    if not others:
        return ""
    best = min(others, key=lambda result: result.best)
    other = " (not the same work)" if best.implementation in row.scenario.why else ""
    return f"{best.implementation} {microseconds(best.best)}{other}"


def unmet(rows: Iterable[Row]) -> str:
    """List the goals that are not reached, as Markdown."""
    missed = []
    total = 0
    for row in rows:
        for name in (NATIVE, PYTHON):
            verdicts = [text for text in verdict(row, name).split("; ") if text]
            total += len(verdicts)
            missed += [f"- {row.scenario.name}, {name}: {v}\n" for v in verdicts if ": missed" in v]
    head = f"Goals that are not reached: {len(missed)} of {total}.\n"
    return "\n".join([head, "".join(missed)]) if missed else head


def versions() -> str:
    """Say what was measured: interpreter, machine and the versions of the peers."""
    names = ("Flask", "Werkzeug", "Jinja2", "MarkupSafe", "Falcon", "Bottle")
    found = []
    for name in names:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    python = f"{platform.python_implementation()} {platform.python_version()}"
    machine = f"{os.cpu_count()} {platform.machine()} processors"
    return ", ".join([python, *found, machine])


BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"


class NoPlace(Exception):
    """A page has no place for figures."""


def put_into(page: str, text: str) -> str:
    """Return a page with *text* between its two marks; raise NoPlace when they are not there."""
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise NoPlace(f"The page has no place for figures: {BEGIN} ... {END}")
    return f"{head}{BEGIN}\n{text.strip()}\n{END}{tail}"
