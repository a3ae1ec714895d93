"""The application under Elastic APM."""

from __future__ import annotations

from typing import Any

import recorder
from elasticapm.contrib.flask import ElasticAPM
from elasticapm.transport.base import Transport
from visited import create_app


class Recorder(Transport):
    def queue(self, event_type: str, data: Any, flush: bool = False) -> None:
        recorder.write(event_type, data)

    def start_thread(self, pid: int | None = None) -> None:
        pass

    def close(self) -> None:
        pass

    def flush(self) -> None:
        pass


app = create_app()
app.config["ELASTIC_APM"] = {
    "SERVICE_NAME": "visited",
    "SERVICE_VERSION": "1",
    "ENVIRONMENT": "test",
    "TRANSPORT_CLASS": "with_elastic.Recorder",
    "CENTRAL_CONFIG": False,
    "CLOUD_PROVIDER": False,
    "METRICS_INTERVAL": "0s",
    "SPAN_COMPRESSION_ENABLED": False,
    "CAPTURE_BODY": "all",
    "SPAN_STACK_TRACE_MIN_DURATION": "0ms",
}
ElasticAPM(app)
