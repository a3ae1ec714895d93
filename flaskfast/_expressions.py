"""Regular expressions that are compiled when they are first used.

An application needs a few of them, and compiling all costs an import more than a millisecond.
"""

from __future__ import annotations

import re
import typing as t


class _Compiled:
    """An expression that has the methods of its `re.Pattern`, as attributes of its own."""

    def __init__(self, pattern: t.Any, flags: int) -> None:
        self.pattern = pattern
        self.flags = flags


class _Expression(_Compiled):
    """One that has not been asked for any yet."""

    def __getattr__(self, name: str) -> t.Any:
        if name not in _METHODS:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        compiled = re.compile(self.pattern, self.flags)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        self.__class__ = _Compiled  # type: ignore[assignment]
        return getattr(self, name)


_METHODS = ("fullmatch", "match", "search", "sub", "findall", "finditer", "split")


def expression(pattern: t.AnyStr, flags: int = 0) -> re.Pattern[t.AnyStr]:
    """Return what has the methods of ``re.compile(pattern, flags)``, which the first use calls."""
    return t.cast("re.Pattern[t.AnyStr]", _Expression(pattern, flags))
