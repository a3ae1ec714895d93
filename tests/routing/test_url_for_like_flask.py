"""`url_for` on flaskfast and on genuine Flask: the same URL or the same kind of error."""

from __future__ import annotations

import random
from types import ModuleType
from typing import Any

import flask as genuine
import pytest

import flaskfast

ENDPOINTS = ["i", "u", "u2", "p", "m", "ws", "s", "uni", "b.l", ".l", "nope", "static", ".static"]
VALUES = [1, 2, "a", "a/b", "ü x", None, [1, 2], "", -1, True, 1.5]
SPECIAL: dict[str, list[Any]] = {
    "_anchor": ["a", "ü b", ""],
    "_external": [True, False],
    "_scheme": ["https", ""],
    "_method": ["POST", "GET"],
}


def an_app(flask: ModuleType) -> Any:
    app = flask.Flask("an_app")

    def view(**values: Any) -> str:
        return "x"

    for rule, endpoint, options in [
        ("/", "i", {}),
        ("/u/<int:id>", "u", {}),
        ("/u/<int:id>", "u2", {"methods": ["POST"]}),
        ("/p/<path:x>", "p", {"defaults": {"q": 1}}),
        ("/p/<path:x>/<int:q>", "p", {}),
        ("/m", "m", {"methods": ["GET"]}),
        ("/mm", "m", {"methods": ["POST"]}),
        ("/ws", "ws", {"websocket": True}),
        ("/s", "s", {"subdomain": "api"}),
        ("/ü/<x>", "uni", {}),
    ]:
        app.add_url_rule(rule, endpoint, view, **options)
    blueprint = flask.Blueprint("b", "an_app", url_prefix="/b")
    blueprint.add_url_rule("/l/<x>", "l", view)
    app.register_blueprint(blueprint)

    @app.url_defaults
    def add_default(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "b.l":
            values.setdefault("x", "by default")

    return app


def urls(flask: ModuleType, app: Any, where: dict[str, Any], endpoint: str, values: Any) -> Any:
    """Build twice: before and after something has bound an adapter."""
    built = []
    with app.test_request_context(**where):
        for _ in range(2):
            try:
                built.append(flask.url_for(endpoint, **values))
            except Exception as error:
                built.append(type(error).__name__)
            assert flask.globals.request_ctx.url_adapter is not None
    return built


@pytest.mark.parametrize("seed", range(3))
def test_url_for_like_flask(seed: int) -> None:
    rnd = random.Random(seed)
    apps = [(flask, an_app(flask)) for flask in (genuine, flaskfast)]
    kinds = set()
    for _ in range(1000):
        endpoint = rnd.choice(ENDPOINTS)
        values: dict[str, Any] = {
            name: rnd.choice(VALUES)
            for name in ("id", "x", "q", "filename", "extra")
            if rnd.random() < 0.5
        }
        for name, choices in SPECIAL.items():
            if rnd.random() < 0.15:
                values[name] = rnd.choice(choices)
        where = {
            "path": rnd.choice(["/", "/b/l/z", "/m", "/none"]),
            "method": rnd.choice(["GET", "POST"]),
            "base_url": rnd.choice(["http://localhost", "https://h:444/pre/fix", "http://h/ü"]),
        }
        theirs, ours = (urls(flask, app, where, endpoint, values) for flask, app in apps)
        assert ours == theirs, (endpoint, values, where)
        kinds.add(ours[0] if ours[0].isalpha() else ours[0][:1])
    assert {"/", "h", "BuildError"} <= kinds
