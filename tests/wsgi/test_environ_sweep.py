"""Hostile environs: no exception out of the application, no 5xx, time linear in the size.

Each key of the environ is filled with each of many texts that no good client sends; the view
then reads everything that a request offers.
"""

from __future__ import annotations

import io
import sys
import time
from types import ModuleType
from typing import Any

import pytest
from werkzeug.exceptions import HTTPException

from .gateway import Body, Environ, call, environ_for

_ATTRIBUTES = [
    "accept_charsets", "accept_encodings", "accept_languages", "accept_mimetypes",
    "access_control_request_headers", "access_control_request_method", "access_route", "args",
    "authorization", "base_url", "blueprint", "blueprints", "cache_control", "content_encoding",
    "content_length", "content_md5", "content_type", "cookies", "data", "date", "endpoint",
    "files", "form", "full_path", "headers", "host", "host_url", "if_match",
    "if_modified_since", "if_none_match", "if_range", "if_unmodified_since", "is_json",
    "is_multiprocess", "is_multithread", "is_run_once", "is_secure", "json",
    "max_content_length", "max_form_memory_size", "max_form_parts", "max_forwards", "method",
    "mimetype", "mimetype_params", "origin", "path", "pragma", "query_string", "range",
    "referrer", "remote_addr", "remote_user", "root_path", "root_url", "routing_exception",
    "scheme", "script_root", "server", "stream", "trusted_hosts", "url", "url_root",
    "url_rule", "user_agent", "values", "view_args", "want_form_data_parsed",
]  # fmt: skip


def test_every_attribute_of_a_request_is_read(flask: ModuleType) -> None:
    """The list above is all that a request offers, methods aside."""
    app = flask.Flask(__name__)
    with app.test_request_context():
        request = flask.request._get_current_object()
        known = {"environ", "json_module", "shallow", "input_stream", "user_agent_class"}
        offered = {
            name
            for name in dir(request)
            if not name.startswith("_") and not name.endswith(("_class", "_cls"))
            if not callable(getattr(type(request), name, None)) and name not in known
        }
    assert offered - set(_ATTRIBUTES) == set()


def _app(flask: ModuleType) -> Any:
    app = flask.Flask(__name__)
    app.secret_key = "of this test"

    @app.route("/", methods=["GET", "POST"], defaults={"rest": ""})
    @app.route("/read/<path:rest>", methods=["GET", "POST"])
    def read(rest: str) -> Any:
        request = flask.request
        for name in _ATTRIBUTES:
            try:
                str(getattr(request, name))
            except HTTPException as error:
                assert (error.code or 500) < 500
        for mapping in (request.args, request.form, request.cookies, request.headers):
            list(mapping.items())
        list(request.values.items(multi=True))
        request.accept_mimetypes.best_match(["text/html", "application/json"])
        request.accept_languages.best_match(["de", "en"])
        if request.range is not None:
            request.range.range_for_length(100)
        request.if_none_match.contains("x")
        request.get_json(silent=True)
        flask.session.get("user")
        flask.flash("read")
        flask.get_flashed_messages()
        response = flask.jsonify(
            url=flask.url_for("read", rest=rest, _external=True), own=flask.url_for(".read")
        )
        response.add_etag()
        return response.make_conditional(request, accept_ranges=True, complete_length=50)

    @app.route("/slash/")
    def slash() -> str:
        return "slash"

    @app.route("/number/<int:number>")
    def number(number: int) -> str:
        return str(number)

    @app.route("/file")
    def file() -> Any:
        content = io.BytesIO(b"content" * 9)
        return flask.send_file(content, "text/plain", etag="x", last_modified=1.5e9)

    @app.route("/jump")
    def jump() -> Any:
        return flask.redirect(flask.request.args.get("to", "/"))

    return app


_PATHS = ["/", "/slash", "/number/7", "/file", "/nowhere", "/jump"]
_URL_KEYS = {"PATH_INFO", "QUERY_STRING", "SCRIPT_NAME", "REQUEST_METHOD", "HTTP_HOST"}

