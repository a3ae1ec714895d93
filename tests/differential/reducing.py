"""Make a plan that shows a difference as small as it can be: parts are taken away one by one."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

from .plan import Plan


def reduce(plan: Plan, shows: Callable[[Plan], bool], tries: int = 1500) -> Plan:
    """Return the smallest plan found for which *shows* is still true.

    :param tries: how many plans to try at the most.
    """
    skip = 0
    while tries > 0:
        # What could not be taken away before is not likely to be now: it is tried last.
        candidates = list(_smaller(plan))
        for number, candidate in enumerate(candidates[skip:] + candidates[:skip]):
            tries -= 1
            if shows(candidate):
                plan, skip = candidate, (skip + number) % len(candidates)
                break
            if not tries:
                break
        else:
            break
    return plan


def _smaller(value: Any) -> Iterator[Any]:
    """Yield *value* with something taken away, the biggest pieces first."""
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            now = getattr(value, field.name)
            for less in _smaller_field(field, now):
                yield dataclasses.replace(value, **{field.name: less})  # type: ignore[type-var]
    elif isinstance(value, tuple) and not (value and isinstance(value[0], str)):
        # Not inside of a step or pair.
        for i in range(len(value)):
            yield value[:i] + value[i + 1 :]
        for i, item in enumerate(value):
            for less in _smaller(item):
                yield (*value[:i], less, *value[i + 1 :])


#: Fields that must be whole, or may not be empty.
_WHOLE = ("session", "methods", "seams", "map_options", "path")


def _smaller_field(field: Any, now: Any) -> Iterator[Any]:
    if field.name == "answer":
        if now is not None and now != ("text", "x"):
            yield ("text", "x")
        return
    if field.default is not dataclasses.MISSING and now != field.default:
        yield field.default
    if field.name not in _WHOLE:
        yield from _smaller(now)
