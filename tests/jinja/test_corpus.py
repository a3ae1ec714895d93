"""Every template of the corpus comes out as it does by Jinja: text, pieces, errors, lines."""

from __future__ import annotations

from typing import Any

import jinja2
import jinja2.sandbox
import pytest

from . import corpus
from .engines import differences

TEMPLATES = corpus.templates()


def finalize(value: Any) -> Any:
    return "none" if value is None else value


@jinja2.pass_context
def finalize_in_context(context: Any, value: Any) -> Any:
    return f"<{context.name}>" if value is None else value


@jinja2.pass_eval_context
def finalize_in_eval_context(eval_ctx: Any, value: Any) -> Any:
    return f"<{eval_ctx.autoescape}>" if value is None else value


@jinja2.pass_environment
def finalize_in_environment(environment: Any, value: Any) -> Any:
    return environment.block_start_string if value is None else value


OPTIONS: dict[str, dict[str, Any]] = {
    "escaping": {"autoescape": True},
    "plain": {"autoescape": False},
    "strict": {"autoescape": True, "undefined": jinja2.StrictUndefined},
    "chainable": {"autoescape": True, "undefined": jinja2.ChainableUndefined},
    "debug": {"autoescape": False, "undefined": jinja2.DebugUndefined},
    "finalize": {"autoescape": True, "finalize": finalize},
    "finalize-context": {"autoescape": True, "finalize": finalize_in_context},
    "finalize-eval-context": {"autoescape": False, "finalize": finalize_in_eval_context},
    "finalize-environment": {"autoescape": True, "finalize": finalize_in_environment},
    "not-optimized": {"autoescape": True, "optimized": False},
    "by-name": {"autoescape": lambda name: name is not None},
    "trimmed": {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True},
    "sandbox": {"autoescape": True, "kind": jinja2.sandbox.SandboxedEnvironment},
}


def test_there_are_enough() -> None:
    assert len(TEMPLATES) >= 300
    assert len(set(TEMPLATES)) == len(TEMPLATES)


@pytest.mark.parametrize("options", OPTIONS)
def test_same_as_jinja(options: str) -> None:
    different = {}
    for source in TEMPLATES:
        found = differences(source, corpus.names, corpus.LOADED, **OPTIONS[options])
        if found:
            different[source] = found
    assert different == {}