_HEADERS = [
    "ACCEPT", "ACCEPT_CHARSET", "ACCEPT_ENCODING", "ACCEPT_LANGUAGE",
    "ACCESS_CONTROL_REQUEST_HEADERS", "ACCESS_CONTROL_REQUEST_METHOD", "AUTHORIZATION",
    "CACHE_CONTROL", "CONNECTION", "CONTENT_ENCODING", "CONTENT_MD5", "COOKIE", "DATE", "EXPECT",
    "FORWARDED", "FROM", "HOST", "IF_MATCH", "IF_MODIFIED_SINCE", "IF_NONE_MATCH", "IF_RANGE",
    "IF_UNMODIFIED_SINCE", "MAX_FORWARDS", "ORIGIN", "PRAGMA", "PROXY_AUTHORIZATION", "RANGE",
    "REFERER", "TE", "TRANSFER_ENCODING", "UPGRADE", "USER_AGENT", "X_FORWARDED_FOR",
    "X_FORWARDED_HOST", "X_HTTP_METHOD_OVERRIDE", "X_UNKNOWN",
]  # fmt: skip

_KEYS = [
    "PATH_INFO", "QUERY_STRING", "SCRIPT_NAME", "REQUEST_METHOD", "CONTENT_TYPE",
    "CONTENT_LENGTH", "SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "REMOTE_ADDR",
    "REMOTE_USER", "REQUEST_URI", "RAW_URI", *(f"HTTP_{name}" for name in _HEADERS),
]  # fmt: skip

_FAR_YEAR = "Sat, 01 Jan 99999999999 00:00:00 GMT"

_TEXTS = [
    "", " ", "\t", ",", ";", "=", ":", "/", "//", "///", "?", "#", "%", "%%", "%zz", "%00", "%ff",
    "\x00", "\n", "\r\n", "a\r\nX-Injected: 1", "\x7f", "\x80", "\xff", "\xff\xfe", "\xc3\xa9",
    "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc0\xaf", "\u00e9=\u00ff; \u00ff", '"', '"\\', '\\"',
    '"a', "a=\"b;c=d", "a=b; a=c", ";;;===", "((((", "*", "*/*;q=x", "a;q=1e9999", "a;q=-1",
    "a;q=nan", "a;q=", "text/html;q=0.5;q=0.6", "en-GB-oed-x-\xff", "../../../etc/passwd",
    "/../../etc/passwd", "//evil.test/x", "/\\evil.test", "http://evil.test/", "/a%0Ab",
    "/read/\xff\xfe", "/read/%ff", "/number/+5", "/number/-1", "/number/1_0", "/number/\xb2",
    "/number/" + "9" * 5000, "/number/0x5", "a.test:99999999999999", "a.test:-1", "a.test:x", "[",
    "[::1", "[::1]:x", "user@a.test", "a..test", ".", "xn--", "xn--\xff", "\xe4.test", "a b",
    "Basic", "Basic ", "Basic \xff", "Basic ////", "Basic =", "Basic gA==", "Basic Og==",
    "Digest", "Digest \xff", "Digest a=\xff, b=\"\xff", "Digest =,=,", "Digest a*=utf-8''%ff",
    "Bearer", "Bearer \xff\x00", "bytes", "bytes=", "bytes=-", "bytes=-0", "bytes=0-0,-1",
    "bytes=5-2", "bytes=+1-2", "bytes=1_0-20", "bytes=\xb2-\xb3", "bytes=a-b",
    "bytes=0-" + "9" * 5000,
    "bytes=" + "9" * 5000 + "-", "bytes=0-1" + ",2-3" * 50, "lines=1-2", _FAR_YEAR,
    _FAR_YEAR.replace("999", "-99"), "Sat, 00 Jan 0000 00:00:00 GMT",
    "Sat, 31 Feb 2020 99:99:99 GMT", "Sat, 01 Jan 2020 00:00:00 +99999999", "0", "-1", "1e9",
    "Sat, 01 Jan 10000 00:00:00 GMT", "Mon, 01 Jan 0001 00:00:00 +2359", "9" * 5000,
    "Fri, 31 Dec 9999 23:59:59 -2359", "Sun, 06 Nov 1994 08:49:37 GMT" * 50, "max-age",
    "max-age=\xff", "max-age=" + "9" * 5000, "max-age=1_0, max-stale, no-cache=\"\xff",
    "W/", 'W/"', 'W/"\xff", *', "multipart/form-data", "multipart/form-data; boundary",
    "multipart/form-data; boundary=" + "b" * 300, "multipart/form-data; boundary=\xff",
    "multipart/form-data; boundary=\"", "application/json; charset=\xff", "application/json",
    "application/x-www-form-urlencoded; charset=utf-99", "a/b; c*0*=x''; c*1=%ff", "a/b; c*=''%",
    "text/plain; a*=utf-8''%ff; b*=latin-1'en'%ff; c*=x'y", "GET POST", "get", "HEAD", "OPTIONS",
    "CONNECT", "*" * 300, "session=e30.aaaa.bbbb", "session=.e30.aaaa.bbbb",
    "session=e30.______.x", "session=" + "." * 500, "session=\xff.\xff.\xff",
    "a=\"\\400\\777\\\"; b=\"\\", "__Host-=; =__Host-a=1; $Version=1; a\x00b=c", "1.1.1.1,\xff,,",
]  # fmt: skip

