"""Scenarios as pytest-benchmark shows them: a group each, a bar per implementation.

All implementations of a scenario are measured in turns, by their workers, when the
first of its tests runs. Each test then plays its rounds back on a clock of its own,
so that pytest-benchmark's statistics and files are about what the workers measured.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from benchmarks.measure import measure
from benchmarks.scenarios import every, find
from flaskfast._bench.rounds import Result

ROUNDS = int(os.environ.get("BENCHMARK_ROUNDS", "60"))
SECONDS = float(os.environ.get("BENCHMARK_SECONDS", "0.005"))


class Clock:
    """A clock that goes on by what a worker measured."""

    now = 0.0

    def read(self) -> float:
        """Return the time in seconds."""
        return self.now


CLOCK = Clock()


@cache
def measured(scenario: str, rounds: int) -> dict[str, Result]:
    """Measure a scenario, once in a session."""
    return measure(find(scenario), rounds=rounds, seconds=SECONDS)


def scenario_tests(group: str) -> Callable[..., Any]:
    """Return a test function over all scenarios of a group and their implementations."""
    parameters = [
        pytest.param(
            scenario.name,
            implementation,
            id=f"{scenario.name}-{implementation}",
            marks=pytest.mark.benchmark(group=scenario.name, timer=CLOCK.read),
        )
        for scenario in every().values()
        if scenario.group == group
        for implementation in scenario.implementations
    ]

    @pytest.mark.parametrize(("scenario", "implementation"), parameters)
    def test(benchmark: Any, scenario: str, implementation: str) -> None:
        result = measured(scenario, 1 if benchmark.disabled else ROUNDS)[implementation]
        if result.failure is not None:
            outcome = pytest.skip if result.failure.kind == "absent" else pytest.fail
            outcome(str(result.failure))
        benchmark.extra_info["implementation"] = implementation
        if result.note:
            benchmark.extra_info["why"] = result.note
        rounds = iter(result.rounds)

        def play() -> None:
            CLOCK.now += next(rounds) / 1e9

        benchmark.pedantic(play, rounds=len(result.rounds), iterations=1, warmup_rounds=0)

    found: Callable[..., Any] = test
    return found
