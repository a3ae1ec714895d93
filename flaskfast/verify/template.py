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

#: Kinds of text from the narrowest to the widest, and how many characters it takes to believe
#: that a text is of this kind by nature and not by chance.
_ALPHABETS = (
    (re.compile(r"[0-9]*"), 4),
    (re.compile(r"[0-9.,:-]*"), 8),
    (re.compile(r"[0-9a-f-]*"), 16),
    (re.compile(r"[0-9A-F-]*"), 16),
    (re.compile(r"[A-Za-z0-9_.~+/=-]*"), 24),
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
        seen = sum(map(len, pieces))
        fitting = (a for a, least in _ALPHABETS if seen >= least and all(map(a.fullmatch, pieces)))
        alphabet = next(fitting, None)
        lengths = {len(piece) for piece in pieces}
        number = alphabet is not None and alphabet.fullmatch("0") and not alphabet.fullmatch("a")
        fixed = len(lengths) == 1 and min(lengths) >= _FIXED and alphabet and not number
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
    start, end = _same_ends((one, other), word)
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


def _same_ends(texts: Sequence[str], word: re.Pattern[str]) -> tuple[int, int]:
    """Return how many characters all *texts* begin with and end with; no word is cut."""
    start = _same_beginning(texts, word)
    return start, _same_beginning([text[start:][::-1] for text in texts], word)


def _same_beginning(texts: Sequence[str], word: re.Pattern[str]) -> int:
    first = texts[0]
    low, high = 0, min(map(len, texts))
    while low < high:  # all of them begin with the same `low` characters, and fewer than `high` + 1
        middle = (low + high + 1) // 2
        if all(text.startswith(first[low:middle], low) for text in texts):
            low = middle
        else:
            high = middle - 1
    while low and any(len(t) > low and word.fullmatch(t, low - 1, low + 1) for t in texts):
        low -= 1
    return low


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
    start, end = _same_ends(samples, _WORD)
    head, tail = samples[0][:start], samples[0][len(samples[0]) - end :]
    if len(text) < start + end or not (text.startswith(head) and text.endswith(tail)):
        return False
    samples = [sample[start : len(sample) - end] for sample in samples]
    text = text[start : len(text) - end]
    orders = [Counter(_WORD.findall(sample)) for sample in samples]
    if all(order == orders[0] for order in orders):
        return Counter(_WORD.findall(text)) == orders[0]
    return any(_fits_between(common(samples, word), samples, text) for word in (_WORD, _LONG_WORD))


def _fits_between(runs: Sequence[str], samples: Sequence[str], text: str) -> bool:
    """Tell whether *text* has the runs, and between them what the samples have."""
    columns = [cut_at(runs, sample) for sample in samples]
    pieces = cut_at(runs, text)
    if pieces is None or None in columns:
        return False
    gaps = map(Gap.between, zip(*columns, strict=True))
    return all(gap.takes(piece) for gap, piece in zip(gaps, pieces, strict=True))
