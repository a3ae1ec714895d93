"""Find the rule of a path: the reference flavour of matching, with Werkzeug's semantics.

The rules form a tree whose edges are path segments. At each node the literal edge is tried
first, then the dynamic ones by weight, and a way that leads nowhere is walked back. A rule
without placeholders is found by its whole path in one look-up.
"""

from __future__ import annotations

import re
import typing as t

from werkzeug.routing import (
    NoMatch,
    RequestAliasRedirect,
    RequestPath,
    Rule,
    StateMachineMatcher,
    ValidationError,
)

_SLASHES = re.compile("/{2,}")

# Patterns of whole segments that need no regular expression: what the built-in converters
# "string" and "int" without arguments come to.
_ANY_TEXT = r"(?P<__werkzeug_0>[^/]{1,})\Z"
_DIGITS = r"(?P<__werkzeug_0>\d+)\Z"


class _Missed:
    """What kept a path that some rule has from matching."""

    __slots__ = ("methods", "websocket")

    def __init__(self) -> None:
        self.methods: set[str] = set()
        self.websocket = False


class _SlashMissing(Exception):
    """The path matches but for a slash at its end."""


class _Edge:
    """A dynamic step: one segment, or all that are left, by a pattern."""

    __slots__ = ("groups", "kind", "pattern", "suffixed", "takes_rest", "target")

    def __init__(self, part: t.Any, target: _Node) -> None:
        self.kind = {_ANY_TEXT: "text", _DIGITS: "digits"}.get(part.content, "pattern")
        self.pattern = re.compile(part.content)
        # The converters' own groups, in the order of the rule; they may hold groups of theirs.
        index = self.pattern.groupindex
        names = sorted(
            (name for name in index if name.startswith("__werkzeug_")),
            key=lambda name: int(name[len("__werkzeug_") :]),
        )
        self.groups = [index[name] for name in names]
        self.takes_rest: bool = part.final
        self.suffixed: bool = part.suffixed
        self.target = target

    def take(self, parts: list[str], index: int) -> tuple[list[str], list[str], int] | None:
        """Match the segment at *index*, or all from there on.

        :returns: the texts for the converters, and where the walk goes on: the segments and the
            index in them; None where the pattern does not match.
        """
        part = parts[index]
        if self.kind == "text":
            return ([part], parts, index + 1) if part else None
        if self.kind == "digits":
            return ([part], parts, index + 1) if part.isdecimal() else None
        matched = self.pattern.match("/".join(parts[index:]) if self.takes_rest else part)
        if matched is None:
            return None
        taken = [matched.group(number) for number in self.groups]
        if self.suffixed and matched.groups()[-1] == "/":
            # The pattern took the slash at the end; the rule has it, too.
            return taken, [""], 0
        return taken, parts, len(parts) if self.takes_rest else index + 1


class _Node:
    """A point in the tree: where the segments so far have led."""

    __slots__ = ("dynamic", "literal", "rules")

    def __init__(self, state: t.Any) -> None:
        self.rules: list[Rule] = state.rules
        self.literal = {text: _Node(target) for text, target in state.static.items()}
        self.dynamic = [_Edge(part, _Node(target)) for part, target in state.dynamic]

    def literal_paths(self, parts: tuple[str, ...] = ()) -> t.Iterator[tuple[str, list[Rule]]]:
        """Yield the path of every node below that only literal edges lead to, and its rules."""
        for text, node in self.literal.items():
            yield "/".join((*parts, text)), node.rules
            yield from node.literal_paths((*parts, text))


