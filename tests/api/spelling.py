"""Spell Python objects as text that says what matters and depends on nothing else.

Both Flask and flaskfast are described by this, and Flask's names are used for both, so that
two descriptions can be compared as text. Addresses, paths, wording meant for people and the
versions of the libraries below leave no trace.
"""

from __future__ import annotations

import datetime
import inspect
import re
import types
import typing as t
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextvars import ContextVar

import click
from blinker import NamedSignal
from jinja2 import Environment
from werkzeug.datastructures import ImmutableDict
from werkzeug.local import LocalProxy
from werkzeug.routing import Rule

PLAIN = (bool, int, float, bytes, type(None), types.EllipsisType, datetime.timedelta)
PARAMETER_FIELDS = (
    "param_type_name", "opts", "secondary_opts", "required", "nargs", "multiple", "is_flag",
    "count", "hidden", "envvar", "is_eager", "expose_value",
)  # fmt: skip
PATH_FIELDS = ("exists", "file_okay", "dir_okay", "writable", "readable", "resolve_path")


def flask_name(name: str) -> str:
    """Replace flaskfast's name by Flask's wherever it stands as a word."""
    return re.sub(r"\bflaskfast\b", "flask", name)


def dotted(thing: t.Any) -> str:
    """Return the full name of a class, a function or a module, in Flask's terms."""
    if isinstance(thing, types.ModuleType):
        return flask_name(thing.__name__)
    return flask_name(f"{thing.__module__}.{thing.__qualname__}").removeprefix("builtins.")


def value(thing: t.Any) -> str:
    """Spell a value: plain ones as written, containers by content, others by their class."""
    if issubclass(type(thing), LocalProxy):
        return "LocalProxy"
    if isinstance(thing, PLAIN):
        return repr(thing)
    for kind, spell in SPELLINGS:
        if isinstance(thing, kind):
            return spell(thing)
    if t.get_origin(thing) is not None or isinstance(thing, t.TypeVar | t.ForwardRef):
        return alias(thing)
    if isinstance(thing, type | types.ModuleType):
        return dotted(thing)
    if inspect.isroutine(thing):
        return "<function>"
    return f"<{dotted(type(thing))}>"


def _mapping(thing: Mapping[t.Any, t.Any]) -> str:
    items = ", ".join(f"{value(key)}: {value(item)}" for key, item in thing.items())
    if not isinstance(thing, defaultdict) and type(thing) not in (dict, ImmutableDict):
        return f"<{dotted(type(thing))}>"
    if isinstance(thing, defaultdict) and thing.default_factory is not None:
        made = value(thing.default_factory())
        return f"defaultdict(-> {made}, {{{items}}})"
    return f"{type(thing).__name__}({items})"


def _sequence(thing: t.Any) -> str:
    items = sorted(map(value, thing)) if isinstance(thing, set | frozenset) else map(value, thing)
    return f"{type(thing).__name__}({', '.join(items)})"


SPELLINGS: tuple[tuple[t.Any, Callable[[t.Any], str]], ...] = (
    (str, lambda thing: "str" if "\n" in thing else repr(flask_name(thing))),
    (NamedSignal, lambda thing: f"<signal {thing.name}>"),
    (ContextVar, lambda thing: f"<ContextVar {thing.name}>"),
    (click.Command, lambda thing: f"<{dotted(type(thing))} {thing.name}>"),
    (click.Parameter, lambda thing: f"<{dotted(type(thing))} {thing.name}>"),
    (Environment, lambda thing: f"<{dotted(type(thing))}>"),
    (Mapping, _mapping),
    ((list, tuple, set, frozenset), _sequence),
)


def alias(thing: t.Any) -> str:
    """Spell a type as a type checker's user would, however this Python prints it."""
    if isinstance(thing, t.ForwardRef):
        return flask_name(thing.__forward_arg__)
    if isinstance(thing, t.TypeVar):
        bound = "" if thing.__bound__ is None else f": {alias(thing.__bound__)}"
        return f"~{thing.__name__}{bound}"
    if isinstance(thing, list):
        return f"[{', '.join(map(alias, thing))}]"
    origin = t.get_origin(thing)
    if origin is None:
        return dotted(thing) if isinstance(thing, type) else flask_name(str(thing))
    parts = [alias(part) for part in t.get_args(thing)]
    if origin in (t.Union, types.UnionType):
        return " | ".join(parts)
    return f"{dotted(origin)}[{', '.join(parts)}]"


def signature(function: Callable[..., t.Any]) -> str:
    """Spell a signature: names, kinds, defaults, and annotations as they are written."""
    found = inspect.signature(function)
    parameters = [
        p.replace(default=p.default if p.default is p.empty else Spelled(value(p.default)))
        for p in found.parameters.values()
    ]
    return flask_name(str(found.replace(parameters=parameters)))


class Spelled:
    """A default that prints as its spelling."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def member(thing: t.Any) -> str:
    """Spell what a class's ``__dict__`` holds under a name."""
    if isinstance(thing, staticmethod | classmethod):
        return f"{type(thing).__name__} {signature(thing.__func__)}"
    if isinstance(thing, property):
        accessors = (thing.fget, thing.fset, thing.fdel)
        named = zip(("get", "set", "delete"), accessors, strict=True)
        able = " ".join(name for name, accessor in named if accessor is not None)
        return f"property {able} -> {_returned(thing.fget)}"
    if inspect.isfunction(thing):
        return f"method {signature(thing)}"
    return value(thing)


def _returned(getter: t.Any) -> str:
    return flask_name(str(getattr(getter, "__annotations__", {}).get("return", "?")))


def rule(thing: Rule) -> str:
    """Spell a URL rule."""
    methods = ",".join(sorted(thing.methods or ()))
    return f"{thing.rule} [{methods}] -> {thing.endpoint}"


def parameter(thing: click.Parameter) -> dict[str, str]:
    """Describe an option or argument of a command, apart from its help text."""
    facts = {name: repr(getattr(thing, name, None)) for name in PARAMETER_FIELDS}
    # Click has told "nothing given" in three ways over its releases.
    nothing = thing.default in (None, False) or repr(thing.default) == "Sentinel.UNSET"
    facts["default"] = "nothing" if nothing else repr(thing.default)
    facts["type"] = dotted(type(thing.type))
    if isinstance(thing.type, click.Path):
        facts["type"] += " " + " ".join(n for n in PATH_FIELDS if getattr(thing.type, n))
    if isinstance(thing.type, click.Choice):
        facts["type"] += f" {list(thing.type.choices)}"
    return facts
