"""What views return, and what they do to a response."""

from __future__ import annotations

import datetime
from http import HTTPStatus
from typing import Any

from benchmarks.elsewhere import view

WHEN = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)


def returning(name: str, what: str, value: Any, **options: Any) -> None:
    """Declare a view that returns what *value* makes with the framework's module."""

    @view(name, what, **options)
    def _(flask: Any) -> Any:
        app = flask.Flask(__name__)
        app.add_url_rule("/", "index", lambda: value(flask))
        return app


returning("tuple-status", "text and a status", lambda flask: ("made", 201), status=201)
returning(
    "tuple-headers",
    "text and a dict of headers",
    lambda flask: ("text", {"X-A": "1", "Cache-Control": "no-store", "Content-Type": "text/x-y"}),
)
returning(
    "tuple-three",
    "a dict, a status as an enum and a list of headers",
    lambda flask: ({"id": 7}, HTTPStatus.CREATED, [("X-A", "1"), ("X-A", "2"), ("Location", "/7")]),
    status=201,
)
returning("tuple-text-status", "text and a status line", lambda f: ("hm", "299 Fine"), status=299)
returning("empty", "nothing, by 204", lambda flask: ("", 204), status=204)
returning("bytes", "bytes", lambda flask: b"\x00\x01" * 50)
returning("list", "a list of dicts", lambda flask: [{"id": n, "name": "x"} for n in range(10)])
returning("generator", "a generator of bytes and text", lambda flask: (c for c in ("a", "b", "ü")))
returning(
    "response",
    "a Response with status, headers and mimetype",
    lambda flask: flask.Response("a;b", 203, {"X-A": "1"}, mimetype="text/csv"),
    status=203,
)
returning(
    "response-in-tuple",
    "jsonify(...), a status and headers",
    lambda flask: (flask.jsonify(error="no"), 422, {"X-A": "1"}),
    status=422,
)
returning("jsonify-shapes", "jsonify of arguments", lambda flask: flask.jsonify(1, "a", [None, {}]))
returning(
    "redirect-code",
    "a redirect with code 308 to another host",
    lambda flask: flask.redirect("https://other.example/ä?b=c d", 308),
    status=308,
)


@view("wsgi-callable", "a view that returns a WSGI application", status=202)
def _(flask: Any) -> Any:
    def other(environ: Any, start_response: Any) -> list[bytes]:
        start_response("202 Accepted", [("Content-Type", "text/plain"), ("X-Other", "1")])
        return [b"other ", environ["PATH_INFO"].encode()]

    app = flask.Flask(__name__)
    app.add_url_rule("/", view_func=lambda: other, endpoint="index")
    return app


@view("werkzeug-response", "a view that returns Werkzeug's own response")
def _(flask: Any) -> Any:
    from werkzeug.wrappers import Response

    app = flask.Flask(__name__)
    app.add_url_rule("/", view_func=lambda: Response("text", 200, {"X-A": "1"}), endpoint="index")
    return app


@view("make-response", "make_response, then headers, a type and a status")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    @app.get("/")
    def index() -> Any:
        response = flask.make_response("<a/>", 202)
        response.mimetype = "application/xml"
        response.headers["X-A"] = "1"
        response.headers.add("X-B", "2")
        response.headers.extend({"X-C": "3", "X-D": "4"})
        del response.headers["X-D"]
        response.status_code = 200
        return response

    return app


@view("several-cookies", "four cookies set with options, one deleted")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    @app.get("/")
    def index() -> Any:
        response = flask.make_response("cookies")
        response.set_cookie("theme", "dark", max_age=3600, samesite="Lax")
        response.set_cookie("id", "a b;c", secure=True, httponly=True, domain="bench.example")
        response.set_cookie("until", "x", expires=WHEN, path="/there")
        response.set_cookie("part", "x", secure=True, samesite="None", partitioned=True)
        response.delete_cookie("old", path="/there")
        return response

    return app


@view(
    "cookies-both-ways",
    "cookies read, one set and one deleted",
    request_headers={"Cookie": "theme=dark; id=7; long=" + "x" * 100 + '; quoted="a\\"b"'},
)
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    @app.get("/")
    def index() -> Any:
        cookies = flask.request.cookies
        response = flask.make_response(f"{cookies['theme']} {cookies.get('quoted')} {len(cookies)}")
        response.set_cookie("id", str(int(cookies["id"]) + 1))
        response.delete_cookie("long")
        return response

    return app


@view("caching", "cache_control, expires, last_modified, vary and an ETag")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    @app.get("/")
    def index() -> Any:
        response = flask.make_response("page " * 20)
        response.cache_control.public = True
        response.cache_control.max_age = 300
        response.expires = WHEN
        response.last_modified = WHEN
        response.vary.add("Accept-Encoding")
        response.vary.add("Cookie")
        response.content_language.add("en")
        response.add_etag()
        return response

    return app


@view(
    "conditional",
    "an ETag and make_conditional: 304",
    status=304,
    request_headers={"If-None-Match": '"v1", "v2"'},
)
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    @app.get("/")
    def index() -> Any:
        response = flask.make_response("page " * 20)
        response.set_etag("v2")
        return response.make_conditional(flask.request)

    return app


@view("after-body", "an after-request function that rewrites the body")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    @app.after_request
    def sign(response: Any) -> Any:
        if response.mimetype == "text/html" and not response.direct_passthrough:
            response.set_data(response.get_data(as_text=True).replace("</p>", "!</p>"))
        response.headers.setdefault("X-Length", str(response.content_length))
        return response

    app.add_url_rule("/", view_func=lambda: "<p>Hello</p>", endpoint="index")
    return app


@view("security-headers", "an after-request function that sets six headers, in a blueprint")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    site = flask.Blueprint("site", __name__)
    headers = {
        "X-Frame-Options": "SAMEORIGIN",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'self'; object-src 'none'",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Strict-Transport-Security": "max-age=31556926; includeSubDomains",
        "Permissions-Policy": "browsing-topics=()",
    }

    @site.after_app_request
    def secure(response: Any) -> Any:
        for name, value in headers.items():
            response.headers[name] = value
        return response

    site.add_url_rule("/", "index", lambda: "index")
    app.register_blueprint(site)
    return app


@view(
    "cors",
    "an after-request function for cross-origin requests",
    request_headers={"Origin": "https://a.example"},
)
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    @app.after_request
    def allow(response: Any) -> Any:
        origin = flask.request.headers.get("Origin")
        if origin:
            response.access_control_allow_origin = origin
            response.access_control_allow_credentials = True
            response.headers.add("Access-Control-Allow-Headers", "Content-Type")
            response.vary.add("Origin")
        return response

    app.add_url_rule("/", view_func=lambda: {"a": 1}, endpoint="index")
    return app


@view("stream-with-context", "a stream that reads the request")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)

    @app.get("/")
    def index() -> Any:
        @flask.stream_with_context
        def parts() -> Any:
            for number in range(3):
                yield f"{number} {flask.request.path} {flask.g.setdefault('n', number)}\n"

        return flask.Response(parts(), mimetype="text/plain")

    return app


@view("head", "HEAD of a page in a blueprint", path="/b/page", method="HEAD")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    b = flask.Blueprint("b", __name__, url_prefix="/b")
    b.add_url_rule("/page", "page", lambda: "page " * 10)
    app.register_blueprint(b)
    return app
