"""Visit the application under an agent and bring home what the agent recorded."""

from __future__ import annotations

import http.client
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.dropin.environments import Environment
from tests.served.elsewhere import gunicorn_in
from tests.served.servers import LOOPBACK

SITE = Path(__file__).with_name("site")
VARIABLES = {
    "DD_INSTRUMENTATION_TELEMETRY_ENABLED": "false",
    "DD_REMOTE_CONFIGURATION_ENABLED": "false",
    "DD_SERVICE": "visited",
    "DD_TRACE_AGENT_URL": f"http://{LOOPBACK}:9",
}

# A caller's trace, as every agent but New Relic's understands it (W3C Trace Context).
CALLER = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}

VISIT: tuple[tuple[str, str, bytes | None, dict[str, str]], ...] = (
    ("GET", "/", None, {}),
    ("GET", "/", None, CALLER),
    ("HEAD", "/", None, {}),
    ("GET", "/users/7?full=1", None, {"X-Visitor": "ann"}),
    ("GET", "/page", None, {}),
    ("GET", "/page", None, {}),  # its templates are compiled by now
    ("GET", "/inline", None, {}),
    ("GET", "/missing", None, {}),
    ("GET", "/users/x", None, {}),
    ("PUT", "/", None, {}),
    ("GET", "/boom", None, {}),
    ("GET", "/badpage", None, {}),
    ("GET", "/handled", None, {}),
    ("GET", "/refused", None, {}),
    ("GET", "/closed", None, {}),
    ("POST", "/form", b"name=ann", {"Content-Type": "application/x-www-form-urlencoded"}),
    ("POST", "/form", b"", {"Content-Type": "application/x-www-form-urlencoded"}),
    ("GET", "/api/items", None, {}),
    ("POST", "/api/items", b'{"a": [1]}', {"Content-Type": "application/json"}),
    ("POST", "/api/items", b"{", {"Content-Type": "application/json"}),
    ("DELETE", "/api/items", None, {}),
    ("GET", "/stream", None, {}),
    ("GET", "/away", None, {}),
    ("GET", "/", None, {}),
)


@dataclass(frozen=True)
class Visit:
    """The answers, and the lines that the agent wrote for each request."""

    answers: list[tuple[int, bytes]]
    records: list[list[Any]]
    output: str


def visit(
    environment: Environment, agent: str, kernels: str | None, folder: Path, port: int
) -> Visit:
    """Serve the application by gunicorn under an agent, and send it the requests.

    :param kernels: the flavour of flaskfast's, or None for genuine Flask.
    :param folder: where the record and the server's output go.
    """
    record = folder / "record"
    record.touch()
    answers, records = [], []
    serving = gunicorn_in(
        environment,
        f"with_{agent}:app",
        port,
        kernels=kernels,
        cwd=SITE,
        output=folder / "output",
        variables={**VARIABLES, "AGENT_RECORD": os.fspath(record)},
    )
    with serving:
        seen = 0
        for method, path, body, headers in VISIT:
            answers.append(_ask(port, method, path, body, headers))
            lines = _written(record, seen)
            seen += len(lines)
            records.append(lines)
    return Visit(answers, records, (folder / "output").read_text(errors="replace"))


def _ask(
    port: int, method: str, path: str, body: bytes | None, headers: dict[str, str]
) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=60)
    sent = {"Host": "visited.test", "User-Agent": "visitor", **headers}
    connection.request(method, path, body, sent)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, content


def _written(record: Path, seen: int) -> list[Any]:
    """Return the lines after the first *seen*; wait until no more are coming.

    A span may end when the server closes the body, which is after the client has it.
    """
    lines: list[str] = []
    quiet = 0
    give_up = time.monotonic() + 10
    while quiet < (4 if len(lines) > seen else 20) and time.monotonic() < give_up:
        now = record.read_text(encoding="utf-8").splitlines()
        quiet = quiet + 1 if len(now) == len(lines) else 0
        lines = now
        time.sleep(0.02)
    return [json.loads(line) for line in lines[seen:]]
