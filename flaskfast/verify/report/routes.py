"""Put the requests of one route together: what a table has a row for."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..comparison import Comparison, Outcome
from ..measurement import Gain
from ..verification import Result

NO_RULE = "no rule"


@dataclass
class Route:
    """One rule of the application, and all requests that came to it."""

    rule: str
    comparisons: list[Comparison] = field(default_factory=list)
    gains: list[Gain] = field(default_factory=list)

    @property
    def outcome(self) -> Outcome:
        """The worst outcome of its requests."""
        return max((c.outcome for c in self.comparisons), key=list(Outcome).index)

    @property
    def methods(self) -> str:
        """The methods of its requests."""
        return " ".join(dict.fromkeys(c.request.method for c in self.comparisons))

    @property
    def statuses(self) -> str:
        """What genuine Flask answered, each once."""
        return " ".join(dict.fromkeys(c.answer.summary for c in self.comparisons))

    @property
    def answer(self) -> str:
        """How the answers compare, in a few words."""
        total = len(self.comparisons)
        differing = sum(c.outcome is Outcome.DIFFERS for c in self.comparisons)
        if differing:
            return "DIFFERS" if differing == total else f"{differing} of {total} DIFFER"
        if self.outcome is Outcome.VARIES:
            return "varies by itself"
        changing = any(c.changes_state for c in self.comparisons)
        return "same, changes data" if changing else "same"

    @property
    def gain(self) -> Gain | None:
        """The times of all its requests together; None where none was measured."""
        distinct = list({id(gain): gain for gain in self.gains}.values())
        if not distinct:
            return None
        return Gain(
            [sum(min(gain.genuine) for gain in distinct)],
            [sum(min(gain.ours) for gain in distinct)],
        )


def routes(result: Result) -> list[Route]:
    """Return the routes in the order of their first requests."""
    found: dict[str, Route] = {}
    for number, comparison in enumerate(result.comparisons):
        source = comparison.request.source
        rule = comparison.rule or (source if source.startswith("/") else NO_RULE)
        route = found.setdefault(rule, Route(rule))
        route.comparisons.append(comparison)
        if number in result.gains:
            route.gains.append(result.gains[number])
    return list(found.values())
