"""What building a URL comes by, replaced in every way: seen as often as by genuine Flask."""

from __future__ import annotations

from contextlib import ExitStack
from types import ModuleType
from typing import Any

import flask as genuine
import pytest
from werkzeug.routing import BaseConverter, Map, MapAdapter, Rule
from werkzeug.routing.converters import NumberConverter

import flaskfast

from . import patching

#: Of Werkzeug's classes: our adapter and our map step over these.
WATCHED = [
    (MapAdapter, "build"),
    (MapAdapter, "_partial_build"),
    (MapAdapter, "get_host"),
    (Rule, "suitable_for"),
    (Rule, "build"),
    (Rule, "_encode_query_vars"),
    (BaseConverter, "to_url"),
    (NumberConverter, "to_url"),
]
WAYS = {"class": patching.on_class, "mock": patching.by_mock, "code": patching.by_code}


def an_app(package: ModuleType, **options: Any) -> Any:
    app = package.Flask("urls", static_folder=None, **options)
    for rule, endpoint in [("/u/<int:uid>/<slug>", "post"), ("/plain", "plain")]:
        app.add_url_rule(rule, endpoint, lambda **values: "x")
    return app


def build_all(package: ModuleType) -> list[str]:
    """Build in each way that takes other steps."""
    url_for = package.url_for
    return [
        url_for("plain"),
        url_for("post", uid=7, slug="a b"),
        url_for("post", uid=7, slug="tea", q=["x", 1]),
        url_for("plain", _external=True),
        url_for("post", uid=7, slug="tea", _external=True, _method="GET"),
        url_for("plain", _anchor="end"),
    ]


WANTED = [
    "/plain",
    "/u/7/a%20b",
    "/u/7/tea?q=x&q=1",
    "http://localhost/plain",
    "http://localhost/u/7/tea",
    "/plain#end",
]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("cls", "name"), WATCHED)
def test_on_werkzeugs_classes(cls: Any, name: str, way: str, when: str) -> None:
    counts = []
    for package in (genuine, flaskfast):
        seen: list[Any] = []
        app = an_app(package)
        with ExitStack() as stack:
            if when == "before":
                stack.enter_context(WAYS[way](cls, name, seen))
            with app.test_request_context("/plain"):
                assert build_all(package) == WANTED
                if when == "after":
                    assert seen == []
                    stack.enter_context(WAYS[way](cls, name, seen))
                    assert build_all(package) == WANTED
        counts.append(len(seen))
        # Put back, nobody is called.
        del seen[:]
        with app.test_request_context("/plain"):
            assert build_all(package) == WANTED
        assert seen == []
    theirs, ours = counts
    assert ours == theirs > 0


@pytest.mark.parametrize("name", ["build", "suitable_for", "to_url", "adapter"])
def test_on_an_instance(name: str) -> None:
    counts = []
    for package in (genuine, flaskfast):
        seen: list[Any] = []
        app = an_app(package)
        (rule,) = app.url_map.iter_rules("post")
        with app.test_request_context("/plain"):
            assert build_all(package) == WANTED
            target: Any = rule
            if name == "to_url":
                target = rule._converters["slug"]
            elif name == "adapter":
                target = package.globals.request_ctx.url_adapter
            attribute = "build" if name == "adapter" else name
            with patching.on_instance(target, attribute, seen):
                assert build_all(package) == WANTED
            found = len(seen)
            assert build_all(package) == WANTED
            assert len(seen) == found
        counts.append(found)
    theirs, ours = counts
    assert ours == theirs > 0


class Shouting(Rule):
    def build(self, values: Any, append_unknown: bool = True) -> Any:
        built = super().build(values, append_unknown)
        return built and (built[0], built[1].upper())


class Picky(Rule):
    def suitable_for(self, values: Any, method: Any = None) -> bool:
        return "uid" not in values and super().suitable_for(values, method)


