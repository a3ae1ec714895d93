"""The pages that tell of an HTTP error are those of Werkzeug, byte by byte."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug import exceptions
from werkzeug.exceptions import HTTPException
from werkzeug.test import EnvironBuilder, run_wsgi_app

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
