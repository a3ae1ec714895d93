"""Redirects: the same bytes as genuine Flask's, whoever changes them on the way."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any
from unittest import mock

import flask as genuine
import pytest
import werkzeug.utils
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.urls import iri_to_uri

import flaskfast
from flaskfast._py import messages

LOCATIONS = [
    "/",
    "/a/b?c=d&e=%20#f",
    "//elsewhere/x",
    "/a//b",
    "/?",
    "/#",
    "/a?#",
    "/a;b:c@d!",
    "relative/x",
    "",
    "/ü?ü=ü#ü",
    "/a b",
    "/a[b]^|\\",
    "/<&'\">",
    "/%zz%2F",
    "http://h",
    "http://h.example:8080/x?y#z",
    "https://h?x",
    "http://h:080/",
    "http://H.Example/",
    "http://h..x/",
    "http://user:pw@h/",
    "http://ü.example/ü",
    "http://h//x",
    "http://[::1]:80/",
    "mailto:a@b",
    "javascript:alert(1)",
    "/a\tb",
]


def add_header(response: Any) -> Any:
    response.headers["X-More"] = "1"
    return response


def add_second(response: Any) -> Any:
    response.headers.add("Location", "/second")
    response.headers.add("Content-Location", "/ü")
    return response


def set_data(response: Any) -> Any:
    response.set_data("other")
    return response


def set_none(response: Any) -> Any:
    response.status_code = 304
    return response


def plain_headers(response: Any) -> Any:
    response.headers = Headers(list(response.headers))
    return response


def correct(response: Any) -> Any:
    response.autocorrect_location_header = True
    return response


def no_length(response: Any) -> Any:
    response.headers.pop("Content-Length")
    return response


def another_body(response: Any) -> Any:
    response.headers.pop("Content-Length")
    response.response = iter([b"a", b"b"])
    return response


CHANGES: list[Callable[[Any], Any] | None] = [
    None,
    add_header,
    add_second,
    set_data,
    set_none,
    plain_headers,
    correct,
    no_length,
    another_body,
]


def answer(
    package: ModuleType,
    location: Any,
    code: Any = 302,
    change: Any = None,
    method: str = "GET",
    response_class: Any = None,
) -> Any:
    """Have an app redirect; return all that a server gets."""
    app = package.Flask(__name__, static_folder=None)
    if response_class is not None:
        app.response_class = response_class(package)
    app.add_url_rule("/", "view", lambda: package.redirect(location, code))
    if change is not None:
        app.after_request(change)
    app.config["PROPAGATE_EXCEPTIONS"] = True
    environ = EnvironBuilder(method=method).get_environ()
    try:
        body, status, headers = run_wsgi_app(app, environ)
    except Exception as error:
        return type(error)
    return b"".join(body), status, list(headers)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("location", LOCATIONS)
def test_a_redirect(location: str, change: Any) -> None:
    for method in ("GET", "HEAD"):
        wanted = answer(genuine, location, change=change, method=method)
        assert answer(flaskfast, location, change=change, method=method) == wanted


@pytest.mark.parametrize("code", [301, 303, 305, 307, 308, 200, 299, 304, True, "302 GO", None])
def test_a_status(code: Any) -> None:
    assert answer(flaskfast, "/x", code) == answer(genuine, "/x", code)


@pytest.mark.parametrize("location", [Markup("/<a>"), b"/bytes", 7, None])
def test_what_is_no_text(location: Any) -> None:
    assert answer(flaskfast, location) == answer(genuine, location)


def correcting(package: ModuleType) -> Any:
    return type("Own", (package.Response,), {"autocorrect_location_header": True})


def without_length(package: ModuleType) -> Any:
    return type("Own", (package.Response,), {"automatically_set_content_length": False})


@pytest.mark.parametrize("response_class", [correcting, without_length])
def test_a_response_class(response_class: Any) -> None:
    for location in ("/x", "x", "/ü"):
        wanted = answer(genuine, location, response_class=response_class)
        assert answer(flaskfast, location, response_class=response_class) == wanted


@pytest.mark.parametrize("name", ["set", "__setitem__", "to_wsgi_list", "__iter__"])
def test_a_method_of_headers_that_somebody_watches(name: str) -> None:
    """Of our class, and of Werkzeug's where ours hands over to that."""
    for cls in (flaskfast.http.Headers, Headers):
        if cls is Headers and name == "__setitem__":
            continue  # ours has one of its own
        seen: list[Any] = []
        original = getattr(cls, name)

        def watching(self: Any, *args: Any, original: Any = original, seen: Any = seen) -> Any:
            seen.append(args)
            return original(self, *args)

        with mock.patch.object(cls, name, watching):
            assert answer(flaskfast, "/x", change=add_header)[2][-1] == ("X-More", "1")
        assert seen, (cls, name)


def test_new_code_of_werkzeugs_function() -> None:
    def other(location: Any, code: Any = 302, Response: Any = None) -> Any:
        return Response(f"other {location}", code)

    code = werkzeug.utils.redirect.__code__
    try:
        werkzeug.utils.redirect.__code__ = other.__code__
        assert answer(flaskfast, "/x")[0] == answer(genuine, "/x")[0] == b"other /x"
    finally:
        werkzeug.utils.redirect.__code__ = code


def test_outside_of_an_app() -> None:
    for package in (genuine, flaskfast):
        response = package.redirect("/x", Response=package.Response)
        assert type(response) is package.Response
        assert response.headers["Location"] == "/x"


PIECES = st.sampled_from(
    "/ // : ? # http:// https:// a B 1 - . .. @ [ ] % %20 ; \\ ü 80 :080 :70000 _ xn-- \t".split(
        " "
    )
)


@settings(max_examples=3000, deadline=None)
@given(st.lists(PIECES, max_size=9).map("".join))
def test_what_is_sent_as_it_is_has_no_other_form(location: str) -> None:
    if messages._AS_IT_IS.fullmatch(location) is not None:
        assert iri_to_uri(location) == location
