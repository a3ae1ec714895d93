"""Accept headers, reference flavour.

A *kind* says by which rules values are compared: 0 plain ones such as encodings, 1 media ranges,
2 language tags.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .options import split_list

_PLAIN, _MEDIA, _LANGUAGE = 0, 1, 2
_ASK = -1

_QUALITY = re.compile(r"[ \t]*[qQ]=(?=[0-9.]{1,15}\Z)([0-9]+(?:\.[0-9]+)?)")
_MEDIA_PARTS = re.compile(r"/|[ \t]*;[ \t]*")


def accept_items(
    text: str, general: Callable[[str], tuple[str, float] | None], /
) -> list[tuple[str, float]]:
    """Read the items of an Accept header (RFC 9110, 12.4.2), in their order.

    Each becomes its value and its quality, which is the int 1 where the client gives none; an
    item whose quality is greater than 1 is left out. What has quotes, parameters other than the
    quality, or a quality that is anything but a short number, is given to *general*, which
    returns the pair, or None to leave it out.

    >>> accept_items("text/html, */*;q=0.5", lambda item: None)
    [('text/html', 1), ('*/*', 0.5)]
    """
    pairs: list[tuple[str, float]] = []
    quoted = '"' in text
    for item in split_list(text):
        value, _, rest = item.partition(";")
        value = value.rstrip(" \t")
        quality: float = 1
        pair: tuple[str, float] | None
        if quoted or not value:
            pair = general(item)
        elif not rest:
            pair = (value, 1)
        else:
            given = _QUALITY.fullmatch(rest)
            if given is None:
                pair = general(item)
            else:
                quality = float(given[1])
                pair = (value, quality) if quality <= 1 else None
        if pair is not None:
            pairs.append(pair)
    return pairs


def sort_items(pairs: list[tuple[str, float]], kind: int, /) -> list[tuple[str, float]] | None:
    """Sort what `accept_items` gives, the most specific and best first, in a new list.

    Of equals, the first stays first. None where there is a media range of more than 30 parts,
    which nobody but an attacker sends.
    """
    if kind == _MEDIA:
        if any(value.count("/") + value.count(";") > 29 for value, _ in pairs):
            return None
        return sorted(pairs, key=lambda pair: (_media_specificity(pair[0]), pair[1]), reverse=True)
    stars = [pair for pair in pairs if pair[0] == "*"]
    if stars:
        pairs = [pair for pair in pairs if pair[0] != "*"]
        stars.sort(key=_quality, reverse=True)
    return sorted(pairs, key=_quality, reverse=True) + stars


def _quality(pair: tuple[str, float]) -> float:
    return pair[1]


def _media_specificity(value: str) -> tuple[bool, ...]:
    return tuple([part != "*" for part in _MEDIA_PARTS.split(value)])


def value_matches(offer: str, wanted: str, kind: int, /) -> int:
    """Tell whether what a server has is what a client wants: 1 or 0.

    -1 where that takes the general rules: characters that are not ASCII; for media ranges also
    parameters, and an *offer* that is no media range.
    """
    if not (str.isascii(offer) and str.isascii(wanted)):
        return _ASK
    if kind == _MEDIA:
        return _media_matches(offer.lower(), wanted.lower())
    if wanted == "*":
        return 1
    if kind == _LANGUAGE:
        offer = offer.replace("_", "-")
        wanted = wanted.replace("_", "-")
    return offer.lower() == wanted.lower()


def _media_matches(offer: str, wanted: str) -> int:
    if "/" not in wanted:
        return 0
    # Most pairs differ from the first letter on, whatever else they have.
    if offer[:1].isalpha() and wanted[:1].isalpha() and offer[0] != wanted[0] and "/" in offer:
        return 0
    if ";" in offer or ";" in wanted or offer.count("/") != 1 or wanted.count("/") != 1:
        return _ASK
    offered_type, _, offered = offer.partition("/")
    wanted_type, _, subtype = wanted.partition("/")
    if offered_type == "*":
        if offered != "*":
            return _ASK
        return wanted_type != "*" or subtype == "*"
    if wanted_type == "*":
        return subtype == "*"
    return offered_type == wanted_type and (offered == "*" or subtype == "*" or offered == subtype)


def best_offer(
    accepted: list[tuple[str, float]], offers: list[str] | tuple[str, ...], kind: int, /
) -> int:
    """Choose the offer that a client likes best: its index, -1 where it likes none.

    For each offer the first of *accepted*, which is sorted, that matches counts. The best quality
    above 0 wins, then the most specific match, then the first offer. -2 where the general rules
    are needed to tell: see `value_matches`.
    """
    best = -1
    best_quality = 0.0
    best_specificity: tuple[bool, ...] = ()
    for index, offer in enumerate(offers):
        for wanted, quality in accepted:
            matches = value_matches(offer, wanted, kind)
            if matches < 0:
                return -2
            if matches:
                specificity = _media_specificity(wanted) if kind == _MEDIA else (wanted != "*",)
                if quality > best_quality or (
                    best >= 0 and quality == best_quality and specificity > best_specificity
                ):
                    best = index
                    best_quality = quality
                    best_specificity = specificity
                break
    return best
