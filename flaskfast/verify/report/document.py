"""The result of a verification as JSON: for other programs."""

from __future__ import annotations

from typing import Any

from ..._version import VERSION
from ..comparison import Comparison, Difference
from ..difference import lines_of
from ..measurement import typical
from ..verification import Result
from . import words
from .routes import Route, routes

#: Grows when a field changes its meaning; new fields do not count.
FORMAT = 1


def document(result: Result) -> dict[str, Any]:
    """Return all that is known, in types that JSON has."""
    gains = list(result.gains.values())
    return {
        "format": FORMAT,
        "flaskfast": VERSION,
        "app": result.app,
        "same": result.same,
        "verdict": words.verdict(result),
        "counts": {
            outcome: sum(c.outcome.value == outcome for c in result.comparisons)
            for outcome in ("same", "varies", "differs")
        },
        "gain": {"measured": len(gains), "typical": typical(gains) if gains else None},
        "failure": result.failure or None,
        "differences": [_difference(difference) for difference in result.differences],
        "requests": [
            _request(result, number, comparison)
            for number, comparison in enumerate(result.comparisons)
        ],
        "routes": [_route(route) for route in routes(result)],
        "notes": result.notes,
        "seams": result.genuine["seams"],
        "extensions": result.genuine["extensions"],
        "versions": {
            "genuine": result.genuine["versions"],
            "flaskfast": (result.ours or {}).get("versions"),
        },
    }


def _difference(difference: Difference) -> dict[str, Any]:
    return {
        "part": difference.part,
        "expected": difference.expected,
        "got": difference.got,
        "lines": [str(line) for line in lines_of(difference)],
    }


def _route(route: Route) -> dict[str, Any]:
    gain = route.gain
    return {
        "rule": route.rule,
        "requests": len(route.comparisons),
        "outcome": route.outcome.value,
        "seconds": None
        if gain is None
        else {"genuine": gain.genuine[0], "flaskfast": gain.ours[0], "ratio": gain.ratio},
    }


def _request(result: Result, number: int, comparison: Comparison) -> dict[str, Any]:
    request, gain = comparison.request, result.gains.get(number)
    return {
        "method": request.method,
        "target": request.target,
        "host": request.host,
        "rule": comparison.rule,
        "source": request.source,
        "variant": request.variant or None,
        "status": comparison.answer.status,
        "exception": comparison.answer.error,
        "outcome": comparison.outcome.value,
        "changes_data": comparison.changes_state,
        "differences": [_difference(difference) for difference in comparison.differences],
        "curl": request.curl(),
        "seconds": None
        if gain is None
        else {"genuine": min(gain.genuine), "flaskfast": min(gain.ours), "ratio": gain.ratio},
    }
