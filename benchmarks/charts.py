"""Charts of measured rows, as SVG and PNG (matplotlib)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.scenario import FLASK, NATIVE, PYTHON
from benchmarks.table import Row, microseconds
from flaskfast._bench.rounds import ratio

COLOURS = {
    NATIVE: "#0b7285",
    PYTHON: "#66b8c4",
    FLASK: "#868e96",
    "werkzeug": "#868e96",
    "jinja2": "#868e96",
    "markupsafe": "#868e96",
}
OTHERS = ("#e8a33d", "#c75b4a", "#8a6fb0", "#5c8f4f", "#b0793a", "#4a72b0")
LEADING = ("hello", "json", "params", "query")


class NoMatplotlib(Exception):
    """Charts cannot be drawn."""


def pyplot() -> Any:
    """Import matplotlib; raise NoMatplotlib where it is not installed."""
    try:
        import matplotlib
    except ModuleNotFoundError as error:
        raise NoMatplotlib("Charts need matplotlib: pip install matplotlib") from error
    matplotlib.use("Agg")
    # Text stays text, and the same figures make the same file.
    matplotlib.rcParams.update(
        {"svg.fonttype": "none", "svg.hashsalt": "flaskfast", "font.size": 9}
    )
    from matplotlib import pyplot as module

    return module


def colour(implementation: str, seen: dict[str, str]) -> str:
    """Return a colour that an implementation keeps within a chart."""
    if implementation not in seen:
        taken = len([name for name in seen if name not in COLOURS])
        seen[implementation] = COLOURS.get(implementation, OTHERS[taken % len(OTHERS)])
    return seen[implementation]


def bars(rows: Sequence[Row], title: str, path: Path) -> None:
    """Draw microseconds per call: a group per scenario, a bar per implementation."""
    plot = pyplot()
    names = list(dict.fromkeys(name for row in rows for name, r in row.results.items() if r.ran))
    seen: dict[str, str] = {}
    figure, axes = plot.subplots(
        figsize=(8, 1.3 + 0.2 * sum(len(r.results) + 1 for r in rows)), layout="constrained"
    )
    place = 0.0
    ticks = []
    for row in rows:
        start = place
        for name, result in row.results.items():
            if not result.ran:
                continue
            value = result.best / 1000
            axes.barh(place, value, color=colour(name, seen), height=0.85)
            axes.text(value, place, f" {microseconds(result.best)}", va="center", fontsize=7)
            place += 1
        ticks.append(((start + place - 1) / 2, row.scenario.name))
        place += 0.8
    axes.set_yticks([at for at, _ in ticks], [name for _, name in ticks])
    axes.invert_yaxis()
    axes.set_xlabel("microseconds per call (fastest round): less is better")
    axes.set_title(title)
    axes.margins(x=0.12)
    handles = [plot.Rectangle((0, 0), 1, 1, color=colour(name, seen)) for name in names]
    legend(figure, handles, names)
    save(figure, path)


def factors(rows: Sequence[Row], title: str, path: Path) -> None:
    """Draw how many times faster than the reference both flavours are, scenario by scenario."""
    plot = pyplot()
    drawn = [row for row in rows if row.reference is not None]
    figure, axes = plot.subplots(figsize=(8, 1.3 + 0.34 * len(drawn)), layout="constrained")
    for number, row in enumerate(drawn):
        reference = row.reference
        assert reference is not None
        for offset, name in ((-0.2, NATIVE), (0.2, PYTHON)):
            result = row.results.get(name)
            if result is None or not result.ran:
                continue
            value = ratio(result, reference)
            axes.barh(number + offset, value, color=COLOURS[name], height=0.38)
            axes.text(value, number + offset, f" {value:.1f}", va="center", fontsize=7)
    axes.axvline(1, color=COLOURS[FLASK], linewidth=1)
    axes.set_yticks(range(len(drawn)), [row.scenario.name for row in drawn])
    axes.invert_yaxis()
    axes.set_xlabel("times as fast as the reference (the line): more is better")
    axes.set_title(title)
    axes.margins(x=0.1)
    handles = [plot.Rectangle((0, 0), 1, 1, color=COLOURS[name]) for name in (NATIVE, PYTHON)]
    legend(figure, handles, (NATIVE, PYTHON))
    save(figure, path)


def legend(figure: Any, handles: Sequence[Any], names: Sequence[str]) -> None:
    """Put the legend under the chart, where no bar can hide it."""
    figure.legend(
        handles,
        names,
        loc="outside lower center",
        ncols=min(len(names), 6),
        fontsize=8,
        frameon=False,
    )


def save(figure: Any, path: Path) -> None:
    """Write both files and let go of the figure."""
    figure.savefig(path.with_suffix(".svg"), metadata={"Date": None})
    figure.savefig(path.with_suffix(".png"), dpi=150)
    pyplot().close(figure)


def draw(rows: Sequence[Row], directory: Path) -> list[Path]:
    """Draw a chart per group of what was measured; return the files."""
    directory.mkdir(parents=True, exist_ok=True)
    drawn = []

    def chart(kind: Any, chosen: Sequence[Row], title: str, name: str) -> None:
        if any(result.ran for row in chosen for result in row.results.values()):
            kind(chosen, title, directory / name)
            drawn.extend([directory / f"{name}.svg", directory / f"{name}.png"])

    def of_group(group: str) -> list[Row]:
        return [row for row in rows if row.scenario.group == group]

    leading = [row for row in rows if row.scenario.name in LEADING]
    chart(bars, leading, "One request in process", "requests")
    chart(factors, of_group("apps"), "Real applications, unmodified", "apps")
    chart(factors, of_group("cycle"), "Requests, as multiples of Flask", "cycle")
    chart(factors, of_group("inside"), "What a view calls, as multiples of Flask", "inside")
    tables = [row for row in rows if row.scenario.name.startswith("bigtable")]
    chart(bars, tables, "A table of 100 x 10 cells", "templates")
    chart(factors, of_group("template"), "Templates, as multiples of Jinja2", "engine")
    chart(factors, of_group("kernel"), "Kernels, as multiples of what they replace", "kernels")
    return drawn
