"""What becomes of a map: rules added late or edited, copies, pickles, threads, other classes."""

from __future__ import annotations

import copy
import pickle
import random
import threading
import uuid
from typing import Any

import pytest
from werkzeug.exceptions import NotFound
from werkzeug.routing import BuildError, RequestRedirect, Rule
from werkzeug.routing import Map as WerkzeugMap

from flaskfast import _kernels
from flaskfast.routing import Map, MapAdapter, matcher
from tests.routing.made_up import CONVERTERS, compare_build, compare_request, make_up, outcome


def environ(path: str, method: str = "GET") -> dict[str, Any]:
    return {"PATH_INFO": path, "REQUEST_METHOD": method}


def endpoint_of(url_map: Map, path: str, method: str = "GET") -> Any:
    found = url_map.match_environ(environ(path, method))
    assert found is not None
    return found[0].endpoint


def finder_is_compiled(url_map: Map) -> bool:
    return url_map._matcher.finder.table_bytes > 0


native_only = pytest.mark.skipif(_kernels.flavour == "python", reason="there is no table")


# --- arguments


def test_arguments_have_the_converters_types() -> None:
    rule = "/<int:i>/<float:f>/<uuid:u>/<any(a,b):a>/<s>/<int(signed=True):m>/<path:p>"
    url_map = Map([Rule(rule, endpoint="e", defaults={"d": None})])
    text = "5d7b2f1e-0d5c-4a53-9d26-1f2f3d4e5f60"
    found = url_map.match_environ(environ(f"/007/1.50/{text}/b/x/-3/q/r"))
    assert found is not None
    assert found[1] == {
        "i": 7,
        "f": 1.5,
        "u": uuid.UUID(text),
        "a": "b",
        "s": "x",
        "m": -3,
        "p": "q/r",
        "d": None,
    }
    again = url_map.match_environ(environ(f"/007/1.50/{text}/b/x/-3/q/r"))
    assert again is not None and again[1] is not found[1]


@pytest.mark.parametrize("digits", ["1" * 18, "1" * 19, "9" * 4000, "0" * 4000 + "7", "٣٤"])
def test_integers_of_any_length(digits: str) -> None:
    url_map = Map([Rule("/<int:n>", endpoint="e")])
    found = url_map.match_environ(environ("/" + digits.encode().decode("latin1")))
    assert found is not None and found[1] == {"n": int(digits)}


def test_integers_that_python_refuses_are_not_found() -> None:
    url_map = Map([Rule("/<int:n>", endpoint="e")])
    with pytest.raises(NotFound):
        url_map.match_environ(environ("/" + "9" * 5000))


# --- changes


def test_rules_added_after_the_first_match_count() -> None:
    url_map = Map([Rule("/a", endpoint="a")])
    assert outcome(lambda: url_map.match_environ(environ("/b")))[0] == "NotFound"
    url_map.add(Rule("/b", endpoint="b", defaults={"n": 1}))
    url_map.add(Rule("/c/<int:n>", endpoint="b"))
    assert url_map.bind("h").match("/b") == ("b", {"n": 1})
    # Its endpoint has a rule with these defaults now: a redirect.
    assert url_map.match_environ(environ("/c/1")) is None
    assert outcome(lambda: url_map.bind("h").match("/c/1", return_rule=True))[1] == "http://h/b"
    assert url_map.match_environ(environ("/c/2")) is not None


@native_only
def test_a_large_map_is_not_compiled_for_each_added_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = []
    new_finder = _kernels.new_finder

    def counting(*args: Any) -> Any:
        compiled.append(args)
        return new_finder(*args)

    monkeypatch.setattr(_kernels, "new_finder", counting)
    url_map = Map([Rule(f"/r{n}/<x>", endpoint=n) for n in range(1000)])
    for n in range(1000, 1100):
        url_map.add(Rule(f"/r{n}/<x>", endpoint=n))
        assert endpoint_of(url_map, f"/r{n}/a") == n
        assert endpoint_of(url_map, "/r0/a") == 0
    assert len(compiled) <= 1
    # Left alone, and asked often enough, it is compiled again.
    for _ in range(2000):
        assert endpoint_of(url_map, "/r1099/a") == 1099
    assert len(compiled) <= 2
    assert finder_is_compiled(url_map)
    assert not url_map._remap


def test_rules_that_were_handed_out_may_be_edited() -> None:
    url_map = Map([Rule("/a", endpoint="a", methods=["GET"]), Rule("/b/", endpoint="b")])
    assert endpoint_of(url_map, "/a") == "a"
    rule = next(url_map.iter_rules("a"))
    assert rule.methods is not None
    rule.methods.add("PUT")
    next(url_map.iter_rules("b")).strict_slashes = False
    assert endpoint_of(url_map, "/a", "PUT") == "a"
    assert endpoint_of(url_map, "/b") == "b"
    next(url_map.iter_rules("b")).defaults = {"n": 3}
    assert url_map.bind("h").match("/b/") == ("b", {"n": 3})


