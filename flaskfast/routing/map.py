"""The map of URL rules: Werkzeug's, compiled, and matched before anything is bound to it."""

from __future__ import annotations

import typing as t

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map as BaseMap
from werkzeug.routing import MapAdapter as BaseMapAdapter
from werkzeug.routing import NoMatch, RequestAliasRedirect, RequestPath, Rule, RuleFactory

from .._address import STANDARD_PORTS, is_plain_host, plain_host
from .._expressions import expression
from .._kernels import Shipped
from .._kernels import url as _url
from .._wsgi import wsgi_path, wsgi_text
from .adapter import MapAdapter
from .binding import bind_rule
from .building import Builder, ForeignBuilder, builder_of
from .matcher import Matcher

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.wrappers import Request

    from .conflicts import Conflict
    from .statistics import Statistics

# Binding and its outcome as Werkzeug ships them.
_BINDING = Shipped(BaseMap, "bind", "bind_to_environ")
_BOUND = Shipped(BaseMapAdapter, "__init__")

_CONTROLS = expression(r"[\x00-\x1f\x7f]")


def _without_controls(text: str) -> str:
    """Percent-encode the control characters of *text*."""
    if text.isprintable():
        return text
    return _CONTROLS.sub(lambda found: f"%{ord(found[0]):02X}", text)


def _as_ours(adapter: BaseMapAdapter) -> MapAdapter:
    """Turn what Werkzeug has made into an adapter of ours, which has the same attributes."""
    adapter.__class__ = MapAdapter
    return t.cast(MapAdapter, adapter)


