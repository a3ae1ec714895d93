"""The tree of a map's rules: what matching walks, and what the compiled table is made from.

Its edges are path segments, the domain coming first. Literal edges are found by their text;
dynamic ones are tried in the order of Werkzeug's weights, those of equal weight in the order in
which they were added.
"""

from __future__ import annotations

import re
import typing as t

from werkzeug.routing import Rule

from .sequences import Sequence, read_sequence
from .table import Layout

# Shared by the nodes that have none; never changed.
_NO_LITERALS: dict[str, Node] = {}
_NO_EDGES: list[Edge] = []

# Patterns that need no regular expression: what the built-in converters "string", "int" and "path"
# without arguments come to.
_PLAIN = {
    (r"(?P<__werkzeug_0>[^/]{1,})\Z", False): "text",
    (r"(?P<__werkzeug_0>\d+)\Z", False): "digits",
    (r"(?P<__werkzeug_0>[^/].*?)\Z", True): "path",
}

# From so many on, an equal edge is looked up rather than searched.
_MANY_EDGES = 8


class Edge:
    """A dynamic step: one segment, or all that are left, by a pattern."""

    __slots__ = ("_expression", "_groups", "_sequence", "kind", "part", "takes_rest", "target")

    def __init__(self, part: t.Any) -> None:
        self.part = part
        self.kind = _PLAIN.get((part.content, part.final), "pattern")
        self.takes_rest: bool = part.final
        self.target = Node()
        self._expression: re.Pattern[str] | None = None
        self._groups: list[int] = []
        self._sequence: Sequence | None = None

    @property
    def expression(self) -> re.Pattern[str]:
        """The regular expression of the step, compiled when it is first needed."""
        expression = self._expression
        if expression is None:
            expression = re.compile(self.part.content)
            # The converters' own groups, in the order of the rule; they may hold groups of theirs.
            names = [name for name in expression.groupindex if name.startswith("__werkzeug_")]
            names.sort(key=lambda name: int(name[len("__werkzeug_") :]))
            self._groups = [expression.groupindex[name] for name in names]
            if len(names) > 1:
                self._sequence = read_sequence(self.part)
            self._expression = expression
        return expression

    def take(self, text: str) -> tuple[list[str], bool] | None:
        """Match a segment, or all that is left.

        :returns: the texts for the converters, and whether the pattern took, and the rule has, a
            slash at the end; None where the pattern does not match.
        """
        expression = self.expression
        sequence = self._sequence
        if sequence is not None and len(text) > sequence.longest:
            return sequence.take(text)
        matched = expression.match(text)
        if matched is None:
            return None
        texts = [matched.group(number) for number in self._groups]
        return texts, self.part.suffixed and matched.groups()[-1] == "/"


class Node:
    """A point in the tree: where the segments so far have led.

    Has the attributes of a state of Werkzeug's matcher.
    """

    __slots__ = ("_index", "edges", "rules", "static")

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self.static = _NO_LITERALS
        self.edges = _NO_EDGES
        self._index: dict[t.Any, Edge] | None = None

    @property
    def dynamic(self) -> list[tuple[t.Any, Node]]:
        """The dynamic steps, in the order in which they are tried."""
        return [(edge.part, edge.target) for edge in self.edges]

    def literal(self, text: str) -> Node:
        """Return the node to which a text leads; make it if there is none."""
        node = self.static.get(text)
        if node is None:
            if self.static is _NO_LITERALS:
                self.static = {}
            node = self.static[text] = Node()
        return node

    def edge(self, part: t.Any) -> Edge | None:
        """Return the edge of an equal part, if there is one."""
        if len(self.edges) <= _MANY_EDGES:
            return next((edge for edge in self.edges if edge.part == part), None)
        if self._index is None:
            self._index = {_key(edge.part): edge for edge in self.edges}
        return self._index.get(_key(part))

    def add_edge(self, part: t.Any) -> Edge:
        """Add an edge behind the others; `sort_edges` puts it in its place."""
        if self.edges is _NO_EDGES:
            self.edges = []
        edge = Edge(part)
        self.edges.append(edge)
        if self._index is not None:
            self._index[_key(part)] = edge
        return edge

    def sort_edges(self) -> None:
        """Order the edges by weight."""
        # A new list: others may be walking the old one.
        self.edges = sorted(self.edges, key=lambda edge: edge.part.weight)


def _key(part: t.Any) -> tuple[t.Any, ...]:
    """Return what two equal parts have in common, and no others."""
    weight = part.weight
    return (
        part.content,
        part.final,
        part.suffixed,
        weight.number_static_weights,
        tuple(weight.static_weights),
        weight.number_argument_weights,
        tuple(weight.argument_weights),
    )


class Tree:
    """All rules of a map that can match."""

    def __init__(self) -> None:
        self.root = Node()
        self.count = 0
        self._unsorted: dict[int, Node] = {}

    def add(self, rule: Rule) -> None:
        """Add a bound rule. It is in its place after the next `sort`."""
        node = self.root
        for part in rule._parts:
            if part.static:
                node = node.literal(part.content)
                continue
            edge = node.edge(part)
            if edge is None:
                edge = node.add_edge(part)
                if len(node.edges) > 1:
                    self._unsorted[id(node)] = node
            node = edge.target
        node.rules.append(rule)
        self.count += 1

    def sort(self) -> None:
        """Order the edges of the nodes that got new ones since the last time."""
        while self._unsorted:
            self._unsorted.popitem()[1].sort_edges()

    def layout(self, domain: str) -> Layout:
        """Lay the tree out as a flat table.

        :raises flaskfast.routing.table.Refused: the table cannot hold it.
        """
        return Layout(self, domain)

    def nodes(self) -> t.Iterator[Node]:
        """Yield all nodes: each before those below it."""
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(node.static.values())
            waiting.extend(edge.target for edge in node.edges)
