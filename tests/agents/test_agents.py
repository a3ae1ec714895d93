"""Each agent, on genuine Flask and on flaskfast: the same spans, events and errors."""

from __future__ import annotations

import difflib
import functools
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

import flaskfast
from tests.dropin.environments import provide
from tests.served.servers import KERNELS, free_port

from .normalisation import Normaliser
from .recording import SITE, VISIT, Visit, visit

pytestmark = [
    pytest.mark.served,
    pytest.mark.skipif(sys.platform == "win32", reason="gunicorn does not run there"),
    pytest.mark.skipif(
        sys.implementation.name != "cpython", reason="most agents are extension modules of CPython"
    ),
]
SLOW = [pytest.param(name, marks=pytest.mark.slow) for name in ("ddtrace", "elastic", "newrelic")]
AGENTS = ["opentelemetry", "sentry", *SLOW]

#: Agents that show calls of teardown functions. Flask has two for a stream with context, before
#: its body and after it, flaskfast has one (docs/differences.md).
SHOW_TEARDOWN = {"ddtrace", "newrelic"}
STREAMS = [n for n, request in enumerate(VISIT) if request[1] == "/stream"]
TEARDOWN = ("do_teardown_request", "do_teardown_appcontext", "visited.forget")


def own(path: str) -> bool:
    """Tell whether a frame's file is the application's; agents give it whole or in part."""
    return path in {"visited.py", "bad.html"} or (
        path.startswith(f"{SITE}{os.sep}") and os.path.isfile(path)
    )


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Visit under an agent; each pair of agent and flavour is visited once, on the same port."""
    ports: dict[str, int] = {}

    @functools.cache
    def visited(agent: str, kernels: str | None) -> Visit:
        folder = tmp_path_factory.mktemp(f"{agent}-{kernels}")
        port = ports.setdefault(agent, free_port())
        return visit(provide(genuine=kernels is None), agent, kernels, folder, port)

    return visited


def normal(agent: str, found: Visit) -> list[list[Any]]:
    normaliser = Normaliser(agent, own)
    return [normaliser.of_request(lines) for lines in found.records]


def without_teardown(value: Any) -> Any:
    """Leave out spans and nodes that are calls of teardown functions, at any depth."""
    if isinstance(value, list):
        return [without_teardown(item) for item in value if not _is_teardown(item)]
    if isinstance(value, dict):
        ids = ("span_id", "parent_id", "trace_id")  # numbered with those that are left out
        return {k: without_teardown(item) for k, item in value.items() if k not in ids}
    return value


def _is_teardown(item: Any) -> bool:
    node = item[1] if isinstance(item, list) and len(item) == 2 else item
    name = node.get("name") if isinstance(node, dict) else None
    return isinstance(name, str) and name.endswith(TEARDOWN)


def shown(records: list[Any]) -> list[str]:
    return json.dumps(records, indent=1, sort_keys=True).splitlines()


@pytest.mark.parametrize("kernels", KERNELS)
@pytest.mark.parametrize("agent", AGENTS)
def test_an_agent_records_the_same(agent: str, kernels: str, visits: Any, tmp_path: Path) -> None:
    genuine, ours = visits(agent, None), visits(agent, kernels)
    assert ours.answers == genuine.answers
    different = []
    pairs = zip(VISIT, normal(agent, genuine), normal(agent, ours), strict=True)
    for number, (request, expected, got) in enumerate(pairs):
        if agent in SHOW_TEARDOWN and number in STREAMS:
            assert json.dumps(got).count("do_teardown_request") in {1, 2}  # name, resource
            expected, got = without_teardown(expected), without_teardown(got)
        if expected != got:
            lines = difflib.unified_diff(shown(expected), shown(got), "Flask", "flaskfast", n=2)
            different.append("\n".join([f"{request[0]} {request[1]}", *[*lines][:60]]))
    assert not different, "\n\n".join(different)


def test_frames_of_the_framework_are_not_the_applications(visits: Any) -> None:
    """Sentry groups errors by the frames that are in the application."""
    records = visits("sentry", flaskfast.kernels.flavour).records
    number = next(n for n, request in enumerate(VISIT) if request[1] == "/boom")
    events = [data for kind, data in records[number] if kind == "event"]
    frames = [
        frame
        for event in events
        for exception in event["exception"]["values"]
        for frame in exception["stacktrace"]["frames"]
    ]
    inside = {frame["abs_path"] for frame in frames if frame.get("in_app")}
    assert {path for path in inside if path.startswith(str(SITE))} == {str(SITE / "visited.py")}


#: What has to be there at all, or the comparison says nothing: words of each request's record.
EXPECTED = {
    "opentelemetry": {
        "/users/7?full=1": ("GET /users/<int:number>", "SpanKind.SERVER"),
        "/page": ("jinja2.compile", "jinja2.load", "jinja2.render"),
        "/boom": ("ValueError", "exception.stacktrace", "visited.py"),
        "/missing": ("404",),
    },
    "sentry": {
        "/users/7?full=1": (
            '"transaction": "user"',
            "auto.http.flask",
            "http://visited.test/users/7",
        ),
        "/page": ("transaction",),
        "/boom": ("ValueError", "visited.py", "boom"),
        "/missing": ("404",),
    },
    "elastic": {
        "/users/7?full=1": ("GET /users/<int:number>",),
        "/page": ("page.html", '"subtype": "jinja2", "action": "render"'),
        "/boom": ("ValueError", "visited.py"),
        "/missing": ("404",),
    },
    "ddtrace": {
        "/users/7?full=1": ("GET /users/<int:number>", "visited.user"),
        "/page": ("flask.render_template", "page.html"),
        "/boom": ("ValueError", "visited.py", "error.stack"),
        "/missing": ("404",),
    },
    "newrelic": {
        "/users/7?full=1": ("Function/visited:create_app.<locals>.user",),
        "/page": ("Template/Render", "page.html"),
        "/boom": ("ValueError", "visited.py"),
        "/missing": ("404",),
    },
}


@pytest.mark.parametrize("agent", AGENTS)
def test_there_is_something_to_compare(agent: str, visits: Any) -> None:
    records = normal(agent, visits(agent, None))
    assert sum(map(len, records)) >= len(VISIT) - 1  # Sentry leaves HEAD out
    for path, words in EXPECTED[agent].items():
        number = next(n for n, request in enumerate(VISIT) if request[1] == path)
        text = json.dumps(records[number])
        assert [word for word in words if word not in text] == [], text
