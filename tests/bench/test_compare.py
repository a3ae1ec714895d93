"""``flaskfast bench``: an app of one's own on both frameworks."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from flaskfast._cli_programs import bench_command

pytestmark = pytest.mark.flavourless

APP = """
import flask

app = flask.Flask("own")

@app.get("/")
def index():
    return "index"

@app.get("/users/<name>")
def user(name):
    return flask.request.headers.get("X-Who", "nobody")

@app.get("/which")
def which():
    return "genuine" if flask.Flask.__module__ == "flask.app" else "flaskfast"

def make():
    return app
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "own.py").write_text(APP)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def bench(*arguments: str) -> Result:
    command = [*arguments, "--rounds", "2", "--seconds", "0.002"]
    return CliRunner().invoke(bench_command, command)


def test_a_table_and_a_page(here: Path) -> None:
    done = bench(
        "--app", "own:app", "--path", "/", "--path", "/users/a?b=<c>", "--html", "out.html"
    )
    assert done.exit_code == 0, done.output
    assert re.search(r"^/ +200 +\d+\.\d +\d+\.\d +\d+\.\d\d +\d", done.output, re.MULTILINE)
    page = (here / "out.html").read_text()
    assert "/users/a?b=&lt;c&gt;" in page
    chart = ElementTree.fromstring(re.search(r"<svg.*?</svg>", page, re.DOTALL)[0])  # type: ignore[index]
    assert sum(element.tag == "rect" for element in chart.iter()) == 2 * 2 + 2
    # Nothing is fetched from anywhere.
    assert not re.search(r"(src|href)=|url\(|@import", page)


def test_paths_are_found_and_headers_are_sent(here: Path) -> None:
    done = bench("--app", "own:make()")
    assert re.search(r"^/ ", done.output, re.MULTILINE)
    assert "/users" not in done.output
    done = bench("--app", "own:app", "--path", "/users/x", "--header", "X-Who: me")
    assert done.exit_code == 0, done.output


def test_a_different_answer_is_told_and_fails(here: Path) -> None:
    done = bench("--app", "own:app", "--path", "/which")
    assert done.exit_code == 1
    assert re.search(
        r"not the same answer: body 'flaskfast' where flask answers 'genuine'", done.output
    )


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((), "No application to time"),
        (("--app", "nowhere:app"), "There is no module nowhere here"),
        (("--app", "own:nothing"), "Module own has no nothing"),
        (("--app", "own:app", "--header", "nonsense"), "'Name: value'"),
    ],
)
def test_mistakes_are_explained(here: Path, arguments: tuple[str, ...], text: str) -> None:
    done = bench(*arguments)
    assert done.exit_code != 0
    assert text in done.output


def test_an_app_that_raises_is_shown_with_its_trace(here: Path) -> None:
    (here / "own.py").write_text("def app(environ, start_response):\n    raise OSError('disk')\n")
    done = bench("--app", "own:app", "--path", "/")
    assert done.exit_code == 1
    assert "OSError: disk" in done.output
    assert 'own.py", line 2' in done.output
