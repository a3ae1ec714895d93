"""Cookies that a response sets: headers as genuine Flask sends them, and who sees them set."""

from __future__ import annotations

import re
import warnings
from datetime import datetime, timedelta, timezone
from itertools import product
from types import ModuleType
from typing import Any

import flask as genuine
import pytest
from werkzeug.datastructures import Headers

import flaskfast

WHEN = datetime(2030, 1, 1, tzinfo=timezone(timedelta(hours=2)))

#: Options of one cookie each; what is odd takes another way than what is plain.
OPTIONS: list[dict[str, Any]] = [
    {},
    {"expires": WHEN},
    {"expires": 0},
    {"expires": 1e9},
    {"expires": "Sun, 06 Nov 1994 08:49:37 GMT"},
    {"expires": 0, "max_age": 0},
    {"expires": WHEN, "max_age": timedelta(days=1)},
    {"expires": WHEN, "max_age": 3600},
    {"expires": WHEN, "max_age": -(2**70)},
    {"path": None},
    {"path": "/a b;c\u00fc"},
    {"domain": "shop.example"},
    {"domain": ".Shop.example:8000"},
    {"domain": "b\u00fccher.example"},
    {"domain": ""},
    {"domain": "a..b"},
    {"domain": "a" * 64},
    {"secure": True, "httponly": True},
    {"secure": None, "httponly": 1},
    {"samesite": "Lax"},
    {"samesite": "strict"},
    {"samesite": "other"},
    {"partitioned": True},
    {"partitioned": True, "secure": True, "samesite": "None", "domain": "a.b"},
    {"partitioned": 1},
]
VALUES = ["", "dark", 'a "b", c;\\', "\u00fc\u4e00", "x" * 5000]


def sent(package: ModuleType, response: Any, *cookies: tuple[str, str, dict[str, Any]]) -> Any:
    """Set cookies; return the headers and what was warned of."""
    told = []
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        for key, value, options in cookies:
            try:
                response.set_cookie(key, value, **options)
            except Exception as error:
                told.append(type(error))
    # Every warning is about the size, and shown once.
    return response.headers.getlist("Set-Cookie"), told, len(warned)


@pytest.mark.parametrize("looked_at", [False, True])
@pytest.mark.parametrize("body", ["text", None, [b"a", b"b"]])
def test_cookies_are_those_of_flask(body: Any, looked_at: bool) -> None:
    for options, value in product(OPTIONS, VALUES):
        answers = []
        for package in (genuine, flaskfast):
            app = package.Flask("cookies")
            app.config["MAX_COOKIE_SIZE"] = 200
            with app.test_request_context():
                response = package.Response(body)
                if looked_at:
                    response.headers["X-Seen"] = "yes"
                answers.append(
                    sent(package, response, ("a", value, options), ("b", value, options))
                )
        assert answers[1] == answers[0], (options, value)


def test_an_age_is_a_date_too() -> None:
    response = flaskfast.Response("x")
    response.set_cookie("a", "1", max_age=60)
    (cookie,) = response.headers.getlist("Set-Cookie")
    found = re.fullmatch(r"a=1; Expires=(.*); Max-Age=60; Path=/", cookie)
    assert found is not None
    expires = datetime.strptime(found[1], "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=timezone.utc)
    assert 0 < (expires - datetime.now(timezone.utc)).total_seconds() <= 61


def test_a_cookie_is_deleted_as_by_flask() -> None:
    cookies = []
    for package in (genuine, flaskfast):
        response = package.Response("x")
        response.delete_cookie("a", path="/at", domain="shop.example", secure=True, samesite="Lax")
        cookies.append(response.headers.getlist("Set-Cookie"))
    assert cookies[1] == cookies[0]


@pytest.mark.parametrize("looked_at", [False, True])
def test_whoever_watches_headers_sees_cookies_added(
    looked_at: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def add(self: Any, key: str, value: Any, /, **kwargs: Any) -> None:
        seen.append(key)
        shipped(self, key, value, **kwargs)

    response = flaskfast.Response("x")
    if looked_at:
        assert response.headers
    shipped = Headers.add
    with monkeypatch.context() as patch:
        patch.setattr(Headers, "add", add)
        response.set_cookie("a", "1")
    ours = type(response.headers)
    shipped = ours.add
    with monkeypatch.context() as patch:
        patch.setattr(ours, "add", add)
        response.set_cookie("b", "2")
    response.headers.add = add.__get__(response.headers)
    response.set_cookie("c", "3")
    assert seen == ["Set-Cookie"] * 3
    assert len(response.headers.getlist("Set-Cookie")) == 3


def test_the_limit_is_the_classs_or_the_apps() -> None:
    class Small(flaskfast.Response):
        max_cookie_size = 10

    app = flaskfast.Flask("cookies")
    with pytest.warns(UserWarning, match="the limit is 10 bytes"):
        Small("x").set_cookie("a", "123456789")
    with app.app_context():
        flaskfast.Response("x").set_cookie("a", "1" * 1000)
        app.config["MAX_COOKIE_SIZE"] = 100
        with pytest.warns(UserWarning, match="the limit is 100 bytes"):
            flaskfast.Response("x").set_cookie("a", "1" * 1000)
        app.config["MAX_COOKIE_SIZE"] = 0
        flaskfast.Response("x").set_cookie("a", "1" * 10000)
