"""Several converters in a segment: what is worked out in linear time is what re would find."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
from werkzeug.routing import Map, Rule

from flaskfast.routing.sequences import read_sequence
from flaskfast.routing.tree import Edge
from tests.routing.made_up import CONVERTERS

RULES = [
    "/<a>-<b>",
    "/<a><b>",
    "/<a>-<b>.<int:c>",
    "/<int:a>-<int:b>",
    "/<int(signed=True):a><int(signed=True):b>",
    "/<float:a>.<float(signed=True):b>",
    "/<any(a,ab,b):a><any(b,'',ba):b>",
    "/<string(length=2):a>-<string(minlength=0,maxlength=3):b>x",
    "/<path:p>/x/<path:q>",
    "/<path:p>-<w>",
    "/<path:p><path:q>/",
    "/<path:p>/<int:n>/",
    "/<path:p>/<a>-<b>/x/",
    "/<letters:a>-<wordy:b>",
    "/<uuid:u>-<a>",
    "/x<a>[<b>]y",
]
LETTERS = ["a", "b", "x", "-", "-", ".", "/", "/", "1", "2", "\n", "é", "٣", "_", "[", "]", "/x/"]


def edge_of(rule: str) -> Any:
    url_map = Map([Rule(rule, endpoint="e")], converters=CONVERTERS)
    parts = next(url_map.iter_rules())._parts
    return Edge(next(part for part in parts if not part.static))


def some_text(rnd: random.Random, longest: int = 9) -> str:
    return "".join(rnd.choice(LETTERS) for _ in range(rnd.randint(0, longest)))


@pytest.mark.parametrize("rule", RULES)
def test_like_the_expression(rule: str) -> None:
    edge = edge_of(rule)
    sequence = read_sequence(edge.part)
    assert sequence is not None
    rnd = random.Random(rule)
    matched = 0
    for _ in range(4000):
        text = some_text(rnd)
        if rnd.random() < 0.6:
            text = re.sub("<[^>]*>", lambda _: some_text(rnd, 3), rule[1:])
        if "float" in rule:
            text = "".join(rnd.choice("1.2.3-") for _ in range(rnd.randint(5, 12)))
        if "uuid" in rule and rnd.random() < 0.7:
            text = f"5d7b2f1e-0d5c-4a53-9d26-1f2f3d4e5f60-{text}"
        if not edge.takes_rest:
            text = text.replace("/", "")
        found = edge.take(text)
        assert sequence.take(text) == found, text
        matched += found is not None
    assert matched > 10


@pytest.mark.parametrize("rule", ["/<even:a>-<b>x<grouped:g>", "/<a>"])
def test_what_is_not_known_is_left_to_the_expression(rule: str) -> None:
    assert read_sequence(edge_of(rule).part) is None


def test_long_texts_do_not_go_to_the_expression() -> None:
    edge = edge_of("/<a>-<b>.<int:c>")
    assert edge.take("-" * 100_000) is None
    assert edge.take("-" * 100_000 + ".7") == (["-" * 99_998, "-", "7"], False)
