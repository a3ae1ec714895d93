"""Whose way of building its URLs a rule has: ours, or one of its class."""

from __future__ import annotations

from werkzeug.routing import Rule

from .. import _kernels

Builder = _kernels.url.Builder
ForeignBuilder = _kernels.url.ForeignBuilder

_OURS = ("bind", "compile", "_compile_builder", "build", "suitable_for")
_SHIPPED = {name: getattr(Rule, name) for name in _OURS}


def is_plain(rule: Rule) -> bool:
    """Tell whether a rule's class leaves to us how it is compiled and built."""
    cls = type(rule)
    return cls is Rule or all(getattr(cls, name) is _SHIPPED[name] for name in _OURS)


def builder_of(rule: Rule) -> Builder | ForeignBuilder:
    """Return what builds a rule's URLs."""
    if is_plain(rule):
        made = getattr(rule._build, "__self__", None)
        if isinstance(made, Builder) and made.rule is rule:
            return made
    return ForeignBuilder(rule)
