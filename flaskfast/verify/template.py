"""What several differing texts have in common, and whether one more text fits in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORD = re.compile(r"[\w-]+|\s+|[^\w\s-]")
#: What stays together in a token that is written with more than letters and digits.
_LONG_WORD = re.compile(r"""[^\s"'<>{}()\[\],;]+|\s+|["'<>{}()\[\],;]""")
#: Beyond this many words, the middle of two texts is not looked into.
_MOST_WORDS = 6000

#: Kinds of text from the narrowest to the widest.
_ALPHABETS = (
    re.compile(r"[0-9]*"),
    re.compile(r"[0-9a-f]*"),
    re.compile(r"[0-9A-F]*"),
    re.compile(r"[0-9.,:-]*"),
    re.compile(r"[0-9a-fA-F-]*"),
    re.compile(r"[A-Za-z0-9]*"),
    re.compile(r"[A-Za-z0-9_.~+/=-]*"),
)
#: From this length on, pieces that are all equally long are taken to have a fixed length.
_FIXED = 8


@dataclass(frozen=True)
class Gap:
    """Where texts differ: what kind of text stood there."""

    alphabet: re.Pattern[str] | None
    length: int | None

    @classmethod
    def between(cls, pieces: Sequence[str]) -> Gap:
        """Return the narrowest gap that all *pieces* fit in."""
        alphabet = next((a for a in _ALPHABETS if all(map(a.fullmatch, pieces))), None)
        lengths = {len(piece) for piece in pieces}
        fixed = len(lengths) == 1 and min(lengths) >= _FIXED and alphabet is not None
        return cls(alphabet, lengths.pop() if fixed else None)

    def takes(self, piece: str) -> bool:
        """Tell whether *piece* may stand here."""
        if self.length is not None and len(piece) != self.length:
            return False
        return self.alphabet is None or self.alphabet.fullmatch(piece) is not None


def common(texts: Sequence[str], word: re.Pattern[str] = _WORD) -> list[str]:
    """Return runs of text that all *texts* have, in this order.

    The first and the last one stand at the beginning and the end, and may be empty.

    :param word: what is only ever equal as a whole.
    """
    runs = _runs(texts[0], texts[1], word)
    for text in texts[2:]:
        runs = _narrowed(runs, text, word)
    return runs


def _narrowed(runs: list[str], text: str, word: re.Pattern[str]) -> list[str]:
    """Return what is left of *runs* when *text* has to have them, too."""
    if cut_at(runs, text) is not None:
        return runs
    # A mark that no text has keeps the gaps between the runs.
    return [piece for run in _runs("\0".join(runs), text, word) for piece in run.split("\0")]


def _runs(one: str, other: str, word: re.Pattern[str]) -> list[str]:
    start = _same_beginning(one, other, word)
    end = _same_beginning(one[start:][::-1], other[start:][::-1], word)
    middle = word.findall(one[start : len(one) - end])
    opposite = word.findall(other[start : len(other) - end])
    runs = [one[:start]]
    if len(middle) + len(opposite) <= _MOST_WORDS:
        matcher = SequenceMatcher(None, middle, opposite, autojunk=False)
        for block in matcher.get_matching_blocks():
            if block.size:
                runs.append("".join(middle[block.a : block.a + block.size]))
    runs.append(one[len(one) - end :])
    return runs


def _same_beginning(one: str, other: str, word: re.Pattern[str]) -> int:
    """Return how many characters both begin with, up to the end of a word of both."""
    length = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    while length and any(
        len(text) > length and word.fullmatch(text, length - 1, length + 1) for text in (one, other)
    ):
        length -= 1
    return length


def cut_at(runs: Sequence[str], text: str) -> list[str] | None:
    """Return what *text* has between the runs; None where it does not have them all."""
    first, *inner, last = runs
    if not text.startswith(first) or len(text) < len(first) + len(last):
        return None
    end = len(text) - len(last)
    if text[end:] != last:
        return None
    pieces, position = [], len(first)
    for run in inner:
        found = text.find(run, position, end)
        if found < 0:
            return None
        pieces.append(text[position:found])
        position = found + len(run)
    pieces.append(text[position:end])
    return pieces


def fits(samples: Sequence[str], text: str) -> bool:
    """Tell whether *text* differs from the samples only where and as these differ.

    :param samples: at least two, not all equal.
    """
    if text in samples:
        return True
    return (
        _fits_between(common(samples), samples, text)
        or _fits_between(common(samples, _LONG_WORD), samples, text)
        or _same_in_another_order(samples, text)
    )


def _fits_between(runs: Sequence[str], samples: Sequence[str], text: str) -> bool:
    """Tell whether *text* has the runs, and between them what the samples have."""
    columns = [cut_at(runs, sample) for sample in samples]
    pieces = cut_at(runs, text)
    if pieces is None or None in columns:
        return False
    gaps = map(Gap.between, zip(*columns, strict=True))
    return all(gap.takes(piece) for gap, piece in zip(gaps, pieces, strict=True))


def _same_in_another_order(samples: Sequence[str], text: str) -> bool:
    """Tell whether the samples are the same words in changing order, and *text* is, too."""
    counts = [Counter(_WORD.findall(sample)) for sample in samples]
    if any(count != counts[0] for count in counts[1:]):
        return False
    return Counter(_WORD.findall(text)) == counts[0]
