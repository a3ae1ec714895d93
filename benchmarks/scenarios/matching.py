"""Routing alone: matching among few and many rules, and building."""

from __future__ import annotations

import importlib
from typing import Any

from benchmarks.kernel import Names
from benchmarks.scenario import FLAVOURS, Statement, flaskfast_module
from benchmarks.shared import worker


def rules(count: int) -> list[str]:
    """Return rules of which the middle one will be asked for."""
    return [f"/resource{number}/<int:uid>/edit" for number in range(count)]


def declare_match(count: int) -> None:
    """Declare matching among *count* rules."""
    path = f"/resource{count // 2}/1234/edit"
    scenario = Statement(
        f"match-{count}",
        f"find a rule with an int among {count:,}",
        group="kernel",
        replaces="werkzeug",
        statement="match(path, method='GET')",
        expect=(count // 2, {"uid": 1234}),
        goal={"werkzeug": 1 / 8, "autoroutes": 1.0, "routrie": 1.0},
        calls=200,
    )

    def adapter(routing: Any) -> Names:
        table = routing.Map(
            [
                routing.Rule(rule, endpoint=number, methods=["GET"])
                for number, rule in enumerate(rules(count))
            ]
        )
        return {"match": table.bind("bench.example").match, "path": path}

    def from_environ(routing: Any) -> Names:
        """Match as a request is matched; Werkzeug's, bound beforehand, is spared the binding."""
        return {
            "statement": "match(environ)",
            "match": adapter(routing)["match"].__self__.map.match_environ,
            "environ": {"PATH_INFO": path, "REQUEST_METHOD": "GET"},
            "same": lambda found: (found[0].endpoint, found[1]),
        }

    for flavour in FLAVOURS:
        scenario.peer(flavour)(
            lambda flavour=flavour: from_environ(flaskfast_module(flavour, "flaskfast.routing"))
        )

    @scenario.peer("werkzeug")
    def _() -> Names:
        return adapter(importlib.import_module("werkzeug.routing"))

    @scenario.peer("autoroutes", why="leaves the method and the conversion to int to the caller")
    def _() -> Names:
        import autoroutes

        routes = autoroutes.Routes()
        for number, rule in enumerate(rules(count)):
            routes.add(rule.replace("<int:uid>", "{uid:digit}"), endpoint=number)
        check = routes.match(path)
        assert check == ({"endpoint": count // 2}, {"uid": "1234"}), check
        return {"statement": "match(path)", "match": routes.match, "path": path}

    @scenario.peer("routrie", why="any text is a parameter; no method, no conversion to int")
    def _() -> Names:
        import routrie

        router = routrie.Router(
            {rule.replace("<int:uid>", ":uid"): n for n, rule in enumerate(rules(count))}
        )
        check = router.find(path)
        assert check == (count // 2, [("uid", "1234")]), check
        return {"statement": "find(path)", "find": router.find, "path": path}

    @scenario.peer("falcon", why="the method is looked up by the caller")
    def _() -> Names:
        if count > 2000:
            raise worker.Absent("takes minutes to register these; see routes-10000")
        from falcon.routing import CompiledRouter

        class Edit:
            def __init__(self, number: int) -> None:
                self.number = number

            def on_get(self, req: Any, resp: Any, uid: int) -> None:
                """Never called."""

        router = CompiledRouter()
        for number, rule in enumerate(rules(count)):
            router.add_route(rule.replace("<int:uid>", "{uid:int}"), Edit(number), compile=False)
        check = router.find(path)
        assert check is not None and check[0].number == count // 2 and check[2] == {"uid": 1234}
        return {"statement": "find(path)", "find": router.find, "path": path}


for count in (10, 100, 1_000, 10_000):
    declare_match(count)


def declare_adapter(name: str, what: str, path: str, endpoint: Any, arguments: Names) -> None:
    """Declare matching by an adapter, which both bind beforehand."""
    scenario = Statement(
        name,
        what,
        group="kernel",
        replaces="werkzeug",
        statement="match(path, method='GET')",
        expect=(endpoint, arguments),
        goal={"werkzeug": 1 / 4},
        calls=200,
    )

    def adapter(routing: Any) -> Names:
        table = routing.Map(
            [
                *(routing.Rule(rule, endpoint=number) for number, rule in enumerate(rules(100))),
                routing.Rule("/about/us", endpoint="about"),
                routing.Rule("/users/<int:uid>/posts/<slug>", endpoint="post"),
                routing.Rule("/files/<path:name>", endpoint="file"),
            ]
        )
        return {"match": table.bind("bench.example").match, "path": path}

    for flavour in FLAVOURS:
        scenario.peer(flavour)(
            lambda flavour=flavour: adapter(flaskfast_module(flavour, "flaskfast.routing"))
        )
    scenario.peer("werkzeug")(lambda: adapter(importlib.import_module("werkzeug.routing")))


declare_adapter("match-static", "a rule without arguments, by an adapter", "/about/us", "about", {})
declare_adapter(
    "match-params",
    "a rule with an int and a string, by an adapter",
    "/users/12/posts/a-slug",
    "post",
    {"uid": 12, "slug": "a-slug"},
)
declare_adapter(
    "match-path",
    "a rule with a path, by an adapter",
    "/files/a/b/c/d.txt",
    "file",
    {"name": "a/b/c/d.txt"},
)

register = Statement(
    "register-100",
    "make a Map of 100 rules and ask it once",
    group="kernel",
    replaces="werkzeug",
    statement="register()",
    expect=(50, {"uid": 1234}),
    goal={"werkzeug": 0.5},
    calls=3,
)


def registration(routing: Any) -> Names:
    """Return what makes such a map with this package, and asks it."""

    def make() -> Any:
        table = routing.Map(
            [routing.Rule(rule, endpoint=number) for number, rule in enumerate(rules(100))]
        )
        return table.bind("bench.example").match("/resource50/1234/edit")

    return {"register": make}


for flavour in FLAVOURS:
    register.peer(flavour)(
        lambda flavour=flavour: registration(flaskfast_module(flavour, "flaskfast.routing"))
    )
register.peer("werkzeug")(lambda: registration(importlib.import_module("werkzeug.routing")))

build = Statement(
    "build",
    "build the URL of a rule with an int and a string, among 100",
    group="kernel",
    replaces="werkzeug",
    statement="build('post', values)",
    expect="/users/8/posts/tea%20&%20cake?page=2",
    goal={"werkzeug": 1 / 4},
    calls=200,
)


def builder(routing: Any) -> Names:
    """Return what builds URLs with this package's maps."""
    others = [routing.Rule(rule, endpoint=number) for number, rule in enumerate(rules(99))]
    table = routing.Map([*others, routing.Rule("/users/<int:uid>/posts/<slug>", endpoint="post")])
    return {
        "build": table.bind("bench.example").build,
        "values": {"uid": 8, "slug": "tea & cake", "page": 2},
    }


for flavour in FLAVOURS:
    build.peer(flavour)(
        lambda flavour=flavour: builder(flaskfast_module(flavour, "flaskfast.routing"))
    )
build.peer("werkzeug")(lambda: builder(importlib.import_module("werkzeug.routing")))