class Map(BaseMap):
    """A :class:`werkzeug.routing.Map` that most requests are matched on without an adapter.

    What matching and building need of the rules is compiled when it is first needed, and again
    after rules were added, or handed out by :meth:`iter_rules` and edited.
    """

    _matcher: Matcher

    def __init__(
        self, rules: t.Iterable[RuleFactory] | None = None, *args: t.Any, **kwargs: t.Any
    ) -> None:
        self._is_changed = False
        super().__init__(None, *args, **kwargs)
        # In place before the first rule is added.
        self._matcher = Matcher(self.merge_slashes)
        self._forget()
        for factory in rules or ():
            self.add(factory)

    def _forget(self) -> None:
        """Be as if nothing had been compiled."""
        self._remap = True
        self._is_changed = True
        self._changed_endpoints = set(self._rules_by_endpoint)
        self._builders: dict[t.Any, list[Builder | ForeignBuilder]] = {}
        # Rules that take an adapter, by their endpoint: those that redirect or may have to.
        self._special: dict[t.Any, frozenset[int]] = {}
        self._shown: int | None = None

    def __getstate__(self) -> dict[str, t.Any]:
        state = self.__dict__.copy()
        for name in (
            "_remap_lock",
            "_builders",
            "_special",
            "_changed_endpoints",
            "_is_changed",
            "_shown",
        ):
            del state[name]
        return state

    def __setstate__(self, state: dict[str, t.Any]) -> None:
        self.__dict__.update(state)
        self._remap_lock = self.lock_class()
        self._forget()

    @property
    def default_subdomain(self) -> str:
        """The subdomain of rules that name none."""
        return self._default_subdomain

    @default_subdomain.setter
    def default_subdomain(self, value: str) -> None:
        self._default_subdomain = value
        self._remap = self._is_changed = True

    def add(self, rulefactory: RuleFactory) -> None:
        """Add a rule, or those of a factory, and bind them to this map.

        :raises RuntimeError: a rule is bound already.
        """
        for rule in rulefactory.get_rules(self):
            bind_rule(rule, self)
            if not rule.build_only:
                self._matcher.add(rule)
            self._rules_by_endpoint.setdefault(rule.endpoint, []).append(rule)
            self._changed_endpoints.add(rule.endpoint)
        self._remap = True

    def iter_rules(self, endpoint: t.Any | None = None) -> t.Iterator[Rule]:
        """Iterate over all rules, or over those of an endpoint.

        They may be edited; the next match sees to it.
        """
        rules = super().iter_rules(endpoint)
        if self._shown is None:
            self._shown = self._fingerprint()
        self._remap = True
        return rules

    def _fingerprint(self) -> int:
        """Digest what is compiled of the rules and may be edited."""
        return hash(
            tuple(
                (
                    None if rule.methods is None else frozenset(rule.methods),
                    rule.websocket,
                    rule.strict_slashes,
                    rule.merge_slashes,
                    rule.alias,
                    rule.redirect_to is None,
                    repr(rule.defaults),
                )
                for rule in self._rules
            )
        )

    def update(self) -> None:
        """Take in what has changed since the last time. Matching and building call this."""
        if not self._remap:
            return
        with self._remap_lock:
            if self._shown is not None:
                if self._shown != self._fingerprint():
                    self._is_changed = True
                    self._changed_endpoints.update(self._rules_by_endpoint)
                self._shown = None
            while self._changed_endpoints:
                self._update_endpoint(self._changed_endpoints.pop())
            changed, self._is_changed = self._is_changed, False
            special = frozenset().union(*self._special.values())
            # At the end: other threads go by that.
            self._remap = not self._matcher.update(self.default_subdomain or "", special, changed)

    def _update_endpoint(self, endpoint: t.Any) -> None:
        """Bring the rules of an endpoint in the order of building."""
        rules = self._rules_by_endpoint.get(endpoint, [])
        rules.sort(key=lambda rule: rule.build_compare_key())
        self._builders.pop(endpoint, None)
        special = frozenset(
            id(rule)
            for rule in rules
            if rule.alias or rule.redirect_to is not None or self._yields_to(rule, rules)
        )
        if special:
            self._special[endpoint] = special
        else:
            self._special.pop(endpoint, None)

    @staticmethod
    def _yields_to(rule: Rule, rules: list[Rule]) -> list[Rule]:
        """Return the rules that *rule* redirects to where the arguments are their defaults."""
        found = []
        for other in rules:
            if other is rule:
                break
            if other.defaults and other.provides_defaults_for(rule):
                found.append(other)
        return found

    def bind(
        self,
        server_name: str,
        script_name: str | None = None,
        subdomain: str | None = None,
        url_scheme: str = "http",
        default_method: str = "GET",
        path_info: str | None = None,
        query_args: t.Mapping[str, t.Any] | str | None = None,
    ) -> MapAdapter:
        """Bind the map to a host, and what else a request would tell, as Werkzeug does."""
        return _as_ours(
            super().bind(
                server_name,
                script_name,
                subdomain,
                url_scheme,
                default_method,
                path_info,
                query_args,
            )
        )

    def bind_to_environ(
        self,
        environ: WSGIEnvironment | Request,
        server_name: str | None = None,
        subdomain: str | None = None,
    ) -> MapAdapter:
        """Bind the map to a request, as Werkzeug does.

        Control characters in the query string and the prefix are percent-encoded: a redirect
        repeats them in a header.
        """
        bound = self._bind_plainly(environ, server_name, subdomain)
        if bound is not None:
            return bound
        adapter = _as_ours(super().bind_to_environ(environ, server_name, subdomain))
        adapter.script_name = _without_controls(adapter.script_name)
        if isinstance(adapter.query_args, str):
            adapter.query_args = _without_controls(adapter.query_args)
        return adapter

    def _bind_plainly(
        self, environ: t.Any, server_name: str | None, subdomain: str | None
    ) -> MapAdapter | None:
        """Bind to a request whose host is a plain name; None where Werkzeug has to.

        PERF: host-matching, subdomain, url-for.
        """
        env = getattr(environ, "environ", environ)
        if not _BINDING.by(BaseMap) or not _BOUND.by(MapAdapter) or "HTTP_UPGRADE" in env:
            return None
        scheme = env["wsgi.url_scheme"]
        sent = plain_host(env.get("HTTP_HOST", ""), scheme)
        if sent is None:
            return None
        host = sent.lower()
        if server_name is None:
            name = host
        else:
            name = server_name.lower()
            if scheme in STANDARD_PORTS:
                name = name.removesuffix(STANDARD_PORTS[scheme])
            if not is_plain_host(name):
                return None
        if self.host_matching:
            if subdomain is not None:
                return None
        elif subdomain is None:
            if host == name:
                subdomain = ""
            elif host.endswith(f".{name}"):
                subdomain = host[: -len(name) - 1]
            else:
                return None
        path = env.get("PATH_INFO")
        prefix, query = env.get("SCRIPT_NAME"), env.get("QUERY_STRING")
        return MapAdapter(
            self,
            name,
            "/" if prefix is None else _without_controls(wsgi_text(prefix)),
            t.cast(str, subdomain),
            scheme,
            "/" if path is None else wsgi_text(path),
            env["REQUEST_METHOD"],
            None if query is None else _without_controls(wsgi_text(query)),
        )

    def conflicts(self) -> list[Conflict]:
        """Return the rules that never match because others always come first.

        Equal rules, rules that differ only in the names of their arguments, and rules all of
        whose paths another one takes. For tests, and for ``flaskfast routes --conflicts``.
        """
        from .conflicts import find_conflicts

        self.update()
        return list(find_conflicts(self._matcher.tree))

    def statistics(self) -> Statistics:
        """Return how the rules are matched and what memory they take."""
        from .statistics import statistics

        while self._remap:
            self.update()
        return statistics(self._rules, self._matcher)

    def builders(self, endpoint: t.Any) -> list[Builder | ForeignBuilder]:
        """Return what builds the URLs of an endpoint, in the order in which it is to be tried."""
        found = self._builders.get(endpoint)
        if found is None:
            found = [builder_of(rule) for rule in self._rules_by_endpoint.get(endpoint, ())]
            if found:
                self._builders[endpoint] = found
        return found

    def build_path(
        self, endpoint: t.Any, values: t.Mapping[str, t.Any], environ: WSGIEnvironment
    ) -> str | None:
        """Build the URL of an endpoint on the default subdomain, without scheme and host.

        :param values: for the rule's arguments and the query string; None counts as left out.
        :param environ: of the request: its method is preferred among the endpoint's rules, and
            the app is mounted under its prefix.
        :returns: None where the URL needs a host, or cannot be built: an adapter knows.
        """
        return _url.build_path(self, endpoint, values, environ)

    def match_environ(
        self, environ: WSGIEnvironment
    ) -> tuple[Rule, t.MutableMapping[str, t.Any]] | None:
        """Match the path and method of *environ* on the default subdomain's rules.

        :returns: the rule and the arguments; None where the answer is a redirect, or a matter
            of websockets, which takes a :class:`~werkzeug.routing.MapAdapter` to work out.
        :raises werkzeug.exceptions.NotFound: no rule matches the path.
        :raises werkzeug.exceptions.MethodNotAllowed: rules match the path, none the method.
        """
        if self._remap:
            self.update()
        found = self._matcher.find_environ(environ)
        if type(found) is tuple:
            return found
        if type(found) is set:
            raise MethodNotAllowed(list(found))
        if found is None:
            return self._match_at_length(environ)
        if found is True:
            return None
        raise NotFound()

    def allowed_methods(self, environ: WSGIEnvironment) -> list[str] | None:
        """Return the methods of the default subdomain's rules that have the path of *environ*.

        :returns: in no order; None where it takes an adapter to tell.
        """
        if self._remap:
            self.update()
        return self._matcher.methods_of(self.default_subdomain or "", wsgi_path(environ), False)

    def _match_at_length(
        self, environ: WSGIEnvironment
    ) -> tuple[Rule, t.MutableMapping[str, t.Any]] | None:
        """Match what is not plainly a rule's path, or plainly nothing's."""
        method = environ["REQUEST_METHOD"].upper()
        try:
            rule, arguments = self._matcher.match(
                self.default_subdomain or "", wsgi_path(environ), method, False
            )
        except NoMatch as failure:
            if failure.have_match_for:
                raise MethodNotAllowed(valid_methods=list(failure.have_match_for)) from None
            if failure.websocket_mismatch:
                return None
            raise NotFound() from None
        except (RequestPath, RequestAliasRedirect):
            return None
        if rule.redirect_to is not None:
            return None
        if self.redirect_defaults:
            for other in self._yields_to(rule, self._rules_by_endpoint[rule.endpoint]):
                if other.suitable_for(arguments, method):
                    return None
        return rule, arguments
