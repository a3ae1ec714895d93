"""Send the requests of a plan to its app, and record what comes back and what is left behind."""

from __future__ import annotations

import contextvars
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from itsdangerous import URLSafeTimedSerializer

from .building import build, disconnect
from .plan import Exchange, Plan
from .steps import World, plain

#: Keys that session cookies of a plan may be signed with.
KEYS = ("key", "older key", "somebody's key")


@dataclass
class Record:
    """What came of one exchange."""

    events: list[tuple[Any, ...]]
    status: str | None = None
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    raised: Any = None
    #: Whether a request and an app context were left current.
    left: tuple[bool, bool] = (False, False)


def play(package: ModuleType, plan: Plan) -> tuple[World, list[Record]]:
    """Build the app of *plan* with *package* and have it answer all requests."""
    world = build(package, plan)
    records = [Record(events=_taken(world))]
    if world.app is not None:
        records.append(_isolated(world, lambda record: _outside(world, plan)))
        jar: dict[str, str] = {}
        for exchange in plan.exchanges:
            records.append(_isolated(world, _sender(world, plan, exchange, jar)))
    disconnect(world)
    return world, records


def _taken(world: World) -> list[tuple[Any, ...]]:
    events = world.log[:]
    world.log.clear()
    return events


def _isolated(world: World, run: Callable[[Record], None]) -> Record:
    """Run in context variables of its own, so that what is left behind stays there."""
    record = Record(events=[])

    def in_context() -> None:
        try:
            run(record)
        except BaseException as error:
            if isinstance(error, (KeyboardInterrupt, MemoryError)):
                raise
            record.raised = plain(error)
        record.left = world.package.has_request_context(), world.package.has_app_context()

    contextvars.copy_context().run(in_context)
    record.events = _taken(world)
    return record


def _outside(world: World, plan: Plan) -> None:
    with world.app.app_context():
        world.perform(plan.outside, "outside")


def _sender(
    world: World, plan: Plan, exchange: Exchange, jar: dict[str, str]
) -> Callable[[Record], None]:
    if exchange.session is not None:
        name = world.app.config["SESSION_COOKIE_NAME"]
        jar[name] = _session_cookie(world, exchange.session)
    if exchange.way == "wsgi":
        return lambda record: _over_wsgi(world, exchange, jar, record)
    return lambda record: _by_client(world, exchange, jar, record)


def _session_cookie(world: World, session: tuple[Any, ...] | str) -> str:
    if isinstance(session, str):
        return session
    payload, key = session
    return str(_serializer(world.package, key).dumps(dict(payload)))


def _serializer(package: ModuleType, key: str, salt: str = "cookie-session") -> Any:
    interface = package.sessions.SecureCookieSessionInterface
    return URLSafeTimedSerializer(
        key,
        salt=salt,
        serializer=interface.serializer,
        signer_kwargs={"key_derivation": "hmac", "digest_method": interface.digest_method},
    )


def session_of(package: ModuleType, value: str) -> Any:
    """Return what a session cookie holds, and which key and salt signed it."""
    for key in KEYS:
        for salt in ("cookie-session", "pepper"):
            ok, payload = _serializer(package, key, salt).loads_unsafe(value)
            if ok:
                return plain(payload), key, salt
    return value


# -- over WSGI, as a server does


def _environ(exchange: Exchange, jar: dict[str, str]) -> dict[str, Any]:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": exchange.method,
        "SCRIPT_NAME": exchange.prefix,
        "PATH_INFO": exchange.path,
        "QUERY_STRING": exchange.query,
        "SERVER_NAME": "server",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": exchange.host,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": exchange.scheme,
        "wsgi.input": io.BytesIO(exchange.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if exchange.body:
        environ["CONTENT_LENGTH"] = str(len(exchange.body))
    if jar:
        environ["HTTP_COOKIE"] = "; ".join(f"{name}={value}" for name, value in jar.items())
    for name, value in exchange.headers:
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return environ


def _over_wsgi(world: World, exchange: Exchange, jar: dict[str, str], record: Record) -> None:
    def start_response(status: str, headers: Any, exc_info: Any = None) -> Any:
        world.note("server", "started")
        assert type(headers) is list
        record.status, record.headers = status, headers
        return None

    body = world.app(_environ(exchange, jar), start_response)
    world.note("server", "iterates")
    pieces: list[bytes] = []
    try:
        for piece in body:
            assert type(piece) is bytes or isinstance(piece, bytes), piece
            pieces.append(piece)
            if exchange.pieces is not None and len(pieces) >= exchange.pieces:
                break
    finally:
        record.body = b"".join(pieces)
        close = getattr(body, "close", None)
        if close is not None:
            close()
        # A generator that the server left in the middle ends here, as it does in a server.
        del body
        world.note("server", "closed")
    _keep_cookies(record.headers, jar)


def _keep_cookies(headers: list[tuple[str, str]], jar: dict[str, str]) -> None:
    for name, value in headers:
        if name.lower() == "set-cookie":
            cookie, _, options = value.partition(";")
            key, _, content = cookie.partition("=")
            jar[key] = content
            if "Max-Age=0" in options:
                del jar[key]


# -- by the test client


def _by_client(world: World, exchange: Exchange, jar: dict[str, str], record: Record) -> None:
    client = world.app.test_client()
    for name, value in jar.items():
        client.set_cookie(name, value, domain=exchange.host.partition(":")[0])

    def send() -> None:
        response = client.open(
            exchange.path + (f"?{exchange.query}" if exchange.query else ""),
            method=exchange.method,
            headers=list(exchange.headers),
            data=exchange.body or None,
            base_url=f"{exchange.scheme}://{exchange.host}{exchange.prefix or '/'}",
            follow_redirects=exchange.way == "follow",
        )
        with response:
            record.status, record.headers = response.status, list(response.headers)
            record.body = response.get_data()
        _keep_cookies(record.headers, jar)

    if exchange.way == "with":
        with client:
            send()
            world.perform(exchange.inside, "inside")
    elif exchange.way == "transaction":
        with client.session_transaction() as session:
            world.note("transaction", dict(session))
            session["t"] = session.get("t", 0) + 1
        send()
    else:
        send()
