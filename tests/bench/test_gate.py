"""The gate: its verdicts, its files, and a real slowdown that it must find."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import flaskfast
from benchmarks import callgrind, gate, library, profile
from benchmarks.callgrind import Cost, Count
from benchmarks.gate import Verdict
from benchmarks.scenario import FLAVOURS
from benchmarks.scenarios import find
from benchmarks.shared import ROOT

pytestmark = pytest.mark.flavourless

HELLO = find("hello")


def counts(fast: float, python: float = 200.0, flask: float = 1000.0) -> dict[Any, Count]:
    found = {"flaskfast": fast, "flaskfast-python": python, "flask": flask}
    return {(name, "hello"): Count(name, "hello", value) for name, value in found.items()}


def outcome(fast: float, old: float | None, own: int | None = None) -> str:
    budget = {"flaskfast": {} if old is None else {"hello": old}}
    profiles = {} if own is None else {"flaskfast/hello": {gate.OWN: own}}
    verdict, _ = gate.judge([HELLO], counts(fast), budget, profiles)
    assert (verdict.scenario, verdict.implementation) == ("hello", "flaskfast")
    return verdict.outcome


@pytest.mark.parametrize(
    ("fast", "old", "expected"),
    [
        (100.0, 0.1, "ok"),
        (102.9, 0.1, "ok"),
        (103.1, 0.1, "worse"),
        (98.0, 0.1, "better"),
        (99.5, 0.1, "ok"),
        (100.0, None, "new"),
    ],
)
def test_three_per_cent_are_allowed(fast: float, old: float | None, expected: str) -> None:
    assert outcome(fast, old) == expected


@pytest.mark.parametrize(
    ("own", "expected"),
    [(100, "worse"), (102, "worse"), (103, "ok"), (106, "ok"), (120, "ok")],
)
def test_a_reference_that_became_cheaper_is_no_loss(own: int, expected: str) -> None:
    assert outcome(106.0, 0.1, own) == expected


@pytest.mark.parametrize(
    ("own", "expected"), [(100, "better"), (92, "better"), (90, "ok"), (85, "ok")]
)
def test_a_reference_that_became_dearer_is_no_gain(own: int, expected: str) -> None:
    assert outcome(90.0, 0.1, own) == expected


def test_an_interpreter_without_budgets_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "budget.toml"
    gate.write_budget({"cpython-2.7": {"flaskfast": {"hello": 0.1}}}, path)
    missing = f"budget.toml has no budgets for {gate.interpreter()}, only for cpython-2.7"
    with pytest.raises(gate.BudgetError, match=f"{re.escape(missing)}.*make bench-ratchet"):
        gate.check([HELLO], [HELLO], budget_path=path)


def test_what_had_a_budget_must_not_vanish() -> None:
    found = counts(100)
    found["flaskfast", "hello"] = Count("flaskfast", "hello", failed="no module", absent=True)
    with_budget = gate.judge([HELLO], found, {"flaskfast": {"hello": 0.1}}, {})[0]
    assert (with_budget.outcome, with_budget.text) == ("failed", "no module")
    assert gate.judge([HELLO], found, {}, {})[0].outcome == "absent"


@pytest.mark.parametrize(
    ("mine", "its", "expected"),
    [
        (1.0, 1.0, "ok"),
        (1.4, 1.0, "ok"),
        (1.5, 1.0, "ok"),
        (1.7, 1.0, "waits"),
        (105.0, 99.0, "ok"),
        (111.0, 99.0, "waits"),
        (1, 0, "waits"),
    ],
)
def test_no_more_system_calls_than_the_reference(mine: float, its: float, expected: str) -> None:
    found = counts(100)
    found["flaskfast", "hello"].system_calls = mine
    found["flask", "hello"].system_calls = its
    verdict = gate.judge([HELLO], found, {"flaskfast": {"hello": 0.1}}, {})[0]
    assert verdict.outcome == expected
    if expected == "waits":
        assert verdict.text == f"{mine:.1f} system calls, where flask makes {its:.1f}"


def test_who_makes_system_calls_is_named() -> None:
    functions = [
        profile.Function("app.py sleepy", 10, 10, 1, 2.0),
        profile.Function("app.py busy", 1000, 1000, 1, 0.0),
    ]
    found = profile.Profile("flaskfast", "hello", 1010, functions, [])
    verdict = Verdict("hello", "flaskfast", "waits", 0.1, 0.1, "2.0 system calls")
    text = gate.explain(verdict, found, {})
    assert text.startswith("hello, flaskfast: 2.0 system calls.\n")
    assert re.search(r"^ +2\.0  app\.py sleepy$", text, re.MULTILINE)
    assert "busy" not in text


def test_a_reference_that_fails_is_a_failure() -> None:
    found = counts(100)
    found["flask", "hello"] = Count("flask", "hello", failed="broken")
    verdict = gate.judge([HELLO], found, {"flaskfast": {"hello": 0.1}}, {})[0]
    assert (verdict.outcome, verdict.text) == ("failed", "flask: broken")


def test_a_scenario_that_is_gone_is_a_failure() -> None:
    (gone,) = gate.vanished([HELLO], {"flaskfast": {"hello": 0.1, "old-one": 0.2}})
    assert (gone.scenario, gone.outcome) == ("old-one", "failed")


def test_the_table_shows_old_and_new() -> None:
    verdicts = [Verdict("hello", "flaskfast", "worse", 0.1, 0.12, "12 / 100 instructions")]
    line = gate.table(verdicts).splitlines()[1]
    assert re.search(r"hello +flaskfast +0\.1000 +0\.1200 +\+20\.0% +WORSE", line)


def test_budgets_survive_being_written(tmp_path: Path) -> None:
    path = tmp_path / "budget.toml"
    budgets = {"cpython-3.11": {"flaskfast": {"hello": 0.12345, "routes-1000": 0.5}}}
    gate.write_budget(budgets, path)
    assert gate.read_budget(path) == budgets
    assert gate.read_budget(tmp_path / "none.toml") == {}


def test_profiles_survive_being_written(tmp_path: Path) -> None:
    path = tmp_path / "profiles.json"
    tables: dict[str, Any] = {"python": {"a b": 1}, "native": {"c": 2}}
    entries = {"flaskfast/hello": {gate.OWN: 345} | tables, "flaskfast/json": tables}
    kept = {"cpython-3.11": entries}
    gate.write_profiles(kept, path)
    assert gate.read_profiles(path) == kept


def profiled(**own: float) -> profile.Profile:
    functions = [profile.Function(name, value, value, 1.0) for name, value in own.items()]
    ordered = sorted(functions, key=lambda f: -f.own)
    return profile.Profile("flaskfast", "hello", sum(own.values()), ordered, [])


def test_growth_names_what_grew_most() -> None:
    text = gate.growth(
        profiled(grown=500, same=300, added=200, shrunk=10),
        {"python": {"grown": 100, "same": 300, "shrunk": 90}, "native": {}},
    )
    lines = text.splitlines()
    assert re.fullmatch(r" +\+400  grown  100 -> 500", lines[1])
    assert re.fullmatch(r" +\+198  added  <= 2 -> 200", lines[2])
    assert "same" not in text
    assert "shrunk" not in text


def test_only_what_weighs_something_is_kept() -> None:
    kept = gate.condense(profiled(much=900, some=99, little=1), 998.6)
    assert kept == {gate.OWN: 999, "python": {"much": 900, "some": 99}, "native": {}}


def test_without_a_kept_profile_the_largest_are_named() -> None:
    assert "No profile was kept" in gate.growth(profiled(a=5), None)


def test_no_budget_for_this_interpreter(tmp_path: Path) -> None:
    path = tmp_path / "budget.toml"
    gate.write_budget({"cpython-2.7": {"flaskfast": {"hello": 0.5}}}, path)
    with pytest.raises(gate.BudgetError, match=r"only for cpython-2\.7"):
        gate.check([HELLO], [HELLO], budget_path=path)


def test_missing_programs_say_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(callgrind.NoValgrind, match="apt-get install valgrind"):
        callgrind.count_all([("flask", "hello")])
    with pytest.raises(library.NoCompiler, match="apt-get install gcc"):
        library.build("marks", tmp_path)


DUMP = """\
version: 1
events: Ir sysCount sysTime
summary: 160 3 12
fn=first
0 100 1 4
cfn=second
calls=2 0
0 60 2 8
fn=second
0 40
0 20 2 8
totals: 160 3 12
"""


def test_a_dump_is_read(tmp_path: Path) -> None:
    path = tmp_path / "out.1"
    path.write_text(DUMP)
    assert callgrind.totals(path) == (160, 3)
    assert callgrind.read_dump(path) == {
        "first": Cost(100, 0, 0, 1),
        "second": Cost(60, 60, 2, 2, 2),
    }
    path.write_text("summary: 160\n")
    assert callgrind.totals(path) == (160, 0)


def test_a_profile_charges_callers_and_callees_exactly(tmp_path: Path) -> None:
    """serve -> view -> helper, with native work done for each; twice as often in the long run."""

    def dump(n: int) -> str:
        return (
            f"fn=count\n0 1\ncfn=JQ_0000\ncalls={n} 0\n0 {n * 1000}\n"
            f"fn=JQ_0000\n0 {n * 100}\ncfn=malloc\ncalls={n} 0\n0 {n * 50}\n"
            f"cfn=JQ_0001\ncalls={n} 0\n0 {n * 850}\n"
            f"fn=JQ_0001\n0 {n * 500}\ncfn=malloc\ncalls={n} 0\n0 {n * 50}\n"
            f"cfn=JQ_0002\ncalls={n} 0\n0 {n * 300}\n"
            f"fn=JQ_0002\n0 {n * 300}\n"
            f"fn=malloc\n0 {n * 100}\nsummary: {n * 1000 + 1}\n"
        )

    short, long = tmp_path / "short", tmp_path / "long"
    short.write_text(dump(1))
    long.write_text(dump(1 + HELLO.calls))
    names = {
        "codes": [
            f"{ROOT}/flaskfast/app.py:1:serve",
            "/x/site-packages/a.py:2:view",
            "<s>:1:f",
            f"{ROOT}/benchmarks/counter.py:1:count",  # was running before
        ],
        "pairs": [[4, 1], [1, 2], [2, 3]],
    }
    count = Count("flaskfast", "hello", 1000.0, dumps=(short, long), names=names)
    found = profile.read_profile(count)
    assert {f.name: (f.own, f.inclusive) for f in found.python} == {
        "a.py view": (550, 850),
        "<s> f": (300, 300),
        "flaskfast/app.py serve": (150, 1000),
    }
    native = {f.name: f.own for f in found.native}
    assert native == {profile.INTERPRETER: 900, "malloc": 100}
    assert "a.py view" in profile.text(found)


def test_the_smallest_of_several_placements_is_taken(tmp_path: Path) -> None:
    calls = HELLO.calls
    for placement, per_call in enumerate((30, 20, 25)):
        for n, total in ((1, 99), (2, 1000), (3, 1000 + calls * per_call)):
            path = tmp_path / f"out.7.{3 * placement + n}"
            path.write_text(f"summary: {total}\n")
    told = {"implementation": "flask", "scenario": "hello", "pid": 7}
    found = callgrind.read_count(told, tmp_path, placements=3)
    assert found.per_call == 20
    assert found.dumps == (tmp_path / "out.7.5", tmp_path / "out.7.6")
    assert callgrind.read_count(told, tmp_path).per_call == 30


@pytest.mark.parametrize(("smallest", "holds"), [(102.0, True), (104.0, False)])
def test_what_is_over_in_one_placement_is_counted_in_all(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, smallest: float, holds: bool
) -> None:
    asked = []

    def count(*_: Any, placements: int = callgrind.PLACEMENTS, **__: Any) -> dict[Any, Count]:
        asked.append(placements)
        return counts(110.0 if placements == 1 else smallest)

    path = tmp_path / "budget.toml"
    both = {"flaskfast": {"hello": 0.1}, "flaskfast-python": {"hello": 0.2}}
    gate.write_budget({gate.interpreter(): both}, path)
    monkeypatch.setattr(gate, "count_scenarios", count)
    monkeypatch.setattr(gate, "take_profiles", lambda *_, **__: {})
    said: list[str] = []
    kept = tmp_path / "profiles.json"
    assert holds is gate.check(
        [HELLO], [HELLO], budget_path=path, profiles_path=kept, say=said.append
    )
    assert asked == [1, callgrind.PLACEMENTS]
    assert ("The gate holds." in said) is holds


@pytest.mark.parametrize(("own", "holds"), [(100, False), (110, True)])
def test_the_kept_count_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, own: int, holds: bool
) -> None:
    budget, kept = tmp_path / "budget.toml", tmp_path / "profiles.json"
    both = {"flaskfast": {"hello": 0.1}, "flaskfast-python": {"hello": 0.2}}
    gate.write_budget({gate.interpreter(): both}, budget)
    tables = {gate.OWN: own, "python": {}, "native": {}}
    gate.write_profiles({gate.interpreter(): {"flaskfast/hello": tables}}, kept)
    monkeypatch.setattr(gate, "count_scenarios", lambda *_, **__: counts(110.0))
    monkeypatch.setattr(gate, "take_profiles", lambda *_, **__: {})
    said: list[str] = []
    assert holds is gate.check(
        [HELLO], [HELLO], budget_path=budget, profiles_path=kept, say=said.append
    )


def test_a_scenario_without_a_budget_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "budget.toml"
    gate.write_budget({gate.interpreter(): {"flaskfast": {"hello": 0.1}}}, path)
    monkeypatch.setattr(gate, "count_scenarios", lambda *_, **__: counts(100.0))
    said: list[str] = []
    kept = tmp_path / "profiles.json"
    assert not gate.check([HELLO], [HELLO], budget_path=path, profiles_path=kept, say=said.append)
    assert "hello, flaskfast-python: there is no budget yet; 'make bench-ratchet'" in "\n".join(
        said
    )


needs_callgrind = pytest.mark.skipif(
    shutil.which("valgrind") is None or shutil.which("cc") is None,
    reason="needs valgrind and a C compiler",
)


@pytest.mark.slow
@needs_callgrind
def test_a_slowed_step_fails_the_gate_and_is_named(tmp_path: Path) -> None:
    """Budget a copy of the tree, slow one of its steps, and see who is blamed."""
    tree = tmp_path / "tree"
    ignored = shutil.ignore_patterns("__pycache__")
    for part in ("flaskfast", "benchmarks"):
        shutil.copytree(ROOT / part, tree / part, ignore=ignored)
    (tree / "benchmarks" / "budget.toml").unlink(missing_ok=True)
    (tree / "benchmarks" / "budget_profiles.json").unlink(missing_ok=True)

    flavour = next(n for n, word in FLAVOURS.items() if word == flaskfast.kernels.flavour)
    narrow = ("--only", "hello", "--flavours", flavour)

    def run(command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "benchmarks", command, *narrow],
            cwd=tree,
            env={**os.environ, "PYTHONPATH": str(tree)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    budgeted = run("ratchet")
    assert budgeted.returncode == 0, budgeted.stdout
    holds = run("gate")
    assert holds.returncode == 0, holds.stdout
    assert "The gate holds." in holds.stdout

    def slow(file: str, step: str, statements: str) -> None:
        """Put statements before the first one of a step that every request takes."""
        source = tree / "flaskfast" / file
        text = source.read_text(encoding="utf-8")
        slowed, times = re.subn(
            rf'(    def {step}\((?:.|\n)*?"""(?:.|\n)*?"""\n)', rf"\1{statements}", text, count=1
        )
        assert times == 1
        source.write_text(slowed, encoding="utf-8")

    slow("app.py", "wsgi_app", "        for _ in range(50):\n            pass\n")
    fails = run("gate")
    assert fails.returncode == 1, fails.stdout
    assert re.search(rf"hello +{flavour} .* WORSE", fails.stdout), fails.stdout
    grown = fails.stdout.partition("Python functions that grew")[2].splitlines()[1]
    assert "Flask.wsgi_app" in grown, fails.stdout
    assert "The gate fails: hello." in fails.stdout

    slow("app.py", "__call__", "        __import__('time').sleep(0.0001)\n")
    fails = run("gate")
    assert fails.returncode == 1, fails.stdout
    assert re.search(rf"hello +{flavour} .* WAITS: [12]\.0 system calls", fails.stdout), (
        fails.stdout
    )
    named = fails.stdout.partition("Python functions that make system calls")[2].splitlines()[1]
    assert "Flask.__call__" in named, fails.stdout
