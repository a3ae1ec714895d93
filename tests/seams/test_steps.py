"""A method that compiled steps step over has nothing in it that could be missed."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import flaskfast.app
import flaskfast.sansio.app
from flaskfast import Flask, _kernels

STEPS = {
    name: module
    for module in ("contexts", "cycle")
    for name in _kernels.KERNELS[module]
    if callable(getattr(Flask, name, None))
}


def _methods() -> dict[str, ast.FunctionDef]:
    found: dict[str, ast.FunctionDef] = {}
    for module, name in ((flaskfast.sansio.app, "App"), (flaskfast.app, "Flask")):
        tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        (cls,) = (n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == name)
        found.update({n.name: n for n in cls.body if isinstance(n, ast.FunctionDef)})
    return found


def test_the_steps_are_known() -> None:
    assert len(STEPS) >= 14
    assert {"wsgi_app", "make_response", "do_teardown_request", "app_context"} <= set(STEPS)


@pytest.mark.parametrize("name", STEPS)
def test_a_method_calls_its_step_and_does_nothing_else(name: str) -> None:
    """What is written here runs only for those who override or wrap: it belongs into the step."""
    method = _methods()[name]
    _, *statements = method.body  # the docstring is the first
    (statement,) = statements
    assert isinstance(statement, (ast.Return, ast.Expr))
    parameters = ", ".join(argument.arg for argument in method.args.args)
    assert ast.unparse(statement).removeprefix("return ") == f"{STEPS[name]}.{name}({parameters})"
