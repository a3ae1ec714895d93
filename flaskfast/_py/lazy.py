"""Compute an attribute when it is first read, then let it be an ordinary one.

Compiled as it is (`_native/lazy.pxd` gives the types); `_lazy.py` has the types that users see.
"""

from __future__ import annotations

import typing as t


# Turns a one-argument function into an attribute computed on first read. (No docstring: it would
# stand before that of the attribute.)
#
# The value is stored in the instance's ``__dict__`` under the function's name, so the second read
# costs what any instance attribute costs, assignment replaces the value and ``del`` has it
# computed afresh. ``"name" in vars(obj)`` tells whether anybody has asked yet.
#
# PERF: unlike functools.cached_property (a lock before 3.12) and Werkzeug's (a data descriptor that
# runs on every read), nothing is left on the way after the first read.
class lazy:
    compute: t.Any
    name: t.Any

    def __init__(self, compute: t.Any) -> None:
        self.compute = compute
        self.name = compute.__name__
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: t.Any, name: str) -> None:
        self.name = name

    def __get__(self, obj: t.Any, owner: t.Any) -> t.Any:
        if obj is None:
            return self
        value = obj.__dict__[self.name] = self.compute(obj)
        return value
