"""An application that uses what everyday applications use: it says ``from flask import``."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    after_this_request,
    current_app,
    flash,
    g,
    get_flashed_messages,
    has_request_context,
    jsonify,
    make_response,
    redirect,
    render_template,
    render_template_string,
    request,
    send_file,
    send_from_directory,
    session,
    stream_template,
    stream_with_context,
    url_for,
)
from flask.json.provider import DefaultJSONProvider
from flask.views import MethodView, View
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter

SECRET_KEY = "recorded, not secret"

app = Flask(__name__)
app.config.update(
    SECRET_KEY=SECRET_KEY,
    MAX_CONTENT_LENGTH=200_000,
    PERMANENT_SESSION_LIFETIME=timedelta(days=36500),
    SESSION_COOKIE_SAMESITE="Lax",
    SEND_FILE_MAX_AGE_DEFAULT=300,
)

# What ran, in order, since it was last asked for.
events: list[str] = []


def note(event: str) -> None:
    """Note an event, but not those of streams, which end when the server likes."""
    if not g.get("streams"):
        events.append(event)


class ListConverter(BaseConverter):
    """Names joined by plus signs."""

    def to_python(self, value: str) -> list[str]:
        """Split."""
        return value.split("+")

    def to_url(self, value: Any) -> str:
        """Join."""
        return "+".join(BaseConverter.to_url(self, item) for item in value)


class Provider(DefaultJSONProvider):
    """JSON that also knows sets."""

    @staticmethod
    def default(value: Any) -> Any:
        """Sort sets; leave the rest to Flask."""
        return sorted(value) if isinstance(value, set) else DefaultJSONProvider.default(value)


app.json = Provider(app)
app.url_map.converters["list"] = ListConverter
app.jinja_env.filters["shout"] = lambda text: f"{text}!".upper()


class Teapot(Exception):
    """An error of the application's own."""


# Hooks.


@app.before_request
def before() -> Any:
    """Note, and answer in the view's place when asked to."""
    g.streams = request.endpoint in ("stream", "stream_page")
    note(f"before {request.endpoint}")
    g.trace = ["before"]
    if request.args.get("stop") == "before":
        return "stopped", 202
    return None


@app.before_request
def before_too() -> None:
    """Note."""
    note("before too")


@app.after_request
def after(response: Response) -> Response:
    """Note, and mark."""
    note(f"after {response.status_code}")
    response.headers["X-After"] = ",".join(g.get("trace", []))
    return response


@app.teardown_request
def teardown(error: BaseException | None) -> None:
    """Note."""
    note(f"teardown {type(error).__name__}")


@app.teardown_appcontext
def teardown_context(error: BaseException | None) -> None:
    """Note."""
    note(f"context {type(error).__name__}")


@app.url_defaults
def language(endpoint: str, values: dict[str, Any]) -> None:
    """Put the language into addresses that take one."""
    if current_app.url_map.is_endpoint_expecting(endpoint, "language"):
        values.setdefault("language", g.get("language", "en"))


