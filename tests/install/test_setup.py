"""What setup.py decides before anything is built."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.flavourless

SETUP = Path(__file__).parents[2] / "setup.py"


@pytest.fixture(scope="module")
def setup() -> dict[str, Any]:
    return runpy.run_path(str(SETUP), run_name="setup")


@pytest.mark.parametrize(
    ("value", "word"),
    [(None, "auto"), ("", "auto"), ("auto", "auto"), ("native", "native"), ("python", "python")],
)
def test_words(
    setup: dict[str, Any], monkeypatch: pytest.MonkeyPatch, value: str | None, word: str
) -> None:
    monkeypatch.delenv("FLASKFAST_BUILD", raising=False)
    if value is not None:
        monkeypatch.setenv("FLASKFAST_BUILD", value)
    assert setup["wanted"]() == word


@pytest.mark.parametrize("value", ["Native", "c", "yes", " "])
def test_unknown_word(setup: dict[str, Any], monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("FLASKFAST_BUILD", value)
    with pytest.raises(SystemExit) as caught:
        setup["wanted"]()
    message = f"FLASKFAST_BUILD={value!r} is not known. Use one of: auto, native, python."
    assert caught.value.code == message


def test_switch_and_build_share_their_words(setup: dict[str, Any]) -> None:
    from flaskfast import _kernels

    assert setup["WORDS"] == _kernels.WORDS


@pytest.mark.parametrize(
    ("word", "implementation", "compiles"),
    [
        ("auto", "cpython", True),
        ("native", "cpython", True),
        ("python", "cpython", False),
        ("auto", "pypy", False),
        ("python", "pypy", False),
        ("native", "pypy", True),  # and then fails, in words
    ],
)
def test_what_is_compiled(
    setup: dict[str, Any], word: str, implementation: str, compiles: bool
) -> None:
    names = [extension.name for extension in setup["extensions"](word, implementation)]
    assert names == (["flaskfast._native.kernels"] if compiles else [])


@pytest.mark.parametrize(
    ("flags", "left_out"), [(None, True), ("", True), ("-O1", True), ("-O1 -g", False)]
)
def test_what_a_debugger_reads_is_there_on_request(
    setup: dict[str, Any], monkeypatch: pytest.MonkeyPatch, flags: str | None, left_out: bool
) -> None:
    monkeypatch.delenv("CFLAGS", raising=False)
    if flags is not None:
        monkeypatch.setenv("CFLAGS", flags)
    assert ("-g0" in setup["unix_options"]()) is left_out


def test_every_phrase_is_said_in_a_source(setup: dict[str, Any]) -> None:
    setup["check_phrases"]()
    text, found = setup["in_c"]("x = value.encode()", "messages")
    assert text == "x = encoded(value)" and len(found) == 1
    assert setup["in_c"](text, "messages") == (text, [])


def test_a_phrase_that_no_source_says_stops_the_build(setup: dict[str, Any]) -> None:
    phrases = (*setup["PHRASES"], (r"\bnobody\.says\(this\)", "anything"))
    with pytest.raises(SystemExit, match=r"PHRASES has .*nobody.*matches nothing.* leave it out"):
        setup["check_phrases"](phrases)