@native_only
def test_looking_at_rules_compiles_nothing() -> None:
    url_map = Map([Rule("/a/<x>", endpoint="a")])
    assert endpoint_of(url_map, "/a/b") == "a"
    finder = url_map._matcher.finder
    assert len(list(url_map.iter_rules())) == 1
    assert endpoint_of(url_map, "/a/b") == "a"
    assert url_map._matcher.finder is not finder or not url_map._remap


def test_settings_of_the_map_may_be_edited() -> None:
    url_map = Map([Rule("/a", endpoint="a"), Rule("/b", endpoint="b", subdomain="api")])
    assert endpoint_of(url_map, "/a") == "a"
    url_map.default_subdomain = "api"
    assert endpoint_of(url_map, "/b") == "b"
    url_map.merge_slashes = False
    assert outcome(lambda: url_map.bind("h").match("//a//b"))[0] == "NotFound"
    url_map.converters["two"] = CONVERTERS["letters"]
    url_map.add(Rule("/t/<two:x>", endpoint="t"))
    assert endpoint_of(url_map, "/t/ab") == "t"


# --- what the table cannot hold


class Moody(Rule):
    """Allows methods by the minute."""

    calls = 0

    @property
    def methods(self) -> set[str] | None:  # type: ignore[override]
        return {"GET", "HEAD"} if type(self).calls % 2 == 0 else {"POST"}

    @methods.setter
    def methods(self, value: set[str] | None) -> None:
        pass


@native_only
@pytest.mark.parametrize(
    ("rules", "why"),
    [
        ([Moody("/a/<x>", endpoint="a")], "Moody computes methods"),
        (
            [Rule(f"/{n}/<x>", endpoint="a", methods=[f"M{n}"]) for n in range(70)],
            "the rules name more than 64 different methods",
        ),
    ],
)
def test_what_the_table_cannot_hold_is_matched_by_python(rules: list[Rule], why: str) -> None:
    url_map = Map([*rules, Rule("/b", endpoint="b")])
    assert endpoint_of(url_map, "/b") == "b"
    assert not finder_is_compiled(url_map)
    assert url_map.statistics().refusal == why
    assert f"Matched by Python, since {why}." in list(url_map.statistics().lines())


def test_computed_methods_are_asked_for_each_match() -> None:
    url_map = Map([Moody("/a/<x>", endpoint="a")])
    assert endpoint_of(url_map, "/a/b", "GET") == "a"
    Moody.calls = 1
    try:
        assert outcome(lambda: url_map.match_environ(environ("/a/b")))[0] == "MethodNotAllowed"
        assert endpoint_of(url_map, "/a/b", "POST") == "a"
    finally:
        Moody.calls = 0


class Shouting(Rule):
    """Builds in its own way."""

    def build(self, values: Any, append_unknown: bool = True) -> tuple[str, str] | None:
        built = super().build(values, append_unknown)
        return built and (built[0], built[1].upper())


def test_rules_of_other_classes_build_their_own_way() -> None:
    url_map = Map([Shouting("/a/<x>", endpoint="a"), Rule("/b/<x>", endpoint="b")])
    assert url_map.bind("h").build("a", {"x": "y"}) == "/A/Y"
    assert url_map.build_path("a", {"x": "y"}, environ("/")) == "/A/Y"
    assert url_map.bind("h").build("b", {"x": "y"}) == "/b/y"


def test_suggestions_are_looked_for_when_the_message_is_read() -> None:
    asked = []

    class Watched(Map):
        @property
        def _rules(self) -> list[Rule]:
            asked.append(True)
            return super()._rules

    url_map = Watched([Rule("/a", endpoint="alpha"), Rule("/b/<x>", endpoint="beta")])
    adapter = url_map.bind("h")
    with pytest.raises(BuildError) as caught:
        adapter.build("alpah")
    assert not asked
    assert str(caught.value) == (
        "Could not build url for endpoint 'alpah'. Did you mean 'alpha' instead?"
    )
    assert asked


# --- copies


def a_map() -> Map:
    return Map(
        [
            Rule("/a/<int:n>", endpoint="a", defaults={"d": 1}),
            Rule("/b/<x>/", endpoint="b", methods=["GET"]),
            Rule("/c/<x>", endpoint="c", alias=True),
            Rule("/d/<x>", endpoint="c"),
        ],
        merge_slashes=False,
    )


