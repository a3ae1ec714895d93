"""Compare what two worlds recorded, but for what is meant to differ.

Each difference that is meant to be there is named here, by a function that removes it and
nothing else; docs/differences.md says why it is there.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from .exchanging import Record, session_of
from .steps import EXPIRES, steady

Events = list[tuple[Any, ...]]


def differences(
    genuine: list[Record], ours: list[Record], packages: tuple[ModuleType, ModuleType]
) -> list[str]:
    """Return a line for each thing that differs between two records of the same plan."""
    lines: list[str] = []
    if len(genuine) != len(ours):
        lines.append(f"{len(genuine)} records, ours {len(ours)}")
    for number, pair in enumerate(zip(genuine, ours, strict=False)):
        lines += (f"#{number} {line}" for line in _compare(*pair, packages))
    return lines


def _compare(genuine: Record, ours: Record, packages: tuple[ModuleType, ModuleType]) -> Events:
    lines: list[Any] = []
    events = [genuine.events, ours.events]
    streamed = any("STREAM" in event for event in genuine.events)
    if streamed:
        events = [_without_teardown(each) for each in events]
        torn = [_teardowns(each) for each in (genuine.events, ours.events)]
        lines += _differing("teardowns of a stream", _once(torn[0]), torn[1])
    lines += _differing("events", *events)
    lines += _differing("status", genuine.status, ours.status)
    lines += _differing(
        "headers",
        *(_readable(r.headers, p) for r, p in zip((genuine, ours), packages, strict=False)),
    )
    lines += _differing("body", genuine.body, ours.body)
    lines += _differing("raised", genuine.raised, ours.raised)
    if not (streamed and genuine.left != (False, False)):
        lines += _differing("contexts left", genuine.left, ours.left)
    elif ours.left != (False, False):
        lines.append(f"contexts left by a stream: {ours.left}")
    return lines


def _differing(what: str, genuine: Any, ours: Any) -> list[str]:
    if genuine == ours:
        return []
    if isinstance(genuine, list):
        at = next(
            (i for i, (a, b) in enumerate(zip(genuine, ours, strict=False)) if a != b),
            min(len(genuine), len(ours)),
        )
        return [
            f"{what}[{at}]: genuine {genuine[at : at + 3]!r}\n"
            f"{' ' * len(what)}       ours {ours[at : at + 3]!r}"
        ]
    return [f"{what}: genuine {genuine!r}\n{' ' * len(what)}     ours {ours!r}"]


# -- meant to differ: the teardown of a streamed response runs once, when its body is done

_TEARDOWN_SIGNALS = (
    "signal appcontext_pushed",
    "signal appcontext_popped",
    "signal appcontext_tearing_down",
    "signal request_tearing_down",
)
_TEARDOWN_SEAMS = ("do_teardown_request", "do_teardown_appcontext")


def _is_teardown(event: tuple[Any, ...]) -> bool:
    return (
        event[0] in ("TEARDOWN", "request")
        or str(event[0]).startswith(_TEARDOWN_SIGNALS)
        or (event[0] == "seam" and event[1] in _TEARDOWN_SEAMS)
    )


def _without_teardown(events: Events) -> Events:
    return [event for event in events if not _is_teardown(event)]


def _teardowns(events: Events) -> Events:
    """Return which teardown functions ran, without what they saw: that differs in time."""
    return [event[:2] for event in events if event[0] == "TEARDOWN" and " " in str(event[1])]


def _once(events: Events) -> Events:
    """Return the events without those that come for a second time."""
    return list(dict.fromkeys(events))


# -- values that change by the second, or that are sets


def _readable(headers: list[tuple[str, str]], package: ModuleType) -> list[tuple[str, Any]]:
    return [(name, _value(name, value, package)) for name, value in headers]


def _value(name: str, value: str, package: ModuleType) -> Any:
    if name == "Set-Cookie":
        cookie, _, options = value.partition(";")
        key, _, content = cookie.partition("=")
        return key, session_of(package, content), EXPIRES.sub("Expires=later", options)
    return steady(name, value)
