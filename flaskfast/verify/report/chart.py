"""Small charts as inline SVG."""

from __future__ import annotations

from html import escape

from ..comparison import Outcome
from ..measurement import Gain
from ..verification import Result
from . import words

_WIDTH = 900
_LABEL = 330
_ROW = 34
#: Rows of the chart of times; the table has all.
_MOST_ROWS = 40


def outcomes(result: Result) -> str:
    """Return one bar that shows how many requests came out in which way."""
    total = len(result.comparisons)
    pieces, x, said = [], 0.0, []
    for outcome in Outcome:
        count = result.count(outcome)
        if not count:
            continue
        width = _WIDTH * count / total
        pieces.append(
            f'<rect class="{outcome.value}" x="{x:.1f}" y="0" width="{width:.1f}" height="14"/>'
        )
        x += width
        said.append(f"{count} {_NAMES[outcome]}")
    label = escape(", ".join(said))
    return (
        f'<svg role="img" aria-label="{label}" viewBox="0 0 {_WIDTH} 34" width="100%">'
        f'{"".join(pieces)}<text x="0" y="30">{label}</text></svg>'
    )


_NAMES = {
    Outcome.SAME: "the same",
    Outcome.VARIES: "varying by themselves",
    Outcome.DIFFERS: "different",
}


def ratios(result: Result) -> str:
    """Return two bars for each request that was measured: Flask's time, and flaskfast's.

    Both are drawn in parts of Flask's own time, so that requests of any length can be compared.
    """
    rows = _rows(result)
    height = len(rows) * _ROW + 26
    room = _WIDTH - _LABEL - 150
    longest = max(max(1.0, 1 / gain.ratio) for _, gain in rows)
    pieces = [
        f'<text x="{_LABEL}" y="12" class="legend">time of Flask (grey) and flaskfast (blue)</text>'
    ]
    for number, (line, gain) in enumerate(rows):
        y = 22 + number * _ROW
        genuine, ours = room / longest, room / gain.ratio / longest
        times = f"{words.duration(min(gain.genuine))} / {words.duration(min(gain.ours))}"
        pieces.append(
            f"<g><title>{escape(line)}: {escape(times)}</title>"
            f'<text x="{_LABEL - 8}" y="{y + 15}" text-anchor="end">{escape(_short(line))}</text>'
            f'<rect class="flask" x="{_LABEL}" y="{y}" width="{genuine:.1f}" height="9"/>'
            f'<rect class="ours" x="{_LABEL}" y="{y + 11}" width="{max(ours, 1):.1f}" height="9"/>'
            f'<text x="{_LABEL + max(genuine, ours) + 8:.1f}" y="{y + 15}">'
            f"{words.ratio(gain)} ({escape(times)})</text></g>"
        )
    label = escape(words.gain(result))
    return (
        f'<svg role="img" aria-label="{label}" viewBox="0 0 {_WIDTH} {height}" width="100%">'
        f"{''.join(pieces)}</svg>"
    )


def _rows(result: Result) -> list[tuple[str, Gain]]:
    """Return the requests to draw: each once, the greatest gain first."""
    found = {result.comparisons[n].request.line: gain for n, gain in result.gains.items()}
    ordered = sorted(found.items(), key=lambda row: -row[1].ratio)
    if len(ordered) > _MOST_ROWS:
        half = _MOST_ROWS // 2
        ordered = ordered[:half] + ordered[-half:]
    return ordered


def _short(line: str) -> str:
    return line if len(line) <= 46 else f"{line[:43]}..."
