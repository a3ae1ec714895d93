"""Real applications, unmodified: httpbin, and the application of Flask's tutorial."""

from __future__ import annotations

import importlib
import os
import sqlite3
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.scenario import FLASK, Exchange
from benchmarks.scenarios.sessions import LIFETIME, signed
from benchmarks.shared import cache, worker

FLASK_SDIST = "flask==3.1.3"
FLASK_SDIST_SHA256 = "0ef0e52b8a9cd932855379197dd8f94047b359ca0a78695144304cb45f87c9eb"


def as_flask(framework: Any) -> None:
    """Make ``import flask`` mean *framework* in this interpreter."""
    if framework.__name__ != FLASK:
        framework.install_as_flask()


def declare_httpbin(
    name: str,
    path: str,
    marker: bytes,
    goal: float,
    *,
    kind: str | None,
    status: int = 200,
) -> None:
    """Declare one request to httpbin, whose answer carries *marker*."""
    scenario = Exchange(
        f"httpbin-{name}",
        f"httpbin's {path}",
        group="apps",
        path=path,
        status=status,
        content_type=kind,
        body=lambda body: marker in body,
        headers={"Access-Control-Allow-Origin": r"\*"},
        goal={"flask": goal},
        python_goal={"flask": 1.0},
        calls=20,
    )

    @scenario.family
    def _(flask: Any) -> Any:
        as_flask(flask)
        try:
            httpbin = importlib.import_module("httpbin")
        except ModuleNotFoundError as error:
            if error.name != "httpbin":
                raise
            raise worker.Absent("httpbin is not installed: pip install httpbin") from error
        return httpbin.app


HTML = "text/html; charset=utf-8"
declare_httpbin("get", "/get?a=1&b=two", b'"b": "two"', 1 / 2.5, kind="application/json")
declare_httpbin("html", "/html", b"Herman Melville - Moby-Dick", 1 / 6, kind=HTML)
declare_httpbin("status-418", "/status/418", b"-=[ teapot ]=-", 1 / 6, kind=None, status=418)


def tutorial() -> Path:
    """Return the directory with Flask's tutorial; fetch it from Flask's sdist the first time."""
    directory = cache() / "bench" / f"tutorial-{FLASK_SDIST_SHA256[:12]}"
    if not directory.exists():
        from tests.conformance import store

        archive = store.fetch_sdist(FLASK_SDIST, FLASK_SDIST_SHA256, store.cache_root() / "sdists")
        directory.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=directory.parent) as scratch:
            top = store.unpack(archive, Path(scratch))
            try:
                os.rename(top / "examples" / "tutorial", directory)
            except OSError:
                if not directory.exists():  # else another worker was faster
                    raise
    return directory


def fill(database: str, schema: str) -> None:
    """Make the tutorial's database with one author and 10 posts."""
    connection = sqlite3.connect(database)
    connection.executescript(schema)
    connection.execute("INSERT INTO user (username, password) VALUES ('ada', 'unused')")
    connection.executemany(
        "INSERT INTO post (author_id, created, title, body) VALUES (1, ?, ?, ?)",
        [
            (f"2026-01-{day:02} 12:00:00", f"Post {day} & more", f"The <b>text</b> of {day}.\n" * 5)
            for day in range(1, 11)
        ],
    )
    connection.commit()
    connection.close()


def declare_flaskr(
    name: str, what: str, path: str, goal: float, check: Any, *, logged_in: bool = False
) -> None:
    """Declare one request to the tutorial's application."""
    cookie = {"Cookie": f"session={signed({'user_id': 1}, 'dev')}"} if logged_in else {}
    scenario = Exchange(
        f"flaskr-{name}",
        what,
        group="apps",
        path=path,
        request_headers=cookie,
        body=check,
        goal={"flask": goal},
        python_goal={"flask": 1.0},
        calls=10,
    )

    @scenario.family
    def _(flask: Any) -> Any:
        as_flask(flask)
        directory = tutorial()
        sys.path.insert(0, str(directory))
        scratch = tempfile.TemporaryDirectory(prefix="flaskfast-bench-")
        database = str(Path(scratch.name, "flaskr.sqlite"))
        fill(database, (directory / "flaskr" / "schema.sql").read_text(encoding="utf-8"))
        app = importlib.import_module("flaskr").create_app(
            {
                "SECRET_KEY": "dev",
                "DATABASE": database,
                "PERMANENT_SESSION_LIFETIME": LIFETIME,
            }
        )
        app.extensions["benchmark directory"] = scratch  # lives as long as the application
        return app


def is_index(body: bytes) -> bool:
    """Whether this is the list of posts for somebody who is not logged in."""
    return body.count(b"<h1>Post ") == 10 and b"Log In" in body and b"Edit" not in body


def is_own_index(body: bytes) -> bool:
    """Whether this is the list of posts for their author."""
    return body.count(b'class="action"') == 11 and b"Log Out" in body


def is_login(body: bytes) -> bool:
    """Whether this is the login form."""
    return b'<input name="username" id="username" required>' in body


declare_flaskr("index", "the tutorial's index, 10 posts in SQLite", "/", 1 / 2.5, is_index)
declare_flaskr("index-in", "the same, logged in", "/", 1 / 2.5, is_own_index, logged_in=True)
declare_flaskr("login", "the tutorial's login page", "/auth/login", 1 / 4, is_login)
