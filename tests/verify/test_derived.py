"""Requests are derived from a URL map: each rule, with values that its converters take."""

from __future__ import annotations

import base64
import json
import re
import warnings
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.routing import BaseConverter, ValidationError

from flaskfast import Flask, request
from flaskfast.verify.child.expressions import example
from flaskfast.verify.child.oddities import LONG_TEXTS, MULTIPART, odd_paths
from flaskfast.verify.child.rules import requests_of
from flaskfast.verify.child.views import body_fields, query_fields


def view(**values: Any) -> str:
    return json.dumps(values, default=str)


def application(*rules: str, **options: Any) -> Flask:
    app = Flask("derived", static_folder=None)
    for number, rule in enumerate(rules):
        app.add_url_rule(rule, f"view{number}", view, **options)
    return app


def plain(app: Flask, samples: dict[str, list[str]] | None = None) -> list[str]:
    """Return the targets of the plain GET requests for rules."""
    found, _ = requests_of(app, samples or {}, False)
    return [r["target"] for r in found if r["method"] == "GET" and not r["variant"]]


@pytest.mark.parametrize(
    ("rule", "target"),
    [
        ("/a", "/a"),
        ("/a/", "/a/"),
        ("/<name>", "/sample"),
        ("/<string(length=2):name>", "/en"),
        ("/<string(minlength=20):name>", "/12345678-1234-5678-1234-567812345678"),
        ("/<string(minlength=60):name>", "/" + "a" * 60),
        ("/<string(maxlength=3):name>", "/1"),
        ("/<int:n>", "/1"),
        ("/<int(min=7):n>", "/7"),
        ("/<int(max=0):n>", "/0"),
        ("/<int(fixed_digits=4):n>", "/0001"),
        ("/<int(signed=True):n>", "/1"),
        ("/<float:x>", "/1.0"),
        ("/<path:p>", "/sample/path"),
        ("/<uuid:u>", "/12345678-1234-5678-1234-567812345678"),
        ("/<any(red,green):c>", "/green"),
        ("/<int:year>/<any(a,b):c>.<ext>", "/1/a.sample"),
    ],
)
def test_every_converter_gets_a_value_that_it_takes(rule: str, target: str) -> None:
    app = application(rule)
    assert target in plain(app)
    assert app.test_client().get(target).status_code == 200


def test_converters_of_the_application() -> None:
    class Day(BaseConverter):
        regex = r"\d{4}-\d\d-\d\d"

        def to_python(self, value: str) -> date:
            return date.fromisoformat(value)

        def to_url(self, value: date) -> str:
            return value.isoformat()

    class Code(BaseConverter):
        regex = r"[A-Z]{3}-[0-9]{2,4}"

    class Nothing(BaseConverter):
        def to_python(self, value: str) -> str:
            raise ValidationError

    app = Flask("derived", static_folder=None)
    app.url_map.converters.update(day=Day, code=Code, nothing=Nothing)
    for rule in ("/day/<day:d>", "/code/<code:c>", "/no/<nothing:n>"):
        app.add_url_rule(rule, rule, view)
    assert plain(app) == ["/day/2026-01-31", "/code/AAA-00"]
    _, skipped = requests_of(app, {}, False)
    assert skipped == [
        "/no/<nothing:n>: no value is known that Nothing takes for 'n' (give one with --sample"
        " n=VALUE)"
    ]


def test_values_that_are_given_are_taken_in_all_combinations() -> None:
    app = application("/<a>/<int:b>")
    samples = {"a": ["x", "y z"], "b": ["5", "six", "7"]}
    assert plain(app, samples) == ["/x/5", "/x/7", "/y%20z/5", "/y%20z/7"]


def test_methods() -> None:
    app = application("/a", methods=["GET", "POST", "DELETE"])
    safe, _ = requests_of(app, {}, False)
    assert {r["method"] for r in safe} == {"GET", "HEAD", "OPTIONS", "TRACE"}
    every, _ = requests_of(app, {}, True)
    methods = [r["method"] for r in every]
    assert methods.count("POST") == 5
    assert methods[-1] == "DELETE"
    assert methods.index("POST") > max(i for i, m in enumerate(methods) if m == "GET")
    types = [dict(r["headers"]).get("Content-Type") for r in every if r["method"] == "POST"]
    form, json_type = "application/x-www-form-urlencoded", "application/json"
    assert types == [None, form, json_type, json_type, MULTIPART]
    bodies = [base64.b64decode(r["body"]) for r in every if r["method"] == "POST"]
    with pytest.raises(ValueError):
        json.loads(bodies[3])
    parts = {"data": bodies[4], "content_type": MULTIPART, "method": "POST"}
    with app.test_request_context("/a", **parts):
        sent = request.files["file"]
        assert sent.filename == "säm ple.txt"
        assert sent.read() == b"first\r\n--flaskfast-verify\r\n\r\n--\n\x00\xff\r"
        assert request.form["text"].startswith("déjà")


