"""An app that comes by every seam, and the requests that lead there."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

FOLDER = Path(__file__).parent


class Parts:
    """The classes that an app is made of; a subclass may stand for each of them."""

    def __init__(self, package: ModuleType, instead: dict[str, Any] | None = None) -> None:
        def module(name: str) -> Any:
            return importlib.import_module(f"{package.__name__}.{name}")

        self.package = package
        self.classes: dict[str, Any] = {
            "Flask": package.Flask,
            "Blueprint": package.Blueprint,
            "Request": package.Request,
            "Response": package.Response,
            "RequestContext": module("ctx").RequestContext,
            "AppContext": module("ctx").AppContext,
            "SecureCookieSessionInterface": module("sessions").SecureCookieSessionInterface,
            "DefaultJSONProvider": module("json.provider").DefaultJSONProvider,
            "MethodView": module("views").MethodView,
            "BlueprintSetupState": module("blueprints").BlueprintSetupState,
            "Environment": module("templating").Environment,
            "FlaskClient": module("testing").FlaskClient,
            **(instead or {}),
        }
        self.instead = instead or {}

    def __getattr__(self, name: str) -> Any:
        return self.classes[name]

    def _app_class(self) -> Any:
        """Return the class of the app, with the contexts' subclasses where there are any."""
        base, parts = self.Flask, self
        if not {"RequestContext", "AppContext"} & set(self.instead):
            return base

        class App(base):  # type: ignore[misc, valid-type]
            def request_context(self, environ: Any) -> Any:
                return parts.RequestContext(self, environ)

            def app_context(self) -> Any:
                return parts.AppContext(self)

        return App

    def app(self) -> Any:
        """Make the app; nothing of it has been used."""
        cls = self._app_class()
        attributes = {
            "Request": "request_class",
            "Response": "response_class",
            "DefaultJSONProvider": "json_provider_class",
            "Environment": "jinja_environment",
            "FlaskClient": "test_client_class",
        }
        settings = {attributes[name]: c for name, c in self.instead.items() if name in attributes}
        if "SecureCookieSessionInterface" in self.instead:
            settings["session_interface"] = self.SecureCookieSessionInterface()
        if settings:
            cls = type("App", (cls,), settings)
        app = cls("seams", root_path=str(FOLDER), static_folder="files", template_folder="files")
        app.secret_key = "of this test"
        app.config["PROPAGATE_EXCEPTIONS"] = False
        app.logger.disabled = True
        return app


def fill(parts: Parts, app: Any) -> Any:
    """Register everything on the app; return the blueprint among it."""
    package = parts.package

    @app.route("/")
    def index() -> str:
        return "index"

    @app.route("/boom")
    def boom() -> str:
        raise RuntimeError("on purpose")

    @app.route("/slash/", methods=["GET", "POST"])
    def slash() -> str:
        return "slash"

    @app.route("/session")
    def session() -> str:
        package.session["n"] = package.session.get("n", 0) + 1
        return "session"

    @app.route("/page")
    def page() -> str:
        return package.render_template("page.html", name=package.url_for("index"))  # type: ignore[no-any-return]

    @app.route("/string")
    def string() -> str:
        return package.render_template_string("{{ 1 }}")  # type: ignore[no-any-return]

    @app.route("/json", methods=["GET", "POST"])
    def json() -> Any:
        if package.request.method == "POST":
            return {"got": package.request.get_json()}
        return package.jsonify(a=1)

    @app.route("/form", methods=["POST"])
    def form() -> str:
        return f"{package.request.form['a']}{package.request.args['b']}"

    @app.route("/body", methods=["POST"])
    def body() -> bytes:
        return package.request.get_data()  # type: ignore[no-any-return]

    @app.route("/headers")
    def headers() -> Any:
        response = package.make_response(package.request.headers["X-In"])
        response.headers.set("X-Set", package.request.headers.get("X-In"))
        response.headers.add("X-Add", "1")
        response.set_cookie("c", "v")
        response.delete_cookie("d")
        response.call_on_close(lambda: None)
        list(response.headers.items())
        return response

    @app.route("/moved")
    def moved() -> Any:
        return package.redirect("/")

    @app.route("/broken-url")
    def broken_url() -> Any:
        return package.redirect(package.url_for("nowhere"))

    @app.route("/file")
    def file() -> Any:
        return package.send_file("files/page.html", conditional=True)

    @app.route("/after")
    def after() -> str:
        package.after_this_request(lambda response: response)
        return "after"

    @app.route("/copied")
    def copied() -> str:
        return package.copy_current_request_context(lambda: package.request.path)()  # type: ignore[no-any-return]

    @app.route("/flash")
    def flash() -> str:
        package.flash("hello")
        return str(package.get_flashed_messages())

    @app.route("/type-error")
    def type_error() -> None:
        return None

    class Item(parts.MethodView):  # type: ignore[misc, name-defined]
        def get(self) -> str:
            return "item"

    app.add_url_rule("/item", view_func=Item.as_view("item"))
    app.add_url_rule("/named", endpoint="named")
    app.endpoint("named")(lambda: "named")
    app.before_request(lambda: None)
    app.after_request(lambda response: response)
    app.teardown_request(lambda error: None)
    app.teardown_appcontext(lambda error: None)
    app.context_processor(dict)
    app.url_defaults(lambda endpoint, values: None)
    app.url_value_preprocessor(lambda endpoint, values: None)
    app.errorhandler(404)(lambda error: ("none", 404))
    app.register_error_handler(ValueError, lambda error: "value")
    app.url_build_error_handlers.append(lambda error, endpoint, values: "/built")
    app.template_filter("own")(str)

    blueprint = _blueprint(parts)
    app.register_blueprint(blueprint, url_prefix="/bp")
    return blueprint


