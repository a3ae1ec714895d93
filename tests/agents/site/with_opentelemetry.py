"""The application under OpenTelemetry: the Flask and the Jinja instrumentation."""

from __future__ import annotations

import json
from collections.abc import Sequence

import recorder
from opentelemetry import trace
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from opentelemetry.instrumentation.jinja2 import Jinja2Instrumentor
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult


class Recorder(SpanExporter):
    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        for span in spans:
            recorder.write("span", json.loads(span.to_json()))
        return SpanExportResult.SUCCESS


provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(Recorder()))
trace.set_tracer_provider(provider)
FlaskInstrumentor().instrument(
    request_hook=lambda span, environ: span.set_attribute("asked", environ["PATH_INFO"]),
    response_hook=lambda span, status, headers: span.set_attribute("answered", status),
)
Jinja2Instrumentor().instrument()

from visited import create_app  # noqa: E402  after instrument(), which replaces flask.Flask

app = create_app()
