"""Steps of opening and saving a session that are stepped over, unless somebody put one in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from werkzeug.datastructures import ImmutableMultiDict as WerkzeugFields
from werkzeug.wrappers import Response as WerkzeugResponse

import flaskfast
from flaskfast.http.multidict import ImmutableMultiDict
from flaskfast.json.provider import DefaultJSONProvider
from flaskfast.json.tag import TaggedJSONSerializer
from flaskfast.sessions import (
    NullSession,
    SecureCookieSession,
    SecureCookieSessionInterface,
    SessionInterface,
    SessionMixin,
)

METHODS = (
    *("open_session", "save_session", "get_signing_serializer", "get_cookie_name"),
    *("should_set_cookie", "get_expiration_time", "is_null_session", "get_cookie_domain"),
    *("get_cookie_path", "get_cookie_secure", "get_cookie_httponly", "get_cookie_samesite"),
    "get_cookie_partitioned",
)


def make_app(app_class: type[flaskfast.Flask] = flaskfast.Flask) -> flaskfast.Flask:
    app = app_class(__name__)
    app.secret_key = "of this test"

    @app.get("/")
    def count() -> str:
        flaskfast.session.permanent = True
        flaskfast.session["n"] = flaskfast.session.get("n", 0) + 1
        return str(flaskfast.session["n"])

    return app


def exchange(app: flaskfast.Flask) -> Callable[[], tuple[str, str | None]]:
    """Return what asks the app once more, with the cookies so far: the body, the new cookie."""
    client = app.test_client()

    def ask() -> tuple[str, str | None]:
        answer = client.get("/")
        assert answer.headers["Vary"] == "Cookie"
        return answer.text, answer.headers.get("Set-Cookie")

    return ask


def counting(function: Any, seen: list[str], name: str) -> Any:
    def counted(*args: Any, **kwargs: Any) -> Any:
        seen.append(name)
        return function(*args, **kwargs)

    return counted


@pytest.mark.parametrize("name", METHODS)
def test_a_method_of_a_subclass_is_called(name: str) -> None:
    seen: list[str] = []
    shipped = getattr(SecureCookieSessionInterface, name)
    app = make_app()
    app.session_interface = type(
        "Interface", (SecureCookieSessionInterface,), {name: counting(shipped, seen, name)}
    )()
    ask = exchange(app)
    for expected in ("1", "2", "3"):
        seen.clear()
        assert ask()[0] == expected
        assert seen


@pytest.mark.parametrize("name", METHODS)
def test_a_method_of_the_instance_or_a_patched_one_is_called(name: str) -> None:
    seen: list[str] = []
    app = make_app()
    interface = app.session_interface = SecureCookieSessionInterface()
    ask = exchange(app)
    assert ask()[0] == "1"
    with mock.patch.object(interface, name, counting(getattr(interface, name), seen, name)):
        assert ask()[0] == "2"
        assert seen
    owner = next(cls for cls in SecureCookieSessionInterface.__mro__ if name in vars(cls))
    seen.clear()
    with mock.patch.object(owner, name, counting(vars(owner)[name], seen, name)):
        assert ask()[0] == "3"
        assert seen
    seen.clear()
    assert ask()[0] == "4"
    assert not seen


STEPS: list[tuple[Any, str]] = [
    (SecureCookieSession, "__init__"),
    (ImmutableMultiDict, "get"),
    (WerkzeugFields, "get"),
    (flaskfast.Response, "set_cookie"),
    (WerkzeugResponse, "set_cookie"),
    (TaggedJSONSerializer, "loads"),
    (TaggedJSONSerializer, "dumps"),
    (TaggedJSONSerializer, "tag"),
    (TaggedJSONSerializer, "_untag_scan"),
    (DefaultJSONProvider, "loads"),
    (DefaultJSONProvider, "dumps"),
]


@pytest.mark.parametrize(("owner", "name"), STEPS, ids=lambda part: getattr(part, "__name__", part))
def test_a_step_that_somebody_wraps_is_taken(owner: Any, name: str) -> None:
    seen: list[str] = []
    ask = exchange(make_app())
    assert ask()[0] == "1"
    with mock.patch.object(owner, name, counting(getattr(owner, name), seen, name)):
        assert ask()[0] == "2"
    assert seen
    seen.clear()
    assert ask()[0] == "3"
    assert not seen


def test_the_code_that_sets_cookies_is_rewritten(monkeypatch: pytest.MonkeyPatch) -> None:
    class Noting:
        def set_cookie(self: Any, key: str, value: str = "", **options: Any) -> None:
            # As the shipped one does, it knows its class: code fits only where that is the same.
            self.headers["X-Set"] = f"{key} by {__class__.__name__}"  # type: ignore[name-defined]

    shipped = flaskfast.Response.set_cookie
    client = make_app().test_client()
    with monkeypatch.context() as rewritten:
        rewritten.setattr(shipped, "__code__", Noting.set_cookie.__code__)
        headers = client.get("/").headers
    assert headers["X-Set"] == "session by Response" and "Set-Cookie" not in headers
    assert "Set-Cookie" in client.get("/").headers


def test_a_session_that_says_itself_whether_it_is_permanent() -> None:
    class Session(SecureCookieSession):
        permanent = False

    class Interface(SecureCookieSessionInterface):
        session_class = Session

    app = make_app()
    plain = exchange(app)()[1]
    app.session_interface = Interface()
    # Assigning to it sets the attribute: the cookie does not expire.
    app.view_functions["count"] = lambda: flaskfast.session.update(n=1) or "1"
    own = exchange(app)()[1]
    assert plain is not None and "Expires=" in plain
    assert own is not None and "Expires=" not in own


def test_permanent_of_the_mixin_patched() -> None:
    ask = exchange(make_app())
    never = property(lambda self: False, lambda self, value: None)
    with mock.patch.object(SessionMixin, "permanent", never):
        cookie = ask()[1]
    assert cookie is not None and "Expires=" not in cookie
    cookie = ask()[1]
    assert cookie is not None and "Expires=" in cookie


def test_an_app_that_keeps_its_key_elsewhere() -> None:
    class App(flaskfast.Flask):
        asked = 0

        @property
        def secret_key(self) -> Any:  # type: ignore[override]
            App.asked += 1
            return "from elsewhere"

        @secret_key.setter
        def secret_key(self, value: Any) -> None:
            pass

    ask = exchange(make_app(App))
    assert [ask()[0], ask()[0]] == ["1", "2"]
    assert App.asked == 4


def test_a_null_session_of_another_class_is_not_saved() -> None:
    class Closed(SecureCookieSession):
        pass

    class Interface(SecureCookieSessionInterface):
        null_session_class = Closed  # type: ignore[assignment]
        session_class = Closed

    app = make_app()
    app.session_interface = Interface()
    client = app.test_client()
    assert "Set-Cookie" not in client.get("/").headers
    assert SessionInterface().is_null_session(NullSession())


def test_json_that_was_signed_and_is_nested_too_deeply_is_no_session() -> None:
    app = make_app()
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    signed = serializer.make_signer().sign(serializer.dump_payload({"n": 1})).decode()
    deep = "[" * 100_000
    with mock.patch.object(TaggedJSONSerializer, "dumps", lambda self, value: deep):
        signed_deep = serializer.dumps({})
    client = app.test_client()
    for cookie, expected in ((signed, "2"), (signed_deep, "1")):
        client.set_cookie("session", cookie)
        assert client.get("/").text == expected


@pytest.mark.parametrize("value", [60, 60.5, True, -60])
def test_a_lifetime_in_seconds(value: float) -> None:
    app = make_app()
    app.config["PERMANENT_SESSION_LIFETIME"] = value
    assert app.permanent_session_lifetime.total_seconds() == value
    ask = exchange(app)
    assert ask()[0] == "1"
    # The client takes a cookie that has expired for one that is to be deleted.
    assert ask()[0] == ("2" if value > 0 else "1")
