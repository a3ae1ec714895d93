"""What goes wrong in a view, and who answers for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.elsewhere import view

Act = Callable[[Any], Any]


def failing(
    name: str, what: str, act: Act, handlers: Any = None, config: Any = None, **options: Any
) -> None:
    """Declare a view that calls *act*; *handlers* adds to the app, *config* to its settings."""

    @view(name, what, **options)
    def _(flask: Any) -> Any:
        app = flask.Flask(__name__)
        app.logger.disabled = True
        app.config.update(config or {})
        if handlers is not None:
            handlers(app)
        app.add_url_rule("/", "index", lambda: act(flask), methods=["GET", "POST"])
        return app


def raises(error: Callable[[], BaseException]) -> Act:
    """Return a view's body that raises."""

    def act(flask: Any) -> Any:
        raise error()

    return act


class OutOfTea(Exception):
    """An error of the app's own."""


class OutOfGreenTea(OutOfTea):
    """A more special one."""


def tea(app: Any) -> None:
    """Handle the general error, and all others."""
    app.register_error_handler(OutOfTea, lambda error: (f"no {error}", 409))
    app.register_error_handler(Exception, lambda error: ("something", 500))


def by_code(app: Any) -> None:
    """Handle some codes."""
    for code in (400, 404, 405, 500):
        app.register_error_handler(code, lambda error: ({"error": error.name}, error.code))


failing("abort-description", "abort(409, text)", lambda f: f.abort(409, "Not <now>."), status=409)
failing(
    "abort-response",
    "abort(response)",
    lambda flask: flask.abort(flask.make_response(("stop", 402, {"X-A": "1"}))),
    status=402,
)
failing(
    "hierarchy",
    "an error handled by its base class",
    raises(lambda: OutOfGreenTea("green")),
    tea,
    status=409,
)
failing(
    "handler-json",
    "abort(400), handled by code as JSON",
    lambda f: f.abort(400),
    by_code,
    status=400,
)
failing(
    "handler-500",
    "an exception, answered by the 500 handler",
    raises(lambda: KeyError(1)),
    by_code,
    status=500,
)
failing("unhandled", "an exception that nobody handles", raises(lambda: KeyError(1)), status=500)
failing("error-404", "no rule, a JSON handler", lambda f: "", by_code, path="/nothing", status=404)
failing("error-404-plain", "no rule, no handler", lambda f: "", path="/nothing", status=404)
failing("error-405", "a method that is not allowed", lambda f: "", method="DELETE", status=405)
failing("options", "OPTIONS of a rule", lambda f: "", method="OPTIONS")
failing("missing-key", "request.form without the key", lambda f: f.request.args["none"], status=400)
failing(
    "missing-key-trapped",
    "the same, trapped, handled as KeyError",
    lambda f: f.request.args["none"],
    lambda app: app.register_error_handler(KeyError, lambda e: ("key", 418)),
    {"TRAP_BAD_REQUEST_ERRORS": True},
    status=418,
)
failing(
    "trapped",
    "TRAP_HTTP_EXCEPTIONS, handled as an exception",
    lambda f: f.abort(404),
    tea,
    {"TRAP_HTTP_EXCEPTIONS": True},
    status=500,
)
failing(
    "bad-json",
    "get_json of a body that is none",
    lambda f: f.request.get_json(),
    by_code,
    status=400,
    method="POST",
    request_body=b"{no",
    request_type="application/json",
)
failing("debug", "a page with debug on", lambda f: "page", None, {"DEBUG": True})
failing(
    "debug-abort",
    "abort(403) with debug on",
    lambda f: f.abort(403),
    None,
    {"DEBUG": True},
    status=403,
)


def unauthorized(flask: Any) -> Any:
    """Ask for a password."""
    from werkzeug.datastructures import WWWAuthenticate
    from werkzeug.exceptions import Unauthorized

    raise Unauthorized(www_authenticate=WWWAuthenticate("basic", {"realm": "tea"}))


failing("unauthorized", "401 with WWW-Authenticate", unauthorized, status=401)


@view("propagated", "PROPAGATE_EXCEPTIONS, and middleware that answers", status=500)
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    app.config["PROPAGATE_EXCEPTIONS"] = True

    @app.get("/")
    def index() -> Any:
        raise OutOfTea("green")

    inner = app.wsgi_app

    def catching(environ: Any, start_response: Any) -> Any:
        try:
            return inner(environ, start_response)
        except OutOfTea as error:
            start_response("500 Tea", [("Content-Type", "text/plain")])
            return [str(error).encode()]

    app.wsgi_app = catching
    return app


@view(
    "blueprint-errors",
    "405 in a blueprint with handlers by code and class",
    path="/b/page",
    method="POST",
    status=405,
)
def _(flask: Any) -> Any:
    from werkzeug.exceptions import HTTPException

    app = flask.Flask(__name__)
    b = flask.Blueprint("b", __name__, url_prefix="/b")
    b.register_error_handler(405, lambda error: ("by the blueprint", 405))
    b.register_error_handler(OutOfTea, lambda error: ("no tea", 409))

    @app.errorhandler(HTTPException)
    def any_error(error: Any) -> Any:
        response = error.get_response()
        response.data = f"{error.code} {error.name}"
        response.content_type = "text/plain"
        return response

    b.add_url_rule("/page", "page", lambda: "page")
    app.register_blueprint(b)
    return app


@view("blueprint-options", "OPTIONS in a blueprint with hooks", path="/b/page", method="OPTIONS")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    b = flask.Blueprint("b", __name__, url_prefix="/b")
    b.before_request(lambda: None)
    b.after_request(lambda response: response)
    b.add_url_rule("/page", "page", lambda: "page", methods=["GET", "PUT"])
    app.register_blueprint(b)
    return app
