"""Responses that are copied, kept and taken over, as caches do it: the same as on genuine Flask."""

from __future__ import annotations

import copy
import pickle
from types import ModuleType
from typing import Any

import flask
import pytest
from werkzeug.test import create_environ, run_wsgi_app

import flaskfast

PACKAGES = [pytest.param(flask, id="genuine"), pytest.param(flaskfast, id="flaskfast")]


def make(package: ModuleType) -> Any:
    made = package.Response("hi", 201, {"X-A": "b"})
    made.note = "kept"
    return made


def taken_over(response: Any) -> Any:
    class Cached(type(response)):  # type: ignore[misc]
        def __init__(self, given: Any) -> None:
            self.__dict__ = given.__dict__

    return Cached(response)


def filled(response: Any) -> Any:
    class Cached(type(response)):  # type: ignore[misc]
        def __init__(self, given: Any) -> None:
            self.__dict__.update(given.__dict__)

    return Cached(response)


def filled_one_by_one(response: Any) -> Any:
    made = type(response).__new__(type(response))
    for name, value in vars(response).items():
        vars(made)[name] = value
    return made


WAYS = [
    copy.copy,
    copy.deepcopy,
    lambda response: pickle.loads(pickle.dumps(response)),
    taken_over,
    filled,
    filled_one_by_one,
]
NAMES = ["copy", "deepcopy", "pickle", "taken over", "filled", "filled one by one"]


@pytest.mark.parametrize("way", WAYS, ids=NAMES)
@pytest.mark.parametrize("package", PACKAGES)
def test_a_copy_is_sent_as_the_original(package: ModuleType, way: Any) -> None:
    original = make(package)
    copied = way(original)
    assert copied.note == "kept"
    assert copied.status_code == 201
    assert copied.get_data() == b"hi"
    copied.headers["X-B"] = "c"
    body, status, headers = run_wsgi_app(copied, create_environ())
    assert (b"".join(body), status) == (b"hi", "201 CREATED")
    assert list(headers) == [
        ("X-A", "b"),
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", "2"),
        ("X-B", "c"),
    ]
    shared = way not in (copy.deepcopy, WAYS[2])
    assert ("X-B" in original.headers) is shared


@pytest.mark.parametrize("package", PACKAGES)
def test_attributes_are_set_and_taken_away_by_name(package: ModuleType) -> None:
    response = make(package)
    vars(response)["more"] = 1
    assert response.more == 1
    assert vars(response).pop("more") == 1
    assert vars(response).pop("more", None) is None
    assert not hasattr(response, "more")
    del vars(response)["note"]
    assert not hasattr(response, "note")
    vars(response)["response"] = [b"other"]
    assert response.get_data() == b"other"
    assert vars(response)["_status_code"] == 201
