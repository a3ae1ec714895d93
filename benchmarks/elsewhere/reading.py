"""Views that read much of what there is: the request, g, the session, the configuration."""

from __future__ import annotations

from typing import Any

from benchmarks.elsewhere import view

FORM = b"name=Ada&tags=a&tags=b&age=36&note=" + b"x" * 100


@view("read-url", "path, full_path, url, base_url, host and more", path="/a/b?x=1&y=%C3%A4")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    @app.get("/a/<name>")
    def index(name: str) -> str:
        r = flask.request
        where = (r.path, r.full_path, r.url, r.base_url, r.url_root, r.root_url, r.host_url)
        rest = (r.host, r.scheme, r.is_secure, r.script_root, r.query_string, r.remote_addr)
        return f"{where} {rest} {r.method} {r.root_path}"

    return app


@view("read-match", "endpoint, blueprint, url_rule, view_args", path="/b/items/7")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    b = flask.Blueprint("b", __name__, url_prefix="/b")

    @b.get("/items/<int:number>")
    def item(number: int) -> str:
        r = flask.request
        return f"{r.endpoint} {r.blueprint} {r.blueprints} {r.url_rule} {r.view_args} {number}"

    app.register_blueprint(b)
    return app


@view(
    "read-args", "args by get, getlist, to_dict, type and in a loop", path="/?a=1&a=2&b=x&n=7&n=y"
)
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    @app.get("/")
    def index() -> str:
        args = flask.request.args
        found = [args.getlist("a", type=int), args.get("n", 0, type=int), args.to_dict(flat=False)]
        return f"{found} {[f'{k}={v}' for k, v in args.items(multi=True)]} {'b' in args}"

    return app


@view(
    "read-values",
    "values, of a query and a form",
    path="/?a=1&b=2",
    method="POST",
    request_body=FORM,
    request_type="application/x-www-form-urlencoded",
)
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    @app.post("/")
    def index() -> str:
        values = flask.request.values
        return f"{values['a']} {values.get('name')} {values.getlist('tags')} {sorted(values)}"

    return app


@view("read-headers", "headers by name and in a loop, and the common ones by attribute")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    @app.get("/")
    def index() -> dict[str, Any]:
        r = flask.request
        names = {name: value for name, value in r.headers if name.startswith("Accept")}
        return {
            "accept": names,
            "agent": r.user_agent.string,
            "host": r.headers["host"],
            "languages": r.accept_languages.to_header(),
            "json": r.accept_mimetypes.accept_json,
            "encodings": "gzip" in r.accept_encodings,
            "referrer": r.referrer,
        }

    return app


@view(
    "read-body-facts",
    "is_json, content_type, content_length, mimetype, get_json(silent)",
    method="POST",
    request_body=b'{"a": [1, 2, 3]}',
    request_type="application/json; charset=utf-8",
)
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    @app.post("/")
    def index() -> str:
        r = flask.request
        facts = (r.is_json, r.content_type, r.content_length, r.mimetype, r.mimetype_params)
        return f"{facts} {r.get_json(silent=True)} {r.json['a']} {r.get_data(as_text=True)}"

    return app


@view(
    "read-conditions",
    "authorization, cache_control, if_none_match, range, dates",
    request_headers={
        "Authorization": "Basic YWRhOnNlY3JldA==",
        "Cache-Control": "max-age=0, no-cache",
        "If-None-Match": 'W/"a", "b"',
        "Range": "bytes=0-9",
        "If-Modified-Since": "Fri, 02 Jan 2026 03:04:05 GMT",
    },
)
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    @app.get("/")
    def index() -> str:
        r = flask.request
        who = r.authorization
        return (
            f"{who.username} {who.password} {r.cache_control.max_age} {r.cache_control.no_cache}"
            f" {r.if_none_match.contains('b')} {r.range.ranges} {r.if_modified_since}"
        )

    return app


@view(
    "read-form",
    "form fields by index, get, getlist and in a loop",
    method="POST",
    request_body=FORM,
    request_type="application/x-www-form-urlencoded",
)
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    @app.route("/", methods=["GET", "POST"])
    def index() -> str:
        form = flask.request.form
        if flask.request.method != "POST":
            return "form"
        return f"{form['name']} {form.getlist('tags')} {form.get('age', type=int)} {list(form)}"

    return app


@view("read-g", "g and current_app.config, read and written many times")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    app.config.update(A=1, B="b")

    @app.get("/")
    def index() -> str:
        g, config = flask.g, flask.current_app.config
        for number in range(5):
            setattr(g, f"n{number}", number)
        g.user = "ada"
        return (
            f"{g.user} {g.get('none', 'x')} {'n1' in g} {sorted(g)} {g.pop('n2')} {g.n3}"
            f" {config['A']} {config.get('B')} {flask.current_app.name}"
            f" {flask.has_request_context()}"
        )

    return app


@view(
    "session-flash",
    "flash a message, read it, keep a list in the session",
    volatile=("Set-Cookie",),
    calls=20,
)
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    app.secret_key = "k"

    @app.get("/")
    def index() -> str:
        session = flask.session
        flask.flash("Saved.", "good")
        session.setdefault("cart", []).append(7)
        session.modified = True
        session.pop("old", None)
        return f"{flask.get_flashed_messages(with_categories=True)} {session['cart']} {session.new}"

    return app


@view(
    "session-permanent",
    "a permanent session with a user in it, read by a hook",
    calls=20,
    volatile=("Set-Cookie",),
)
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    app.secret_key = "k"

    @app.before_request
    def load() -> None:
        flask.session.permanent = True
        flask.g.user = flask.session.get("user", "nobody")

    app.add_url_rule("/", "index", lambda: f"hello {flask.g.user}")
    return app


@view("read-environ", "the environ itself, and request attributes that are set by a hook")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    @app.before_request
    def begin() -> None:
        flask.request.request_id = flask.request.environ.get("HTTP_X_REQUEST_ID", "none")

    @app.get("/")
    def index() -> str:
        environ = flask.request.environ
        return (
            f"{flask.request.request_id} {environ['REQUEST_METHOD']} {environ['wsgi.url_scheme']}"
        )

    return app
