"""Kernels alone: escaping, routing, headers, query strings.

Each is timed against the library function that it replaces and the best peer.
flaskfast's side is looked up by the name it has in `flaskfast.markup`,
`flaskfast.routing` or `flaskfast.http`; while that does not exist, the row says so.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from benchmarks.scenario import FLAVOURS, Statement, as_it_is, flaskfast_module, flaskfast_name
from benchmarks.shared import worker

Names = dict[str, Any]


def declare(
    name: str,
    what: str,
    statement: str,
    expect: Any,
    *,
    ours: str,
    theirs: str = "",
    goal: dict[str, float],
    same: Callable[[Any], Any] = as_it_is,
    calls: int = 300,
    repeat: int = 1,
    replaces: str = "werkzeug",
    **names: Any,
) -> Statement:
    """Declare a function that flaskfast and a library have under ``module:name`` each.

    The statement calls it as ``f``.
    """
    scenario = Statement(
        name,
        what,
        group="kernel",
        replaces=replaces,
        statement=statement,
        expect=expect,
        same=same,
        goal=goal,
        calls=calls,
        repeat=repeat,
    )
    for flavour in FLAVOURS:
        scenario.peer(flavour)(
            lambda flavour=flavour: {"f": flaskfast_name(flavour, ours), **names}
        )
    module, _, attribute = (theirs or ours.replace("flaskfast", "werkzeug")).partition(":")

    @scenario.peer(replaces)
    def _() -> Names:
        return {"f": getattr(importlib.import_module(module), attribute), **names}

    return scenario


# -- escape ---------------------------------------------------------------------------------

LENGTHS = {"short": 20, "medium": 1_000, "long": 100_000}
# Every n-th character is special, 0: none.
DENSITIES = {"clean": 0, "sparse": 100, "dense": 3}
# The largest share of MarkupSafe's time that is allowed.
ESCAPE_GOALS = {
    ("short", "clean"): 1 / 3,
    ("short", "sparse"): 1 / 3,
    ("short", "dense"): 1 / 3,
    ("medium", "dense"): 1 / 2,
    ("long", "clean"): 1 / 10,
    ("long", "dense"): 1 / 2,
}
SPECIAL = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "'": "&#39;", '"': "&#34;"}


def text_to_escape(length: int, every: int, alphabet: str) -> str:
    """Return text of that length with a special character at every *every*-th place."""
    specials = "".join(SPECIAL)
    return "".join(
        specials[i // every % 5] if every and i % every == every // 2 else alphabet[i % 16]
        for i in range(length)
    )


def declare_escape(length: str, density: str, alphabet: str, suffix: str = "") -> None:
    """Declare escaping of one kind of text."""
    text = text_to_escape(LENGTHS[length], DENSITIES[density], alphabet)
    expect = "".join(SPECIAL.get(char, char) for char in text)
    # A text without anything to escape would be a benchmark of something else.
    found = sum(char in SPECIAL for char in text)
    wanted = LENGTHS[length] // DENSITIES[density] if DENSITIES[density] else 0
    assert abs(found - wanted) <= 1, (length, density, found)
    declare(
        f"escape-{length}-{density}{suffix}",
        f"{LENGTHS[length]:,} characters, {found:,} of them special",
        "f(text)",
        expect,
        ours="flaskfast.markup:escape",
        theirs="markupsafe:escape",
        replaces="markupsafe",
        goal={"markupsafe": ESCAPE_GOALS.get((length, density), 1.0)},
        same=str,
        calls=5 if length == "long" else 300,
        repeat=10 if length == "short" else 1,
        text=text,
    )


for length in LENGTHS:
    for density in DENSITIES:
        declare_escape(length, density, "abcdefghij klmno")
for density in ("clean", "dense"):
    declare_escape("medium", density, "äöüßéèêñçåøæðþÿ ", "-latin1")
    declare_escape("medium", density, "абвгдежзийклмноп", "-cyrillic")
    declare_escape("medium", density, "😀😁😂🤣😃😄😅😆😉😊😋😎😍😘🥰😗", "-emoji")


# -- routing --------------------------------------------------------------------------------


def rules(count: int) -> list[str]:
    """Return rules of which the middle one will be asked for."""
    return [f"/resource{number}/<int:uid>/edit" for number in range(count)]


def declare_match(count: int) -> None:
    """Declare matching among *count* rules."""
    path = f"/resource{count // 2}/1234/edit"
    scenario = Statement(
        f"match-{count}",
        f"find a rule with an int among {count:,}",
        group="kernel",
        replaces="werkzeug",
        statement="match(path, method='GET')",
        expect=(count // 2, {"uid": 1234}),
        goal={"werkzeug": 1 / 8, "autoroutes": 1.0, "routrie": 1.0},
        calls=200,
        # Registering more takes minutes under callgrind.
        gated=count <= 100,
    )

    def adapter(routing: Any) -> Names:
        table = routing.Map(
            [
                routing.Rule(rule, endpoint=number, methods=["GET"])
                for number, rule in enumerate(rules(count))
            ]
        )
        return {"match": table.bind("bench.example").match, "path": path}

    for flavour in FLAVOURS:
        scenario.peer(flavour)(
            lambda flavour=flavour: adapter(flaskfast_module(flavour, "flaskfast.routing"))
        )

    @scenario.peer("werkzeug")
    def _() -> Names:
        return adapter(importlib.import_module("werkzeug.routing"))

    @scenario.peer("autoroutes", why="leaves the method and the conversion to int to the caller")
    def _() -> Names:
        import autoroutes

        routes = autoroutes.Routes()
        for number, rule in enumerate(rules(count)):
            routes.add(rule.replace("<int:uid>", "{uid:digit}"), endpoint=number)
        check = routes.match(path)
        assert check == ({"endpoint": count // 2}, {"uid": "1234"}), check
        return {"statement": "match(path)", "match": routes.match, "path": path}

    @scenario.peer("routrie", why="any text is a parameter; no method, no conversion to int")
    def _() -> Names:
        import routrie

        router = routrie.Router(
            {rule.replace("<int:uid>", ":uid"): n for n, rule in enumerate(rules(count))}
        )
        check = router.find(path)
        assert check == (count // 2, [("uid", "1234")]), check
        return {"statement": "find(path)", "find": router.find, "path": path}

    @scenario.peer("falcon", why="the method is looked up by the caller")
    def _() -> Names:
        if count > 2000:
            raise worker.Absent("takes minutes to register these; see routes-10000")
        from falcon.routing import CompiledRouter

        class Edit:
            def __init__(self, number: int) -> None:
                self.number = number

            def on_get(self, req: Any, resp: Any, uid: int) -> None:
                """Never called."""

        router = CompiledRouter()
        for number, rule in enumerate(rules(count)):
            router.add_route(rule.replace("<int:uid>", "{uid:int}"), Edit(number), compile=False)
        check = router.find(path)
        assert check is not None and check[0].number == count // 2 and check[2] == {"uid": 1234}
        return {"statement": "find(path)", "find": router.find, "path": path}


for count in (10, 100, 1_000, 10_000):
    declare_match(count)

build = Statement(
    "build",
    "build the URL of a rule with an int and a string, among 100",
    group="kernel",
    replaces="werkzeug",
    statement="build('post', values)",
    expect="/users/8/posts/tea%20&%20cake?page=2",
    goal={"werkzeug": 1 / 4},
    calls=200,
)


def builder(routing: Any) -> Names:
    """Return what builds URLs with this package's maps."""
    others = [routing.Rule(rule, endpoint=number) for number, rule in enumerate(rules(99))]
    table = routing.Map([*others, routing.Rule("/users/<int:uid>/posts/<slug>", endpoint="post")])
    return {
        "build": table.bind("bench.example").build,
        "values": {"uid": 8, "slug": "tea & cake", "page": 2},
    }