@pytest.mark.parametrize("used", [False, True])
@pytest.mark.parametrize(
    "copied",
    [copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))],
    ids=["deepcopy", "pickle"],
)
def test_copies_are_maps_of_their_own(copied: Any, used: bool) -> None:
    url_map = a_map()
    if used:
        assert endpoint_of(url_map, "/a/1") == "a"
    other = copied(url_map)
    assert type(other) is Map and not other.merge_slashes
    assert other.bind("h").match("/a/2") == ("a", {"n": 2, "d": 1})
    assert other.bind("h").build("b", {"x": "é"}) == "/b/%C3%A9/"
    with pytest.raises(RequestRedirect):
        other.bind("h").match("/c/1")
    other.add(Rule("/new", endpoint="new"))
    assert endpoint_of(other, "/new") == "new"
    assert outcome(lambda: url_map.match_environ(environ("/new")))[0] == "NotFound"
    assert {rule.map for rule in other.iter_rules()} == {other}


def test_a_rule_takes_its_map_along() -> None:
    rule = next(a_map().iter_rules("a"))
    for other in (copy.deepcopy(rule), pickle.loads(pickle.dumps(rule))):
        assert other == rule and other.map is not rule.map
        assert other.build({"n": 5}) == ("", "/a/5")
        assert other.map.bind("h").match("/a/5") == ("a", {"n": 5, "d": 1})
    assert copy.copy(rule).map is rule.map


def test_a_shallow_copy_shares_its_rules() -> None:
    url_map = a_map()
    other = copy.copy(url_map)
    assert endpoint_of(other, "/a/1") == "a"
    assert list(other.iter_rules()) == list(url_map.iter_rules())


# --- adapters


def test_adapters_are_werkzeugs_too() -> None:
    url_map = Map([Rule("/a", endpoint="a")])
    bound = {**environ("/a"), "SERVER_NAME": "h", "SERVER_PORT": "80", "wsgi.url_scheme": "http"}
    for adapter in (url_map.bind("h"), url_map.bind_to_environ(bound)):
        assert type(adapter) is MapAdapter
        assert adapter.match("/a", return_rule=True)[0].endpoint == "a"
        assert adapter.test("/a") and not adapter.test("/b")


def test_a_domain_with_a_slash_is_one_segment() -> None:
    rules = [("/b/c", {"endpoint": "e"}), ("/c", {"endpoint": "s", "subdomain": "<x>"})]
    for path in ("/c", "/b/c"):
        answers = [
            outcome(cls([Rule(r, **o) for r, o in rules]).bind("h", subdomain="a/b").match)
            for cls in (WerkzeugMap, Map)
        ]
        assert answers[0] == answers[1], path


def test_a_converter_that_refuses_is_asked_once() -> None:
    asked = []

    class Picky(CONVERTERS["letters"]):  # type: ignore[misc]
        def to_python(self, value: str) -> Any:
            from werkzeug.routing import ValidationError

            asked.append(value)
            raise ValidationError

    url_map = Map([Rule("/<picky:x>", endpoint="e")], converters={"picky": Picky})
    with pytest.raises(NotFound):
        url_map.bind("h").match("/ab")
    assert asked == ["ab"]


# --- threads


def test_matching_while_rules_are_added() -> None:
    url_map = Map([Rule("/r/<int:n>", endpoint="r"), Rule("/s", endpoint="s")])
    wrong: list[Any] = []
    done = threading.Event()

    def ask() -> None:
        rnd = random.Random(0)
        while not done.is_set():
            n = rnd.randint(0, 10**6)
            found = url_map.match_environ(environ(f"/r/{n}"))
            if found is None or found[1] != {"n": n} or endpoint_of(url_map, "/s") != "s":
                wrong.append(found)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for n in range(200):
        url_map.add(Rule(f"/t{n}/<x>", endpoint=n))
        if endpoint_of(url_map, f"/t{n}/a") != n:
            wrong.append(n)
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []


# --- the meantime after a change is as correct as what follows it


def test_made_up_maps_in_the_meantime(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matcher, "_SMALL", 0)
    monkeypatch.setattr(matcher, "_RULES_PER_WALK", 0.2)
    for seed in range(60):
        rnd = random.Random(seed)
        made_up = make_up(rnd)
        theirs, ours, other = (made_up.make(cls, Rule) for cls in (WerkzeugMap, Map, Map))
        if isinstance(theirs, Exception):
            continue
        for url_map in (theirs, ours, other):
            url_map.update()
            url_map.add(Rule("/late/<x>", endpoint="e0"))
        for _ in range(20):
            compare_request(rnd, made_up, theirs, ours, other)
            compare_build(rnd, made_up, theirs, ours)
