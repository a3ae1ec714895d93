"""Put figures where people read them: the README, docs/performance.md, and the charts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.charts import draw
from benchmarks.grid import markdown
from benchmarks.scenario import NATIVE, PYTHON
from benchmarks.shared import ROOT
from benchmarks.table import Row, microseconds, put_into, summary, time_of, unmet
from flaskfast._bench.rounds import ratio

# The README's rows: what a reader recognises, real applications first.
LEADING = {
    "httpbin-get": "httpbin `/get`",
    "httpbin-html": "httpbin `/html`",
    "httpbin-status-418": "httpbin `/status/418`",
    "flaskr-index": "Flask's tutorial: index, 10 posts in SQLite",
    "flaskr-index-in": "the same, logged in",
    "flaskr-login": "Flask's tutorial: login page",
    "hello": "a view that returns a str",
    "json": "a view that returns a dict",
    "params": "`/users/<int:uid>/posts/<slug>`",
    "query": "a query argument and a header read",
    "routes-1000": "a rule among 1,000",
    "hooks": "4 hooks, a blueprint, `url_for`",
    "form": "a form of 5 fields",
    "json-in": "JSON body of 100 numbers",
    "upload-10k": "upload of 10 kB",
    "session-read": "session read",
    "session-write": "session written",
    "errors-404": "404 with a handler",
    "static-file": "static file of 10 kB",
    "page": "page: inheritance, macros, filters, 20 rows",
    "small-template": "template of one line",
    "busy-view": "a view that reads `request`, `g`, `session`, ... 25 times",
}
HEADINGS = ("request", "Flask", "flaskfast", "x Flask", "pure Python, x Flask", "Falcon")
SHOWN = ("apps", "requests")  # charts, in the README
SMALL = 1.5  # times as fast as Flask: less than that is named as no gain


def factor(row: Row, name: str) -> float | None:
    """Return how many times as fast as the reference a flavour is, when both ran."""
    result, reference = row.results.get(name), row.reference
    if result is None or reference is None or not result.ran:
        return None
    return ratio(result, reference)


def readme_table(rows: Iterable[Row]) -> str:
    """Return the leading rows as Markdown."""
    by_name = {row.scenario.name: row for row in rows}
    table: list[Sequence[str]] = [HEADINGS]
    for name, label in LEADING.items():
        if name not in by_name:
            table.append((label, "-", "-", "-", "-", "not measured"))
            continue
        row = by_name[name]
        factors = [factor(row, flavour) for flavour in (NATIVE, PYTHON)]
        falcon = row.results.get("falcon")
        # A peer that sends other bytes has no place beside the others.
        shown = falcon is not None and falcon.ran and "falcon" not in row.scenario.why
        table.append(
            (
                label,
                time_of(row.reference),
                time_of(row.results.get(NATIVE)),
                *(f"{f:.1f}" if f is not None else "-" for f in factors),
                microseconds(falcon.best) if falcon is not None and shown else "",
            )
        )
    return markdown(table, left=1, right=True)


def little_gain(rows: Iterable[Row]) -> str:
    """Name the requests that gain little or nothing."""
    found = [
        (gained, row.scenario)
        for row in rows
        if row.scenario.group in {"apps", "cycle"}
        and (gained := factor(row, NATIVE)) is not None
        and gained < SMALL
    ]
    if not found:
        return f"Every request that is measured is served at least {SMALL} times as fast."
    named = ", ".join(
        f"{scenario.name} ({scenario.what}) {gained:.2f}"
        for gained, scenario in sorted(found, key=lambda pair: pair[0])
    )
    return f"Less than {SMALL} times as fast as Flask: {named}."


def publish(
    rows: Sequence[Row],
    machines: Sequence[str],
    *,
    readme: Path = ROOT / "README.md",
    page: Path = ROOT / "docs" / "performance.md",
    charts: Path = ROOT / "docs" / "charts",
    more: Sequence[tuple[str, Path]] = (),
) -> list[Path]:
    """Write the figures into both pages and draw the charts; return what was written.

    *more* are titled Markdown tables for the page, of servers and of start-up.
    """
    measured_on = "; ".join(machines)
    drawn = draw(rows, charts)
    parts = [
        readme_table(rows),
        f"Measured on {measured_on}. {little_gain(rows)}",
        pictures([path for path in drawn if path.stem in SHOWN], readme),
    ]
    write_into(readme, parts)
    parts = [f"{measured_on}.", summary(rows), pictures(drawn, page)]
    parts += [little_gain(rows), unmet(rows)]
    for title, path in more:
        table = path.read_text(encoding="utf-8") if path.exists() else "Not measured."
        parts += [f"### {title}", table]
    write_into(page, parts)
    return [readme, page, *drawn]


def pictures(drawn: Iterable[Path], page: Path) -> str:
    """Return Markdown that shows the charts, by their paths as seen from the page."""
    return "\n".join(
        f"![{path.stem}]({Path(os.path.relpath(path, page.parent)).as_posix()})"
        for path in drawn
        if path.suffix == ".svg"
    )


def write_into(page: Path, parts: Iterable[str]) -> None:
    """Put paragraphs in the page's place for figures."""
    text = "\n\n".join(part.strip() for part in parts if part)
    page.write_text(put_into(page.read_text(encoding="utf-8"), text), encoding="utf-8")
