"""Put the answers of two flavours of ``flask`` side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .normalisation import EVERYWHERE, Normalisation
from .recording import Request
from .servers import CHUNKS_ARE_PIECES, GENUINE, Flavour, ServerFailed, free_port, serving
from .wire import Answer, Response, exchange

_CONTEXT = 60
_ATTEMPTS = 3


@dataclass(frozen=True)
class Mismatch:
    """One difference: which request, in what, and both sides."""

    request: str
    what: str
    expected: object
    got: object

    def __str__(self) -> str:
        sides = f"    expected {self.expected!r}\n    got      {self.got!r}"
        return f"{self.request}: {self.what}\n{sides}"


def answers(
    app: str, requests: Iterable[Request], server: str, flavour: Flavour, port: int
) -> dict[str, Answer]:
    """Serve an app and return the answer to each request, by the request's name."""
    with serving(server, app, flavour, port) as served:
        return {request.name: _answer(request, served.address) for request in requests}


def _answer(request: Request, address: tuple[str, int]) -> Answer:
    try:
        return exchange(request, address)
    except OSError as error:
        raise RuntimeError(f"no answer to {request.name!r}: {error!r}") from error


def both(
    app: str,
    requests: Sequence[Request],
    server: str,
    subject: Flavour,
    *,
    reference: Flavour = GENUINE,
    reference_app: str | None = None,
) -> tuple[dict[str, Answer], dict[str, Answer]]:
    """Serve ``app`` under two flavours, one after the other: the reference's answers, then ours.

    Both are served on the same port, so that it needs no normalising where a
    server puts it into URLs.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        port = free_port()
        try:
            expected = answers(reference_app or app, requests, server, reference, port)
            return expected, answers(app, requests, server, subject, port)
        except ServerFailed as error:
            # Somebody else took the port between two servers; anything else is final.
            if attempt == _ATTEMPTS or "in use" not in str(error).lower():
                raise
    raise AssertionError("unreachable")


def compare(
    app: str,
    requests: Sequence[Request],
    server: str,
    subject: Flavour,
    *,
    reference: Flavour = GENUINE,
    reference_app: str | None = None,
) -> list[Mismatch]:
    """Serve ``app`` under two flavours and list all differences; none is the aim."""
    expected, got = both(
        app, requests, server, subject, reference=reference, reference_app=reference_app
    )
    return differences(requests, expected, got, server)


def differences(
    requests: Iterable[Request],
    expected: dict[str, Answer],
    got: dict[str, Answer],
    server: str,
) -> list[Mismatch]:
    """List the differences between two sets of answers from the same kind of server."""
    found: list[Mismatch] = []
    for request in requests:
        found.extend(_of_answers(request, expected[request.name], got[request.name], server))
    return found


def _of_answers(request: Request, expected: Answer, got: Answer, server: str) -> list[Mismatch]:
    name = request.name
    if server in request.unequal:
        return []
    found = []
    if len(expected.responses) != len(got.responses):
        counts = len(expected.responses), len(got.responses)
        found.append(Mismatch(name, "number of responses", *counts))
    if expected.rest != got.rest:
        found.append(Mismatch(name, "bytes that are no response", expected.rest, got.rest))
    rules = EVERYWHERE + request.normalise
    for left, right in zip(expected.responses, got.responses, strict=False):
        found.extend(_of_responses(name, left, right, rules, server))
    return found


def _of_responses(
    name: str, expected: Response, got: Response, rules: Sequence[Normalisation], server: str
) -> list[Mismatch]:
    pairs = [
        ("status line", expected.status_line, got.status_line),
        ("framing", expected.framing, got.framing),
    ]
    if server in CHUNKS_ARE_PIECES:
        pairs.append(("chunk sizes", expected.chunks, got.chunks))
    found = [Mismatch(name, what, a, b) for what, a, b in pairs if a != b]
    found.extend(_of_headers(name, _headers(expected, rules), _headers(got, rules)))
    bodies = _body(expected, rules), _body(got, rules)
    if bodies[0] != bodies[1]:
        found.append(_of_bodies(name, *bodies))
    return found


def _headers(response: Response, rules: Sequence[Normalisation]) -> list[tuple[bytes, bytes]]:
    headers = []
    for name, value in response.headers:
        for rule in rules:
            value = rule.of_header(name.decode("latin-1").lower(), value)
        headers.append((name, value))
    return headers


def _body(response: Response, rules: Sequence[Normalisation]) -> bytes:
    body = response.body
    for rule in rules:
        body = rule.of_body(body)
    return body


def _of_headers(
    name: str, expected: list[tuple[bytes, bytes]], got: list[tuple[bytes, bytes]]
) -> list[Mismatch]:
    if expected == got:
        return []
    missing = [header for header in expected if header not in got]
    excess = [header for header in got if header not in expected]
    if missing or excess:
        return [Mismatch(name, "headers (only those that differ)", missing, excess)]
    return [Mismatch(name, "order of headers", expected, got)]


def _of_bodies(name: str, expected: bytes, got: bytes) -> Mismatch:
    shorter = min(len(expected), len(got))
    first = next((i for i in range(shorter) if expected[i] != got[i]), shorter)
    around = slice(max(0, first - _CONTEXT), first + _CONTEXT)
    what = f"body from byte {first} ({len(expected)} and {len(got)} bytes long)"
    return Mismatch(name, what, expected[around], got[around])