@app.url_value_preprocessor
def take_language(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Take the language out of the address."""
    g.language = (values or {}).pop("language", "en")


@app.context_processor
def site() -> dict[str, Any]:
    """Name the site in every template."""
    return {"site": "Every<day>", "year": 2026}


@app.errorhandler(404)
def not_found(error: HTTPException) -> tuple[str, int]:
    """Say so in a template."""
    return render_template("missing.html", path=request.path), 404


@app.errorhandler(Teapot)
def teapot(error: Teapot) -> tuple[dict[str, str], int]:
    """Answer with JSON."""
    return {"error": str(error)}, 418


@app.errorhandler(413)
def too_large(error: HTTPException) -> Any:
    """Answer with what the error already carries, and a header."""
    response = error.get_response()
    response.headers["X-Limit"] = "200000"
    return response


# Views.


@app.get("/events")
def show_events() -> Any:
    """Tell what has run before this request, and forget it."""
    told, events[:] = list(events[:-2]), []
    return jsonify(told)


@app.route("/")
def index() -> str:
    """Render a page that inherits, includes and escapes."""
    return render_template("index.html", items=["<one>", Markup("<b>two</b>"), "three & four"])


@app.route("/<language>/page/<int:number>", endpoint="page")
@app.route("/page/", defaults={"number": 1}, endpoint="page")
def page(number: int) -> str:
    """Build addresses of all kinds."""
    return "\n".join(
        [
            url_for("page", number=number + 1),
            url_for("page", number=number, language="de", q="a b&c", _anchor="top"),
            url_for("page", number=1),
            url_for("index", _external=True, _scheme="https"),
            url_for("static", filename="style.css"),
            url_for("tags", names=["x", "y/z"]),
            url_for("shop.item", key=7, _method="GET"),
            url_for("shop.admin.index"),
            g.language,
        ]
    )


@app.route("/tags/<list:names>")
def tags(names: list[str]) -> list[str]:
    """Return a list: JSON."""
    return names


@app.route("/kinds/<float(signed=True):a>/<uuid:b>/<any(red, green):c>/<string(length=2):d>")
def kinds(a: float, b: UUID, c: str, d: str) -> dict[str, Any]:
    """Return a dict: JSON."""
    return {"a": a, "b": b, "c": c, "d": d}


@app.route("/json", methods=["GET", "POST"])
def all_json() -> Any:
    """Answer what was sent, or values of all types that JSON is made of."""
    if request.method == "POST":
        return jsonify(request.get_json(), mimetype=request.mimetype)
    moment = datetime(2026, 11, 23, 9, 30, tzinfo=timezone.utc)
    return jsonify(
        moment=moment, day=date(2026, 11, 23), amount=Decimal("1.10"), key=UUID(int=7),
        names={"b", "a"}, text="\u20ac<>&'\u2028", nothing=None, markup=Markup("<b>"),
    )  # fmt: skip


@app.route("/echo", methods=["GET", "POST", "PUT"])
def echo() -> Any:
    """Tell all that the request says."""
    return jsonify(
        args=request.args.to_dict(flat=False),
        form=request.form.to_dict(flat=False),
        files={
            name: [file.filename, file.content_type, len(file.read())]
            for name, file in request.files.items()
        },
        cookies=request.cookies,
        type=[request.mimetype, request.mimetype_params],
        best=request.accept_mimetypes.best_match(["application/json", "text/html"]),
        language=request.accept_languages.best_match(["de", "en"]),
        agent=request.user_agent.string,
        url=[request.url, request.base_url, request.root_url, request.full_path, request.host],
        where=[request.endpoint, request.blueprint, str(request.url_rule), request.view_args],
        flags=[request.is_json, request.is_secure, has_request_context()],
        length=request.content_length,
        range=str(request.range),
        authorization=str(request.authorization),
    )


@app.route("/returns/<kind>")
def returns(kind: str) -> Any:
    """Return what views may return."""
    kinds: dict[str, Any] = {
        "str": "text", "bytes": b"bytes", "empty": "", "tuple": ("text", 201),
        "headers": ("text", {"X-Kind": "yes"}), "status": ("text", "299 STRANGE"),
        "three": ("text", 202, [("X-A", "1"), ("X-A", "2")]), "list": [1, {"a": None}],
        "dict": {"b": 1, "a": [1, 2]},
        "response": Response("own", status=203, mimetype="text/plain"),
        "made": make_response("made", 206), "generator": (str(i) for i in range(4)),
        "iterator": iter(["a", "b"]), "error": HTTPException(response=Response("x", 409)),
        "none": None, "int": 5, "bad": ("a", "b", "c", "d"), "wsgi": _wsgi,
        "no content": ("", 204), "reset": ("", 205), "not modified": ("x", 304),
    }  # fmt: skip
    return kinds[kind]


def _wsgi(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("207 Many", [("Content-Type", "text/x-wsgi"), ("X-Wsgi", "yes")])
    return [b"from ", b"wsgi"]


@app.route("/raise/<kind>")
def raising(kind: str) -> Any:
    """Raise what views may raise."""
    if kind == "teapot":
        raise Teapot("short and stout")
    if kind == "key":
        return request.form["missing"]
    if kind == "abort":
        abort(Response("aborted", 409, {"X-Abort": "1"}))
    if kind.isdigit():
        abort(int(kind), description=f"described <{kind}>")
    raise RuntimeError(kind)


@app.route("/login", methods=["GET", "POST"])
def login() -> Any:
    """Keep a name in the session."""
    if request.method == "POST":
        session["name"] = request.form["name"]
        session.permanent = "keep" in request.form
        flash(f"Hello <{session['name']}>", "info")
        flash("Second")
        return redirect(url_for("login"), 303)
    return render_template("login.html")


@app.route("/logout", methods=["POST"])
def logout() -> Any:
    """Forget the name."""
    session.pop("name", None)
    return redirect("/login")


@app.route("/messages")
def messages() -> Any:
    """Take the messages out of the session."""
    return jsonify(get_flashed_messages(with_categories=True))


@app.route("/tagged")
def tagged() -> Any:
    """Put into the session what its serializer has tags for."""
    session["all"] = [
        (1, 2),
        b"\x00\xff",
        Markup("<i>"),
        UUID(int=9),
        datetime(2026, 1, 2),
        {" t": 1},
    ]
    return jsonify(session.modified)


@app.route("/cookies")
def cookies() -> Any:
    """Set and delete cookies with all their attributes."""
    response = make_response("cookies")
    response.set_cookie("plain", "value")
    response.set_cookie(
        "full", "a;b\u20ac", max_age=60, path="/x", domain="recorded.test", secure=True,
        httponly=True, samesite="Strict", partitioned=True,
    )  # fmt: skip
    response.delete_cookie("gone", path="/y")
    return response


@app.route("/later")
def later() -> str:
    """Change this response only."""

    @after_this_request
    def add(response: Response) -> Response:
        response.headers.add("X-Later", "yes")
        response.vary.add("Accept")
        return response

    return "later"


@app.route("/stream")
def stream() -> Any:
    """Make the body while it is sent, with the request at hand."""

    def pieces() -> Iterator[str]:
        for number in range(int(request.args.get("n", 3))):
            yield f"{number} {request.path} {g.language}\n"

    return Response(stream_with_context(pieces()), mimetype="text/plain")


@app.route("/stream-template")
def stream_page() -> Any:
    """Render piece by piece."""
    return stream_template("list.html", items=range(20))


@app.route("/template")
def template() -> str:
    """Render text with all that templates know."""
    return render_template_string(
        "{{ request.args.a }}|{{ session.name }}|{{ g.language }}|{{ config.MAX_CONTENT_LENGTH }}|"
        "{{ url_for('index') }}|{{ '<x>'|shout }}|{{ get_flashed_messages() }}|"
        "{{ {'a': '<'}|tojson }}"
    )


@app.route("/download")
def download() -> Any:
    """Send a file made in memory."""
    return send_file(
        io.BytesIO(b"0123456789" * 20), mimetype="text/plain", as_attachment=True,
        download_name=request.args.get("name", "numbers.txt"), etag="fixed",
        last_modified=datetime(2026, 1, 1, tzinfo=timezone.utc), max_age=60,
    )  # fmt: skip


@app.route("/files/<path:name>")
def files(name: str) -> Any:
    """Send a file of a directory."""
    return send_from_directory("static", name)


@app.route("/upload", methods=["POST"])
def upload() -> Any:
    """Tell what files came."""
    kept = [[f.filename, f.mimetype, len(f.read())] for f in request.files.getlist("file")]
    return jsonify(kept), 201, {"Location": url_for("index")}


@app.route("/conditional")
def conditional() -> Any:
    """Answer with a validator."""
    response = make_response("content " * 10)
    response.add_etag()
    response.last_modified = datetime(2026, 1, 1, tzinfo=timezone.utc)
    response.cache_control.max_age = 5
    return response.make_conditional(request, accept_ranges=True, complete_length=80)


@app.route("/options", methods=["GET", "OPTIONS"], provide_automatic_options=False)
def options() -> str:
    """Answer OPTIONS by hand."""
    return f"by hand {request.method}"


class Listing(View):
    """A view of the plain kind."""

    methods = ("GET", "POST")
    init_every_request = False

    def __init__(self, title: str) -> None:
        self.title = title

    def dispatch_request(self) -> str:
        """Name it."""
        return f"{self.title} {request.method}"


class Item(MethodView):
    """A view of a method for each method."""

    def get(self, key: int) -> str:
        """Get."""
        return f"get {key}"

    def put(self, key: int) -> tuple[str, int]:
        """Put."""
        return f"put {key}", 201

    def delete(self, key: int) -> tuple[str, int]:
        """Delete."""
        return "", 204


app.add_url_rule("/listing", view_func=Listing.as_view("listing", "Title"))
app.add_url_rule("/item/<int:key>", view_func=Item.as_view("item"))

shop = Blueprint(
    "shop", __name__, url_prefix="/shop", template_folder="shop_templates", static_folder="static"
)
admin = Blueprint("admin", __name__, url_prefix="/admin")


@shop.before_request
def shop_before() -> None:
    """Note."""
    g.trace.append("shop")


@shop.route("/")
def shop_index() -> str:
    """Render the blueprint's own template."""
    return render_template("shop.html")


@shop.route("/item/<int:key>", endpoint="item")
def shop_item(key: int) -> str:
    """Name the blueprint."""
    return f"{request.blueprint} {request.blueprints} {key} {url_for('.item', key=key + 1)}"


@shop.errorhandler(Teapot)
def shop_teapot(error: Teapot) -> tuple[str, int]:
    """Answer for the shop."""
    return f"shop {error}", 419


@shop.route("/teapot")
def shop_raises() -> str:
    """Raise the application's error."""
    raise Teapot("sold out")


@shop.app_errorhandler(410)
def gone(error: HTTPException) -> tuple[str, int]:
    """Answer for the whole application."""
    return f"gone everywhere: {error.description}", 410


@admin.route("/")
def index_of_admin() -> str:
    """Say where it is."""
    return f"{request.endpoint} {url_for('.index')} {url_for('shop.item', key=1)}"


admin.add_url_rule("/index", "index", index_of_admin)


@admin.teardown_request
def admin_teardown(error: BaseException | None) -> None:
    """Note."""
    note("teardown admin")


shop.register_blueprint(admin)
app.register_blueprint(shop)
app.register_blueprint(shop, name="outlet", url_prefix="/outlet")

inner = Flask("inner")


@inner.route("/")
@inner.route("/<name>")
def inner_index(name: str = "") -> str:
    """Tell what a mounted application sees."""
    return f"{name} {request.script_root} {request.path} {request.url} {url_for('inner_index')}"


# What the servers serve: behind a proxy, with another application mounted.
application = DispatcherMiddleware(app, {"/mounted": inner})
application = ProxyFix(application, x_for=1, x_proto=1, x_host=1, x_prefix=1)  # type: ignore[assignment]
