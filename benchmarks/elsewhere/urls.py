"""Rules, class-based views, hosts, and URLs that are built."""

from __future__ import annotations

import functools
from typing import Any

from benchmarks.elsewhere import module, view


@view(
    "url-for",
    "url_for with anchor, scheme, unknown arguments, relative to the blueprint",
    path="/blog/posts/7",
)
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    blog = flask.Blueprint("blog", __name__, url_prefix="/blog")

    @blog.get("/posts/<int:number>")
    def post(number: int) -> str:
        url_for = flask.url_for
        return " ".join(
            (
                url_for(".post", number=8),
                url_for("blog.post", number=8, _anchor="top ä"),
                url_for("index", q="a b", tags=["x", "y"], none=None),
                url_for(".post", number=8, _external=True),
                url_for(".post", number=8, _external=True, _scheme="https"),
                url_for("static", filename="a/b.css"),
                url_for(".post", number=8, _method="GET"),
            )
        )

    app.add_url_rule("/", "index", lambda: "index")
    app.register_blueprint(blog)
    return app


@view("server-name", "SERVER_NAME and APPLICATION_ROOT set, two URLs built")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    app.config.update(SERVER_NAME="bench.example:8000", APPLICATION_ROOT="/app")
    app.add_url_rule(
        "/",
        "index",
        lambda: f"{flask.url_for('index')} {flask.url_for('index', _external=True)}",
    )
    return app


@view(
    "subdomain",
    "subdomain matching, with a subdomain of the rule",
    path="/7",
    request_headers={"Host": "api.bench.example:8000"},
)
def _(flask: Any) -> Any:
    app = flask.Flask(__name__, subdomain_matching=True)
    app.config["SERVER_NAME"] = "bench.example:8000"

    @app.get("/<int:number>", subdomain="<tenant>")
    def item(tenant: str, number: int) -> str:
        return f"{tenant} {flask.url_for('item', tenant='b', number=number)}"

    return app


@view("host-matching", "host matching, two hosts", path="/page")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__, host_matching=True, static_folder=None)
    app.add_url_rule("/page", "one", lambda: "one", host="bench.example:8000")
    app.add_url_rule("/page", "two", lambda: "two", host="other.example")
    return app


@view("trusted-hosts", "TRUSTED_HOSTS set", path="/page")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    app.config["TRUSTED_HOSTS"] = ["bench.example", ".other.example"]
    app.add_url_rule("/page", "page", lambda: "page")
    return app


@view("slash-redirect", "a slash is missing at the end: 308", path="/items?x=1", status=308)
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    app.add_url_rule("/items/", "items", lambda: "items")
    return app


@view(
    "converters",
    "uuid, float, path and any in one rule",
    path="/00000000-0000-0000-0000-000000000007/2.50/new/a/b/c",
)
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    @app.get("/<uuid:id>/<float:price>/<any(new, old):kind>/<path:rest>")
    def item(**values: Any) -> str:
        return f"{values} {flask.url_for('item', **{**values, 'price': 3.25})}"

    return app


@view("defaults", "a rule with defaults, and another with the argument", path="/pages/")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    @app.route("/pages/", defaults={"page": 1})
    @app.route("/pages/<int:page>")
    def pages(page: int) -> str:
        return f"{page} {flask.url_for('pages', page=page + 1)} {flask.url_for('pages', page=1)}"

    return app


@view("view-class", "a View with decorators and arguments, made for each request", path="/7")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    def loud(function: Any) -> Any:
        @functools.wraps(function)
        def inner(**values: Any) -> str:
            return function(**values).upper()  # type: ignore[no-any-return]

        return inner

    class Item(module(flask, "views").View):  # type: ignore[misc]
        decorators = [loud, loud]

        def __init__(self, name: str) -> None:
            self.name = name

        def dispatch_request(self, number: int) -> str:
            return f"{self.name} {number}"

    app.add_url_rule("/<int:number>", view_func=Item.as_view("item", "tea"))
    return app


@view(
    "view-class-once",
    "a MethodView with init_every_request off, in a blueprint, POST",
    path="/b/7",
    method="POST",
    request_body=b'{"a": 1}',
    request_type="application/json",
)
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    b = flask.Blueprint("b", __name__, url_prefix="/b")

    class Item(module(flask, "views").MethodView):  # type: ignore[misc]
        init_every_request = False

        def get(self, number: int) -> str:
            return f"{number}"

        def post(self, number: int) -> Any:
            return {**flask.request.get_json(), "number": number}, 201 if number < 0 else 200

    b.add_url_rule("/<int:number>", view_func=Item.as_view("item"))
    app.register_blueprint(b)
    return app


@view("view-class-async", "a MethodView with an async method", calls=10)
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    class Item(module(flask, "views").MethodView):  # type: ignore[misc]
        async def get(self) -> dict[str, str]:
            return {"path": flask.request.path}

    app.add_url_rule("/", view_func=Item.as_view("item"))
    return app


@view(
    "endpoint-decorator",
    "a rule by add_url_rule, its view by app.endpoint, functools.partial",
    path="/a/x",
)
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    app.add_url_rule("/a/<name>", endpoint="a")
    app.endpoint("a")(functools.partial(lambda name, kind: f"{kind} {name}", kind="partial"))
    return app


@view("callable-view", "an object with __call__ as a view")
def _(flask: Any) -> Any:
    class Page:
        def __call__(self) -> str:
            return "called"

    app = flask.Flask(__name__)
    app.add_url_rule("/", "page", Page())
    return app
