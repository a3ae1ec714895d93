"""The regression gate: instructions as a share of the peer's, against a budget.

A scenario's *share* is what flaskfast executes per call divided by what the
reference (Flask; for kernels and templates the library that is replaced) executes,
both counted in the same run. The budget holds the largest share allowed, per
interpreter and flavour. Profiles taken when a budget was set are kept beside it,
so that a failure can name the functions that grew.

A budget is the smallest count of several placements (see counter.place). The gate counts
in one, and what is over its budget there again in all of them before it fails.
"""

from __future__ import annotations

import importlib
import json
import platform
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.callgrind import PLACEMENTS, Count, Pair, count_all
from benchmarks.profile import Profile, take_profiles
from benchmarks.scenario import FLAVOURS, Scenario

HERE = Path(__file__).resolve().parent
BUDGET = HERE / "budget.toml"
PROFILES = HERE / "budget_profiles.json"
ALLOWANCE = 0.03
# More system calls than the reference's that are allowed: those of threads vary.
WAITING = 0.1
# Functions of a profile that are kept, per table: so many, of at least that share each.
KEPT = 24
KEPT_SHARE = 0.005
# Beside the two tables of a profile: what flaskfast executed per call.
OWN = "instructions"

BAD = ("worse", "waits", "failed", "new")

Budget = dict[str, dict[str, float]]  # flavour -> scenario -> share

HEADER = """\
# Instructions that flaskfast may execute per call, as a share of the reference's
# (Flask, or the library that a kernel replaces), counted by callgrind in one run.
# 'make bench-gate' fails when a share is more than 3 % larger; 'make bench-ratchet'
# writes smaller ones down. To accept a larger one, with a reason in the commit:
# python -m benchmarks ratchet --accept SCENARIO
"""


class BudgetError(Exception):
    """The budget cannot be used."""


@dataclass(frozen=True)
class Verdict:
    """What became of one scenario in one flavour."""

    scenario: str
    implementation: str
    outcome: str  # ok, better, absent, or one of BAD
    old: float | None = None
    new: float | None = None
    text: str = ""

    @property
    def change(self) -> float:
        """How much larger the share has become, as a share of the old one."""
        return self.new / self.old - 1 if self.new is not None and self.old else 0.0


