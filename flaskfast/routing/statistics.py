"""What a map's rules take, and how they are matched."""

from __future__ import annotations

import sys
import typing as t

from .patterns import Kind, read_pattern

if t.TYPE_CHECKING:
    from werkzeug.routing import Rule

    from .matcher import Matcher


class Statistics(t.NamedTuple):
    """Figures about a map."""

    #: Rules that can be matched, and those that can only be built.
    rules: int
    build_only: int
    #: "native", or "python": where there is a reason for it, `refusal` tells it.
    matched_by: str
    refusal: str | None
    #: Of the compiled table; 0 where there is none.
    table_bytes: int
    #: Of the rules as Python objects, and of the tree that the table is made from.
    rule_bytes: int
    tree_bytes: int
    #: Literal steps, and dynamic ones by how they are told.
    literal_steps: int
    dynamic_steps: dict[str, int]

    def lines(self) -> t.Iterator[str]:
        """Yield the figures in words."""
        each = max(self.rules + self.build_only, 1)
        yield f"Rules: {self.rules:,} to match, {self.build_only:,} only to build."
        if self.matched_by == "native":
            yield f"Matched by the compiled table: {self.table_bytes:,} bytes."
        elif self.refusal:
            yield f"Matched by Python, since {self.refusal}."
        else:
            yield "Matched by Python, as all kernels are here."
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in self.dynamic_steps.items())
        yield f"Steps: {self.literal_steps:,} literal; dynamic: {kinds or 'none'}."
        per_rule = (self.table_bytes + self.rule_bytes + self.tree_bytes) / each
        yield (
            f"Memory per rule: {per_rule:,.0f} bytes, of which {self.table_bytes / each:,.0f} in"
            f" the table, {self.tree_bytes / each:,.0f} in the tree."
        )


def statistics(rules: list[Rule], matcher: Matcher) -> Statistics:
    """Gather the figures of a map whose matcher is up to date."""
    literal = tree_bytes = 0
    dynamic = {kind.name.lower(): 0 for kind in Kind}
    for node in matcher.tree.nodes():
        tree_bytes += node.__sizeof__() + sys.getsizeof(node.rules)
        if node.static:
            literal += len(node.static)
            tree_bytes += sys.getsizeof(node.static)
        if node.edges:
            tree_bytes += sys.getsizeof(node.edges)
        for edge in node.edges:
            tree_bytes += edge.__sizeof__()
            dynamic[read_pattern(edge.part).kind.name.lower()] += 1
    table_bytes = matcher.finder.table_bytes
    return Statistics(
        rules=sum(not rule.build_only for rule in rules),
        build_only=sum(bool(rule.build_only) for rule in rules),
        matched_by="native" if table_bytes else "python",
        refusal=matcher.refusal,
        table_bytes=table_bytes,
        rule_bytes=sum(map(_bytes_of, rules)),
        tree_bytes=tree_bytes,
        literal_steps=literal,
        dynamic_steps={kind: count for kind, count in dynamic.items() if count},
    )


def _bytes_of(rule: Rule) -> int:
    """Return about how much memory a rule takes, with what only it has."""
    parts = sum(
        sys.getsizeof(part) + sys.getsizeof(part.content) + sys.getsizeof(part.weight)
        for part in rule._parts
    )
    steps = sum(map(sys.getsizeof, rule._trace))
    own = (rule.__dict__, rule._trace, rule._parts, rule._converters, rule.arguments, rule.rule)
    return sys.getsizeof(rule) + parts + steps + sum(map(sys.getsizeof, own))
