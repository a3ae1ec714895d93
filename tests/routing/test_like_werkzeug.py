"""Our map and Werkzeug's: the same rule, arguments, error or redirect for every path."""

from __future__ import annotations

import os
import random
import re
from functools import partial
from typing import Any

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map as WerkzeugMap
from werkzeug.routing import Rule

from flaskfast.routing import Map

SEGMENTS = [
    "a",
    "b",
    "foo",
    "<x>",
    "<int:n>",
    "<path:p>",
    "<float:f>",
    "<any(a,b,foo):k>",
    "<string(length=2):s>",
    "x<y>z",
    "<int(signed=True):m>",
    "<uuid:u>",
    "",
    "<a1>-<b1>",
    "<string(minlength=2,maxlength=3):t>",
    "<int(fixed_digits=3):d>",
    "<int(min=2,max=50):r>",
]
TEXTS = [
    "a",
    "b",
    "foo",
    "1",
    "42",
    "007",
    "-3",
    "1.5",
    "ab",
    "abc",
    "xqz",
    "x-y",
    "",
    "é",
    "٣",
    "5d7b2f1e-0d5c-4a53-9d26-1f2f3d4e5f60",
    "foo bar",
    "a\nb",
    "%41",
]
METHODS = ["GET", "POST", "HEAD", "PUT", "OPTIONS"]

# A short run by default; `make soak-routing` asks for more.
MAPS = int(os.environ.get("FLASKFAST_ROUTING_MAPS", "2000"))


def some_rules(rnd: random.Random) -> list[tuple[str, dict[str, Any]]]:
    """Make up to eight rules that get in each other's way."""
    rules = []
    for _ in range(rnd.randint(1, 8)):
        parts: list[str] = []
        names: set[str] = set()
        for _ in range(rnd.randint(0, 4)):
            segment = rnd.choice(segments_without(names))
            names.update(re.findall(r"(\w+)>", segment))
            parts.append(segment)
        options: dict[str, Any] = {"endpoint": f"e{rnd.randint(0, 4)}"}
        if rnd.random() < 0.5:
            options["methods"] = rnd.sample(["GET", "POST", "PUT"], rnd.randint(1, 2))
        for name, value, share in (
            ("strict_slashes", False, 0.15),
            ("merge_slashes", False, 0.1),
            ("alias", True, 0.1),
            ("subdomain", rnd.choice(["api", "<sd>"]), 0.1),
            ("defaults", {"z": 1}, 0.15),
            ("build_only", True, 0.05),
            ("redirect_to", "/foo", 0.05),
        ):
            if rnd.random() < share:
                options[name] = value
        if "methods" not in options and rnd.random() < 0.2:
            options["websocket"] = True
        rules.append(("/" + "/".join(parts) + rnd.choice(["", "/"]), options))
    return rules


def segments_without(names: set[str]) -> list[str]:
    return [s for s in SEGMENTS if not names & set(re.findall(r"(\w+)>", s))]


def some_path(rnd: random.Random, rules: list[tuple[str, dict[str, Any]]]) -> str:
    """Make a path out of thin air, or one that nearly fits a rule."""
    if rnd.random() < 0.05:
        return ""
    if rnd.random() < 0.4:
        rule, _ = rnd.choice(rules)
        return re.sub(r"<[^>]*>", lambda _: rnd.choice(TEXTS), rule)
    parts = [rnd.choice(TEXTS) for _ in range(rnd.randint(0, 5))]
    return "/" + "/".join(parts) + rnd.choice(["", "/"])


def outcome(match: Any) -> tuple[Any, ...]:
    """Say what matching came to, in values that can be compared."""
    try:
        found = match()
        if found is None:
            return ("adapter",)
        rule, arguments = found
        return rule.rule, rule.endpoint, sorted((n, repr(v)) for n, v in arguments.items())
    except HTTPException as error:
        methods = sorted(getattr(error, "valid_methods", None) or ())
        return type(error).__name__, getattr(error, "new_url", None), methods
    except Exception as error:
        return type(error).__name__, str(error)


@pytest.mark.parametrize("seed", range(4))
def test_matches_like_werkzeug(seed: int) -> None:
    rnd = random.Random(seed)
    compared = set()
    for _ in range(MAPS // 4):
        rules = some_rules(rnd)
        options = {
            "strict_slashes": rnd.random() < 0.8,
            "merge_slashes": rnd.random() < 0.8,
            "redirect_defaults": rnd.random() < 0.8,
        }
        theirs, ours = (
            cls([Rule(path, **given) for path, given in rules], **options)
            for cls in (WerkzeugMap, Map)
        )
        for _ in range(12):
            path = some_path(rnd, rules)
            method = rnd.choice(METHODS)
            subdomain = rnd.choice(["", "", "", "api", "q"])
            scheme = rnd.choice(["http"] * 5 + ["ws"])
            adapters = [
                map_.bind("h.com", "/", subdomain, scheme, method, path, query_args="q=1")
                for map_ in (theirs, ours)
            ]
            expected, got = (outcome(partial(a.match, return_rule=True)) for a in adapters)
            where = (rules, options, path, method, subdomain, scheme)
            assert got == expected, where
            compared.add(got[0])
            if subdomain or scheme == "ws":
                continue
            environ = {"PATH_INFO": path.encode().decode("latin1"), "REQUEST_METHOD": method}
            direct = outcome(partial(ours.match_environ, environ))
            assert direct in (expected, ("adapter",)), where
            if direct == ("adapter",):
                # Left to an adapter: only what takes one, or may.
                assert options["redirect_defaults"] or expected[0] != "NotFound", where
    # The generator reaches every kind of outcome.
    assert {"NotFound", "MethodNotAllowed", "RequestRedirect", "WebsocketMismatch"} < compared


def test_static_path_is_found_without_a_walk_and_yields_to_methods() -> None:
    rules = [
        Rule("/a", endpoint="post", methods=["POST"]),
        Rule("/<x>", endpoint="any"),
        Rule("/a", endpoint="get", methods=["GET"]),
    ]
    map_ = Map(rules)
    adapter = map_.bind("h")
    assert adapter.match("/a", "POST") == ("post", {})
    assert adapter.match("/a", "GET") == ("get", {})
    assert adapter.match("/a", "PUT") == ("any", {"x": "a"})


def test_rules_added_after_the_first_match_count() -> None:
    map_ = Map([Rule("/a", endpoint="a")])
    environ = {"PATH_INFO": "/b", "REQUEST_METHOD": "GET"}
    assert outcome(lambda: map_.match_environ(environ))[0] == "NotFound"
    map_.add(Rule("/b", endpoint="b", defaults={"n": 1}))
    map_.add(Rule("/c/<int:n>", endpoint="b"))
    assert map_.bind("h").match("/b") == ("b", {"n": 1})
    # Its endpoint has a rule with defaults now: an adapter decides on the redirect.
    assert map_.match_environ({"PATH_INFO": "/c/1", "REQUEST_METHOD": "GET"}) is None
    assert outcome(lambda: map_.bind("h").match("/c/1", return_rule=True))[1] == "http://h/b"


def test_ten_thousand_segments_take_no_recursion() -> None:
    map_ = Map([Rule("/<x>/<y>", endpoint="e"), Rule("/p/<path:rest>", endpoint="p")])
    deep = "/" + "/".join(["a"] * 10_000)
    environ = {"PATH_INFO": deep, "REQUEST_METHOD": "GET"}
    assert outcome(lambda: map_.match_environ(environ))[0] == "NotFound"
    assert map_.bind("h").match("/p" + deep)[0] == "p"
