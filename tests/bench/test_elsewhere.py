"""Views of `benchmarks.elsewhere`: every answer is Flask's, before anybody times it."""

from __future__ import annotations

from types import ModuleType

import flask
import pytest

import flaskfast
from benchmarks.elsewhere import View, ViewCase
from benchmarks.scenario import FLASK, NATIVE
from benchmarks.scenarios import views
from benchmarks.table import Row, ratio_table
from flaskfast._bench.rounds import Failure, Result, same_bytes


def answers(view: View, name: str, package: ModuleType) -> Result:
    assert view.family_builder is not None
    return Result(name, ViewCase(view, name, view.family_builder(package)).check())


@pytest.mark.parametrize("view", views().values(), ids=list(views()))
def test_answers_are_those_of_flask(view: View) -> None:
    mine, its = answers(view, NATIVE, flaskfast), answers(view, FLASK, flask)
    same_bytes([mine], its, headers=[NATIVE], volatile=view.volatile)
    assert mine.failure is None
    assert len(mine.answer["earlier"]) == 2


def test_an_earlier_answer_that_differs_is_a_failure() -> None:
    view = views()["bytes"]
    mine, its = answers(view, NATIVE, flaskfast), answers(view, FLASK, flask)
    its.answer["earlier"][0]["headers"].append(["X-More", "1"])
    same_bytes([mine], its, headers=[NATIVE])
    assert "X-More" in str(mine.failure)


def test_the_worst_comes_first() -> None:
    def row(name: str, **nanoseconds: float) -> Row:
        names = {"native": NATIVE, "flask": FLASK}
        found = {names[key]: Result(names[key], rounds=[ns]) for key, ns in nanoseconds.items()}
        return Row(views()[name], found)

    wrong = row("empty", native=1, flask=1)
    wrong.results[NATIVE].failure = Failure("headers", "wrong")
    table = ratio_table(
        [row("bytes", native=100, flask=900), row("list", native=2, flask=6), wrong]
    )
    assert [line[0] for line in table[1:]] == ["empty", "list", "bytes"]
    assert table[2][1:3] == ("0.006", "3.00")