def test_a_visitor_enters_first_and_leaves_last() -> None:
    rules = ("/logout", "/a", "/auth/login", "/sign-up")
    app = application(*rules, methods=["GET", "POST", "DELETE"])
    found, _ = requests_of(app, {}, True)
    plain = [(r["method"], r["target"]) for r in found if r["variant"] in ("", "a form")]
    assert plain[:3] == [("GET", "/a"), ("HEAD", "/a"), ("OPTIONS", "/a")]
    posts = [target for method, target in plain if method == "POST"]
    assert posts == ["/sign-up", "/auth/login", "/a", "/logout"]
    last = [r["last"] for r in found]
    assert last == sorted(last) and last.count(True) == 18
    assert {r["source"] for r in found if r["last"]} == {"/logout"}


def test_what_cannot_be_asked_is_said() -> None:
    app = Flask("derived", static_folder=None)
    app.add_url_rule("/ws", "ws", view, websocket=True)
    app.add_url_rule("/built", "built", view, build_only=True)
    assert requests_of(app, {}, False) == ([], ["/ws: a websocket", "/built: only built"])


def test_files_that_exist_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "files" / "css").mkdir(parents=True)
    (tmp_path / "files" / "css" / "a b.css").write_text("x")
    (tmp_path / "files" / ".hidden").write_text("x")
    app = Flask("derived", static_folder=str(tmp_path / "files"))
    found, _ = requests_of(app, {}, False)
    assert "/files/css/a%20b.css" in plain(app)
    client = app.test_client()
    statuses: dict[str, set[int]] = {}
    for asked in found:
        if asked["method"] == "GET":
            with client.get(asked["target"], headers=asked["headers"]) as answer:
                statuses.setdefault(asked["variant"], set()).add(answer.status_code)
    assert statuses["a part"] == {206, 416}
    assert statuses["not modified"] == {200, 304}


def test_hosts() -> None:
    app = Flask("derived", static_folder=None, host_matching=True)
    app.add_url_rule("/a", "a", view, host="<site>.example")
    found, _ = requests_of(app, {}, False)
    assert {r["host"] for r in found} == {"sample.example", ""}

    app = Flask("derived", static_folder=None, subdomain_matching=True)
    app.config["SERVER_NAME"] = "site.example:8000"
    app.add_url_rule("/a", "a", view, subdomain="api")
    found, _ = requests_of(app, {}, False)
    assert found[0]["host"] == "api.site.example:8000"


def test_names_that_a_view_reads_are_used() -> None:
    def search() -> str:
        limit = request.args.get("limit", type=int)
        return f"{request.args['words']} {limit}"

    def save() -> str:
        return f"{request.form['title']} {request.form.get('e-mail')}"

    def neither() -> str:
        return "title"

    assert query_fields(search) == ["limit", "words"]
    assert body_fields(search) == []
    assert body_fields(save) == ["title", "e-mail"]
    assert query_fields(neither) == []
    app = Flask("derived", static_folder=None)
    app.add_url_rule("/search", view_func=search)
    app.add_url_rule("/save", view_func=save, methods=["POST"])
    found, _ = requests_of(app, {}, True)
    assert any(r["target"] == "/search?limit=1&words=1" for r in found)
    bodies = [base64.b64decode(r["body"]) for r in found if r["method"] == "POST"]
    assert b"title=sample" in bodies[1] and b"e-mail=sample%40example.org" in bodies[1]
    assert json.loads(bodies[2])["title"] == "sample"


