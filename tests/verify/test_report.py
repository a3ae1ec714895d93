"""The reports: a table, JSON, and a page that needs nothing else and is shown by a browser."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from flaskfast.verify.answer import Answer, Visit
from flaskfast.verify.comparison import Difference, Outcome, compare
from flaskfast.verify.measurement import Gain
from flaskfast.verify.report import document, page
from flaskfast.verify.report.routes import routes
from flaskfast.verify.report.words import duration, gain, verdict
from flaskfast.verify.request import Request
from flaskfast.verify.verification import Result

from .breakage import answers, broken
from .conftest import SHOP, Run, run_verify

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
EVIL = '"><script>alert(1)</script><img src=http://evil.example/x>&'


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Path]:
    """A run with everything in it: differences, what varies, what was measured, notes."""
    folder = tmp_path_factory.mktemp("report")
    shutil.copytree(SHOP, folder / "shop")
    evil = json.dumps(EVIL)
    change = f"(status, headers, body + {evil}.encode() if environ['PATH_INFO'] == '/me' else body)"
    environment = broken(folder / "breakage", *answers(change))
    html = folder / "report.html"
    arguments = ("shop:app", "--measure", "0.02", "--html", str(html))
    done = run_verify(*arguments, cwd=folder / "shop", report=folder / "report.json", **environment)
    assert done.status == 1, done.out + done.err
    return done, html


def visit(target: str, body: str, rule: str | None = None, source: str = "/") -> Visit:
    answer = Answer(status="200 OK", body=body.encode(), clock=1.0)
    return Visit(Request("GET", target, source=source), answer, answer, rule=rule)


def result(*pairs: tuple[str, str]) -> Result:
    """Make a result of bodies that genuine Flask and flaskfast gave."""
    genuine = [visit(f"/{n}", old) for n, (old, _) in enumerate(pairs)]
    ours = [visit(f"/{n}", new) for n, (_, new) in enumerate(pairs)]
    versions = {"Python": "CPython 3", "flask": "3.1.3", "werkzeug": "3", "jinja2": "3"}
    found = {"versions": versions, "seams": [], "extensions": [], "session_cookie": None}
    mine = {"versions": {"flaskfast": "0", "kernels": "python"}}
    return Result("app", found, mine, comparisons=compare([genuine, genuine], ours))


# -- words -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (1e-9, "0.0 us"),
        (4.2e-6, "4.2 us"),
        (9.7e-5, "97 us"),
        (0.0012, "1.2 ms"),
        (0.25, "250 ms"),
        (2.5, "2.5 s"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_verdicts() -> None:
    assert verdict(result(("a", "a"))) == "Nothing differs: 1 request, answered the same."
    assert verdict(result(("a", "b"))) == "1 of 1 request is answered differently."
    assert verdict(result(("a", "b"), ("a", "b"), ("a", "a"))) == (
        "2 of 3 requests are answered differently."
    )
    one = result(("a", "a"))
    one.differences.append(Difference("signature of x", "accepted", "refused"))
    assert not one.same
    assert verdict(one) == "The signature of x differs."
    one.failure = "it raised"
    assert "cannot be loaded under flaskfast" in verdict(one)


def test_what_is_gained() -> None:
    one = result(("a", "a"), ("b", "b"))
    assert gain(one) == ""
    one.gains = {0: Gain([8e-6, 9e-6], [2e-6, 3e-6])}
    assert gain(one) == "flaskfast is 4.0 times as fast as Flask in the one request measured."
    one.gains[1] = Gain([1e-6], [1e-6])
    assert "2.0 times as fast as Flask on average over 2 requests (1.0 to 4.0)" in gain(one)


def test_requests_of_a_rule_are_one_route() -> None:
    one = result(("a", "a"))
    one.comparisons = compare(
        [[visit("/a", "x", "/<n>"), visit("/b", "x", "/<n>"), visit("/c", "x", None, "file")]] * 2,
        [visit("/a", "x", "/<n>"), visit("/b", "y", "/<n>"), visit("/c", "x", None, "file")],
    )
    first, second = routes(one)
    assert (first.rule, len(first.comparisons), first.answer) == ("/<n>", 2, "1 of 2 DIFFER")
    assert (second.rule, second.outcome) == ("no rule", Outcome.SAME)


# -- the terminal ------------------------------------------------------------------------


@pytest.mark.slow
def test_the_table(run: tuple[Run, Path]) -> None:
    out = run[0].out
    lines = out.splitlines()
    times = r"\d\S* [mu]?s +\d\S* [mu]?s +\d\S*x"
    assert any(re.match(rf"  /old +\d+ 302 .* same +{times}$", line) for line in lines), out
    assert any(re.match(r"  /me +\d+ .*DIFFER", line) for line in lines), out
    assert any(re.match(r"  /lucky +\d+ .*varies by itself", line) for line in lines), out
    assert "\x1b[" not in out + run[0].err  # no colours, nor lines overwritten, in a file
    assert "GET /me differs" in out
    assert (
        "once with 'flask --app shop:app run' and once with 'flaskfast --app shop:app run'" in out
    )
    assert "    curl -i http://127.0.0.1:5000/me " in out
    assert "requests are answered differently." in out
    assert "Asking flaskfast ...\n" in run[0].err


# -- JSON --------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_document_has_what_the_table_has(run: tuple[Run, Path]) -> None:
    found = run[0].document
    assert found["format"] == 1
    assert found["counts"]["differs"] == len(run[0].outcomes("differs")) > 0
    assert sum(found["counts"].values()) == len(found["requests"])
    assert {route["rule"] for route in found["routes"]} >= {"/", "/me", "/items/<int:number>"}
    for request in found["requests"]:
        assert request["curl"].startswith("curl -i ")
        assert bool(request["differences"]) is (request["outcome"] == "differs")


def test_the_document_of_an_application_that_cannot_be_loaded() -> None:
    one = result(("a", "a"))
    one.ours, one.failure, one.comparisons = None, "it raised", []
    found = json.loads(json.dumps(document(one)))
    assert (found["same"], found["failure"], found["versions"]["flaskfast"]) == (
        False,
        "it raised",
        None,
    )
    assert "it raised" in page(one)


# -- the page ----------------------------------------------------------------------------

#: Elements that have no end tag (HTML, 13.1.2).
VOID = {"meta", "link", "br", "img", "input", "rect"}


class Reader(HTMLParser):
    """Sees that every element is closed, and that nothing is fetched from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            assert not name.startswith("on"), (tag, name)
            if name in ("src", "href", "action", "data"):
                assert (value or "").startswith(("#", "data:")), (tag, value)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return reader


