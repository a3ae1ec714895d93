# cython: annotation_typing=False
"""Run the functions that templates are compiled to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .output import Output


class Render:
    """What a template's function looks like to others: called with a context, it renders.

    :param function: a generator function of a context, an output, and the class of outputs that
        hand on pieces. It writes to the output, and yields what that has to `take()`.
    :param stream: makes the output for those who iterate over the pieces.
    """

    def __init__(self, function: Callable[[Any, Any], Any], stream: Callable[[], Any]) -> None:
        self.function = function
        self.stream = stream

    def __call__(self, context: Any, /) -> Rendering:
        """Return what renders with *context*, when it is joined by `concat` or iterated over."""
        return Rendering(self, context)


class Rendering:
    """A template about to be rendered: an iterator over pieces, or all of them by `concat`."""

    def __init__(self, render: Render, context: Any) -> None:
        self.render = render
        self.context = context
        self.pieces: Any = None

    def __iter__(self) -> Rendering:
        return self

    def __next__(self) -> Any:
        if self.pieces is None:
            self.pieces = self.render.function(self.context, self.render.stream())
        return next(self.pieces)

    def close(self) -> None:
        """End the rendering where it is, as `close()` of a generator does."""
        if self.pieces is None:
            self.pieces = iter(())
        elif hasattr(self.pieces, "close"):
            self.pieces.close()


def concat(pieces: Iterable[str], /) -> str:
    """Join pieces of text, or make a template render them.

    The contract is that of ``"".join``.
    """
    if type(pieces) is Rendering:
        return _joined(pieces)
    if type(pieces) is Output:
        return pieces.result()
    return "".join(pieces)


def _joined(rendering: Rendering) -> str:
    if rendering.pieces is not None:  # somebody has begun to iterate
        return "".join(rendering.pieces)
    text = rendered(rendering.render, rendering.context)
    rendering.pieces = iter(())
    return text


def rendered(render: Render, context: Any, /) -> str:
    """Render with *context*, to a text."""
    output = Output()
    _run(render, context, output)
    return output.result()


def _run(render: Render, context: Any, output: Any) -> None:
    # It yields nothing, as there is nothing to take from an Output.
    for _ in render.function(context, output):
        pass


def into(render: Callable[[Any], Iterable[str]], context: Any, output: Any, /) -> Iterable[str]:
    """Render to an output that others write to as well.

    :param render: a `Render`, or any function from a context to pieces.
    :returns: what of it is to be handed on; nothing where *output* is wanted as a whole.
    """
    if type(render) is Render:
        if type(output) is Output:
            _run(render, context, output)
            return ()
        return _started(render, context, output)
    pieces = render(context)
    if type(output) is not Output:
        return pieces
    for piece in pieces:
        output.append(piece)
    return ()


def _started(render: Render, context: Any, output: Any) -> Iterable[str]:
    pieces: Iterable[str] = render.function(context, output)
    return pieces
