"""Accept headers (RFC 9110, 12.5): Werkzeug's classes, quicker in what is asked of them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from werkzeug import datastructures as ds
from werkzeug.http import dump_options_header

from .._expressions import expression
from .._kernels import accept_items, best_offer, sort_items, value_matches
from .options import parse_options_header

__all__ = ["Accept", "CharsetAccept", "LanguageAccept", "MIMEAccept", "parse_accept_header"]

_QUALITY = expression(r"-?[0-9]+(\.[0-9]+)?")

# How values compare, as the kernels call it.
_PLAIN, _MEDIA, _LANGUAGE = 0, 1, 2

_Accept, _MIMEAccept, _LanguageAccept = ds.Accept, ds.MIMEAccept, ds.LanguageAccept

# What Werkzeug's classes do while nobody has changed them.
_INIT: Any = ds.Accept.__init__
_NEW: Any = list.__new__
_BEST_MATCH: Any = ds.Accept.best_match
_BEST_LANGUAGE: Any = ds.LanguageAccept.best_match
_KIND_OF_SPECIFICITY: dict[Any, int] = {
    ds.Accept._specificity: _PLAIN,
    ds.MIMEAccept._specificity: _MEDIA,
}


def parse_accept_header(value: str | None, cls: Any = None) -> Any:
    """Read an Accept header, the most specific and most wanted first.

    :param cls: Accept, or a subclass of it that knows how the header's values compare.
    :return: a *cls* of pairs of a value and its quality. Items whose quality is no number from 0
        to 1 are left out; parameters other than ``q`` stay with the value.
    """
    if cls is None:
        cls = Accept
    if not value:
        return cls(None)
    # PERF: parse-accept. Sorted by the kernel, unless the class has its own idea of order.
    kind = _KIND_OF_SPECIFICITY.get(cls._specificity)
    if kind is None or cls.__init__ is not _INIT or cls.__new__ is not _NEW:
        return cls(accept_items(value, _general))
    short = type(value) is str and len(value) <= LONGEST_KEPT
    ordered = _kept(value, kind) if short else _ordered(value, kind)
    if ordered is None:
        return cls(accept_items(value, _general))
    made = _NEW(cls)
    list.extend(made, ordered)
    made.provided = True
    return made


def _ordered(value: str, kind: int) -> list[tuple[str, float]] | None:
    return sort_items(accept_items(value, _general), kind)


#: How long a header may be that is kept: browsers send up to 150 characters.
LONGEST_KEPT = 256
# PERF: accept, best-match. A browser sends the same ones with each request. Clients choose them, so
# few and only short ones are kept.
_kept = lru_cache(maxsize=64)(_ordered)


def _general(item: str) -> tuple[str, float] | None:
    """Read an item that has more to it than a value and a short quality."""
    value, options = parse_options_header(item)
    quality: float = 1
    given = options.pop("q", None)
    if given is not None:
        given = given.strip(" \t")
        if _QUALITY.fullmatch(given) is None:
            return None
        quality = float(given)
        if quality < 0 or quality > 1:
            return None
    if options:
        value = dump_options_header(value, options)
    return value, quality


class Accept(ds.Accept):
    """What a client wants, of encodings for instance: pairs of value and quality, sorted."""

    def best_match(self, matches: Iterable[str], default: str | None = None) -> Any:
        """Choose of *matches* what the client likes best, *default* where it likes none."""
        offers: Any = matches if isinstance(matches, (list, tuple)) else list(matches)
        index = -2
        if type(self) is Accept and _Accept.best_match is _BEST_MATCH:
            try:
                index = best_offer(self, offers, _PLAIN)
            except Exception:
                # Somebody has made it, or the offers, of something else: Werkzeug's words for that.
                index = -2
        if index == -2:
            return super().best_match(offers, default)  # type: ignore[arg-type]
        return default if index < 0 else offers[index]


class MIMEAccept(ds.MIMEAccept):
    """What media types a client wants, the most specific and most wanted first."""

    def _value_matches(self, value: str, item: str) -> bool:
        matches = value_matches(value, item, _MEDIA)
        return super()._value_matches(value, item) if matches < 0 else bool(matches)

    def best_match(self, matches: Iterable[str], default: str | None = None) -> Any:
        """Choose of *matches* what the client likes best, *default* where it likes none."""
        offers: Any = matches if isinstance(matches, (list, tuple)) else list(matches)
        index = -2
        if type(self) is MIMEAccept and _MIMEAccept.best_match is _BEST_MATCH:
            try:
                index = best_offer(self, offers, _MEDIA)
            except Exception:
                # Somebody has made it, or the offers, of something else: Werkzeug's words for that.
                index = -2
        if index == -2:
            return super().best_match(offers, default)  # type: ignore[arg-type]
        return default if index < 0 else offers[index]


class LanguageAccept(ds.LanguageAccept):
    """What languages a client wants, the most wanted first."""

    def _value_matches(self, value: str, item: str) -> bool:
        matches = value_matches(value, item, _LANGUAGE)
        return super()._value_matches(value, item) if matches < 0 else bool(matches)

    def best_match(self, matches: Iterable[str], default: str | None = None) -> Any:
        """Choose of *matches* what the client likes best, *default* where it likes none.

        Where nothing matches, primary tags alone are compared: ``en`` is good for ``en-US``, and
        the other way round.
        """
        offers: Any = matches if isinstance(matches, (list, tuple)) else list(matches)
        index = -2
        if type(self) is LanguageAccept and _LanguageAccept.best_match is _BEST_LANGUAGE:
            try:
                index = best_offer(self, offers, _LANGUAGE)
            except Exception:
                # Somebody has made it, or the offers, of something else: Werkzeug's words for that.
                index = -2
        if index < 0:
            return super().best_match(offers, default)  # type: ignore[arg-type]
        return offers[index]


class CharsetAccept(ds.CharsetAccept):
    """What charsets a client wants, the most wanted first."""
