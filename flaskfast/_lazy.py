"""Compute an attribute when it is first read, then let it be an ordinary one."""

from __future__ import annotations

import typing as t

T = t.TypeVar("T")


class lazy(t.Generic[T]):
    """Turn a one-argument function into an attribute computed on first read.

    The value is stored in the instance's ``__dict__`` under the function's name, so the second
    read costs what any instance attribute costs, assignment replaces the value and ``del`` has
    it computed afresh. ``"name" in vars(obj)`` tells whether anybody has asked yet.

    PERF: unlike :class:`functools.cached_property` (a lock before 3.12) and Werkzeug's (a data
    descriptor that runs on every read), nothing is left on the way after the first read.
    """

    def __init__(self, compute: t.Callable[[t.Any], T]) -> None:
        self.compute = compute
        self.name = compute.__name__
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @t.overload
    def __get__(self, obj: None, owner: type) -> lazy[T]: ...

    @t.overload
    def __get__(self, obj: object, owner: type | None = None) -> T: ...

    def __get__(self, obj: object | None, owner: type | None = None) -> lazy[T] | T:
        if obj is None:
            return self
        value = obj.__dict__[self.name] = self.compute(obj)
        return value
