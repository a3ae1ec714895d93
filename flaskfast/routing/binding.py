"""Bind a rule to a map, as Werkzeug does, without generating code for each rule."""

from __future__ import annotations

import re
import typing as t

from werkzeug.routing import Rule

from .building import Builder, is_plain

if t.TYPE_CHECKING:
    from werkzeug.routing import Map

_SLASHES = re.compile("/{2,}")


def bind_rule(rule: Rule, url_map: Map) -> None:
    """Bind a rule to a map, unless its class has a way of its own of doing so.

    :raises RuntimeError: it is bound already.
    :raises ValueError: its text, or a converter's arguments, cannot be read.
    :raises LookupError: the map has no such converter.
    """
    if t.cast(t.Any, rule.map) is not None or not is_plain(rule):
        rule.bind(url_map)
        return
    rule.map = url_map
    if rule.strict_slashes is None:
        rule.strict_slashes = url_map.strict_slashes
    if rule.merge_slashes is None:
        rule.merge_slashes = url_map.merge_slashes
    if rule.subdomain is None:
        rule.subdomain = url_map.default_subdomain
    _compile(rule, url_map)


def _compile(rule: Rule, url_map: Map) -> None:
    """Divide a rule into the parts that are matched, and note how to build it."""
    domain = (rule.host if url_map.host_matching else rule.subdomain) or ""
    text = _SLASHES.sub("/", rule.rule) if rule.merge_slashes else rule.rule
    # Werkzeug's reading of a rule adds to these three.
    rule._trace = []
    rule._converters = {}
    rule._parts = list(rule._parse_rule(domain)) if domain else [_no_domain(rule)]
    rule._trace.append((False, "|"))
    rule._parts.extend(rule._parse_rule(text))

    builder = Builder(rule)
    rule._build = builder.known
    rule._build_unknown = builder.all
    names = [name for is_dynamic, name in rule._trace if is_dynamic]
    if rule.defaults or len(names) != len(rule._converters) or not text.isascii():
        # PERF: map-10000. Only what may be refused is worked out now.
        builder.prepare()


_NO_DOMAIN: list[t.Any] = []


def _no_domain(rule: Rule) -> t.Any:
    """Return the part that stands for no subdomain: what an empty text is read as."""
    if not _NO_DOMAIN:
        _NO_DOMAIN.extend(rule._parse_rule(""))
    return _NO_DOMAIN[0]
