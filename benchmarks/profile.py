"""Where the instructions of a scenario go: Python functions and native ones.

Counted by callgrind with the probe of probe.c, which makes Python functions visible
to it. Two tables come out. *Python*: what each Python function cost, with the
interpreter's and all native work done on its behalf, and without the Python
functions that it called; these sum up to the whole. *Native*: what each C function
executed itself, where the interpreter's own work is shown once, as a sum.
"""

from __future__ import annotations

import os
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.callgrind import (
    SHARD,
    Cost,
    Count,
    Pair,
    calls_of,
    compile_once,
    read_dump,
    run_counter,
    split,
)
from benchmarks.library import build
from benchmarks.shared import ROOT

INTERPRETER = "(interpreter: bytecode of Python functions)"


@dataclass(frozen=True)
class Function:
    """What one function costs per call of the scenario, in instructions."""

    name: str
    own: float
    inclusive: float
    calls: float
    system_calls: float = 0.0


@dataclass(frozen=True)
class Profile:
    """Both tables of one implementation of one scenario, most expensive first."""

    implementation: str
    scenario: str
    per_call: float
    python: list[Function]
    native: list[Function]


def build_probe(directory: Path) -> Path:
    """Compile probe.c for this interpreter."""
    return build("probe", directory, "-fno-plt", "-fno-optimize-sibling-calls")


def take_profiles(
    pairs: Iterable[Pair], *, jobs: int = 2, shard: int = SHARD
) -> dict[Pair, Profile]:
    """Count implementations of scenarios with the probe on.

    Raises LookupError when one of them cannot be counted.
    """
    with tempfile.TemporaryDirectory(prefix="flaskfast-profile-") as base:
        marks = build("marks", Path(base))
        probe = build_probe(Path(base))
        compile_once()

        def work(numbered: tuple[int, list[Pair]]) -> list[Profile]:
            number, group = numbered
            directory = Path(base, str(number))
            directory.mkdir()
            options = ["--fn-skip=_PyEval_EvalFrameDefault"]
            counted = run_counter(group, directory, marks, options=options, probe=probe)
            return [read_profile(count) for count in counted]

        with ThreadPoolExecutor(jobs) as pool:
            found = list(pool.map(work, enumerate(split(pairs, shard))))
    return {(p.implementation, p.scenario): p for profiles in found for p in profiles}


def take_profile(implementation: str, scenario: str) -> Profile:
    """Count one implementation of one scenario with the probe on."""
    return take_profiles([(implementation, scenario)])[implementation, scenario]


def read_profile(count: Count) -> Profile:
    """Make the two tables of a counted scenario."""
    if count.failed:
        raise LookupError(f"{count.scenario}: {count.implementation}: {count.failed}")
    assert count.dumps is not None and count.names is not None
    names = count.names
    short, long = map(read_dump, count.dumps)
    costs = subtract(short, long, calls_of(count.scenario))
    probed = {int(name[3:]): cost for name, cost in costs.items() if name.startswith("JQ_")}
    native = [
        Function(name, cost.own, cost.inclusive, cost.calls, cost.system_calls)
        for name, cost in costs.items()
        if not name.startswith("JQ_")
    ]
    interpreted = sum(cost.own for cost in probed.values())
    native.append(
        Function(INTERPRETER, interpreted, interpreted, sum(c.calls for c in probed.values()))
    )
    own: dict[str, float] = defaultdict(float)
    inclusive: dict[str, float] = defaultdict(float)
    calls: dict[str, float] = defaultdict(float)
    system_calls: dict[str, float] = defaultdict(float)
    titles = ["(benchmark)", *(shorten(code) for code in names["codes"])]
    for number, cost in probed.items():
        caller, callee = names["pairs"][number] if number < len(names["pairs"]) else (0, -1)
        callee_name = titles[callee] if callee >= 0 else "(too many functions)"
        inclusive[callee_name] += cost.inclusive
        own[callee_name] += cost.inclusive
        own[titles[caller]] -= cost.inclusive
        calls[callee_name] += cost.calls
        system_calls[callee_name] += cost.inclusive_system_calls
        system_calls[titles[caller]] -= cost.inclusive_system_calls
    # Nobody was charged for those that were running already when counting began.
    python = [
        Function(name, own[name], cost, calls[name], system_calls[name])
        for name, cost in inclusive.items()
    ]
    return Profile(
        count.implementation,
        count.scenario,
        count.per_call,
        sorted(python, key=lambda f: -f.own),
        sorted((f for f in native if f.own), key=lambda f: -f.own),
    )


def subtract(short: Mapping[str, Cost], long: Mapping[str, Cost], calls: int) -> dict[str, Cost]:
    """Return per call what the long run has more than the short one."""
    found = {name: (cost - short.get(name, Cost())) / calls for name, cost in long.items()}
    return {name: cost for name, cost in found.items() if cost.own or cost.inclusive}


def shorten(code: str) -> str:
    """Name a code object by its module's path and its qualified name, without line number."""
    path, _, rest = code.partition(":")
    if path.startswith("<"):
        return f"{path} {code.rpartition(':')[2]}"
    qualified = rest.partition(":")[2]
    # The tutorial lies in a cache of the user's, in a folder of its own for each archive.
    for marker in ("site-packages/", "lib/python", "bench/tutorial-"):
        _, found, tail = path.rpartition(marker)
        if found:
            path = tail if marker == "site-packages/" else tail.partition("/")[2]
            break
    else:
        path = os.path.relpath(path, ROOT) if path.startswith(str(ROOT)) else path
    return f"{path} {qualified}"


def text(profile: Profile, *, top: int = 30) -> str:
    """Return the two tables for a terminal."""
    out = [
        f"{profile.scenario}, {profile.implementation}: "
        f"{profile.per_call:,.0f} instructions per call (with the probe on)",
    ]
    for title, table in (
        ("Python functions, native work included", profile.python),
        ("native functions", profile.native),
    ):
        out += ["", f"{title:60}{'own':>10}{'share':>7}{'inclusive':>11}{'calls':>8}"]
        for function in table[:top]:
            share = function.own / profile.per_call
            name = function.name if len(function.name) < 60 else "..." + function.name[-56:]
            inclusive = f"{function.inclusive:,.0f}" if table is profile.python else ""
            out.append(
                f"{name:60}{function.own:>10,.0f}{share:>7.1%}{inclusive:>11}{function.calls:>8.2f}"
            )
        rest = table[top:]
        if rest:
            left = sum(f.own for f in rest)
            out.append(f"{f'{len(rest)} more':60}{left:>10,.0f}{left / profile.per_call:>7.1%}")
    return "\n".join(out)
