"""Header values and dates alone, and the headers of a response."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from benchmarks.kernel import Names, declare, pairs
from benchmarks.scenario import FLAVOURS, Statement, as_it_is, flaskfast_name

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


cookie = declare(
    "parse-cookie",
    "a Cookie header with 5 cookies",
    "f(header)",
    COOKIES,
    ours="flaskfast.http:parse_cookie",
    goal={"werkzeug": 1 / 8, "falcon": 1.0},
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


LIST = 'gzip, deflate, "a, b", br'

declare(
    "parse-list",
    "a list of 4 items, one of them quoted",
    "f(header)",
    ["gzip", "deflate", "a, b", "br"],
    ours="flaskfast.http:parse_list_header",
    goal={"werkzeug": 1 / 8},
    header=LIST,
)

declare(
    "parse-dict",
    "a list of 4 directives, one of them with a quoted value",
    "f(header)",
    {"max-age": "0", "no-cache": None, "private": "x, y", "a": "b"},
    ours="flaskfast.http:parse_dict_header",
    goal={"werkzeug": 1 / 8},
    header='max-age=0, no-cache, private="x, y", a=b',
)

declare(
    "parse-set",
    "an Allow header with 4 methods",
    "f(header)",
    ["GET", "HEAD", "OPTIONS", "POST"],
    ours="flaskfast.http:parse_set_header",
    goal={"werkzeug": 1 / 3},
    same=list,
    header="GET, HEAD, OPTIONS, POST",
)

declare(
    "parse-cache-control",
    "a Cache-Control header with 2 directives",
    "f(header)",
    {"no-cache": None, "max-age": "0"},
    ours="flaskfast.http:parse_cache_control_header",
    goal={"werkzeug": 1 / 3},
    same=dict,
    header="no-cache, max-age=0",
)

declare(
    "parse-csp",
    "a Content-Security-Policy header with 3 directives",
    "f(header)",
    {"default-src": "'self'", "script-src": "'self' cdn.example.com", "img-src": "*"},
    ours="flaskfast.http:parse_csp_header",
    goal={"werkzeug": 1.0},
    same=dict,
    header="default-src 'self'; script-src 'self' cdn.example.com; img-src *",
)

declare(
    "unquote-value",
    "a quoted string with escapes",
    "f(value)",
    'some "value" with blanks',
    ours="flaskfast.http:unquote_header_value",
    goal={"werkzeug": 1 / 8},
    value='"some \\"value\\" with blanks"',
)

declare(
    "dump-header",
    "3 directives into a header",
    "f(directives)",
    'max-age=0, no-cache, private="x, y"',
    ours="flaskfast.http:dump_header",
    goal={"werkzeug": 1.0},
    directives={"max-age": "0", "no-cache": None, "private": "x, y"},
)

CREDENTIALS = {
    "basic": (
        "Basic dXNlcjpwYXNzd29yZA==",
        {"username": "user", "password": "password"},
    ),
    "bearer": ("Bearer eyJhbGciOiJIUzI1NiJ9.e30.dFWqW2M", {}),
    "digest": (
        'Digest username="u", realm="r", nonce="n", uri="/", response="a", qop=auth, nc=00000001',
        {
            "username": "u",
            "realm": "r",
            "nonce": "n",
            "uri": "/",
            "response": "a",
            "qop": "auth",
            "nc": "00000001",
        },
    ),
}

for scheme, (credentials, parameters) in CREDENTIALS.items():
    declare(
        f"parse-{scheme}",
        f"an Authorization header of {scheme.title()}",
        "f(header)",
        parameters,
        ours="flaskfast.http:parse_authorization_header",
        theirs="werkzeug.datastructures:Authorization.from_header",
        goal={"werkzeug": 1 / 8 if scheme == "digest" else 1.0},
        same=lambda credentials: credentials.parameters,
        header=credentials,
    )


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


@best.peer("falcon", note="keeps the outcome in a cache, so that this is a look-up")
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


@date.peer("falcon", note="reads one of the three formats")
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


TAGS = '"6543-21-abcdef", W/"33a64df551425fcc", "x"'


def tags_of(etags: Any) -> tuple[set[str], set[str]]:
    """Return the strong tags, and all of them."""
    return etags.as_set(), etags.as_set(include_weak=True)


declare(
    "parse-etags",
    "an If-None-Match header with 3 entity tags",
    "f(header)",
    ({"6543-21-abcdef", "x"}, {"6543-21-abcdef", "x", "33a64df551425fcc"}),
    ours="flaskfast.http:parse_etags",
    goal={"werkzeug": 1 / 2},
    same=tags_of,
    header=TAGS,
)

declare(
    "parse-range",
    "a Range header with 3 ranges",
    "f(header)",
    [(0, 500), (1000, 2000), (5000, None)],
    ours="flaskfast.http:parse_range_header",
    goal={"werkzeug": 1 / 4},
    same=lambda asked: asked.ranges,
    header="bytes=0-499, 1000-1999, 5000-",
)

declare(
    "parse-content-range",
    "a Content-Range header",
    "f(header)",
    (0, 500, 1234),
    ours="flaskfast.http:parse_content_range_header",
    goal={"werkzeug": 1.0},
    same=lambda part: (part.start, part.stop, part.length),
    header="bytes 0-499/1234",
)

declare(
    "is-resource-modified",
    "whether a resource has changed, by its tag and date",
    "f(environ, etag, last_modified=moment)",
    False,
    ours="flaskfast.http:is_resource_modified",
    goal={"werkzeug": 1 / 2},
    environ={"HTTP_IF_NONE_MATCH": TAGS, "HTTP_IF_MODIFIED_SINCE": DATE},
    etag='"x"',
    moment=MOMENT,
)


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


@headers.peer("multidict", note="does not refuse line ends in values")
def _() -> Names:
    from multidict import CIMultiDict

    return header_names(CIMultiDict, lambda headers: list(headers.items()))
