"""Pages made of templates, and a view that looks at everything."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.scenario import Exchange
from benchmarks.scenarios.sessions import COOKIE, session_app

TEMPLATES = str(Path(__file__).resolve().parent.parent / "templates")

ITEMS = [
    {"id": n, "name": f"Item <{n}>", "price": n * 1.25, "tags": ["new", "it's"] if n % 3 else []}
    for n in range(20)
]

page = Exchange(
    "page",
    "inheritance, an include, a macro, filters, url_for, 20 rows",
    path="/items",
    body=lambda body: (
        body.count(b"<tr") == 20
        and b'<a href="/items/19">Item &lt;19&gt;</a>' in body
        and b"<title>Items | Shop</title>" in body
        and b"it&#39;s" in body
        and body.rstrip().endswith(b"</html>")
    ),
    calls=10,
    goal={"flask": 1 / 4},
    python_goal={"flask": 1.0},
)


@page.family
def _(flask: Any) -> Any:
    app = flask.Flask(__name__, template_folder=TEMPLATES)
    render_template = flask.render_template

    @app.get("/items")
    def items() -> str:
        return str(render_template("items.html", items=ITEMS, user="Ada & Co"))

    @app.get("/items/<int:number>")
    def item(number: int) -> str:
        return f"item {number}"

    return app


small = Exchange(
    "small-template",
    "render_template of <h1>Hello {{ name }}!</h1>",
    path="/Ada &",
    body=b"<h1>Hello Ada &amp;!</h1>",
    goal={"flask": 1 / 10},
    python_goal={"flask": 1.0},
)


@small.family
def _(flask: Any) -> Any:
    app = flask.Flask(__name__, template_folder=TEMPLATES)
    render_template = flask.render_template

    @app.get("/<name>")
    def view(name: str) -> str:
        return str(render_template("hello.html", name=name))

    return app


busy = Exchange(
    "busy-view",
    "10 reads of request, 5 of g, 5 of config, 2 of session, 3 url_for",
    path="/busy/7?page=2",
    request_headers=COOKIE,
    calls=20,
    body=(
        b"GET /busy/7 /busy/7? busy http bench.example:8000 2 b'page=2' 127.0.0.1 dark "
        b"15 False 42 Ada /busy/8 /other /other?page=3"
    ),
    goal={"flask": 1 / 8},
    python_goal={"flask": 1.0},
)


@busy.family
def _(flask: Any) -> Any:
    app = session_app(flask)
    request, g, session = flask.request, flask.g, flask.session
    current_app, url_for = flask.current_app, flask.url_for

    @app.before_request
    def prepare() -> None:
        g.a, g.b, g.c, g.d, g.e = 1, 2, 3, 4, 5

    @app.get("/busy/<int:number>")
    def busy(number: int) -> str:
        seen = (
            f"{request.method} {request.path} {request.full_path[:8]} {request.endpoint} "
            f"{request.scheme} {request.host} {request.args['page']} {request.query_string!r} "
            f"{request.remote_addr} {request.cookies['theme']}"
        )
        total = g.a + g.b + g.c + g.d + g.e
        config = (
            current_app.config["TESTING"]
            or current_app.config["PROPAGATE_EXCEPTIONS"]
            or current_app.config["SESSION_COOKIE_SECURE"]
            or current_app.config["TRAP_HTTP_EXCEPTIONS"]
            or current_app.config["SESSION_COOKIE_PARTITIONED"]
        )
        who = f"{session['user_id']} {session.get('name')}"
        links = (
            f"{url_for('busy', number=number + 1)} {url_for('other')} {url_for('other', page=3)}"
        )
        return f"{seen} {total} {config} {who} {links}"

    @app.get("/other")
    def other() -> str:
        return "other"

    return app
