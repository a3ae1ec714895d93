"""Whether what a class has is what was shipped, reference flavour."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from .._genuine import is_as_shipped


class Shipped:
    """Attributes of a class, as they are now; functions among them down to their code.

    What people wrap, override or rewrite may be stepped over only where it is none of that.

    :param owner: the class.
    :param names: of attributes that it or a base has.
    """

    def __init__(self, owner: type, *names: str) -> None:
        functions = [name for name in names if hasattr(getattr(owner, name), "__code__")]
        self._get: Any = attrgetter(*names, *[f"{name}.__code__" for name in functions])
        intact = all(is_as_shipped(owner, name) for name in names)
        self._found: Any = self._get(owner) if intact else object()

    def by(self, kind: type, /) -> bool:
        """Tell whether a class has the very same ones."""
        try:
            return bool(self._get(kind) == self._found)
        except AttributeError:  # there is none, or a function has become something else
            return False

    def untouched(self, obj: Any, /) -> bool:
        """Tell whether an object has these, and its methods are better stepped over than called.

        Here they are not: asking costs more than calling. In the compiled flavour it is true
        where the object's class has the very same attributes and the object none of its own.
        """
        return False
