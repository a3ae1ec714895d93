"""Hooks, blueprints in blueprints, decorators, signals."""

from __future__ import annotations

import functools
import logging
from typing import Any

from jinja2 import DictLoader

from benchmarks.elsewhere import view


@view("early-return", "a before-request function answers, the view is left out")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    @app.before_request
    def closed() -> Any:
        return "Closed until Monday.", 503 if flask.request.path == "/never" else 200

    @app.after_request
    def stamp(response: Any) -> Any:
        response.headers["X-Frame-Options"] = "DENY"
        return response

    app.add_url_rule("/", view_func=lambda: "open")
    return app


@view(
    "early-redirect",
    "a blueprint's before-request function sends who is not logged in to the login page",
    path="/account/orders?page=2",
    status=302,
)
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    app.secret_key = "k"
    account = flask.Blueprint("account", __name__, url_prefix="/account")

    @account.before_request
    def log_in() -> Any:
        if "user" not in flask.session:
            return flask.redirect(flask.url_for("login", next=flask.request.full_path))
        return None

    account.add_url_rule("/orders", "orders", lambda: "orders")
    app.add_url_rule("/login", "login", lambda: "login")
    app.register_blueprint(account)
    return app


def nested(flask: Any) -> tuple[Any, Any]:
    """Return an app with three blueprints, one in another, and the innermost one.

    Each has a function of every kind.
    """
    app = flask.Flask(__name__)
    app.jinja_loader = DictLoader({"p.html": "<p>{{ a }}{{ b }}{{ c }}{{ top }}</p>{{ url }}"})
    blueprints = [flask.Blueprint(name, __name__, url_prefix=f"/{name}") for name in "abc"]

    def equip(blueprint: Any) -> None:
        name = blueprint.name

        @blueprint.url_value_preprocessor
        def pull(endpoint: str | None, values: dict[str, Any] | None) -> None:
            flask.g.setdefault("pulled", []).append(name)

        @blueprint.url_defaults
        def push(endpoint: str, values: dict[str, Any]) -> None:
            values.setdefault("via", name)

        @blueprint.before_request
        def before() -> None:
            setattr(flask.g, name, 1)

        @blueprint.after_request
        def after(response: Any) -> Any:
            response.headers[f"X-{name}"] = str(flask.g.get(name))
            return response

        @blueprint.teardown_request
        def teardown(error: BaseException | None) -> None:
            flask.g.pop(name, None)

        @blueprint.context_processor
        def names() -> dict[str, Any]:
            return {name: f"from {name}"}

    for blueprint in blueprints:
        equip(blueprint)

    @blueprints[1].errorhandler(404)
    def nothing(error: Any) -> tuple[str, int]:
        return f"nothing in b: {error.description}", 404

    @app.context_processor
    def top() -> dict[str, Any]:
        return {"top": "from the app"}

    return app, blueprints


def register(app: Any, blueprints: Any) -> Any:
    """Put each blueprint into the one before, and the first into the app."""
    a, b, c = blueprints
    b.register_blueprint(c)
    a.register_blueprint(b)
    app.register_blueprint(a)
    return app


@view("nested", "three blueprints deep, each with every kind of function", path="/a/b/c/items/3")
def _(flask: Any) -> Any:
    app, blueprints = nested(flask)

    @blueprints[2].get("/items/<int:number>")
    def item(number: int) -> str:
        return f"{number} {flask.g.pulled} {flask.url_for('.item', number=number + 1)}"

    return register(app, blueprints)


@view("nested-template", "the same, a template with four context processors", path="/a/b/c/page")
def _(flask: Any) -> Any:
    app, blueprints = nested(flask)

    @blueprints[2].get("/page")
    def page() -> Any:
        return flask.render_template("p.html", url=flask.url_for(".page", q="x y"))

    return register(app, blueprints)


@view(
    "nested-abort",
    "the same, abort(404) is handled by the blueprint in the middle",
    path="/a/b/c/items/3",
    status=404,
)
def _(flask: Any) -> Any:
    app, blueprints = nested(flask)

    @blueprints[2].get("/items/<int:number>")
    def item(number: int) -> Any:
        flask.abort(404, f"no item {number}")

    return register(app, blueprints)


