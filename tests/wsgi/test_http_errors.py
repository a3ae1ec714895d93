"""HTTP errors of applications' own, which are answered as they say, however they were made."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RoutingException
from werkzeug.wrappers import Response

from .gateway import call, environ_for


class Elsewhere(HTTPException, RoutingException):
    """Its base's initialiser is never called, so it has no ``response``."""

    code = 303

    def __init__(self, target: str) -> None:
        RoutingException.__init__(self, target)
        self.target = target

    def get_response(self, *args: Any) -> Response:
        return Response("elsewhere", 303, {"Location": self.target})


class Closed(HTTPException):
    """Always the same answer, the very object."""

    code = 503
    kept = Response("closed", 503, {"X-Kept": "1"})

    def get_response(self, *args: Any) -> Response:
        return self.kept


class Plain(HTTPException):
    code = 418

    def get_body(self, *args: Any) -> str:
        return "short and stout"

    def get_headers(self, *args: Any) -> list[tuple[str, str]]:
        return [("Content-Type", "text/plain"), ("X-Own", "1")]


def _on_the_object() -> HTTPException:
    error = Plain()
    error.get_response = lambda *args: Response("on the object", 200)  # type: ignore[method-assign]
    return error


ERRORS = {
    "elsewhere": (lambda: Elsewhere("/there"), 303, b"elsewhere"),
    "closed": (Closed, 503, b"closed"),
    "plain": (Plain, 418, b"short and stout"),
    "object": (_on_the_object, 200, b"on the object"),
    "given": (lambda: Plain(response=Response("given", 402)), 402, b"given"),
}


@pytest.mark.parametrize("name", ERRORS)
@pytest.mark.parametrize("way", ["raised", "returned", "handled"])
def test_an_error_answers_as_it_says(flask: ModuleType, name: str, way: str) -> None:
    make, code, body = ERRORS[name]
    app = flask.Flask(__name__)

    @app.get("/")
    def view() -> Any:
        if way == "returned":
            return make()
        raise make() if way == "raised" else KeyError

    @app.errorhandler(KeyError)
    def handler(error: KeyError) -> Any:
        return make()

    for _ in range(3):  # what it keeps is not used up
        answer = call(app, environ_for("/"))
        assert (answer.code, answer.body) == (code, body)
    assert call(app, environ_for("/", "HEAD")).code == code
