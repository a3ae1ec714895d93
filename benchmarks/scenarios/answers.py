"""Answers that are not a plain page: negotiation, errors, redirects, files."""

from __future__ import annotations

import os
import tempfile
import zlib
from email.utils import formatdate
from pathlib import Path
from typing import Any

from benchmarks.peers import bottle_app, falcon_app, plain_headers
from benchmarks.scenario import Exchange

accept = Exchange(
    "accept",
    "accept_mimetypes.best_match of two types",
    body=b"text/html",
    goal={"flask": 1 / 12},
    python_goal={"flask": 1.0},
)


@accept.family
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    request = flask.request

    @app.get("/")
    def view() -> str:
        return str(request.accept_mimetypes.best_match(["application/json", "text/html"]))

    return app


@accept.peer("falcon", note="keeps the outcome in a cache")
def _() -> Any:
    app = falcon_app()

    class Best:
        def on_get(self, req: Any, resp: Any) -> None:
            resp.text = str(req.client_prefers(["application/json", "text/html"]))

    app.add_route("/", Best())
    return app


missing = Exchange(
    "errors-404",
    "no rule matches, a 404 handler answers",
    path="/nothing/here",
    status=404,
    body=b"There is nothing here.",
    goal={"flask": 1 / 10},
    python_goal={"flask": 1 / 5},
)


@missing.family
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    @app.get("/")
    def index() -> str:
        return "index"

    @app.errorhandler(404)
    def nothing(error: Exception) -> tuple[str, int]:
        return "There is nothing here.", 404

    return app


@missing.peer("falcon")
def _() -> Any:
    import falcon

    app = falcon_app()

    class Index:
        def on_get(self, req: Any, resp: Any) -> None:
            resp.text = "index"

    def nothing(req: Any, resp: Any, error: Exception, params: dict[str, Any]) -> None:
        resp.status = "404 NOT FOUND"
        resp.text = "There is nothing here."

    app.add_route("/", Index())
    app.add_error_handler(falcon.HTTPRouteNotFound, nothing)
    return app


@missing.peer("bare")
def _() -> Any:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        if environ["PATH_INFO"] == "/":
            status, body = "200 OK", b"index"
        else:
            status, body = "404 NOT FOUND", b"There is nothing here."
        start_response(status, plain_headers(body))
        return [body]

    return app


@missing.peer("bottle")
def _() -> Any:
    import bottle

    app = bottle_app()

    @app.get("/")
    def index() -> str:
        return "index"

    @app.error(404)
    def nothing(error: Any) -> str:
        bottle.response.status = "404 NOT FOUND"
        return "There is nothing here."

    return app


FORBIDDEN = (
    b"<!doctype html>\n<html lang=en>\n<title>403 Forbidden</title>\n<h1>Forbidden</h1>\n"
    b"<p>You don&#39;t have the permission to access the requested resource. "
    b"It is either read-protected or not readable by the server.</p>\n"
)

forbidden = Exchange(
    "errors-403",
    "the view calls abort(403), nobody handles it",
    status=403,
    body=FORBIDDEN,
    goal={"flask": 1 / 10},
    python_goal={"flask": 1 / 5},
)


@forbidden.family
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    abort = flask.abort

    @app.get("/")
    def view() -> str:
        abort(403)

    return app


@forbidden.peer("falcon", note="the page is a constant")
def _() -> Any:
    import falcon

    app = falcon_app()

    class Secret:
        def on_get(self, req: Any, resp: Any) -> None:
            raise falcon.HTTPForbidden

    def page(req: Any, resp: Any, error: Exception) -> None:
        resp.status = "403 FORBIDDEN"
        resp.text = FORBIDDEN.decode()

    app.add_route("/", Secret())
    app.set_error_serializer(page)
    return app


class OutOfStock(Exception):
    """What the view of errors-exception raises."""


exception = Exchange(
    "errors-exception",
    "the view raises its own exception, a handler answers 409",
    status=409,
    body=b"Out of stock: tea",
    goal={"flask": 1 / 10},
    python_goal={"flask": 1 / 5},
)


@exception.family
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    @app.get("/")
    def view() -> str:
        raise OutOfStock("tea")

    @app.errorhandler(OutOfStock)
    def explain(error: OutOfStock) -> tuple[str, int]:
        return f"Out of stock: {error}", 409

    return app


@exception.peer("bottle", note="has no handlers for exceptions: the view catches its own")
def _() -> Any:
    import bottle

    app = bottle_app()

    @app.get("/")
    def view() -> str:
        try:
            raise OutOfStock("tea")
        except OutOfStock as error:
            bottle.response.status = "409 CONFLICT"
            return f"Out of stock: {error}"

    return app


