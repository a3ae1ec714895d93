"""Cookie sessions: caching, keys, forged and absurd cookies."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable
from types import ModuleType
from typing import Any

import flask as genuine
import pytest
from itsdangerous import BadSignature, URLSafeTimedSerializer
from itsdangerous.signer import HMACAlgorithm

import flaskfast

from .gateway import Answer, call, environ_for


def _app(flask: ModuleType, view: Callable[[Any], object] = lambda session: None) -> Any:
    app = flask.Flask(__name__)
    app.secret_key = "of this test"

    @app.route("/")
    def index() -> str:
        view(flask.session)
        return "fine"

    @app.route("/write")
    def write() -> str:
        flask.session["user"] = "ann"
        if flask.request.args.get("permanent"):
            flask.session.permanent = True
        return "written"

    @app.route("/read")
    def read() -> Any:
        return flask.jsonify(flask.session.get("user"))

    @app.route("/untouched")
    def untouched() -> str:
        return "fine"

    return app


def _cookie(answer: Answer) -> str:
    (header,) = answer.all("Set-Cookie")
    return header.partition(";")[0]


def _ask(app: Any, path: str, cookie: str | None = None, query: str = "") -> Answer:
    headers = {"Cookie": cookie} if cookie is not None else {}
    return call(app, environ_for(path, query=query, headers=headers), hostile=True)


def test_cve_2023_30861_cookie_that_is_sent_again_varies(flask: ModuleType) -> None:
    """A permanent session is refreshed without being touched: no cache may keep that answer."""
    app = _app(flask)
    cookie = _cookie(_ask(app, "/write", query="permanent=1"))
    answer = _ask(app, "/untouched", cookie)
    assert answer.all("Set-Cookie")
    assert answer.header("Vary") == "Cookie"


def test_untouched_sessions_do_not_vary(flask: ModuleType) -> None:
    """Where nobody looks at the session, caches may keep the answer."""
    app = _app(flask)
    cookie = _cookie(_ask(app, "/write"))
    for sent in (cookie, None):
        answer = _ask(app, "/untouched", sent)
        assert (answer.all("Set-Cookie"), answer.all("Vary")) == ([], [])


_LOOKS: dict[str, Callable[[Any], object]] = {
    "in": lambda session: "user" in session,
    "len": len,
    "iter": lambda session: list(session),
    "keys": lambda session: list(session.keys()),
    "values": lambda session: list(session.values()),
    "items": lambda session: list(session.items()),
    "get": lambda session: session.get("user"),
    "getitem": lambda session: session["user"] if len(session) else None,
    "equal": lambda session: session == {},
    "unequal": lambda session: session != {},
    "bool": bool,
    "copy": lambda session: session.copy(),
    "copy.copy": lambda session: copy.copy(session._get_current_object()),
    "repr": repr,
    "or": lambda session: session | {},
    "reversed": lambda session: list(reversed(session)),
    "setdefault": lambda session: session.setdefault("user", "bob"),
    "pop": lambda session: session.pop("user", None),
    "permanent": lambda session: session.permanent,
}


@pytest.mark.parametrize("look", list(_LOOKS))
def test_cve_2026_27205_every_look_varies(flask: ModuleType, look: str) -> None:
    """An answer that may depend on the session says so, however the view looked at it."""
    app = _app(flask, _LOOKS[look])
    cookie = _cookie(_ask(app, "/write"))
    assert _ask(app, "/", cookie).header("Vary") == "Cookie"
    assert _ask(app, "/").header("Vary") == "Cookie"


def test_cve_2026_27205_a_template_looks(flask: ModuleType) -> None:
    """The session is part of every template's context."""
    app = _app(flask)
    template = "{% if session.user %}{{ session.user }}{% endif %}"
    app.add_url_rule("/page", "page", lambda: flask.render_template_string(template))
    assert _ask(app, "/page").header("Vary") == "Cookie"


def _signer(key: str) -> URLSafeTimedSerializer:
    options = {"key_derivation": "hmac", "digest_method": hashlib.sha1}
    return URLSafeTimedSerializer(key, salt="cookie-session", signer_kwargs=options)


