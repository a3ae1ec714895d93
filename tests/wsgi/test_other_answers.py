"""Errors, OPTIONS and answers that are no response of the app's class: as genuine Flask gives them.

What an after-request function sees of the response is compared as well.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import flask
import pytest
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import (
    BadRequest,
    Gone,
    HTTPException,
    MethodNotAllowed,
    RequestedRangeNotSatisfiable,
    TooManyRequests,
    Unauthorized,
)
from werkzeug.routing import MapAdapter
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Response as WerkzeugResponse

import flaskfast
from flaskfast.routing import MapAdapter as OwnMapAdapter

from .gateway import call, environ_for

METHODS = ("GET", "HEAD", "POST", "PUT", "OPTIONS", "--")


class Tea(HTTPException):
    """An error of the app's own."""

    code = 418
    description = "Short & stout."


class Shy(Gone):
    """One that makes its headers itself."""

    def get_headers(self, *args: Any) -> Any:
        return [*super().get_headers(*args), ("X-Shy", "yes")]


class Answers(HTTPException):
    """One that makes its whole response itself."""

    code = 409

    def get_response(self, *args: Any) -> Any:
        return WerkzeugResponse("of its own", 409, {"X-Own": "1"})


def plain(environ: Any, start_response: Any) -> Any:
    start_response("202 Accepted", [("Content-Type", "text/x"), ("X-A", "1")])
    return [b"a", environ["PATH_INFO"].encode()]


def untyped(environ: Any, start_response: Any) -> Any:
    start_response("299 Fine", [])(b"written")
    return iter([b"", b"b"])


def raising(error: BaseException) -> Any:
    def view(**values: Any) -> Any:
        raise error

    return view


def views(module: ModuleType) -> dict[str, Any]:
    """Return what is behind the paths of the app."""
    response = module.Response

    class Other(response):  # type: ignore[misc, name-defined]
        pass

    def made(*args: Any, **kwargs: Any) -> Any:
        return lambda: module.abort(module.make_response(*args, **kwargs))

    def typed(name: str) -> Any:
        answer = response("a", 404, [("content-length", "1"), ("content-type", name)])
        del answer.headers["content-type"]
        return answer

    return {
        "werkzeug": lambda: WerkzeugResponse("text", 201, {"X-A": "1"}),
        "werkzeug-empty": lambda: WerkzeugResponse(),
        "werkzeug-stream": lambda: WerkzeugResponse(iter(["a", b"b"]), "299 Fine", mimetype="a/b"),
        "werkzeug-tuple": lambda: (WerkzeugResponse("text"), 203, {"X-B": "2"}),
        "other": lambda: Other("other", 203),
        "wsgi": lambda: plain,
        "wsgi-untyped": lambda: untyped,
        "wsgi-tuple": lambda: (plain, 203, {"X-B": "2"}),
        "wsgi-error": lambda: Tea("returned"),
        "abort": made(("stop", 402, {"X-A": "1"})),
        "abort-plain": made("stop"),
        "abort-empty": made(("", 204)),
        "abort-line": made(("hm", "499 Fine")),
        "abort-parts": lambda: module.abort(response(["a", "b"], 410)),
        "abort-stream": lambda: module.abort(response(iter("ab"), 410)),
        "abort-untyped": lambda: module.abort(typed("text/x")),
        "abort-other": lambda: module.abort(Other("other", 410)),
        "abort-werkzeug": lambda: module.abort(WerkzeugResponse("w", 410)),
        "abort-json": lambda: module.abort(module.jsonify(no=True)),
        "abort-404": lambda: module.abort(404),
        "gone": raising(Gone()),
        "gone-response": raising(Gone(response=response("is gone", 200))),
        "tea": raising(Tea()),
        "shy": raising(Shy()),
        "answers": raising(Answers()),
        "bad": raising(BadRequest("a\n<b>")),
        "405": raising(MethodNotAllowed(["GET", "PUT"])),
        "405-none": raising(MethodNotAllowed()),
        "416": raising(RequestedRangeNotSatisfiable(7)),
        "429": raising(TooManyRequests(retry_after=7)),
        "401": raising(Unauthorized(www_authenticate=WWWAuthenticate("basic", {"realm": "a"}))),
        "dict-status": lambda: ({"a": 1}, 299),
        "dict-404": lambda: ({"a": 1}, 404),
        "response-status": lambda: (response("a"), 404),
        "other-status": lambda: (Other("a"), 404),
    }


