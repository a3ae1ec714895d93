"""The pages that tell of an HTTP error are those of Werkzeug, byte by byte."""

from __future__ import annotations

from typing import Any

import flask as genuine
import pytest
from werkzeug import exceptions
from werkzeug.exceptions import HTTPException
from werkzeug.test import EnvironBuilder, run_wsgi_app

import flaskfast
from flaskfast import Flask, abort

ERRORS = sorted(
    {
        error
        for error in vars(exceptions).values()
        if isinstance(error, type) and issubclass(error, HTTPException) and error.code
    },
    key=lambda error: error.__name__,
)


class Teapot(HTTPException):
    code = 418

    def get_description(self, *args: Any) -> str:
        return f"<p>short and {self.description}</p>"


class Nameless(HTTPException):
    code = 499


class Named(HTTPException):
    code = 404
    name = "Not <here>"


class Bodied(HTTPException):
    code = 500

    def get_body(self, *args: Any) -> str:
        return "body"

    def get_headers(self, *args: Any) -> list[tuple[str, str]]:
        return [("Content-Type", "text/plain"), ("Content-Length", "4"), ("X-Error", "1")]


class Redirecting(HTTPException):
    code = 302


@pytest.mark.parametrize("error", [*ERRORS, Teapot, Nameless, Named, Bodied, Redirecting])
@pytest.mark.parametrize("description", [None, "", "a<b>\n\"c\" & 'd'\n", "ünï"])
def test_a_page(error: type[HTTPException], description: str | None) -> None:
    app = Flask(__name__, static_folder=None)
    made = error(description=description) if description is not None else error()

    @app.route("/")
    def view() -> Any:
        raise made

    environ = EnvironBuilder().get_environ()
    wanted = run_wsgi_app(made, environ)
    got = run_wsgi_app(app, environ)
    assert b"".join(got[0]) == b"".join(wanted[0])
    assert got[1] == wanted[1]
    assert list(got[2]) == list(wanted[2])


def test_a_step_on_the_error_itself() -> None:
    app = Flask(__name__, static_folder=None)

    @app.route("/")
    def view() -> Any:
        try:
            abort(403)
        except HTTPException as error:
            error.get_description = lambda *args: "<p>mine</p>"  # type: ignore[method-assign]
            raise

    assert b"<p>mine</p>" in app.test_client().get("/").data


def test_an_after_request_function_reads_and_replaces_it() -> None:
    app = Flask(__name__, static_folder=None)
    seen: list[bytes] = []

    @app.after_request
    def look(response: Any) -> Any:
        seen.append(response.get_data())
        response.set_data(b"replaced")
        return response

    answer = app.test_client().get("/nowhere")
    assert b"<h1>Not Found</h1>" in seen[0]
    assert (answer.status_code, answer.data, answer.content_length) == (404, b"replaced", 8)


@pytest.mark.parametrize("error", [exceptions.NotFound, exceptions.MethodNotAllowed, Bodied])
def test_what_an_after_request_function_is_shown(error: type[HTTPException]) -> None:
    shown = []
    for package in (genuine, flaskfast):
        app = package.Flask(__name__, static_folder=None)
        seen: list[Any] = []

        def look(response: Any, seen: list[Any] = seen) -> Any:
            seen += [response.is_streamed, response.is_sequence, list(response.headers)]
            seen += [response.status, response.mimetype, response.content_length]
            response.headers["X-Seen"] = "1"
            response.call_on_close(lambda: seen.append("closed"))
            return response

        app.after_request(look)
        app.add_url_rule("/", "view", lambda error=error: (_ for _ in ()).throw(error("why")))
        with app.test_client().get("/") as answer:
            seen += [answer.data, list(answer.headers), answer.status]
        shown.append(seen)
    assert shown[0] == shown[1]


class Own(exceptions.Aborter):
    def __call__(self, code: Any, *args: Any, **kwargs: Any) -> Any:
        super().__call__(418 if code == "tea" else code, *args, **kwargs)


@pytest.mark.parametrize("aborter_class", [exceptions.Aborter, Own])
@pytest.mark.parametrize(
    "arguments",
    [(403,), (404, "why"), (True,), ("404",), ("tea",), (200,), (None,), (0,), (499,)],
)
def test_abort(aborter_class: Any, arguments: tuple[Any, ...]) -> None:
    outcomes = []
    for package in (genuine, flaskfast):
        app = package.Flask(__name__, static_folder=None)
        app.aborter = aborter_class(extra={499: Nameless})
        with app.app_context():
            try:
                package.abort(*arguments)
            except Exception as error:
                outcomes.append((type(error), str(error), getattr(error, "response", None)))
    assert outcomes[0] == outcomes[1]


def test_abort_is_seen_by_who_wraps_the_aborter(monkeypatch: pytest.MonkeyPatch) -> None:
    for package in (genuine, flaskfast):
        seen: list[Any] = []
        call = exceptions.Aborter.__call__

        def wrapped(self: Any, code: Any, seen: list[Any] = seen, call: Any = call) -> Any:
            seen.append(code)
            call(self, code)

        monkeypatch.setattr(exceptions.Aborter, "__call__", wrapped)
        app = package.Flask(__name__, static_folder=None)
        with app.app_context(), pytest.raises(exceptions.Forbidden):
            package.abort(403)
        answer = package.Response("answer")
        with app.app_context(), pytest.raises(HTTPException) as raised:
            package.abort(answer)
        assert raised.value.response is answer
        assert seen == [403, answer]
        monkeypatch.undo()
