"""All scenarios, by name. A module here declares its scenarios when it is imported."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Iterable, Mapping

from benchmarks import elsewhere
from benchmarks.scenario import REGISTRY, Scenario

# In the order of the table.
MODULES = (
    "apps",
    "plain",
    "routes",
    "structure",
    "bodies",
    "sessions",
    "answers",
    "pages",
    "inside",
    "templates",
    "escaping",
    "matching",
    "headers",
    "queries",
    "multipart",
)
GROUPS = ("apps", "cycle", "inside", "template", "kernel")


class UnknownScenario(LookupError):
    """A name that is neither a scenario's nor a group's."""


def every() -> dict[str, Scenario]:
    """Import all scenario modules and return what they declare, group by group."""
    for module in MODULES:
        importlib.import_module(f"{__name__}.{module}")
    declared = [scenario for scenario in REGISTRY.values() if scenario.group in GROUPS]
    ordered = sorted(declared, key=lambda s: GROUPS.index(s.group))
    return {scenario.name: scenario for scenario in ordered}


def views() -> dict[str, Scenario]:
    """Import the views of `benchmarks.elsewhere`, which are asked for by name or group alone."""
    for module in elsewhere.MODULES:
        importlib.import_module(f"{elsewhere.__name__}.{module}")
    return {s.name: s for s in REGISTRY.values() if s.group == elsewhere.GROUP}


def find(name: str) -> Scenario:
    """Return the scenario called *name*."""
    scenarios = every() | views()
    if name not in scenarios:
        raise UnknownScenario(unknown(name, scenarios))
    return scenarios[name]


def select(names: Iterable[str]) -> list[Scenario]:
    """Return the named scenarios; a name may be a group's, or the start of several names.

    Nothing named means all of them.
    """
    scenarios = every()
    names = [name for name in names if name]
    if not names:
        return list(scenarios.values())
    known = scenarios | views()
    chosen: dict[str, Scenario] = {}
    for name in names:
        found = [known[name]] if name in known else beginning(name, scenarios)
        if not found and not (found := beginning(name, views())):
            raise UnknownScenario(unknown(name, known))
        chosen.update((s.name, s) for s in found)
    return list(chosen.values())


def beginning(name: str, scenarios: Mapping[str, Scenario]) -> list[Scenario]:
    """Return those of the group *name*, and those whose names begin with that word."""
    return [s for s in scenarios.values() if s.group == name or s.name.startswith(f"{name}-")]


def unknown(name: str, scenarios: Iterable[str]) -> str:
    """Say that there is no such scenario, and which names come near."""
    known = [*scenarios, *GROUPS, elsewhere.GROUP]
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    hint = f" Did you mean {', '.join(near)}?" if near else ""
    return f"There is no scenario {name!r}.{hint} 'python -m benchmarks list' shows all of them."
