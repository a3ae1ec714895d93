"""Derive requests from a URL map: every rule, with sample values for its arguments."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from .arguments import DIFFICULT, NoSample, Samples, arguments, difficult, is_static
from .oddities import (
    COOKIES,
    HEADERS,
    LONG_TEXTS,
    MULTIPART,
    multipart,
    odd_paths,
    odd_query,
    unlikely_targets,
)
from .views import (
    body_fields,
    cookie_fields,
    file_fields,
    header_fields,
    query_fields,
    value_for,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SAFE = ("GET", "HEAD", "OPTIONS")
#: Safe, and routed by nobody: answers 405.
UNROUTED = "TRACE"
MISSING_PAGE = "/flaskfast-verify/no-such-page"
FAR_FUTURE = "Fri, 01 Jan 2100 00:00:00 GMT"

_ENTRANCES = (re.compile("(?i)regist|sign[-_]?up"), re.compile("(?i)log[-_]?in|sign[-_]?in"))
_EXITS = re.compile("(?i)log[-_]?(out|off)|sign[-_]?(out|off)")

FORM = "application/x-www-form-urlencoded"

Derived = dict[str, Any]


def requests_of(app: Any, samples: Samples, unsafe: bool) -> tuple[list[Derived], list[str]]:
    """Derive the requests of an application, and say which rules were left out, and why.

    Requests that may change data come after the others, registering and logging in first,
    deleting later, logging out last of all.

    :param samples: values for arguments, by the arguments' names.
    :param unsafe: include methods that may change data.
    """
    if app is None:
        return [], ["routes; what was named is not a Flask application"]
    found: list[Derived] = []
    skipped = []
    for rule in app.url_map.iter_rules():
        if rule.websocket or rule.build_only:
            skipped.append(f"{rule.rule}: {'a websocket' if rule.websocket else 'only built'}")
            continue
        try:
            found += _Rule(app, rule).requests(samples, unsafe)
        except NoSample as error:
            skipped.append(str(error))
    if found:
        found.append(_Page("", MISSING_PAGE, "no rule").request("GET", "no such page"))
    distinct = {json.dumps({**request, "source": ""}): request for request in found}
    order = sorted(distinct.values(), key=_turn)
    return order, skipped


def _turn(request: Mapping[str, Any]) -> tuple[int, int]:
    """Return when a request has its turn: what harms least is first, as a visitor would do it."""
    safe = request["method"] in (*SAFE, UNROUTED)
    if request["last"]:
        return 3, not safe
    if safe:
        return 0, 0
    if request["method"] == "DELETE":
        return 2, 0
    return 1, next((n for n, word in enumerate(_ENTRANCES) if word.search(request["source"])), 9)


class _Page:
    """A URL of the application, and the rule it was made from."""

    def __init__(self, host: str, target: str, rule: str) -> None:
        self.host = host
        self.target = target
        self.rule = rule

    def at(self, target: str) -> _Page:
        """Return the page of the same host and rule that has another target."""
        return _Page(self.host, target, self.rule)

    def request(
        self,
        method: str,
        variant: str = "",
        *,
        query: str = "",
        headers: Sequence[Sequence[str]] = (),
        body: bytes = b"",
        form: bool = False,
    ) -> Derived:
        """Return a request for it.

        :param form: whether to send the fields of the form in the page that this URL has.
        """
        return {
            "method": method,
            "target": f"{self.target}?{query}" if query else self.target,
            "host": self.host,
            "headers": list(headers),
            "body": base64.b64encode(body).decode("ascii"),
            "source": self.rule,
            "variant": variant,
            "form": form,
            "last": _EXITS.search(self.rule) is not None,
        }


class _Rule:
    """One rule, and what may be asked of it."""

    def __init__(self, app: Any, rule: Any) -> None:
        self.app = app
        self.rule = rule
        self.view = app.view_functions.get(rule.endpoint)
        self.methods = sorted(rule.methods or SAFE, key=lambda name: (name not in SAFE, name))

    def requests(self, samples: Samples, unsafe: bool) -> Iterator[Derived]:
        """Give the requests for each set of arguments."""
        for values in arguments(self.app, self.rule, samples):
            page = self._page(values)
            for method in self.methods:
                if method in SAFE:
                    yield page.request(method)
                elif unsafe:
                    yield from self._changing(page, method)
            if UNROUTED not in self.methods:
                yield page.request(UNROUTED, "no such method")
            if "GET" in self.methods:
                yield from self._variants(page, values)

    def _page(self, values: Mapping[str, Any]) -> _Page:
        app, rule = self.app, self.rule
        try:
            with app.app_context():
                built = rule.build(dict(values), append_unknown=False)
        except Exception as error:  # a converter of the application's own
            raise NoSample(f"{rule.rule}: {type(error).__name__} in building its URL") from error
        if built is None:
            named = ", ".join(f"{name}={value!r}" for name, value in values.items())
            raise NoSample(f"{rule.rule}: no URL can be built with {named or 'no arguments'}")
        host, path = built
        if not app.url_map.host_matching:
            server = app.config.get("SERVER_NAME")
            host = f"{host}.{server}" if host and server and app.subdomain_matching else ""
        return _Page(host, path, rule.rule)

    def _variants(self, page: _Page, values: Mapping[str, Any]) -> Iterator[Derived]:
        """Ask for the page in other words: with a query, a slash too few, special characters."""
        if is_static(self.rule):
            yield from self._parts(page)
            return
        yield from self._queries(page)
        if page.target.endswith("/") and page.target != "/":
            yield page.at(page.target[:-1]).request("GET", "no slash")
        for text, variant in ((DIFFICULT, ""), *((t, name) for name, t in LONG_TEXTS.items())):
            special = difficult(self.rule, dict(values), text)
            if special is not None:
                yield self._page(special).request("GET", variant or "special characters")
        for variant, target in odd_paths(page.target):
            yield page.at(target).request("GET", variant)
        for target in unlikely_targets(self.rule, values):
            yield page.at(target).request("GET", "an unlikely argument")
        read = [(name, "1") for name in header_fields(self.view)]
        yield page.request("GET", "as a script asks", headers=[*HEADERS, *read])
        named = "".join(f"; {name}=1" for name in cookie_fields(self.view))
        yield page.request("GET", "odd cookies", headers=[("Cookie", COOKIES + named)])

    def _queries(self, page: _Page) -> Iterator[Derived]:
        read = query_fields(self.view)
        names = read or ["sample", "text"]
        likely = urlencode([(name, value_for(name, "1")) for name in names])
        yield page.request("GET", "a query", query=likely)
        difficult_query = urlencode([(name, DIFFICULT) for name in [*names, names[0]]])
        yield page.request("GET", "special characters in the query", query=difficult_query)
        yield page.request("GET", "an odd query", query=odd_query(names))
        for variant, text in LONG_TEXTS.items() if read else ():
            query = urlencode([(name, text) for name in names])
            yield page.request("GET", f"{variant} in the query", query=query)

    def _parts(self, page: _Page) -> Iterator[Derived]:
        """Ask for a file in part, and whether it is another than one has."""
        for ranges in ("0-9", "-5", "0-0,2-3", "5-", "99999999-", "9-1"):
            yield page.request("GET", "a part", headers=[("Range", f"bytes={ranges}")])
        for name, value in (
            ("If-Modified-Since", FAR_FUTURE),
            ("If-Modified-Since", "nonsense"),
            ("If-None-Match", "*"),
            ("If-None-Match", '"another"'),
        ):
            yield page.request("GET", "not modified", headers=[(name, value)])

    def _changing(self, page: _Page, method: str) -> Iterator[Derived]:
        """Send a method that may change data: with nothing, the page's form, and JSON."""
        yield page.request(method, "no body")
        if method == "DELETE":
            return
        names = body_fields(self.view) or ["sample", "text"]
        values = {name: value_for(name) for name in names}
        fields = urlencode({**values, "text": DIFFICULT}) + "&csrf_token={{csrf_token}}"
        headers = [["Content-Type", FORM]]
        yield page.request(method, "a form", headers=headers, body=fields.encode(), form=True)
        document = json.dumps({**values, "text": DIFFICULT}).encode()
        headers = [["Content-Type", "application/json"]]
        yield page.request(method, "JSON", headers=headers, body=document)
        yield page.request(method, "no JSON", headers=headers, body=document[:-1])
        parts = {**values, "text": DIFFICULT, "csrf_token": "{{csrf_token}}"}
        headers = [["Content-Type", MULTIPART]]
        content = multipart(parts, file_fields(self.view) or ["file"])
        yield page.request(method, "files", headers=headers, body=content)
