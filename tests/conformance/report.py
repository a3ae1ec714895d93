"""What a run prints: one line while it goes, the differences, and a table at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from .outcomes import Verdict, count
from .running import Run

HEADINGS = ("suite", "variant", "flask", "tests", "outcomes", "seconds", "verdict")
DETAIL_LINES = 12


@dataclass(frozen=True)
class Entry:
    """One line of the table: a suite in a variant with one flavour, and how it went."""

    suite: str
    variant: str
    flavour: str
    run: Run
    verdict: Verdict

    @property
    def cells(self) -> tuple[str, ...]:
        """Return the entry's line of the table."""
        excepted = f", {self.verdict.excepted} excepted" if self.verdict.excepted else ""
        return (
            self.suite,
            self.variant,
            self.flavour,
            str(len(self.run.outcomes)),
            count(self.run.outcomes) + excepted,
            f"{self.run.seconds:.1f}",
            "ok" if self.verdict.good else "FAILED",
        )


def differences(entry: Entry) -> Iterator[str]:
    """Yield everything that speaks against a run, one line or block each."""
    for problem in entry.verdict.problems:
        yield f"  problem: {problem}"
    for test, expected, got in entry.verdict.unexpected:
        yield f"  {test}: {got}, expected {expected}"
        for line in entry.run.details.get(test, "").splitlines()[-DETAIL_LINES:]:
            yield f"      {line}"
    for stale in entry.verdict.stale:
        got = entry.run.outcomes.get(stale.test, "no such test")
        yield f"  stale exception: {stale.test}: {got}, listed as {stale.outcome}"


def where(facts: Mapping[str, object]) -> str:
    """Tell which Flask a run had, as seen from its inside."""
    names = ("flask", "flavour", "python", "file")
    return ", ".join(f"{name} {facts[name]}" for name in names if name in facts)


def table(entries: Sequence[Entry]) -> str:
    """Return all entries as lines with aligned columns."""
    rows = [HEADINGS, *(entry.cells for entry in entries)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "\n".join(lines)