@pytest.mark.parametrize("rule_class", [Shouting, Picky])
def test_rules_of_another_class(rule_class: Any) -> None:
    outcomes = []
    for package in (genuine, flaskfast):
        cls = type("App", (package.Flask,), {"url_rule_class": rule_class})
        app = cls("urls", static_folder=None)
        app.add_url_rule("/u/<int:uid>/<slug>", "post", lambda **values: "x")
        app.add_url_rule("/plain", "plain", lambda: "x")
        app.url_build_error_handlers.append(lambda error, endpoint, values: f"no {endpoint}")
        with app.test_request_context("/"):
            outcomes.append([build_all(package), package.url_for("plain", uid=1)])
    assert outcomes[0] == outcomes[1] != [WANTED, "/plain?uid=1"]


@pytest.mark.parametrize("map_class", ["werkzeug", "subclass"])
def test_another_map(map_class: str) -> None:
    for package in (genuine, flaskfast):
        app = an_app(package)
        base = Map if map_class == "werkzeug" else type(app.url_map)
        other = type("Other", (base,), {})(
            [Rule(f"/other{rule}", endpoint=endpoint) for rule, endpoint in RULES]
        )
        app.url_map = other
        with app.test_request_context("/plain"):
            assert package.url_for("post", uid=1, slug="a") == "/other/u/1/a"


RULES = [("/u/<int:uid>/<slug>", "post"), ("/plain", "plain")]


def test_methods_of_the_app_are_asked_each_time() -> None:
    for package in (genuine, flaskfast):

        class Mine(package.Flask):  # type: ignore[misc, name-defined]
            def __getattribute__(self, name: str) -> Any:
                if name == "url_for":
                    return lambda *args, **kwargs: "mine"
                return super().__getattribute__(name)

        app = Mine("urls", static_folder=None)
        with app.test_request_context("/"):
            assert package.url_for("anything", a=1) == "mine"

        app = an_app(package)
        with app.test_request_context("/"):
            app.url_default_functions = {None: [lambda endpoint, values: values.update(q="d")]}
            assert package.url_for("plain") == "/plain?q=d"
            app.inject_url_defaults = lambda endpoint, values: values.update(q="mine")
            assert package.url_for("plain") == "/plain?q=mine"
            app.url_for = lambda endpoint, **values: sorted(values)
            assert package.url_for("plain", b=1) == [
                "_anchor",
                "_external",
                "_method",
                "_scheme",
                "b",
            ]


def test_the_proxy_may_be_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    class Other:
        def url_for(self, endpoint: str, **values: Any) -> str:
            return f"other {endpoint}"

    app = an_app(flaskfast)
    with app.test_request_context("/"):
        monkeypatch.setattr("flaskfast.helpers.current_app", Other())
        assert flaskfast.url_for("plain") == "other plain"


def test_outside_of_an_app() -> None:
    for package in (genuine, flaskfast):
        with pytest.raises(RuntimeError, match="outside of application context"):
            package.url_for("plain")


@pytest.mark.parametrize("host", ["elsewhere.example", "bad host"])
def test_where_the_host_was_refused(host: str) -> None:
    """The page that tells of it may link to others, by paths; Flask's becomes an error 500."""

    def answer(package: ModuleType) -> Any:
        app = an_app(package)
        app.config["TRUSTED_HOSTS"] = ["localhost"]

        @app.errorhandler(400)
        def refused(error: Exception) -> str:
            return str(package.url_for("plain"))

        return app.test_client().get("/plain", headers={"Host": host})

    assert answer(genuine).status_code == 500
    found = answer(flaskfast)
    assert (found.status_code, found.text) == (200, "/plain")


def test_a_whole_url_where_the_host_was_refused() -> None:
    app = an_app(flaskfast)
    app.config["TRUSTED_HOSTS"] = ["localhost"]
    told: list[str] = []

    @app.errorhandler(400)
    def refused(error: Exception) -> str:
        with pytest.raises(RuntimeError, match="its host was refused"):
            flaskfast.url_for("plain", _external=True)
        told.append("refused")
        return "told"

    response = app.test_client().get("/plain", headers={"Host": "elsewhere.example"})
    assert (response.text, told) == ("told", ["refused"])


