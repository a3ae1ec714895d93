"""Forms of pages are filled in, and cookies kept, as a browser does."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flaskfast.verify.forms import FORM, Page, filled_in, sent_as_form
from flaskfast.verify.jar import Jar
from flaskfast.verify.request import Request

PAGE = b"""
<meta name="csrf" content="m&amp;m">
<form><input name="q" value="searched"></form>
<form method="POST" action="/x">
  <input type="hidden" name="token" value="t&quot;1">
  <input name="name"><input type="password" name="password">
  <input type="checkbox" name="fast"><input type="radio" name="kind" value="k">
  <input type="submit" name="go" value="Go"><input type="file" name="upload">
  <select name="size"><option value="s">S<option value="m" selected>M<option value="l">L</select>
  <select name="colour"><option value="red">R<option value="blue">B</select>
  <textarea name="text">
As &lt;ever&gt;</textarea>
</form>
<input name="outside" value="o">
"""


def test_fields_of_a_page() -> None:
    page = Page(PAGE)
    assert page.named["csrf"] == "m&m"
    assert page.named["q"] == "searched"
    assert page.named["outside"] == "o"
    assert page.posted == {
        "token": 't"1',
        "name": "",
        "password": "",
        "fast": "on",
        "kind": "k",
        "size": "m",
        "colour": "red",
        "text": "As <ever>",
    }


@pytest.mark.parametrize("body", [b"", b"no html", b"<form>", b"<form method=get><input name=a>"])
def test_pages_without_a_form_to_post(body: bytes) -> None:
    assert Page(body).posted is None


@given(st.binary())
def test_any_bytes_can_be_a_page(body: bytes) -> None:
    assert isinstance(Page(b"<form method=post>" + body).named, dict)


def test_a_form_is_sent_with_what_the_page_had() -> None:
    posted = Page(PAGE).posted
    assert posted is not None
    request = sent_as_form(Request("POST", "/", (("Content-Type", FORM),)), posted)
    fields = parse_qs(request.body.decode(), strict_parsing=True)
    assert fields["token"] == ['t"1']
    assert fields["name"] == ["sample"]
    assert len(fields["password"][0]) >= 12


def test_names_in_braces_are_filled_in() -> None:
    fields = {"token": "a b&c", "é": "x"}
    form = (("Content-Type", FORM),)
    request = Request("POST", "/x?t={{token}}", form, b"t={{ token }}&u={{none}}")
    assert filled_in(request, fields).body == b"t=a+b%26c&u={{none}}"
    assert filled_in(request, fields).target == "/x?t=a+b%26c"
    document = Request(
        "POST", "/", (("X-T", "{{token}}"),), '{"é": "{{token}}"}'.encode() + b"\xff"
    )
    filled = filled_in(document, fields)
    assert filled.body == '{"é": "a b&c"}'.encode() + b"\xff"
    assert filled.header("X-T") == "a b&c"


# -- cookies -----------------------------------------------------------------------------


def jar(*cookies: str, target: str = "/a/b") -> Jar:
    made = Jar()
    made.take(Request("GET", target), [("Set-Cookie", cookie) for cookie in cookies])
    return made


@pytest.mark.parametrize(
    ("cookies", "target", "sent"),
    [
        (["a=1; Path=/"], "/", "a=1"),
        (["a=1; Path=/", "a=2; Path=/"], "/", "a=2"),
        (["a=1; Path=/a"], "/b", None),
        (["a=1; Path=/a"], "/ab", None),
        (["a=1; Path=/a"], "/a?x=/b", "a=1"),
        (["a=1"], "/a/c", "a=1"),
        (["a=1"], "/", None),
        (["a=1; Path=/", "b=2; Path=/a"], "/a", "b=2; a=1"),
        (["a=1; Path=/", "a=; Path=/; Max-Age=0"], "/", None),
        (["a=1; Path=/", "a=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"], "/", None),
        (["a=1; Path=/; Expires=Fri, 01 Jan 2100 00:00:00 GMT; Secure; HttpOnly"], "/", "a=1"),
        (["a=1; Path=/; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT"], "/", "a=1"),
        (["a=1; Path=/; Expires=never"], "/", "a=1"),
        (['a="x y"; Path=/'], "/", 'a="x y"'),
    ],
)
def test_cookies_are_kept(cookies: list[str], target: str, sent: str | None) -> None:
    request = jar(*cookies).sent_with(Request("GET", target))
    assert request.header("Cookie") == sent


def test_a_request_with_cookies_keeps_its_own() -> None:
    request = Request("GET", "/", (("Cookie", "own=1"),))
    assert jar("a=1; Path=/").sent_with(request) == request


def test_an_empty_jar_is_false() -> None:
    assert not jar()
    assert jar("a=1")
    assert not jar("a=1", "a=; Max-Age=-1")
