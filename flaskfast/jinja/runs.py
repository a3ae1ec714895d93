"""Which pieces of a template one call writes, and what that call is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jinja2 import nodes

# Evaluating these has no effect that an earlier value of the same run could show.
_SIMPLE = (nodes.Name, nodes.Const, nodes.TemplateData)


def divide(pieces: Iterable[Any], collected: bool) -> list[list[Any]]:
    """Divide pieces into those that one call writes.

    Only the first value of a run may be more than a name: values are turned into text when all of
    them have been evaluated, and evaluating one could change another. Nor does text that is handed
    on piece by piece (not *collected*) wait for a value that may take long. A run is of one line of
    the template, so that errors name the right one.
    """
    runs: list[list[Any]] = []
    line = None  # of the values in the last run, if there are any
    for piece in pieces:
        if isinstance(piece, str):
            joins = line is not None
        elif not runs:
            joins = False
        elif line is None:
            joins = collected or _is_quick(piece)
        else:
            joins = isinstance(piece, _SIMPLE) and piece.lineno == line
        if not isinstance(piece, str):
            line = piece.lineno
        elif not joins:
            line = None
        if joins:
            runs[-1].append(piece)
        else:
            runs.append([piece])
    return runs


def method(run: list[Any], escapes: bool) -> tuple[str, bool]:
    """Name what writes a run, and whether it takes text and values in turn.

    PERF: bigtable-int. What takes a fixed number of arguments is called without a tuple.
    """
    if not escapes:
        return "write_plain", True
    if len(run) == 1:
        return "value", False
    kinds = [isinstance(piece, str) for piece in run]
    if kinds == [True, False]:
        return "pair", True
    if kinds in ([False, True], [True, False, True]):
        return "around", True
    return "write", True


def _is_quick(node: nodes.Expr) -> bool:
    """Tell whether a value is a name, or attributes and items of one."""
    while isinstance(node, (nodes.Getattr, nodes.Getitem)):
        if isinstance(node, nodes.Getitem) and not isinstance(node.arg, _SIMPLE):
            return False
        node = node.node
    return isinstance(node, _SIMPLE)
