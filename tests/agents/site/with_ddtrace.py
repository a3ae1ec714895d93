"""The application under Datadog's tracer, patched before Flask is imported."""

from __future__ import annotations

from typing import Any

import ddtrace
import recorder
from ddtrace.trace import TraceFilter, tracer

FIELDS = ("name", "service", "resource", "span_type", "error", "span_id", "parent_id", "trace_id")


class Recorder(TraceFilter):
    def process_trace(self, trace: list[Any]) -> list[Any] | None:
        for span in trace:
            fields = {name: getattr(span, name) for name in FIELDS}
            tags, metrics = span.get_tags(), span.get_metrics()
            recorder.write("span", {**fields, "tags": tags, "metrics": metrics})
        return None  # nothing is sent


ddtrace.patch(flask=True, jinja2=True)
tracer.configure(trace_processors=[Recorder()])

from visited import create_app  # noqa: E402

app = create_app()
