"""Compute an attribute when it is first read, then let it be an ordinary one."""

from __future__ import annotations

import typing as t

from . import _kernels

if t.TYPE_CHECKING:
    T = t.TypeVar("T")

    class lazy(t.Generic[T]):
        """Turn a one-argument function into an attribute computed on first read."""

        def __init__(self, compute: t.Callable[[t.Any], T]) -> None: ...

        @t.overload
        def __get__(self, obj: None, owner: type) -> lazy[T]: ...

        @t.overload
        def __get__(self, obj: object, owner: type | None = None) -> T: ...

        def __get__(self, obj: object | None, owner: type | None = None) -> lazy[T] | T: ...
else:
    lazy = _kernels.lazy
