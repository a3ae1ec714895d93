"""The report of ``flaskfast bench`` as one HTML file, charts drawn in SVG."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from html import escape

from .rounds import Result, ratio, ratio_range

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { padding: .3rem .6rem; border-bottom: 1px solid #ddd; text-align: right }
th:first-child, td:first-child { text-align: left }
.note { color: #a33; font-size: .9em }
svg text { font: 12px system-ui, sans-serif }
svg { max-width: 100% }
"""

FAST, SLOW = "#0b7285", "#adb5bd"


def html_page(target: str, measured: Mapping[str, Mapping[str, Result]], rounds: int) -> str:
    """Return a page that needs nothing else: no script, no style sheet, no picture."""
    title = f"{escape(target)}: flaskfast and Flask"
    rows = "".join(table_row(path, results) for path, results in measured.items())
    return f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style></head>
<body>
<h1>{title}</h1>
<p>Microseconds per request in process, without a server or a network: the fastest of {rounds}
rounds, in which the two took turns, each in an interpreter of its own. {escape(machine())}.</p>
{chart(measured)}
<table>
<tr><th>path</th><th>status</th><th>Flask, us</th><th>flaskfast, us</th><th>times faster</th>
<th>range over rounds</th></tr>
{rows}</table>
</body>
</html>
"""


def machine() -> str:
    """Say what this was measured on."""
    return f"{platform.python_implementation()} {platform.python_version()} on {platform.machine()}"


def table_row(path: str, results: Mapping[str, Result]) -> str:
    """Return a path's line, and another one when the answers differ."""
    flask, fast = results["flask"], results["flaskfast"]
    low, high = ratio_range(fast, flask)
    status = flask.answer["status"].partition(" ")[0]
    row = (
        f"<tr><td>{escape(path)}</td><td>{escape(status)}</td><td>{flask.best / 1000:.1f}</td>"
        f"<td>{fast.best / 1000:.1f}</td><td>{ratio(fast, flask):.2f}</td>"
        f"<td>{low:.2f}-{high:.2f}</td></tr>\n"
    )
    if fast.note:
        text = f"not the same answer: {escape(fast.note)}"
        row += f'<tr><td colspan="6" class="note">{text}</td></tr>\n'
    return row


def chart(measured: Mapping[str, Mapping[str, Result]]) -> str:
    """Draw two bars per path, on a common scale that begins at zero."""
    left, width, bar = 220, 480, 14
    longest = max(result.best for results in measured.values() for result in results.values())
    parts = []
    y = 10
    for path, results in measured.items():
        label = path if len(path) < 32 else path[:29] + "..."
        parts.append(f'<text x="{left - 8}" y="{y + bar}" text-anchor="end">{escape(label)}</text>')
        for name, colour in (("flaskfast", FAST), ("flask", SLOW)):
            result = results[name]
            length = max(1.0, result.best / longest * width)
            parts.append(
                f'<rect x="{left}" y="{y}" width="{length:.1f}" height="{bar - 2}" '
                f'fill="{colour}"><title>{name}</title></rect>'
                f'<text x="{left + length + 5:.1f}" y="{y + bar - 3}">{result.best / 1000:.1f} us'
                f"</text>"
            )
            y += bar
        y += 12
    legend = (
        f'<rect x="{left}" y="{y}" width="12" height="12" fill="{FAST}"/>'
        f'<text x="{left + 18}" y="{y + 11}">flaskfast</text>'
        f'<rect x="{left + 100}" y="{y}" width="12" height="12" fill="{SLOW}"/>'
        f'<text x="{left + 118}" y="{y + 11}">Flask</text>'
    )
    total = left + width + 100
    return (
        f'<svg viewBox="0 0 {total} {y + 24}" role="img" '
        f'aria-label="Microseconds per request, flaskfast and Flask">{"".join(parts)}{legend}</svg>'
    )
