"""The package offers what Flask 3.1.3 offers, name by name; genuine Flask proves the test."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from .comparison import Tree, differences, read_facts
from .deviations import DEVIATIONS
from .surface import Surface

CHECKOUT = Path(__file__).parents[2]
PACKAGES = ["flaskfast"] + (["flask"] if find_spec("flask") is not None else [])
ALLOWED = {path: reason for reason, paths in DEVIATIONS.items() for path in paths}


@cache
def facts() -> Tree:
    return read_facts()


@cache
def surface(package: str) -> Tree:
    """Return a package's surface, described in an interpreter that has only that package."""
    script = (
        "import json, sys; from tests.api.surface import Surface;"
        " from tests.api.comparison import read_facts;"
        " print(json.dumps(Surface(sys.argv[1], read_facts()).describe()))"
    )
    command = [sys.executable, "-c", script, package]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    described: Tree = json.loads(done.stdout)
    return described


@cache
def found(package: str) -> dict[str, str]:
    allowed = ALLOWED if package == "flaskfast" else {}
    everything = differences(facts(), surface(package))
    return {path: text for path, text in everything.items() if path not in allowed}


def sections() -> list[str]:
    """Return the parts of the facts that get a test each: modules, classes, objects, the rest."""
    nested = ("modules", "classes", "instances", "commands")
    rest = [section for section in facts() if section not in nested]
    return [*(f"{section}/{name}" for section in nested for name in facts()[section]), *rest]


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize("section", sections())
def test_it_offers_what_flask_offers(package: str, section: str) -> None:
    different = {
        path: text
        for path, text in found(package).items()
        if path == section or path.startswith(f"{section}/")
    }
    assert different == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_nothing_differs_outside_the_sections(package: str) -> None:
    known = tuple(sections())
    outside = {p: t for p, t in found(package).items() if not p.startswith(known)}
    assert outside == {}


def test_every_deviation_is_still_one() -> None:
    stale = set(ALLOWED) - set(differences(facts(), surface("flaskfast")))
    assert stale == set()


def test_every_deviation_has_a_reason() -> None:
    assert all(len(reason.split()) > 4 for reason in DEVIATIONS)
    assert sum(map(len, DEVIATIONS.values())) == len(ALLOWED)


def test_the_facts_are_about_flask() -> None:
    assert facts()["version"] == "3.1.3 with ['DeprecationWarning']"
    assert len(facts()["modules"]) == 23
    assert len(facts()["classes"]) == 46
    assert len(facts()["config"]) == 29
    assert set(facts()["commands"]) == {"<group>", "run", "shell", "routes"}
    signals = [text for text in facts()["modules"]["flask"]["names"].values() if "<signal" in text]
    assert len(signals) == 10


# -- the comparison itself ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("modules/flask/names/abort", "function flask.helpers.abort() -> 'None'"),
        ("modules/flask.globals/names/_cv_app", "<ContextVar app>"),
        ("modules/flask.cli/imports/click", "clack"),
        ("classes/flask.app.Flask/members/run", "method (self)"),
        ("classes/flask.app.Flask/mro", "['flask.app.Flask', 'object']"),
        ("classes/flask.app.Flask/members/secret_key", "None"),
        ("instances/app/extensions", "list()"),
        ("instances/request context/flashes", "list()"),
        ("config/MAX_COOKIE_SIZE", "4094"),
        ("commands/run/params/port/default", "5001"),
        ("version", "3.1.2 with []"),
    ],
)
def test_a_change_is_a_difference(path: str, text: str) -> None:
    if path == "classes/flask.app.Flask/members/secret_key":
        path = "classes/flask.sansio.app.App/members/secret_key"
    *parents, name = path.split("/")
    changed, gone = copy.deepcopy(described()), copy.deepcopy(described())
    for tree, change in ((changed, True), (gone, False)):
        branch = tree
        for parent in parents:
            branch = branch[parent]
        assert name in branch
        if change:
            branch[name] = text
        else:
            del branch[name]
    assert differences(facts(), changed) == {
        path: f"expected {expected_at(path)}, got {text}",
    }
    assert differences(facts(), gone) == {path: f"expected {expected_at(path)}, got absent"}


@pytest.mark.parametrize(
    ("path", "addition", "counts"),
    [
        ("modules/flask/names/extra", "LocalProxy", True),
        ("modules/flask.app/names/extra", "function flask.app.extra()", True),
        ("modules/flask.app/names/extra", "function flask.helpers.extra()", False),
        ("modules/flask.app/names/_extra", "function flask.app._extra()", False),
        ("modules/flask.app/imports/extra", "werkzeug.extra", False),
        ("modules/flask.extra", {"names": {}, "imports": {}}, True),
        ("modules/flask.json.extra", {"names": {}, "imports": {}}, True),
        ("modules/flask.routing.extra", {"names": {}, "imports": {}}, False),
        ("classes/flask.app.Flask/members/extra", "method (self)", True),
        ("classes/flask.app.Flask/members/_extra", "method (self)", False),
        ("classes/flask.app.Extra", {"mro": []}, True),
        ("classes/flask.app._Extra", {"mro": []}, False),
        ("config/EXTRA", "None", True),
        ("commands/extra", {"params": {}}, True),
        ("commands/run/params/extra", {"opts": "['--extra']"}, True),
    ],
)
def test_an_addition_is_a_difference_where_users_see_it(
    path: str, addition: object, counts: bool
) -> None:
    *parents, name = path.split("/")
    tree = copy.deepcopy(described())
    branch = tree
    for parent in parents:
        branch = branch[parent]
    branch[name] = addition
    if path.endswith("Extra"):
        tree["classes"][name]["overrides"] = []
    assert list(differences(facts(), tree)) == ([path] if counts else [])


def described() -> Tree:
    """Return a surface that is exactly Flask's."""
    tree = copy.deepcopy(facts())
    for one in tree["classes"].values():
        one["overrides"] = []
    return tree


def expected_at(path: str) -> str:
    branch = facts()
    for part in path.split("/"):
        branch = branch[part]
    return str(branch)


def test_a_private_base_is_part_of_its_class() -> None:
    class Base:
        def greet(self, name: str = "x") -> str:
            return name

    class Derived(Base):
        pass

    Base.__module__, Derived.__module__ = "flask._base", "flask.app"
    told = Surface("flaskfast").type(Derived)
    assert told["members"] == {"greet": "method (self, name: 'str' = 'x') -> 'str'"}
    assert told["mro"][1:] == ["object"]
