"""What a template writes to when its pieces are wanted one by one."""

from __future__ import annotations

from typing import Any

from .._kernels import escape


class Stream:
    """Collect pieces for those who iterate over a template, and hand them on.

    It has the methods of `flaskfast._py.output.Output`; those that add something return True, as
    there is something to `take()` then. Pieces are those that Jinja yields.
    """

    def __init__(self) -> None:
        self._pieces: list[Any] = []

    def write(self, *pieces: Any) -> bool:
        """Add text and values in turn; the values are escaped. Empty text is left out."""
        for place, piece in enumerate(pieces):
            if place % 2:
                self._pieces.append(escape(piece))
            elif piece:
                self._pieces.append(piece)
        return True

    pair = around = write

    def write_plain(self, *pieces: Any) -> bool:
        """Add text and values in turn; of values the text that they are."""
        for place, piece in enumerate(pieces):
            if place % 2:
                self._pieces.append(str(piece))
            elif piece:
                self._pieces.append(piece)
        return True

    def append(self, piece: Any, /) -> bool:
        """Add a piece as it is."""
        self._pieces.append(piece)
        return True

    def value(self, value: Any, /) -> bool:
        """Add one value, escaped."""
        self._pieces.append(escape(value))
        return True

    def take(self) -> list[Any]:
        """Return what was added, and forget it."""
        pieces, self._pieces = self._pieces, []
        return pieces
