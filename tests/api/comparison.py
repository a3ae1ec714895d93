"""Find every difference between the recorded facts and a package's surface."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Iterator
from pathlib import Path

FACTS = Path(__file__).with_name("flask-3.1.3.json")
ABSENT = "absent"

Tree = dict[str, t.Any]
# Attributes that Flask gives to instances; a package may have them on the class.
ON_INSTANCES = {
    "flask.ctx.AppContext": {"g", "url_adapter"},
    "flask.ctx.RequestContext": {"flashes", "url_adapter"},
}


def read_facts() -> Tree:
    """Return Flask's surface as recorded."""
    facts: Tree = json.loads(FACTS.read_text(encoding="utf-8"))
    return facts


def differences(facts: Tree, found: Tree) -> dict[str, str]:
    """Return what differs, by path: ``classes/flask.app.Flask/members/run/is``.

    Public names, members, commands and options that Flask does not have are differences as
    well; private ones, imports and overridden methods are not.
    """
    modules = facts["modules"]
    classes = {n: one for n, one in found["classes"].items() if n.rpartition(".")[0] in modules}
    found = {**found, "classes": classes}
    paths = dict(_leaves(facts, ()))
    present = dict(_leaves(found, ()))
    result = {
        "/".join(path): f"expected {text}, got {present.get(path, ABSENT)}"
        for path, text in paths.items()
        if present.get(path, ABSENT) != text
    }
    for path, text in _additions(facts, found, ()):
        if _counts(path, text, facts, found):
            result["/".join(path)] = f"added: {text}"
    return result


def _leaves(tree: t.Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(tree, dict):
        for key, branch in tree.items():
            yield from _leaves(branch, (*path, str(key)))
    else:
        yield path, str(tree)


def _additions(
    facts: t.Any, found: t.Any, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], t.Any]]:
    """Yield the topmost branches that only the package has."""
    if not (isinstance(facts, dict) and isinstance(found, dict)):
        return
    for key, branch in found.items():
        if key not in facts:
            yield (*path, str(key)), branch
        else:
            yield from _additions(facts[key], branch, (*path, str(key)))


def _counts(path: tuple[str, ...], branch: t.Any, facts: Tree, found: Tree) -> bool:
    """Tell whether an addition is one that users could come to rely on."""
    section, *inner, name = path
    if section == "classes":
        (home, *_) = inner or [name]
        known = set(found["classes"][home]["overrides"]) | ON_INSTANCES.get(home, set())
        public = not name.rpartition(".")[2].startswith("_")
        return public and name not in known | {"overrides"}
    if section == "modules" and inner:
        module, kind = inner
        own = (f"class {module}.", f"function {module}.")
        public = kind == "names" and not name.startswith("_")
        return public and (module == "flask" or str(branch).startswith(own))
    if section == "modules":  # a package of ours counts, not each module in it
        return name.rpartition(".")[0] in facts["modules"]
    return section != "instances"
