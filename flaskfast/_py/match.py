"""Finding the rule of a path, reference flavour: walks the tree of rules itself."""

from __future__ import annotations

import typing as t

from werkzeug.routing import ValidationError

from .._wsgi import wsgi_path

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.routing import Rule

    from ..routing.tree import Edge, Node, Tree

# A rule, and its arguments where they are wanted; or None, and what is known of the miss: the
# methods of the rules that have the path, whether it is a matter of websockets, whether a slash
# at the end would help, and the error of a converter.
_Miss = tuple[set[str], bool, bool, ValidationError | None]
_Found = tuple["Rule", dict[str, t.Any] | _Miss] | tuple[None, _Miss]


def new_finder(tree: Tree, domain: str, special: frozenset[int], /) -> _Finder:
    """Return what finds rules in a tree, as it is now.

    :param domain: the default one.
    :param special: identities of the rules that `find_environ` leaves to others.
    """
    return _Finder(tree, domain, special)


class _Finder:
    """Finds the rule of a path."""

    #: How long the compiled table is; there is none.
    table_bytes = 0

    def __init__(self, tree: Tree, domain: str, special: frozenset[int]) -> None:
        self._root = tree.root
        self._domain = domain
        self._special = special
        start = tree.root.static.get(domain)
        self._by_path = {} if start is None else dict(_literal_paths(start))
        # PERF: hello. The same by paths as a server hands them over, where nothing is to decode.
        self._by_raw_path = {
            path: rules
            for path, rules in self._by_path.items()
            if path.isascii() and path[:1] == "/" and path[:2] != "//"
        }
        # PERF: match-*. Behind the domain and the first slash, where nothing else leads on.
        self._start: Node | None = None
        if start is not None and not (tree.root.edges or start.edges or start.rules):
            self._start = start.static.get("")

    def find_environ(
        self, environ: WSGIEnvironment, /
    ) -> tuple[Rule, dict[str, t.Any]] | set[str] | bool | None:
        """Find the rule of a request on the default domain.

        :returns: the rule and its arguments; the methods of the rules that have the path, where
            none has the method; False where no rule has the path, True where one has it but for
            a slash at its end; None where nothing of that is sure: `find` knows, and special
            rules are for others.
        """
        path: t.Any = environ.get("PATH_INFO")
        method = environ["REQUEST_METHOD"]
        if not method.isupper():
            method = method.upper()
        parts: list[str] = []
        rules: t.Any = self._by_raw_path.get(path)
        if rules is None:
            rules = ()
            if path and path.isascii():
                # PERF: params. What `wsgi_path` does, where there is nothing to do.
                parts = path.split("/")
            if len(parts) < 2 or parts[0] or not parts[1]:
                path = wsgi_path(environ)
                rules = self._by_path.get(path, ())
                parts = path.split("/")
        for rule in rules:
            if not rule.websocket and (rule.methods is None or method in rule.methods):
                break
        else:
            missed = _Missed()
            parts = parts or path.split("/")
            try:
                if self._start is None or not path:
                    parts = [self._domain, *parts]
                    found = _walk(self._root, parts, 0, [], method, False, missed)
                else:
                    found = _walk(self._start, parts, 1, [], method, False, missed)
            except _SlashMissing:
                return True
            if found is None:
                return None if "//" in path else _told(missed)
            rule, texts = found
            if self._special and id(rule) in self._special:
                return None
            try:
                return rule, _arguments(rule, texts)
            except ValidationError:
                return _told(missed)
        if self._special and id(rule) in self._special:
            return None
        return rule, dict(rule.defaults) if rule.defaults else {}

    def find(
        self, domain: str, path: str, method: str, websocket: bool, convert: bool, /
    ) -> _Found:
        """Find the rule of a path, and its arguments; without *convert*, what it came past.

        :param path: decoded; begins with a slash, or is empty.
        :param method: in upper case.
        """
        if convert and domain == self._domain and not websocket:
            for rule in self._by_path.get(path, ()):
                if not rule.websocket and (rule.methods is None or method in rule.methods):
                    return rule, _arguments(rule, [])
        missed = _Missed()
        parts = path.split("/")
        try:
            if self._start is not None and path and domain == self._domain:
                found = _walk(self._start, parts, 1, [], method, websocket, missed)
            else:
                parts = [domain, *parts]
                found = _walk(self._root, parts, 0, [], method, websocket, missed)
        except _SlashMissing:
            return None, (set(missed.methods), missed.websocket, True, None)
        if found is None:
            return None, (set(missed.methods), missed.websocket, False, None)
        rule, texts = found
        if not convert:
            return rule, (set(missed.methods), missed.websocket, False, None)
        try:
            return rule, _arguments(rule, texts)
        except ValidationError as error:
            return None, (set(missed.methods), missed.websocket, False, error)


