"""What may differ between two records of the same visit: clocks, random ids, where Flask is.

Everything else is compared. An id becomes a number by the order of its first appearance, so
that who is whose parent is compared too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

#: Keys by agent whose values are clocks, random, or name the machine or the process.
CHANGING: dict[str, frozenset[str]] = {
    "opentelemetry": frozenset(
        {"start_time", "end_time", "timestamp", "net.peer.port", "service.instance.id"}
    ),
    "sentry": frozenset(
        {
            "timestamp",
            "start_timestamp",
            "thread.id",
            "profiler_id",
            "modules",  # everything that is installed, flaskfast among it
            "REMOTE_PORT",
            "sys.argv",
        }
    ),
    "elastic": frozenset(
        {
            "culprit",  # the innermost frame, which in a template may be a compiled function's
            "timestamp",
            "duration",
            "start",
            "pid",
            "ppid",
            "port",
            "monotonic_start",
        }
    ),
    "ddtrace": frozenset({"runtime-id", "process_id", "_dd.p.tid", "_dd.hostname"}),
    "newrelic": frozenset({"thread.concurrency", "wsgi.input.seconds", "wsgi.output.seconds"}),
}
#: Keys whose values are ids.
IDS = frozenset(
    {
        "id",
        "event_id",
        "parent_id",
        "parent_span_id",
        "sample_rand",
        "span_id",
        "trace_id",
        "transaction_id",
        "replay_id",
    }
)
#: Keys of lists of frames; those that are not of the application are left out.
FRAMES = frozenset({"frames", "stacktrace"})
_TRACEBACK = re.compile(r'  File "([^"]+)", line \d+, in .*\n(?:    .*\n|  \[Previous .*\n)*')
_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,16}\b")
# Functions and loggers of flaskfast say which module they are in (docs/dropin.md).
_MODULE = re.compile(r"\bflaskfast\b")
# A session cookie has in it when it was signed.
_SIGNED = re.compile(r"(session=[\w-]+)\.[\w-]{6}\.[\w-]{27}")


class Normaliser:
    """Rewrite the records of one visit, request by request in their order."""

    def __init__(self, agent: str, own: Callable[[str], bool]) -> None:
        self._changing: Collection[str] = CHANGING[agent]
        self._own = own
        self._earlier: set[str] = set()
        self._ids: dict[str, str] = {}

    def of_request(self, lines: list[Any]) -> list[Any]:
        """Return what was written for one request as it is to be compared."""
        self._earlier |= self._ids.keys()
        self._ids = {}
        return [self._value(line) for line in lines]

    def _value(self, value: Any, key: str = "") -> Any:
        if key in self._changing and value is not None:
            return f"<{type(value).__name__}>"
        if key in IDS and isinstance(value, str | int):
            return self._id(str(value))
        if isinstance(value, dict):
            return {name: self._value(item, name) for name, item in value.items()}
        if isinstance(value, list):
            kept = [item for item in value if not self._foreign(item)] if key in FRAMES else value
            return [self._value(item, key if key in IDS else "") for item in kept]
        if key == "Allow":  # out of a set: its order changes with the hash seed of the process
            return ", ".join(sorted(value.split(", ")))
        return self._text(value) if isinstance(value, str) else value

    def _id(self, value: str) -> str:
        if value in self._earlier:
            return "<id of an earlier request>"
        return self._ids.setdefault(value, f"<id {len(self._ids)}>")

    def _foreign(self, frame: Any) -> bool:
        if not isinstance(frame, dict):
            return False
        path = frame.get("abs_path") or frame.get("filename") or ""
        return not self._own(path)

    def _text(self, value: str) -> str:
        def kept(match: re.Match[str]) -> str:
            return match[0] if self._own(match[1]) else ""

        text = _ADDRESS.sub("<address>", _TRACEBACK.sub(kept, value))
        return _SIGNED.sub(r"\1<signed>", _MODULE.sub("flask", text))
