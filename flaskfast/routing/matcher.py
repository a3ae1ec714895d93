"""Find the rule of a path, with Werkzeug's semantics: what surrounds the walk along the tree."""

from __future__ import annotations

import re
import typing as t

from werkzeug.routing import (
    NoMatch,
    RequestAliasRedirect,
    RequestPath,
    Rule,
    StateMachineMatcher,
)

from .. import _kernels
from .._py.match import new_finder as new_reference_finder
from .table import Refused
from .tree import Tree

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_SLASHES = re.compile("/{2,}")

# A map of so many rules is compiled anew whenever it has changed. A larger one is, after a change,
# first walked as it is: as many times as compiling takes the time of, so that an application that
# adds a rule for every request does not compile for every request.
_SMALL = 64
_RULES_PER_WALK = 4


class Matcher(StateMachineMatcher):
    """Finds the rule of a path; stands in for Werkzeug's own matcher in a map."""

    def __init__(self, merge_slashes: bool) -> None:
        self.merge_slashes = merge_slashes
        self._added: list[Rule] = []
        self._forget()

    def _forget(self) -> None:
        """Be as if nothing had been compiled."""
        self.tree = Tree()
        self._in_tree = 0
        self._walks_left = 0
        self._is_compiled = False
        self._settings: tuple[str, frozenset[int]] = ("", frozenset())
        #: Identities of the rules that lead to a redirect, or may.
        self.special: frozenset[int] = frozenset()
        #: Why the rules are not in a compiled table, where they could be.
        self.refusal: str | None = None
        self._use(new_reference_finder(self.tree, *self._settings))

    def __getstate__(self) -> dict[str, t.Any]:
        return {"merge_slashes": self.merge_slashes, "_added": self._added}

    def __setstate__(self, state: dict[str, t.Any]) -> None:
        self.__dict__.update(state)
        self._forget()

    @property
    def _root(self) -> t.Any:
        """The tree, as Werkzeug's matcher has it."""
        self._grow()
        return self.tree.root

    @_root.setter
    def _root(self, root: t.Any) -> None:
        raise AttributeError("A map's tree of rules cannot be replaced. Make another map.")

    def add(self, rule: Rule) -> None:
        """Note a rule. It counts from the next :meth:`update` on."""
        self._added.append(rule)

    def _grow(self) -> bool:
        """Put the rules that were added into the tree; tell whether there were any."""
        added = self._added[self._in_tree :]
        for rule in added:
            self.tree.add(rule)
        self.tree.sort()
        self._in_tree += len(added)
        return bool(added)

    def update(  # type: ignore[override]
        self, domain: str = "", special: frozenset[int] = frozenset(), changed: bool = True
    ) -> bool:
        """Take in the rules added so far.

        :param domain: the default one.
        :param special: identities of the rules that :meth:`find_environ` leaves to an adapter.
        :param changed: whether what was taken in before may be outdated.
        :returns: whether that is all; otherwise this is to be called again for the next match.
        """
        grown = self._grow()
        settings = domain, special
        first = not self._is_compiled
        if first or grown or changed or settings != self._settings:
            self._settings = settings
            self.special = special
            small = self._in_tree <= _SMALL
            self._walks_left = 0 if small or first else self._in_tree // _RULES_PER_WALK
            if self._walks_left:
                self._use(new_reference_finder(self.tree, domain, special))
        elif self._walks_left:
            self._walks_left -= 1
        if self._walks_left:
            return False
        self._compile()
        return True

    def _compile(self) -> None:
        self.refusal = None
        self._is_compiled = True
        try:
            self._use(_kernels.new_finder(self.tree, *self._settings))
        except Refused as error:
            self.refusal = str(error)
            self._use(new_reference_finder(self.tree, *self._settings))

    def _use(self, finder: t.Any) -> None:
        #: What finds rules: a compiled table, or the tree itself.
        self.finder = finder
        # PERF: hello. Called as it is, without a method of ours between.
        self.find_environ: t.Callable[[WSGIEnvironment], t.Any] = finder.find_environ
        self.find: t.Callable[..., tuple[t.Any, t.Any]] = finder.find

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
        find = self.find
        if "/" in domain:
            # No host has one; to the table it would be the end of a segment.
            find = new_reference_finder(self.tree, *self._settings).find
        rule, found = find(domain, path, method, websocket, True)
        if rule is None:
            self._missed(find, domain, path, method, websocket, found)
        if rule.alias and rule.map.redirect_defaults:
            raise RequestAliasRedirect(found, rule.endpoint)
        return rule, found

    def methods_of(self, domain: str, path: str, websocket: bool) -> list[str] | None:
        """Return the methods of the rules that have a path, none where a rule takes any method.

        :param domain: without a slash, otherwise as of :meth:`match`.
        :returns: None where the path may have to be another.
        """
        rule, found = self.find(domain, path, "--", websocket, True)
        if rule is not None:
            return []
        return list(found[0]) if self.is_settled(path, found) else None

    def is_settled(self, path: str, missed: tuple[set[str], bool, bool, Exception | None]) -> bool:
        """Tell whether a miss is one for good, which no other number of slashes would help."""
        if missed[3] is not None:
            # A converter has refused its text; it is not asked again.
            return True
        return not missed[2] and not (self.merge_slashes and "//" in path)

    def _missed(
        self,
        find: t.Callable[..., tuple[t.Any, t.Any]],
        domain: str,
        path: str,
        method: str,
        websocket: bool,
        missed: tuple[set[str], bool, bool, Exception | None],
    ) -> t.NoReturn:
        """Raise what a miss comes to, having tried the path with its slashes merged."""
        methods, other_protocol, slash, error = missed
        if slash:
            raise RequestPath(f"{path}/")
        if error is None and self.merge_slashes and "//" in path:
            merged = _SLASHES.sub("/", path)
            rule, missed = find(domain, merged, method, websocket, False)
            if missed[2]:
                raise RequestPath(f"{merged}/")
            if rule is not None and rule.merge_slashes is not False:
                raise RequestPath(merged)
            methods |= missed[0]
            other_protocol |= missed[1]
        raise NoMatch(methods, other_protocol) from error
