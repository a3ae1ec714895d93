"""The comparison itself: that it takes answers apart well, and that it can fail."""

from __future__ import annotations

import pytest

from . import normalisation
from .comparison import answers, compare, differences
from .everyday_requests import REQUESTS as EVERYDAY
from .httpbin_requests import REQUESTS
from .normalisation import EVERYWHERE
from .recording import Request, chunked, get, raw
from .servers import GENUINE, SERVERS, Flavour, ServerFailed, flaskfast, free_port, serving
from .wire import Answer, take_apart

pytestmark = pytest.mark.flavourless

_ALTERED = {
    "html": "status line",
    "json": "headers (only those that differ)",
    "ip": "headers (only those that differ)",
    "robots.txt": "order of headers",
    "deny": "order of headers",
    "xml": "headers (only those that differ)",
    "image png": "body",
    "uuid": "body",
}


@pytest.mark.served
def test_every_deliberate_fault_is_reported_and_nothing_else() -> None:
    """Serve httpbin with faults put in: each is found, in the right place."""
    kept = {*_ALTERED, "get", "headers of a browser", "stream", "status 404", "cookies"}
    requests = [request for request in REQUESTS if request.name in kept]
    assert len(requests) == len(kept)
    found = compare(
        "tests.served.apps.altered:app",
        requests,
        "gunicorn-sync",
        GENUINE,
        reference_app="httpbin:app",
    )
    assert {mismatch.request: mismatch.what.split(" from ")[0] for mismatch in found} == _ALTERED
    assert len(found) == len(_ALTERED)


@pytest.mark.served
@pytest.mark.parametrize("flavour", [GENUINE, flaskfast()], ids=lambda flavour: flavour.name)
@pytest.mark.parametrize("server", SERVERS)
def test_the_served_application_sees_the_flask_that_is_asked_for(
    server: str, flavour: Flavour
) -> None:
    """Without this a comparison might put genuine Flask next to itself."""
    request = get("flask in use", "/")
    app = "tests.served.apps.altered:flask_in_use"
    answer = answers(app, [request], server, flavour, free_port())[request.name]
    package = answer.responses[0].body.split()[0]
    assert package == (b"flask" if flavour is GENUINE else b"flaskfast")


@pytest.mark.served
def test_a_server_that_cannot_start_says_what_it_wrote() -> None:
    """The failure carries the server's own output."""
    with pytest.raises(ServerFailed, match="no_such_module_here"):
        with serving("gunicorn-sync", "no_such_module_here:app", GENUINE, free_port()):
            pass


def _answer(text: bytes, *methods: str) -> Answer:
    return take_apart(text, methods or ("GET",))


def test_body_by_length() -> None:
    """Content-Length ends the body; what follows is kept as excess."""
    answer = _answer(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhixx")
    assert answer.responses[0].body == b"hi"
    assert answer.rest == b"xx"


def test_body_by_chunks() -> None:
    """Chunks are joined and their sizes kept."""
    head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n"
    response = _answer(head + chunked(b"ab", b"c" * 17)).responses[0]
    assert (response.body, response.chunks) == (b"ab" + b"c" * 17, (2, 17))


@pytest.mark.parametrize(
    "text",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: 1\r\n",
        b"<h1>Bad Request</h1>",
    ],
)
def test_what_is_no_whole_response_is_kept_as_it_came(text: bytes) -> None:
    """Cut or malformed answers are compared as bytes."""
    assert _answer(text) == Answer((), text)


def test_answers_without_a_body() -> None:
    """HEAD, 1xx, 204 and 304 end with their headers, whatever these promise."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
    more = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 304 X\r\n\r\n"
    answer = _answer(head + more, "HEAD", "POST")
    assert [response.status for response in answer.responses] == [200, 100, 304]
    assert answer.rest == b""


def _compared(expected: bytes, got: bytes, request: Request | None = None) -> list[str]:
    request = request or raw("r", b"")
    left, right = ({"r": take_apart(side, request.methods)} for side in (expected, got))
    return [mismatch.what for mismatch in differences([request], left, right, "waitress")]


def test_chunks_of_other_sizes_are_a_difference() -> None:
    """The pieces of a streamed body are the application's own."""
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert _compared(head + chunked(b"ab"), head + chunked(b"a", b"b")) == ["chunk sizes"]


def test_a_lost_or_added_answer_is_a_difference() -> None:
    """The number of answers on a connection counts, and so do stray bytes."""
    one = b"HTTP/1.1 204 No Content\r\n\r\n"
    assert _compared(one, b"") == ["number of responses"]
    assert _compared(one, one + b"?") == ["bytes that are no response"]


def test_dates_are_set_aside_only_when_they_are_dates() -> None:
    """A Date of another shape is compared as it is."""
    head = b"HTTP/1.1 204 No Content\r\nDate: %s\r\n\r\n"
    first, second = b"Mon, 23 Nov 2026 09:13:00 GMT", b"Tue, 24 Nov 2026 10:14:01 GMT"
    assert _compared(head % first, head % second) == []
    assert _compared(head % first, head % b"24 Nov 2026") == ["headers (only those that differ)"]


def test_normalisations_have_reasons_and_are_used() -> None:
    """Each says why, and each belongs to some recorded request or to all."""
    known = [v for v in vars(normalisation).values() if isinstance(v, normalisation.Normalisation)]
    used = {rule for request in REQUESTS + EVERYDAY for rule in request.normalise}
    assert {*known, *EVERYWHERE} == {*used, *EVERYWHERE}
    assert all(rule.reason.endswith(".") for rule in {*known, *EVERYWHERE})