def _arguments(rule: Rule, texts: list[str]) -> dict[str, t.Any]:
    """Convert the texts that a rule took from the path."""
    values: dict[str, t.Any] = {}
    if texts:
        # A rule may name an argument twice; then there are more texts than names.
        for (name, converter), text in zip(rule._converters.items(), texts):  # noqa: B905
            values[name] = converter.to_python(text)
    if rule.defaults:
        values.update(rule.defaults)
    return values


class _Missed:
    """What kept a path that some rule has from matching."""

    # PERF: params. Mostly there is nothing to keep.
    methods: frozenset[str] = frozenset()
    websocket = False


def _told(missed: _Missed) -> set[str] | t.Literal[False] | None:
    """Return what comes of a path that no rule takes, not with fewer slashes either."""
    if missed.methods:
        return set(missed.methods)
    return None if missed.websocket else False


class _SlashMissing(Exception):
    """The path matches but for a slash at its end."""


def _literal_paths(node: Node) -> t.Iterator[tuple[str, list[Rule]]]:
    """Yield the path of every node below that only literal edges lead to, and its rules."""
    waiting = list(node.static.items())
    while waiting:
        path, node = waiting.pop()
        if node.rules:
            yield path, node.rules
        waiting.extend((f"{path}/{text}", target) for text, target in node.static.items())


_Step = tuple["Rule", list[str]]


def _walk(
    node: Node,
    parts: list[str],
    index: int,
    texts: list[str],
    method: str,
    websocket: bool,
    missed: _Missed,
) -> _Step | None:
    """Follow *parts* from *index* on; return the rule at their end and what it took."""
    last = len(parts)
    while True:
        if index == last:
            if node.rules:
                rule = node.rules[0]
                if rule.websocket == websocket and (rule.methods is None or method in rule.methods):
                    # PERF: params. Mostly there is no other.
                    return rule, texts
            return _at_end(node, texts, method, websocket, missed)
        part = parts[index]
        literal = node.static.get(part)
        if part and not node.edges:
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
        elif part and len(node.edges) == 1:
            # PERF: params. As above, for the only way on.
            edge = node.edges[0]
            if edge.kind == "text" or (edge.kind == "digits" and part.isdecimal()):
                texts = [*texts, part]
                index += 1
                node = edge.target
                continue
            step = _take(edge, parts, index)
            if step is None:
                return None
            taken, parts, index = step
            texts = texts + taken
            last = len(parts)
            node = edge.target
            continue
        break

    for edge in node.edges:
        step = _take(edge, parts, index)
        if step is None:
            continue
        taken, following, after = step
        found = _walk(edge.target, following, after, texts + taken, method, websocket, missed)
        if found is not None:
            return found

    if not part and index == len(parts) - 1:
        # Only a slash is left over, which some rules do not mind.
        loose = (rule for rule in node.rules if not rule.strict_slashes)
        return _first_suiting(loose, texts, method, websocket, missed)
    return None


def _take(edge: Edge, parts: list[str], index: int) -> tuple[list[str], list[str], int] | None:
    """Go along a dynamic edge from the segment at *index*.

    :returns: the texts for the converters, and where the walk goes on: the segments and the
        index in them; None where the pattern does not match.
    """
    part = parts[index]
    if edge.kind == "text":
        return ([part], parts, index + 1) if part else None
    if edge.kind == "digits":
        return ([part], parts, index + 1) if part.isdecimal() else None
    if edge.kind == "path":
        rest = "/".join(parts[index:])
        # No dot of an expression takes a line feed.
        return ([rest], parts, len(parts)) if part and "\n" not in rest[1:] else None
    step = edge.take("/".join(parts[index:]) if edge.takes_rest else part)
    if step is None:
        return None
    texts, slash = step
    if slash:
        # The pattern took the slash at the end; the rule has it, too.
        return texts, [""], 0
    return texts, parts, len(parts) if edge.takes_rest else index + 1


def _at_end(
    node: Node, texts: list[str], method: str, websocket: bool, missed: _Missed
) -> _Step | None:
    found = _first_suiting(node.rules, texts, method, websocket, missed)
    if found is not None or "" not in node.static:
        return found
    # A rule that goes on with just a slash.
    for rule in node.static[""].rules:
        if websocket == rule.websocket and (rule.methods is None or method in rule.methods):
            if rule.strict_slashes:
                raise _SlashMissing
            return rule, texts
    return None


def _first_suiting(
    rules: t.Iterable[Rule], texts: list[str], method: str, websocket: bool, missed: _Missed
) -> _Step | None:
    for rule in rules:
        if rule.methods is not None and method not in rule.methods:
            missed.methods = missed.methods.union(rule.methods)
        elif rule.websocket != websocket:
            missed.websocket = True
        else:
            return rule, texts
    return None
