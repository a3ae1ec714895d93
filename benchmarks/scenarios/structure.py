"""What larger apps are built of: hooks, blueprints, class-based and async views."""

from __future__ import annotations

from typing import Any

from benchmarks.peers import bottle_app, falcon_app
from benchmarks.scenario import Exchange, Statement
from benchmarks.shared import worker

hooks = Exchange(
    "hooks",
    "2 before, 1 after, 1 teardown, in a blueprint, with url_for",
    path="/shop/items/7",
    body=b"ada /shop/items/8",
    headers={"X-Seen": "yes"},
    goal={"flask": 1 / 12},
    python_goal={"flask": 1 / 5},
)


@hooks.family
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    shop = flask.Blueprint("shop", __name__, url_prefix="/shop")
    g, url_for = flask.g, flask.url_for

    @app.before_request
    def load_user() -> None:
        g.user = "ada"

    @shop.before_request
    def count() -> None:
        g.count = 1

    @app.after_request
    def stamp(response: Any) -> Any:
        response.headers["X-Seen"] = "yes"
        return response

    @app.teardown_request
    def forget(error: BaseException | None) -> None:
        g.pop("count", None)

    @shop.get("/items/<int:number>")
    def item(number: int) -> str:
        return f"{g.user} {url_for('.item', number=number + g.count)}"

    app.register_blueprint(shop)
    return app


method_view = Exchange(
    "method-view",
    "a MethodView with an int parameter",
    path="/items/1234",
    body=b"item 1234",
    goal={"flask": 1 / 15},
    python_goal={"flask": 1 / 5},
)


@method_view.family
def _(flask: Any) -> Any:
    from importlib import import_module

    app = flask.Flask(__name__)

    class Item(import_module(f"{flask.__name__}.views").MethodView):  # type: ignore[misc]
        def get(self, number: int) -> str:
            return f"item {number:d}"

        def delete(self, number: int) -> str:
            return f"gone {number:d}"

    app.add_url_rule("/items/<int:number>", view_func=Item.as_view("item"))
    return app


@method_view.peer("falcon")
def _() -> Any:
    app = falcon_app()

    class Item:
        def on_get(self, req: Any, resp: Any, number: int) -> None:
            resp.text = f"item {number:d}"

        def on_delete(self, req: Any, resp: Any, number: int) -> None:
            resp.text = f"gone {number:d}"

    app.add_route("/items/{number:int}", Item())
    return app


async_view = Exchange(
    "async-view",
    "an async def view that returns at once",
    calls=20,
    body=b"Hello, World!",
    goal={"flask": 1 / 5},
    python_goal={"flask": 1.0},
)


@async_view.family
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    @app.get("/")
    async def view() -> str:
        return "Hello, World!"

    return app


stream = Exchange(
    "stream",
    "a generator of 10 chunks",
    body=b"".join(b"chunk %d\n" % n for n in range(10)),
    goal={"flask": 1 / 10},
    python_goal={"flask": 1.0},
)


@stream.family
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    @app.get("/")
    def view() -> Any:
        def generate() -> Any:
            for number in range(10):
                yield f"chunk {number}\n"

        return generate()

    return app


@stream.peer("falcon")
def _() -> Any:
    app = falcon_app()

    class Chunks:
        def on_get(self, req: Any, resp: Any) -> None:
            # Falcon takes bytes only, so the view encodes what Flask's response encodes.
            resp.stream = (f"chunk {number}\n".encode() for number in range(10))

    app.add_route("/", Chunks())
    return app


@stream.peer("bottle")
def _() -> Any:
    app = bottle_app()

    @app.get("/")
    def view() -> Any:
        for number in range(10):
            yield f"chunk {number}\n"

    return app


@stream.peer("bare")
def _() -> Any:
    def app(environ: dict[str, Any], start_response: Any) -> Any:
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return (f"chunk {number}\n".encode() for number in range(10))

    return app


@method_view.peer("bottle", note="a function per method: it has no class-based views")
def _() -> Any:
    app = bottle_app()

    @app.get("/items/<number:int>")
    def get(number: int) -> str:
        return f"item {number:d}"

    @app.delete("/items/<number:int>")
    def delete(number: int) -> str:
        return f"gone {number:d}"

    return app


start_app = Statement(
    "start-app",
    "make an app with 20 rules and a blueprint, and have it answer its first request",
    statement="start()",
    expect=b"post 7",
    goal={"flask": 1.0},
    python_goal={"flask": 1.0},
    calls=5,
)


@start_app.family
def _(flask: Any) -> Any:
    environ = worker.make_environ("/blog/posts/7")

    def view(number: int) -> str:
        return f"post {number:d}"

    def start() -> bytes:
        app = flask.Flask(__name__)
        blog = flask.Blueprint("blog", __name__, url_prefix="/blog")
        blog.add_url_rule("/posts/<int:number>", "post", view)
        app.register_blueprint(blog)
        for number in range(19):
            app.add_url_rule(f"/pages{number}/<int:number>", f"page{number}", view)
        return bytes(worker.ask(app, environ).body)

    return {"start": start}
