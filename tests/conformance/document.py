"""Write what runs gave into a document: one table per kind of suite, between two marks.

A run replaces the lines of the suites that it ran and leaves the others, so the slow ones need
not be run whenever a quick one is. Lines of suites that are no longer known are dropped.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from .catalogue import FLAVOURS, Catalogue, CatalogueError, Record, Records, Suite
from .report import Entry

BEGIN = "<!-- written by python -m tests.conformance ... --document: do not edit by hand -->"
END = "<!-- end of what was written -->"
HEADINGS = ("suite", "version", "tests", "on genuine Flask", *FLAVOURS)
NOT_RUN = "not run"
TITLES = {
    "extensions": "## Extensions",
    "applications": "## Applications",
    "specification": "## The specification",
}
# Groups that are not what their own name says.
KINDS = {"extensions": "extensions", "httpbin": "applications"}


@dataclass
class Line:
    """One suite in one variant: its cells of the table, those of the flavours by name."""

    name: str
    version: str
    tests: str
    genuine: str
    flavours: dict[str, str] = field(default_factory=dict)

    @property
    def cells(self) -> tuple[str, ...]:
        """Return the line as it is written."""
        ran = (self.flavours.get(flavour, NOT_RUN) for flavour in FLAVOURS)
        return (self.name, self.version, self.tests, self.genuine, *ran)


Lines = dict[str, Line]


def write_document(
    path: Path, catalogue: Catalogue, entries: Iterable[Entry], records: Records
) -> None:
    """Put results into the document's tables; raise `CatalogueError` when it has no place."""
    text = path.read_text(encoding="utf-8")
    head, begin, rest = text.partition(BEGIN)
    written, end, tail = rest.partition(END)
    if not (begin and end):
        raise CatalogueError(f"{path}: no lines {BEGIN!r} and {END!r}, between which to write.")
    lines = read_lines(written)
    for entry in entries:
        record = records.find(entry.suite, entry.variant)
        add(lines, catalogue.suites[entry.suite], entry, record)
    body = "\n\n".join(_tables(lines, catalogue))
    path.write_text(f"{head}{BEGIN}\n\n{body}\n\n{END}{tail}", encoding="utf-8")


def name_of(suite: Suite, variant: str) -> str:
    """Return what the first cell says: the suite, and the variant where it has several."""
    return suite.name if len(suite.variants) == 1 else f"{suite.name}, {variant}"


def read_lines(text: str) -> Lines:
    """Read the lines of tables written before, by their names."""
    found: Lines = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == len(HEADINGS) and cells[0] != HEADINGS[0] and set(line) - set("|- "):
            flavours = dict(zip(FLAVOURS, cells[-len(FLAVOURS) :], strict=True))
            found[cells[0]] = Line(*cells[:4], flavours)
    return found


def add(lines: Lines, suite: Suite, entry: Entry, record: Record | None) -> None:
    """Write a run's result into its line, which is made anew when it is of another version."""
    name = name_of(suite, entry.variant)
    version = suite.sdist.partition("==")[2]
    genuine = _counted(record) if record else "not recorded"
    total = str(len(entry.run.outcomes))
    line = lines.get(name)
    if line is None or (line.version, line.tests, line.genuine) != (version, total, genuine):
        line = lines[name] = Line(name, version, total, genuine)
    line.flavours[entry.flavour] = _judged(entry)


def _counted(record: Record) -> str:
    counts = {outcome: len(tests) for outcome, tests in record.others.items() if tests}
    passed = record.total - sum(counts.values())
    words = [f"{passed} passed", *(f"{n} {outcome}" for outcome, n in sorted(counts.items()))]
    return ", ".join(words)


def _judged(entry: Entry) -> str:
    verdict = entry.verdict
    if verdict.good:
        return f"same, {verdict.excepted} excepted" if verdict.excepted else "same"
    if verdict.unexpected:
        return f"**{len(verdict.unexpected)} differ**"
    return "**not comparable**" if verdict.problems else "**exceptions are stale**"


def _tables(lines: Lines, catalogue: Catalogue) -> Iterable[str]:
    """Return each kind's heading and table, the suites in the catalogue's order."""
    known = {name_of(s, variant): s for s in catalogue.suites.values() for variant in s.variants}
    for kind, title in TITLES.items():
        rows = [
            lines[name].cells
            for name, suite in known.items()
            if name in lines and KINDS.get(suite.group, "specification") == kind
        ]
        if rows:
            divider = tuple("---" for _ in HEADINGS)
            table = "\n".join(f"| {' | '.join(cells)} |" for cells in (HEADINGS, divider, *rows))
            yield f"{title}\n\n{table}"
