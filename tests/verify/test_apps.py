"""Real applications, whole: nothing differs, and nothing is taken for a difference."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from .conftest import SOURCE, Run, Verify

EXAMPLES = Path(SOURCE) / "examples"

NOTES = {
    "NOTES_SECRET_KEY": "kept in the tests, where nothing is secret",
    "NOTES_PASSWORD_HASHING": "pbkdf2:sha256:1",
}
INIT = f"rm -rf instance && {sys.executable} -m flask --app notes init-db"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A folder with the example application in it, and no data."""
    shutil.copytree(EXAMPLES / "notes", tmp_path / "site" / "notes")
    return tmp_path / "site"


def statuses(run: Run) -> set[str]:
    return {request["status"][:3] for request in run.document["requests"] if request["status"]}


@pytest.mark.slow
def test_httpbin(verify: Verify, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    # Those that wait for seconds are asked for none; what is random must be the same length.
    samples = ["--sample", "delay=0", "--sample", "n=3", "--sample", "codes=418"]
    run = verify("httpbin:app", *samples, cwd=tmp_path / "empty")
    assert run.status == 0, run.out + run.err
    assert len(run.document["requests"]) > 300
    assert any("/uuid" in line for line in run.outcomes("varies"))
    assert {"200", "302", "304", "401", "404", "405", "418"} <= statuses(run)
    assert {"name": "httpbin", "version": run.document["extensions"][0]["version"]} in (
        run.document["extensions"]
    )
    assert list((tmp_path / "empty").iterdir()) == []


@pytest.mark.slow
def test_the_example_with_its_forms(verify: Verify, notes: Path) -> None:
    """Registering, logging in, writing and deleting: all by the forms that its pages have."""
    arguments = ["notes:create_app()", "--unsafe", "--copy", "--reset", INIT]
    run = verify(*arguments, cwd=notes, **NOTES)
    assert run.status == 0, run.out + run.err
    done = {
        f"{r['method']} {r['rule']}": r["status"]
        for r in run.document["requests"]
        if r["variant"] == "a form"
    }
    for rule in ("/auth/register", "/auth/login", "/notes/new", "/notes/<int:note_id>/edit"):
        assert done[f"POST {rule}"] == "302 FOUND", done
    again = {r["rule"]: r for r in run.document["requests"] if r["variant"] == "with cookies"}
    assert again["/export.csv"]["status"] == "200 OK"  # logged in
    forged = {r["rule"]: r for r in run.document["requests"] if "forged" in (r["variant"] or "")}
    assert forged["/export.csv"]["status"] == "302 FOUND"  # to the log-in page
    assert not (notes / "instance").exists()


JOURNEY = """\
GET /auth/register

POST /auth/register
Content-Type: application/x-www-form-urlencoded

csrf_token={{csrf_token}}&name=visitor&password=correct+horse&again=correct+horse

GET /notes/new

POST /notes/new
Content-Type: application/x-www-form-urlencoded

csrf_token={{csrf_token}}&title=First&body=Some+%3Cb%3Etext%3C/b%3E&tags=a,b

GET /
GET /notes/1
GET /export.csv

POST /auth/logout
Content-Type: application/x-www-form-urlencoded

csrf_token={{csrf_token}}

GET /notes/1
"""


def test_a_visit_to_the_example(verify: Verify, notes: Path) -> None:
    (notes / "journey.http").write_text(JOURNEY)
    arguments = ["notes:create_app()", "--requests", "journey.http", "--reset", INIT]
    run = verify(*arguments, cwd=notes, **NOTES)
    assert run.status == 0, run.out + run.err
    assert [r["status"][:3] for r in run.document["requests"]] == [
        "200", "302", "200", "302", "200", "200", "200", "302", "302",
    ]  # fmt: skip
