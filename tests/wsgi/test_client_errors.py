"""What a client sends wrongly is the client's error, or nothing at all; never the server's."""

from __future__ import annotations

import gc
import io
import random
import sys
from types import ModuleType
from typing import Any

import pytest

from .gateway import Answer, call, environ_for


def _ask(flask: ModuleType, read: Any, **headers: str) -> Answer:
    app = flask.Flask(__name__)
    app.add_url_rule("/", "index", lambda: repr(read(flask.request)))
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return call(app, environ_for(headers=names), hostile=True)


_FAR_DATES = [
    "Sat, 01 Jan 99999999999 00:00:00 GMT",
    "Sat, 01 Jan 10000 00:00:00 GMT",
    "Fri, 31 Dec 9999 23:59:59 -2359",
    "Mon, 01 Jan 0001 00:00:00 +2359",
    "Mon, 99999999999999999999 Jan 2020 00:00:00 GMT",
    "Mon, 01 Jan 2020 99:99:99 GMT",
    "Mon, 01 Jan 2020 00:00:00 +9999999999",
]


@pytest.mark.genuine_fails("Dates that no calendar has end in 500.")
@pytest.mark.parametrize("name", ["if_modified_since", "if_unmodified_since", "date", "if_range"])
def test_beat_3_dates_that_no_calendar_has(flask: ModuleType, name: str) -> None:
    """They count as not sent, by attribute."""
    for date in _FAR_DATES:
        answer = _ask(flask, lambda request: getattr(request, name), **{name: date})
        assert (date, answer.code) == (date, 200)


@pytest.mark.genuine_fails("Dates that no calendar has end in 500.")
@pytest.mark.parametrize("header", ["If-Modified-Since", "If-Range"])
def test_beat_3_dates_that_no_calendar_has_in_conditions(flask: ModuleType, header: str) -> None:
    """They match nothing, in conditional answers: the whole content comes back.

    One that is beyond every calendar only after adding its offset is late, and may be 304.
    """
    app = flask.Flask(__name__)

    @app.route("/")
    def index() -> Any:
        return flask.send_file(io.BytesIO(b"whole"), "text/plain", last_modified=1.5e9, etag="x")

    part = {"Range": "bytes=0-3"} if header == "If-Range" else {}
    for date in _FAR_DATES:
        answer = call(app, environ_for(headers={header: date, **part}))
        expected = {(200, b"whole")}
        if date.startswith("Fri, 31 Dec 9999"):
            # Readable, only late: Werkzeug takes a later date for a match.
            expected.add({"If-Modified-Since": (304, b""), "If-Range": (206, b"whol")}[header])
        assert (answer.code, answer.body) in expected, date


@pytest.mark.genuine_fails("Credentials that are not ASCII end in 500.")
@pytest.mark.parametrize("value", ["Basic \xff", "Basic dXNlcg\xff==", "Basic \x80\x80\x80\x80"])
def test_beat_3_credentials_that_are_not_ascii(flask: ModuleType, value: str) -> None:
    """They are none."""
    answer = _ask(flask, lambda request: request.authorization, Authorization=value)
    assert answer.code in (200, 400)


_NO_CREDENTIALS = [
    "Basic", "Basic ", "Basic =", "Basic gA==", "Basic Og==", "Basic \x00", "", " ", "Digest",
    "Digest \xff=\xff", 'Digest a="', "Digest username*=utf-8''%ff", "\xff", "Bearer",
    "Basic " + "A" * 65536,
]  # fmt: skip


@pytest.mark.parametrize("value", _NO_CREDENTIALS, ids=lambda value: ascii(value[:20]))
def test_credentials_of_all_sorts(flask: ModuleType, value: str) -> None:
    """Whatever stands in Authorization can be looked at."""

    def read(request: Any) -> Any:
        credentials = request.authorization
        return credentials and (credentials.username, credentials.password, credentials.token)

    assert _ask(flask, read, Authorization=value).code == 200


@pytest.mark.genuine_fails("Bytes that are not UTF-8 end in 500.")
@pytest.mark.parametrize("query", ["\xff", "a=\xff", "\xff=a", "a=1&b=\xc3", "%ff=\xff"])
@pytest.mark.parametrize("name", ["args", "values", "full_path"])
def test_beat_3_bytes_in_the_query(flask: ModuleType, query: str, name: str) -> None:
    """A query that is not UTF-8 is read with what can be read, or refused as 400."""
    app = flask.Flask(__name__)
    app.add_url_rule("/", "index", lambda: repr(getattr(flask.request, name)))
    assert call(app, environ_for(query=query), hostile=True).code in (200, 400)


@pytest.mark.parametrize("query", ["\xff", "a=\xff", "a=1&b=\xc3"])
def test_bytes_in_the_query_of_a_redirect(flask: ModuleType, query: str) -> None:
    """A redirect to the address with a slash carries them on, encoded."""
    app = flask.Flask(__name__)
    app.add_url_rule("/dir/", "dir", lambda: flask.request.url)
    answer = call(app, environ_for("/dir", query=query), hostile=True)
    assert answer.code == 308
    assert (answer.header("Location") or "").isascii()
    assert call(app, environ_for("/dir/", query=query), hostile=True).code == 200


def test_encoded_bytes_in_the_query_are_kept(flask: ModuleType) -> None:
    """Percent-encoded bytes that are not UTF-8 stay encoded, as Flask has them."""
    app = flask.Flask(__name__)
    app.add_url_rule("/", "index", lambda: flask.request.args["a"])
    assert call(app, environ_for(query="a=%ff%41%e2%82")).body.decode() == "%FFA%E2%82"


