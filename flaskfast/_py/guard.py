"""Which methods are still what they were. In this flavour: none, all are called."""

from __future__ import annotations

from typing import Any


class Methods:
    """Methods and properties of a class, as they are when this is made.

    What people wrap, override or rewrite may be stepped over only where it is none of that. In the
    compiled flavour asking costs less than calling.

    :param owner: the class that has them, if only by inheritance.
    :param names: what they are called.
    """

    def __init__(self, owner: type, *names: str) -> None:
        for name in names:
            getattr(owner, name)

    def untouched(self, obj: Any, /) -> bool:
        """Tell whether an object has these same methods, of its class and with the same code."""
        return False

    def of(self, kind: type, /) -> bool:
        """Tell whether a class has these same methods, with the same code."""
        return False
