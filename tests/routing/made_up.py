"""Made-up maps, paths and values, and what they come to in our map and in Werkzeug's."""

from __future__ import annotations

import copy
import pickle
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import (
    BaseConverter,
    EndpointPrefix,
    Rule,
    RuleFactory,
    RuleTemplate,
    Subdomain,
    Submount,
    ValidationError,
)
from werkzeug.routing import Map as WerkzeugMap

from flaskfast._py.match import new_finder as new_reference_finder
from flaskfast.routing import Map


class Even(BaseConverter):
    """An expression and values of its own; refuses what is odd."""

    regex = r"[0-9]+"
    weight = 60

    def to_python(self, value: str) -> int:
        if int(value) % 2:
            raise ValidationError
        return int(value)

    def to_url(self, value: Any) -> str:
        if int(value) % 2:
            raise ValidationError
        return str(int(value))


class Words(BaseConverter):
    """Takes slashes, and so all that is left."""

    regex = r"[a-z]+(?:/[a-z]+)*"
    weight = 150

    def to_python(self, value: str) -> list[str]:
        return value.split("/")

    def to_url(self, value: Any) -> str:
        return "/".join(value) if isinstance(value, list) else str(value)


class Greedy(BaseConverter):
    """May take nothing at all."""

    regex = r"[^/]*"
    part_isolating = False
    weight = 300


class Grouped(BaseConverter):
    """Has groups of its own."""

    regex = r"(?:(a)|(b)|x)+"


class Letters(BaseConverter):
    regex = r"[a-z_-]{2,4}"
    weight = 90


class Wordy(BaseConverter):
    regex = r"\w+"
    weight = 110


CONVERTERS = {
    "even": Even,
    "words": Words,
    "greedy": Greedy,
    "grouped": Grouped,
    "letters": Letters,
    "wordy": Wordy,
}

SEGMENTS = [
    "a",
    "b",
    "foo",
    "é",
    "a.b",
    "<x>",
    "<x>",
    "<int:n>",
    "<int:n>",
    "<path:p>",
    "<float:f>",
    "<float(signed=True):g>",
    "<any(a,b,foo):k>",
    "<any('a b', 'x-y', \"1.5\"):j>",
    "<string(length=2):s>",
    "x<y>z",
    "v<int:v>.json",
    "é<y2>",
    "<int(signed=True):m>",
    "<uuid:u>",
    "",
    "<a1>-<b1>",
    "<a2>.<int:b2>",
    "<path:q>-<w>",
    "<string(minlength=2,maxlength=3):t>",
    "<string(minlength=0):o>",
    "<int(fixed_digits=3):d>",
    "<int(min=2,max=50):r>",
    "<even:e>",
    "<words:h>",
    "<greedy:i>",
    "<grouped:c>",
    "<letters:l>",
    "<wordy:z2>",
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
    "-1.25",
    "ab",
    "abc",
    "xqz",
    "x-y",
    "a b",
    "",
    "é",
    "éa",
    "٣",
    "٣.٣",
    "v7.json",
    "5d7b2f1e-0d5c-4a53-9d26-1f2f3d4e5f60",
    "5D7B2F1E-0D5C-4A53-9D26-1F2F3D4E5F60",
    "foo bar",
    "a\nb",
    "\n",
    "%41",
    "\U0001f600",
    "abx",
    "9" * 25,
    "9" * 5000,
    "\udc80",
    "\x00",
]
# By converter: texts that fit it.
FITTING = {
    "int": ["1", "42", "007"],
    "float": ["1.5"],
    "path": ["a", "a/b", "foo/bar/", "x-y"],
    "any": ["a", "x-y", "1.5"],
    "uuid": ["5d7b2f1e-0d5c-4a53-9d26-1f2f3d4e5f60"],
    "even": ["42", "8", "7"],
    "words": ["a", "a/b/c"],
    "greedy": ["", "a", "q1"],
    "grouped": ["a", "abx"],
    "letters": ["ab", "x-y"],
    "wordy": ["é", "x_1"],
    "string": ["ab", "abc", "éa"],
}
METHODS = ["GET", "POST", "HEAD", "PUT", "OPTIONS", "get", "BREW"]
SUBDOMAINS = ["", "", "", "", "api", "q", "a.b"]
VALUES = [1, 2, 7, -3, "a", "a/b", "ü x", None, ["a", "b"], "", True, 1.5, 42, "foo", "\udc80"]

