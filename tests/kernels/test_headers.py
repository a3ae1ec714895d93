"""Lists of headers: the two flavours give the same and leave the same, for any text."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernels.conftest import load_kernel

pytestmark = pytest.mark.flavourless

FLAVOURS = ("native", "python")
NAMES = [
    "a",
    "A",
    "Content-Type",
    "content-type",
    "CONTENT_LENGTH",
    "Content-Length",
    "content-LOCATION",
    "Location",
    "é",
    "É",
    "X-Long" * 30,
    "",
    "a b",
]
names = st.one_of(st.sampled_from(NAMES), st.text(max_size=8))
values = st.one_of(
    st.sampled_from(["", "1", "a\rb", "\n", "x" * 40 + "\0", "é\n", "\u20ac"]), st.text()
)
lists = st.lists(st.tuples(names, values), max_size=6)


def both(name: str, *args: Any) -> Any:
    native, python = (getattr(load_kernel(flavour, "headers"), name)(*args) for flavour in FLAVOURS)
    assert native == python and type(native) is type(python)
    return native


@settings(max_examples=2000, deadline=None)
@given(headers=lists, name=names, value=values)
def test_both_flavours_do_the_same(headers: list[tuple[str, str]], name: str, value: str) -> None:
    fault = both("header_fault", name, value)
    assert fault in (0, 1, 2)
    index = both("faulty_header", headers)
    found = both("survey_headers", headers)
    assert (found < 0) == (index >= 0)
    if found >= 0:
        sent = {name.lower() for name, _ in headers}
        surveyed = {"location": 1, "content-location": 2, "content-length": 4}
        assert found == sum(bit for name, bit in surveyed.items() if name in sent)
    taken = both("take_headers", headers)
    assert (taken is None) == (index >= 0)
    assert taken is None or (taken == headers and taken is not headers)
    both("first_value", headers, name)
    assert both("first_value", [*headers, (name.lower(), value)], name) is not None
    both("environ_name", name)
    for change in ("add_header", "put_header"):
        native, python = headers.copy(), headers.copy()
        assert getattr(load_kernel("native", "headers"), change)(native, name, value) == fault
        assert getattr(load_kernel("python", "headers"), change)(python, name, value) == fault
        assert native == python
        assert (native == headers) or not fault


@pytest.mark.parametrize(
    "char", [chr(n) for n in [*range(256), 0x20AC, 0xD800, 0x1F600]], ids=ascii
)
def test_every_character(flavour: str, char: str) -> None:
    fault = load_kernel(flavour, "headers").header_fault
    token = char.isascii() and (char.isalnum() or char in "!#$%&'*+-.^_`|~")
    assert fault(f"a{char}", "") == (0 if token else 1)
    for value in (char, "x" * 15 + char, "x" * 16 + char, char + "\u20ac", "\U0001f600" + char):
        assert fault("a", value) == (2 if char in "\0\r\n" else 0)


@pytest.mark.parametrize("pair", [("a", 1), (b"a", "b"), (None, None), ("a", b"b")], ids=repr)
def test_other_types_are_refused(flavour: str, pair: Any) -> None:
    kernel = load_kernel(flavour, "headers")
    for name in ("add_header", "put_header"):
        headers: list[Any] = []
        with pytest.raises(TypeError, match="pair of texts"):
            getattr(kernel, name)(headers, *pair)
        assert headers == []
    with pytest.raises(TypeError, match="pair of texts"):
        kernel.header_fault(*pair)
    with pytest.raises(TypeError, match="pair of texts"):
        kernel.faulty_header([pair])
    assert kernel.take_headers([pair]) is None
    with pytest.raises(TypeError, match="is a str"):
        kernel.environ_name(1)


@pytest.mark.parametrize("pair", [["a", "b"], ("a",), ("a", "b", "c"), "ab", 1, None], ids=repr)
def test_what_is_no_pair_is_not_taken(flavour: str, pair: Any) -> None:
    assert load_kernel(flavour, "headers").take_headers([pair]) is None


def test_nothing_is_kept(flavour: str) -> None:
    kernel = load_kernel(flavour, "headers")
    name, value = "x-name" * 2, "value" * 20
    headers = [("a", "b"), (name, value), ("X-NAMEx-name", value), ("c", "d")]
    kernel.take_headers(headers)  # Names are: a few of them, and once.
    before = sys.getrefcount(name), sys.getrefcount(value)
    for _ in range(100):
        kernel.first_value(headers, name)
        kernel.take_headers(headers)
        copy = headers.copy()
        kernel.put_header(copy, name, value)
        kernel.add_header(copy, name, value)
        del copy
    assert (sys.getrefcount(name), sys.getrefcount(value)) == before


def test_names_of_clients_are_not_kept() -> None:
    kernel = load_kernel("python", "headers")
    for number in range(2_000):
        assert kernel.survey_headers([(f"X-{number}", "")]) == 0
    assert kernel.header_fault("x" * 100_000, "") == 0
    assert len(kernel._SEEN) <= kernel._MOST_SEEN
    assert max(map(len, kernel._SEEN)) <= kernel._LONGEST_SEEN
    # What has no place is looked at each time.
    assert kernel.survey_headers([("X-1999", ""), ("content-length", "1"), ("LOCATION", "")]) == 5
    assert kernel.survey_headers([("X 1999", "")]) == -1
    assert kernel.header_fault("X:1999", "") == 1
