import typing as t
from contextvars import ContextVar

def quicken(proxy: t.Any, variable: ContextVar[t.Any], name: str | None, /) -> None: ...
