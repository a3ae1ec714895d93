"""What a request reads of its app, replaced in whole: the next request has to see it."""

from __future__ import annotations

from typing import Any
from unittest import mock

import flask as genuine
import pytest

import flaskfast
from flaskfast import Flask, Request, Response, request
from flaskfast.json.provider import DefaultJSONProvider
from flaskfast.sessions import SecureCookieSessionInterface


class Angry(Response):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.headers["Mood"] = "angry"


class Asking(Request):
    @property
    def args(self) -> Any:  # type: ignore[override]
        return {"asked": "for"}


class Loud(DefaultJSONProvider):
    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return super().dumps(obj, **kwargs).upper()


class Watched(SecureCookieSessionInterface):
    def open_session(self, app: Any, request: Any) -> Any:
        app.opened = getattr(app, "opened", 0) + 1
        return super().open_session(app, request)


def make(cls: type[Flask] = Flask) -> Flask:
    app = cls(__name__, static_folder=None)
    app.secret_key = "key"
    app.add_url_rule("/", "index", lambda: "index")
    app.add_url_rule("/object", "object", lambda: {"a": "b"})
    app.add_url_rule("/asked", "asked", lambda: request.args.get("asked", "nothing"))
    app.client = app.test_client()  # type: ignore[attr-defined]
    assert get(app).data == b"index"
    return app


def get(app: Flask, path: str = "/") -> Any:
    return app.client.get(path)  # type: ignore[attr-defined]


def replace_in_dict(app: Flask, name: str, value: Any) -> None:
    vars(app)[name] = value


@pytest.mark.parametrize("replace", [setattr, replace_in_dict], ids=["set", "dict"])
def test_on_the_instance(replace: Any) -> None:
    app = make()
    replace(app, "view_functions", {"index": lambda: "other", "object": lambda: {"c": "d"}})
    assert get(app).data == b"other"
    replace(app, "before_request_funcs", {None: [lambda: "before"]})
    assert get(app).data == b"before"
    replace(app, "before_request_funcs", {})
    replace(app, "after_request_funcs", {None: [lambda response: Response("after")]})
    assert get(app).data == b"after"
    replace(app, "after_request_funcs", {})
    seen: list[str] = []
    replace(app, "teardown_request_funcs", {None: [lambda error: seen.append("request")]})
    replace(app, "teardown_appcontext_funcs", [lambda error: seen.append("app")])
    replace(app, "url_value_preprocessors", {None: [lambda *given: seen.append("url")]})
    get(app)
    assert seen == ["url", "request", "app"]
    replace(app, "response_class", Angry)
    assert get(app).headers["Mood"] == "angry"
    replace(app, "json", Loud(app))
    assert get(app, "/object").data == b'{"C":"D"}\n'
    replace(app, "session_interface", Watched())
    get(app)
    assert app.opened == 1  # type: ignore[attr-defined]
    replace(app, "config", {**app.config, "TRUSTED_HOSTS": ["elsewhere.example"]})
    assert get(app).status_code == 400


def test_on_a_class_and_back() -> None:
    class Mine(Flask):
        pass

    app = make(Mine)
    for _ in range(2):
        Mine.response_class = Angry
        assert get(app).headers["Mood"] == "angry"
        del Mine.response_class
        assert "Mood" not in get(app).headers
        with mock.patch.object(Flask, "response_class", Angry):
            assert get(app).headers["Mood"] == "angry"
        assert "Mood" not in get(app).headers


def test_properties_and_lookup_of_a_subclass() -> None:
    class Chosen(Flask):
        angry = False

        @property
        def response_class(self) -> Any:
            return Angry if self.angry else Response

        @response_class.setter
        def response_class(self, value: Any) -> None:
            raise AssertionError(value)

    class Answering(Flask):
        angry = False

        def __getattribute__(self, name: str) -> Any:
            if name == "response_class" and object.__getattribute__(self, "angry"):
                return Angry
            return super().__getattribute__(name)

    for cls in (Chosen, Answering):
        app = make(cls)
        assert "Mood" not in get(app).headers
        app.angry = True  # type: ignore[attr-defined]
        assert get(app).headers["Mood"] == "angry"
        type(app).angry = False  # type: ignore[attr-defined]
        del app.angry  # type: ignore[attr-defined]
        assert "Mood" not in get(app).headers


