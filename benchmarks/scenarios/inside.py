"""What a view calls: one line each, inside a request of a running application."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.scenario import Statement
from benchmarks.scenarios.pages import TEMPLATES
from benchmarks.scenarios.sessions import COOKIE, session_app
from benchmarks.shared import worker


def text_of(response: Any) -> bytes:
    """Return a response's body."""
    body: bytes = response.get_data()
    return body


def declare(
    name: str,
    statement: str,
    expect: Any,
    goal: float,
    *,
    same: Callable[[Any], Any] | None = None,
    repeat: int = 1,
    calls: int = 100,
) -> None:
    """Declare one line; *goal* is the share of Flask's time."""
    scenario = Statement(
        f"inside-{name}",
        statement,
        group="inside",
        statement=statement,
        expect=expect,
        goal={"flask": goal},
        python_goal={"flask": 1.0},
        repeat=repeat,
        calls=calls,
    )
    if same is not None:
        scenario.same = same
    scenario.family(names)


def names(flask: Any) -> dict[str, Any]:
    """Enter a request and return the names that views import."""
    app = session_app(flask)
    app.template_folder = TEMPLATES

    @app.get("/users/<int:uid>/posts/<slug>")
    def post(uid: int, slug: str) -> str:
        return slug

    environ = worker.make_environ("/users/7/posts/tea?page=2&q=flask", headers=COOKIE)
    Statement.stack.enter_context(app.request_context(environ))
    flask.g.user = "ada"
    wanted = (
        "request g current_app session url_for jsonify make_response "
        "render_template render_template_string"
    )
    return {name: getattr(flask, name) for name in wanted.split()}


declare("request", "request.method", "GET", 0.2 / 0.9, repeat=10, calls=1000)
declare("g", "g.user", "ada", 0.2 / 0.9, repeat=10, calls=1000)
declare("current-app", "current_app.name", session_app.__module__, 0.2 / 0.9, repeat=10)
declare("session-get", "session.get('user_id')", 42, 0.3 / 1.07, repeat=10, calls=1000)
declare("args-get", "request.args.get('q')", "flask", 0.4 / 1.37, repeat=10, calls=1000)
declare("headers-get", "request.headers.get('Host')", "bench.example:8000", 0.4 / 1.57, repeat=10)
declare("url-for", "url_for('post', uid=8, slug='hello')", "/users/8/posts/hello", 1.2 / 5.4)
declare(
    "url-for-external",
    "url_for('post', uid=8, slug='hello', _external=True)",
    "http://bench.example:8000/users/8/posts/hello",
    1.2 / 5.4,
)
declare("jsonify", "jsonify(id=7, name='Ada')", b'{"id":7,"name":"Ada"}\n', 2.5 / 8.2, same=text_of)
declare("make-response", "make_response('x')", b"x", 0.8 / 6.2, same=text_of)
declare(
    "render-template",
    "render_template('hello.html', name='A&B')",
    "<h1>Hello A&amp;B!</h1>",
    4 / 18.5,
)
declare(
    "render-template-string",
    "render_template_string('<h1>Hello {{ name }}!</h1>', name='A&B')",
    "<h1>Hello A&amp;B!</h1>",
    5 / 303,
    calls=10,
)
