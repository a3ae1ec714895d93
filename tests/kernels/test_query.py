"""Query strings: each flavour by itself, against the other, and against what Werkzeug does."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

from tests.kernels.conftest import load_kernel

pytestmark = pytest.mark.flavourless

# What means something, whole and broken escapes, UTF-8 raw and as escapes, and what is none.
PIECES = [
    *(b"&", b"=", b"+", b"%", b";", b"\0", b"a", b"name", b"Z" * 17, b"%2", b"%zz", b"%%20"),
    *(b"%00", b"%26", b"%3D", b"%2B", b"%25", b"%c3%a9", b"%C3", b"%A9", b"\xc3\xa9", b"\xc3"),
    *(b"\xa9", b"%ED%A0%80", b"\xed\xa0\x80", b"%F0%9F%98%80", b"\xf0\x9f", b"%C0%AF", b"%F5"),
]
queries = st.one_of(st.lists(st.sampled_from(PIECES)).map(b"".join), st.binary())


def by_werkzeug(query: bytes) -> list[tuple[str, str]]:
    # Request.args lets the first step fail; a byte that is no UTF-8 is one that was quoted.
    text = query.decode(errors="werkzeug.url_quote")
    return parse_qsl(text, keep_blank_values=True, errors="werkzeug.url_quote")


@pytest.fixture
def query_kernel(flavour: str) -> ModuleType:
    return load_kernel(flavour, "query")


@settings(max_examples=2000)
@given(query=queries)
def test_both_flavours_do_as_werkzeug(query: bytes) -> None:
    expected = by_werkzeug(query)
    for flavour in ("native", "python"):
        kernel = load_kernel(flavour, "query")
        assert kernel.parse_pairs(query) == expected
        assert kernel.parse_pairs(query.decode("latin-1")) == expected
        filled = kernel.fill_pairs(ImmutableMultiDict, query)
        assert type(filled) is ImmutableMultiDict
        assert filled == ImmutableMultiDict(expected)
        assert list(filled.items(multi=True)) == list(
            ImmutableMultiDict(expected).items(multi=True)
        )


@pytest.mark.parametrize(
    ("query", "pairs"),
    [
        (b"", []),
        (b"&&&", []),
        (b"=", [("", "")]),
        (b"a", [("a", "")]),
        (b"a=b=c", [("a", "b=c")]),
        (b"a=1;b=2", [("a", "1;b=2")]),  # CVE-2026-53539, bottle CVE-2020-28473
        (b"a+b=%2B+%20", [("a b", "+  ")]),
        (b"x=%00", [("x", "\0")]),  # falcon#2670
        (b"x=%", [("x", "%")]),
        (b"x=%C3%28&y=\xff", [("x", "%C3("), ("y", "%FF")]),
    ],
)
def test_fields(query_kernel: ModuleType, query: bytes, pairs: list[tuple[str, str]]) -> None:
    assert query_kernel.parse_pairs(query) == pairs


def test_text_that_is_no_latin1_loses_it(query_kernel: ModuleType) -> None:
    assert query_kernel.parse_pairs("a=\u20ac\ud800") == [("a", "??")]


def test_long_values_leave_the_stack(query_kernel: ModuleType) -> None:
    for length in (255, 256, 257, 100_000):
        assert query_kernel.parse_pairs(b"a=" + b"%FF" * length) == [("a", "%FF" * length)]
        assert query_kernel.parse_pairs(b"a=" + b"+" * length) == [("a", " " * length)]


@pytest.mark.parametrize("query", [None, 1, bytearray(b"a"), memoryview(b"a"), ["a"]])
def test_other_types_are_refused(query_kernel: ModuleType, query: Any) -> None:
    with pytest.raises(TypeError, match="bytes or str"):
        query_kernel.parse_pairs(query)
    with pytest.raises(TypeError, match="bytes or str"):
        query_kernel.fill_pairs(MultiDict, query)


@pytest.mark.parametrize("cls", [None, list, {}, "dict"])
def test_only_dicts_are_filled(query_kernel: ModuleType, cls: Any) -> None:
    with pytest.raises(TypeError, match="a kind of dict"):
        query_kernel.fill_pairs(cls, b"a=1")


def test_subclasses_of_text_count_as_their_characters(query_kernel: ModuleType) -> None:
    class Text(str):
        def encode(self, *args: Any) -> bytes:
            raise AssertionError("asked")

    class Data(bytes):
        def split(self, *args: Any) -> Any:
            raise AssertionError("asked")

        def decode(self, *args: Any) -> Any:
            raise AssertionError("asked")

    assert query_kernel.parse_pairs(Text("a=1")) == [("a", "1")]
    assert query_kernel.parse_pairs(Data(b"a=1&b=%20")) == [("a", "1"), ("b", " ")]


def test_methods_of_the_filled_class_are_not_called(query_kernel: ModuleType) -> None:
    class Store(MultiDict[str, str]):
        def __init__(self) -> None:
            raise AssertionError("asked")

        def setdefault(self, *args: Any) -> Any:
            raise AssertionError("asked")

    filled = query_kernel.fill_pairs(Store, b"a=1&a=2&b=3")
    assert type(filled) is Store
    assert filled.getlist("a") == ["1", "2"]
    assert filled["b"] == "3"


def test_nothing_is_kept(query_kernel: ModuleType) -> None:
    query = b"name%20x=value&" * 50 + b"a=%FF" * 500
    query_kernel.fill_pairs(MultiDict, query)
    before = sys.getrefcount(query)
    for _ in range(100):
        query_kernel.fill_pairs(MultiDict, query)
        query_kernel.parse_pairs(query)
    assert sys.getrefcount(query) == before
