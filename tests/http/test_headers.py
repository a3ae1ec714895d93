"""Headers and EnvironHeaders beside Werkzeug's, operation by operation."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug import datastructures as ds

from flaskfast.http import EnvironHeaders, Headers, headers

NAMES = ["a", "A", "Content-Type", "content-type", "X-B"]
keys = st.sampled_from(NAMES)
values = st.sampled_from(["1", "", "text/html; charset=utf-8", "é", 7, None, 1.5])
pairs = st.lists(st.tuples(keys, values), max_size=4)
indexes = st.integers(-3, 3)

# Names of methods, with what to call them with.
OPERATIONS: dict[str, Any] = {
    "__getitem__": st.tuples(st.one_of(keys, indexes)),
    "__contains__": st.tuples(keys),
    "__delitem__": st.tuples(st.one_of(keys, indexes)),
    "__setitem__": st.one_of(
        st.tuples(keys, values),
        st.tuples(indexes, st.tuples(keys, values)),
        st.tuples(st.just(slice(0, 1)), pairs),
    ),
    "__ior__": st.tuples(pairs.map(dict)),
    "__or__": st.tuples(pairs.map(dict)),
    "add": st.tuples(keys, values),
    "add_header": st.tuples(keys, values),
    "clear": st.tuples(),
    "copy": st.tuples(),
    "extend": st.tuples(st.one_of(pairs, pairs.map(dict), pairs.map(ds.MultiDict))),
    "get": st.one_of(
        st.tuples(keys), st.tuples(keys, values), st.tuples(keys, values, st.just(int))
    ),
    "get_all": st.tuples(keys),
    "getlist": st.one_of(st.tuples(keys), st.tuples(keys, st.just(int))),
    "pop": st.one_of(st.tuples(), st.tuples(keys), st.tuples(keys, values), st.tuples(indexes)),
    "popitem": st.tuples(),
    "remove": st.tuples(keys),
    "set": st.tuples(keys, values),
    "setdefault": st.tuples(keys, values),
    "setlist": st.tuples(keys, st.lists(values, max_size=3)),
    "setlistdefault": st.tuples(keys, st.lists(values, max_size=3)),
    "to_wsgi_list": st.tuples(),
    "update": st.tuples(st.one_of(pairs, pairs.map(dict), pairs.map(ds.MultiDict))),
}
operation = st.sampled_from(sorted(OPERATIONS)).flatmap(
    lambda name: st.tuples(st.just(name), OPERATIONS[name])
)


def outcome(function: Callable[..., Any], *args: Any) -> Any:
    try:
        result = function(*args)
    except Exception as error:
        return type(error)
    if isinstance(result, ds.Headers):
        return list(result)
    return result


@settings(max_examples=2000)
@given(start=pairs, operations=st.lists(operation, max_size=8))
def test_any_operations(start: Any, operations: list[tuple[str, tuple[Any, ...]]]) -> None:
    ours, theirs = Headers(start), ds.Headers(start)
    for name, args in operations:
        assert outcome(getattr(ours, name), *args) == outcome(getattr(theirs, name), *args)
        assert ours._list == theirs._list, name
        assert (repr(ours), str(ours), len(ours)) == (repr(theirs), str(theirs), len(theirs))
        assert list(ours.items(lower=True)) == list(theirs.items(lower=True))
        assert list(ours.keys()) == list(theirs.keys())
        assert list(ours.values()) == list(theirs.values())
        assert ours == theirs and theirs == ours
        assert (Headers() == theirs) is (ds.Headers() == theirs)


@pytest.mark.parametrize("start", [None, [], {}, {"a": ["1", "2"]}, ds.MultiDict({"a": "1"})])
def test_every_start(start: Any) -> None:
    assert list(Headers(start)) == list(ds.Headers(start))
    assert list(Headers(ds.Headers(start))) == list(ds.Headers(Headers(start)))
    assert list(Headers(iter([("a", "1")]))) == [("a", "1")]


def test_options_of_a_value() -> None:
    for method in ("add", "set", "add_header"):
        ours, theirs = Headers(), ds.Headers()
        for each in (ours, theirs):
            getattr(each, method)("Content-Disposition", "attachment", file_name="a b", x=None)
        assert ours == theirs
        assert ours["content-disposition"] == 'attachment; file-name="a b"'


def test_types() -> None:
    ours = Headers([("a", "1")])
    assert isinstance(ours, ds.Headers)
    assert type(ours[:1]) is Headers and type(ours.copy()) is type(copy.copy(ours)) is Headers
    assert type(copy.deepcopy(ours)) is Headers and copy.deepcopy(ours) == ours
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(ours, protocol))
        assert type(again) is Headers and again == ours
    with pytest.raises(TypeError):
        hash(ours)
    assert ours != [("a", "1")] and ours != Headers()
    assert EnvironHeaders.__mro__[1] is ds.EnvironHeaders


def test_one_list_may_have_two_owners() -> None:
    kept = [("a", "1")]
    ours = Headers.over(kept)
    ours["A"] = "2"
    ours.add("b", "3")
    kept.append(("c", "4"))
    assert kept == [("A", "2"), ("b", "3"), ("c", "4")] == list(ours)


class Shouting(Headers):
    """A subclass that wants to see what is set."""

    def add(self, key: str, value: Any, /, **kwargs: Any) -> None:
        super().add(key.upper(), value, **kwargs)

    def set(self, key: str, value: Any, /, **kwargs: Any) -> None:
        super().set(key.upper(), value, **kwargs)


def test_subclasses_are_asked() -> None:
    shouting = Shouting([("a", "1")])
    shouting.extend([("b", "2")])
    shouting["c"] = "3"
    shouting |= {"d": "4"}
    assert list(shouting) == [("A", "1"), ("B", "2"), ("C", "3"), ("D", "4")]

    class Backwards(Headers):
        def __iter__(self) -> Any:
            return reversed(self._list)

    assert Backwards([("a", "1"), ("b", "2")]).to_wsgi_list() == [("b", "2"), ("a", "1")]


# -- what tracing agents do: wrap a method of Werkzeug's class -------------------------------------

WRITING = {
    "add": lambda h: h.add("a", "1"),
    "set": lambda h: h.set("a", "1"),
}
SEEN: dict[str, list[tuple[Callable[[], Any], Callable[[Any], Any]]]] = {
    "add": [(Headers, WRITING["add"]), (Headers, lambda h: h.extend([("a", "1")]))],
    "set": [(Headers, WRITING["set"]), (Headers, lambda h: h.__setitem__("a", "1"))],
    "get": [(lambda: Headers([("a", "1")]), lambda h: h.get("a"))],
    "items": [(lambda: Headers([("a", "1")]), lambda h: list(h.items()))],
    "__getitem__": [(lambda: Headers([("a", "1")]), lambda h: h["a"])],
    "__contains__": [(lambda: Headers([("a", "1")]), lambda h: "a" in h)],
    "__iter__": [(lambda: Headers([("a", "1")]), list), (Headers, lambda h: h.to_wsgi_list())],
    "to_wsgi_list": [(Headers, lambda h: h.to_wsgi_list())],
    "extend": [
        (Headers, lambda h: h.extend([("a", "1")])),
        (Headers, lambda h: h.extend({"a": "1"})),
    ],
    "setdefault": [(Headers, lambda h: h.setdefault("a", "1"))],
    "pop": [
        (Headers, lambda h: h.pop("a", None)),
        (lambda: Headers({"a": "1"}), lambda h: h.pop("a")),
    ],
}


def wrapping(original: Any, seen: list[str], name: str) -> Any:
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        seen.append(name)
        return original(*args, **kwargs)

    return wrapper


@pytest.mark.parametrize("name", SEEN)
def test_wrappers_of_werkzeugs_methods_see_the_calls(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for make, use in SEEN[name]:
        made, expected = make(), make()
        before = use(expected)
        seen: list[str] = []
        with monkeypatch.context() as patch:
            patch.setattr(ds.Headers, name, wrapping(getattr(ds.Headers, name), seen, name))
            assert use(made) == before
        assert name in seen
        assert made == expected


def test_a_constructor_lets_wrappers_see_what_is_added(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(ds.Headers, "add", wrapping(ds.Headers.add, seen, "add"))
    assert list(Headers([("a", "1"), ("b", "2")])) == [("a", "1"), ("b", "2")]
    assert seen == ["add", "add"]


WRAPPED = [
    *[(ds.EnvironHeaders, n) for n in ("get", "__getitem__", "__contains__", "__iter__", "items")],
    # The others, Werkzeug's EnvironHeaders does not take from its base either.
    *[(ds.Headers, name) for name in ("get", "__contains__", "items")],
]


@pytest.mark.parametrize(("cls", "name"), WRAPPED)
def test_wrappers_see_the_headers_of_requests(
    cls: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = getattr(cls, name)
    seen: list[str] = []
    monkeypatch.setattr(cls, name, wrapping(expected, seen, name), raising=False)
    sent = EnvironHeaders({"HTTP_A": "1"})
    use: dict[str, Callable[[], Any]] = {
        "get": lambda: sent.get("a"),
        "__getitem__": lambda: sent["a"],
        "__contains__": lambda: "a" in sent,
        "__iter__": lambda: list(sent),
        "items": lambda: list(sent.items()),
    }
    assert use[name]() in ("1", True, [("A", "1")])
    assert name in seen


# -- the headers of a request ----------------------------------------------------------------------

ENVIRON = {
    "HTTP_HOST": "example.com",
    "HTTP_X_FORWARDED_FOR": "1.2.3.4",
    "HTTP_CONTENT_TYPE": "not this",
    "CONTENT_TYPE": "text/html",
    "CONTENT_LENGTH": "",
    "HTTP_X-ODD": "odd",
    "HTTP_É": "é",
    "wsgi.version": (1, 0),
}
ASKED = ["Host", "host", "x-forwarded-for", "X_Forwarded_For", "Content-Type", "content_length"]
ASKED += ["X-Odd", "é", "É", "missing", "", "wsgi.version", "x" * 200]


@pytest.mark.parametrize("name", [*ASKED, None, 1, b"Host"])
def test_a_request_has_what_the_environ_has(name: Any) -> None:
    ours, theirs = EnvironHeaders(ENVIRON), ds.EnvironHeaders(ENVIRON)
    for use in (
        lambda h: h[name],
        lambda h: h.get(name),
        lambda h: h.get(name, "default"),
        lambda h: h.get(name, "default", int),
        lambda h: name in h,
        lambda h: h.getlist(name),
    ):
        assert outcome(use, ours) == outcome(use, theirs)


def test_requests_headers_are_a_view_that_cannot_be_written() -> None:
    environ = dict(ENVIRON)
    ours, theirs = EnvironHeaders(environ), ds.EnvironHeaders(environ)
    assert list(ours) == list(theirs) and len(ours) == len(theirs)
    assert repr(ours) == repr(theirs) and str(ours) == str(theirs)
    assert ours == theirs and theirs == ours and ours != ds.EnvironHeaders(dict(environ))
    environ["HTTP_LATER"] = "1"
    assert ours["Later"] == "1"
    for name in ("add", "set", "__setitem__", "setdefault", "setlist"):
        assert outcome(getattr(ours, name), "a", "b") is TypeError
    for name in ("copy", "popitem", "clear"):
        assert outcome(getattr(ours, name)) == outcome(getattr(theirs, name))


# -- what must not be set --------------------------------------------------------------------------

BAD_VALUES = ["a\rb", "a\nb", "a\r\nX: y", "a\0b", "é\n", "\u20ac\r", "\n"]
BAD_NAMES = ["", "a b", "a:b", "a\r\nX", "é", "a\0", "(a)", "\x7f"]
SETTERS: dict[str, Callable[[str, str], Any]] = {
    "init list": lambda k, v: Headers([(k, v)]),
    "init dict": lambda k, v: Headers({k: v}),
    "init lists": lambda k, v: Headers({k: ["x", v]}),
    "init headers": lambda k, v: Headers(ds.Headers([("a", "b")]) | {k: v}),
    "add": lambda k, v: Headers().add(k, v),
    "add_header": lambda k, v: Headers().add_header(k, v),
    "set": lambda k, v: Headers().set(k, v),
    "setitem": lambda k, v: Headers().__setitem__(k, v),
    "setitem index": lambda k, v: Headers([("a", "b")]).__setitem__(0, (k, v)),
    "setitem slice": lambda k, v: Headers([("a", "b")]).__setitem__(slice(0, 1), [(k, v)]),
    "setdefault": lambda k, v: Headers().setdefault(k, v),
    "setlist": lambda k, v: Headers().setlist(k, ["x", v]),
    "setlistdefault": lambda k, v: Headers().setlistdefault(k, ["x", v]),
    "extend": lambda k, v: Headers().extend([(k, v)]),
    "extend dict": lambda k, v: Headers().extend({k: v}),
    "extend words": lambda k, v: Headers().extend(**{k: v}),
    "update": lambda k, v: Headers().update([(k, v)]),
    "update dict": lambda k, v: Headers().update({k: [v]}),
    "update words": lambda k, v: Headers().update(**{k: v}),
    "or": lambda k, v: Headers() | {k: v},
    "ior": lambda k, v: Headers().__ior__({k: v}),
    "unpickle": lambda k, v: pickle.loads(pickle.dumps(Headers.over([(k, v)]))),
    "setstate": lambda k, v: Headers.__new__(Headers).__setstate__({"_list": [(k, v)]}),
    "copy": lambda k, v: Headers.over([(k, v)]).copy(),
}


@pytest.mark.parametrize("setter", SETTERS)
def test_no_setter_takes_what_writes_other_headers(setter: str) -> None:
    # bottle CVE-2016-9964, CPython CVE-2026-0672
    SETTERS[setter]("X-Name", "value")
    for value in BAD_VALUES:
        with pytest.raises(ValueError):
            SETTERS[setter]("X-Name", value)
    for name in BAD_NAMES:
        with pytest.raises(ValueError):
            SETTERS[setter](name, "value")


def test_options_cannot_smuggle_either() -> None:
    for method in (Headers.add, Headers.set):
        with pytest.raises(ValueError, match="line end or NUL"):
            method(Headers(), "Content-Disposition", "attachment", filename="a\r\nb")


def test_faults_are_found_in_one_go() -> None:
    good = [("a", "1")] * 50
    headers.refuse_faults(good, ValueError)
    with pytest.raises(UnicodeError, match="value of header 'B' has a line end"):
        headers.refuse_faults([*good, ("B", "a\nb"), ("c d", "1")], UnicodeError)
    with pytest.raises(ValueError, match="Header name 'c d' is no token"):
        headers.refuse_faults([("c d", "1")], ValueError)


def test_setdefault_sets_what_can_be_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    headers = Headers({"A": "1"})
    assert headers.setdefault("a", "2") == "1"
    assert headers.setdefault("B", "2") == "2"
    assert headers.setdefault("C", 3) == "3"
    assert headers.to_wsgi_list() == [("A", "1"), ("B", "2"), ("C", "3")]
    for name, value in (("D", "x\ny"), ("D E", "x")):
        with pytest.raises(ValueError, match="eader"):
            headers.setdefault(name, value)
    seen = []
    wrapped = Headers.set

    def noted(self: Any, key: str, value: Any, /, **options: Any) -> None:
        seen.append(key)
        wrapped(self, key, value, **options)

    monkeypatch.setattr(Headers, "set", noted)
    assert headers.setdefault("D", "4") == "4"
    assert seen == ["D"] and headers["d"] == "4"
