"""What compiled templates import: Jinja's names, and ours in the place of some.

Compiled templates are kept in bytecode caches, so names stay here once they have been used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2.exceptions import TemplateNotFound, TemplateRuntimeError
from jinja2.runtime import TemplateReference, Undefined, identity, markup_join, str_join
from jinja2.utils import Namespace, internalcode, missing

from .._kernels import (
    LoopContext,
    Macro,
    Output,
    Render,
    access,
    call,
    call0,
    call1,
    call_with,
    escape,
    into,
    mark,
    resolve,
    resolve_all,
    templates,
    unset,
)
from .streaming import Stream

# In compiled templates this is called, not asked whether something is one.
Markup = mark
resolve_one = resolve
exports = templates.exports
find = templates.find
included = templates.included
parent_block = templates.parent_block

# What every compiled template imports.
__all__ = [
    "LoopContext",
    "Macro",
    "Markup",
    "Namespace",
    "Output",
    "TemplateNotFound",
    "TemplateReference",
    "TemplateRuntimeError",
    "Undefined",
    "access",
    "call",
    "call0",
    "call1",
    "call_with",
    "escape",
    "exports",
    "find",
    "identity",
    "included",
    "internalcode",
    "into",
    "markup_join",
    "missing",
    "parent_block",
    "rendered",
    "resolve_all",
    "resolve_one",
    "str_join",
    "unset",
]


def rendered(function: Callable[[Any, Any], Any]) -> Any:
    """Make the function of a template, or of a block, what Jinja takes it to be."""
    return Render(function, Stream)