#: What makes the adapter that knows a request's host: an external URL steps over these.
BINDING = [
    (Map, "bind"),
    (Map, "bind_to_environ"),
    (MapAdapter, "__init__"),
]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("cls", "name"), BINDING)
def test_whoever_watches_adapters_sees_external_urls(
    cls: Any, name: str, way: str, when: str
) -> None:
    for package in (genuine, flaskfast):
        seen: list[Any] = []
        app = an_app(package)
        with ExitStack() as stack:
            if when == "before":
                stack.enter_context(WAYS[way](cls, name, seen))
            with app.test_request_context("/plain"):
                if when == "after":
                    stack.enter_context(WAYS[way](cls, name, seen))
                if package is flaskfast:
                    assert seen == []
                    assert package.url_for("plain", _external=True) == "http://localhost/plain"
                    assert seen
                else:
                    assert package.url_for("plain", _external=True) == "http://localhost/plain"


@pytest.mark.parametrize("way", ["subclass", "instance", "class"])
def test_an_adapter_of_the_apps_own_builds_external_urls(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for package in (genuine, flaskfast):

        def elsewhere(self: Any, request: Any) -> Any:
            return self.url_map.bind("elsewhere.example")

        kind = package.Flask
        if way == "subclass":
            kind = type("Elsewhere", (kind,), {"create_url_adapter": elsewhere})
        app = kind("urls", static_folder=None)
        app.add_url_rule("/plain", "plain", lambda: "x")
        if way == "instance":
            app.create_url_adapter = elsewhere.__get__(app)
        with monkeypatch.context() as patch:
            if way == "class":
                patch.setattr(package.Flask, "create_url_adapter", elsewhere)
            with app.test_request_context("/plain"):
                assert package.url_for("plain", _external=True) == "http://elsewhere.example/plain"


#: Requests, settings and what is asked for: external URLs that adapters are not bound for, or are.
HOSTS: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ({}, {}, {}),
    ({"HTTP_HOST": "Shop.Example:8080"}, {}, {}),
    ({"HTTP_HOST": "shop.example:80"}, {}, {}),
    ({"HTTP_HOST": "shop.example:443", "wsgi.url_scheme": "https"}, {}, {}),
    ({"HTTP_HOST": "shop.example:80", "wsgi.url_scheme": "https"}, {}, {"_scheme": "http"}),
    ({"HTTP_HOST": "[::1]:5000"}, {}, {}),
    ({"HTTP_HOST": "b\u00fccher.example".encode().decode("latin-1")}, {}, {}),
    ({"HTTP_HOST": "xn--bcher-kva.example"}, {}, {}),
    ({"HTTP_HOST": ""}, {}, {}),
    ({"HTTP_HOST": "a..b"}, {}, {}),
    ({}, {"SERVER_NAME": "Set.Example:80"}, {}),
    ({}, {"SERVER_NAME": "set.example:8000"}, {"_scheme": "https"}),
    ({}, {"SERVER_NAME": "b\u00fccher.example"}, {}),
    ({}, {"TRUSTED_HOSTS": ["localhost"]}, {}),
    ({"SCRIPT_NAME": "/at"}, {}, {}),
    ({"SCRIPT_NAME": "/at/"}, {}, {}),
    ({"SCRIPT_NAME": "/at//"}, {}, {}),
    ({"SCRIPT_NAME": "//at"}, {}, {}),
    ({"SCRIPT_NAME": "at"}, {}, {}),
    ({}, {}, {"_scheme": ""}),
    ({}, {}, {"_scheme": "wss"}),
    ({}, {}, {"_scheme": "ftp"}),
    ({"wsgi.url_scheme": "ws"}, {}, {}),
    ({"HTTP_UPGRADE": "websocket", "HTTP_CONNECTION": "upgrade"}, {}, {}),
    ({}, {}, {"_method": "POST"}),
    ({}, {}, {"_anchor": "a b", "q": ["x", None, 1]}),
]


