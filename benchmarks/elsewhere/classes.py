"""Classes of the app's own: requests, responses, sessions, JSON, rules, converters."""

from __future__ import annotations

import datetime
import decimal
import uuid
from typing import Any

from benchmarks.elsewhere import module, view

ID = uuid.UUID(int=7)


@view("response-type", "a response class with another default_mimetype")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    app.response_class = type("Text", (flask.Response,), {"default_mimetype": "text/plain"})
    app.add_url_rule("/", view_func=lambda: "plain")
    return app


@view("response-init", "a response class whose constructor adds a header")
def _(flask: Any) -> Any:
    class Response(flask.Response):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.headers["X-Powered-By"] = "tea"

    class App(flask.Flask):  # type: ignore[misc]
        response_class = Response

    app = App(__name__)
    app.add_url_rule("/", view_func=lambda: "made")
    return app


@view("response-methods", "a response class that overrides set_cookie and get_wsgi_headers")
def _(flask: Any) -> Any:
    class Response(flask.Response):  # type: ignore[misc]
        def set_cookie(self, key: str, value: str = "", **options: Any) -> None:
            super().set_cookie(key, value, **{"samesite": "Lax", "secure": True, **options})

        def get_wsgi_headers(self, environ: Any) -> Any:
            headers = super().get_wsgi_headers(environ)
            headers["X-Method"] = environ["REQUEST_METHOD"]
            return headers

    app = flask.Flask(__name__)
    app.response_class = Response

    @app.get("/")
    def index() -> Any:
        response = flask.make_response("index")
        response.set_cookie("theme", "dark")
        return response

    return app


@view("response-force-type", "a response class that makes responses of sets (force_type)")
def _(flask: Any) -> Any:
    class Response(flask.Response):  # type: ignore[misc]
        @classmethod
        def force_type(cls, response: Any, environ: Any = None) -> Any:
            if isinstance(response, Items):
                response = flask.jsonify(sorted(response))
            return super().force_type(response, environ)

    class Items(set):  # type: ignore[type-arg]
        def __call__(self, environ: Any, start_response: Any) -> Any:
            raise NotImplementedError

    app = flask.Flask(__name__)
    app.response_class = Response
    app.add_url_rule("/", view_func=lambda: Items({3, 1, 2}))
    return app


@view("request-property", "a request class with properties of its own")
def _(flask: Any) -> Any:
    class Request(flask.Request):  # type: ignore[misc]
        @property
        def is_browser(self) -> bool:
            return "Mozilla" in (self.headers.get("User-Agent") or "")

        @property
        def client(self) -> str:
            return (self.access_route or [""])[0]

    class App(flask.Flask):  # type: ignore[misc]
        request_class = Request

    app = App(__name__)
    app.add_url_rule("/", view_func=lambda: f"{flask.request.is_browser} {flask.request.client}")
    return app


@view("request-init", "a request class with a constructor, in a blueprint", path="/b/x")
def _(flask: Any) -> Any:
    class Request(flask.Request):  # type: ignore[misc]
        def __init__(self, environ: Any, *args: Any, **kwargs: Any) -> None:
            super().__init__(environ, *args, **kwargs)
            self.trace = environ.get("HTTP_X_TRACE", "none")

    app = flask.Flask(__name__)
    app.request_class = Request
    b = flask.Blueprint("b", __name__, url_prefix="/b")
    b.before_request(lambda: None)
    b.add_url_rule("/x", "x", lambda: f"{flask.request.trace} {flask.request.blueprint}")
    app.register_blueprint(b)
    return app


@view("request-method-override", "a request class that takes its method from a header")
def _(flask: Any) -> Any:
    class Request(flask.Request):  # type: ignore[misc]
        @property
        def method(self) -> str:
            return self.environ.get("HTTP_X_METHOD", self.environ["REQUEST_METHOD"])  # type: ignore[no-any-return]

        @method.setter
        def method(self, value: str) -> None:
            """Leave it to the header."""

    app = flask.Flask(__name__)
    app.request_class = Request
    app.add_url_rule("/", view_func=lambda: flask.request.method)
    return app


@view("session-own", "a session interface that keeps sessions in the server's memory")
def _(flask: Any) -> Any:
    sessions = module(flask, "sessions")
    kept: dict[str, dict[str, Any]] = {}

    class Session(dict, sessions.SessionMixin):  # type: ignore[misc, name-defined, type-arg]
        pass

    class Interface(sessions.SessionInterface):  # type: ignore[misc, name-defined]
        def open_session(self, app: Any, request: Any) -> Any:
            return Session(kept.get(request.cookies.get("sid", "none"), {}))

        def save_session(self, app: Any, session: Any, response: Any) -> None:
            kept["none"] = dict(session)
            response.set_cookie("sid", "none", httponly=True, path=self.get_cookie_path(app))

    app = flask.Flask(__name__)
    app.session_interface = Interface()

    @app.get("/")
    def index() -> str:
        flask.session["count"] = min(flask.session.get("count", 0) + 1, 9)
        return f"{flask.session['count']} times"

    return app


