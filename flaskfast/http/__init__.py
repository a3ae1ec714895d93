"""Headers, cookies, dates and query strings: the names of ``werkzeug.http``, and some more."""

from __future__ import annotations

from .query import parse_pairs, parse_query

__all__ = ["parse_pairs", "parse_query"]