def interpreter() -> str:
    """Return the key of this interpreter's budgets, such as ``cpython-3.11``."""
    version = ".".join(platform.python_version_tuple()[:2])
    return f"{platform.python_implementation().lower()}-{version}"


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file (by tomli, where Python has no tomllib: before 3.11)."""
    name = "tomllib" if sys.version_info >= (3, 11) else "tomli"
    try:
        toml: Any = importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise BudgetError(f"Reading {path.name} needs {name}: pip install {name}") from error
    found: dict[str, Any] = toml.loads(path.read_text(encoding="utf-8"))
    return found


def read_budget(path: Path = BUDGET) -> dict[str, Budget]:
    """Return the budgets of every interpreter."""
    return read_toml(path) if path.exists() else {}


def write_budget(budgets: Mapping[str, Budget], path: Path = BUDGET) -> None:
    """Write the budgets, sorted."""
    parts = [HEADER]
    for key in sorted(budgets):
        for implementation in sorted(budgets[key]):
            parts.append(f'\n["{key}"."{implementation}"]\n')
            for scenario, share in sorted(budgets[key][implementation].items()):
                parts.append(f'"{scenario}" = {share:.5f}\n')
    path.write_text("".join(parts), encoding="utf-8")


def counted_scenarios(scenarios: Iterable[Scenario]) -> list[Scenario]:
    """Return those that the gate counts: all in which flaskfast takes part."""
    return [s for s in scenarios if s.reference is not None]


def count_scenarios(
    scenarios: Iterable[Scenario],
    flavours: Iterable[str],
    *,
    jobs: int,
    placements: int = PLACEMENTS,
) -> dict[Pair, Count]:
    """Count flavours of these scenarios, and the references."""
    pairs = [
        (implementation, scenario.name)
        for scenario in scenarios
        for implementation in (scenario.replaces, *flavours)
        if implementation in scenario.builders
    ]
    return count_all(pairs, jobs=jobs, placements=placements)


def judge(
    scenarios: Iterable[Scenario],
    counts: Mapping[Pair, Count],
    budget: Budget,
    profiles: Mapping[str, Any],
) -> list[Verdict]:
    """Compare what was counted with the budget, and with the counts kept in *profiles*."""
    verdicts = []
    for scenario in scenarios:
        reference = counts[scenario.replaces, scenario.name]
        for implementation in FLAVOURS:
            if (implementation, scenario.name) not in counts:
                continue
            old = budget.get(implementation, {}).get(scenario.name)
            count = counts[implementation, scenario.name]
            failed = count.failed
            if not failed and reference.failed:
                failed = f"{scenario.replaces}: {reference.failed}"
            if failed:
                # What had a budget must not vanish; what never ran may still be missing.
                outcome = "absent" if count.absent and old is None else "failed"
                verdicts.append(Verdict(scenario.name, implementation, outcome, old, None, failed))
                continue
            new = count.per_call / reference.per_call
            text = f"{count.per_call:,.0f} / {reference.per_call:,.0f} instructions"
            if count.system_calls > reference.system_calls * (1 + WAITING) + 0.5:
                outcome = "waits"
                text = (
                    f"{count.system_calls:.1f} system calls, where {scenario.replaces} makes "
                    f"{reference.system_calls:.1f}"
                )
            elif old is None:
                outcome = "new"
            else:
                own = profiles.get(f"{implementation}/{scenario.name}", {}).get(OWN)
                outcome, why = compare(old, new, own, count.per_call)
                text += why
            verdicts.append(Verdict(scenario.name, implementation, outcome, old, new, text))
    return verdicts


def compare(old: float, new: float, own: int | None, per_call: float) -> tuple[str, str]:
    """Return what became of a share, and what is to be said about it.

    *own* is what flaskfast executed when the budget was set, where that was kept. A share
    that changed while this did not tells of the reference alone.
    """
    change = new / old - 1
    own_change = change if own is None else per_call / own - 1
    if change > ALLOWANCE:
        if own_change > ALLOWANCE:
            return "worse", ""
        return "ok", f" ({own:,} of ours before: the reference has become cheaper)"
    if change < -ALLOWANCE / 3 and own_change < -ALLOWANCE / 3:
        return "better", ""
    return "ok", ""


def vanished(scenarios: Iterable[Scenario], budget: Budget) -> list[Verdict]:
    """Return a failure for every budget whose scenario no longer exists."""
    known = {s.name for s in scenarios}
    return [
        Verdict(name, implementation, "failed", share, None, "the scenario is gone")
        for implementation, shares in budget.items()
        for name, share in shares.items()
        if name not in known
    ]


def table(verdicts: Iterable[Verdict]) -> str:
    """Return the verdicts as a table."""
    lines = [f"{'scenario':26} {'flavour':17} {'budget':>8} {'counted':>8} {'change':>8}  outcome"]
    for v in verdicts:
        old = f"{v.old:.4f}" if v.old is not None else "-"
        new = f"{v.new:.4f}" if v.new is not None else "-"
        change = f"{v.change:+.1%}" if v.old is not None and v.new is not None else "-"
        outcome = v.outcome.upper() if v.outcome in BAD else v.outcome
        lines.append(
            f"{v.scenario:26} {v.implementation:17} {old:>8} {new:>8} {change:>8}  "
            f"{outcome}: {' '.join(v.text.split())}"
        )
    return "\n".join(lines)


def read_profiles(path: Path = PROFILES) -> dict[str, Any]:
    """Return the profiles kept with the budgets: interpreter -> flavour/scenario -> tables."""
    found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return found


def condense(profile: Profile, own: float) -> dict[str, Any]:
    """Return the part of a profile that is kept, and the count of the scenario."""
    return {
        OWN: round(own),
    } | {
        title: {
            f.name: round(f.own) for f in functions[:KEPT] if f.own >= KEPT_SHARE * profile.per_call
        }
        for title, functions in (("python", profile.python), ("native", profile.native))
    }


def write_profiles(kept: Mapping[str, Any], path: Path = PROFILES) -> None:
    """Write the kept profiles, one line per table, so that diffs stay readable."""
    lines = ["{"]
    for i, key in enumerate(sorted(kept)):
        lines.append(f" {json.dumps(key)}: {{")
        entries = sorted(kept[key])
        for j, entry in enumerate(entries):
            tables = kept[key][entry]
            lines.append(f"  {json.dumps(entry)}: {{")
            if OWN in tables:
                lines.append(f'   "{OWN}": {tables[OWN]},')
            lines.append(f'   "python": {json.dumps(tables["python"])},')
            lines.append(f'   "native": {json.dumps(tables["native"])}')
            lines.append("  }" + ("," if j + 1 < len(entries) else ""))
        lines.append(" }" + ("," if i + 1 < len(kept) else ""))
    lines.append("}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def growth(profile: Profile, kept: Mapping[str, Mapping[str, int]] | None, *, top: int = 8) -> str:
    """Name the functions whose own cost grew most since the budget was set."""
    if kept is None:
        return "  No profile was kept with this budget; the most expensive functions now:\n" + (
            "\n".join(f"  {f.own:>12,.0f}  {f.name}" for f in profile.python[:top])
        )
    out = []
    for title, functions in (("Python", profile.python), ("native", profile.native)):
        before = kept[title.lower()]
        # What was too cheap to be kept cost at most this.
        floor = round(KEPT_SHARE * sum(before.values()))
        if len(before) >= KEPT:
            floor = min(before.values())
        grown = sorted(
            ((f.own - before.get(f.name, min(floor, f.own)), f) for f in functions),
            key=lambda pair: -pair[0],
        )
        out.append(f"  {title} functions that grew (instructions per call, before -> now):")
        for change, function in grown[:top]:
            if change < 1:
                break
            was = f"{before[function.name]:,}" if function.name in before else f"<= {floor:,}"
            out.append(f"  {change:>+12,.0f}  {function.name}  {was} -> {function.own:,.0f}")
    return "\n".join(out)


def waits(profile: Profile, *, top: int = 8) -> str:
    """Name the functions that make system calls."""
    found = sorted(profile.python, key=lambda f: -f.system_calls)
    return "\n".join(
        [
            "  A system call may sleep, or wait for a lock, a file or a socket.",
            "  Python functions that make system calls (each call of the scenario):",
            *(f"  {f.system_calls:>12.1f}  {f.name}" for f in found[:top] if f.system_calls > 0.1),
        ]
    )


def explain(verdict: Verdict, profile: Profile | None, profiles: Mapping[str, Any]) -> str:
    """Say what is wrong with a scenario, and who is to blame as far as that is known."""
    head = f"{verdict.scenario}, {verdict.implementation}: "
    if verdict.outcome == "new":
        return f"{head}there is no budget yet; 'make bench-ratchet' writes one."
    if profile is None:
        return head + verdict.text
    if verdict.outcome == "waits":
        return f"{head}{verdict.text}.\n{waits(profile)}"
    assert verdict.old is not None and verdict.new is not None
    return (
        f"{head}{verdict.old:.4f} of the reference allowed (+{ALLOWANCE:.0%}), "
        f"{verdict.new:.4f} counted, {verdict.change:+.1%}.\n"
        + growth(profile, profiles.get(f"{verdict.implementation}/{verdict.scenario}"))
    )


def check(
    scenarios: Iterable[Scenario],
    everything: Iterable[Scenario],
    *,
    flavours: Iterable[str] = FLAVOURS,
    jobs: int = 2,
    budget_path: Path = BUDGET,
    profiles_path: Path = PROFILES,
    say: Callable[[str], None] = print,
) -> bool:
    """Count, judge and report; return whether the gate holds."""
    chosen = counted_scenarios(scenarios)
    key = interpreter()
    budgets = read_budget(budget_path)
    if key not in budgets:
        raise BudgetError(
            f"{budget_path.name} has no budgets for {key}, only for "
            f"{', '.join(sorted(budgets)) or 'nothing'}. Use such an interpreter, or record "
            "budgets for this one with 'make bench-ratchet'."
        )
    flavours = list(flavours)
    counts = count_scenarios(chosen, flavours, jobs=jobs, placements=1)
    profiles = read_profiles(profiles_path).get(key, {})
    verdicts = judge(chosen, counts, budgets[key], profiles)
    if over := {v.scenario for v in verdicts if v.outcome == "worse"}:
        again = [s for s in chosen if s.name in over]
        counts.update(count_scenarios(again, flavours, jobs=jobs))
        verdicts = judge(chosen, counts, budgets[key], profiles)
    verdicts += vanished(everything, budgets[key])
    say(table(verdicts))
    bad = [v for v in verdicts if v.outcome in BAD]
    taken = take_profiles(
        [(v.implementation, v.scenario) for v in bad if v.outcome in {"worse", "waits"}],
        jobs=jobs,
    )
    for verdict in bad:
        profile = taken.get((verdict.implementation, verdict.scenario))
        say("")
        say(explain(verdict, profile, profiles))
    better = [v for v in verdicts if v.outcome == "better"]
    say("")
    if bad:
        names = sorted({v.scenario for v in bad})
        say(f"The gate fails: {', '.join(names)}.")
        return False
    say("The gate holds.")
    if better:
        names = sorted({v.scenario for v in better})
        say(f"'make bench-ratchet' would write down better shares: {', '.join(names)}.")
    return True


def ratchet(
    scenarios: Iterable[Scenario],
    everything: Iterable[Scenario],
    *,
    accept: Iterable[str] = (),
    flavours: Iterable[str] = FLAVOURS,
    jobs: int = 2,
    budget_path: Path = BUDGET,
    profiles_path: Path = PROFILES,
    say: Callable[[str], None] = print,
) -> bool:
    """Write smaller and new shares into the budget, with their profiles.

    Larger ones are written for scenarios named in *accept* only. Return False
    when a scenario is over its budget and was not accepted.
    """
    chosen = counted_scenarios(scenarios)
    accepted = set(accept)
    key = interpreter()
    budgets = read_budget(budget_path)
    budget = budgets.setdefault(key, {})
    counts = count_scenarios(chosen, flavours, jobs=jobs)
    kept = read_profiles(profiles_path)
    profiles = kept.setdefault(key, {})
    verdicts = judge(chosen, counts, budget, profiles)
    for gone in vanished(everything, budget):
        del budget[gone.implementation][gone.scenario]
    say(table(verdicts))
    holds = True
    written: list[Pair] = []
    for verdict in verdicts:
        entry = f"{verdict.implementation}/{verdict.scenario}"
        raised = verdict.outcome in {"worse", "ok"} and verdict.scenario in accepted
        if verdict.outcome in {"new", "better"} or raised:
            assert verdict.new is not None
            budget.setdefault(verdict.implementation, {})[verdict.scenario] = verdict.new
            written.append((verdict.implementation, verdict.scenario))
            old = "none" if verdict.old is None else f"{verdict.old:.5f}"
            say(f"{entry}: {old} -> {verdict.new:.5f}")
        elif verdict.outcome == "worse":
            holds = False
            say(f"{entry}: over its budget; kept. 'ratchet --accept {verdict.scenario}' raises it.")
        elif verdict.outcome in BAD:
            holds = False
            say(f"{entry}: {verdict.text}; its budget is kept.")
        elif entry in profiles:  # of a budget that was set before counts were kept
            per_call = counts[verdict.implementation, verdict.scenario].per_call
            profiles[entry].setdefault(OWN, round(per_call))
    write_budget(budgets, budget_path)
    for (implementation, scenario), profile in take_profiles(written, jobs=jobs).items():
        own = counts[implementation, scenario].per_call
        profiles[f"{implementation}/{scenario}"] = condense(profile, own)
    live = {f"{flavour}/{name}" for flavour, shares in budget.items() for name in shares}
    kept[key] = {entry: tables for entry, tables in profiles.items() if entry in live}
    write_profiles(kept, profiles_path)
    return holds
