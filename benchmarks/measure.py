"""Measure scenarios: every implementation in its own interpreter, in turns."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from benchmarks.scenario import FLASK, FLAVOURS, Exchange, Scenario, environment
from benchmarks.shared import ROOT
from flaskfast._bench.rounds import Progress, Result, Worker, interleave, same_bytes

LOADER = ("benchmarks.scenario:load", str(ROOT))


def start_worker(scenario: str, implementation: str) -> Worker:
    """Start the interpreter for one implementation of one scenario."""
    return Worker(
        {"scenario": scenario, "implementation": implementation},
        loader=LOADER,
        environment=environment(implementation),
    )


def measure(
    scenario: Scenario,
    *,
    implementations: Iterable[str] = (),
    rounds: int = 60,
    seconds: float = 0.005,
    progress: Progress = lambda text: None,
) -> dict[str, Result]:
    """Return a result per implementation, in the scenario's order.

    *implementations* narrows them; one that the scenario lacks is left out.
    """
    wanted = set(implementations) or set(scenario.implementations)

    def examine(results: dict[str, Result]) -> None:
        for result in results.values():
            result.note = scenario.why.get(result.implementation, "")
        if isinstance(scenario, Exchange) and FLASK in results:
            same_bytes(
                results.values(),
                results[FLASK],
                headers=FLAVOURS,
                volatile=scenario.volatile,
            )

    return interleave(
        {
            name: partial(start_worker, scenario.name, name)
            for name in scenario.implementations
            if name in wanted
        },
        rounds=rounds,
        seconds=seconds,
        examine=examine,
        progress=progress,
    )
