"""What stands around an app or a view: middleware, contexts, templates."""

from __future__ import annotations

from typing import Any

from jinja2 import DictLoader

from benchmarks.elsewhere import view

FORWARDED = {
    "X-Forwarded-For": "203.0.113.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "shop.example",
    "X-Forwarded-Prefix": "/shop",
}


@view("proxy-fix", "ProxyFix, and a view that builds external URLs", request_headers=FORWARDED)
def _(flask: Any) -> Any:
    from werkzeug.middleware.proxy_fix import ProxyFix

    app = flask.Flask(__name__)
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1, x_prefix=1)

    @app.get("/")
    def index() -> str:
        r = flask.request
        return f"{r.remote_addr} {r.url} {flask.url_for('index', _external=True)}"

    return app


@view("dispatcher", "two apps under DispatcherMiddleware", path="/shop/items/7")
def _(flask: Any) -> Any:
    from werkzeug.middleware.dispatcher import DispatcherMiddleware

    shop, app = flask.Flask("shop"), flask.Flask("app")

    @shop.get("/items/<int:number>")
    def item(number: int) -> str:
        return f"{flask.request.script_root} {flask.url_for('item', number=number)}"

    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/shop": shop})
    return app


@view("middleware", "middleware in three layers that add headers")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    app.add_url_rule("/", "index", lambda: "index")

    def adding(inner: Any, name: str) -> Any:
        def outer(environ: Any, start_response: Any) -> Any:
            def start(status: str, headers: Any, exc_info: Any = None) -> Any:
                return start_response(status, [*headers, (name, "1")], exc_info)

            return inner(environ, start)

        return outer

    for name in ("X-A", "X-B", "X-C"):
        app.wsgi_app = adding(app.wsgi_app, name)
    return app


@view("copied-context", "a function that copied the context, called in a copied context")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    @app.get("/")
    def index() -> Any:
        @flask.copy_current_request_context
        def work() -> str:
            return f"{flask.request.path} {flask.current_app.name}"

        return work()

    return app


@view("test-request-context", "a request context made for a test, a URL built in it", calls=10)
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    app.add_url_rule("/<name>", "page", lambda name: name)

    def outside(environ: Any, start_response: Any) -> Any:
        with app.test_request_context("/x?y=1", method="POST", data={"a": "b"}):
            r = flask.request
            text = f"{r.endpoint} {r.args['y']} {r.form['a']} {flask.url_for('page', name='z')}"
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [text.encode()]

    return outside


@view("app-context", "an app context within a request, and one by hand")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    @app.get("/")
    def index() -> str:
        flask.g.a = 1
        with flask.current_app.app_context():
            inner = flask.g.get("a")
        return f"{inner} {flask.g.a}"

    return app


LAYOUT = {
    "layout.html": (
        "<title>{% block title %}Site{% endblock %}</title>{% with messages ="
        " get_flashed_messages() %}{% for m in messages %}<p>{{ m }}</p>{% endfor %}{% endwith %}"
        "<a href='{{ url_for('index') }}'>{{ config.NAME }}</a>{% block body %}{% endblock %}"
    ),
    "index.html": (
        "{% extends 'layout.html' %}{% from 'm.html' import field %}"
        "{% block body %}{{ super() }}{{ field('a', g.user) }}{{ now|shout }}"
        "{% if request.args.q %}{{ request.args.q }}{% endif %}{% include 'foot.html' %}"
        "{% endblock %}"
    ),
    "m.html": (
        "{% macro field(name, value='') %}<input name={{ name }} value='{{ value }}'>{% endmacro %}"
    ),
    "foot.html": "<hr>{{ session.get('user', 'nobody') }}{{ year }}",
}


def site(flask: Any) -> Any:
    """Return an app with a layout, flashed messages, a filter and context processors."""
    app = flask.Flask(__name__)
    app.secret_key = "k"
    app.config["NAME"] = "Tea & Co"
    app.jinja_loader = DictLoader(LAYOUT)
    app.template_filter("shout")(lambda text: f"{text}!")
    app.context_processor(lambda: {"year": 2026})
    app.context_processor(lambda: {"now": "noon", "helper": lambda: 1})

    @app.before_request
    def load() -> None:
        flask.g.user = "<ada>"

    app.add_url_rule("/", "index", lambda: flask.render_template("index.html"))
    return app


view("layout", "a layout, an include, a macro, flashes, context processors", "/?q=%3Cx%3E")(site)


@view("layout-stream", "the same page by stream_template", path="/")
def _(flask: Any) -> Any:
    app = site(flask)
    app.view_functions["index"] = lambda: flask.stream_template("index.html")
    return app


@view("layout-debug", "the same page with debug on, which reloads templates", path="/")
def _(flask: Any) -> Any:
    app = site(flask)
    app.debug = True
    return app


@view("template-string", "render_template_string with globals and a test of the app's own")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    app.template_test("short")(lambda text: len(text) < 5)
    app.template_global("twice")(lambda text: text * 2)
    source = (
        "{% if name is short %}{{ twice(name) }}{% else %}{{ name }}{% endif %} {{ request.path }}"
    )
    app.add_url_rule("/", "index", lambda: flask.render_template_string(source, name="tea"))
    return app


@view("testing", "TESTING on, a JSON page")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    app.testing = True
    app.add_url_rule("/", "index", lambda: {"a": [1, 2, 3], "b": None})
    return app


@view("many-rules", "one of 200 rules in 10 blueprints", path="/b7/r13/x")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    for number in range(10):
        b = flask.Blueprint(f"b{number}", __name__, url_prefix=f"/b{number}")
        for rule in range(20):
            b.add_url_rule(f"/r{rule}/<name>", f"r{rule}", lambda name: name)
        app.register_blueprint(b)
    return app
