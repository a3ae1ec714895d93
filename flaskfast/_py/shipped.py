"""Whether what a class has is what was shipped, reference flavour."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from .._genuine import is_as_shipped


class Shipped:
    """Attributes of a class, as they are now; functions among them down to their code.

    :param cls: the class.
    :param names: of attributes that it or a base has.
    """

    def __init__(self, cls: type, names: tuple[str, ...]) -> None:
        functions = tuple([name for name in names if hasattr(getattr(cls, name), "__code__")])
        paths = (*names, *[f"{name}.__code__" for name in functions])
        self._get: Any = attrgetter(*paths)
        intact = all(is_as_shipped(cls, name) for name in names)
        self._found: Any = self._get(cls) if intact else object()

    def by(self, cls: type, /) -> bool:
        """Tell whether *cls*, which has the attributes, has the very same ones."""
        try:
            return bool(self._get(cls) == self._found)
        except AttributeError:  # a function that has become something else
            return False