for flavour in FLAVOURS:
    build.peer(flavour)(
        lambda flavour=flavour: builder(flaskfast_module(flavour, "flaskfast.routing"))
    )
build.peer("werkzeug")(lambda: builder(importlib.import_module("werkzeug.routing")))


# -- headers --------------------------------------------------------------------------------

COOKIE_HEADER = (
    'theme=dark; session=eyJ1c2VyX2lkIjo0Mn0.aOZ0AA.Zk1; lang="en-GB"; '
    "_ga=GA1.2.1234567890.1712345678; cart=3%2C14%2C15"
)
COOKIES = [
    ("theme", "dark"),
    ("session", "eyJ1c2VyX2lkIjo0Mn0.aOZ0AA.Zk1"),
    ("lang", "en-GB"),
    ("_ga", "GA1.2.1234567890.1712345678"),
    ("cart", "3%2C14%2C15"),
]


def pairs(multidict: Any) -> list[tuple[str, str]]:
    """Return a MultiDict's items, repeated ones too."""
    return list(multidict.items(multi=True))


cookie = declare(
    "parse-cookie",
    "a Cookie header with 5 cookies",
    "f(header)",
    COOKIES,
    ours="flaskfast.http:parse_cookie",
    goal={"werkzeug": 1 / 4, "falcon": 1.0},
    same=pairs,
    header=COOKIE_HEADER,
)


