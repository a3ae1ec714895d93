"""A small application with one of everything that an agent looks at."""

from __future__ import annotations

from typing import Any, NoReturn

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    g,
    jsonify,
    redirect,
    render_template,
    render_template_string,
    request,
    session,
    stream_with_context,
    url_for,
)
from flask.views import MethodView


class Mistake(Exception):
    """Handled by the application."""


class Items(MethodView):
    """A view that is a class."""

    def get(self) -> dict[str, Any]:
        return {"items": [1, 2]}

    def post(self) -> tuple[Any, int]:
        return jsonify(request.get_json()), 201


def create_app() -> Flask:
    app = Flask(__name__)
    app.secret_key = "kept in the tests, where nothing is secret"
    api = Blueprint("api", __name__, url_prefix="/api")
    api.add_url_rule("/items", view_func=Items.as_view("items"))

    @api.before_request
    def count() -> None:
        g.counted = 1

    @app.before_request
    def remember() -> Response | None:
        g.visitor = request.headers.get("X-Visitor", "nobody")
        return Response("closed\n", 503) if request.path == "/closed" else None

    @app.after_request
    def mark(response: Response) -> Response:
        response.headers["X-Visitor"] = g.visitor
        return response

    @app.teardown_request
    def forget(error: BaseException | None) -> None:
        g.pop("visitor", None)

    @app.errorhandler(Mistake)
    def mistake(error: Mistake) -> tuple[str, int]:
        return f"mistake: {error}\n", 400

    @app.errorhandler(404)
    def missing(error: Exception) -> tuple[str, int]:
        return "no such page\n", 404

    @app.get("/")
    def index() -> str:
        return "hello\n"

    @app.get("/users/<int:number>")
    def user(number: int) -> dict[str, int]:
        return {"number": number}

    @app.get("/page")
    def page() -> str:
        return render_template("page.html", names=["a", "<b>"])

    @app.get("/inline")
    def inline() -> str:
        return render_template_string("{{ 6 * 7 }}\n")

    @app.get("/boom")
    def boom() -> NoReturn:
        raise ValueError("boom")

    @app.get("/badpage")
    def badpage() -> str:
        return render_template("bad.html")

    @app.get("/handled")
    def handled() -> NoReturn:
        raise Mistake("mine")

    @app.get("/refused")
    def refused() -> NoReturn:
        abort(403)

    @app.route("/form", methods=["POST"])
    def form() -> str:
        session["name"] = request.form["name"]
        return f"{request.form['name']}\n"

    @app.get("/stream")
    def stream() -> Response:
        def lines() -> Any:
            for number in range(3):
                yield f"{number} for {request.path}\n"

        return Response(stream_with_context(lines()), mimetype="text/plain")

    @app.get("/away")
    def away() -> Any:
        return redirect(url_for("user", number=3))

    app.register_blueprint(api)
    return app