def test_request_class() -> None:
    app = make()
    for _ in range(2):
        assert get(app, "/asked").data == b"nothing"
        app.request_class = Asking
        assert get(app, "/asked").data == b"for"
        del app.request_class


def test_many_apps_by_turns() -> None:
    apps = [make() for _ in range(40)]
    for number, app in enumerate(apps):
        app.view_functions["index"] = lambda number=number: f"app {number}"
    for turn in range(3):
        for number, app in enumerate(apps):
            assert get(app).data == b"app %d" % number
            if number % 3 == turn:
                app.before_request_funcs = {None: [lambda: "before"]}
                assert get(app).data == b"before"
                app.before_request_funcs = {}


def test_apps_that_come_and_go() -> None:
    """One may be where another was."""
    for number in range(200):
        app = make()
        if number % 2:
            app.make_response = lambda rv: Response("mine")  # type: ignore[method-assign]
        assert get(app).data == (b"mine" if number % 2 else b"index")


@pytest.mark.parametrize("early", [True, False])
def test_functions_filed_while_a_request_is_answered(early: bool) -> None:
    """Whoever files one may be the only one there was."""

    def trace(package: Any) -> list[list[str]]:
        app = package.Flask(__name__)
        inner, outer = (package.Blueprint(name, __name__) for name in ("inner", "outer"))
        seen: list[list[str]] = []

        def note(what: str, result: Any = None) -> Any:
            return lambda *given: seen[-1].append(what) or (given[0] if given else result)

        def file() -> None:
            for name in (None, "outer", "outer.inner"):
                app.before_request_funcs[name].append(note(f"before {name}"))
                app.after_request_funcs[name].append(note(f"after {name}"))
                app.teardown_request_funcs[name].append(note(f"teardown {name}"))
                app.url_value_preprocessors[name].append(lambda *given, name=name: note("url")())

        @app.before_request
        def first() -> None:
            if early and len(seen) == 2:
                file()

        @app.after_request
        def last(response: Any) -> Any:
            if not early and len(seen) == 2:
                file()
            return response

        @app.teardown_request
        def end(error: Any) -> None:
            seen[-1].append("end")

        @inner.get("/")
        def view() -> str:
            return "view"

        outer.register_blueprint(inner)
        app.register_blueprint(outer)
        client = app.test_client()
        for _ in range(4):
            seen.append([])
            assert client.get("/").data == b"view"
            assert client.get("/nowhere").status_code == 404
        return seen

    assert trace(flaskfast) == trace(genuine)


def test_blueprints_that_are_watched() -> None:
    app = Flask(__name__)
    app.add_url_rule("/", "a.b.c", lambda: "view")
    app.after_request_funcs["a.b"] = [lambda response: Response("by a.b")]
    shipped: Any = Request.blueprints
    seen = []

    def watched(request: Any) -> Any:
        seen.append(request.endpoint)
        return shipped.__get__(request)[1:]

    client = app.test_client()
    assert client.get("/").text == "by a.b"
    with mock.patch.object(Request, "blueprints", property(watched)):
        assert client.get("/").text == "view"
    assert set(seen) == {"a.b.c"}
    assert client.get("/").text == "by a.b"


def test_where_a_request_belongs() -> None:
    """Where a request belongs is asked for each endpoint, by all that want to know."""
    app = Flask(__name__)
    app.after_request_funcs["a.b"] = [lambda response: Response(f"{response.data!r} by a.b")]
    for endpoint in ("a.b.c", "a.c", "c"):
        app.add_url_rule(f"/{endpoint}", endpoint, lambda: ",".join(request.blueprints))
    client = app.test_client()
    for _ in range(2):
        assert client.get("/a.b.c").text == "b'a.b,a' by a.b"
        assert client.get("/a.c").text == "a"
        assert client.get("/c").text == ""
