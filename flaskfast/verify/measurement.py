"""Measure both sides, request by request, in turn."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from .answer import Answer
from .comparison import Comparison, Outcome
from .process import Process
from .request import Request

ROUNDS = 15
#: Calls that take longer than this, in seconds, are made once, not in rounds.
SLOW = 0.3


@dataclass
class Gain:
    """How long one request takes on each side, in seconds; the rounds of both took turns."""

    genuine: list[float] = field(default_factory=list)
    ours: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """How many times as fast as genuine Flask: fastest round by fastest round."""
        return min(self.genuine) / min(self.ours)

    @property
    def spread(self) -> tuple[float, float]:
        """The smallest and the largest ratio of neighbouring rounds, but for the outermost."""
        ratios = sorted(a / b for a, b in zip(self.genuine, self.ours, strict=True))
        cut = 1 if len(ratios) > 4 else 0
        return ratios[cut], ratios[-1 - cut]


def worth_measuring(comparison: Comparison) -> bool:
    """Tell whether a request may be sent a thousand times, and has anything to tell."""
    return (
        comparison.request.method == "GET"
        and not comparison.request.variant
        and not comparison.changes_state
        and comparison.outcome is not Outcome.DIFFERS
        and comparison.answer.error is None
        and (comparison.answer.code or 500) < 500
        and not comparison.answer.cut
    )


def measure(
    genuine: Process,
    ours: Process,
    comparisons: Sequence[Comparison],
    *,
    seconds: float,
    limit: float,
    progress: Callable[[int, int], None],
) -> dict[int, Gain]:
    """Measure what is worth it, each request once; the numbers are places in *comparisons*.

    :param seconds: how long each request is measured on each side, about.
    """
    gains: dict[int, Gain] = {}
    known: dict[tuple[object, ...], Gain] = {}
    places = [i for i, comparison in enumerate(comparisons) if worth_measuring(comparison)]
    for done, place in enumerate(places):
        progress(done, len(places))
        comparison = comparisons[place]
        sides = ((genuine, comparison.request), (ours, comparison.ours.sent))
        key = (comparison.request.line, comparison.request.headers)
        if key not in known:
            gain = _measured(sides, comparison.answer, seconds, limit)
            if gain is None:
                continue
            known[key] = gain
        gains[place] = known[key]
    return gains


Sides = tuple[tuple[Process, Request], tuple[Process, Request]]


def _measured(sides: Sides, expected: Answer, seconds: float, limit: float) -> Gain | None:
    """Measure one request; None where it is not answered all the time as in the comparison."""
    if not _still_answered(sides, expected, limit):
        return None
    calls = [_calibrated(process, request, seconds, limit) for process, request in sides]
    gain = Gain()
    for number in range(_rounds(calls, expected)):
        rounds = [(gain.genuine, *sides[0], calls[0]), (gain.ours, *sides[1], calls[1])]
        for into, process, request, n in rounds if number % 2 == 0 else reversed(rounds):
            into.append(_seconds(process, request, n, limit) / n)
    return gain if _still_answered(sides, expected, limit) else None


def _still_answered(sides: Sides, expected: Answer, limit: float) -> bool:
    """Tell whether both sides answer a request with the expected status.

    They may not any more where an earlier request has changed data, or a rate is limited.
    """
    answers = (process.ask("ask", limit, request=r.as_json()) for process, r in sides)
    return all(a["status"] == expected.status and not a["error"] for a in answers)


def _rounds(calls: Sequence[int], expected: Answer) -> int:
    if max(calls) > 1:
        return ROUNDS
    return 1 if expected.seconds > SLOW else 3


def _calibrated(process: Process, request: Request, seconds: float, limit: float) -> int:
    """Return how many calls fill one round, having warmed the process up."""
    target = seconds / ROUNDS
    n, took = 1, _seconds(process, request, 1, limit)
    while took < target / 4 and n < 1_000_000:
        # Never more than tenfold: the first calls are slow and would mislead.
        n *= min(10, max(2, int(target / 2 / max(took, 1e-6))))
        took = _seconds(process, request, n, limit)
    return max(1, round(n * target / max(took, 1e-9)))


def _seconds(process: Process, request: Request, n: int, limit: float) -> float:
    # The limit is that of one call; a round is calibrated to be short.
    answer = process.ask("run", limit * 2 + 30, request=request.as_json(), n=n)
    return float(answer["nanoseconds"]) / 1e9


def typical(gains: Sequence[Gain]) -> float:
    """Return the average ratio: the geometric mean over all requests."""
    return statistics.geometric_mean(gain.ratio for gain in gains)
