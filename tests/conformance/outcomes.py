"""Compare what a run gave with what is expected of it, test id by test id."""

from __future__ import annotations

import hashlib
import typing as t
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .catalogue import KnownException, Record

Outcomes = Mapping[str, str]
# How many missing or new tests are worth naming one by one.
NAMED_TESTS = 10


def digest(tests: Iterable[str]) -> str:
    """Return a short fingerprint of a set of test ids."""
    return hashlib.sha256("\n".join(sorted(tests)).encode()).hexdigest()[:16]


def record_of(outcomes: Outcomes) -> Record:
    """Condense the outcomes of a genuine run into what is committed."""
    others: dict[str, tuple[str, ...]] = {}
    for test in sorted(outcomes):
        outcome = outcomes[test]
        if outcome != "passed":
            others[outcome] = (*others.get(outcome, ()), test)
    return Record(len(outcomes), digest(outcomes), others)


def count(outcomes: Outcomes) -> str:
    """Describe outcomes as pytest's last line does: ``3 passed, 1 skipped``."""
    tally = Counter(outcomes.values())
    return ", ".join(f"{n} {outcome}" for outcome, n in sorted(tally.items())) or "no tests"


@dataclass
class Verdict:
    """Everything that speaks against a run; it is good when nothing does."""

    unexpected: list[tuple[str, str, str]] = field(default_factory=list)
    stale: list[KnownException] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    excepted: int = 0

    @property
    def good(self) -> bool:
        """Tell whether the run is exactly as expected."""
        return not (self.unexpected or self.stale or self.problems)


def judge(
    outcomes: Outcomes,
    record: Record | None,
    exceptions: t.Sequence[KnownException],
    *,
    must_pass: bool,
    genuine_tests: Iterable[str] | None = None,
) -> Verdict:
    """Compare a run with its genuine record and the exceptions that cover it.

    With ``must_pass`` a test that fails on genuine Flask is expected to pass. When the set of
    tests is not the recorded one, ``genuine_tests`` (all ids, if at hand) names the culprits.
    """
    verdict = Verdict()
    if record is None:
        verdict.problems.append("no genuine result is recorded; run it with --genuine --record")
        return verdict
    if len(outcomes) != record.total or digest(outcomes) != record.digest:
        verdict.problems.append(_different_tests(outcomes, record, genuine_tests))
    allowed = {entry.test: entry for entry in exceptions}
    for test, got in sorted(outcomes.items()):
        expected = record.outcome(test)
        if must_pass and expected in {"failed", "error"}:
            expected = "passed"
        entry = allowed.pop(test, None)
        if entry is not None and entry.outcome == got != expected:
            verdict.excepted += 1
            continue
        if entry is not None:
            verdict.stale.append(entry)
        if got != expected:
            verdict.unexpected.append((test, expected, got))
    verdict.stale.extend(allowed.values())
    return verdict


def _different_tests(
    outcomes: Outcomes, record: Record, genuine_tests: Iterable[str] | None
) -> str:
    text = f"{len(outcomes)} tests ran, {record.total} are recorded"
    if genuine_tests is None:
        return f"{text}, and their ids differ; a --genuine run here will tell which"
    known = set(genuine_tests)
    missing, new = _some(known - set(outcomes)), _some(set(outcomes) - known)
    return f"{text}; missing: {missing}; new: {new}"


def _some(tests: set[str]) -> str:
    if len(tests) > NAMED_TESTS:
        return f"{', '.join(sorted(tests)[:NAMED_TESTS])} and {len(tests) - NAMED_TESTS} more"
    return ", ".join(sorted(tests)) or "none"
