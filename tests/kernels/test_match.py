"""new_finder in both flavours, on trees of its own: found, missed, asked for, odd environs."""

from __future__ import annotations

import gc
import sys
from typing import Any

import pytest
from werkzeug.routing import Map as WerkzeugMap
from werkzeug.routing import Rule, ValidationError

from flaskfast.routing.tree import Tree
from tests.kernels.conftest import load_kernel
from tests.routing.made_up import CONVERTERS

pytestmark = pytest.mark.flavourless


def finder(flavour: str, *rules: Rule, domain: str = "", special: Any = frozenset()) -> Any:
    WerkzeugMap(rules, converters=CONVERTERS)
    tree = Tree()
    for rule in rules:
        tree.add(rule)
    tree.sort()
    return load_kernel(flavour, "match").new_finder(tree, domain, special)


def environ(path: str | None = None, method: str = "GET") -> dict[str, Any]:
    return {"REQUEST_METHOD": method, **({} if path is None else {"PATH_INFO": path})}


def test_environ(flavour: str) -> None:
    rules = [
        Rule("/", endpoint="root"),
        Rule("/a/<int:n>", endpoint="a", methods=["GET"]),
        Rule("/é/<x>", endpoint="é"),
        Rule("/s/", endpoint="s"),
        Rule("/ws", endpoint="ws", websocket=True),
    ]
    found = finder(flavour, *rules)
    for sent in (environ(), environ("/"), environ("//"), environ("", "HEAD")):
        expected = True if sent.get("PATH_INFO") == "" else (rules[0], {})
        assert found.find_environ(sent) == expected
    assert found.find_environ(environ("/a/7")) == (rules[1], {"n": 7})
    assert found.find_environ(environ("/a/7", "get")) == (rules[1], {"n": 7})
    assert found.find_environ(environ("///a/7")) == (rules[1], {"n": 7})
    assert found.find_environ(environ("/\xc3\xa9/\xff")) == (rules[2], {"x": "\ufffd"})
    for unsure in ("/ws", "/a//7", "/s//"):
        assert found.find_environ(environ(unsure)) is None
    assert found.find_environ(environ("/s")) is True
    assert found.find_environ(environ("/a/7", "PUT")) == {"GET", "HEAD"}
    assert found.find_environ(environ("/a//7", "PUT")) is None
    for nothing in ("/b", "/a/x", "/a/7/", "/a"):
        assert found.find_environ(environ(nothing)) is False


def test_one_segment_to_come(flavour: str) -> None:
    rules = [
        Rule("/", endpoint="root"),
        Rule("/<name>", endpoint="name"),
        Rule("/a/<int:n>", endpoint="number", methods=["GET"]),
        Rule("/a/<x>", endpoint="text", methods=["POST"]),
        Rule("/a/0", endpoint="none", methods=["GET"]),
        Rule("/a/00/", endpoint="slash"),
        Rule("/a/<int:n>/b", endpoint="below"),
        Rule("/w/<x>", endpoint="w", websocket=True),
        Rule("/d/<x>", endpoint="d", defaults={"y": 1}),
        Rule("/e/<even:n>", endpoint="e"),
        Rule("/f/<int:n>-<x>", endpoint="f"),
    ]
    found = finder(flavour, *rules)

    def by(path: str, method: str = "GET") -> Any:
        step = found.find_environ(environ(path, method))
        return (step[0].endpoint, step[1]) if type(step) is tuple else step

    assert by("/x") == by("//x") == by("x") == ("name", {"name": "x"})
    assert by("/a") == ("name", {"name": "a"})
    assert by("/a/7") == by("/a/7", "HEAD") == ("number", {"n": 7})
    assert by("/a/7", "POST") == ("text", {"x": "7"})
    assert by("/a/x", "POST") == ("text", {"x": "x"})
    assert by("/a/0") == ("none", {})
    assert by("/a/0", "POST") == ("text", {"x": "0"})
    assert by("/a/7/b") == ("below", {"n": 7})
    assert by("/d/x") == ("d", {"x": "x", "y": 1})
    assert by("/e/6") == ("e", {"n": 6})
    assert by("/f/6-x") == ("f", {"n": 6, "x": "x"})
    assert by("/a/\xc3\xa9", "POST") == ("text", {"x": "é"})
    assert by("/a/x") == {"POST"}
    assert by("/a/7", "PUT") == {"GET", "HEAD", "POST"}
    assert by("/a/00") is True
    for unsure in ("/w/x", "/a//7", "/x//"):
        assert by(unsure) is None
    for nothing in ("/a/7/", "/b/7", "/e/7", "/e/", "/x/"):
        assert by(nothing) is False


def test_environ_of_another_class(flavour: str) -> None:
    class Environ(dict[str, Any]):
        def get(self, key: str, default: Any = None) -> Any:
            return "/b" if key == "PATH_INFO" else super().get(key, default)

    rule = Rule("/b", endpoint="b")
    assert finder(flavour, rule).find_environ(Environ(environ("/a"))) == (rule, {})


