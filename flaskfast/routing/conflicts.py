"""Find rules that get in each other's way.

Nothing of this runs while requests are matched: it is for tests and for `flaskfast routes`.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from werkzeug.routing import Rule

from .patterns import UNICODE, UNLIMITED, Kind, Pattern, read_pattern

if t.TYPE_CHECKING:
    from .tree import Edge, Node, Tree

ConflictKind = t.Literal["equal", "renamed", "shadowed"]

_REASONS = {
    "equal": "which is the same rule",
    "renamed": "which differs only in the names of its arguments",
    "shadowed": "which matches whatever that would",
}


@dataclass(frozen=True, eq=False)
class Conflict:
    """A rule that another one keeps from matching."""

    #: "equal": the other is the same rule; "renamed": it differs in the names of arguments only;
    #: "shadowed": it takes all that the rule would.
    kind: ConflictKind
    #: The rule that does not match,
    rule: Rule
    #: and the one that does.
    other: Rule
    #: For these methods; None: for all.
    methods: frozenset[str] | None

    def __str__(self) -> str:
        methods = "" if self.methods is None else f" for {', '.join(sorted(self.methods))}"
        return (
            f"{self.rule.rule!r} ({self.rule.endpoint}) never matches{methods}:"
            f" {self.other.rule!r} ({self.other.endpoint}) comes first, {_REASONS[self.kind]}."
        )


def find_conflicts(tree: Tree) -> t.Iterator[Conflict]:
    """Yield the conflicts between the rules of a tree, those of equal rules first.

    Of what is shadowed only that is found which can be proved from the patterns: a custom
    converter's expression is taken to be equal to itself only.
    """
    nodes = list(tree.nodes())
    for node in nodes:
        yield from _at_node(node)
    for node in nodes:
        for index, later in enumerate(node.edges):
            for earlier in node.edges[:index]:
                if _covers(earlier, later):
                    yield from _below(earlier.target, later.target)


# --- methods

_Methods = frozenset[str] | None


def _methods(rule: Rule) -> _Methods:
    """Return the methods of a rule, without the OPTIONS that Flask adds to all; None for any."""
    if rule.methods is None:
        return None
    if getattr(rule, "provide_automatic_options", False):
        return frozenset(rule.methods) - {"OPTIONS"}
    return frozenset(rule.methods)


def _both(some: _Methods, others: _Methods) -> _Methods:
    if some is None:
        return others
    return some if others is None else some & others


def _at_node(node: Node) -> t.Iterator[Conflict]:
    """Yield the conflicts of rules that have the same paths."""
    for index, rule in enumerate(node.rules):
        for other in node.rules[:index]:
            shared = _both(_methods(rule), _methods(other))
            if rule.websocket != other.websocket or shared == frozenset():
                continue
            kind: ConflictKind = "equal" if rule._trace == other._trace else "renamed"
            yield Conflict(kind, rule, other, None if shared == _methods(rule) else shared)


# --- what lies behind two edges of which the first takes all that the second would


def _below(first: Node, second: Node) -> t.Iterator[Conflict]:
    for rule in second.rules:
        missing = _methods(rule)
        for other in first.rules:
            if rule.websocket != other.websocket or (
                # It may still match with, or without, a slash at its end.
                other.strict_slashes and not rule.strict_slashes
            ):
                continue
            methods = _methods(other)
            if methods is None or (missing is not None and missing <= methods):
                yield Conflict("shadowed", rule, other, None)
                break
            if missing is not None:
                missing -= methods
    for text, target in second.static.items():
        literal = first.static.get(text)
        if literal is not None:
            yield from _below(literal, target)
        for edge in first.edges:
            if text and _takes(read_pattern(edge.part), text):
                yield from _below(edge.target, target)
    for later in second.edges:
        for earlier in first.edges:
            if _covers(earlier, later):
                yield from _below(earlier.target, later.target)


def _covers(first: Edge, second: Edge) -> bool:
    """Tell whether *first* takes whatever *second* would."""
    if first.part.content == second.part.content and first.takes_rest == second.takes_rest:
        return True
    if first.takes_rest or second.takes_rest:
        return False
    wide, narrow = read_pattern(first.part), read_pattern(second.part)
    if wide.kind is Kind.REGEX or narrow.kind is Kind.REGEX:
        return False
    if (wide.prefix, wide.suffix) == (narrow.prefix, narrow.suffix):
        wide, narrow = (p._replace(prefix="", suffix="") for p in (wide, narrow))
    if wide.prefix or wide.suffix:
        return False
    if narrow.kind is Kind.ANY:
        return all(_takes(wide, f"{narrow.prefix}{item}{narrow.suffix}") for item in narrow.items)
    low, high = _lengths(narrow)
    if wide.kind is Kind.TEXT:
        return wide.low <= low and high <= wide.high
    if wide.kind is Kind.CLASS and narrow.kind is Kind.CLASS:
        fixed = set(narrow.prefix + narrow.suffix)
        return (
            wide.low <= low
            and high <= wide.high
            and narrow.characters | fixed <= wide.characters
            and (narrow.flags & ~wide.flags) == 0
        )
    return False


def _lengths(pattern: Pattern) -> tuple[int, int]:
    """Return how few, and how many, characters a pattern takes."""
    more = len(pattern.prefix) + len(pattern.suffix)
    if pattern.kind is Kind.UUID:
        return 36 + more, 36 + more
    if pattern.kind is Kind.DECIMAL:
        return 3 + more, UNLIMITED
    if pattern.high == UNLIMITED:
        return pattern.low + more, UNLIMITED
    # With its sign.
    return pattern.low + more, pattern.high + more + 1 * bool(pattern.flags & ~UNICODE)


def _takes(pattern: Pattern, text: str) -> bool:
    """Tell whether a pattern surely takes a text without slashes."""
    if len(text) < len(pattern.prefix) + len(pattern.suffix):
        return False
    if not (text.startswith(pattern.prefix) and text.endswith(pattern.suffix)):
        return False
    middle = text[len(pattern.prefix) : len(text) - len(pattern.suffix)]
    if pattern.kind is Kind.TEXT:
        return pattern.low <= len(middle) <= pattern.high
    if pattern.kind is Kind.CLASS:
        return pattern.low <= len(middle) <= pattern.high and set(middle) <= pattern.characters
    return pattern.kind is Kind.ANY and middle in pattern.items
