"""All scenarios, by name. A module here declares its scenarios when it is imported."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Iterable

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
    ordered = sorted(REGISTRY.values(), key=lambda s: GROUPS.index(s.group))
    return {scenario.name: scenario for scenario in ordered}


def find(name: str) -> Scenario:
    """Return the scenario called *name*."""
    scenarios = every()
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
    chosen: dict[str, Scenario] = {}
    for name in names:
        found = [s for s in scenarios.values() if s.name == name] or [
            s for s in scenarios.values() if s.group == name or s.name.startswith(f"{name}-")
        ]
        if not found:
            raise UnknownScenario(unknown(name, scenarios))
        chosen.update((s.name, s) for s in found)
    return list(chosen.values())


def unknown(name: str, scenarios: Iterable[str]) -> str:
    """Say that there is no such scenario, and which names come near."""
    known = [*scenarios, *GROUPS]
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    hint = f" Did you mean {', '.join(near)}?" if near else ""
    return f"There is no scenario {name!r}.{hint} 'python -m benchmarks list' shows all of them."
