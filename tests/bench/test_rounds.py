"""Turns, ratios and the comparison of answers, with workers that only pretend."""

from __future__ import annotations

from typing import Any

import pytest

from flaskfast._bench.rounds import (
    Failure,
    Result,
    calibrate,
    difference,
    interleave,
    ratio,
    ratio_range,
    same_bytes,
)

pytestmark = pytest.mark.flavourless


class FakeWorker:
    """A worker whose calls take as long as it is told; it writes down whose turn it was."""

    def __init__(self, name: str, turns: list[str], per_call: float, answer: Any = None) -> None:
        self.name = name
        self.turns = turns
        self.per_call = per_call
        self.answer = answer
        self.closed = False

    def receive(self, limit: float | None = None) -> Any:
        if isinstance(self.answer, Failure):
            raise self.answer
        return self.answer

    def run(self, n: int) -> int:
        self.turns.append(self.name)
        return round(n * self.per_call)

    def close(self) -> None:
        self.closed = True


def fakes(turns: list[str], **per_call: float) -> dict[str, FakeWorker]:
    return {name: FakeWorker(name, turns, value) for name, value in per_call.items()}


def run(workers: dict[str, Any], **options: Any) -> dict[str, Result]:
    return interleave(
        {name: lambda worker=worker: worker for name, worker in workers.items()},
        **{"rounds": 3, "seconds": 0.001, **options},
    )


def test_everybody_takes_a_turn_in_every_round_and_another_begins() -> None:
    turns: list[str] = []
    workers = fakes(turns, a=1000, b=2000, c=4000)
    results = run(workers)
    assert turns[-9:] == ["a", "b", "c", "b", "c", "a", "c", "a", "b"]
    assert [round(results[name].best) for name in "abc"] == [1000, 2000, 4000]
    assert all(worker.closed for worker in workers.values())


def test_a_turn_takes_about_the_time_asked_for() -> None:
    turns: list[str] = []
    worker = FakeWorker("a", turns, 2000)
    assert calibrate(worker, 0.001) == 500  # type: ignore[arg-type]
    assert calibrate(FakeWorker("slow", turns, 1e9), 0.001) == 1  # type: ignore[arg-type]


def test_rounds_are_added_until_the_fastest_are_no_accident() -> None:
    class Restless(FakeWorker):
        def run(self, n: int) -> int:
            self.turns.append(self.name)
            # Ever faster, until the eighth turn.
            return round(n * (2000 - 200 * min(len(self.turns), 8)))

    turns: list[str] = []
    results = run({"a": Restless("a", turns, 0)}, seconds=0.0)
    assert 3 < len(results["a"].rounds) <= 9
    assert results["a"].settled
    assert len(run(fakes([], a=1000))["a"].rounds) == 3


def test_one_that_fails_keeps_its_reason_and_the_others_run() -> None:
    turns: list[str] = []
    workers = fakes(turns, a=1000, b=2000)
    workers["b"].answer = Failure("not installed: pip install b", "absent")
    results = run(workers)
    assert results["a"].ran
    assert not results["b"].ran
    assert str(results["b"].failure) == "not installed: pip install b"
    assert "b" not in turns


def test_an_answer_found_wrong_is_never_timed() -> None:
    turns: list[str] = []

    def examine(results: dict[str, Result]) -> None:
        results["b"].failure = Failure("other bytes", "wrong")

    results = run(fakes(turns, a=1000, b=1), examine=examine)
    assert "b" not in turns
    assert not results["b"].rounds


def test_workers_are_closed_when_something_raises() -> None:
    workers = fakes([], a=1000)

    def examine(results: dict[str, Result]) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(workers, examine=examine)
    assert workers["a"].closed


def test_ratios() -> None:
    fast = Result("fast", rounds=[10, 12, 11])
    slow = Result("slow", rounds=[100, 90, 132])
    assert ratio(fast, slow) == 9
    assert ratio(slow, fast) == pytest.approx(1 / 9)
    assert ratio_range(fast, slow) == (7.5, 13.2)
    many = Result("many", rounds=[500, 10, 400, 11, 10, 300])
    assert ratio_range(many, slow) == (90 / 11, 13.2)
    assert ratio_range(Result("one", rounds=[10]), Result("two", rounds=[20])) == (2, 2)
    assert fast.spread == pytest.approx(0.1)


def answer(body: str = "x", status: str = "200 OK", **headers: str) -> dict[str, Any]:
    return {
        "status": status,
        "content_type": "text/plain",
        "body": body,
        "headers": list(headers.items()),
    }


def compared(mine: dict[str, Any], its: dict[str, Any], **options: Any) -> str:
    result, reference = Result("fast", answer=mine), Result("flask", answer=its)
    same_bytes([result, reference], reference, **options)
    assert reference.failure is None
    if result.failure is None:
        return ""
    assert result.failure.kind == "wrong"
    return str(result.failure)


def test_equal_answers_are_equal() -> None:
    assert compared(answer(), answer()) == ""


def test_a_difference_in_bytes_is_wrong() -> None:
    assert "body 'y' where flask answers 'x'" in compared(answer("y"), answer("x"))
    assert "status '200 Ok'" in compared(answer(status="200 Ok"), answer())


def test_headers_count_for_those_that_promise_them() -> None:
    mine, its = answer(A="1", Date="now"), answer(A="2", Date="then")
    assert compared(mine, its) == ""
    assert "headers" in compared(mine, its, headers=["fast"])
    assert compared(answer(Date="a"), answer(Date="b"), headers=["fast"]) == ""
    assert compared(answer(T="a"), answer(T="b"), headers=["fast"], volatile=["t"]) == ""


def test_a_note_explains_a_difference() -> None:
    result = Result("peer", answer=answer("y"), note="escapes otherwise")
    same_bytes([result], Result("flask", answer=answer("x")))
    assert result.failure is None


def test_a_body_that_changes_by_itself_is_not_compared() -> None:
    mine, its = {**answer("1"), "steady": False}, {**answer("2"), "steady": True}
    assert compared(mine, its) == ""


def test_a_long_difference_is_shown_where_it_begins() -> None:
    shown = difference("a" * 500 + "b", "a" * 500 + "c", "flask")
    assert "from character 500" in shown
    assert len(shown) < 250
    assert "from character 500" in difference("a" * 500, "a" * 500 + "c", "flask")
