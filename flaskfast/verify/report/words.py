"""Words and numbers that all reports share."""

from __future__ import annotations

from ..comparison import Comparison, Outcome
from ..measurement import Gain, typical
from ..verification import Result

KINDS = {
    "overridden": "overridden in a subclass",
    "replaced": "replaced on the application",
    "patched": "patched where it is defined",
    "part": "a part of another class",
}


def outcome(comparison: Comparison) -> str:
    """Say in a word or two how a request compares."""
    if comparison.outcome is Outcome.DIFFERS:
        return "DIFFERS"
    if comparison.outcome is Outcome.VARIES:
        return "varies by itself"
    return "same, changes data" if comparison.changes_state else "same"


def duration(seconds: float) -> str:
    """Write a time with two or three digits and the unit that suits it."""
    for factor, unit in ((1.0, "s"), (1e3, "ms"), (1e6, "us")):
        if seconds * factor >= 1 or unit == "us":
            value = seconds * factor
            return f"{value:.0f} {unit}" if value >= 10 else f"{value:.1f} {unit}"
    raise AssertionError("unreachable")


def ratio(gain: Gain) -> str:
    """Write how many times as fast."""
    return f"{gain.ratio:.1f}x"


def verdict(result: Result) -> str:
    """Say what came of it, in a sentence."""
    total = len(result.comparisons)
    if result.failure:
        return "The application cannot be loaded under flaskfast."
    requests = f"{total} request{'' if total == 1 else 's'}"
    if result.same:
        varying = result.count(Outcome.VARIES)
        aside = f" ({varying} of them vary by themselves)" if varying else ""
        return f"Nothing differs: {requests}, answered the same{aside}."
    differing = result.count(Outcome.DIFFERS)
    parts = []
    if differing:
        parts.append(
            f"{differing} of {requests} {'is' if differing == 1 else 'are'} answered differently"
        )
    parts += [f"the {difference.part} differs" for difference in result.differences]
    text = ", and ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def gain(result: Result) -> str:
    """Say what is gained, in a sentence; nothing where nothing was measured."""
    gains = list(result.gains.values())
    if not gains:
        return ""
    ratios = sorted(g.ratio for g in gains)
    if len(gains) == 1:
        return f"flaskfast is {ratios[0]:.1f} times as fast as Flask in the one request measured."
    return (
        f"flaskfast is {typical(gains):.1f} times as fast as Flask on average over"
        f" {len(gains)} requests ({ratios[0]:.1f} to {ratios[-1]:.1f}), called in the process,"
        " without a server."
    )


def surroundings(result: Result) -> str:
    """Name both sides with their versions."""
    genuine = result.genuine["versions"]
    ours = (result.ours or {}).get("versions", {})
    flaskfast = f"flaskfast {ours['flaskfast']} with {ours['kernels']} kernels" if ours else "-"
    return (
        f"Flask {genuine['flask']} and {flaskfast}; {genuine['Python']},"
        f" Werkzeug {genuine['werkzeug']}, Jinja {genuine['jinja2']}"
    )


def reproduction(result: Result, comparison: Comparison) -> tuple[str, str, str]:
    """Return commands that show a difference: both servers', and the request to send to them."""
    app = result.app
    return (
        f"flask --app {_quoted(app)} run",
        f"flaskfast --app {_quoted(app)} run",
        comparison.request.curl(),
    )


def _quoted(text: str) -> str:
    import shlex

    return shlex.quote(text)