@cookie.peer("falcon", why="gives a dict of lists")
def _() -> Names:
    from falcon.request_helpers import _parse_cookie_header as parse_cookie_header

    assert {k: v[0] for k, v in parse_cookie_header(COOKIE_HEADER).items()} == dict(COOKIES)
    return {"f": parse_cookie_header, "header": COOKIE_HEADER, "same": as_it_is}


OPTIONS = 'form-data; name="upload"; filename="a \\"quoted\\" name; with.txt"'
PARSED_OPTIONS = ("form-data", {"name": "upload", "filename": 'a "quoted" name; with.txt'})

options = declare(
    "options-header",
    "a Content-Disposition with a quoted filename",
    "f(header)",
    PARSED_OPTIONS,
    ours="flaskfast.http:parse_options_header",
    goal={"werkzeug": 1 / 8, "falcon": 1.0, "multipart": 1.0},
    header=OPTIONS,
)


@options.peer("falcon")
def _() -> Names:
    from falcon import parse_header

    return {"f": parse_header, "header": OPTIONS}


@options.peer("multipart")
def _() -> Names:
    from multipart import parse_options_header

    return {"f": parse_options_header, "header": OPTIONS}


OFFERS = ["application/json", "application/xml"]
ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"


def accepting(parse: Any, kind: Any) -> Names:
    """Return the names that the two statements need."""
    return {"parse": parse, "kind": kind, "header": ACCEPT, "offers": OFFERS}


def declare_accept(name: str, what: str, **options: Any) -> Statement:
    """Declare something done with that header, by Werkzeug and by flaskfast."""
    scenario = Statement(name, what, group="kernel", replaces="werkzeug", calls=100, **options)

    for flavour in FLAVOURS:
        scenario.peer(flavour)(
            lambda flavour=flavour: accepting(
                flaskfast_name(flavour, "flaskfast.http:parse_accept_header"),
                flaskfast_name(flavour, "flaskfast.http:MIMEAccept"),
            )
        )

    @scenario.peer("werkzeug")
    def _() -> Names:
        from werkzeug.datastructures import MIMEAccept
        from werkzeug.http import parse_accept_header

        return accepting(parse_accept_header, MIMEAccept)

    return scenario


declare_accept(
    "parse-accept",
    "an Accept header with 5 types",
    statement="parse(header, kind)",
    expect=[
        ("text/html", 1),
        ("application/xhtml+xml", 1),
        ("image/webp", 1),
        ("application/xml", 0.9),
        ("*/*", 0.8),
    ],
    same=list,
    goal={"werkzeug": 1 / 10},
)

best = declare_accept(
    "best-match",
    "parse that header and choose the best of two types",
    statement="parse(header, kind).best_match(offers)",
    expect="application/xml",
    goal={"werkzeug": 1 / 10, "falcon": 1.0},
)


@best.peer("falcon", why="keeps the outcome in a cache, so that this is a look-up")
def _() -> Names:
    from falcon.util.mediatypes import best_match

    return {
        "statement": "best_match(offers, header)",
        "best_match": best_match,
        "offers": OFFERS,
        "header": ACCEPT,
    }


MOMENT = datetime(2026, 11, 6, 8, 49, 37, tzinfo=timezone.utc)
DATE = "Fri, 06 Nov 2026 08:49:37 GMT"

date = declare(
    "parse-date",
    "an HTTP date into a datetime",
    "f(header)",
    MOMENT,
    ours="flaskfast.http:parse_date",
    goal={"werkzeug": 1 / 6, "falcon": 1.0},
    header=DATE,
)


@date.peer("falcon")
def _() -> Names:
    from falcon import http_date_to_dt

    return {"f": http_date_to_dt, "header": DATE}


@date.peer("stdlib")
def _() -> Names:
    from email.utils import parsedate_to_datetime

    return {"f": parsedate_to_datetime, "header": DATE}


written_date = declare(
    "http-date",
    "a datetime into an HTTP date",
    "f(moment)",
    DATE,
    ours="flaskfast.http:http_date",
    goal={"werkzeug": 1 / 4, "falcon": 1.0},
    moment=MOMENT,
)