# A body that every content type above gets to see.
_BODY = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n'


def _hostile(key: str, text: str, path: str) -> Environ:
    body = Body(_BODY, blocks=False)
    environ = environ_for(path, wsgi__input=body, CONTENT_LENGTH=str(len(_BODY)))
    if key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        environ["REQUEST_METHOD"] = "POST"
    if key == "HTTP_IF_RANGE":
        environ["HTTP_RANGE"] = "bytes=0-5"
    # A prefix starts with a slash or is empty (PEP 3333); it is not the client's to choose.
    environ[key] = f"/{text}" if key == "SCRIPT_NAME" else text
    return environ


def _paths(key: str) -> list[str]:
    """Paths whose handling depends on the key."""
    if key in _URL_KEYS:
        return _PATHS
    return ["/", "/file"] if key.startswith("HTTP_IF") or key == "HTTP_RANGE" else ["/"]


# Client-triggerable errors of Flask 3.1.3 on Werkzeug 3.1.9.
_GENUINE_FAILS = {
    "QUERY_STRING": "Bytes that are not UTF-8 end in 500.",
    "SCRIPT_NAME": "Line ends in the address of a redirect end in 500.",
    **({"HTTP_HOST": "A name that is no IDNA ends in 500."} if sys.version_info < (3, 13) else {}),
    "HTTP_AUTHORIZATION": "Characters that are not ASCII end in 500.",
    "HTTP_DATE": "Years that no calendar has end in 500.",
    "HTTP_IF_MODIFIED_SINCE": "Years that no calendar has end in 500.",
    "HTTP_IF_UNMODIFIED_SINCE": "Years that no calendar has end in 500.",
    "HTTP_IF_RANGE": "Years that no calendar has end in 500.",
}


def _key(key: str) -> Any:
    reason = _GENUINE_FAILS.get(key)
    return pytest.param(key, marks=[pytest.mark.genuine_fails(reason)] if reason else [])


@pytest.mark.genuine_slow
@pytest.mark.filterwarnings("ignore::wsgiref.validate.WSGIWarning")
@pytest.mark.parametrize("key", [_key(key) for key in _KEYS])
def test_no_text_in_any_key_is_the_servers_error(flask: ModuleType, key: str) -> None:
    """Nothing that a client can send raises or ends in 5xx."""
    app = _app(flask)
    bad = []
    for text in _TEXTS:
        for path in _paths(key):
            try:
                code = call(app, _hostile(key, text, path), hostile=True).code
            except Exception as error:
                bad.append((key, text[:50], path, repr(error)))
            else:
                if code >= 500:
                    bad.append((key, text[:50], path, code))
    assert bad == []


@pytest.mark.filterwarnings("ignore::wsgiref.validate.WSGIWarning")
@pytest.mark.parametrize("key", [key for key in _KEYS if key != "REQUEST_METHOD"])
def test_missing_keys(flask: ModuleType, key: str) -> None:
    """PEP 3333 lets servers leave out what is empty."""
    for path in _PATHS:
        environ = environ_for(path)
        environ.pop(key, None)
        assert call(_app(flask), environ, hostile=True).code < 500


def test_nothing_but_what_pep_3333_demands(flask: ModuleType) -> None:
    """The smallest environ that a server may build."""
    environ = environ_for(HTTP_HOST=None, QUERY_STRING=None, REMOTE_ADDR=None, SERVER_PROTOCOL=None)
    del environ["PATH_INFO"]
    assert call(_app(flask), environ, hostile=True).code == 200


@pytest.mark.filterwarnings("ignore::wsgiref.validate.WSGIWarning")
def test_every_byte_alone(flask: ModuleType) -> None:
    """Each byte in path, query, cookie and host, raw and percent-encoded."""
    app = _app(flask)
    bad = []
    for number in range(256):
        byte = chr(number)
        for environ in (
            environ_for(f"/read/{byte}"),
            environ_for(query=f"a%{number:02x}=%{number:02X}"),
            environ_for(headers={"Cookie": f"a{byte}=b{byte}c; {byte}; d=1"}),
            environ_for(headers={"Host": f"a{byte}b.test"}),
            environ_for(headers={"Accept": f"a/b;{byte}=c", "Range": f"bytes=0{byte}1-2"}),
        ):
            code = call(app, environ, hostile=True).code
            if code >= 500:
                bad.append((number, code))
    assert bad == []


