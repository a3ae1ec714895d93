"""Paths that nobody should send: answered as any other, in a time that grows as they do."""

from __future__ import annotations

import time
from typing import Any

import pytest
from werkzeug.routing import Rule

from flaskfast import Flask
from flaskfast.routing import Map
from tests.routing.made_up import CONVERTERS, outcome

RULES = [
    "/",
    "/<x>/<y>",
    "/p/<path:rest>",
    "/p/<path:rest>/end",
    "/n/<int:n>",
    "/f/<float(signed=True):f>",
    "/u/<uuid:u>",
    "/s/<string(length=3):s>/x",
    "/m/<a>-<b>.<int:c>",
    "/q/<path:p>/x/<path:q>",
    "/k/<any(a,b):k>/",
    "/w/<words:w>",
    "/y/<wordy:y>",
]
PATHS = {
    "one segment": "/" + "a" * 65_536,
    "10,000 segments": "/a" * 10_000,
    "slashes": "/" * 65_536,
    "slashes behind": "/a" + "/" * 65_536,
    "dots": "/p" + "/.." * 20_000,
    "NULs": "/x/" + "\0" * 65_536,
    "digits": "/n/" + "9" * 65_536,
    "digits and a letter": "/n/" + "9" * 65_536 + "x",
    "points": "/f/" + "1." * 32_000,
    "dashes": "/m/" + "-" * 65_536,
    "points and dashes": "/m/" + "-." * 32_000 + "x",
    "line feeds": "/p/" + "\n" * 65_536,
    "words": "/w/" + "a/" * 32_000 + "1",
    "ends": "/p" + "/end" * 16_000,
    "continuation bytes": "/x/" + "\x80" * 65_536,
    "no UTF-8": "/s/" + "\xff\xc3" * 32_000,
    "overlong": "/x/" + "\xc0\xaf" * 32_000,
    "other digits": "/n/" + "\xd9\xa3" * 32_000 + "x",
    "wide": "/y/" + "\xf0\x9f\x98\x80" * 16_000,
}


def a_map() -> Map:
    return Map([Rule(rule, endpoint=rule) for rule in RULES], converters=CONVERTERS)


def ask(url_map: Map, path: str) -> Any:
    return outcome(lambda: url_map.match_environ({"PATH_INFO": path, "REQUEST_METHOD": "GET"}))


@pytest.mark.parametrize("name", PATHS)
def test_answers(name: str) -> None:
    url_map = a_map()
    ask(url_map, "/")
    began = time.perf_counter()
    answer = ask(url_map, PATHS[name])
    # Generous: what is not linear takes minutes.
    assert time.perf_counter() - began < 5
    assert answer[0] in ("NotFound", "adapter") or answer[0] in RULES


@pytest.mark.parametrize("name", [n for n in PATHS if "segments" in n or "slashes" in n])
def test_an_app_answers(name: str) -> None:
    app = Flask(__name__)
    app.add_url_rule("/<x>/<y>", "e", lambda x, y: "x")
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": PATHS[name],
        "SERVER_NAME": "h",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
    }
    told: list[str] = []

    def start_response(status: str, headers: Any, exc_info: Any = None) -> Any:
        told.append(status)

    b"".join(app(environ, start_response))
    assert told[0][:3] in ("404", "400", "308")


def test_twice_the_path_takes_twice_the_time() -> None:
    """Where an expression is not involved: steps are counted by the clock, so with much slack."""
    url_map = a_map()
    for piece in ("a", "/a", "/", "9", "\0"):
        times = []
        for length in (200_000, 800_000):
            path = "/p/" + piece * (length // len(piece))
            best = min(timed(url_map, path) for _ in range(5))
            times.append(best)
        assert times[1] < 16 * times[0] + 0.01, (piece, times)


def timed(url_map: Map, path: str) -> float:
    began = time.process_time()
    ask(url_map, path)
    return time.process_time() - began


def test_a_newline_at_the_end_is_part_of_the_path() -> None:
    url_map = Map([Rule("/a", endpoint="a"), Rule("/n/<int:n>", endpoint="n")])
    assert ask(url_map, "/a\n")[0] == "NotFound"
    assert ask(url_map, "/n/1\n")[0] == "NotFound"


@pytest.mark.parametrize("digits", ["+5", "1_0", "0x5", " 5", "5 ", "²", "-5"])
def test_what_int_would_take_and_a_rule_does_not(digits: str) -> None:
    url_map = Map([Rule("/n/<int:n>", endpoint="n")])
    assert ask(url_map, "/n/" + digits.encode().decode("latin1"))[0] == "NotFound"