@exception.peer("falcon")
def _() -> Any:
    app = falcon_app()

    class Stock:
        def on_get(self, req: Any, resp: Any) -> None:
            raise OutOfStock("tea")

    def explain(req: Any, resp: Any, error: Exception, params: dict[str, Any]) -> None:
        resp.status = "409 CONFLICT"
        resp.text = f"Out of stock: {error}"

    app.add_route("/", Stock())
    app.add_error_handler(OutOfStock, explain)
    return app


REDIRECTED = (
    b"<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n"
    b"<p>You should be redirected automatically to the target URL: "
    b'<a href="/items/7">/items/7</a>. If not, click the link.\n'
)

redirect = Exchange(
    "redirect",
    "redirect(url_for(...))",
    path="/old",
    status=302,
    body=REDIRECTED,
    headers={"Location": "/items/7"},
    goal={"flask": 1 / 10},
    python_goal={"flask": 1 / 5},
)


@redirect.family
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    go, url_for = flask.redirect, flask.url_for

    @app.get("/items/<int:number>")
    def item(number: int) -> str:
        return f"item {number}"

    @app.get("/old")
    def old() -> Any:
        return go(url_for("item", number=7))

    return app


@redirect.peer("falcon", note="builds no URL, and the page is a constant")
def _() -> Any:
    app = falcon_app()

    class Old:
        def on_get(self, req: Any, resp: Any) -> None:
            resp.status = "302 FOUND"
            resp.location = "/items/7"
            resp.text = REDIRECTED.decode()

    app.add_route("/old", Old())
    return app


@redirect.peer("bottle", note="the page is a constant")
def _() -> Any:
    import bottle

    app = bottle_app()

    @app.get("/items/<number:int>", name="item")
    def item(number: int) -> str:
        return f"item {number}"

    @app.get("/old")
    def old() -> str:
        bottle.response.status = "302 FOUND"
        bottle.response.set_header("Location", app.get_url("item", number=7))
        return REDIRECTED.decode()

    return app


MODIFIED = 1_750_000_000
CONTENT = (b"body { margin: 0 auto; max-width: 60em }\n" * 300)[:10_000]


def static_file() -> Path:
    """Return a file of 10 kB with a fixed time of change, made when it is not there."""
    path = Path(tempfile.gettempdir(), f"flaskfast-bench-static-{os.getuid()}", "site.css")
    if not path.exists() or path.stat().st_mtime != MODIFIED:
        path.parent.mkdir(exist_ok=True)
        scratch = path.with_name(f"{os.getpid()}.new")
        scratch.write_bytes(CONTENT)
        os.utime(scratch, (MODIFIED, MODIFIED))
        scratch.replace(path)
    return path


static = Exchange(
    "static-file",
    "a static file of 10 kB",
    path="/static/site.css",
    content_type="text/css; charset=utf-8",
    body=CONTENT,
    goal={"flask": 1 / 4},
    python_goal={"flask": 1.0},
)

# The entity tags that Flask (of time, size and path) and Falcon make, in one list.
ETAGS = (
    f'"{float(MODIFIED)}-{len(CONTENT)}-{zlib.adler32(str(static_file()).encode())}", '
    f'"{MODIFIED:x}-{len(CONTENT):x}"'
)

unchanged = Exchange(
    "static-304",
    "the same file, which the browser has already",
    path="/static/site.css",
    request_headers={
        "If-None-Match": ETAGS,
        "If-Modified-Since": formatdate(MODIFIED, usegmt=True),
    },
    status=304,
    content_type=None,
    body=b"",
    goal={"flask": 1 / 4},
    python_goal={"flask": 1.0},
)


@static.family
@unchanged.family
def _(flask: Any) -> Any:
    return flask.Flask(__name__, static_folder=str(static_file().parent), static_url_path="/static")


@unchanged.peer("falcon", why="spells the status Not Modified, not NOT MODIFIED")
@static.peer("falcon")
def _() -> Any:
    app = falcon_app()
    app.resp_options.static_media_types[".css"] = "text/css; charset=utf-8"
    app.add_static_route("/static", str(static_file().parent))
    return app


@unchanged.peer(
    "bottle",
    why="spells the status Not Modified; compares the time only, as it makes other entity tags",
)
@static.peer("bottle")
def _() -> Any:
    import bottle

    app = bottle_app()
    root = str(static_file().parent)

    @app.get("/static/<name>")
    def view(name: str) -> Any:
        return bottle.static_file(name, root=root, mimetype="text/css; charset=utf-8")

    return app
