"""The multipart kernel: each flavour by itself, and against each other."""

from __future__ import annotations

import random
import re
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.conftest import FLAVOURS, load_kernel

pytestmark = pytest.mark.flavourless


@pytest.fixture
def kernel(flavour: str) -> ModuleType:
    return load_kernel(flavour, "multipart")


@pytest.mark.parametrize("kind", [bytes, bytearray])
@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"x\r\n--b\r\ny", (1, 1, 8)),
        (b"x\n--b\ny", (1, 1, 6)),
        (b"x\r--b\ry", (1, 1, 6)),
        (b"x\r\r\n--b\r\n", (1, 2, 9)),
        (b"x\r\n--b \t\x0b\x0c\r\n", (1, 1, 12)),
        (b"x\r\n--b--\r\n", (2, 1, 8)),
        (b"x\r\n--b--y", (2, 1, 8)),
        (b"\n--b\n", (1, 0, 5)),
        (b"x\r\n--bb\n\n--b\n", (1, 8, 13)),
        (b"x\r\n--b-\n--b\n", (1, 7, 12)),
        (b"x\r\n--b \n--b--", (1, 1, 8)),
        # None yet: what lies behind the second number may be the beginning of one.
        (b"", (0, 0, 0)),
        (b"xyz", (0, 3, 3)),
        (b"--b--", (0, 5, 5)),
        (b"x--b--\r\n", (0, 6, 6)),
        (b"xyz\r", (0, 3, 3)),
        (b"xyz\r\n", (0, 3, 3)),
        (b"xyz\r\r", (0, 4, 4)),
        (b"xyz\n--", (0, 3, 3)),
        (b"xyz\r\n--b", (0, 3, 3)),
        (b"xyz\r\n--b-", (0, 3, 3)),
        (b"xyz\r\n--b    ", (0, 3, 3)),
        (b"xyz\r\nabcdefgh", (0, 13, 13)),
    ],
)
def test_find_delimiter(
    kernel: ModuleType, data: bytes, found: tuple[int, int, int], kind: type
) -> None:
    assert kernel.find_delimiter(kind(data), b"b", 0) == found
    # Nothing in front of `begin` counts.
    shifted = tuple(place + 9 for place in found[1:])
    assert kernel.find_delimiter(kind(b"\n--b--\r\r\r" + data), b"b", 9) == (found[0], *shifted)


@pytest.mark.parametrize("size", range(70))
def test_every_distance(kernel: ModuleType, size: int) -> None:
    """Blocks of any size end anywhere."""
    boundary = b"boundary"
    for filler in (b"x", b"\r", b"\n", b"-", b" ", b"b"):
        before = filler * size
        data = before + b"\r\n--boundary--"
        found = kernel.find_delimiter(data, boundary, 0)
        assert found == (2, size, size + 14), filler
        for behind in (b"y" * size, b"\r\n--boundary--"):
            assert kernel.find_delimiter(data + behind, boundary, 0) == found


def test_split_parts(kernel: ModuleType) -> None:
    body = b"A: 1\r\nB: 2\r\n\r\none\r\n--b\r\nC\n\n\r\n--b--rest"
    parts = [(0, 10, 14, 17), (24, 25, 27, 27)]
    assert kernel.split_parts(body, b"b", 0, 2) == (parts, 2, 34)
    assert kernel.split_parts(body, b"b", 0, 9) == (parts, 2, 34)
    assert kernel.split_parts(body, b"b", 0, 1) == (parts[:1], 1, 24)
    assert kernel.split_parts(body, b"b", 0, 0) == ([], 1, 0)
    assert kernel.split_parts(body, b"b", 24, 2) == (parts[1:], 2, 34)
    assert kernel.split_parts(body[:26], b"b", 0, 2) == (parts[:1], -1, 24)
    assert kernel.split_parts(body[:18], b"b", 0, 2) == ([(0, 10, 14, 17)], 0, 17)