Described = tuple[str, dict[str, Any]]


class LateRule(Rule):
    """Compiles what builds it when that is asked for: most rules are never built here."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        # What may fail has to fail now.
        made: list[Callable[..., tuple[str, str]]] = []
        if self.defaults or len(self._converters) != sum(part[0] for part in self._trace):
            made.append(Rule._compile_builder(self, append_unknown))

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            if not made:
                made.append(Rule._compile_builder(self, append_unknown))
            return made[0](rule, **values)

        return build


@dataclass
class MadeUp:
    """A map, described."""

    rules: list[Described]
    options: dict[str, Any]
    wrap: str
    late: list[Described]

    def make(self, map_class: type[WerkzeugMap], rule_class: type[Rule]) -> Any:
        """Make the map; an exception where it cannot be made."""
        options = {**self.options, "converters": CONVERTERS}
        try:
            rules: list[RuleFactory] = [rule_class(path, **given) for path, given in self.rules]
            if self.wrap == "submount":
                rules = [*rules[:1], Submount("/sub/<x0>", rules[1:])]
            elif self.wrap == "prefix":
                rules = [EndpointPrefix("p.", rules)]
            elif self.wrap == "subdomain":
                rules = [*rules[:1], Subdomain("api", rules[1:])]
            elif self.wrap == "template":
                template = RuleTemplate([Submount("/$word", rules[1:])])
                rules = [*rules[:1], template(word="foo"), template(word="<x0>")]
            return map_class(rules, **options)
        except Exception as error:
            return error

    def add_late(self, map_: WerkzeugMap, rule_class: type[Rule]) -> Exception | None:
        """Add the rules that come late; return why that cannot be done."""
        try:
            for path, given in self.late:
                map_.add(rule_class(path, **given))
        except Exception as error:
            return error
        return None


def make_up(rnd: random.Random) -> MadeUp:
    """Make up at most eight rules that get in each other's way."""
    host_matching = rnd.random() < 0.08
    rules = [some_rule(rnd, host_matching) for _ in range(rnd.randint(1, 8))]
    options: dict[str, Any] = {
        "strict_slashes": rnd.random() < 0.8,
        "merge_slashes": rnd.random() < 0.8,
        "redirect_defaults": rnd.random() < 0.8,
        "host_matching": host_matching,
    }
    if rnd.random() < 0.05:
        options["default_subdomain"] = "api"
    if rnd.random() < 0.1:
        options["sort_parameters"] = True
    wrap = rnd.choice([""] * 8 + ["submount", "prefix", "subdomain", "template"])
    late = [some_rule(rnd, host_matching) for _ in range(rnd.choice([0, 0, 0, 1, 2]))]
    return MadeUp(rules, options, wrap, late)


def some_rule(rnd: random.Random, host_matching: bool) -> Described:
    parts: list[str] = []
    names: set[str] = set()
    for _ in range(rnd.choice([0, 1, 1, 2, 2, 3, 4])):
        free = [s for s in SEGMENTS if not names & set(re.findall(r"(\w+)>", s))]
        segment = rnd.choice(free)
        names.update(re.findall(r"(\w+)>", segment))
        parts.append(segment)
    options: dict[str, Any] = {"endpoint": f"e{rnd.randint(0, 4)}"}
    if rnd.random() < 0.5:
        options["methods"] = rnd.sample(["GET", "POST", "PUT"], rnd.randint(1, 2))
    for name, value, share in (
        ("strict_slashes", rnd.random() < 0.5, 0.2),
        ("merge_slashes", rnd.random() < 0.5, 0.15),
        ("alias", True, 0.1),
        ("subdomain", rnd.choice(["api", "<sd>", "<int:sd>", "x<sd>"]), 0.12),
        ("defaults", rnd.choice([{"z": 1}, {"n": 1}, {"x": "a", "n": 42}, {"k": "no"}]), 0.2),
        ("build_only", True, 0.05),
        ("redirect_to", rnd.choice(["/foo", "foo/<x>" if "x" in names else "b"]), 0.05),
    ):
        if rnd.random() < share:
            options[name] = value
    if host_matching and rnd.random() < 0.7:
        options["host"] = rnd.choice(["h.com", "<sd>.com", "api.h.com"])
    if "methods" not in options and rnd.random() < 0.2:
        options["websocket"] = True
    return "/" + "/".join(parts) + rnd.choice(["", "", "/"]), options


