"""Render the same template by both engines and describe what came out."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable
from typing import Any

import jinja2
import jinja2.sandbox

import flaskfast.jinja
import flaskfast.jinja.sandbox
from flaskfast.jinja.compiler import CodeGenerator

# Classes of objects are named in some messages.
MODULE = re.compile(r"\b(?:flaskfast\._(?:native|py)\.(?:loop|macro)|jinja2\.runtime)\.")
ADDRESS = re.compile(r"0x[0-9a-f]+")


class AlwaysInRuns(CodeGenerator):
    """The code for the compiled kernels, whatever the flavour."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.in_runs = not self.environment.is_async


class InRuns(flaskfast.jinja.Environment):
    code_generator_class = AlwaysInRuns


class SandboxInRuns(flaskfast.jinja.sandbox.SandboxedEnvironment):
    code_generator_class = AlwaysInRuns


# Jinja's class -> ours, in the flavour of this run, and with the code for the compiled kernels.
OURS: dict[type[jinja2.Environment], tuple[type[jinja2.Environment], ...]] = {
    jinja2.Environment: (flaskfast.jinja.Environment, InRuns),
    jinja2.sandbox.SandboxedEnvironment: (
        flaskfast.jinja.sandbox.SandboxedEnvironment,
        SandboxInRuns,
    ),
}


def environment(kind: type[jinja2.Environment], templates: Any, **options: Any) -> Any:
    """Make an environment that finds *templates*, a dict of sources."""
    options.setdefault("extensions", ["jinja2.ext.do", "jinja2.ext.loopcontrols"])
    return kind(loader=jinja2.DictLoader(templates), **options)


def outcome(function: Callable[[], Any], lines: bool = True) -> tuple[Any, ...]:
    """Return what *function* returns, or its error with the lines of templates it went through.

    Where Jinja does not turn lines of the compiled code into those of the template, ask for none.
    """
    try:
        value = function()
    except Exception as error:
        text = MODULE.sub("", ADDRESS.sub("0x", str(error)))
        passed = [
            (frame.filename, frame.lineno, frame.name)
            for frame in traceback.extract_tb(error.__traceback__)
            if frame.filename.startswith("<") or frame.filename.endswith(".html")
        ]
        line = getattr(error, "lineno", None)
        text = re.sub(r"sequence item \d+", "sequence item", text)
        # Python's own words for wrong arguments differ between compiled functions and others.
        text = re.sub(r"\w+\(\) takes .*", "takes", text)
        return ("raised", type(error).__name__, text, line, passed if lines else [])
    if isinstance(value, str):
        return ("text", type(value).__name__, ADDRESS.sub("0x", value))
    return ("value", value)


def outcomes(env: Any, source: str, names: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Render *source* in every way that there is, each time with fresh names."""

    def pieces() -> list[str]:
        found = [ADDRESS.sub("0x", piece) for piece in template.generate(names()) if piece]
        # What is included without the context has been rendered before, here to one piece.
        return ["".join(found)] if "without context" in source else found

    def module() -> str:
        return str(template.make_module(names()))

    def one(block: Any) -> Callable[[], str]:
        return lambda: "".join(block(template.new_context(names())))

    try:
        template = env.from_string(source)
    except Exception as error:
        # A SyntaxError is of the compiled code, with the line in that.
        line = None if type(error) is SyntaxError else getattr(error, "lineno", None)
        return {"compiled": (type(error).__name__, re.sub(r"line \d+", "", str(error)), line)}
    blocks = template.blocks
    return {
        "render": outcome(lambda: template.render(names())),
        "again": outcome(lambda: template.render(names())),
        "generate": outcome(pieces),
        "module": outcome(module, lines=False),
        "blocks": {name: outcome(one(block), lines=False) for name, block in blocks.items()},
    }


def differences(
    source: str,
    names: Callable[[], dict[str, Any]] = dict,
    templates: Any = None,
    kind: type[jinja2.Environment] = jinja2.Environment,
    prepare: Callable[[Any], None] = lambda environment: None,
    **options: Any,
) -> list[tuple[str, Any, Any]]:
    """Return where our engine does not do what Jinja's does: (where, Jinja's, ours).

    :param prepare: is called with each environment before anything is compiled.
    """

    def outcomes_by(kind: type[jinja2.Environment]) -> dict[str, Any]:
        env = environment(kind, templates or {}, **options)
        prepare(env)
        return outcomes(env, source, names)

    wanted = outcomes_by(kind)
    found = []
    for ours in OURS[kind]:
        got = outcomes_by(ours)
        found += [
            (f"{ours.__name__}.{way}", wanted.get(way), got.get(way))
            for way in wanted | got
            if wanted.get(way) != got.get(way)
        ]
    return found
