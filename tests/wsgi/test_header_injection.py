"""No setter lets a line end, a NUL or a separator through to the wire.

CPython CVE-2026-0672, bottle CVE-2016-9964, and list item 4: the status, names of headers
and of cookies, by every way there is to set them.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from .gateway import Answer, call, environ_for

Setter = Callable[[Any, str], object]

_LINE_ENDS = ["a\r\nX-Injected: yes", "a\nX-Injected: yes", "a\rX-Injected: yes"]
_NUL = "a\x00b"


def _served(flask: ModuleType, make: Callable[[], Any]) -> Answer | None:
    """Answer with what a view made; None when making or sending it was refused: ValueError."""
    app = flask.Flask(__name__)
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.add_url_rule("/", "index", make)
    answer = Answer()

    def start_response(status: str, headers: list[tuple[str, str]]) -> None:
        answer.status, answer.headers = status, headers

    try:
        getattr(app(environ_for(), start_response), "close", lambda: None)()
    except ValueError:
        return None
    return answer


def _has_control(answer: Answer) -> bool:
    text = answer.status + "".join(name + value for name, value in answer.headers)
    return any(ord(character) < 32 and character != "\t" for character in text)


_VALUE_SETTERS: dict[str, Setter] = {
    "setitem": lambda r, v: r.headers.__setitem__("X-Name", v),
    "set": lambda r, v: r.headers.set("X-Name", v),
    "set with parameter": lambda r, v: r.headers.set("X-Name", "x", option=v),
    "add": lambda r, v: r.headers.add("X-Name", v),
    "add with parameter": lambda r, v: r.headers.add("X-Name", "x", option=v),
    "add_header": lambda r, v: r.headers.add_header("X-Name", v),
    "setdefault": lambda r, v: r.headers.setdefault("X-Name", v),
    "setlist": lambda r, v: r.headers.setlist("X-Name", [v]),
    "setlistdefault": lambda r, v: r.headers.setlistdefault("X-Name", [v]),
    "extend mapping": lambda r, v: r.headers.extend({"X-Name": v}),
    "extend pairs": lambda r, v: r.headers.extend([("X-Name", v)]),
    "extend keyword": lambda r, v: r.headers.extend(x=v),
    "update": lambda r, v: r.headers.update({"X-Name": v}),
    "or": lambda r, v: r.headers.__ior__({"X-Name": v}),
    "position": lambda r, v: r.headers.__setitem__(0, ("X-Name", v)),
    "slice": lambda r, v: r.headers.__setitem__(slice(0, 1), [("X-Name", v)]),
    "content_type": lambda r, v: setattr(r, "content_type", v),
    "mimetype": lambda r, v: setattr(r, "mimetype", v),
    "location": lambda r, v: setattr(r, "location", v),
    "content_encoding": lambda r, v: setattr(r, "content_encoding", v),
    "content_language": lambda r, v: r.content_language.add(v),
    "content_location": lambda r, v: setattr(r, "content_location", v),
    "content_md5": lambda r, v: setattr(r, "content_md5", v),
    "vary": lambda r, v: r.vary.add(v),
    "allow": lambda r, v: r.allow.add(v),
    "accept_ranges": lambda r, v: setattr(r, "accept_ranges", v),
    "etag": lambda r, v: r.set_etag(v),
    "cache_control": lambda r, v: r.cache_control.update({"extension": v}),
    "www_authenticate": lambda r, v: setattr(
        r, "www_authenticate", _challenge("basic", {"realm": v})
    ),
    "cookie value": lambda r, v: r.set_cookie("name", v),
    "cookie path": lambda r, v: r.set_cookie("name", "v", path=v),
    "cookie domain": lambda r, v: r.set_cookie("name", "v", domain=v),
    "cookie samesite": lambda r, v: r.set_cookie("name", "v", samesite=v),
    "cookie expires": lambda r, v: r.set_cookie("name", "v", expires=v),
    "delete cookie path": lambda r, v: r.delete_cookie("name", path=v),
    "access_control_allow_origin": lambda r, v: setattr(r, "access_control_allow_origin", v),
    "content_security_policy": lambda r, v: setattr(r, "content_security_policy", v),
}


def _challenge(kind: str, values: dict[str, str]) -> Any:
    from werkzeug.datastructures import WWWAuthenticate

    return WWWAuthenticate(kind, values)


def _set(flask: ModuleType, setter: str, text: str) -> Answer | None:
    def make() -> Any:
        response = flask.Response("body")
        _VALUE_SETTERS[setter](response, text)
        return response

    return _served(flask, make)


@pytest.mark.parametrize("setter", list(_VALUE_SETTERS))
@pytest.mark.parametrize("text", _LINE_ENDS, ids=["crlf", "lf", "cr"])
def test_line_ends_in_header_values(flask: ModuleType, setter: str, text: str) -> None:
    """Refused with ValueError, or made harmless by quoting: nothing reaches the server."""
    answer = _set(flask, setter, text)
    assert answer is None or not _has_control(answer)


# Where Werkzeug quotes or refuses.
_SAFE_FROM_NUL = {
    "cookie value", "cookie path", "cookie samesite", "delete cookie path", "location",
    "content_location",
}  # fmt: skip


def _nul(setter: str) -> Any:
    marks = pytest.mark.genuine_fails("A NUL in a header's value is sent.")
    return pytest.param(setter, marks=[] if setter in _SAFE_FROM_NUL else [marks])


@pytest.mark.parametrize("setter", [_nul(setter) for setter in _VALUE_SETTERS])
def test_beat_4_nul_in_header_values(flask: ModuleType, setter: str) -> None:
    """The same for a NUL, where some servers end the header."""
    answer = _set(flask, setter, _NUL)
    assert answer is None or not _has_control(answer)


_MAKERS: dict[str, Callable[[ModuleType, str], Any]] = {
    "headers of a response": lambda f, v: f.Response("b", headers={"X-Name": v}),
    "pairs of a response": lambda f, v: f.Response("b", headers=[("X-Name", v)]),
    "content type of a response": lambda f, v: f.Response("b", content_type=v),
    "mimetype of a response": lambda f, v: f.Response("b", mimetype=v),
    "status of a response": lambda f, v: f.Response("b", status=f"200 {v}"),
    "headers of a tuple": lambda f, v: ("b", {"X-Name": v}),
    "headers of a longer tuple": lambda f, v: ("b", 200, [("X-Name", v)]),
    "status of a tuple": lambda f, v: ("b", f"200 {v}"),
    "redirect": lambda f, v: f.redirect(v),
    "file name": lambda f, v: f.send_file(
        io.BytesIO(b"b"), mimetype="text/plain", as_attachment=True, download_name=v
    ),
    "file type": lambda f, v: f.send_file(io.BytesIO(b"b"), mimetype=v),
    "file etag": lambda f, v: f.send_file(io.BytesIO(b"b"), mimetype="text/plain", etag=v),
}


_UNCHECKED = pytest.mark.genuine_fails("The status goes to the server unchecked.")


@pytest.mark.parametrize(
    "maker", [pytest.param(m, marks=[_UNCHECKED] if "status" in m else []) for m in _MAKERS]
)
@pytest.mark.parametrize("text", _LINE_ENDS, ids=["crlf", "lf", "cr"])
def test_line_ends_by_other_ways(flask: ModuleType, maker: str, text: str) -> None:
    """Constructors, tuples of views, redirects and files."""
    answer = _served(flask, lambda: _MAKERS[maker](flask, text))
    assert answer is None or not _has_control(answer)


@pytest.mark.parametrize(
    "maker",
    [m if m == "redirect" else pytest.param(m, marks=[_UNCHECKED]) for m in _MAKERS],
)
def test_beat_4_nul_by_other_ways(flask: ModuleType, maker: str) -> None:
    """The same for a NUL."""
    answer = _served(flask, lambda: _MAKERS[maker](flask, _NUL))
    assert answer is None or not _has_control(answer)


_STATUSES = [
    "200 OK\r\nX-Injected: yes", "200 OK\nX: y", "200 OK\rX: y", "200 O\x00K", "200\r\nX: y",
    "OK\r\nX: y",
]  # fmt: skip


@pytest.mark.genuine_fails("The status goes to the server unchecked.")
@pytest.mark.parametrize("status", _STATUSES, ids=ascii)
def test_beat_4_status(flask: ModuleType, status: str) -> None:
    """A status with a control character is a ValueError where it is set."""
    response = flask.Response()
    with pytest.raises(ValueError, match=r"(?i)status"):
        response.status = status
    with pytest.raises(ValueError, match=r"(?i)status"):
        flask.Response(status=status)


_NAMES = ["X-A\r\nX-B", "X-A\nX-B", "X-A\rX-B", "X\x00", "X-A: x", "X A", "", "X-A:"]
_NAME_SETTERS: dict[str, Setter] = {
    "setitem": lambda r, n: r.headers.__setitem__(n, "v"),
    "set": lambda r, n: r.headers.set(n, "v"),
    "add": lambda r, n: r.headers.add(n, "v"),
    "setdefault": lambda r, n: r.headers.setdefault(n, "v"),
    "setlist": lambda r, n: r.headers.setlist(n, ["v"]),
    "extend": lambda r, n: r.headers.extend({n: "v"}),
    "update": lambda r, n: r.headers.update([(n, "v")]),
    "or": lambda r, n: r.headers.__ior__({n: "v"}),
    "position": lambda r, n: r.headers.__setitem__(0, (n, "v")),
}


@pytest.mark.genuine_fails("Names of headers go to the server unchecked.")
@pytest.mark.parametrize("setter", list(_NAME_SETTERS))
@pytest.mark.parametrize("name", _NAMES, ids=ascii)
def test_beat_4_header_names(flask: ModuleType, setter: str, name: str) -> None:
    """A name with a line end, NUL, colon or space, or no name (RFC 9110, 5.1): ValueError."""
    response = flask.Response("body")
    app = flask.Flask(__name__)
    with pytest.raises(ValueError, match=r"(?i)header|name"):
        _NAME_SETTERS[setter](response, name)
        with app.test_request_context():
            response.get_wsgi_response(flask.request.environ)


@pytest.mark.genuine_fails("Names of headers go to the server unchecked.")
@pytest.mark.parametrize("name", _NAMES, ids=ascii)
def test_beat_4_header_names_of_views(flask: ModuleType, name: str) -> None:
    """The same for what views return and constructors take."""
    app = flask.Flask(__name__)
    with app.test_request_context():
        environ = flask.request.environ
        for make in (
            lambda: flask.Response("b", headers={name: "v"}),
            lambda: app.make_response(("b", {name: "v"})),
            lambda: app.make_response(("b", 200, [(name, "v")])),
        ):
            with pytest.raises(ValueError, match=r"(?i)header|name"):
                make().get_wsgi_response(environ)


@pytest.mark.genuine_fails("Names of headers go to the server unchecked.")
def test_beat_4_a_refused_header_is_answered(flask: ModuleType) -> None:
    """A view that copies a client's text into a header's name: 500, torn down, nothing raised."""
    ended: list[type[BaseException]] = []
    app = flask.Flask(__name__)
    app.teardown_request(lambda error: ended.append(type(error)))
    name = "X-A\r\nX-B"
    app.add_url_rule("/", "index", lambda: ("body", {name: "v"}))
    answer = call(app, environ_for())
    assert answer.code == 500
    assert not _has_control(answer)
    assert len(ended) == 1


_COOKIE_NAMES = ["a=b", "a;b", "a\r\nb", "a\nb", "a\x00b", "=", ";"]


@pytest.mark.parametrize("name", _COOKIE_NAMES, ids=ascii)
@pytest.mark.genuine_fails("Names of cookies go to the client unchecked.")
def test_beat_4_cookie_names(flask: ModuleType, name: str) -> None:
    """A name that would be read as something else (RFC 6265, 4.1.1): ValueError."""
    response = flask.Response()
    with pytest.raises(ValueError, match=r"(?i)cookie"):
        response.set_cookie(name, "value")
    with pytest.raises(ValueError, match=r"(?i)cookie"):
        response.delete_cookie(name)
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("name", ["session", "__Host-id", "a.b-c_d", "!#$%&'*+-.^_`|~", "A1"])
def test_good_cookie_names(flask: ModuleType, name: str) -> None:
    """Every token is a name."""
    response = flask.Response()
    response.set_cookie(name, "value")
    assert response.headers["Set-Cookie"] == f"{name}=value; Path=/"


@pytest.mark.parametrize("value", ['a"b', "a\\b", "a;b", "a,b", "a b", "\xe9", "\u20ac", "a=b"])
def test_cookie_values_come_back(flask: ModuleType, value: str) -> None:
    """Whatever a cookie's value is made of, the next request has it again."""
    app = flask.Flask(__name__)

    @app.route("/")
    def index() -> Any:
        response = flask.Response(flask.request.cookies.get("name", ""), mimetype="text/plain")
        response.set_cookie("name", value)
        return response

    sent = call(app, environ_for()).header("Set-Cookie")
    assert sent is not None and sent.isascii() and sent.isprintable()
    cookie = sent.removesuffix("; Path=/")
    assert call(app, environ_for(headers={"Cookie": cookie})).body.decode() == value


