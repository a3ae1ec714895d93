"""Compare a plan on both packages."""

from __future__ import annotations

import re
import warnings

import flask as genuine

import flaskfast as ours

from .comparing import differences
from .exchanging import play
from .plan import Plan
from .reducing import reduce


def compare(plan: Plan) -> list[str]:
    """Return what differs between the two packages for a plan, a line each."""
    with warnings.catch_warnings():
        # Of a host that SERVER_NAME does not match, and of cookies that are too large.
        warnings.simplefilter("ignore", UserWarning)
        _, expected = play(genuine, plan)
        _, found = play(ours, plan)
    return differences(expected, found, (genuine, ours))


def kind_of(lines: list[str]) -> str:
    """Return what kind of difference the first line tells of."""
    return re.sub(r"\d+", "#", lines[0])[:110] if lines else ""


def reduced(plan: Plan, tries: int = 500) -> Plan:
    """Return a smaller plan that shows the same kind of difference."""
    kind = kind_of(compare(plan))
    return reduce(plan, lambda candidate: kind_of(compare(candidate)) == kind, tries)