_METHODS = [
    "", " ", "get", "Get", "HEAD", "OPTIONS", "TRACE", "CONNECT", "PRI", "\xff", "A" * 9999,
    "GET\x00", "G E T", "x-y", "*",
]  # fmt: skip


@pytest.mark.filterwarnings("ignore::wsgiref.validate.WSGIWarning")
@pytest.mark.parametrize("method", _METHODS)
def test_methods(flask: ModuleType, method: str) -> None:
    """An odd method is 405, 400 or answered; never 5xx, on no kind of path."""
    for path in _PATHS:
        assert call(_app(flask), environ_for(path, method), hostile=True).code < 500


# Time.

_UNITS = {
    "letters": "a", "percents": "%", "encoded": "%41", "semicolons": "a;", "commas": "a,",
    "ampersands": "a&", "equals": "a=", "quotes": '"', "backslashes": '\\"', "spaces": " a",
    "slashes": "/", "dots": "../", "bytes": "\xff", "parameters": "; a=b", "extended": ";a*0=b",
    "ranges": ",0-1", "qualities": "a/b;q=0.1,", "pairs": "a=b; ", "tags": 'W/"a",',
    "parentheses": "(", "digits": "9", "controls": "\x00",
}  # fmt: skip
_STARTS = {
    "HTTP_RANGE": "bytes=0-1", "CONTENT_TYPE": "text/plain", "HTTP_AUTHORIZATION": "Digest ",
    "PATH_INFO": "/read/", "SCRIPT_NAME": "/", "HTTP_COOKIE": "a=",
}  # fmt: skip
_SIZE = 32 * 1024
# Twice as long a text takes twice the time; four times is quadratic.
_MARGIN = 3.0


def _seconds(app: Any, key: str, unit: str, size: int) -> float:
    text = (_STARTS.get(key, "") + unit * size)[:size]
    environ = _hostile(key, text, "/")
    started = time.process_time()
    body = app(environ, lambda *start: None)
    getattr(body, "close", lambda: None)()
    return time.process_time() - started


def _growth(app: Any, key: str, unit: str) -> float:
    """How many times longer twice the size takes: the best of more and more tries.

    Noise only ever adds time, so that the shortest of each size are compared. What
    looks worse than linear is measured again, up to 30 times.
    """
    short = long = float("inf")
    for tries in (2, 10, 18):
        for _ in range(tries):
            short = min(short, _seconds(app, key, unit, _SIZE))
            long = min(long, _seconds(app, key, unit, 2 * _SIZE))
        if long < _MARGIN * max(short, 1e-4):
            break
    return long / max(short, 1e-4)


# Nothing takes these apart.
_UNPARSED = {
    "HTTP_CONNECTION", "HTTP_EXPECT", "HTTP_FORWARDED", "HTTP_FROM", "HTTP_PROXY_AUTHORIZATION",
    "HTTP_TE", "HTTP_UPGRADE", "HTTP_X_FORWARDED_HOST", "HTTP_X_HTTP_METHOD_OVERRIDE",
    "HTTP_X_UNKNOWN", "SERVER_PROTOCOL", "REMOTE_USER", "REQUEST_URI", "RAW_URI", "REMOTE_ADDR",
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("key", [key for key in _KEYS if key not in _UNPARSED])
def test_time_is_linear_in_the_size(flask: ModuleType, key: str) -> None:
    """64 KiB take no more than about twice the time of 32 KiB, whatever they are made of."""
    app = _app(flask)
    _seconds(app, key, "a", 1)
    growths = {name: _growth(app, key, unit) for name, unit in _UNITS.items()}
    assert {name: growth for name, growth in growths.items() if growth >= _MARGIN} == {}


def test_the_measure_sees_quadratic_time(flask: ModuleType) -> None:
    """A view that compares every part of its query with every other one is found out."""
    app = flask.Flask(__name__)

    @app.route("/")
    def index() -> str:
        parts = flask.request.query_string[::64]
        return str(sum(a == b for a in parts for b in parts))

    # Here noise hides what is looked for, where a few short tries happen to take long.
    growths = [_growth(app, "QUERY_STRING", "a")]
    while growths[-1] < _MARGIN and len(growths) < 20:
        growths.append(_growth(app, "QUERY_STRING", "a"))
    assert growths[-1] >= _MARGIN, growths
