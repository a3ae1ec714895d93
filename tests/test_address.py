"""Hosts and URLs of requests are what Werkzeug makes of them, by whatever way."""

from __future__ import annotations

import itertools
import random
import sys
from typing import Any
from unittest import mock

import pytest
from werkzeug.routing import Map as WerkzeugMap
from werkzeug.routing import MapAdapter as WerkzeugAdapter
from werkzeug.sansio.utils import get_current_url
from werkzeug.test import create_environ
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response as WerkzeugResponse
from werkzeug.wsgi import get_host

from flaskfast import Response
from flaskfast._address import host_of, readable_host, url_of
from flaskfast._kernels import messages
from flaskfast.routing import Map, MapAdapter

HOSTS = (
    *("a.example", "A.Example:8000", "a.example:80", "a.example:443", "a.example:0", "a.example:"),
    *(
        "a.example.",
        ".a",
        "a..b",
        "",
        "a b",
        "-",
        "[::1]:80",
        "[::1]",
        "a.example:65535",
        "127.0.0.1",
    ),
    *(
        "a.example:65536",
        "a.example:99999",
        "xn--tdali-d8a8w.lv",
        "XN--tdali-d8a8w.lv:80",
        "a_b.example",
    ),
    *("ä.example", "l" * 63 + ".example", "l" * 64 + ".example", "u@a.example", "a.example:080"),
)
TEXTS = (
    *(
        "",
        "/",
        "/a/b",
        "//a",
        "a",
        "/ä/ö",
        "/a b",
        "/a%20b",
        "/a?b#c",
        "/\x01",
        "/€/\U0001f600",
        "/a|b",
    ),
    *("/~.-_!$&'()*+,;=:@", '/"<>^`{}[]\\', "/\ud800", "/a\tb", "/²/½", "/%", "/\xa0"),
)
QUERIES = (
    *(
        b"",
        b"a=1&b=2",
        b"a=%C3%A4",
        b"%c3%a4%C3",
        b"a=%41%20%2B%2b%26%3D%3d%23%25%7F%0a",
        b"%",
        b"%4",
    ),
    *(
        b"%zz%41",
        b"\xff=1",
        b"a b",
        b"a=[1]",
        b"?/:@!$'()*,;~",
        b"%F0%9F%98%80",
        b"%e4x%A4",
        b"a|b",
    ),
    *(b"%22%3C%3E", b"%5B", b"%00%1F", b"x=%2f%2F%3a", b"%C3%A4%20%C3%A4"),
)
TRUSTED: tuple[Any, ...] = (
    None,
    [],
    ["a.example"],
    [".example"],
    ("b", ".a.example"),
    {"A.Example"},
    "a.example",
    ["ä.example", "a.example"],
    [".a.example", "127.0.0.1"],
)


def outcome(function: Any, *args: Any) -> Any:
    try:
        return function(*args)
    except Exception as error:
        return type(error), str(error)


@pytest.mark.parametrize("scheme", ["http", "https", "ws", "HTTP", ""])
def test_urls(scheme: str) -> None:
    for host, root in itertools.product(
        ("a.example:81", *HOSTS), (None, "", "/x", "/x/", "x", "/ä")
    ):
        args = (scheme, host, root)
        assert outcome(url_of, *args) == outcome(get_current_url, *args), args
    for path, query in itertools.product(TEXTS, QUERIES):
        arguments = (scheme, "a.example:81", "/x", path, query)
        assert outcome(url_of, *arguments) == outcome(get_current_url, *arguments), arguments


@pytest.mark.parametrize("trusted", TRUSTED, ids=repr)
def test_hosts(trusted: Any) -> None:
    for host, scheme in itertools.product((None, *HOSTS), ("http", "https", "wss", "x")):
        environ = {"wsgi.url_scheme": scheme, "SERVER_NAME": "s", "SERVER_PORT": "80"}
        if host is not None:
            environ["HTTP_HOST"] = host
        wanted = outcome(get_host, environ, trusted)
        if isinstance(wanted, str):
            wanted = readable_host(wanted)
        assert outcome(host_of, environ, trusted) == wanted, environ


def test_the_same_host_asked_for_otherwise() -> None:
    """Whatever was asked before: the scheme and who is trusted count each time."""
    hosts = ("a.example", "a.example:80", "a.example:443", "A.example", "a.example:0", "x" * 300)
    asked = [*itertools.product(hosts, ("http", "https", "ws"), (None, [], ["b.example"]))]
    random.Random(1).shuffle(asked)
    for host, scheme, trusted in asked * 2:
        environ = {
            "wsgi.url_scheme": scheme,
            "HTTP_HOST": host,
            "SERVER_NAME": "s",
            "SERVER_PORT": "80",
        }
        assert outcome(host_of, environ, trusted) == outcome(get_host, environ, trusted)