def app_of(module: ModuleType, handlers: bool, before: bool) -> Any:
    app = module.Flask("answers", static_folder=None)
    app.logger.disabled = True
    for name, view in views(module).items():
        app.add_url_rule(f"/{name}", name, view, methods=["GET", "POST"])
    app.add_url_rule("/slash/", "slash", lambda: "slash")
    app.add_url_rule("/slash/<int:number>/", "number", lambda number: "number", methods=["PUT"])
    app.add_url_rule("/any", "any", lambda: "any", methods=["GET"], provide_automatic_options=False)
    inner = module.Blueprint("inner", "answers", url_prefix="/inner")
    outer = module.Blueprint("outer", "answers", url_prefix="/outer")
    inner.add_url_rule("/page", "page", lambda: "page", methods=["PATCH"])
    inner.add_url_rule("/<name>", "name", lambda name: module.abort(404), methods=["GET"])
    inner.add_url_rule("/tea", "tea", raising(Tea()))
    inner.add_url_rule("/key", "key", raising(KeyError("no key")))
    if handlers:
        inner.register_error_handler(404, lambda error: ("inner", 404))
        outer.register_error_handler(405, lambda error: ("never asked", 405))
        outer.register_error_handler(Tea, lambda error: (f"outer {error.name}", 418))
        outer.register_error_handler(LookupError, lambda error: (f"outer {error}", 500))
        app.register_error_handler(405, lambda error: (sorted(error.valid_methods or ()), 405))
        app.register_error_handler(410, lambda error: error.get_response())
        app.register_error_handler(HTTPException, lambda error: error)
    outer.register_blueprint(inner)
    app.register_blueprint(outer)

    @app.after_request
    def look(response: Any) -> Any:
        seen = (response.status_code, response.mimetype, response.is_sequence, type(response))
        response.headers["X-Seen"] = str(seen).replace("flaskfast", "flask")
        if module.request.args:
            response.headers["X-Data"] = response.get_data(as_text=True).replace("\n", " ")
        return response

    if before:
        # Somebody wants to see adapters being made.
        own = app.create_url_adapter
        app.create_url_adapter = lambda request: own(request)
    return app


def told(app: Any, path: str, method: str, query: str) -> Any:
    # Not by call(): its validator wants no Content-Type for a 204, which Flask sends.
    body, status, sent = run_wsgi_app(app, environ_for(path, method, query=query))
    headers = [
        (name, sorted(value.split(", ")) if name == "Allow" else value) for name, value in sent
    ]
    data = b"".join(body)
    if hasattr(body, "close"):
        body.close()
    return status, headers, data


PATHS = [
    *(f"/{name}" for name in views(flask)),
    *("/slash", "/slash/", "/slash/7", "/slash/x", "/slash/7/", "//slash", "/any", "/none", ""),
    *("/outer/inner/page", "/outer/inner/x", "/outer/inner/tea", "/outer/inner/key", "/outer"),
]


@pytest.mark.filterwarnings("ignore::wsgiref.validate.WSGIWarning")
@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("handlers", [False, True])
def test_answers(handlers: bool, before: bool) -> None:
    genuine, ours = (app_of(module, handlers, before) for module in (flask, flaskfast))
    found = {}
    for path in PATHS:
        for method in METHODS:
            for query in ("", "a=b"):
                expected = told(genuine, path, method, query)
                answer = told(ours, path, method, query)
                # Once more: what was raised is often one and the same object.
                if not answer == told(ours, path, method, query) == expected:
                    found[path, method, query] = expected, answer
    assert found == {}