def test_cpython_cve_2026_0672_unpickled_headers(flask: ModuleType) -> None:
    """Headers that were changed while pickled are refused at the latest when they are sent."""
    good = pickle.dumps(flask.Response("b", headers={"X-Name": "aXXXXb"}).headers)

    def make() -> Any:
        response = flask.Response("body")
        response.headers = pickle.loads(good.replace(b"aXXXXb", b"a\r\nX:b"))
        return response

    answer = _served(flask, make)
    assert answer is None or not _has_control(answer)


@pytest.mark.parametrize(
    ("name", "plain", "extended"),
    [
        ('a"b.txt', True, False),
        ("a\\b.txt", True, False),
        ("caf\xe9.txt", False, True),
        ("\u20ac.txt", False, True),
        ("\U0001f600.txt", False, True),
        ("a;b=c.txt", True, False),
    ],
)
def test_django_cve_2022_36359_download_names(
    flask: ModuleType, name: str, plain: bool, extended: bool
) -> None:
    """Names are quoted, or sent in the extended form (RFC 8187, 3.2)."""
    from werkzeug.http import parse_options_header

    app = flask.Flask(__name__)

    @app.route("/")
    def index() -> Any:
        return flask.send_file(
            __file__, mimetype="text/plain", as_attachment=True, download_name=name
        )

    value = call(app, environ_for()).header("Content-Disposition")
    assert value is not None and value.isascii()
    assert ("filename*=" in value) == extended
    main, options = parse_options_header(value)
    assert (main, options["filename"]) == ("attachment", name)
