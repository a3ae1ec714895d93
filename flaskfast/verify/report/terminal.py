"""The result of a verification in a terminal, and what is going on before that."""

from __future__ import annotations

import shutil
import sys
from typing import IO

import click

from ..comparison import Difference, Outcome
from ..difference import Line, lines_of
from ..verification import Result
from . import words
from .routes import Route, routes

_COLOURS = {"removed": "red", "added": "green", "place": "cyan", "context": None}
_OUTCOMES = {Outcome.SAME: "green", Outcome.VARIES: "yellow", Outcome.DIFFERS: "red"}
#: Requests whose differences are written out; the other reports have them all.
_MOST_SHOWN = 20


class Terminal:
    """Writes progress to standard error, where that is a terminal, and the result to *out*."""

    def __init__(self, out: IO[str]) -> None:
        self.out = out
        self.live = sys.stderr.isatty()
        self.stage = ""

    def progress(self, stage: str, done: int, of: int) -> None:
        """Say what is going on: in a line that is overwritten, or once for each stage."""
        if not self.live:
            if stage != self.stage:
                click.echo(f"{stage} ...", err=True)
        else:
            bar = f" {'█' * (done * 20 // of):░<20} {done}/{of}" if of else " ..."
            sys.stderr.write(f"\r\x1b[K{stage}{bar}")
            sys.stderr.flush()
        self.stage = stage

    def clear(self) -> None:
        """Take the line of progress away."""
        if self.live and self.stage:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def _say(self, text: str = "", **style: object) -> None:
        click.echo(click.style(text, **style) if style else text, file=self.out)  # type: ignore[arg-type]

    def show(self, result: Result) -> None:
        """Write the result."""
        self.clear()
        self._say(words.surroundings(result), dim=True)
        self._say()
        if result.comparisons:
            self._table(result)
        if result.failure:
            self._say("Under genuine Flask the application loads, under flaskfast it does not:")
            self._say(_indented(result.failure))
            self._say()
        self._differences(result)
        self._list("Notes", result.notes)
        self._list(
            "What is not Flask's own",
            [
                f"{seam['name']}: {words.KINDS[seam['kind']]}, {seam['by']}"
                for seam in result.genuine["seams"]
            ],
        )
        self._list(
            "Extensions", [f"{e['name']} {e['version']}" for e in result.genuine["extensions"]]
        )
        self._say(words.verdict(result), fg="green" if result.same else "red", bold=True)
        if words.gain(result):
            self._say(words.gain(result))

    # -- the table ------------------------------------------------------------------------

    def _table(self, result: Result) -> None:
        found = routes(result)
        width = self._width(found)
        heads = f"{'route':{width}} {'requests':>8} {'status':11} {'answer':18}"
        self._say(f"  {heads} {'Flask':>8} {'flaskfast':>9}", bold=True)
        for route in found:
            gain, times = route.gain, ("", "", "")
            if gain is not None:
                times = (
                    words.duration(gain.genuine[0]),
                    words.duration(gain.ours[0]),
                    words.ratio(gain),
                )
            rule = _shortened(route.rule, width)
            status = _shortened(route.statuses, 11)
            answer = click.style(f"{route.answer:18}", fg=_OUTCOMES[route.outcome])
            columns = f"{times[0]:>8} {times[1]:>9} {times[2]:>6}"
            line = f"{rule:{width}} {len(route.comparisons):8} {status:11} {answer}"
            self._say(f"  {line} {columns}".rstrip())
        self._say()

    @staticmethod
    def _width(found: list[Route]) -> int:
        longest = max(len(route.rule) for route in found)
        columns = shutil.get_terminal_size((120, 24)).columns
        return max(20, min(longest, columns - 68))

    # -- differences ----------------------------------------------------------------------

    def _differences(self, result: Result) -> None:
        differing = [c for c in result.comparisons if c.outcome is Outcome.DIFFERS]
        for comparison in differing[:_MOST_SHOWN]:
            self._say(f"{comparison.request.title} differs", bold=True)
            for difference in comparison.differences:
                self._difference(difference)
            flask, flaskfast, curl = words.reproduction(result, comparison)
            self._say(f"  To reproduce it, once with '{flask}' and once with '{flaskfast}':")
            self._say(f"    {curl}")
            self._say()
        if len(differing) > _MOST_SHOWN:
            rest = len(differing) - _MOST_SHOWN
            self._say(f"{rest} more requests differ; --html and --json show them all.\n")
        for difference in result.differences:
            self._difference(difference)
            self._say()

    def _difference(self, difference: Difference) -> None:
        self._say(f"  {difference.part} (- Flask, + flaskfast)")
        for line in lines_of(difference):
            self._say(f"    {line}", **_style(line))

    def _list(self, title: str, items: list[str]) -> None:
        if items:
            self._say(title, bold=True)
            for item in items:
                self._say(f"  {item}")
            self._say()


def _style(line: Line) -> dict[str, object]:
    colour = _COLOURS[line.kind]
    return {"fg": colour} if colour else {}


def _shortened(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 3]}..."


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())
