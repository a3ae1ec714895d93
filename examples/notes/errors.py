"""Error pages; the JSON API has its own in ``api.py``."""

from __future__ import annotations

from flask import Flask, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from .api import is_api_request, problem

EXPLAINED = {
    404: "There is no such page, or it is not yours to see.",
    413: "That is larger than this notebook accepts.",
    500: "That was our mistake, not yours. It has been written to the log.",
}


def _page(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error
    if is_api_request():
        return problem(error)
    code = error.code or 500
    words = EXPLAINED.get(code, error.description)
    response = error.get_response()
    response.set_data(render_template("error.html", code=code, name=error.name, words=words))
    return response


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, _page)