@view("session-subclass", "a subclass of the cookie session interface, session untouched")
def _(flask: Any) -> Any:
    sessions = module(flask, "sessions")

    class Interface(sessions.SecureCookieSessionInterface):  # type: ignore[misc, name-defined]
        def get_cookie_samesite(self, app: Any) -> str:
            return "Strict"

    app = flask.Flask(__name__)
    app.secret_key = "k"
    app.session_interface = Interface()
    app.add_url_rule("/", view_func=lambda: "index")
    return app


def provider(flask: Any, **names: Any) -> Any:
    """Return an app whose JSON provider class has these attributes."""
    base = module(flask, "json.provider").DefaultJSONProvider
    app = flask.Flask(__name__)
    app.json = type("Provider", (base,), names)(app)
    return app


@view("json-provider-default", "a JSON provider with a default() of its own")
def _(flask: Any) -> Any:
    def default(o: Any) -> Any:
        return sorted(o) if isinstance(o, set) else str(o)

    app = provider(flask, default=staticmethod(default), sort_keys=False)
    app.add_url_rule("/", view_func=lambda: {"tags": {"b", "a"}, "name": "x", "n": 1 + 2j})
    return app


@view("json-provider-dumps", "a JSON provider that overrides dumps() and loads()")
def _(flask: Any) -> Any:
    import json

    app = provider(
        flask,
        dumps=lambda self, obj, **options: json.dumps(obj, separators=(",", ":")),
        loads=lambda self, s, **options: json.loads(s),
    )
    app.add_url_rule("/", view_func=lambda: flask.jsonify(name="x", items=[1, 2, 3]))
    return app


@view("json-types", "jsonify of dates, decimals, UUIDs and nested lists")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    when = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)

    @app.get("/")
    def index() -> Any:
        rows = [{"id": n, "price": decimal.Decimal("9.90"), "when": when} for n in range(3)]
        return flask.jsonify(rows=rows, id=ID, day=when.date(), none=None, text="ä\u2028<&>")

    return app


@view("converter", "a converter of the app's own, matched and built", path="/tags/a+b+c")
def _(flask: Any) -> Any:
    from werkzeug.routing import BaseConverter

    class Tags(BaseConverter):
        def to_python(self, value: str) -> list[str]:
            return value.split("+")

        def to_url(self, value: list[str]) -> str:
            return "+".join(super(Tags, self).to_url(item) for item in value)

    app = flask.Flask(__name__)
    app.url_map.converters["tags"] = Tags

    @app.get("/tags/<tags:names>")
    def tags(names: list[str]) -> str:
        return f"{names} {flask.url_for('tags', names=[*names, 'ü'])}"

    return app


@view("rule-class", "a class of rules and a class of g of the app's own", path="/items/7")
def _(flask: Any) -> Any:
    from werkzeug.routing import Rule

    class Globals(module(flask, "ctx")._AppCtxGlobals):  # type: ignore[misc]
        language = "en"

    class App(flask.Flask):  # type: ignore[misc]
        url_rule_class = type("OwnRule", (Rule,), {})
        app_ctx_globals_class = Globals

    app = App(__name__)

    @app.get("/items/<int:number>")
    def item(number: int) -> str:
        return f"{flask.g.language} {flask.url_for('item', number=8)}"

    return app


@view("environment-class", "a Jinja environment and a configuration class of the app's own")
def _(flask: Any) -> Any:
    class Config(flask.Config):  # type: ignore[misc]
        @property
        def brand(self) -> Any:
            return self["BRAND"]

    class Environment(module(flask, "templating").Environment):  # type: ignore[misc]
        pass

    class App(flask.Flask):  # type: ignore[misc]
        config_class = Config
        jinja_environment = Environment

    app = App(__name__)
    app.config["BRAND"] = "Tea & Co"
    source = "<h1>{{ config.brand }}</h1>{% for n in rows %}<p>{{ n }}</p>{% endfor %}"
    app.add_url_rule("/", view_func=lambda: flask.render_template_string(source, rows=range(3)))
    return app


@view(
    "client-class", "a request by a test client of the app's own class, from the outside", calls=10
)
def _(flask: Any) -> Any:
    class Client(module(flask, "testing").FlaskClient):  # type: ignore[misc]
        def open(self, *args: Any, **kwargs: Any) -> Any:
            kwargs.setdefault("headers", {})["X-Token"] = "t"
            return super().open(*args, **kwargs)

    app = flask.Flask(__name__)
    app.test_client_class = Client
    app.add_url_rule("/", view_func=lambda: flask.request.headers["X-Token"])
    client = app.test_client()

    def outside(environ: Any, start_response: Any) -> Any:
        answer = client.get("/", query_string={"q": "1"})
        start_response(answer.status, answer.headers.to_wsgi_list())
        return [answer.data]

    return outside