@view("after-this-request", "a view that registers two functions for its own response")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    @app.get("/")
    def index() -> str:
        @flask.after_this_request
        def first(response: Any) -> Any:
            response.headers["X-First"] = "1"
            return response

        @flask.after_this_request
        def second(response: Any) -> Any:
            response.set_cookie("seen", "yes")
            return response

        return "index"

    return app


@view("many-hooks", "five before, five after, three teardown functions of the app")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    for number in range(5):

        @app.before_request
        def before(number: int = number) -> None:
            setattr(flask.g, f"n{number}", number)

        @app.after_request
        def after(response: Any, number: int = number) -> Any:
            response.headers.setdefault(f"X-{number}", str(getattr(flask.g, f"n{number}")))
            return response

    for _ in range(3):

        @app.teardown_request
        def teardown(error: Any) -> None:
            flask.g.pop("n0", None)

    app.add_url_rule("/", view_func=lambda: "index")
    return app


@view("i18n", "the language from the URL, kept in g, and put into URLs", path="/de/about")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    @app.url_value_preprocessor
    def pull(endpoint: Any, values: Any) -> None:
        flask.g.language = (values or {}).pop("language", None)

    @app.url_defaults
    def push(endpoint: str, values: dict[str, Any]) -> None:
        if "language" not in values and app.url_map.is_endpoint_expecting(endpoint, "language"):
            values["language"] = flask.g.language

    @app.before_request
    def negotiate() -> None:
        flask.g.best = flask.request.accept_languages.best_match(["fr", "de", "en"])

    @app.after_request
    def label(response: Any) -> Any:
        response.headers["Content-Language"] = flask.g.language
        return response

    @app.get("/<language>/about")
    def about() -> str:
        return f"{flask.g.language} {flask.g.best} {flask.url_for('about')}"

    return app


@view("signals", "receivers of request_started, request_finished and the two teardown signals")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    seen = app.extensions["seen"] = [0]

    def count(sender: Any, **extra: Any) -> None:
        seen[0] += 1

    app.extensions["receiver"] = count
    for name in ("request_started", "request_finished", "request_tearing_down"):
        getattr(flask, name).connect(count, app)
    flask.appcontext_tearing_down.connect(count, app)
    app.add_url_rule("/", view_func=lambda: f"{seen[0]}" if seen[0] < 100 else "many")
    return app


@view("teardown-appcontext", "a connection in g, opened by the view and closed by a teardown")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    class Connection:
        def fetch(self) -> str:
            return "row"

        def close(self) -> None:
            pass

    def connection() -> Connection:
        if "db" not in flask.g:
            flask.g.db = Connection()
        return flask.g.db  # type: ignore[no-any-return]

    @app.teardown_appcontext
    def close(error: Any) -> None:
        db = flask.g.pop("db", None)
        if db is not None:
            db.close()

    app.add_url_rule("/", view_func=lambda: connection().fetch() + connection().fetch())
    return app


@view("decorators", "four decorators made with functools.wraps around a view", path="/7")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    def needs(header: str) -> Any:
        def around(function: Any) -> Any:
            @functools.wraps(function)
            def inner(*args: Any, **kwargs: Any) -> Any:
                if header not in flask.request.headers:
                    flask.abort(400)
                return function(*args, **kwargs)

            return inner

        return around

    @app.get("/<int:number>")
    @needs("Host")
    @needs("User-Agent")
    @needs("Accept")
    @needs("Accept-Language")
    def item(number: int) -> dict[str, int]:
        return {"number": number}

    return app


@view("logging", "a view that logs a line to a handler")
def _(flask: Any) -> Any:
    app = flask.Flask(f"{__name__}.logging")
    app.logger.handlers[:] = [logging.NullHandler()]
    app.logger.setLevel(logging.INFO)
    app.logger.propagate = False

    @app.get("/")
    def index() -> str:
        app.logger.info("%s %s", flask.request.method, flask.request.path)
        return "index"

    return app


@view("async-hooks", "async functions before, after and at teardown, and an async view", calls=10)
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    @app.before_request
    async def before() -> None:
        flask.g.user = "ada"

    @app.after_request
    async def after(response: Any) -> Any:
        response.headers["X-User"] = flask.g.user
        return response

    @app.teardown_request
    async def teardown(error: Any) -> None:
        flask.g.pop("user", None)

    @app.get("/")
    async def index() -> str:
        return f"hello {flask.g.user}"

    return app