def test_headers_cookies_and_files_that_a_view_reads_are_sent() -> None:
    def view() -> str:
        return request.headers["X-Token"] + request.cookies["size"]

    def upload() -> str:
        return str(request.files.get("picture"))

    app = Flask("derived", static_folder=None)
    app.add_url_rule("/view", view_func=view)
    app.add_url_rule("/upload", view_func=upload, methods=["POST"])
    found, _ = requests_of(app, {}, True)
    headers = {r["variant"]: dict(r["headers"]) for r in found if r["target"] == "/view"}
    assert headers["as a script asks"]["X-Token"] == "1"
    assert headers["odd cookies"]["Cookie"].endswith("; X-Token=1; size=1")
    files = next(r for r in found if r["variant"] == "files")
    assert b'name="picture"; filename="s' in base64.b64decode(files["body"])


@pytest.mark.parametrize(
    ("rule", "targets", "none"),
    [
        ("/n/<int:n>/x", ["/n/007/x", "/n/-1/x", "/n/%2B1/x", "/n/%D9%A3/x"], "/n/1/x"),
        ("/f/<float:f>", ["/f/1", "/f/-1.5", "/f/1e3"], "/f/2.0"),
        ("/u/<uuid:u>", ["/u/12345678-ABCD-5678-1234-567812345678"], "/u/x"),
        ("/c/<any(a,b):c>", ["/c/nothing-of-these"], "/c/c"),
        ("/p/<path:p>/end", ["/p/a//b/end", "/p/a%2Fb/end"], "/p//end"),
        ("/s/<s>", ["/s/.", "/s/%FF", "/s/a%2Fb", "/s/a%20b"], "/s/"),
        ("/two/<int:a>/<b>", ["/two/-1/sample", "/two/1/%FF"], "/two/-1/%FF"),
    ],
)
def test_arguments_are_asked_for_that_may_not_be_taken(
    rule: str, targets: list[str], none: str
) -> None:
    found, _ = requests_of(application(rule), {}, False)
    asked = [r["target"] for r in found if r["variant"] == "an unlikely argument"]
    assert [target for target in targets if target not in asked] == []
    assert none not in asked


def test_arguments_in_the_host_are_left_alone() -> None:
    app = Flask("derived", static_folder=None, host_matching=True)
    app.add_url_rule("/<int:n>", "a", view, host="<site>.example")
    found, _ = requests_of(app, {}, False)
    unlikely = [r for r in found if r["variant"] == "an unlikely argument"]
    assert {r["host"] for r in unlikely} == {"sample.example"}
    assert "/-1" in {r["target"] for r in unlikely}


@pytest.mark.parametrize(
    ("target", "others"),
    [
        ("/", []),
        ("/a", ["/a/", "//a", "/%61"]),
        ("/1/b/", ["/1/b//", "/1/%62/"]),
        ("/a/1", ["/a/1/", "/a//1", "/%61/1"]),
    ],
)
def test_other_spellings_of_a_target(target: str, others: list[str]) -> None:
    assert [other for _, other in odd_paths(target)] == others


def test_long_texts_are_of_every_width() -> None:
    widths = [max(map(ord, text)).bit_length() for text in LONG_TEXTS.values()]
    assert [width <= 8 for width in widths] == [True, False, False]
    assert 8 < widths[1] <= 16 < widths[2]
    assert all(len(text) > 48 and text.endswith("<i>'\"&") for text in LONG_TEXTS.values())


def test_every_request_of_a_rule_is_another_one() -> None:
    app = application("/a", "/<name>/", "/b/<path:p>", methods=["GET", "POST"])
    found, _ = requests_of(app, {}, True)
    keys = [json.dumps({**r, "source": "", "variant": ""}) for r in found]
    assert len(set(keys)) == len(keys)


# -- regular expressions -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (r"[a-z]{2}", "aa"),
        (r"[^a-z/]+", "0"),
        (r"\d+-\w*", "0-a"),
        (r"(?:ab|cd)x?", "abx"),
        (r"(?P<n>[A-F0-9]{4})", "0000"),
        (r".{3}", "aaa"),
        (r"[^/]*?", "a"),
        (r"a\.b", "a.b"),
        (r"\S\D", "aa"),
        (r"(a)\1", None),
        (r"(?=x)y", None),
        (r"a(", None),
    ],
)
def test_a_text_that_an_expression_matches(expression: str, text: str | None) -> None:
    assert example(expression) == text


@given(st.text(alphabet="abc[]()|*+?{}.\\dwsDWS^-0123,", max_size=20))
def test_what_is_made_up_matches(expression: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python's, about strange expressions
        try:
            re.compile(expression)
        except (re.error, OverflowError):
            return
        made = example(expression)
    assert made is None or re.fullmatch(expression, made)
