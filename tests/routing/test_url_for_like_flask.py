"""`url_for` on flaskfast and on genuine Flask: the same URL or the same kind of error."""

from __future__ import annotations

import random
from types import ModuleType
from typing import Any

import flask as genuine
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.routing import BaseConverter, Rule, ValidationError

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


class Even(BaseConverter):
    regex = "[0-9]+"

    def to_url(self, value: Any) -> str:
        if int(value) % 2:
            raise ValidationError(value)
        return str(int(value))


class Marked(Rule):
    def build(self, values: Any, append_unknown: bool = True) -> Any:
        built = super().build(values, append_unknown)
        return built and (built[0], f"{built[1]}!")


KINDS: dict[str, dict[str, Any]] = {
    "plain": {},
    "hosts": {"host_matching": True},
    "subdomains": {"subdomain_matching": True},
    "sorted": {},
}
WHERE = ["https://h:444/pre/fix", "http://h.example", "http://api.h.example/ü"]


def a_rich_app(flask: ModuleType, kind: str) -> Any:
    app = flask.Flask("a_rich_app", static_folder=None, **KINDS[kind])
    if kind == "subdomains":
        app.config["SERVER_NAME"] = "h.example"
    app.url_map.converters["even"] = Even
    app.url_map.sort_parameters = kind == "sorted"

    def view(**values: Any) -> str:
        return "x"

    def add(rule: str, endpoint: str, **options: Any) -> None:
        if kind == "hosts":
            options.setdefault("host", "h.example")
        app.add_url_rule(rule, endpoint, view, **options)

    by_kind: dict[str, dict[str, Any]] = {
        "hosts": {"host": "api.<x>.example"},
        "subdomains": {"subdomain": "<x>"},
    }
    other = by_kind.get(kind, {})
    add("/", "index")
    add("/all/", "all", defaults={"page": 1})
    add("/all/<int:page>", "all")
    add("/even/<even:n>/<path:p>", "even")
    add("/fixed/<int(fixed_digits=3):n>/<float:f>", "fixed")
    add("/any/<any(a,'b c'):x>", "any")
    add("/two/<x>-<y>", "two")
    add("//double/<x>", "two", methods=["POST"])
    add("/far/<y>", "far", **other)
    add("/near/<y>", "far", methods=["POST"])
    add("/only", "only", build_only=True)
    add("/alias", "only", alias=True)
    add("/ws/<x>", "ws", websocket=True)
    add("/old/<x>", "old", redirect_to="new/<x>")
    app.url_rule_class = Marked
    add("/marked/<x>", "marked")

    blueprint = flask.Blueprint("b", "a_rich_app", url_prefix="/b")
    inner = flask.Blueprint("c", "a_rich_app", url_prefix="/c/<lang>")
    for each in (blueprint, inner):
        each.add_url_rule("/<x>", "v", view, **({"host": "h.example"} if kind == "hosts" else {}))
    blueprint.register_blueprint(inner)
    # Several functions, of which the inner ones come last.
    blueprint.url_defaults(lambda endpoint, values: values.setdefault("lang", "of b"))
    inner.url_defaults(lambda endpoint, values: values.update(seen=endpoint))
    app.register_blueprint(blueprint)
    app.url_build_error_handlers.append(
        lambda error, endpoint, values: (
            f"handled {endpoint} {sorted(error.values)} {sorted(values)}"
            if endpoint == "two"
            else None
        )
    )
    return app


RICH = {
    kind: [(flask, a_rich_app(flask, kind)) for flask in (genuine, flaskfast)] for kind in KINDS
}
VALUE = (
    st.sampled_from(
        [1, 2, 2.5, "a", "b c", "a/b", "", None, True, -3, b"by te", [], [1, None, "ü"]]
    )
    | st.text(max_size=3)
    | st.lists(st.integers() | st.text(max_size=2), max_size=2).map(tuple)
)
NAMES = ["n", "p", "f", "x", "y", "page", "lang", "q", "ü &"]
RICH_ENDPOINTS = st.sampled_from(
    "index all even fixed any two far only ws old marked b.v b.c.v .v .index nope".split()
)


@pytest.mark.filterwarnings("ignore:Current server name:UserWarning")
@settings(max_examples=1000, deadline=None)
@given(
    kind=st.sampled_from(list(KINDS)),
    base_url=st.sampled_from(WHERE),
    path=st.sampled_from(["/", "/b/z", "/b/c/de/z", "/none"]),
    method=st.sampled_from(["GET", "POST", "post"]),
    endpoint=RICH_ENDPOINTS,
    values=st.dictionaries(st.sampled_from(NAMES), VALUE, max_size=5),
    special=st.fixed_dictionaries(
        {},
        optional={
            "_anchor": st.sampled_from(["a", "ü b", ""]),
            "_external": st.booleans(),
            "_scheme": st.sampled_from(["https", "wss", ""]),
            "_method": st.sampled_from(["POST", "GET", "PUT"]),
        },
    ),
)
def test_any_url_for(
    kind: str,
    base_url: str,
    path: str,
    method: str,
    endpoint: str,
    values: dict[str, Any],
    special: dict[str, Any],
) -> None:
    where = {"path": path, "method": method, "base_url": base_url}
    theirs, ours = (
        urls(flask, app, where, endpoint, {**values, **special}) for flask, app in RICH[kind]
    )
    assert ours == theirs
