"""Templates that are given as text, kept compiled."""

from __future__ import annotations

from typing import Any

import jinja2

# Longer ones are compiled each time. With as many as are kept, this bounds the memory, whoever
# has a say in what the texts are.
LONGEST = 32 * 1024

# What `Environment.compile` heeds of an environment, beside its extensions, filters and tests.
_SETTINGS = (
    "block_start_string",
    "block_end_string",
    "variable_start_string",
    "variable_end_string",
    "comment_start_string",
    "comment_end_string",
    "line_statement_prefix",
    "line_comment_prefix",
    "trim_blocks",
    "lstrip_blocks",
    "newline_sequence",
    "keep_trailing_newline",
    "optimized",
    "undefined",
    "finalize",
    "autoescape",
    "is_async",
    "sandboxed",
    "code_generator_class",
    "template_class",
)
_METHODS = ("from_string", "compile", "make_globals")


def from_string(environment: jinja2.Environment, source: str) -> jinja2.Template:
    """Do what ``environment.from_string(source)`` does, compiling *source* once.

    Each call returns a template of its own. Its code is kept as long as nothing changes that it
    depends on: settings, extensions, filters and tests of the environment. An environment keeps
    as many as its ``kept_sources`` says, to twice as many; 0, or no such attribute: none.
    """
    most = getattr(environment, "kept_sources", 0)
    if most <= 0 or type(source) is not str or len(source) > LONGEST or _is_special(environment):
        return environment.from_string(source)
    own = environment.__dict__
    kept = own.get("_kept_sources")
    # An overlay begins with the attributes of another environment.
    if kept is None or kept.environment is not environment:
        kept = own["_kept_sources"] = _Kept(environment)
    return kept.template(source, most)


def _is_special(environment: jinja2.Environment) -> bool:
    """Tell whether somebody overrides what is left out here; Jinja's own may be wrapped."""
    kind, own = type(environment), environment.__dict__
    for name in _METHODS:
        if getattr(kind, name) is not getattr(jinja2.Environment, name) or name in own:
            return True
    made: Any = environment.template_class
    return made.from_code.__func__ is not jinja2.Template.from_code.__func__  # type: ignore[attr-defined]


class _Kept:
    """The compiled sources of an environment: those used lately, and those used before."""

    def __init__(self, environment: jinja2.Environment) -> None:
        self.environment = environment
        self._settings: tuple[Any, ...] = ()
        self._late: dict[str, jinja2.Template] = {}
        self._before: dict[str, jinja2.Template] = {}

    def template(self, source: str, most: int) -> jinja2.Template:
        """Return a template for *source*; keep *most* of late, and as many from before."""
        environment = self.environment
        settings = _settings(environment)
        if settings != self._settings:
            self._late, self._before, self._settings = {}, {}, settings
        late = self._late
        found = late.get(source)
        if found is None:
            found = self._before.get(source) or environment.from_string(source)
            if len(late) >= most:
                self._before, self._late = late, {}
            self._late[source] = found
        return _fresh(found, environment)


def _settings(environment: Any) -> tuple[Any, ...]:
    # Somebody may have put his own code into these, to see the calls.
    functions = (environment.autoescape, *[getattr(type(environment), name) for name in _METHODS])
    return (
        *[getattr(environment, name) for name in _SETTINGS],
        *[getattr(function, "__code__", function) for function in functions],
        *environment.filters.values(),
        *environment.tests.values(),
        *environment.extensions.values(),
        *environment.policies.values(),
        *environment.filters,
        *environment.tests,
    )


def _fresh(template: jinja2.Template, environment: jinja2.Environment) -> jinja2.Template:
    """Copy a template, so that what is done to one is not seen on another."""
    copy: jinja2.Template = object.__new__(type(template))
    copy.__dict__.update(template.__dict__)
    copy.globals = environment.make_globals(None)
    copy._module = None
    return copy