@pytest.mark.parametrize(("environ", "config", "options"), HOSTS)
@pytest.mark.parametrize("subdomain", ["", "www"])
def test_external_urls_are_those_of_flask(
    environ: dict[str, Any], config: dict[str, Any], options: dict[str, Any], subdomain: str
) -> None:
    built = []
    for package in (genuine, flaskfast):
        app = an_app(package)
        app.config.update(config)
        app.url_map.default_subdomain = subdomain
        app.add_url_rule("/late", "late", lambda: "x")
        told: list[Any] = []
        # Twice: what is known of the last host is known of this one.
        for _ in range(2):
            with app.test_request_context("/plain", environ_overrides=environ):
                for endpoint in ("plain", "late"):
                    try:
                        told.append(package.url_for(endpoint, _external=True, **options))
                    except Exception:
                        # Where a host was refused, Flask's says that None has no such attribute.
                        told.append("an error")
        built.append(told)
    assert built[1] == built[0]


def test_what_a_rule_says_may_be_edited_between_urls() -> None:
    """What was read of a rule, a converter or the map is read anew once it has changed."""
    app = an_app(flaskfast)
    with app.test_request_context("/plain"):
        url_for = flaskfast.url_for
        (rule,) = app.url_map.iter_rules("plain")
        other = Rule("/other", endpoint="plain", methods=["POST"])
        app.url_map.add(other)
        assert url_for("plain") == "/plain"
        rule.methods = {"PUT"}
        assert url_for("plain", _method="POST") == "/other"
        assert url_for("plain", _method="PUT") == "/plain"
        rule.methods.clear()
        rule.methods.add("PATCH")
        assert url_for("plain", _method="PATCH") == "/plain"
        rule.suitable_for = lambda values, method=None: False
        assert url_for("plain") == "/other"
        del rule.suitable_for
        assert url_for("plain") == "/plain"
        (post,) = app.url_map.iter_rules("post")
        assert url_for("post", uid=7, slug="a") == "/u/7/a"
        post._converters["slug"].to_url = str.upper
        assert url_for("post", uid=7, slug="a") == "/u/7/A"
        del post._converters["slug"].to_url
        assert url_for("post", uid=7, slug="a") == "/u/7/a"
        assert url_for("plain", _external=True, _scheme="https") == "https://localhost/plain"
        other.websocket = True
        rule.suitable_for = lambda values, method=None: False
        assert url_for("plain") == "ws://localhost/other"


@pytest.mark.parametrize("external", [False, True])
def test_the_map_is_that_of_the_request(external: bool) -> None:
    """Also where another app is current."""

    def answer(package: ModuleType) -> str:
        app, other = package.Flask("one"), package.Flask("two")
        other.add_url_rule("/other", "page", lambda: "")

        @app.route("/page")
        def page() -> str:
            with other.app_context():
                return f"{package.url_for('page', _external=external)} {other.url_for('page')}"

        return app.test_client().get("/page").text  # type: ignore[no-any-return]

    assert answer(flaskfast) == answer(genuine)
    assert "/other" not in answer(flaskfast)


def test_a_map_that_fails_to_take_in_its_rules_leaves_others_alone() -> None:
    """More of them than the compiled flavour has places for, all with the same endpoint."""
    apps = [an_app(flaskfast) for _ in range(40)]
    for number, app in enumerate(apps):
        app.add_url_rule(f"/of-{number}", "page", lambda: "x")

    def build(number: int) -> str:
        app: Any = apps[number]
        with app.test_request_context("/"):
            return flaskfast.url_for("page")

    def refuse() -> None:
        raise RuntimeError("on purpose")

    for number in range(len(apps)):
        assert build(number) == f"/of-{number}"
        for other in {*range(len(apps))} - {number}:
            url_map = apps[other].url_map
            with apps[other].test_request_context("/"):
                url_map._remap, url_map.update = True, refuse
                with pytest.raises(RuntimeError, match="on purpose"):
                    flaskfast.url_for("page")
                del url_map.update
            assert build(number) == f"/of-{number}"