def some_path(rnd: random.Random, rules: list[Described]) -> str:
    """Make a path out of thin air, or one that nearly fits a rule."""
    if rnd.random() < 0.03:
        return rnd.choice(["", "/", "//", "///a", "a"])
    if rnd.random() < 0.6:
        path = re.sub(r"<([^>]*)>", partial(some_text, rnd), rnd.choice(rules)[0])
        if rnd.random() < 0.3:
            at = rnd.randint(0, len(path))
            path = path[:at] + rnd.choice(["/", "//", "x", "-", "\n"]) + path[at:]
        elif rnd.random() < 0.2:
            path = path.rstrip("/")
        return path
    parts = [rnd.choice(TEXTS) for _ in range(rnd.randint(0, 5))]
    return "/" + "/".join(parts) + rnd.choice(["", "/"])


def some_text(rnd: random.Random, placeholder: re.Match[str]) -> str:
    converter = re.match(r"(\w+)(\(.*\))?:", placeholder[1])
    if rnd.random() < 0.25:
        return rnd.choice(TEXTS)
    return rnd.choice(FITTING[converter[1] if converter else "string"])


def some_values(rnd: random.Random) -> Any:
    names = ["x", "n", "p", "f", "k", "s", "y", "m", "z", "e", "h", "c", "sd", "extra", "x0"]
    values = {name: rnd.choice(VALUES) for name in names if rnd.random() < 0.5}
    if rnd.random() < 0.1:
        return MultiDict({name: v for name, v in values.items() if v is not None})
    return values


def outcome(act: Callable[[], Any]) -> tuple[Any, ...]:
    """Say what matching or building came to, in values that can be compared."""
    try:
        found = act()
    except HTTPException as error:
        methods = sorted(getattr(error, "valid_methods", None) or ())
        return type(error).__name__, getattr(error, "new_url", None), methods
    except Exception as error:
        return type(error).__name__, "" if isinstance(error, TypeError) else str(error)
    if found is None:
        return ("adapter",)
    if isinstance(found, str):
        return "built", found
    rule, arguments = found
    assert type(arguments) is dict
    named = sorted((name, type(value).__name__, repr(value)) for name, value in arguments.items())
    return rule.rule, rule.endpoint, named