class Matcher(StateMachineMatcher):
    """Finds the rule of a path; stands in for Werkzeug's own matcher in a map."""

    def __init__(self, merge_slashes: bool) -> None:
        super().__init__(merge_slashes)
        self._tree = _Node(self._root)
        self._by_path: dict[str, list[Rule]] = {}

    def update(self) -> None:
        """Build the tree anew from the rules added so far."""
        super().update()
        tree = _Node(self._root)
        # Rules of the default subdomain start from the empty domain.
        domain = tree.literal.get("")
        found = () if domain is None else domain.literal_paths()
        self._by_path = {path: rules for path, rules in found if rules}
        self._tree = tree

    def match(
        self, domain: str, path: str, method: str, websocket: bool
    ) -> tuple[Rule, t.MutableMapping[str, t.Any]]:
        """Return the rule for a path and the values of its arguments.

        :param domain: the subdomain, or the host where the map matches hosts.
        :param path: with its leading slash, decoded.
        :param method: in upper case.
        :raises werkzeug.routing.NoMatch: no rule matches.
        :raises werkzeug.routing.RequestPath: one does at the path that this names.
        :raises werkzeug.routing.RequestAliasRedirect: the rule is an alias of another.
        """
        if not domain and not websocket and path in self._by_path:
            for rule in self._by_path[path]:
                if not rule.websocket and (rule.methods is None or method in rule.methods):
                    return self._found(rule, [], None)

        missed = _Missed()
        try:
            found = _walk(self._tree, [domain, *path.split("/")], 0, [], method, websocket, missed)
            if found is None and self.merge_slashes and "//" in path:
                path = _SLASHES.sub("/", path)
                found = _walk(
                    self._tree, [domain, *path.split("/")], 0, [], method, websocket, missed
                )
                if found is not None and found[0].merge_slashes is not False:
                    raise RequestPath(path)
                found = None
        except _SlashMissing:
            raise RequestPath(f"{path}/") from None
        if found is None:
            raise NoMatch(missed.methods, missed.websocket)
        rule, texts = found
        return self._found(rule, texts, missed)

    @staticmethod
    def _found(
        rule: Rule, texts: list[str], missed: _Missed | None
    ) -> tuple[Rule, dict[str, t.Any]]:
        """Convert the texts that a rule took from the path."""
        values: dict[str, t.Any] = {}
        if texts:
            try:
                for (name, converter), text in zip(rule._converters.items(), texts):  # noqa: B905
                    values[name] = converter.to_python(text)
            except ValidationError as error:
                raise NoMatch(missed.methods, missed.websocket) from error  # type: ignore[union-attr]
        if rule.defaults:
            values.update(rule.defaults)
        if rule.alias and rule.map.redirect_defaults:
            raise RequestAliasRedirect(values, rule.endpoint)
        return rule, values


_Found = tuple[Rule, list[str]]


def _walk(
    node: _Node,
    parts: list[str],
    index: int,
    texts: list[str],
    method: str,
    websocket: bool,
    missed: _Missed,
) -> _Found | None:
    """Follow *parts* from *index* on; return the rule at their end and what it took."""
    last = len(parts)
    while True:
        if index == last:
            return _at_end(node, texts, method, websocket, missed)
        part = parts[index]
        literal = node.literal.get(part)
        if part and not node.dynamic:
            # PERF: params. Nothing to come back to: go on without a call of our own.
            if literal is None:
                return None
            node = literal
            index += 1
            continue
        if literal is not None:
            found = _walk(literal, parts, index + 1, texts, method, websocket, missed)
            if found is not None:
                return found
        elif part and len(node.dynamic) == 1:
            # PERF: params. As above, for the only way on.
            step = node.dynamic[0].take(parts, index)
            if step is None:
                return None
            taken, parts, index = step
            texts = texts + taken
            last = len(parts)
            node = node.dynamic[0].target
            continue
        break

    for edge in node.dynamic:
        step = edge.take(parts, index)
        if step is None:
            continue
        taken, following, after = step
        found = _walk(edge.target, following, after, texts + taken, method, websocket, missed)
        if found is not None:
            return found

    if not part and index == len(parts) - 1:
        # Only a slash is left over, which some rules do not mind.
        return _first_suiting(
            (rule for rule in node.rules if not rule.strict_slashes),
            texts,
            method,
            websocket,
            missed,
        )
    return None


def _at_end(
    node: _Node, texts: list[str], method: str, websocket: bool, missed: _Missed
) -> _Found | None:
    found = _first_suiting(node.rules, texts, method, websocket, missed)
    if found is not None or "" not in node.literal:
        return found
    # A rule that goes on with just a slash.
    for rule in node.literal[""].rules:
        if websocket == rule.websocket and (rule.methods is None or method in rule.methods):
            if rule.strict_slashes:
                raise _SlashMissing
            return rule, texts
    return None


def _first_suiting(
    rules: t.Iterable[Rule], texts: list[str], method: str, websocket: bool, missed: _Missed
) -> _Found | None:
    for rule in rules:
        if rule.methods is not None and method not in rule.methods:
            missed.methods.update(rule.methods)
        elif rule.websocket != websocket:
            missed.websocket = True
        else:
            return rule, texts
    return None
