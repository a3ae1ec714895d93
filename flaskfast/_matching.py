"""Tell how an application's requests are matched, and which rules take a longer way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .routing import Map
from .routing.building import is_plain
from .routing.patterns import Kind, read_pattern

if TYPE_CHECKING:
    from werkzeug.routing import Rule

    from .app import Flask

_NAMED = 5


def matching(app: Flask) -> str:
    """Say by what requests are matched."""
    reasons = list(adapter_reasons(app))
    if reasons:
        return f"by a URL adapter for each request, since {', and '.join(reasons)}"
    refused = refusal(app)
    if refused:
        return f"straight from the request, by the Python matcher, since {refused}"
    return "straight from the request"


def adapter_reasons(app: Flask) -> Iterator[str]:
    """Say why requests cannot be matched by path and method alone."""
    from .app import Flask as Shipped

    if type(app.url_map) is not Map:
        kind = type(app.url_map)
        yield f"app.url_map is a {kind.__module__}.{kind.__qualname__}"
    if app.url_map.host_matching:
        yield "host_matching is on"
    if app.subdomain_matching:
        yield "subdomain_matching is on"
    if app.config["TRUSTED_HOSTS"] is not None:
        yield "TRUSTED_HOSTS is set"
    overridden = type(app).create_url_adapter is not Shipped.create_url_adapter
    if overridden or "create_url_adapter" in vars(app):
        yield "create_url_adapter is overridden"


def refusal(app: Flask) -> str | None:
    """Say why the rules cannot be laid out as the table that the kernel walks; None if they can."""
    if type(app.url_map) is not Map:
        return None
    app.url_map.update()
    return app.url_map._matcher.refusal


def longer_ways(app: Flask) -> dict[str, str]:
    """Name the rules that take a longer way than others, by what is longer about it."""
    rules = list(app.url_map.iter_rules())
    special: frozenset[int] = frozenset()
    if type(app.url_map) is Map:
        app.url_map.update()
        special = app.url_map._matcher.special
    found = {
        "rules by adapter": (
            []
            if [*adapter_reasons(app)]
            else [r for r in rules if r.websocket or id(r) in special],
            "that redirect, may have to, or are of websockets",
        ),
        "rules by regex": (
            [rule for rule in rules if _needs_expression(rule)],
            "with an argument that only a regular expression can tell",
        ),
        "URLs by rule": (
            [rule for rule in rules if not is_plain(rule)],
            "whose class builds URLs in its own way",
        ),
    }
    return {name: _told(rules, which) for name, (rules, which) in found.items() if rules}


def _needs_expression(rule: Rule) -> bool:
    parts = [part for part in rule._parts if not part.static]
    return any(read_pattern(part).kind is Kind.REGEX for part in parts)


def _told(rules: list[Rule], which: str) -> str:
    names = ", ".join(dict.fromkeys(rule.rule for rule in rules[:_NAMED]))
    return f"{len(rules)} {which}: {names}{', ...' if len(rules) > _NAMED else ''}"
