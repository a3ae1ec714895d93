"""Templates that are given as text, kept compiled."""

from __future__ import annotations

from collections import ChainMap
from typing import Any

import jinja2

from .shipped import Shipped

# Longer ones are compiled each time. With as many as are kept, this bounds the memory, whoever
# has a say in what the texts are.
_LONGEST = 32 * 1024

# What `Environment.compile` heeds, beside filters, tests, extensions and policies.
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
_COMPILING = Shipped(jinja2.Environment, *_METHODS)
_MAKING = Shipped(jinja2.Template, "from_code")


def from_string(environment: Any, source: Any, /) -> Any:
    """Do what ``environment.from_string(source)`` does, compiling *source* once.

    Each call returns a template of its own. Its code is kept as long as nothing changes that it
    depends on: settings, extensions, filters and tests of the environment. An environment keeps
    as many as its ``kept_sources`` says, to twice as many; 0, or no such attribute: none.
    """
    most = getattr(environment, "kept_sources", 0)
    if most <= 0 or type(source) is not str or len(source) > _LONGEST:
        return environment.from_string(source)
    as_shipped = _COMPILING.untouched(environment) and _MAKING.by(environment.template_class)
    if not as_shipped and _is_special(environment):
        return environment.from_string(source)
    own = environment.__dict__
    kept = own.get("_kept_sources")
    # An overlay begins with the attributes of another environment.
    if kept is None or kept.environment is not environment:
        kept = own["_kept_sources"] = Kept(environment)
    found = kept.template(source, most, as_shipped)
    return _fresh(found, environment, as_shipped)


def _is_special(environment: Any) -> bool:
    """Tell whether somebody overrides what is left out here; Jinja's own may be wrapped."""
    kind, own = type(environment), environment.__dict__
    for name in _METHODS:
        if getattr(kind, name) is not getattr(jinja2.Environment, name) or name in own:
            return True
    made: Any = environment.template_class
    return made.from_code.__func__ is not jinja2.Template.from_code.__func__  # type: ignore[attr-defined]


class Kept:
    """The compiled sources of an environment: those used lately, and those used before."""

    def __init__(self, environment: Any) -> None:
        self.environment = environment
        self.settings: Any = None
        self.tables: Any = None
        self.codes: Any = None  # of methods that are not as they were shipped
        self.late: dict[str, Any] = {}
        self.before: dict[str, Any] = {}

    def template(self, source: str, most: int, as_shipped: bool, /) -> Any:
        """Return a template for *source*; keep *most* of late, and as many from before."""
        codes = None if as_shipped else _codes(self.environment)
        if codes != self.codes or not self.is_current(_uses_tables(source)):
            self.note(codes)
        found = self.late.get(source)
        if found is None:
            found = self.before.get(source) or self.environment.from_string(source)
            if len(self.late) >= most:
                self.before, self.late = self.late, {}
            self.late[source] = found
        return found

    def is_current(self, with_tables: bool, /) -> bool:
        """Tell whether the environment is as it was when `note` was called.

        :param with_tables: look at filters and tests too, which takes longest.
        """
        environment = self.environment
        return (
            self.tables is not None
            and self.settings == _settings_of(environment)
            and _is_same(environment.extensions, self.tables[2])
            and _is_same(environment.policies, self.tables[3])
            and (
                # What an extension makes of a template may use any of them.
                (not with_tables and not environment.extensions)
                or (
                    _is_same(environment.filters, self.tables[0])
                    and _is_same(environment.tests, self.tables[1])
                )
            )
        )

    def note(self, codes: Any) -> None:
        """Forget what is kept; note how the environment is."""
        environment = self.environment
        self.late, self.before, self.codes = {}, {}, codes
        self.settings = _settings_of(environment)
        self.tables = (
            _items_of(environment.filters),
            _items_of(environment.tests),
            _items_of(environment.extensions),
            _items_of(environment.policies),
        )


def _uses_tables(source: str) -> bool:
    """Tell whether a source may use filters or tests, which no other words call for."""
    return "|" in source or "is" in source or "filter" in source


def _settings_of(environment: Any) -> Any:
    found = [getattr(environment, name) for name in _SETTINGS]
    found.append(_code_of(environment.autoescape))
    return found


def _is_same(table: Any, noted: Any) -> bool:
    return _items_of(table) == noted  # type: ignore[no-any-return]


def _items_of(table: Any) -> Any:
    return (*table, *table.values())


def _code_of(function: Any) -> Any:
    # Somebody may have put his own code into it, to see the calls.
    return getattr(function, "__code__", function)


def _codes(environment: Any) -> Any:
    return [_code_of(getattr(type(environment), name)) for name in _METHODS]


def _fresh(template: Any, environment: Any, as_shipped: Any) -> Any:
    """Copy a template, so that what is done to one is not seen on another."""
    copy: Any = object.__new__(type(template))
    if as_shipped:
        globals: Any = ChainMap({}, environment.globals)
    else:
        globals = environment.make_globals(None)
    copy.__dict__ = {**template.__dict__, "globals": globals, "_module": None}
    return copy