def compare(rnd: random.Random, requests: int = 12, builds: int = 3) -> set[str]:
    """Make up a map, ask it and Werkzeug's the same; return the kinds of answers.

    :raises AssertionError: they do not answer the same.
    """
    made_up = make_up(rnd)
    theirs = made_up.make(WerkzeugMap, LateRule)
    ours = made_up.make(Map, Rule)
    reference = made_up.make(Map, Rule)
    if isinstance(theirs, Exception):
        assert type(ours) is type(theirs), (made_up, ours)
        return {"refused"}
    assert not isinstance(ours, Exception), (made_up, ours)
    ours = copied(rnd, ours)
    settle(ours, reference)
    kinds = set()
    for _ in range(requests):
        kinds.add(compare_request(rnd, made_up, theirs, ours, reference))
    for _ in range(builds):
        kinds.add(compare_build(rnd, made_up, theirs, ours))
    if not made_up.late:
        return kinds
    refused = made_up.add_late(theirs, LateRule)
    for map_ in (ours, reference):
        assert type(made_up.add_late(map_, Rule)) is type(refused), (made_up, refused)
    if refused:
        # In what state a map is left then is nobody's business.
        return kinds | {"refused late"}
    ours = copied(rnd, ours)
    settle(ours, reference)
    made_up.rules += made_up.late
    for _ in range(requests // 2):
        kinds.add(compare_request(rnd, made_up, theirs, ours, reference))
    for _ in range(builds):
        kinds.add(compare_build(rnd, made_up, theirs, ours))
    return kinds | {"late"}


def copied(rnd: random.Random, map_: Map) -> Map:
    """Return now and then a copy, which has to be as good as the map."""
    if rnd.random() < 0.9:
        return map_
    return rnd.choice([copy.deepcopy, lambda map_: pickle.loads(pickle.dumps(map_))])(map_)


def settle(ours: Map, reference: Map) -> None:
    """Compile both, *reference* without a table."""
    ours.update()
    reference.update()
    matcher = reference._matcher
    matcher._use(new_reference_finder(matcher.tree, *matcher._settings))


def compare_request(
    rnd: random.Random, made_up: MadeUp, theirs: Any, ours: Any, reference: Any
) -> str:
    path = some_path(rnd, made_up.rules)
    method = rnd.choice(METHODS)
    subdomain = None if ours.host_matching else rnd.choice(SUBDOMAINS)
    scheme = rnd.choice(["http"] * 5 + ["ws"])
    host = rnd.choice(["h.com", "api.h.com", "q.com"])
    adapters = [
        map_.bind(host, rnd_prefix, subdomain, scheme, method, path, "q=1")
        for rnd_prefix in [rnd.choice(["/", "/pre/"])]
        for map_ in (theirs, ours, reference)
    ]
    expected, got, by_reference = (
        outcome(partial(adapter.match, return_rule=True)) for adapter in adapters
    )
    where = (made_up, path, method, subdomain, scheme, host)
    assert got == expected, where
    assert by_reference == expected, where
    kind = "matched" if expected[0][:1] == "/" else str(expected[0])
    if scheme == "ws" or (subdomain or "") != ours.default_subdomain or ours.host_matching:
        return kind
    try:
        raw = path.encode().decode("latin1")
    except UnicodeEncodeError:
        return kind
    environ = {"PATH_INFO": raw, "REQUEST_METHOD": method}
    for map_ in (ours, reference):
        direct = outcome(partial(map_.match_environ, environ))
        assert direct in (expected, ("adapter",)), where
        if direct == ("adapter",):
            # Left to an adapter: only what takes one, or may.
            assert expected[0] in ("RequestRedirect", "WebsocketMismatch", "AssertionError") or any(
                rule.redirect_to or rule.defaults or rule.alias for rule in ours.iter_rules()
            ), where
    return kind


def compare_build(rnd: random.Random, made_up: MadeUp, theirs: Any, ours: Any) -> str:
    endpoint = rnd.choice(["e0", "e1", "e2", "e3", "e4", "p.e0", "none"])
    values = some_values(rnd)
    subdomain = None if ours.host_matching else rnd.choice(SUBDOMAINS)
    method = rnd.choice(["GET", "POST"])
    scheme = rnd.choice(["http", "https", "ws", ""])
    options = {
        "method": rnd.choice([None, None, "GET", "PUT"]),
        "force_external": rnd.random() < 0.3,
        "append_unknown": rnd.random() < 0.8,
        "url_scheme": rnd.choice([None, None, "https", ""]),
    }
    prefix = rnd.choice(["/", "/pre/"])
    expected, got = (
        outcome(
            partial(
                map_.bind(rnd_host, prefix, subdomain, scheme, method).build,
                endpoint,
                values,
                **options,
            )
        )
        for rnd_host in [rnd.choice(["h.com", "api.h.com"])]
        for map_ in (theirs, ours)
    )
    where = (made_up, endpoint, values, options, subdomain, method, scheme)
    assert got == expected, where
    environ = {"REQUEST_METHOD": method, "SCRIPT_NAME": prefix.rstrip("/")}
    path = outcome(partial(ours.build_path, endpoint, dict(values), environ))
    if path[0] == "built" and not isinstance(values, MultiDict):
        adapter = theirs.bind("h.com", prefix, theirs.default_subdomain, "http", method)
        assert path == outcome(partial(adapter.build, endpoint, values)), where
    return "built" if got[0] == "built" else f"building: {got[0]}"