@pytest.mark.parametrize(
    ("head", "pairs"),
    [
        (b"", []),
        (b"A: b", [("A", "b")]),
        (b"A:b\r\nC :  d \t\n\te:f\r\rG", [("A", "b"), ("C", "d \t e:f"), ("G", "")]),
        (b"\r\n \t \r\n", []),
        (b":", [("", "")]),
        (b" : \r\n", [("", "")]),
        (b"A: b\r\n\xc3\xa9: \xe2\x82\xac", [("A", "b"), ("\xe9", "\u20ac")]),
        (b"A: b\x85c\x0bd\x1ce", None),
        (b"A: b\x0bc\x1cd\x00e", [("A", "b\x0bc\x1cd\x00e")]),
        (b"A: \xff", None),
        (b"A: \xed\xa0\x80", None),
        (b"A: b\r\n c\r\n\td", [("A", "b c d")]),
        (b" A: b", [("A", "b")]),
        (b"\r\n A: b", [("A", "b")]),
    ],
)
def test_split_headers(kernel: ModuleType, head: bytes, pairs: Any) -> None:
    for data in (head, bytearray(head)):
        if pairs is None:
            with pytest.raises(UnicodeDecodeError):
                kernel.split_headers(data, 0, len(data))
        else:
            assert kernel.split_headers(data, 0, len(data)) == pairs
    if pairs is not None:
        assert kernel.split_headers(b"\xff" + head + b"\xff", 1, len(head) + 1) == pairs


@pytest.mark.parametrize("begin", [-1, 4])
def test_out_of_range(kernel: ModuleType, begin: int) -> None:
    message = re.escape(f"{begin}:3 is no part of 3 bytes.")
    for call in (
        lambda: kernel.find_delimiter(b"abc", b"b", begin),
        lambda: kernel.split_parts(b"abc", b"b", begin, 1),
        lambda: kernel.split_headers(b"abc", begin, 3),
    ):
        with pytest.raises(IndexError, match=message):
            call()
    with pytest.raises(IndexError, match="0:4 is no part of 3 bytes"):
        kernel.split_headers(b"abc", 0, 4)


@pytest.mark.parametrize("data", ["text", None, memoryview(b"abc"), 3])
def test_other_types(kernel: ModuleType, data: Any) -> None:
    name = type(data).__name__
    for call in (
        lambda: kernel.find_delimiter(data, b"b", 0),
        lambda: kernel.split_parts(data, b"b", 0, 1),
        lambda: kernel.split_headers(data, 0, 0),
    ):
        with pytest.raises(TypeError, match=f"is bytes or bytearray, not {name}"):
            call()


pieces = st.lists(
    st.sampled_from(
        [b"\r", b"\n", b"\r\n", b"-", b"--", b"b", b"--b", b"\r\n--b", b"\r\n--b--", b" ", b"\t",
         b"x", b":", b"\r\n\r\n", b"A: b", b"x" * 17, b"\xff", b"\xc3\xa9", b"\0"]
    )
    | st.binary(max_size=3)
)  # fmt: skip
boundaries = st.sampled_from([b"b", b"bb", b"--", b"b-", b"", b"b" * 20, b"b b"])


@given(pieces, boundaries, st.randoms())
def test_flavours_agree(data: list[bytes], boundary: bytes, chance: random.Random) -> None:
    body = b"".join(data)
    begin = chance.randrange(len(body) + 1)
    native, python = (load_kernel(flavour, "multipart") for flavour in sorted(FLAVOURS))
    for call in (
        lambda kernel: kernel.find_delimiter(body, boundary, begin),
        lambda kernel: kernel.split_parts(body, boundary, begin, 3),
        lambda kernel: kernel.split_headers(body, begin, len(body)),
    ):
        assert result(call, native) == result(call, python)


def result(call: Any, kernel: ModuleType) -> Any:
    try:
        return call(kernel)
    except UnicodeDecodeError:
        return UnicodeDecodeError