def test_cve_2025_47278_new_cookies_are_signed_by_the_key_alone(flask: ModuleType) -> None:
    """Fallback keys read old cookies and sign nothing."""
    app = _app(flask)
    app.config["SECRET_KEY_FALLBACKS"] = ["older", "oldest"]
    value = _cookie(_ask(app, "/write")).removeprefix("session=")
    assert _signer("of this test").loads(value) == {"user": "ann"}
    for key in ("of this test", "older", "oldest"):
        old = "session=" + _signer(key).dumps({"user": "eve"})
        assert _ask(app, "/read", old).body.strip() == b'"eve"'
    stranger = "session=" + _signer("stranger").dumps({"user": "eve"})
    assert _ask(app, "/read", stranger).body.strip() == b"null"


def test_cve_2025_47278_keys_may_change_while_serving(flask: ModuleType) -> None:
    """No signer outlives its key: rotation takes effect with the next request."""
    app = _app(flask)
    cookie = _cookie(_ask(app, "/write"))
    app.secret_key = "newer"
    assert _ask(app, "/read", cookie).body.strip() == b"null"
    app.config["SECRET_KEY_FALLBACKS"] = ["of this test"]
    assert _ask(app, "/read", cookie).body.strip() == b'"ann"'
    value = _cookie(_ask(app, "/write")).removeprefix("session=")
    assert _signer("newer").loads(value) == {"user": "ann"}
    app.config["SECRET_KEY_FALLBACKS"].clear()
    assert _ask(app, "/read", cookie).body.strip() == b"null"
    app.secret_key = b"in bytes"
    assert _ask(app, "/read", _cookie(_ask(app, "/write"))).body.strip() == b'"ann"'


def _forged() -> dict[str, str]:
    signer = _signer("of this test")
    good = signer.dumps({"user": "ann"})
    payload, stamp, signature = good.split(".")
    inner = signer.make_signer(signer.salt)

    def signed(text: str) -> str:
        # The inner signer without its clock: what stands for a time is ours to choose.
        return text + "." + inner.get_signature(text).decode()

    return {
        "time beyond every calendar": signed(f"{payload}." + "_" * 11),
        "time of 64 bits": signed(f"{payload}.{'A' + '_' * 10}"),
        "time of 4,000 digits": signed(f"{payload}." + "_" * 4000),
        "no time": signed(payload),
        "empty time": signed(f"{payload}."),
        "time that is no base64": signed(f"{payload}.***"),
        "payload that is no base64": signed(f"***.{stamp}"),
        "payload that is no json": signed(f"e30x.{stamp}"),
        "payload that is not zlib": signed(f".e30x.{stamp}"),
        "empty payload": signed(f".{stamp}"),
        "another signature": f"{payload}.{stamp}.{'A' * len(signature)}",
        "cut": good[:-1],
        "nothing": "",
        "dots": "." * 200,
        "not ascii": "\xff\xfe.\xff.\xff",
        "long": "x" * 100_000,
    }


_CRASHES = {
    "time beyond every calendar", "time of 64 bits", "payload that is no base64",
    "payload that is no json", "payload that is not zlib", "empty payload",
}  # fmt: skip


def _forgery(name: str) -> Any:
    mark = pytest.mark.genuine_fails("Signed by the key, but not readable: 500.")
    return pytest.param(name, marks=[mark] if name in _CRASHES else [])


@pytest.mark.parametrize("name", [_forgery(name) for name in _forged()])
def test_itsdangerous_overflow_and_other_forgeries(flask: ModuleType, name: str) -> None:
    """A cookie that cannot be read is no session, and never an error of the server."""
    app = _app(flask)
    cookie = "session=" + _forged()[name]
    for path in ("/read", "/write", "/untouched"):
        answer = _ask(app, path, cookie)
        assert (name, answer.code) == (name, 200)
    assert _ask(app, "/read", cookie).body.strip() == b"null"


_NOT_MAPPINGS = ["[]", '"text"', "5", "null", "true", "[1, 2]", '[["user", "eve"]]']


@pytest.mark.parametrize("payload", _NOT_MAPPINGS)
def test_signed_but_not_a_mapping(flask: ModuleType, payload: str) -> None:
    """Another user of the same key may have signed something else: no crash of the connection."""
    app = _app(flask)
    value = _signer("of this test").dumps(flask.json.loads(payload))
    assert _ask(app, "/read", f"session={value}").code in (200, 500)


def test_an_expired_cookie_is_no_session(flask: ModuleType) -> None:
    """A cookie older than the session's lifetime is as good as none."""
    import time
    from unittest import mock

    app = _app(flask)
    cookie = _cookie(_ask(app, "/write"))
    assert _ask(app, "/read", cookie).body.strip() == b'"ann"'
    later = time.time() + app.permanent_session_lifetime.total_seconds() + 5
    with mock.patch("time.time", return_value=later):
        assert _ask(app, "/read", cookie).body.strip() == b"null"


