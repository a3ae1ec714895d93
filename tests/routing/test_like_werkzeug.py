"""Our map and Werkzeug's: the same rule, arguments, error, redirect or URL for made-up maps.

Each map is asked in the flavour of this run, in the reference flavour, and of Werkzeug.
"""

from __future__ import annotations

import os
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.routing import Map as WerkzeugMap
from werkzeug.routing import Rule

from flaskfast.routing import Map
from tests.routing.made_up import compare, outcome

# `make soak-routing` asks for a million.
MAPS = int(os.environ.get("FLASKFAST_ROUTING_MAPS", "2000"))
FIRST = int(os.environ.get("FLASKFAST_ROUTING_FIRST", "0"))
CHUNKS = 4 if MAPS <= 2000 else 64


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_made_up_maps(chunk: int) -> None:
    kinds: set[str] = set()
    for seed in range(FIRST + chunk, FIRST + MAPS, CHUNKS):
        try:
            kinds |= compare(random.Random(seed))
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from None
    # The generator reaches every kind of outcome.
    assert (
        MAPS < 2000
        or {
            "matched",
            "NotFound",
            "MethodNotAllowed",
            "RequestRedirect",
            "WebsocketMismatch",
            "built",
            "building: BuildError",
            "building: ValueError",
            "refused",
            "late",
        }
        <= kinds
    )


RULES = [
    "/",
    "/a/<x>",
    "/a/<int:n>",
    "/a/<float:f>/",
    "/b/<path:p>",
    "/b/<path:p>/edit",
    "/c/<string(minlength=2,maxlength=3):s>",
    "/d/<any(é,'a b'):k>",
    "/e/<x>-<y>",
    "/é/<x>",
    "/f//g",
    "/h/<uuid:u>",
]
BOTH = [cls([Rule(rule, endpoint=rule) for rule in RULES]) for cls in (WerkzeugMap, Map)]
PIECES = st.sampled_from(
    "/ // a b c d e é f g h 1 2.5 - \n edit %2F \x00 \udcff 😀 ٣ ab".split(" ")
)
PATHS = st.lists(PIECES | st.text(max_size=4), max_size=12).map("".join)


@settings(max_examples=2000, deadline=None)
@given(path=PATHS)
def test_any_path(path: str) -> None:
    theirs, ours = (
        outcome(lambda map_=map_: map_.bind("h").match(path, return_rule=True))  # type: ignore[misc]
        for map_ in BOTH
    )
    assert ours == theirs


@settings(max_examples=2000, deadline=None)
@given(raw=PATHS.map(lambda text: text.encode("utf-8", "surrogateescape")) | st.binary(max_size=12))
def test_any_bytes(raw: bytes) -> None:
    environ = {
        "PATH_INFO": "/" + raw.decode("latin1"),
        "REQUEST_METHOD": "GET",
        "SERVER_NAME": "h",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
    }
    theirs = outcome(lambda: BOTH[0].bind_to_environ(environ).match(return_rule=True))
    assert outcome(lambda: BOTH[1].bind_to_environ(environ).match(return_rule=True)) == theirs
    direct = outcome(lambda: BOTH[1].match_environ(environ))  # type: ignore[attr-defined]
    assert direct == theirs or (direct == ("adapter",) and theirs[0] == "RequestRedirect")
