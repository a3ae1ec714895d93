"""An everyday application answers byte by byte as it does on genuine Flask."""

from __future__ import annotations

import contextlib

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from .apps import everyday
from .comparison import compare
from .everyday_requests import REQUESTS
from .servers import GENUINE, KERNELS, SERVERS, flaskfast

_APP = "tests.served.apps.everyday:application"

pytestmark = pytest.mark.served


@pytest.mark.parametrize("server", ["gunicorn-sync", "granian"])
def test_answers_are_those_of_genuine_flask(server: str) -> None:
    """Sessions, templates, blueprints, hooks and their order, files, streams."""
    found = compare(_APP, REQUESTS, server, flaskfast())
    assert not found, "\n".join(map(str, found))


@pytest.mark.slow
@pytest.mark.parametrize("kernels", KERNELS)
@pytest.mark.parametrize("server", SERVERS)
def test_answers_are_those_of_genuine_flask_on_all_servers(server: str, kernels: str) -> None:
    """The same, with both flavours of the kernels unless the run has chosen one."""
    found = compare(_APP, REQUESTS, server, flaskfast(kernels))
    assert not found, "\n".join(map(str, found))


@pytest.mark.slow
@pytest.mark.parametrize("server", SERVERS)
def test_genuine_flask_answers_like_itself(server: str) -> None:
    """Nothing random is left."""
    found = compare(_APP, REQUESTS, server, GENUINE)
    assert not found, "\n".join(map(str, found))


def test_every_route_is_asked() -> None:
    """A route that no request reaches would prove nothing."""
    urls = everyday.app.url_map.bind("recorded.test")
    reached = set()
    for request in REQUESTS:
        for method, target in request.targets:
            with contextlib.suppress(HTTPException, RequestRedirect):
                rule, _ = urls.match(target.partition("?")[0], method, return_rule=True)
                reached.add(rule.endpoint)
    endpoints = {rule.endpoint for rule in everyday.app.url_map.iter_rules()}
    # Blueprints registered a second time serve the same views.
    asked_once = {name.replace("outlet", "shop") for name in endpoints}
    assert asked_once <= {name.replace("outlet", "shop") for name in reached}
