"""A method that compiled steps step over has nothing in it that could be missed."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import flaskfast.app
from flaskfast import Flask, _kernels

STEPS = {
    name: module
    for module in ("contexts", "cycle")
    for name in _kernels.KERNELS[module]
    if callable(getattr(Flask, name, None))
}


def _methods() -> dict[str, ast.FunctionDef]:
    tree = ast.parse(Path(flaskfast.app.__file__).read_text(encoding="utf-8"))
    (flask,) = (n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == "Flask")
    return {n.name: n for n in flask.body if isinstance(n, ast.FunctionDef)}


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