@pytest.mark.filterwarnings("ignore::wsgiref.validate.WSGIWarning")
@pytest.mark.parametrize("matching", ["host", "subdomain"])
def test_options_of_hosts(matching: str) -> None:
    def app(module: ModuleType) -> Any:
        made: Any = module.Flask("hosts", static_folder=None, **{f"{matching}_matching": True})
        host = {"subdomain": "a"} if matching == "subdomain" else {"host": "a.example"}
        made.config["SERVER_NAME"] = "example"
        made.add_url_rule("/p", "p", lambda: "p", methods=["PUT"], **host)
        made.add_url_rule("/<x>", "x", lambda x: x, methods=["DELETE"], **host)
        return made

    apps = [app(flask), app(flaskfast)]
    for path in ("/p", "/q", "/p/q", "/"):
        for method in METHODS:
            found = []
            for each in apps:
                answer = call(each, environ_for(path, method, headers={"Host": "a.example"}))
                allowed = sorted((answer.header("Allow") or "").split(", "))
                found.append((answer.status, allowed, answer.body))
            assert found[0] == found[1], (path, method)


@pytest.mark.parametrize("owner", [MapAdapter, OwnMapAdapter])
@pytest.mark.parametrize("name", ["allowed_methods", "match"])
def test_what_tells_the_methods_can_be_replaced(
    owner: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where an adapter is asked, whoever has replaced a step of it sees that."""
    app = flaskfast.Flask("options", static_folder=None)
    app.add_url_rule("/", "index", lambda: "")
    app.create_url_adapter = lambda request, own=app.create_url_adapter: own(request)  # type: ignore[method-assign, misc]
    seen = []
    genuine = getattr(owner, name)

    def noting(self: Any, *args: Any, **kwargs: Any) -> Any:
        seen.append(args)
        return genuine(self, *args, **kwargs)

    def ask() -> list[str]:
        answer = call(app, environ_for("/", "OPTIONS"))
        return sorted((answer.header("Allow") or "").split(", "))

    assert ask() == ["GET", "HEAD", "OPTIONS"]
    monkeypatch.setattr(owner, name, noting)
    assert ask() == ["GET", "HEAD", "OPTIONS"]
    assert seen


def test_edited_rules_are_seen_by_options() -> None:
    app = flaskfast.Flask("options", static_folder=None)
    app.add_url_rule("/", "index", lambda: "", methods=["GET"])

    def ask() -> list[str]:
        answer = call(app, environ_for("/", "OPTIONS"))
        return sorted((answer.header("Allow") or "").split(", "))

    assert ask() == ["GET", "HEAD", "OPTIONS"]
    app.url_map.add(app.url_rule_class("/", endpoint="more", methods=["PUT"]))
    assert ask() == ["GET", "HEAD", "OPTIONS", "PUT"]
    for rule in app.url_map.iter_rules("more"):
        rule.methods = {"DELETE"}
    assert ask() == ["DELETE", "GET", "HEAD", "OPTIONS"]


TRUSTED = (["example", ".b.example"], ("example",), "example", [], ["ä.example"], {"example"})
HOSTS = (
    "example",
    "example:80",
    "EXAMPLE",
    "b.example:8000",
    "a.b.example",
    "c.example",
    "a..b",
    "",
)


@pytest.mark.parametrize("trusted", TRUSTED, ids=repr)
def test_trusted_hosts(trusted: Any) -> None:
    def answers(module: ModuleType) -> Any:
        app = module.Flask("trusted", static_folder=None)
        app.logger.disabled = True
        app.config["TRUSTED_HOSTS"] = trusted

        @app.get("/")
        def index() -> Any:
            request = module.request
            url = module.url_for("index", _external=True)
            return f"{request.host} {request.trusted_hosts} {request.url} {url}"

        found = []
        for host in (*HOSTS, *HOSTS):
            for path in ("/", "/none"):
                for scheme in ("http", "https"):
                    environ = environ_for(path, headers={"Host": host})
                    environ["wsgi.url_scheme"] = scheme
                    answer = call(app, environ)
                    found.append((host, path, scheme, answer.status, answer.body))
        environ = environ_for("/")
        environ.pop("HTTP_HOST", None)
        found.append(call(app, environ).body)
        if type(trusted) is list and trusted == ["example", ".b.example"]:
            trusted.append("c.example")
            found.append(call(app, environ_for("/", headers={"Host": "c.example"})).body)
            trusted.pop()
        return found

    assert answers(flaskfast) == answers(flask)
