"""Requests are read from whatever people have: HAR, curl, text, access logs."""

from __future__ import annotations

import base64
import json
import shlex
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flaskfast.verify import access_log, curl, har, plain, sources
from flaskfast.verify.request import Request, Unreadable, make


def one(text: str) -> Request:
    (request,) = curl.parse(text, "curl.txt", Path())
    return request


# -- curl --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "method", "target", "headers", "body"),
    [
        ("curl http://h/", "GET", "/", {}, b""),
        ("curl h:8000/a?b=c", "GET", "/a?b=c", {}, b""),
        ("curl -I http://h/", "HEAD", "/", {}, b""),
        ("curl -X DELETE http://h/a", "DELETE", "/a", {}, b""),
        ("curl -XPUT http://h/a", "PUT", "/a", {}, b""),
        ("curl --request=patch http://h/a", "PATCH", "/a", {}, b""),
        ("curl -sSL -o /dev/null 'http://h/a'", "GET", "/a", {}, b""),
        (
            "curl http://h/ -H 'X-A: b c' -H 'X-Empty;'",
            "GET",
            "/",
            {"X-A": "b c", "X-Empty": ""},
            b"",
        ),
        (
            "curl http://h/ -d a=b --data-raw 'c=d'",
            "POST",
            "/",
            {"Content-Type": "application/x-www-form-urlencoded"},
            b"a=b&c=d",
        ),
        ("curl -G http://h/s -d q=1 --data-urlencode 'r=a b'", "GET", "/s?q=1&r=a%20b", {}, b""),
        (
            "curl --json '{\"a\": 1}' http://h/",
            "POST",
            "/",
            {"Content-Type": "application/json", "Accept": "application/json"},
            b'{"a": 1}',
        ),
        (
            "curl -u me:secret http://h/",
            "GET",
            "/",
            {"Authorization": "Basic " + base64.b64encode(b"me:secret").decode()},
            b"",
        ),
        ("curl -b 'a=b; c=d' -A agent -e http://r/ h/", "GET", "/", {"Cookie": "a=b; c=d"}, b""),
        ("curl $'http://h/\\'x\\u00e9'", "GET", "/'x%C3%A9", {}, b""),
        ('curl "http://h/a" \\\n  -H "X: \\"q\\""', "GET", "/a", {"X": '"q"'}, b""),
        ("curl http://h/#part -H 'X: #y'", "GET", "/", {"X": "#y"}, b""),
    ],
)
def test_curl(line: str, method: str, target: str, headers: dict[str, str], body: bytes) -> None:
    request = one(line)
    assert (request.method, request.target, request.body) == (method, target, body)
    for name, value in headers.items():
        assert request.header(name) == value


def test_curl_with_several_commands_comments_and_urls() -> None:
    text = "# first\ncurl http://h/a; curl http://h/b\n\ncurl http://h/c http://h/d # both\n"
    found = curl.parse(text, "x", Path())
    assert [r.target for r in found] == ["/a", "/b", "/c", "/d"]
    assert [r.source for r in found] == ["x, line 2", "x, line 2", "x, line 4", "x, line 4"]


def test_curl_sends_files(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"one\ntwo\xff\n")
    (found,) = curl.parse("curl h/ --data-binary @data", "x", tmp_path)
    assert found.body == b"one\ntwo\xff\n"
    (found,) = curl.parse("curl h/ -d @data", "x", tmp_path)
    assert found.body == b"onetwo\xff"
    (found,) = curl.parse("curl h/ -F n=v -F 'f=@data;type=text/plain'", "x", tmp_path)
    content_type = found.header("Content-Type") or ""
    assert content_type.startswith("multipart/form-data; boundary=")
    assert b'name="n"\r\n\r\nv\r\n' in found.body
    assert b'name="f"; filename="data"\r\nContent-Type: text/plain\r\n\r\none' in found.body


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("curl", "line 1: this curl command has no URL"),
        ("curl --magic http://h/", "line 1: the curl option --magic is not known"),
        ("\ncurl http://h/ -H", "line 2: the curl option -H needs a value"),
        ("curl 'http://h/", "line 1: a quote is opened here and never closed"),
        ("curl h/\nwget h/", "line 2: 'wget' where a curl command was expected"),
        ("curl h/ -H nonsense", "line 1: 'nonsense' is no header"),
        ("curl h/ -d @no-such-file", "line 1: the file no-such-file cannot be read"),
        ("curl h/ -b jar.txt", "line 1: a file of cookies cannot be read"),
        ("curl ftp://h/", "'ftp://h/' is no URL of this application"),
    ],
)
def test_curl_that_cannot_be_read(text: str, words: str) -> None:
    with pytest.raises(Unreadable) as caught:
        curl.parse(text, "x", Path())
    assert words in str(caught.value)


