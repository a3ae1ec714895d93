"""What templates write to: both flavours give what MarkupSafe and `"".join` do."""

from __future__ import annotations

import re
import sys
from types import ModuleType
from typing import Any

import markupsafe
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.conftest import FLAVOURS, load_kernel

pytestmark = pytest.mark.flavourless


@pytest.fixture
def output_kernel(flavour: str) -> ModuleType:
    return load_kernel(flavour, "output")


class HTML:
    def __init__(self, result: Any) -> None:
        self.result = result

    def __html__(self) -> Any:
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


class Text(str):
    def __str__(self) -> str:
        return "<str>"


class Number(int):
    def __str__(self) -> str:
        return "<number>"


class Broken:
    def __str__(self) -> str:
        raise LookupError("no text")


# Each way that CPython stores text, on either side of what is measured or kept in the object.
texts = st.one_of(
    st.text(max_size=80),
    st.text(st.sampled_from("a<&>'\"\x80\xff\u0100\u20ac\ud800\U0001f600"), max_size=40),
    st.builds(lambda text, times: text * times, st.text(max_size=6), st.integers(0, 300)),
)
values = st.one_of(
    texts,
    texts.map(markupsafe.Markup),
    texts.map(Text),
    texts.map(HTML),
    st.integers(),
    st.integers(-(2**63), 2**63 - 1),
    st.integers().map(Number),
    st.booleans(),
    st.none(),
    st.floats(),
    st.lists(st.integers(), max_size=3),
    st.binary(max_size=5),
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.lists(st.tuples(texts, values), max_size=4)),
        st.tuples(st.just("write_plain"), st.lists(st.tuples(texts, values), max_size=4)),
        st.tuples(st.just("pair"), texts, values),
        st.tuples(st.just("around"), texts, values, texts),
        st.tuples(st.just("append"), st.one_of(texts, texts.map(markupsafe.Markup))),
        st.tuples(st.just("value"), values),
    ),
    max_size=8,
)


def expected(step: Any) -> str:
    method, *given = step
    if method == "append":
        return "".join(given)
    if method == "value":
        return str.__str__(markupsafe.escape(given[0]))
    convert = str if method == "write_plain" else markupsafe.escape
    if method in {"write", "write_plain"}:
        return "".join([f"{text}{str.__str__(convert(value))}" for text, value in given[0]])
    escaped = str.__str__(markupsafe.escape(given[1]))
    return str(given[0]) + escaped + "".join(given[2:])


def size_of_two(text: str) -> int:
    """Return the bytes of the string twice over, which is stored as wide as the string is.

    Of the string itself they may be more: the interpreter shares strings of one character
    below U+0100, and counts the UTF-8 that somebody once asked one of them for.
    """
    return sys.getsizeof(text + text)


@given(steps=steps)
def test_equals_the_definition(steps: Any) -> None:
    wanted = "".join(map(expected, steps))
    for flavour in FLAVOURS:
        output = load_kernel(flavour, "output").Output()
        for method, *arguments in steps:
            if method.startswith("write"):
                arguments = [piece for pair in arguments[0] for piece in pair]
            assert getattr(output, method)(*arguments) is False
        assert output.result() == output.result() == "".join(output) == wanted
        assert type(output.result()) is str
        # As narrow as it can be, or it would not equal others of its characters.
        assert size_of_two(output.result()) == size_of_two("".join(list(wanted)))
        assert list(output.take()) == []


@pytest.mark.parametrize(
    "value",
    [Broken(), HTML(5), HTML(None), HTML(LookupError("no html")), 10**400, -(2**63), 2**63, HTML],
    ids=lambda value: type(value).__name__,
)
def test_unusual_values(output_kernel: ModuleType, value: Any) -> None:
    for convert, write in ((markupsafe.escape, "value"), (str, "write_plain")):
        output = output_kernel.Output()
        arguments = (value,) if write == "value" else ("", value)
        try:
            wanted: Any = str.__str__(convert(value))
        except Exception as error:
            with pytest.raises(type(error), match=re.escape(str(error))):
                getattr(output, write)(*arguments)
            output.append("still works")
            wanted = "still works"
        else:
            getattr(output, write)(*arguments)
        assert output.result() == wanted


@pytest.mark.parametrize("wrong", [None, 5, b"a", ["a"]])
def test_text_has_to_be_text(output_kernel: ModuleType, wrong: Any) -> None:
    message = f"expected str instance, {type(wrong).__name__} found"
    for method, *arguments in (
        ("append", wrong),
        ("write", wrong, 1),
        ("write_plain", wrong, 1),
        ("pair", wrong, 1),
        ("around", "", "", wrong),
    ):
        output = output_kernel.Output()
        # As when pieces are joined: what else fails comes first, then the first of these.
        assert getattr(output, method)(*arguments) is False
        output.append(("another",))
        with pytest.raises(LookupError):
            output.value(Broken())
        for finish in (output.result, lambda output=output: "".join(output)):
            with pytest.raises(TypeError, match=message):
                finish()


def test_nested_use(output_kernel: ModuleType) -> None:
    output = output_kernel.Output()

    class Writes:
        def __html__(self) -> str:
            output.append("[inner]" * 200)
            return "outer"

    output.value(Writes())
    assert output.result() == "[inner]" * 200 + "outer"


def test_nothing_is_leaked(output_kernel: ModuleType) -> None:
    samples: list[Any] = ["a" * 500, "<" * 50, "\u20ac<" * 300, 5, markupsafe.Markup("<"), Broken()]
    references = [sys.getrefcount(sample) for sample in samples]

    def use_all() -> None:
        output = output_kernel.Output()
        for sample in samples:
            try:
                output.write("text", sample, "\xe9", sample)
            except LookupError:
                pass
        output.result()

    use_all()
    before = sys.getallocatedblocks()
    for _ in range(500):
        use_all()
    assert sys.getallocatedblocks() - before < 100
    for sample, count in zip(samples, references, strict=True):
        assert type(sample) is int or sys.getrefcount(sample) <= count + 1
