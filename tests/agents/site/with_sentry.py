"""The application under Sentry, with errors, traces, breadcrumbs and who asked."""

from __future__ import annotations

from typing import Any

import recorder
import sentry_sdk
from sentry_sdk.integrations.flask import FlaskIntegration
from sentry_sdk.transport import Transport


class Recorder(Transport):
    def capture_envelope(self, envelope: Any) -> None:
        for item in envelope.items:
            if item.type != "client_report":
                recorder.write(item.type, item.payload.json)


sentry_sdk.init(
    dsn="http://public@127.0.0.1:9/1",
    transport=Recorder,
    integrations=[FlaskIntegration()],
    traces_sample_rate=1.0,
    send_default_pii=True,
    release="1",
    environment="test",
    server_name="here",
    include_local_variables=True,
)

from visited import create_app  # noqa: E402

app = create_app()