def test_environ_without_method(flavour: str) -> None:
    with pytest.raises(KeyError):
        finder(flavour, Rule("/b", endpoint="b")).find_environ({"PATH_INFO": "/b"})


def test_special_rules_are_left_to_others(flavour: str) -> None:
    rules = [Rule("/a/<x>", endpoint="a"), Rule("/b", endpoint="b")]
    special = frozenset(map(id, rules))
    found = finder(flavour, *rules, special=special)
    assert found.find_environ(environ("/a/b")) is None
    assert found.find_environ(environ("/b")) is None
    assert found.find("", "/b", "GET", False, True) == (rules[1], {})


def test_misses(flavour: str) -> None:
    rules = [
        Rule("/a/<x>", endpoint="a", methods=["POST"]),
        Rule("/b/<even:n>", endpoint="b"),
        Rule("/c/", endpoint="c"),
        Rule("/w", endpoint="w", websocket=True),
    ]
    found = finder(flavour, *rules)
    assert found.find("", "/a/b", "GET", False, True) == (None, ({"POST"}, False, False, None))
    assert found.find("", "/a/b", "POST", True, True) == (None, (set(), True, False, None))
    assert found.find("", "/c", "GET", False, True) == (None, (set(), False, True, None))
    assert found.find("x", "/c", "GET", False, True) == (None, (set(), False, False, None))
    rule, (methods, websocket, slash, error) = found.find("", "/b/7", "GET", False, True)
    assert (rule, methods, websocket, slash) == (None, set(), False, False)
    assert isinstance(error, ValidationError)
    rule, past = found.find("", "/b/7", "GET", False, False)
    assert rule is rules[1] and past == (set(), False, False, None)


@pytest.mark.parametrize("domain", ["", "api"])
def test_domains(flavour: str, domain: str) -> None:
    rules = [
        Rule("/a", endpoint="default", subdomain=domain),
        Rule("/a", endpoint="any", subdomain="<x>"),
        Rule("/b/<y>", endpoint="any b", subdomain="<x>"),
    ]
    found = finder(flavour, *rules, domain=domain)
    assert found.find_environ(environ("/a")) == (rules[0], {})
    assert found.find("q", "/a", "GET", False, True) == (rules[1], {"x": "q"})
    assert found.find("é", "/b/ü", "GET", False, True) == (rules[2], {"x": "é", "y": "ü"})
    expected = (rules[2], {"x": "api", "y": "c"}) if domain else False
    assert found.find_environ(environ("/b/c")) == expected


def test_deep_rules(flavour: str) -> None:
    rule = Rule("/".join(["", *(f"<int:n{i}>/s{i}" for i in range(40))]), endpoint="deep")
    other = Rule("/".join(["", *(f"<x{i}>/<y{i}>" for i in range(40))]), endpoint="other")
    found = finder(flavour, rule, other)
    path = "/".join(["", *(f"{i}/s{i}" for i in range(40))])
    assert found.find_environ(environ(path)) == (rule, {f"n{i}": i for i in range(40)})
    assert found.find_environ(environ(f"{path}x"))[0] is other


def test_exceptions_of_converters_pass(flavour: str) -> None:
    class Broken(CONVERTERS["letters"]):  # type: ignore[misc]
        def to_python(self, value: str) -> Any:
            raise ZeroDivisionError(value)

    rule = Rule("/<broken:x>", endpoint="e")
    WerkzeugMap([rule], converters={"broken": Broken})
    tree = Tree()
    tree.add(rule)
    found = load_kernel(flavour, "match").new_finder(tree, "", frozenset())
    with pytest.raises(ZeroDivisionError, match="ab"):
        found.find_environ(environ("/ab"))
    assert found.find("", "/ab", "GET", False, False)[0] is rule


def test_nothing_is_leaked(flavour: str) -> None:
    rules = [
        Rule("/a/<int:n>/<x>", endpoint="a", defaults={"d": object()}),
        Rule("/b/<a>-<b>", endpoint="b", methods=["POST"]),
        Rule("/c/<even:n>", endpoint="c"),
        Rule("/d/<path:p>/", endpoint="d"),
    ]
    found = finder(flavour, *rules)
    paths = ["/a/1/é", "/a/1/x", "/b/x-y", "/c/7", "/c/8", "/d/x/y", "/none", "//a/1"]
    environs = [environ(p.encode().decode("latin1")) for p in paths]

    def use_all() -> None:
        for sent in environs:
            found.find_environ(sent)
            found.find("", sent["PATH_INFO"], "POST", False, True)
            found.find("x", sent["PATH_INFO"], "PUT", True, False)

    use_all()
    gc.collect()
    watched = [*rules, *environs, *paths]
    references = [sys.getrefcount(each) for each in watched]
    objects = len(gc.get_objects())
    for _ in range(300):
        use_all()
    gc.collect()
    assert [sys.getrefcount(each) for each in watched] == references
    assert len(gc.get_objects()) < objects + 50