def _blueprint(parts: Parts) -> Any:
    base, state_class = parts.Blueprint, parts.BlueprintSetupState
    if "BlueprintSetupState" in parts.instead:

        class WithState(base):  # type: ignore[misc, valid-type]
            def make_setup_state(self, app: Any, options: Any, first: bool = False) -> Any:
                return state_class(self, app, options, first)

        base = WithState
    blueprint = base("bp", "seams", root_path=str(FOLDER), static_folder="files")

    @blueprint.route("/")
    def index() -> str:
        return "of the blueprint"

    @blueprint.get("/boom")
    def boom() -> str:
        raise ValueError("on purpose")

    blueprint.before_request(lambda: None)
    blueprint.after_request(lambda response: response)
    blueprint.teardown_request(lambda error: None)
    blueprint.before_app_request(lambda: None)
    blueprint.after_app_request(lambda response: response)
    blueprint.teardown_app_request(lambda error: None)
    blueprint.context_processor(dict)
    blueprint.errorhandler(ValueError)(lambda error: "value")
    blueprint.register_error_handler(KeyError, lambda error: "key")
    blueprint.app_errorhandler(410)(lambda error: "gone")
    blueprint.add_url_rule("/added", "added", lambda: "added")
    blueprint.endpoint("bp.named")(lambda: "named")
    blueprint.record(lambda state: None)
    blueprint.record_once(lambda state: None)
    blueprint.register_blueprint(parts.package.Blueprint("inner", "seams"))
    return blueprint


#: Method, path and further arguments for the client.
REQUESTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("GET", "/", {}),
    ("HEAD", "/", {}),
    ("OPTIONS", "/", {}),
    ("GET", "/missing", {}),
    ("GET", "/boom", {}),
    ("GET", "/slash", {}),
    ("GET", "/session", {}),
    ("GET", "/session", {}),
    ("GET", "/page", {}),
    ("GET", "/string", {}),
    ("GET", "/json", {}),
    ("POST", "/json", {"json": {"a": 1}}),
    ("POST", "/json", {"data": b"{", "content_type": "application/json"}),
    ("POST", "/form?b=2", {"data": {"a": "1"}}),
    ("POST", "/body", {"data": b"body"}),
    ("GET", "/headers", {"headers": {"X-In": "x"}}),
    ("GET", "/moved", {}),
    ("GET", "/broken-url", {}),
    ("GET", "/file", {}),
    ("GET", "/after", {}),
    ("GET", "/copied", {}),
    ("GET", "/flash", {}),
    ("GET", "/type-error", {}),
    ("GET", "/item", {}),
    ("GET", "/named", {}),
    ("GET", "/static/page.html", {}),
    ("GET", "/bp/", {}),
    ("GET", "/bp/boom", {}),
    ("GET", "/bp/added", {}),
    ("GET", "/bp/static/page.html", {}),
)


def send_all(app: Any) -> list[tuple[int, bytes]]:
    """Send all requests; return the statuses and bodies."""
    client = app.test_client()
    answers = []
    for method, path, more in REQUESTS:
        with client.open(path, method=method, **more) as response:
            answers.append((response.status_code, response.get_data()))
    with app.app_context():
        app.json.dumps({"a": 1})
        app.jinja_env.get_template("page.html").render()
    with app.test_request_context("/"):
        app.test_cli_runner()
    return answers