@given(
    st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    st.text(st.characters(codec="utf-8", exclude_characters="#", exclude_categories=["C"])),
    st.dictionaries(
        st.sampled_from(["X-A", "X-B", "Accept"]),
        st.text(string.printable[:-5].strip()),
        max_size=3,
    ),
    st.binary(),
)
def test_what_is_shown_as_curl_is_the_same_request(
    method: str, path: str, headers: dict[str, str], body: bytes
) -> None:
    made = make(method, f"http://h:5/{path}", list(headers.items()), body)
    line = made.curl("h:5")
    if line.startswith("printf "):  # binary: what printf prints is what is sent
        words = shlex.split(line)
        octal = words[1].split("\\")[1:]
        assert bytes(int(number, 8) for number in octal) == body
        return
    again = one(line)
    assert (again.method, again.target) == (made.method, made.target)
    assert again.body == body
    for name, value in made.headers:
        assert again.header(name) == value.strip()


# -- HAR ---------------------------------------------------------------------------------


def recording(*requests: dict[str, Any]) -> str:
    return json.dumps({"log": {"version": "1.2", "entries": [{"request": r} for r in requests]}})


def test_har() -> None:
    text = recording(
        {
            "method": "GET",
            "url": "https://site.example/a?b=c",
            "headers": [
                {"name": ":authority", "value": "site.example"},
                {"name": "Accept", "value": "text/html"},
                {"name": "Connection", "value": "keep-alive"},
                {"name": "Host", "value": "site.example"},
            ],
            "cookies": [{"name": "c", "value": "1"}, {"name": "d", "value": "2"}],
        },
        {"method": "GET", "url": "https://cdn.example/x.js", "headers": []},
        {"method": "GET", "url": "data:text/plain,x", "headers": []},
        {
            "method": "POST",
            "url": "https://site.example/p",
            "headers": [{"name": "Content-Type", "value": "application/x-www-form-urlencoded"}],
            "postData": {"mimeType": "x", "params": [{"name": "n", "value": "a b"}]},
        },
        {
            "method": "POST",
            "url": "https://site.example/q",
            "headers": [{"name": "Content-Length", "value": "99"}],
            "postData": {"mimeType": "application/json", "text": '{"é": 1}'},
        },
    )
    found, notes = har.parse(text, "site.har")
    assert [r.line for r in found] == ["GET /a?b=c", "POST /p", "POST /q"]
    first, form, document = found
    assert (first.scheme, first.host) == ("https", "site.example")
    assert first.headers == (("Accept", "text/html"), ("Cookie", "c=1; d=2"))
    assert form.body == b"n=a+b"
    assert document.body == '{"é": 1}'.encode()
    assert document.header("Content-Length") is None
    assert notes == [
        "1 requests of site.har went to other hosts than site.example (cdn.example) and are left"
        " out."
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is no JSON"),
        ("{}", "it has no log.entries"),
        ("[]", "it has no log.entries"),
        ('{"log": {"entries": 3}}', "log.entries is no list"),
        ('{"log": {"entries": [{}]}}', "entry 1: this is no request of a HAR file"),
        ("[" * 100_000, "is no JSON"),
    ],
)
def test_har_that_cannot_be_read(text: str, words: str) -> None:
    with pytest.raises(Unreadable) as caught:
        har.parse(text, "x.har")
    assert words in str(caught.value)


# -- the simple form ---------------------------------------------------------------------


def test_plain() -> None:
    text = """# a comment
GET /one
GET /two HTTP/1.1
Accept: text/html
# among the headers

// another
POST /three
Content-Type: text/plain

first

third
GET is no request here
###
PUT https://h.example:8443/four

{"a": 1}

# the next one
GET /five
"""
    found = plain.parse(text, "x")
    assert [r.line for r in found] == [
        "GET /one",
        "GET /two",
        "POST /three",
        "PUT /four",
        "GET /five",
    ]
    assert found[1].headers == (("Accept", "text/html"),)
    assert found[2].body == b"first\n\nthird\nGET is no request here"
    assert (found[3].scheme, found[3].host, found[3].body) == (
        "https",
        "h.example:8443",
        b'{"a": 1}',
    )
    assert [r.source for r in found] == [f"x, line {n}" for n in (2, 3, 8, 16, 21)]