def bound(kind: Any, host: str, given: dict[str, Any], options: dict[str, Any]) -> Any:
    environ = {
        "wsgi.url_scheme": "http",
        "HTTP_HOST": host,
        "REQUEST_METHOD": "PUT",
        "SERVER_NAME": "s",
        "SERVER_PORT": "80",
        **given,
    }
    adapter = outcome(kind.bind_to_environ, environ, *options.values())
    if not isinstance(adapter, WerkzeugAdapter):
        return adapter
    return {k: v for k, v in vars(adapter).items() if k != "map"}


@pytest.mark.filterwarnings("ignore:Current server name")
@pytest.mark.parametrize(
    "settings", [{}, {"host_matching": True}, {"default_subdomain": "d"}], ids=repr
)
def test_adapters(settings: dict[str, Any]) -> None:
    ours, theirs = Map(**settings), WerkzeugMap(**settings)
    environs: list[dict[str, Any]] = [
        {},
        {"PATH_INFO": "/a", "SCRIPT_NAME": "/x/", "QUERY_STRING": "a=b"},
        {"PATH_INFO": "", "SCRIPT_NAME": "", "QUERY_STRING": ""},
        {"PATH_INFO": "/\xc3\xa4\xff", "SCRIPT_NAME": "/\xc3\xa4", "wsgi.url_scheme": "https"},
        {"HTTP_UPGRADE": "websocket", "HTTP_CONNECTION": "keep-alive, Upgrade"},
    ]
    names = (
        None,
        "a.example",
        "A.EXAMPLE:80",
        "example",
        "a.example:8000",
        "ä.example",
        "a..b",
        "",
    )
    for host, given, name, subdomain in itertools.product(
        HOSTS, environs, names, (None, "", "sub")
    ):
        options = {"server_name": name, "subdomain": subdomain}
        mine, its = (bound(kind, host, given, options) for kind in (ours, theirs))
        assert mine == its, (host, given, options)


def test_binding_that_somebody_wraps_is_called() -> None:
    environ = {"wsgi.url_scheme": "http", "HTTP_HOST": "a", "REQUEST_METHOD": "GET"}
    for owner, name in (
        (WerkzeugMap, "bind"),
        (WerkzeugMap, "bind_to_environ"),
        (WerkzeugAdapter, "__init__"),
    ):
        original = getattr(owner, name)
        with mock.patch.object(owner, name, autospec=True, side_effect=original) as seen:
            assert isinstance(Map().bind_to_environ(environ), MapAdapter)
        assert seen.call_count == 1


def test_urls_that_are_sent() -> None:
    """What a Location header names is written in ASCII as Werkzeug writes it."""
    hosts = (
        "",
        "http://a.example",
        "https://a.example:81",
        "//a.example",
        "http://ä.example",
        "http://A.x",
    )
    ends = ("", "?", "?a=ä b", "?a=%C3%A4&b=[1]#", "#ä", "#a#b c", "?\x01", " ", "?a=\t")
    for host, path, end in itertools.product(hosts, TEXTS, ends):
        url = f"{host}{path}{end}"
        assert outcome(messages.wire_url, url) == outcome(iri_to_uri, url), url


def _started_late(environ: Any, start_response: Any) -> Any:
    yield b""
    write = start_response("200 OK", [("X-A", "1")])
    write(b"written")
    yield b"last"


def _written(environ: Any, start_response: Any) -> Any:
    environ["PATH_INFO"] = "/changed"
    start_response("200 OK", [])(b"written")
    start_response("500 Oh", [("X-A", "1")])
    return [b"a", b"b"]


def _failing(environ: Any, start_response: Any) -> Any:
    try:
        raise LookupError("on purpose")
    except LookupError:
        start_response("500 Oh", [], sys.exc_info())
    return []


def _silent(environ: Any, start_response: Any) -> Any:
    return [b"a"]


class _Closing:
    def __init__(self, environ: Any, start_response: Any) -> None:
        start_response("404 Not Found", [("Content-Type", "text/x")])
        self.closed = environ["closed"]
        self.parts = iter((b"a", b"b"))

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> bytes:
        return next(self.parts)

    def close(self) -> None:
        self.closed.append(1)


@pytest.mark.parametrize("app", [_started_late, _written, _failing, _silent, _Closing])
def test_applications_are_called_as_by_werkzeug(app: Any) -> None:
    def told(call: Any) -> Any:
        environ = create_environ("/p")
        environ["closed"] = closed = []
        found = outcome(call, app, environ)
        if isinstance(found, tuple):
            return found[0]
        assert closed == []
        body = found.response
        answer = [list(body), found.status, list(found.headers), environ["PATH_INFO"]]
        if hasattr(body, "close"):
            body.close()
        return [*answer, closed]

    def answer(app: Any, environ: Any) -> Any:
        return messages.answered(Response, app, environ)

    assert told(answer) == told(WerkzeugResponse.from_app)
