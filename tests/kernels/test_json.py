"""JSON text: each flavour against `json.loads`, whose results and errors are the contract."""

from __future__ import annotations

import enum
import gc
import json
import random
import sys
from itertools import pairwise
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.conftest import FLAVOURS, load_kernel

pytestmark = pytest.mark.flavourless


@pytest.fixture
def kernel(flavour: str) -> ModuleType:
    return load_kernel(flavour, "json")


def result(read: Any, data: bytes) -> Any:
    """What it returns, with types and order, or what it says, and of which other errors."""
    try:
        return repr(read(data))
    except Exception as error:
        chain = []
        shown: BaseException | None = error
        while shown is not None:
            chain.append((type(shown), str(shown)))
            shown = shown.__cause__ or (None if shown.__suppress_context__ else shown.__context__)
        return chain


TEXTS = [
    b"", b" ", b"[]", b"{}", b"null", b"true", b"false", b"0", b"-0", b'""', b" [ ] ", b"\n{\t}\r",
    b'{"a" : [1 , {"b":null}] }\n', b'{"a":1,"b":2,"a":3}', b'{"":{"":{"":[]}}}',
    b"[1,-2,999999999999999999,-999999999999999999,1000000000000000000,12345678901234567890123]",
    str([7 * number - 300 for number in range(200)]).encode(), b"[[1,2],3,4,5.5,6,[7],8,\"9\",0]",
    b"[1,2,03]", b"[1,2,3", b"[1,2,-]", b"[1,2 3]", b"[1,2,]", b"[1,2e]", b'{"a":1,2,3}',
    b"[1.5,-0.0,1e5,1E+2,1e-400,1e999,-1e999,0.1,123456789.123456789e-5,5e-324]",
    b"[NaN,Infinity,-Infinity]", b"NaN", b"-Infinity",
    rb'"\"\\\/\b\f\n\r\t\u00e9\u20ac\ud83d\ude00"', rb'"\ud800"', rb'"\ude00\ud83d"',
    rb'{"\u0061":1}',
    b'"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"', b'"\xed\xa0\x80"', b'"\x7f\xc2\x80"',
    b'"' + b"x" * 100 + b'"', b'"' + b"x" * 40 + rb"\n" + b"\xc3\xa9" * 40 + b'"',
    b"\xef\xbb\xbf[1]", '["\u20ac"]'.encode("utf-16"), '["\u20ac"]'.encode("utf-16-be"),
    '{"a":1}'.encode("utf-32"), "[1]".encode("utf-32-le"), b"[" * 64 + b"]" * 64,
    b"[" * 65 + b"]" * 65, b'{"a":' * 70 + b"1" + b"}" * 70,
    # No JSON.
    b"[1,]", b"[,1]", b'{"a":1,}', b'{"a"}', b'{"a":}', b"{1:2}", b"{,}", b"[1 2]", b"[}", b"{]",
    b"[1}", b'{"a":1]', b"]", b"}", b",", b":", b"1 2", b"[1]x", b"tru", b"nul", b"falsey", b"-",
    b"+1", b"01", b"-01", b"1.", b".5", b"1.e5", b"1e", b"1e+", b"0x5", b"1_0", b"--1", b'"',
    b'"abc', b'"\\', b'"\\"', b'"\\q"', b'"\\u12"', b'"\\u12g4"', b'"a\nb"', b'"\x00"', b'"\\\x01"',
    b'"\xff"', b'"\xc3"', b"\xc3\xa9", b"'a'", b"\x00", b"[\x00]", b"[1,\xff]", b"1" * 5000,
    b"\xc2\xa0[1]", b"[1]\x0b", b"//1", b"[1]\x00",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: repr(text[:30]))
def test_reads_what_the_standard_library_reads(kernel: ModuleType, text: bytes) -> None:
    assert result(kernel.read_json, text) == result(json.loads, text)
    for errors in ("surrogateescape", "surrogatepass"):
        try:
            decoded: Any = text.decode("utf-8", errors)
        except UnicodeDecodeError:
            continue
        assert result(kernel.read_json, decoded) == result(json.loads, decoded)


def test_too_deep_is_a_recursion_error(kernel: ModuleType) -> None:
    for opening in (b"[", b'{"a":'):
        with pytest.raises(RecursionError):
            kernel.read_json(opening * 100_000)


@pytest.mark.parametrize("data", [7, bytearray(b"[]"), None])
def test_other_types(kernel: ModuleType, data: Any) -> None:
    with pytest.raises(TypeError, match=f"takes bytes or str, not {type(data).__name__}"):
        kernel.read_json(data)


