# cython: annotation_typing=False
"""The `loop` variable of templates: where a loop is, and what comes before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from jinja2.utils import missing


class LoopContext:
    """Iterate over (value, self), and tell what templates ask of `loop`.

    ``length``, ``revindex`` and ``revindex0`` read the whole iterable if it has no length;
    ``last`` and ``nextitem`` read one value ahead.

    :param undefined: makes what ``previtem`` and ``nextitem`` are at either end.
    :param recurse: renders the body for another iterable, in loops that are recursive.
    :param depth0: how many recursive loops are around this one.
    """

    def __init__(
        self,
        iterable: Iterable[Any],
        undefined: Any,
        recurse: Callable[..., str] | None = None,
        depth0: int = 0,
    ) -> None:
        self._iterable = iterable
        self._iterator = iter(iterable)
        self._undefined = undefined
        self._recurse = recurse
        self.depth0 = depth0
        self.index0 = -1
        self._length = -1
        self._before = self._current = self._after = self._last_changed_value = missing

    def __iter__(self) -> LoopContext:
        return self

    def __next__(self) -> tuple[Any, LoopContext]:
        if self._after is not missing:
            value = self._after
            self._after = missing
        else:
            value = next(self._iterator)
        self.index0 += 1
        self._before = self._current
        self._current = value
        return value, self

    @property
    def length(self) -> int:
        """How many values there are."""
        if self._length < 0:
            try:
                self._length = len(self._iterable)  # type: ignore[arg-type]
            except TypeError:
                rest = list(self._iterator)
                self._iterator = iter(rest)
                self._length = len(rest) + self.index0 + 1 + (self._after is not missing)
        return self._length

    def __len__(self) -> int:
        return self.length

    @property
    def depth(self) -> int:
        """How deep in recursive loops this one is, from 1."""
        return self.depth0 + 1

    @property
    def index(self) -> int:
        """The number of the iteration, from 1."""
        return self.index0 + 1

    @property
    def revindex0(self) -> int:
        """How many iterations follow."""
        return self.length - self.index0 - 1

    @property
    def revindex(self) -> int:
        """How many iterations there are still, with this one."""
        return self.length - self.index0

    @property
    def first(self) -> bool:
        """Whether this is the first iteration."""
        return self.index0 == 0

    @property
    def last(self) -> bool:
        """Whether this is the last iteration."""
        return self._ahead() is missing

    @property
    def previtem(self) -> Any:
        """The value of the iteration before."""
        if self.index0 == 0:
            return self._undefined("there is no previous item")
        return self._before

    @property
    def nextitem(self) -> Any:
        """The value of the iteration after this one."""
        value = self._ahead()
        return self._undefined("there is no next item") if value is missing else value

    def _ahead(self) -> Any:
        if self._after is missing:
            self._after = next(self._iterator, missing)
        return self._after

    def cycle(self, *args: Any) -> Any:
        """Return one of the arguments, the next one in each iteration.

        :raises TypeError: there are none.
        """
        if not args:
            raise TypeError("no items for cycling given")
        return args[self.index0 % len(args)]

    def changed(self, *value: Any) -> bool:
        """Tell whether the last call had another value, or there was none."""
        if self._last_changed_value != value:
            self._last_changed_value = value
            return True
        return False

    def __call__(self, iterable: Iterable[Any]) -> str:
        """Render the body for the values of *iterable*, one level deeper.

        :raises TypeError: the loop is not recursive.
        """
        if self._recurse is None:
            raise TypeError("The loop must have the 'recursive' marker to be called recursively.")
        return self._recurse(iterable, self._recurse, depth=self.depth0 + 1)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.index}/{self.length}>"
