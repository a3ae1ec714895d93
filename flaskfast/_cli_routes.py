"""Lay out the rules of a URL map as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from werkzeug.routing import Map, Rule

#: What `routes --sort` takes. "match" leaves the order in which rules are tried.
SORTS = ("endpoint", "methods", "domain", "rule", "match")

_AUTOMATIC_METHODS = frozenset({"HEAD", "OPTIONS"})


class Column(NamedTuple):
    """One column: what sorts by it, what stands above it, what it shows of a rule."""

    sort: str
    heading: str
    cell: Callable[[Rule], str]


def route_table(url_map: Map, sort: str, all_methods: bool) -> Iterator[str]:
    """Yield the lines of the table: headings, a line of dashes, then a line for each rule.

    A host or subdomain column is there when any rule has one. A `sort` that is no
    column of the table keeps the order in which rules are tried. Without `all_methods`
    HEAD and OPTIONS are left out. Nothing is yielded for a map without rules.
    """
    rules = list(url_map.iter_rules())
    if not rules:
        return

    hidden = frozenset() if all_methods else _AUTOMATIC_METHODS
    columns = _columns(rules, url_map.host_matching, hidden)
    for column in columns:
        if column.sort == sort:
            rules.sort(key=column.cell)

    headings = [column.heading for column in columns]
    body = [[column.cell(rule) for column in columns] for rule in rules]
    widths = [max(map(len, cells)) for cells in zip(headings, *body, strict=True)]
    for line in (headings, ["-" * width for width in widths], *body):
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))


def route_report(url_map: Map, conflicts: bool, stats: bool) -> tuple[list[str], bool]:
    """Return the lines that `routes --conflicts` and `--stats` print, and whether to fail.

    A map of another class than ours fails: it cannot tell.
    """
    from .routing import Map as OurMap

    if not isinstance(url_map, OurMap):
        kind = type(url_map)
        name = f"{kind.__module__}.{kind.__qualname__}"
        return [f"The app's url_map is a {name}: only a flaskfast.routing.Map can tell."], True
    lines = list(url_map.statistics().lines()) if stats else []
    found = url_map.conflicts() if conflicts else []
    lines += map(str, found)
    if conflicts and not found:
        lines.append("No rule keeps another one from matching.")
    return lines, bool(found)


def _columns(rules: list[Rule], host_matching: bool, hidden: frozenset[str]) -> list[Column]:
    def methods(rule: Rule) -> str:
        return ", ".join(sorted((rule.methods or set()) - hidden))

    def domain(rule: Rule) -> str:
        return (rule.host if host_matching else rule.subdomain) or ""

    columns = [
        Column("endpoint", "Endpoint", lambda rule: str(rule.endpoint)),
        Column("methods", "Methods", methods),
    ]
    if any(map(domain, rules)):
        columns.append(Column("domain", "Host" if host_matching else "Subdomain", domain))
    columns.append(Column("rule", "Rule", lambda rule: rule.rule))
    return columns