def test_nothing_is_shared_or_lost(kernel: ModuleType) -> None:
    """Values are new for every text, and go when they are not needed."""
    text = b'{"a": [{}, {"b": [1.5, "\xc3\xa9"]}], "bad": '
    whole = text + b"1}"
    first, second = kernel.read_json(whole), kernel.read_json(whole)
    assert first == second
    assert first["a"] is not second["a"]
    for data in (whole, text):
        counts = []
        for _ in range(6):
            for _ in range(200):
                result(kernel.read_json, data)
            gc.collect()
            counts.append(sys.getallocatedblocks())
        # What is lost is lost each time; others, such as the test runner, may take some meanwhile.
        assert min(after - before for before, after in pairwise(counts)) < 100


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(values, st.booleans(), st.sampled_from([None, 1]), st.randoms())
def test_flavours_agree(value: Any, ascii: bool, indent: int | None, chance: random.Random) -> None:
    text = json.dumps(value, ensure_ascii=ascii, indent=indent).encode("utf-8", "surrogatepass")
    place = chance.randrange(len(text) + 1)
    broken = text[:place] + chance.choice([b"", b'"', b"]", b"\\", b"\x00", b"\xff", b"e"])
    broken += text[place + chance.randrange(2) :]
    for data in (text, broken):
        expected = result(json.loads, data)
        for flavour in FLAVOURS:
            assert result(load_kernel(flavour, "json").read_json, data) == expected


# -- writing


class Text(str):
    """A text of a class of its own."""


class Number(enum.IntEnum):
    """Integers of a class of their own."""

    ONE = 1


class Listed(list[Any]):
    """A list of a class of its own."""


class Filed(dict[Any, Any]):
    """A dict of a class of its own."""


def default(value: Any) -> Any:
    """Know complex numbers and sets; a set of one is nested in itself for good."""
    if isinstance(value, complex):
        return [value.real, value.imag]
    if isinstance(value, set):
        return value if len(value) == 1 else sorted(value)
    raise TypeError(f"no {type(value).__name__}")


LAYOUTS = [(":", ",", True, True), (": ", ", ", True, True), (":", ",", False, True)]


def writers(kernel: ModuleType, *layout: Any) -> tuple[Any, Any]:
    colon, comma, sorts, ascii = layout
    encoder = json.JSONEncoder(
        default=default, sort_keys=sorts, ensure_ascii=ascii, separators=(comma, colon)
    )
    quote = json.encoder.encode_basestring_ascii if ascii else json.encoder.encode_basestring
    make: Any = json.encoder.c_make_encoder  # type: ignore[attr-defined]
    chunks = make(None, default, quote, None, colon, comma, sorts, False, True)
    return encoder.encode, kernel.new_writer(default, chunks, encoder.encode, *layout)


def written(write: Any, value: Any) -> Any:
    try:
        return write(value)
    except Exception as error:
        return type(error), str(error), error.__suppress_context__ or error.__context__


keys = st.text(max_size=4) | st.sampled_from(["a", "b", "ab", "\x7f", "ä"])
writable = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(2**70), 2**70)
    | st.sampled_from(
        [2**63 - 1, -(2**63), 2**63, 2**64, 0, Text("a"), Number.ONE, 1j, {1, 2}, {1}]
    )
    | st.floats()
    | st.text(max_size=40)
    | st.text(st.characters(min_codepoint=0, max_codepoint=127), max_size=40),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=3).map(tuple)
        | st.lists(inner, max_size=2).map(Listed)
        | st.dictionaries(keys, inner, max_size=5)
        | st.dictionaries(keys | st.integers() | st.none(), inner, max_size=2).map(Filed)
        | st.dictionaries(keys.map(Text) | st.integers() | st.booleans(), inner, max_size=2)
    ),
    max_leaves=20,
)


@given(writable, st.sampled_from([*LAYOUTS, (":", ",", True, False)]))
def test_written_as_by_the_standard_library(value: Any, layout: Any) -> None:
    for flavour in FLAVOURS:
        expected, write = writers(load_kernel(flavour, "json"), *layout)
        assert written(write, value) == written(expected, value)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_deep_or_long_is_written_as_well(kernel: ModuleType, layout: Any) -> None:
    expected, write = writers(kernel, *layout)
    deep: Any = ["x"]
    for _ in range(150):
        deep = {"a": deep, "b": [deep] if len(str(deep)) < 9 else 1j}
    long = ["y" * 100, {f"{n}" * 30: "z" * n for n in range(60)}] * 200
    for value in (deep, long, ["x" * n + sign for n in range(40) for sign in '"\\\x1f\x7f\x80\n']):
        assert write(value) == expected(value)


def test_what_contains_itself_is_told_by_the_full_encoder(kernel: ModuleType) -> None:
    expected, write = writers(kernel, *LAYOUTS[0])
    around: list[Any] = []
    around.append({"a": (around,)})
    for value in (around, {1}, [{1}]):
        assert written(write, value) == written(expected, value)
        with pytest.raises(ValueError, match="Circular"):
            write(value)


def test_a_default_may_change_what_is_being_written(kernel: ModuleType) -> None:
    """The members are those from before, a list goes as far as it goes."""
    holder: dict[str, Any] = {"b": 1j, "a": 1, "c": 2}
    listed: list[Any] = [1j, 2, 3]

    def changing(value: Any) -> Any:
        holder.pop("c", None)
        listed[1:] = ["last"]
        return "changed"

    make: Any = json.encoder.c_make_encoder  # type: ignore[attr-defined]
    quote = json.encoder.encode_basestring_ascii
    chunks = make(None, changing, quote, None, ":", ",", True, False, True)
    write = kernel.new_writer(changing, chunks, None, ":", ",", True, True)
    assert write(holder) == '{"a":1,"b":"changed","c":2}'
    listed[:] = [1j, 2, 3]
    assert write(listed) == '["changed","last"]'
