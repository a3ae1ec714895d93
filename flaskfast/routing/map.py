"""The map of URL rules: Werkzeug's, able to match a request before anything is bound to it."""

from __future__ import annotations

import re
import typing as t

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map as BaseMap
from werkzeug.routing import NoMatch, RequestAliasRedirect, RequestPath, Rule, RuleFactory

from .._wsgi import wsgi_text
from .matcher import Matcher

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.routing import MapAdapter
    from werkzeug.wrappers import Request

_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


def _without_controls(text: str) -> str:
    """Percent-encode the control characters of *text*."""
    if text.isprintable():
        return text
    return _CONTROLS.sub(lambda found: f"%{ord(found[0]):02X}", text)


class Map(BaseMap):
    """A :class:`werkzeug.routing.Map` that most requests are matched on without an adapter."""

    # Endpoints with a rule that gives defaults: another rule of theirs may have to redirect.
    _endpoints_with_defaults: frozenset[t.Any] = frozenset()

    def __init__(
        self, rules: t.Iterable[RuleFactory] | None = None, *args: t.Any, **kwargs: t.Any
    ) -> None:
        super().__init__(None, *args, **kwargs)
        # In place before the first rule is added.
        self._matcher = Matcher(self.merge_slashes)
        for factory in rules or ():
            self.add(factory)

    def update(self) -> None:
        """Take in the rules added since the last time. Matching and building call this."""
        if self._remap:
            # Before the base class says that all is up to date: other threads go by that.
            self._endpoints_with_defaults = frozenset(
                rule.endpoint for rule in self._rules if rule.defaults
            )
            super().update()

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
        adapter = super().bind_to_environ(environ, server_name, subdomain)
        adapter.script_name = _without_controls(adapter.script_name)
        if isinstance(adapter.query_args, str):
            adapter.query_args = _without_controls(adapter.query_args)
        return adapter

    def build_path(
        self, endpoint: t.Any, values: t.Mapping[str, t.Any], environ: WSGIEnvironment
    ) -> str | None:
        """Build the URL of an endpoint on the default subdomain, without scheme and host.

        :param values: for the rule's arguments and the query string; None counts as left out.
        :param environ: of the request: its method is preferred among the endpoint's rules, and
            the app is mounted under its prefix.
        :returns: None where the URL needs a host, or cannot be built: an adapter knows.
        """
        if self._remap:
            self.update()
        prefix = wsgi_text(environ.get("SCRIPT_NAME") or "").rstrip("/")
        if self.host_matching or not prefix.isprintable():
            return None
        given = {name: value for name, value in values.items() if value is not None}
        rules = self._rules_by_endpoint.get(endpoint, ())
        for wanted in (environ["REQUEST_METHOD"].upper(), None):
            for rule in rules:
                if rule.suitable_for(given, wanted):
                    built = rule.build(given, True)
                    if built is None:
                        continue
                    domain, path = built
                    if rule.websocket or domain != (self.default_subdomain or ""):
                        return None
                    return f"{prefix}/{path.lstrip('/')}"
        return None

    def match_environ(
        self, environ: WSGIEnvironment
    ) -> tuple[Rule, t.MutableMapping[str, t.Any]] | None:
        """Match the path and method of *environ* on the default subdomain's rules.

        :returns: the rule and the arguments; None where the answer is, or may be, a redirect,
            which takes a :class:`~werkzeug.routing.MapAdapter` to work out.
        :raises werkzeug.exceptions.NotFound: no rule matches the path.
        :raises werkzeug.exceptions.MethodNotAllowed: rules match the path, none the method.
        """
        if self._remap:
            self.update()
        path = environ.get("PATH_INFO")
        if path is None:
            path = "/"
        elif path:
            path = "/" + wsgi_text(path).lstrip("/")
        try:
            rule, arguments = self._matcher.match(
                self.default_subdomain or "", path, environ["REQUEST_METHOD"].upper(), False
            )
        except NoMatch as failure:
            if failure.have_match_for:
                raise MethodNotAllowed(valid_methods=list(failure.have_match_for)) from None
            if failure.websocket_mismatch:
                return None
            raise NotFound() from None
        except (RequestPath, RequestAliasRedirect):
            return None
        if rule.redirect_to is not None or (
            self.redirect_defaults and rule.endpoint in self._endpoints_with_defaults
        ):
            return None
        return rule, arguments
