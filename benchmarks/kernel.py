"""How a kernel is declared: against the library function that it replaces.

flaskfast's side is looked up by the name it has in `flaskfast.markup`,
`flaskfast.routing` or `flaskfast.http`; while that does not exist, the row says so.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from operator import attrgetter
from typing import Any

from benchmarks.scenario import FLAVOURS, Statement, as_it_is, flaskfast_name

Names = dict[str, Any]


def declare(
    name: str,
    what: str,
    statement: str,
    expect: Any,
    *,
    ours: str,
    theirs: str = "",
    goal: dict[str, float],
    same: Callable[[Any], Any] = as_it_is,
    calls: int = 300,
    repeat: int = 1,
    replaces: str = "werkzeug",
    **names: Any,
) -> Statement:
    """Declare a function that flaskfast and a library have under ``module:name`` each.

    The statement calls it as ``f``.
    """
    scenario = Statement(
        name,
        what,
        group="kernel",
        replaces=replaces,
        statement=statement,
        expect=expect,
        same=same,
        goal=goal,
        calls=calls,
        repeat=repeat,
    )
    for flavour in FLAVOURS:
        scenario.peer(flavour)(
            lambda flavour=flavour: {"f": flaskfast_name(flavour, ours), **names}
        )
    module, _, attribute = (theirs or ours.replace("flaskfast", "werkzeug")).partition(":")

    @scenario.peer(replaces)
    def _() -> Names:
        return {"f": attrgetter(attribute)(importlib.import_module(module)), **names}

    return scenario


def pairs(multidict: Any) -> list[tuple[str, str]]:
    """Return a MultiDict's items, repeated ones too."""
    return list(multidict.items(multi=True))