@written_date.peer("falcon")
def _() -> Names:
    from falcon import dt_to_http

    return {"f": dt_to_http, "moment": MOMENT}


HEADER_PAIRS = [
    ("Content-Type", "text/html; charset=utf-8"),
    ("Content-Length", "1234"),
    ("Vary", "Cookie"),
]
BUILT = [*HEADER_PAIRS, ("Cache-Control", "no-store")]

headers = Statement(
    "headers-build",
    "three headers, one more set, one read, all listed",
    group="kernel",
    replaces="werkzeug",
    statement="build(pairs)",
    expect=BUILT,
    goal={"werkzeug": 1 / 3, "multidict": 1.0},
    calls=300,
)


def header_names(headers_class: Any, listed: Callable[[Any], list[tuple[str, str]]]) -> Names:
    """Return the names of the statement for one class of headers."""

    def build(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
        headers = headers_class(pairs)
        headers["Cache-Control"] = "no-store"
        assert headers.get("content-length") == "1234"
        return listed(headers)

    return {"build": build, "pairs": HEADER_PAIRS}


def wsgi_list(headers: Any) -> list[tuple[str, str]]:
    """Return Werkzeug's headers as WSGI wants them."""
    listed: list[tuple[str, str]] = headers.to_wsgi_list()
    return listed


@headers.peer("werkzeug")
def _() -> Names:
    from werkzeug.datastructures import Headers

    return header_names(Headers, wsgi_list)


for flavour in FLAVOURS:
    headers.peer(flavour)(
        lambda flavour=flavour: header_names(
            flaskfast_name(flavour, "flaskfast.http:Headers"), wsgi_list
        )
    )


@headers.peer("multidict")
def _() -> Names:
    from multidict import CIMultiDict

    return header_names(CIMultiDict, lambda headers: list(headers.items()))


# -- query strings --------------------------------------------------------------------------


def declare_query(name: str, what: str, text: str, expect: list[tuple[str, str]]) -> None:
    """Declare the parsing of one query string into the MultiDict that request.args is."""
    scenario = Statement(
        name,
        what,
        group="kernel",
        replaces="werkzeug",
        statement="parse(text)",
        expect=expect,
        same=pairs,
        goal={"werkzeug": 1 / 6, "falcon": 1.0, "fast-query-parsers": 1.0},
        calls=200 if len(expect) < 10 else 5,
    )

    @scenario.peer("werkzeug")
    def _() -> Names:
        from urllib.parse import parse_qsl

        from werkzeug.datastructures import ImmutableMultiDict

        def parse(text: bytes) -> Any:
            # What Request.args does with QUERY_STRING.
            return ImmutableMultiDict(
                parse_qsl(text.decode(), keep_blank_values=True, errors="werkzeug.url_quote")
            )

        return {"parse": parse, "text": text.encode()}

    for flavour in FLAVOURS:
        scenario.peer(flavour)(
            lambda flavour=flavour: {
                "parse": flaskfast_name(flavour, "flaskfast.http:parse_query"),
                "text": text.encode(),
            }
        )

    @scenario.peer("falcon", why="gives a dict; repeated names become a list")
    def _() -> Names:
        from falcon.uri import parse_query_string

        assert parse_query_string(text, keep_blank=True)[expect[0][0]] == expect[0][1]
        return {
            "statement": "parse(text, keep_blank=True)",
            "parse": parse_query_string,
            "text": text,
            "same": as_it_is,
        }

    @scenario.peer("fast-query-parsers", why="gives a list of pairs, no MultiDict")
    def _() -> Names:
        from fast_query_parsers import parse_query_string

        assert parse_query_string(text.encode(), "&") == expect
        return {
            "statement": "parse(text, '&')",
            "parse": parse_query_string,
            "text": text.encode(),
            "same": as_it_is,
        }


declare_query(
    "query-6",
    "6 fields, two with escapes",
    "q=flask+fast&page=3&sort=new&tag=a&tag=caf%C3%A9&empty=",
    [
        ("q", "flask fast"),
        ("page", "3"),
        ("sort", "new"),
        ("tag", "a"),
        ("tag", "café"),
        ("empty", ""),
    ],
)
declare_query(
    "query-1000",
    "1,000 fields",
    "&".join(f"field{n}=value+{n}" for n in range(1000)),
    [(f"field{n}", f"value {n}") for n in range(1000)],
)
