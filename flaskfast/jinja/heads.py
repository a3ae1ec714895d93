"""Complete the functions of compiled templates by what stands at their heads.

What a function uses is known when it has been generated. Until then one line stands for it, so that
line numbers stay.
"""

from __future__ import annotations

import re

from .._expressions import expression
from .runtime import __all__ as _EXPORTED

IMPORTS = "# imports"
PREAMBLE = "# preamble"
# Local names of a function, each bound where it is used.
_LOCALS = {
    "write": "out.write",
    "pair": "out.pair",
    "around": "out.around",
    "write_plain": "out.write_plain",
    "append": "out.append",
    "value": "out.value",
    "access_": "access(environment)",
    "attr": "access_.attr",
    "attrs": "access_.attrs",
    "item": "access_.item",
    "resolve": "context.resolve_or_missing",
    "undefined": "environment.undefined",
    "concat": "environment.concat",
    "cond_expr_undefined": "Undefined",
}
_WORD = expression(r"\w+")
# What is set in loops and blocks, for functions that want the context.
_EMPTY_VARS = {
    kind: expression(rf"^( +){kind} = \{{\}}$", re.MULTILINE)
    for kind in ("_loop_vars", "_block_vars")
}


def complete(source: str) -> str:
    """Import what the source uses, and bind at the head of each function what that uses."""
    head, *functions = re.split(rf"^    {PREAMBLE}$", source, flags=re.MULTILINE)
    words: set[str] = set(_WORD.findall(head))
    body = "".join([_completed(function, words) for function in functions])
    names = ", ".join([name for name in _EXPORTED if name in words])
    return head.replace(IMPORTS, f"from flaskfast.jinja.runtime import {names}", 1) + body


def _completed(body: str, words: set[str]) -> str:
    bound = []
    for kind in ("_loop_vars", "_block_vars"):
        # Where nothing is ever set in a loop, its variables need no dict in each iteration.
        if kind in body and f"{kind}[" not in body and f"{kind}.update(" not in body:
            body = _EMPTY_VARS[kind].sub(r"\1pass", body)
            if kind in body:
                bound.append(f"{kind} = None")
    used = set(_WORD.findall(body))
    if used & {"attr", "attrs", "item"}:
        used.add("access_")
    bound += [f"{name} = {source}" for name, source in _LOCALS.items() if name in used]
    bound.append("0 and (yield)")  # a generator, also without anything to hand on
    line = "; ".join(bound)
    words |= used
    words.update(_WORD.findall(line))
    return f"    {line}{body}"
