"""The map bound to a request: matching and building for a host, a prefix and a method."""

from __future__ import annotations

import typing as t
from urllib.parse import quote

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import MapAdapter as BaseMapAdapter
from werkzeug.routing import RequestRedirect, WebsocketMismatch

from .._kernels import Shipped
from .._kernels import url as _url
from .matcher import Matcher

if t.TYPE_CHECKING:
    from werkzeug.routing import Rule

    from .map import Map


class MapAdapter(BaseMapAdapter):
    """What :meth:`Map.bind` returns. All that is not said here is Werkzeug's."""

    map: Map

    def match(
        self,
        path_info: str | None = None,
        method: str | None = None,
        return_rule: bool = False,
        query_args: t.Mapping[str, t.Any] | str | None = None,
        websocket: bool | None = None,
    ) -> tuple[t.Any | Rule, t.Mapping[str, t.Any]]:
        """Find the rule for a path.

        :param path_info: by default the path that the map was bound to.
        :param method: likewise.
        :param return_rule: return the rule, not its endpoint.
        :param query_args: for the redirect, if it comes to one.
        :param websocket: by default what the scheme says.
        :returns: the endpoint, or the rule, and the arguments.
        :raises werkzeug.routing.RequestRedirect: the URL has a canonical form.
        :raises werkzeug.exceptions.NotFound: no rule has that path.
        :raises werkzeug.exceptions.MethodNotAllowed: rules have it, none the method.
        :raises werkzeug.routing.WebsocketMismatch: only for the other protocol.
        """
        url_map = self.map
        if url_map._remap:
            url_map.update()
        matcher = url_map._matcher
        by_host = url_map.host_matching or self.subdomain is None
        domain = t.cast(str, self.server_name if by_host else self.subdomain)
        if type(matcher) is not Matcher or "/" in domain:
            return super().match(path_info, method, return_rule, query_args, websocket)  # type: ignore[call-overload, no-any-return]

        path = self.path_info if path_info is None else path_info
        if path and (path[0] != "/" or path[:2] == "//"):
            path = f"/{path.lstrip('/')}"
        rule, found = matcher.find(
            domain,
            path,
            (method or self.default_method).upper(),
            self.websocket if websocket is None else websocket,
            True,
        )
        if rule is not None and id(rule) not in matcher.special:
            return rule if return_rule else rule.endpoint, found
        if rule is None and (
            found[3] is not None
            or (_BASE_MATCHING.by(BaseMapAdapter) and matcher.is_settled(path, found))
        ):
            # PERF: options. Nor is a converter that has refused its text asked again.
            if found[0]:
                raise MethodNotAllowed(valid_methods=list(found[0])) from None
            raise (WebsocketMismatch if found[1] else NotFound)() from None
        if rule is None and found[2] and _BASE_MATCHING.by(BaseMapAdapter):
            # PERF: slash-redirect.
            if query_args is None:
                query_args = self.query_args or {}
            to = quote(f"{path}/", safe="!$&'()*+,/:;=@")
            raise RequestRedirect(self.make_redirect_url(to, query_args)) from None
        return super().match(path_info, method, return_rule, query_args, websocket)  # type: ignore[call-overload, no-any-return]

    def allowed_methods(self, path_info: str | None = None) -> t.Iterable[str]:
        """Return the methods of the rules that have a path, in no order.

        :param path_info: by default the path that the map was bound to.
        """
        if _MATCHING.by(type(self)) and _BASE_MATCHING.by(BaseMapAdapter):
            # PERF: options. What :meth:`match` raises where no rule has a method, not raised.
            url_map = self.map
            if url_map._remap:
                url_map.update()
            matcher = url_map._matcher
            by_host = url_map.host_matching or self.subdomain is None
            domain = t.cast(str, self.server_name if by_host else self.subdomain)
            if type(matcher) is Matcher and "/" not in domain:
                path = self.path_info if path_info is None else path_info
                path = f"/{path.lstrip('/')}" if path else ""
                methods = matcher.methods_of(domain, path, self.websocket)
                if methods is not None:
                    return methods
        return super().allowed_methods(path_info)

    def build(
        self,
        endpoint: t.Any,
        values: t.Mapping[str, t.Any] | None = None,
        method: str | None = None,
        force_external: bool = False,
        append_unknown: bool = True,
        url_scheme: str | None = None,
    ) -> str:
        """Build the URL of an endpoint.

        :param values: for the rule's arguments; those that it has none for become the query
            string. None counts as left out.
        :param method: of the rule, where the endpoint has several.
        :param force_external: with scheme and host, also where a path would do.
        :param append_unknown: False leaves the query string away.
        :param url_scheme: by default the one that the map was bound to; the empty one makes a URL
            relative to the scheme.
        :raises werkzeug.routing.BuildError: no rule of the endpoint can be built.
        """
        return _url.build(
            self, endpoint, values, method, force_external, append_unknown, url_scheme
        )


_url.settle(MapAdapter)

# What tells which methods a path has, as shipped: ours, and Werkzeug's.
_MATCHING = Shipped(MapAdapter, "match", "allowed_methods")
_BASE_MATCHING = Shipped(BaseMapAdapter, "match", "allowed_methods")
