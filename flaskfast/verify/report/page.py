"""The result of a verification as one HTML page, which needs nothing but itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from html import escape

from ..._version import VERSION
from ..comparison import Comparison, Difference, Outcome
from ..difference import lines_of
from ..verification import Result
from . import chart, words

_STYLE = """
:root { color-scheme: light dark; --line: #8885; --soft: #8882; --good: #1a7f37; --bad: #cf222e;
  --mild: #9a6700; --flask: #8b949e; --ours: #2f6feb; }
@media (prefers-color-scheme: dark) {
  :root { --good: #3fb950; --bad: #ff7b72; --mild: #d29922; --ours: #58a6ff; } }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.6rem; margin: 0 0 .3rem; } h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; overflow-wrap: anywhere; }
p { margin: .4rem 0; } .faint { opacity: .75; }
.verdict { font-size: 1.15rem; font-weight: 600; border-left: .35rem solid; padding: .3rem .8rem; }
.same { color: var(--good); } .varies { color: var(--mild); } .differs { color: var(--bad); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--line);
  vertical-align: top; }
td.number, th.number { text-align: right; white-space: nowrap;
  font-variant-numeric: tabular-nums; }
code, pre { font: 13px/1.45 ui-monospace, monospace; } td code { overflow-wrap: anywhere; }
pre { background: var(--soft); padding: .6rem .8rem; overflow-x: auto; margin: .3rem 0; }
pre .removed { color: var(--bad); } pre .added { color: var(--good); } pre .place { opacity: .7; }
svg text { font: 12px system-ui, sans-serif; fill: currentColor; }
svg .flask { fill: var(--flask); } svg .ours { fill: var(--ours); }
svg .same { fill: var(--good); } svg .varies { fill: var(--mild); }
svg .differs { fill: var(--bad); }
"""


def page(result: Result, now: datetime | None = None) -> str:
    """Return the page.

    :param now: when it was made; by default, now.
    """
    return "\n".join(_lines(result, now or datetime.now(timezone.utc)))


def _lines(result: Result, now: datetime) -> Iterator[str]:
    title = f"{result.app} on flaskfast"
    yield "<!doctype html>"
    yield '<html lang="en"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<link rel="icon" href="data:,">'
    yield f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>"
    yield f"<h1>Would <code>{escape(result.app)}</code> behave the same on flaskfast?</h1>"
    yield f'<p class="faint">{escape(words.surroundings(result))}</p>'
    tone = "same" if result.same else "differs"
    yield f'<p class="verdict {tone}" id="verdict">{escape(words.verdict(result))}</p>'
    if result.failure:
        yield f"<pre>{escape(result.failure)}</pre>"
    if result.comparisons:
        yield chart.outcomes(result)
    yield from _differences(result)
    yield from _speed(result)
    yield from _requests(result)
    yield from _list("Notes", [escape(note) for note in result.notes])
    yield from _seams(result)
    yield from _extensions(result)
    yield from _versions(result)
    when = now.strftime("%Y-%m-%d %H:%M UTC")
    yield f'<p class="faint">Made by flaskfast verify {VERSION} on {when}.</p>'
    yield "</body></html>"


def _differences(result: Result) -> Iterator[str]:
    differing = [c for c in result.comparisons if c.outcome is Outcome.DIFFERS]
    if not differing and not result.differences:
        return
    yield '<h2 id="differences">Differences</h2>'
    yield "<p>Lines with - are genuine Flask's, lines with + flaskfast's.</p>"
    for comparison in differing:
        yield f"<h3>{escape(comparison.request.title)}</h3>"
        for difference in comparison.differences:
            yield _difference(difference)
        flask, flaskfast, curl = words.reproduction(result, comparison)
        yield (
            f"<p>To reproduce it, once with <code>{escape(flask)}</code> and once with"
            f" <code>{escape(flaskfast)}</code>:</p><pre>{escape(curl)}</pre>"
        )
    for difference in result.differences:
        yield _difference(difference)


def _difference(difference: Difference) -> str:
    lines = "\n".join(
        f'<span class="{line.kind}">{escape(str(line))}</span>' for line in lines_of(difference)
    )
    return f"<p>{escape(difference.part)}</p><pre>{lines}</pre>"


def _speed(result: Result) -> Iterator[str]:
    if not result.gains:
        return
    yield '<h2 id="speed">What is gained</h2>'
    yield f"<p>{escape(words.gain(result))}</p>"
    yield chart.ratios(result)


def _requests(result: Result) -> Iterator[str]:
    if not result.comparisons:
        return
    yield '<h2 id="requests">Requests</h2><div class="scroll"><table><thead><tr>'
    yield '<th>Request</th><th>Rule</th><th class="number">Status</th><th>Answer</th>'
    yield '<th class="number">Flask</th><th class="number">flaskfast</th>'
    yield '<th class="number">Times as fast</th></tr></thead><tbody>'
    for number, comparison in enumerate(result.comparisons):
        yield _row(result, number, comparison)
    yield "</tbody></table></div>"


def _row(result: Result, number: int, comparison: Comparison) -> str:
    gain = result.gains.get(number)
    cells = ["", "", ""]
    if gain is not None:
        low, high = gain.spread
        cells = [words.duration(min(gain.genuine)), words.duration(min(gain.ours))]
        cells.append(
            f'<span title="from {low:.2f} to {high:.2f} in neighbouring rounds">'
            f"{words.ratio(gain)}</span>"
        )
    numbers = "".join(f'<td class="number">{cell}</td>' for cell in cells)
    return (
        f"<tr><td><code>{escape(comparison.request.title)}</code></td>"
        f"<td><code>{escape(comparison.rule or '-')}</code></td>"
        f'<td class="number">{escape(comparison.answer.summary)}</td>'
        f'<td class="{comparison.outcome.value}">{escape(words.outcome(comparison))}</td>'
        f"{numbers}</tr>"
    )


def _list(title: str, items: list[str]) -> Iterator[str]:
    if items:
        yield f"<h2>{escape(title)}</h2><ul>"
        yield from (f"<li>{item}</li>" for item in items)
        yield "</ul>"


def _seams(result: Result) -> Iterator[str]:
    yield from _list(
        "What is not Flask's own",
        [
            f"<code>{escape(seam['name'])}</code>: {escape(words.KINDS[seam['kind']])},"
            f" <code>{escape(seam['by'])}</code>"
            for seam in result.genuine["seams"]
        ],
    )


def _extensions(result: Result) -> Iterator[str]:
    yield from _list(
        "Extensions",
        [escape(f"{e['name']} {e['version']}") for e in result.genuine["extensions"]],
    )


def _versions(result: Result) -> Iterator[str]:
    versions = {**result.genuine["versions"], **(result.ours or {}).get("versions", {})}
    yield from _list("Versions", [escape(f"{name} {value}") for name, value in versions.items()])
