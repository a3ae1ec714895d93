"""The fields of a query string beside Werkzeug's class, and what wraps its methods."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug import datastructures as ds

from flaskfast import Flask, request
from flaskfast.http import parse_query

QUERY = b"a=1&a=2&b=x&c="
USES: dict[str, Callable[[Any], Any]] = {
    "get": lambda d: (d.get("a"), d.get("c"), d.get("d"), d.get("d", 5), d.get("b", default=1)),
    "get as": lambda d: (d.get("a", type=int), d.get("b", 7, int), d.get("d", type=int)),
    "getlist": lambda d: (d.getlist("a"), d.getlist("a", int), d.getlist("d")),
    "getitem": lambda d: d["a"],
    "items": lambda d: (list(d.items()), list(d.items(multi=True)), list(d.lists())),
    "to_dict": lambda d: (d.to_dict(), d.to_dict(flat=False)),
    "repr": repr,
    "hash": hash,
    "copy": lambda d: (d.copy(), type(d.copy())),
}


@pytest.mark.parametrize("name", USES)
def test_it_is_used_like_werkzeugs(name: str) -> None:
    ours = parse_query(QUERY)
    theirs = ds.ImmutableMultiDict([("a", "1"), ("a", "2"), ("b", "x"), ("c", "")])
    assert isinstance(ours, ds.ImmutableMultiDict)
    assert USES[name](ours) == USES[name](theirs)
    assert ours == theirs and theirs == ours
    assert pickle.loads(pickle.dumps(ours)) == theirs


def test_odd_keys() -> None:
    ours = parse_query(QUERY)
    for key in ([], {}):
        with pytest.raises(TypeError):
            ours.get(key)
    assert ours.get(None) is None
    with pytest.raises(KeyError):
        ours["missing"]


@pytest.mark.parametrize("name", ["get", "__getitem__"])
def test_wrappers_of_werkzeugs_methods_see_the_calls(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    original = getattr(ds.ImmutableMultiDict, name)

    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        seen.append(args)
        return original(self, *args, **kwargs)

    monkeypatch.setattr(ds.ImmutableMultiDict, name, wrapper, raising=False)
    app = Flask(__name__)
    with app.test_request_context("/?a=1"):
        assert request.args.get("a") == "1"
    assert seen[0][0] == "a"


def test_a_class_of_ones_own_is_used() -> None:
    class Mine(ds.ImmutableMultiDict[str, str]):
        pass

    assert type(parse_query(QUERY, Mine)) is Mine
    assert type(parse_query(QUERY, ds.MultiDict)) is ds.MultiDict
    assert parse_query(QUERY, dict) == {"a": "2", "b": "x", "c": ""}
