"""What surrounds the pages: errors, headers, templates, configuration, the command."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import flask
import pytest
from notes import create_app

from .conftest import Browser


def test_missing_page(browser: Browser) -> None:
    response = browser.get("/nowhere")
    assert response.status_code == 404
    assert "<h1>Not Found</h1>" in response.text
    assert "<title>Not Found - Notes</title>" in response.text


def test_wrong_method_keeps_allow(browser: Browser) -> None:
    response = browser.get("/auth/logout")
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}
    assert "<h1>Method Not Allowed</h1>" in response.text


@pytest.mark.parametrize(
    ("path", "mimetype"), [("/", "text/html"), ("/api/notes", "application/json")]
)
def test_our_own_mistake_is_an_error_page(
    app: flask.Flask, ann: Browser, path: str, mimetype: str
) -> None:
    os.remove(app.config["DATABASE"])
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.logger.disabled = True
    response = ann.get(path, headers={"Authorization": "Bearer x"})
    assert response.status_code == 500
    assert response.mimetype == mimetype
    assert "Internal Server Error" in response.text
    assert "sqlite" not in response.text


def test_missing_database_names_the_mend(app: flask.Flask, ann: Browser) -> None:
    os.remove(app.config["DATABASE"])
    with pytest.raises(RuntimeError, match="init-db"):
        ann.get("/")


def test_headers(browser: Browser) -> None:
    for path in ("/", "/static/style.css", "/nowhere", "/api/notes"):
        response = browser.get(path)
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
        response.close()


def test_static_file(browser: Browser) -> None:
    with browser.get("/static/style.css") as response:
        assert response.mimetype == "text/css"
        assert b"--paper" in response.data
    for outside in ("/static/../schema.sql", "/static/%2e%2e/schema.sql", "/static/"):
        assert browser.get(outside).status_code == 404


def test_moments_and_sizes(app: flask.Flask) -> None:
    filters = app.jinja_env.filters
    assert filters["when"]("2026-03-04T05:06:07+00:00") == (
        '<time datetime="2026-03-04T05:06:07+00:00">04 Mar 2026, 05:06 UTC</time>'
    )
    sizes = [filters["filesize"](size) for size in (0, 999, 1000, 45_300, 3_210_000, 5 * 10**9)]
    assert sizes == ["0 bytes", "999 bytes", "1.0 kB", "45.3 kB", "3.2 MB", "5000.0 MB"]


def test_init_db(app: flask.Flask) -> None:
    runner = app.test_cli_runner()
    assert "already there" in runner.invoke(args=["init-db"]).output
    made = runner.invoke(args=["init-db", "--sample", "--reset"])
    assert made.exit_code == 0, made.output
    assert app.config["DATABASE"] in made.output
    browser = Browser(app.test_client())
    browser.submit("/auth/login", name="demo", password="demo")
    assert "Escaping, on purpose" in browser.page("/")
    assert "&lt;script&gt;" in browser.page("/notes/5")


def test_secret_key_is_made_once_and_kept_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance = tmp_path / "instance"
    monkeypatch.setattr(flask.Flask, "auto_find_instance_path", lambda self: str(instance))
    first, second = create_app(), create_app()
    assert len(first.config["SECRET_KEY"]) == 64
    assert first.config["SECRET_KEY"] == second.config["SECRET_KEY"]
    assert stat.S_IMODE((instance / "secret_key").stat().st_mode) == 0o600


def test_settings_from_file_and_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.py").write_text("SECRET_KEY = 'from the file'\nPAGE_SIZE = 5\n")
    monkeypatch.setattr(flask.Flask, "auto_find_instance_path", lambda self: str(tmp_path))
    monkeypatch.setenv("NOTES_PAGE_SIZE", "7")
    config = create_app().config
    assert (config["SECRET_KEY"], config["PAGE_SIZE"]) == ("from the file", 7)
