"""Escaping alone: all lengths and densities, and every width of text."""

from __future__ import annotations

from benchmarks.kernel import declare

LENGTHS = {"short": 20, "medium": 1_000, "long": 100_000}
# Every n-th character is special, 0: none. A short text has one special character at least.
DENSITIES = {"clean": 0, "sparse": 100, "dense": 3}
# The largest share of MarkupSafe's time that is allowed.
ESCAPE_GOALS = {
    ("short", "clean"): 1 / 3,
    ("short", "sparse"): 1 / 3,
    ("short", "dense"): 1 / 3,
    ("medium", "dense"): 1 / 2,
    ("long", "clean"): 1 / 10,
    ("long", "dense"): 1 / 2,
}
SPECIAL = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "'": "&#39;", '"': "&#34;"}


def text_to_escape(length: int, every: int, alphabet: str) -> str:
    """Return text of that length with a special character at every *every*-th place."""
    specials = "".join(SPECIAL)
    return "".join(
        specials[i // every % 5] if every and i % every == every // 2 else alphabet[i % 16]
        for i in range(length)
    )


def declare_escape(length: str, density: str, alphabet: str, suffix: str = "") -> None:
    """Declare escaping of one kind of text."""
    size = LENGTHS[length]
    every = min(DENSITIES[density], size)
    text = text_to_escape(size, every, alphabet)
    expect = "".join(SPECIAL.get(char, char) for char in text)
    # A text without anything to escape would be a benchmark of something else.
    found = sum(char in SPECIAL for char in text)
    assert found == (-(-(size - every // 2) // every) if every else 0), (length, density, found)
    assert (found > 0) == (density != "clean")
    declare(
        f"escape-{length}-{density}{suffix}",
        f"{size:,} characters, {found:,} of them special",
        "f(text)",
        expect,
        ours="flaskfast.markup:escape",
        theirs="markupsafe:escape",
        replaces="markupsafe",
        goal={"markupsafe": ESCAPE_GOALS.get((length, density), 1.0)},
        same=str,
        calls=5 if length == "long" else 300,
        repeat=10 if length == "short" else 1,
        text=text,
    )


for length in LENGTHS:
    for density in DENSITIES:
        declare_escape(length, density, "abcdefghij klmno")
for density in ("clean", "dense"):
    declare_escape("medium", density, "äöüßéèêñçåøæðþÿ ", "-latin1")
    declare_escape("medium", density, "абвгдежзийклмноп", "-cyrillic")
    declare_escape("medium", density, "😀😁😂🤣😃😄😅😆😉😊😋😎😍😘🥰😗", "-emoji")