def test_plain_with_lines_of_windows() -> None:
    (found,) = plain.parse("POST /a\r\nX-B: c\r\n\r\nbody\r\n", "x")
    assert (found.headers, found.body) == ((("X-B", "c"),), b"body")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nonsense", "line 1: 'nonsense' where a request was expected"),
        ("get /", "line 1: 'get /' where a request was expected"),
        ("GET /\nnonsense", "line 2: 'nonsense' where a header was expected"),
        ("GET path", "'path' is no URL of this application"),
        ("GET http://[", "is no URL"),
        ("x" * 500, "xxx...' where a request"),
    ],
)
def test_plain_that_cannot_be_read(text: str, words: str) -> None:
    with pytest.raises(Unreadable) as caught:
        plain.parse(text, "x")
    assert words in str(caught.value)


# -- access logs -------------------------------------------------------------------------

LOG = """\
127.0.0.1 - - [23/Nov/2026:10:00:00 +0000] "GET /a HTTP/1.1" 200 512
::1 - ann [23/Nov/2026:10:00:01 +0000] "GET /b?c=d HTTP/2.0" 200 - "https://r.org/" "A \\"x\\""
127.0.0.1 - - [23/Nov/2026:10:00:02 +0000] "GET /a HTTP/1.1" 304 0
127.0.0.1 - - [23/Nov/2026:10:00:03 +0000] "POST /a HTTP/1.1" 302 0 "-" "-"
127.0.0.1 - - [23/Nov/2026:10:00:04 +0000] "\\x16\\x03\\x01" 400 0 "-" "-"
127.0.0.1 - - [23/Nov/2026:10:00:04 +0000] "-" 408 0 "-" "-"
127.0.0.1 - - [23/Nov/2026:10:00:05 +0000] "HEAD /a HTTP/1.0" 200 0 "-" "curl" 0.004
"""


def test_access_log() -> None:
    found, notes = access_log.parse(LOG, "access.log", unsafe=False, limit=10)
    assert [r.line for r in found] == ["GET /a", "GET /b?c=d", "HEAD /a"]
    assert found[1].headers == (("Referer", "https://r.org/"), ("User-Agent", 'A "x"'))
    assert notes == [
        "2 lines of access.log are no requests and are left out.",
        "1 lines of access.log have methods that may change data and are left out; --unsafe"
        " includes them.",
    ]
    found, notes = access_log.parse(LOG, "access.log", unsafe=True, limit=2)
    assert [r.line for r in found] == ["GET /a", "GET /b?c=d"]
    assert "2 less frequent requests of access.log are left out; see --limit." in notes
    found, _ = access_log.parse(LOG, "access.log", unsafe=True, limit=9)
    assert "POST /a" in [r.line for r in found]


def test_access_log_that_is_none() -> None:
    with pytest.raises(Unreadable, match="no line of an access log"):
        access_log.parse("GET /\nGET /\n", "x", unsafe=False, limit=1)


def test_a_long_strange_line_takes_no_time() -> None:
    with pytest.raises(Unreadable):
        access_log.parse("[" * 20_000 + '"' * 20_000, "x", unsafe=False, limit=1)


# -- which of them -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            '\ufeff{"log": {"entries": [{"request": {"method": "GET", "url": "http://h/har"}}]}}',
            "/har",
        ),
        ("# c\ncurl http://h/curl", "/curl"),
        ("GET /plain", "/plain"),
    ],
)
def test_the_form_is_recognised(tmp_path: Path, text: str, line: str) -> None:
    path = tmp_path / "file"
    path.write_text(text, encoding="utf-8")
    assert [r.target for r in sources.from_file(path).requests] == [line]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "has no requests in it"),
        (b"# only a comment\n", "has no requests in it"),
        (b'{"log": {"entries": []}}', "has no requests in it"),
        (b"\x1f\x8b\x08\0\0\0", "is a binary file"),
        (b"\xff\xfe", "where a request was expected"),
    ],
)
def test_files_without_requests(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises(Unreadable, match=words):
        sources.from_file(path)


@given(st.text())
def test_no_text_raises_anything_else(text: str) -> None:
    for read in (
        lambda: plain.parse(text, "x"),
        lambda: curl.parse(text, "x", Path("/nonexistent")),
        lambda: har.parse(text, "x"),
        lambda: access_log.parse(text, "x", unsafe=True, limit=5),
    ):
        try:
            read()
        except Unreadable:
            pass
