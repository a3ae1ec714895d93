"""Rules that never match: found, named, and no others."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
from click.testing import CliRunner, Result
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map as WerkzeugMap
from werkzeug.routing import Rule

from flaskfast import Flask, _kernels, cli
from flaskfast.routing import Map
from tests.routing.made_up import FITTING, SEGMENTS, TEXTS


def found(*rules: tuple[str, dict[str, Any]] | str) -> list[tuple[str, str, str]]:
    """Return the kinds of conflicts with the numbers of the rules."""
    made = []
    for number, rule in enumerate(rules):
        path, options = (rule, {}) if isinstance(rule, str) else rule
        made.append(Rule(path, endpoint=str(number), **options))
    return [
        (conflict.kind, conflict.rule.endpoint, conflict.other.endpoint)
        for conflict in Map(made).conflicts()
    ]


@pytest.mark.parametrize(
    "rules",
    [
        ("/a", "/b"),
        ("/a", "/a/"),
        ("/<int:a>", "/<b>"),
        ("/<b>", "/<int:a>"),  # a number weighs less, and is tried first
        ("/<b>", "/<b>/c"),
        ("/<string(length=2):a>", "/<string(length=3):b>"),
        ("/<any(a,b):x>", "/<any(b,c):x>"),
        ("/<path:a>", "/<path:a>/b"),
        ("/<any(a,b):x>", "/<x>"),
        ("/<a>/x", "/<uuid:b>/y"),
        (("/a", {"methods": ["GET"]}), ("/a", {"methods": ["POST"]})),
        (("/a", {"websocket": True}), "/a"),
        (("/a", {"subdomain": "x"}), "/a"),
        (("/<a>/", {}), ("/<uuid:b>/", {"strict_slashes": False})),
        (("/<a>", {"methods": ["GET"]}), ("/<uuid:b>", {"methods": ["GET", "PUT"]})),
        (("/a", {"build_only": True}), "/a"),
    ],
    ids=str,
)
def test_no_conflict(rules: Any) -> None:
    assert found(*rules) == []


@pytest.mark.parametrize(
    ("rules", "kind"),
    [
        (("/a", "/a"), "equal"),
        (("/a/<x>", "/a/<x>"), "equal"),
        (("/a/<x>", "/a/<y>"), "renamed"),
        (("/<int:x>/<y>", "/<int:y>/<x>"), "renamed"),
        (("/<a>", "/<uuid:b>"), "shadowed"),
        (("/<a>", "/<any(a,b):b>"), "shadowed"),
        (("/<a>/x", "/<uuid:b>/x"), "shadowed"),
        (("/<a>/<b>", "/<uuid:b>/<any(x,y):c>"), "shadowed"),
        (("/<a>", "/<string(length=2):b>"), "shadowed"),
        (("/<string(maxlength=5):a>", "/<string(minlength=2,maxlength=4):b>"), "shadowed"),
        (("/<any(a,b,c):x>", "/<any(b,c):x>"), "shadowed"),
        (("/<a>", ("/<uuid:b>", {"methods": ["GET"]})), "shadowed"),
    ],
    ids=str,
)
def test_conflict(rules: Any, kind: str) -> None:
    assert found(*rules) == [(kind, "1", "0")]


def test_methods_may_come_from_several_rules() -> None:
    rules = [
        ("/<a>", {"methods": ["GET"]}),
        ("/<a>", {"methods": ["POST"]}),
        ("/<uuid:b>", {"methods": ["GET", "POST"]}),
    ]
    assert found(*rules) == [("shadowed", "2", "1")]


def test_some_methods_only() -> None:
    rules = [
        Rule("/a", endpoint="x", methods=["GET", "PUT"]),
        Rule("/a", endpoint="y", methods=["POST", "PUT"]),
    ]
    (conflict,) = Map(rules).conflicts()
    assert conflict.methods == {"PUT"}
    assert str(conflict) == (
        "'/a' (y) never matches for PUT: '/a' (x) comes first, which is the same rule."
    )


def test_what_is_said_is_so() -> None:
    """Whatever is found never matches, by Werkzeug's matcher, whatever is asked."""
    rnd = random.Random(0)
    conflicts = 0
    own = "even|words|greedy|grouped|letters|wordy"
    simple = ["a", "b", *(s for s in SEGMENTS if ":" in s and not re.search(own, s))]
    for _ in range(1500):
        rules = [
            (
                "/" + "/".join(rename(rnd.choice(simple), i) for i in range(rnd.randint(1, 2))),
                str(n),
            )
            for n in range(rnd.randint(2, 6))
        ]
        ours = Map([Rule(path, endpoint=name) for path, name in rules])
        dead = {conflict.rule.endpoint for conflict in ours.conflicts()}
        if not dead:
            continue
        conflicts += len(dead)
        adapter = WerkzeugMap([Rule(path, endpoint=name) for path, name in rules]).bind("h")
        for _ in range(30):
            path = re.sub("<([^>]*)>", lambda found: a_text(rnd, found[1]), rnd.choice(rules)[0])
            try:
                assert adapter.match(path)[0] not in dead, (rules, path)
            except HTTPException:
                pass
    assert conflicts > 100


def rename(segment: str, number: int) -> str:
    return re.sub(r"(\w+)>", rf"\g<1>_{number}>", segment)


def a_text(rnd: random.Random, placeholder: str) -> str:
    converter = re.match(r"\w+(?=[(:])", placeholder)
    return rnd.choice(FITTING.get(converter[0] if converter else "string", []) + TEXTS[:-2])


# --- the command


def run(app: Flask, *arguments: str) -> Result:
    group = cli.FlaskGroup(create_app=lambda: app)
    return CliRunner().invoke(group, ["routes", *arguments])


def an_app(*rules: str) -> Flask:
    app = Flask(__name__, static_folder=None)
    for number, rule in enumerate(rules):
        app.add_url_rule(rule, f"e{number}", lambda **values: "")
    return app


def test_command_names_conflicts_and_fails() -> None:
    result = run(an_app("/a/<x>", "/a/<y>", "/b"), "--conflicts")
    assert result.exit_code == 1
    assert result.output == (
        "'/a/<y>' (e1) never matches: '/a/<x>' (e0) comes first,"
        " which differs only in the names of its arguments.\n"
    )


def test_command_is_content() -> None:
    app = an_app("/a/<x>", "/b")
    app.add_url_rule("/b", "post", lambda: "", methods=["POST"])
    result = run(app, "--conflicts")
    assert result.exit_code == 0
    assert result.output == "No rule keeps another one from matching.\n"


def test_command_tells_figures() -> None:
    result = run(an_app("/a/<x>", "/b/<int:n>", "/c"), "--stats")
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[0] == "Rules: 3 to match, 0 only to build."
    native = "Matched by the compiled table: "
    python = "Matched by Python, as all kernels are here."
    assert lines[1].startswith(native if _kernels.flavour == "native" else python)
    assert lines[2] == "Steps: 5 literal; dynamic: 1 text, 1 class."
    assert lines[3].startswith("Memory per rule: ")


def test_command_on_another_map() -> None:
    app = an_app()
    app.url_map = WerkzeugMap()
    result = run(app, "--conflicts")
    assert result.exit_code == 1
    assert "only a flaskfast.routing.Map can tell" in result.output