# Python 3.13 raises another exception for such names, one that Werkzeug expects.
_NO_IDNA = (
    [pytest.mark.genuine_fails("A host that is no IDNA ends in 500.")]
    if sys.version_info < (3, 13)
    else []
)


@pytest.mark.parametrize(
    "host",
    [
        *(pytest.param(host, marks=_NO_IDNA) for host in ("xn--", "a.xn--.b", "xn--a-ecp.test:80")),
        "xn--\xff",
        "xn--" * 50,
        "xn--nxasmq6b.test",
    ],
)
@pytest.mark.parametrize("name", ["url", "base_url", "root_url", "host_url"])
def test_beat_3_hosts_that_are_no_idna(flask: ModuleType, host: str, name: str) -> None:
    """A name that cannot be decoded is kept as it came, or refused as 400."""
    assert _ask(flask, lambda request: request.host, Host=host).code in (200, 400)
    assert _ask(flask, lambda request: getattr(request, name), Host=host).code in (200, 400)


def test_beat_5_cookies_of_any_bytes(flask: ModuleType) -> None:
    """No text that a server may pass on makes reading cookies fail."""
    app = flask.Flask(__name__)
    app.add_url_rule("/", "index", lambda: repr(list(flask.request.cookies.items(multi=True))))
    chance = random.Random(5)
    alphabet = [chr(number) for number in range(256)] + list('=;,"\\ ') * 20
    texts = ["".join(chance.choices(alphabet, k=chance.randrange(1, 40))) for _ in range(3000)]
    texts += [
        f'a="{escape}"'
        for escape in ("\\400", "\\777", "\\3", "\\", '\\"', "\\08\\09", "\\377\\376")
    ]
    bad = [
        text
        for text in texts
        if call(app, environ_for(headers={"Cookie": text}), hostile=True).code != 200
    ]
    assert bad == []


@pytest.mark.parametrize(
    ("cookie", "expected"),
    [
        ("a=1; b=2", [("a", "1"), ("b", "2")]),
        ("a=1;b=2", [("a", "1"), ("b", "2")]),
        ("a=1; a=2", [("a", "1"), ("a", "2")]),
        ('a="x\\073y"', [("a", "x;y")]),
        ("a=\xc3\xa9", [("a", "\xc3\xa9")]),
        ("=__Host-a=1", []),
        ("; ;", []),
    ],
)
def test_cve_2023_23934_cookies(
    flask: ModuleType, cookie: str, expected: list[tuple[str, str]]
) -> None:
    """A nameless cookie does not pass for another one's name."""
    app = flask.Flask(__name__)
    app.add_url_rule(
        "/", "index", lambda: flask.jsonify(list(flask.request.cookies.items(multi=True)))
    )
    answer = call(app, environ_for(headers={"Cookie": cookie}), hostile=True)
    assert [tuple(pair) for pair in flask.json.loads(answer.body)] == expected


@pytest.mark.parametrize("cookie", ["\xa0__Host-a=1", "\xc2\xa0__Host-a=1", "\x85__Host-a=1"])
def test_cve_2023_23934_spaces_beyond_ascii(flask: ModuleType, cookie: str) -> None:
    """A space that browsers do not know as one does not turn into a protected name."""
    app = flask.Flask(__name__)
    app.add_url_rule("/", "index", lambda: flask.jsonify("__Host-a" in flask.request.cookies))
    answer = call(app, environ_for(headers={"Cookie": cookie}), hostile=True)
    assert answer.body.strip() == b"false"


def test_cve_2026_53539_semicolons_separate_nothing_in_a_query(flask: ModuleType) -> None:
    """``;`` belongs to the value; a million of them take linear time."""
    app = flask.Flask(__name__)
    app.add_url_rule("/", "index", lambda: flask.jsonify(flask.request.args))
    answer = call(app, environ_for(query="a=1;b=2&c=3"))
    assert flask.json.loads(answer.body) == {"a": "1;b=2", "c": "3"}
    assert call(app, environ_for(query="a;" * 1_000_000)).code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "FOO", "get", ""])
def test_other_methods_are_405_with_allow(flask: ModuleType, method: str) -> None:
    """A method that the route does not have; an odd one that nobody has."""
    app = flask.Flask(__name__)
    app.add_url_rule("/", "index", lambda: "fine")
    answer = call(app, environ_for("/", method), hostile=True)
    if method == "get":
        assert answer.code in (200, 405)
    else:
        assert answer.code == 405
        assert set((answer.header("Allow") or "").split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_django_cve_2023_23969_no_cache_of_client_bytes(flask: ModuleType) -> None:
    """Nothing that a client sends stays in a cache that grows."""
    import tracemalloc

    size = 16 * 1024
    app = flask.Flask(__name__)
    app.add_url_rule(
        "/<name>/", "index", lambda name: str(flask.request.accept_languages.best_match(["de"]))
    )

    def ask(number: int) -> None:
        text = f"x{number}-" + "a" * size
        headers = {"Accept-Language": text, "Cookie": f"{text}={text}", "User-Agent": text}
        headers["Content-Type"] = f"text/{text}"
        call(app, environ_for(f"/{text}/", query=text, headers=headers), hostile=True)

    for number in range(5):
        ask(number)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for number in range(5, 45):
            ask(number)
        gc.collect()
        kept = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert kept < 8 * size