def test_two_cookies_of_the_name(flask: ModuleType) -> None:
    """The first counts, as for every cookie."""
    app = _app(flask)
    good = _cookie(_ask(app, "/write"))
    assert _ask(app, "/read", f"{good}; session=bad").body.strip() == b'"ann"'
    assert _ask(app, "/read", f"session=bad; {good}").body.strip() == b"null"


def test_no_secret_key(flask: ModuleType) -> None:
    """Without a key a session can be read, as empty, and not be written: 500, torn down."""
    app = _app(flask)
    app.secret_key = None
    assert _ask(app, "/read", "session=e30.x.y").body.strip() == b"null"
    assert _ask(app, "/write").code == 500
    assert _ask(app, "/untouched").code == 200


def test_a_session_of_one_request_is_not_anothers(flask: ModuleType) -> None:
    """What a request puts into its session does not show up in the next one's."""
    app = _app(flask)
    assert _ask(app, "/write").all("Set-Cookie")
    assert _ask(app, "/read").body.strip() == b"null"


def test_session_store_down(flask: ModuleType) -> None:
    """A store that fails answers 500; when it is back, so is the application."""

    class Store(flask.sessions.SessionInterface):  # type: ignore[misc, name-defined]
        up = False

        def open_session(self, app: Any, request: Any) -> Any:
            if not self.up:
                raise ConnectionError("the store is down")
            return flask.sessions.SecureCookieSession()

        def save_session(self, app: Any, session: Any, response: Any) -> None:
            if not self.up:
                raise ConnectionError("the store is down")

    app = _app(flask)
    app.session_interface = Store()
    for _ in range(50):
        assert _ask(app, "/untouched").code == 500
    app.session_interface.up = True
    for _ in range(50):
        assert _ask(app, "/untouched").code == 200


@pytest.mark.parametrize("keys", [("new", None), ("new", ["old"]), (b"bytes", ["old", b"older"])])
@pytest.mark.parametrize("digest", [None, "sha256"])
def test_cookies_of_the_one_are_read_by_the_other(keys: Any, digest: str | None) -> None:
    apps = []
    for package in (genuine, flaskfast):
        app = package.Flask("keys", static_folder=None)
        app.secret_key, app.config["SECRET_KEY_FALLBACKS"] = keys
        app.session_interface = type(app.session_interface)()
        if digest is not None:
            app.session_interface.digest_method = getattr(hashlib, digest)
        apps.append(app)
    value = {"a": (1, "x", b"y"), "b": [None, {" t": 2}], "c": "\\ü"}
    for writer, reader in (apps, apps[::-1]):
        for _ in range(2):
            signed = writer.session_interface.get_signing_serializer(writer).dumps(value)
            assert reader.session_interface.get_signing_serializer(reader).loads(signed) == value
            content, _, signature = signed.rpartition(".")
            forged = f"{content}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"
            with pytest.raises(BadSignature):
                reader.session_interface.get_signing_serializer(reader).loads(forged)


def test_who_wraps_the_signature_sees_each(monkeypatch: pytest.MonkeyPatch) -> None:
    app = flaskfast.Flask("keys", static_folder=None)
    app.secret_key = "key"
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    signed = serializer.dumps({"a": 1})
    seen: list[bytes] = []
    original = HMACAlgorithm.get_signature

    def watching(self: Any, key: bytes, value: bytes) -> bytes:
        seen.append(value)
        return original(self, key, value)

    monkeypatch.setattr(HMACAlgorithm, "get_signature", watching)
    assert serializer.loads(signed) == {"a": 1}
    assert len(seen) == 1


@pytest.mark.parametrize("before", [None, "", "Cookie", "cookie", "Accept", "Accept, Cookie", "*"])
def test_vary_is_written_as_by_flask(before: str | None) -> None:
    said = []
    for package in (genuine, flaskfast):
        app = package.Flask("vary", static_folder=None)
        app.secret_key = "key"

        @app.route("/")
        def view(package: Any = package) -> Any:
            package.session["a"] = 1
            response = package.Response("x")
            if before is not None:
                response.headers["Vary"] = before
            return response

        said.append(app.test_client().get("/").headers.getlist("Vary"))
    assert said[0] == said[1]
