"""quote_path and quote_query: the definition, urllib's functions, everything odd."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.conftest import FLAVOURS, load_kernel

pytestmark = pytest.mark.flavourless

texts = st.text(alphabet=st.characters(exclude_categories=["Cs"])) | st.text(alphabet="a/ %&+é?=")
SAFE = {"quote_path": "!$&'()*+,/:;=@", "quote_query": "!$'()*,/:;?@"}
DEFINED = {"quote_path": quote, "quote_query": quote_plus}


@pytest.fixture(params=sorted(SAFE))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def function(flavour: str, name: str) -> Callable[[str], str]:
    kernel: ModuleType = load_kernel(flavour, "quote")
    return getattr(kernel, name)  # type: ignore[no-any-return]


@given(text=texts)
def test_equals_urllib(text: str) -> None:
    for flavour in FLAVOURS:
        for name, safe in SAFE.items():
            quoted = getattr(load_kernel(flavour, "quote"), name)(text)
            assert quoted == DEFINED[name](text, safe=safe)
            assert type(quoted) is str
            assert quoted != text or quoted is text


def test_every_character(function: Callable[[str], str], name: str) -> None:
    for point in [*range(0x300), *range(0x7F0, 0x810), 0xD7FF, 0xE000, *range(0xFFF0, 0x10010)]:
        text = f"a{chr(point)}b"
        assert function(text) == DEFINED[name](text, safe=SAFE[name])


@pytest.mark.parametrize("text", ["\ud800", "a\udfff/", "é\udc80"])
def test_lone_surrogates_are_refused(function: Callable[[str], str], text: str) -> None:
    with pytest.raises(UnicodeEncodeError):
        function(text)


@pytest.mark.parametrize("value", [None, 5, b"a", ["a"]])
def test_anything_else_is_a_type_error(
    function: Callable[[object], str], name: str, value: object
) -> None:
    with pytest.raises(TypeError) as caught:
        function(value)
    assert str(caught.value) == f"{name}() takes a str, not {type(value).__name__}."


@pytest.mark.parametrize("characters", ["clean", "not clean"])
def test_subclass_counts_as_its_characters(
    function: Callable[[str], str], name: str, characters: str
) -> None:
    class Text(str):
        def __str__(self) -> str:
            return "other"

    quoted = function(Text(characters))
    assert type(quoted) is str
    assert quoted == DEFINED[name](characters, safe=SAFE[name])


def test_nothing_is_leaked(function: Callable[[str], str]) -> None:
    samples = ["a" * 50, "\xe9 " * 50, "\u20ac<" * 50]
    before = [sys.getrefcount(sample) for sample in samples]
    for _ in range(1000):
        list(map(function, samples))
    assert [sys.getrefcount(sample) for sample in samples] == before
