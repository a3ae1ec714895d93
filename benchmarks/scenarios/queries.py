"""Query strings alone."""

from __future__ import annotations

from typing import Any

from benchmarks.kernel import Names, pairs
from benchmarks.scenario import FLAVOURS, Statement, as_it_is, flaskfast_name


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
