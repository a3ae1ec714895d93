"""What the harness makes of outcomes: nothing unexpected, missing or stale may go by."""

from __future__ import annotations

import dataclasses

import pytest

from .catalogue import KnownException, Record
from .outcomes import count, judge, record_of

pytestmark = pytest.mark.flavourless

GENUINE = {"t::a": "passed", "t::b": "failed", "t::c": "skipped"}
RECORD = record_of(GENUINE)


def known(test: str, outcome: str = "failed") -> KnownException:
    return KnownException("s", test, outcome, "because it is so here")


def test_a_record_holds_all_that_did_not_pass() -> None:
    assert RECORD.total == 3
    assert {test: RECORD.outcome(test) for test in GENUINE} == GENUINE


def test_same_outcomes_are_good() -> None:
    assert judge(GENUINE, RECORD, [], must_pass=False).good


@pytest.mark.parametrize("outcome", ["failed", "error", "skipped", "xfailed", "xpassed"])
def test_any_other_outcome_of_a_passing_test_is_unexpected(outcome: str) -> None:
    verdict = judge({**GENUINE, "t::a": outcome}, RECORD, [], must_pass=False)
    assert verdict.unexpected == [("t::a", "passed", outcome)]
    assert not verdict.good


def test_passing_what_genuine_fails_is_a_difference() -> None:
    verdict = judge({**GENUINE, "t::b": "passed"}, RECORD, [], must_pass=False)
    assert verdict.unexpected == [("t::b", "failed", "passed")]


def test_must_pass_turns_genuine_failures_into_expected_passes() -> None:
    assert judge({**GENUINE, "t::b": "passed"}, RECORD, [], must_pass=True).good
    verdict = judge(GENUINE, RECORD, [], must_pass=True)
    assert verdict.unexpected == [("t::b", "passed", "failed")]


def test_must_pass_keeps_genuine_skips() -> None:
    outcomes = {**GENUINE, "t::b": "passed", "t::c": "passed"}
    assert not judge(outcomes, RECORD, [], must_pass=True).good


def test_a_missing_test_is_a_problem_that_names_it() -> None:
    fewer = {test: GENUINE[test] for test in ("t::a", "t::b")}
    assert not judge(fewer, RECORD, [], must_pass=False).good
    verdict = judge(fewer, RECORD, [], must_pass=False, genuine_tests=GENUINE)
    assert "missing: t::c; new: none" in verdict.problems[0]


def test_a_renamed_test_is_a_problem_though_the_count_is_right() -> None:
    renamed = {"t::a": "passed", "t::b": "failed", "t::x": "skipped"}
    verdict = judge(renamed, RECORD, [], must_pass=False, genuine_tests=GENUINE)
    assert "missing: t::c; new: t::x" in verdict.problems[0]


def test_no_tests_at_all_is_not_good() -> None:
    assert not judge({}, RECORD, [], must_pass=False).good


def test_without_a_record_nothing_is_good() -> None:
    assert not judge(GENUINE, None, [], must_pass=False).good


def test_an_exception_covers_exactly_its_outcome() -> None:
    outcomes = {**GENUINE, "t::a": "failed"}
    verdict = judge(outcomes, RECORD, [known("t::a")], must_pass=False)
    assert verdict.good
    assert verdict.excepted == 1
    assert not judge(outcomes, RECORD, [known("t::a", "error")], must_pass=False).good


def test_an_exception_for_a_test_that_passes_is_stale() -> None:
    verdict = judge(GENUINE, RECORD, [known("t::a")], must_pass=False)
    assert verdict.stale == [known("t::a")]
    assert not verdict.good


def test_an_exception_for_a_genuine_failure_is_stale() -> None:
    assert judge(GENUINE, RECORD, [known("t::b")], must_pass=False).stale == [known("t::b")]


def test_an_exception_for_no_test_is_stale() -> None:
    assert judge(GENUINE, RECORD, [known("t::z")], must_pass=False).stale == [known("t::z")]


def test_an_exception_applies_where_it_says() -> None:
    entry = dataclasses.replace(known("t::a"), variant="v", flavour="python")
    assert entry.covers("s", "v", "python")
    assert not entry.covers("s", "v", "native")
    assert not entry.covers("s", "w", "python")
    assert not entry.covers("r", "v", "python")
    assert known("t::a").covers("s", "w", "native")
    entry = dataclasses.replace(known("t::a"), python="3.10")
    assert entry.covers("s", "v", "native", "3.10.13")
    assert not entry.covers("s", "v", "native", "3.11.7")
    assert not entry.covers("s", "v", "native", "3.1.0")


def test_outcomes_are_counted_like_pytest_does() -> None:
    assert count(GENUINE) == "1 failed, 1 passed, 1 skipped"
    assert count({}) == "no tests"


def test_a_record_tells_sets_of_the_same_size_apart() -> None:
    other = record_of({"t::a": "passed", "t::b": "failed", "t::d": "skipped"})
    assert isinstance(other, Record)
    assert other.digest != RECORD.digest
