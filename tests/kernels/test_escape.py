"""HTML escape: each flavour by itself, against each other, and against MarkupSafe."""

from __future__ import annotations

import sys
import threading
from types import ModuleType
from typing import Any

import markupsafe
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flaskfast import markup
from tests.kernels.conftest import FLAVOURS, load_kernel

pytestmark = pytest.mark.flavourless

ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"}

# One of each way that CPython stores a str, and lone surrogates at either end of theirs.
FILLERS = ["a", "\x7f", "\x80", "\xff", "\u0100", "\u20ac", "\ud800", "\udfff", "\U0001f600"]
# Characters that look like a special one in their low byte.
DECOYS = [chr(high | ord(special)) for high in (0x100, 0x2000, 0x10000) for special in ENTITIES]

texts = st.one_of(
    *(
        st.text(st.one_of(st.sampled_from([*ENTITIES, "a"]), characters))
        for characters in (
            st.characters(max_codepoint=0x7F),
            st.characters(max_codepoint=0xFF),
            st.characters(max_codepoint=0xFFFF, categories=("L", "N", "P", "S", "C")),
            st.characters(categories=("L", "N", "P", "S", "C")),
            st.sampled_from(DECOYS),
        )
    )
)


def expected(text: str) -> str:
    return "".join(ENTITIES.get(character, character) for character in text)


class Text(str):
    """A str whose methods are of no help."""

    def replace(self, *args: Any) -> str:
        return "replaced"

    def __str__(self) -> str:
        return "<str>"

    def __len__(self) -> int:
        return 1


@pytest.mark.parametrize("filler", FILLERS, ids=ascii)
def test_every_length_and_position(escape_kernel: ModuleType, filler: str) -> None:
    escape_text = escape_kernel.escape_text
    for length in range(65):
        clean = filler * length
        assert escape_text(clean) is clean
        for position in range(length):
            before, after = filler * position, filler * (length - position - 1)
            for special, entity in ENTITIES.items():
                assert escape_text(before + special + after) == before + entity + after


@pytest.mark.parametrize("decoy", DECOYS, ids=ascii)
def test_looks_like_a_special_character(escape_kernel: ModuleType, decoy: str) -> None:
    assert escape_kernel.escape_text(decoy) is decoy
    assert escape_kernel.escape_text(f"{decoy}<") == f"{decoy}&lt;"


@given(text=texts)
def test_equals_the_definition(text: str) -> None:
    for flavour in FLAVOURS:
        escaped = load_kernel(flavour, "escape").escape_text(text)
        assert escaped == expected(text)
        assert type(escaped) is str
        assert (escaped is text) == (not ENTITIES.keys() & set(text))


@given(text=texts)
def test_equals_markupsafe(text: str) -> None:
    assert markup.escape(text) == markupsafe.escape(text)


def test_every_character_alone(escape_kernel: ModuleType) -> None:
    for point in range(sys.maxunicode + 1):
        character = chr(point)
        assert escape_kernel.escape_text(character) == ENTITIES.get(character, character)


def test_result_is_stored_as_narrow_as_it_can_be(escape_kernel: ModuleType) -> None:
    for filler in FILLERS:
        escaped = escape_kernel.escape_text(f"{filler}<")
        assert sys.getsizeof(escaped) == sys.getsizeof(f"{filler}&lt;")
        assert hash(escaped) == hash(f"{filler}&lt;")


@pytest.mark.parametrize("characters", ["clean", "<dirty>", ""])
def test_subclass_counts_as_its_characters(escape_kernel: ModuleType, characters: str) -> None:
    escaped = escape_kernel.escape_text(Text(characters))
    assert type(escaped) is str
    assert escaped == expected(characters)


@pytest.mark.parametrize("value", [None, 5, b"<", bytearray(b"<"), ["<"], object])
def test_anything_else_is_a_type_error(escape_kernel: ModuleType, value: object) -> None:
    with pytest.raises(TypeError) as caught:
        escape_kernel.escape_text(value)
    assert str(caught.value) == f"escape_text() takes a str, not {type(value).__name__}."


def test_takes_one_positional_argument(escape_kernel: ModuleType) -> None:
    for args, kwargs in (((), {}), (("a", "b"), {}), ((), {"text": "a"})):
        with pytest.raises(TypeError):
            escape_kernel.escape_text(*args, **kwargs)


def test_large_text(escape_kernel: ModuleType) -> None:
    escaped = escape_kernel.escape_text("\u20ac<" * 1_000_000)
    assert escaped == "\u20ac&lt;" * 1_000_000


def test_nothing_is_leaked(escape_kernel: ModuleType) -> None:
    samples: list[Any] = ["a" * 50, "<" * 50, "\xe9<" * 50, "\u20ac<" * 50, "\U0001f600<", None]
    samples += [Text("clean"), Text("<dirty>")]
    references = [sys.getrefcount(sample) for sample in samples]

    def use_all() -> None:
        for sample in samples:
            try:
                escape_kernel.escape_text(sample)
            except TypeError:
                pass

    use_all()
    before = sys.getallocatedblocks()
    for _ in range(1000):
        use_all()
    # None is shared with the interpreter and may be immortal; its blocks are not.
    assert sys.getallocatedblocks() - before < 100
    for sample, count in zip(samples, references, strict=True):
        assert sample is None or sys.getrefcount(sample) <= count + 1


def test_from_many_threads_at_once(escape_kernel: ModuleType) -> None:
    text = "<\u20ac>" * 1000
    wanted, wrong = expected(text), []

    def work() -> None:
        if any(escape_kernel.escape_text(text) != wanted for _ in range(50)):
            wrong.append(threading.get_ident())

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


class HTML:
    def __init__(self, result: object) -> None:
        self.result = result

    def __html__(self) -> Any:
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


class HTMLText(str):
    def __html__(self) -> str:
        return f"<b>{str.__str__(self)}</b>"


class Broken:
    def __str__(self) -> str:
        raise LookupError("<no text>")


class Proxy:
    """Report another class than its own, as context local proxies do."""

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return str

    def __str__(self) -> str:
        return "<proxied>"


VALUES: list[Any] = [
    "",
    "clean",
    "<\ud800&\U0001f600>",
    Text("<text>"),
    HTMLText("<text>"),
    markupsafe.Markup("<em>"),
    None,
    5,
    1.5,
    b"<bytes>",
    ["<", "'"],
    HTML("<b>"),
    HTML(5),
    HTML(None),
    HTML(b"<"),
    HTML(markupsafe.Markup("<i>")),
    HTML(HTML("<b>")),
    HTML(HTML(HTML(5))),
    HTML(LookupError("no html")),
    HTML(HTML(LookupError("no html"))),
    Proxy(),
    Broken(),
    HTML,
]


def outcome(function: Any, value: object) -> tuple[object, ...]:
    try:
        result = function(value)
    except Exception as error:
        return type(error), str(error)
    return type(result), str(result).split(" object at ")[0]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_any_object_as_markupsafe_takes_it(escape_kernel: ModuleType, value: object) -> None:
    assert outcome(escape_kernel.escape, value) == outcome(markupsafe.escape, value)