@pytest.mark.slow
def test_the_page_stands_alone(run: tuple[Run, Path]) -> None:
    text = run[1].read_text(encoding="utf-8")
    reader = read(text)
    assert {"svg", "table", "pre", "style"} <= reader.tags
    assert not {"script", "img", "iframe", "object"} & reader.tags
    assert "url(" not in text and "@import" not in text
    assert EVIL in reader.text
    assert run[0].document["verdict"] in reader.text
    for request in run[0].document["requests"]:
        assert f"{request['method']} {request['target']}" in reader.text


def test_whatever_an_application_says_is_escaped() -> None:
    one = result((EVIL, "x"))
    one.app = one.notes[:] = EVIL  # type: ignore[assignment]
    one.notes = [EVIL]
    one.genuine["seams"] = [{"kind": "patched", "name": EVIL, "by": EVIL}]
    one.genuine["extensions"] = [{"name": EVIL, "version": EVIL}]
    one.gains = {0: Gain([2e-6], [1e-6])}
    reader = read(page(one))
    assert not {"script", "img"} & reader.tags
    assert reader.text.count(EVIL) >= 5


@pytest.mark.skipif(BROWSER is None, reason="needs Chromium (Debian: apt install chromium)")
@pytest.mark.slow
def test_a_browser_shows_the_page(run: tuple[Run, Path], tmp_path: Path) -> None:
    """What the browser makes of the page, and a picture that is not empty."""
    picture = tmp_path / "report.png"
    options = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--virtual-time-budget=5000",
        f"--user-data-dir={tmp_path / 'profile'}",
        "--enable-logging=stderr",
        "--window-size=1200,2000",
    ]
    done = subprocess.run(
        [str(BROWSER), *options, "--dump-dom", run[1].as_uri()],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run[0].document["verdict"] in done.stdout
    assert done.stdout.count("<rect") > 20
    assert "<script>" not in done.stdout
    assert "CONSOLE" not in done.stderr, done.stderr  # neither errors nor refused resources
    subprocess.run(
        [str(BROWSER), *options, f"--screenshot={picture}", run[1].as_uri()],
        capture_output=True,
        timeout=300,
        check=True,
    )
    assert picture.stat().st_size > 20_000
