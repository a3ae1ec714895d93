"""The smallest views: text, JSON, a rule with two parameters, a query string."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from benchmarks.peers import bottle_app, falcon_app, plain_headers
from benchmarks.scenario import Exchange

JSON_TYPE = "application/json"
MESSAGE = {"message": "Hello, World!", "id": 42, "ok": True, "tags": ["a", "b"]}
# The bytes of Flask's default JSON provider: sorted, compact, ended by a line feed.
dumps = partial(json.dumps, sort_keys=True, separators=(",", ":"))
MESSAGE_BYTES = (dumps(MESSAGE) + "\n").encode()

hello = Exchange(
    "hello",
    "the view returns a str",
    body=b"Hello, World!",
    goal={"falcon": 0.8},
    python_goal={"flask": 1 / 5},
)


@hello.family
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    @app.get("/")
    def view() -> str:
        return "Hello, World!"

    return app


@hello.peer("falcon")
def _() -> Any:
    app = falcon_app()

    class Hello:
        def on_get(self, req: Any, resp: Any) -> None:
            resp.text = "Hello, World!"

    app.add_route("/", Hello())
    return app


@hello.peer("bottle")
def _() -> Any:
    app = bottle_app()

    @app.get("/")
    def view() -> str:
        return "Hello, World!"

    return app


@hello.peer("bare")
def _() -> Any:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        body = b"Hello, World!"
        start_response("200 OK", plain_headers(body))
        return [body]

    return app


json_view = Exchange(
    "json",
    "the view returns a dict",
    content_type=JSON_TYPE,
    body=MESSAGE_BYTES,
    goal={"falcon": 0.8},
    python_goal={"flask": 1 / 5},
)


@json_view.family
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    @app.get("/")
    def view() -> dict[str, Any]:
        return MESSAGE

    return app


@json_view.peer("falcon")
def _() -> Any:
    import falcon.media

    app = falcon_app()
    app.resp_options.media_handlers[falcon.MEDIA_JSON] = falcon.media.JSONHandler(
        dumps=lambda value: dumps(value) + "\n"
    )

    class Message:
        def on_get(self, req: Any, resp: Any) -> None:
            resp.content_type = falcon.MEDIA_JSON
            resp.media = MESSAGE

    app.add_route("/", Message())
    return app


@json_view.peer("bottle")
def _() -> Any:
    import bottle

    app = bottle_app()
    app.uninstall(bottle.JSONPlugin)
    app.install(bottle.JSONPlugin(json_dumps=lambda value: dumps(value) + "\n"))

    @app.get("/")
    def view() -> dict[str, Any]:
        return MESSAGE

    return app


@json_view.peer("bare")
def _() -> Any:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        body = (dumps(MESSAGE) + "\n").encode()
        start_response("200 OK", plain_headers(body, JSON_TYPE))
        return [body]

    return app


params = Exchange(
    "params",
    "a rule with an int and a string: /users/<int:uid>/posts/<slug>",
    path="/users/1234/posts/hello-world",
    body=b"1234 hello-world",
    goal={"falcon": 0.9},
    python_goal={"flask": 1 / 5},
)


@params.family
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    @app.get("/users/<int:uid>/posts/<slug>")
    def view(uid: int, slug: str) -> str:
        return f"{uid:d} {slug}"

    return app


@params.peer("falcon")
def _() -> Any:
    app = falcon_app()

    class Post:
        def on_get(self, req: Any, resp: Any, uid: int, slug: str) -> None:
            resp.text = f"{uid:d} {slug}"

    app.add_route("/users/{uid:int}/posts/{slug}", Post())
    return app


@params.peer("bottle")
def _() -> Any:
    app = bottle_app()

    @app.get("/users/<uid:int>/posts/<slug>")
    def view(uid: int, slug: str) -> str:
        return f"{uid:d} {slug}"

    return app


@params.peer("bare")
def _() -> Any:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        _, _, uid, _, slug = environ["PATH_INFO"].split("/")
        body = f"{int(uid):d} {slug}".encode()
        start_response("200 OK", plain_headers(body))
        return [body]

    return app


query = Exchange(
    "query",
    "the view reads one query argument and one header",
    path="/search?q=flask+fast&page=3&sort=new",
    request_headers={"X-Request-Id": "4f3c2a"},
    body=b"flask fast 4f3c2a",
    goal={"falcon": 1.0},
    python_goal={"flask": 1 / 5},
)


@query.family
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    request = flask.request

    @app.get("/search")
    def view() -> str:
        return f"{request.args['q']} {request.headers['X-Request-Id']}"

    return app


@query.peer("falcon")
def _() -> Any:
    app = falcon_app()

    class Search:
        def on_get(self, req: Any, resp: Any) -> None:
            resp.text = f"{req.params['q']} {req.get_header('X-Request-Id')}"

    app.add_route("/search", Search())
    return app


@query.peer("bottle")
def _() -> Any:
    import bottle

    app = bottle_app()
    request = bottle.request

    @app.get("/search")
    def view() -> str:
        return f"{request.query['q']} {request.headers['X-Request-Id']}"

    return app


@query.peer("bare")
def _() -> Any:
    from urllib.parse import parse_qs

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        arguments = parse_qs(environ["QUERY_STRING"])
        body = f"{arguments['q'][0]} {environ['HTTP_X_REQUEST_ID']}".encode()
        start_response("200 OK", plain_headers(body))
        return [body]

    return app
