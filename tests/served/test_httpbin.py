"""httpbin, unmodified, answers byte by byte as it does on genuine Flask (every server)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from .comparison import Mismatch, answers, both, compare, differences
from .httpbin_requests import DIFFERENCES, REQUESTS
from .servers import GENUINE, KERNELS, SERVERS, Flavour, flaskfast, free_port

pytestmark = pytest.mark.served

# What every run of the tests affords; ``make served`` runs all.
_SHORT = ("gunicorn-sync", "granian")


def _assert_same_answers(server: str, subject: Flavour) -> None:
    meant = [difference for difference in DIFFERENCES if server in difference.genuine]
    alike = [difference.request for difference in DIFFERENCES if difference not in meant]
    requests = [*REQUESTS, *alike]
    asked = [*requests, *(difference.request for difference in meant)]
    expected, got = both("httpbin:app", asked, server, subject)
    found = differences(requests, expected, got, server)
    for difference in meant:
        name = difference.request.name
        pairs = (("genuine", expected, difference.genuine[server]), ("ours", got, difference.ours))
        for side, answer, status in pairs:
            statuses = [response.status for response in answer[name].responses]
            if statuses != [status]:
                found.append(Mismatch(name, f"status, {side}", status, statuses))
    assert not found, _report(found)


def _report(found: list[Mismatch], most: int = 40) -> str:
    lines = [f"{len(found)} differences", *map(str, found[:most])]
    return "\n".join(lines)


@pytest.mark.parametrize("server", _SHORT)
def test_answers_are_those_of_genuine_flask(server: str) -> None:
    """Status line, headers in order and body, on the kernels that the run has chosen."""
    _assert_same_answers(server, flaskfast())


@pytest.mark.slow
@pytest.mark.parametrize("kernels", KERNELS)
@pytest.mark.parametrize("server", SERVERS)
def test_answers_are_those_of_genuine_flask_on_all_servers(server: str, kernels: str) -> None:
    """The same, with both flavours of the kernels unless the run has chosen one."""
    _assert_same_answers(server, flaskfast(kernels))


@pytest.mark.slow
@pytest.mark.parametrize("server", SERVERS)
def test_genuine_flask_answers_like_itself(server: str) -> None:
    """Nothing random is left that could hide a difference or make one up."""
    found = compare("httpbin:app", REQUESTS, server, GENUINE)
    assert not found, _report(found)


def test_requests_get_real_answers() -> None:
    """The recorded set reaches the application: successes, redirects and refusals of all sorts."""
    given = answers("httpbin:app", REQUESTS, "gunicorn-sync", flaskfast(), free_port())
    statuses = [response.status for answer in given.values() for response in answer.responses]
    assert statuses.count(200) > 300
    assert {206, 301, 302, 304, 308, 400, 401, 404, 405, 413, 416} <= set(statuses)


def test_every_request_has_a_name_of_its_own() -> None:
    """Answers are kept by name."""
    names = [request.name for request in [*REQUESTS, *(d.request for d in DIFFERENCES)]]
    assert len(names) == len(set(names)) >= 120


def _routes_reached() -> Iterator[tuple[str, str]]:
    import httpbin  # type: ignore[import-untyped]

    urls = httpbin.app.url_map.bind("recorded.test")
    for request in REQUESTS:
        for method, target in request.targets:
            path = target.partition("?")[0]
            if not path.startswith("/") or not path.isascii():
                continue
            try:
                rule, _ = urls.match(unquote(path), method, return_rule=True)
            except (HTTPException, RequestRedirect):
                continue
            yield rule.rule, method


def test_every_route_is_asked_by_all_its_methods() -> None:
    """A route of httpbin's URL map that no recorded request reaches would prove nothing."""
    import httpbin

    rules = httpbin.app.url_map.iter_rules()
    wanted = {(rule.rule, method) for rule in rules for method in rule.methods or ()}
    assert len(wanted) > 150
    assert sorted(wanted - set(_routes_reached())) == []
