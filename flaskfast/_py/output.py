"""What a template writes to, reference flavour."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .escape import escape


class Output:
    """Collect the pieces of a text.

    The methods that add something return whether there is something to `take()`: False, since
    this is for a text that is wanted as a whole. (The other class with these methods,
    `flaskfast.jinja.streaming.Stream`, hands pieces on one by one.)

    ``in_runs`` tells a compiler of templates whether one call with all pieces of a run is cheaper
    than a step for each piece.
    """

    in_runs = False

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._fault: str | None = None

    def write(self, *pieces: Any) -> bool:
        """Add pieces: in turn text as it is, and values, which are escaped (see `escape`)."""
        for place, piece in enumerate(pieces):
            self.append(escape(piece) if place % 2 else piece)
        return False

    def pair(self, text: str, value: Any, /) -> bool:
        """Add text and a value, as `write` does."""
        return self.write(text, value)

    def around(self, before: str, value: Any, after: str, /) -> bool:
        """Add a value between two texts, as `write` does."""
        return self.write(before, value, after)

    def write_plain(self, *pieces: Any) -> bool:
        """Add pieces: in turn text, and values, of which the text is added by `str()`."""
        for place, piece in enumerate(pieces):
            self.append(str(piece) if place % 2 else piece)
        return False

    def append(self, text: Any, /) -> bool:
        """Add text as it is; `result()` fails after anything but a str."""
        if isinstance(text, str):
            self._pieces.append(text)
        else:
            self._fault = self._fault or type(text).__name__
        return False

    def value(self, value: Any, /) -> bool:
        """Add one value, escaped."""
        return self.append(escape(value))

    def take(self) -> tuple[()]:
        """Return nothing: the text comes out by `result()`."""
        return ()

    def result(self) -> str:
        """Return all that was added so far.

        :raises TypeError: something was no str. Joining pieces tells that in the end as well, when
            everything has been evaluated.
        """
        if self._fault is not None:
            raise TypeError(f"sequence item 0: expected str instance, {self._fault} found")
        return "".join(self._pieces)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the whole text as one piece, so that `"".join` accepts this."""
        # Not before it is asked for: join() takes no other error's word than its own here.
        return map(Output.result, (self,))
