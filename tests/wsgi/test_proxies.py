"""`request`, `g`, `session` and `current_app`: what they find, raise, set and leave behind."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from werkzeug.local import LocalProxy

import flaskfast as flask


class Strict(flask.Request):
    asked = 0

    @property
    def failing(self) -> str:
        type(self).asked += 1
        raise AttributeError("of its own")

    def __getitem__(self, key: str) -> str:
        return f"<{key}>"


@pytest.fixture
def app() -> Iterator[flask.Flask]:
    app = flask.Flask(__name__)
    app.secret_key = "key"
    app.request_class = Strict
    with app.test_request_context("/?q=1"):
        yield app


PROXIES = (flask.request, flask.g, flask.session, flask.current_app)


def test_a_proxy_is_of_werkzeugs_class_and_tells_of_the_object_s() -> None:
    for proxy in PROXIES:
        assert issubclass(type(proxy), LocalProxy)
        assert type(proxy).__name__ == "LocalProxy"
        with pytest.raises(RuntimeError, match="Working outside of"):
            proxy.name
        with pytest.raises(RuntimeError, match="Working outside of"):
            proxy.name = 1
        with pytest.raises(RuntimeError, match="Working outside of"):
            proxy["key"]
        with pytest.raises(RuntimeError, match="Working outside of"):
            proxy["key"] = 1
        with pytest.raises(RuntimeError, match="Working outside of"):
            "key" in proxy  # noqa: B015
        assert not proxy


def test_classes_are_those_of_what_proxies_stand_for(app: flask.Flask) -> None:
    assert flask.request.__class__ is Strict
    assert isinstance(flask.request, Strict)
    assert flask.current_app == app
    assert flask.current_app._get_current_object() is app  # type: ignore[attr-defined]


def test_an_attribute_that_fails_is_asked_once(app: flask.Flask) -> None:
    Strict.asked = 0
    with pytest.raises(AttributeError, match="of its own"):
        flask.request.failing  # type: ignore[attr-defined]
    assert Strict.asked == 1
    assert not hasattr(flask.request, "failing")
    assert Strict.asked == 2


def test_an_error_is_of_the_attribute_that_was_asked_for(app: flask.Flask) -> None:
    for proxy in PROXIES:
        assert not hasattr(proxy, "nothing")
        with pytest.raises(AttributeError, match="_none"):
            proxy._none
        assert getattr(proxy, "other", 7) == 7
    with pytest.raises(AttributeError):
        type(flask.g).__getattribute__(flask.g, "first")
    with pytest.raises(AttributeError, match="_second"):
        flask.g._second


def test_what_is_missing_leaves_nothing_for_the_collector(app: flask.Flask) -> None:
    getattr(flask.g, "user", None)
    gc.collect()
    gc.disable()
    try:
        for proxy in PROXIES:
            assert not hasattr(proxy, "user")
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_attributes_are_set_and_deleted_on_the_object(app: flask.Flask) -> None:
    flask.g.user = "ada"
    assert "user" in flask.g
    assert vars(flask.g._get_current_object()) == {"user": "ada"}
    flask.g._hidden = 1
    assert flask.g._hidden == 1
    del flask.g.user
    assert not hasattr(flask.g, "user")
    flask.request.user = "bob"  # type: ignore[attr-defined]
    assert vars(flask.request)["user"] == "bob"
    assert flask.g.__dict__ == {"_hidden": 1}


def test_a_bag_of_another_class_sets_in_its_own_way(app: flask.Flask) -> None:
    class Bag(flask.ctx._AppCtxGlobals):
        def __setattr__(self, name: str, value: object) -> None:
            super().__setattr__(name, f"set: {value}")

    app.app_ctx_globals_class = Bag
    with app.app_context():
        flask.g.user = "ada"
        assert flask.g.user == "set: ada"


def test_a_patched_bag_is_asked(app: flask.Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def set_attribute(self: object, name: str, value: object) -> None:
        seen.append((name, value))

    monkeypatch.setattr(flask.ctx._AppCtxGlobals, "__setattr__", set_attribute)
    flask.g.user = "ada"
    assert seen == [("user", "ada")]


def test_items_are_those_of_the_object(app: flask.Flask) -> None:
    flask.session["user"] = 7
    assert flask.session["user"] == 7
    assert "user" in flask.session
    assert "other" not in flask.session
    assert flask.session.modified
    del flask.session["user"]
    with pytest.raises(KeyError):
        flask.session["user"]
    assert flask.request["q"] == "<q>"  # type: ignore[index]
    with pytest.raises(TypeError, match="'Flask' object is not subscriptable"):
        flask.current_app["q"]  # type: ignore[index]
