"""A notebook of its own for every test, on whichever ``flask`` this process imports."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "examples"))

import flask
from flask.testing import FlaskClient
from notes import create_app, database
from werkzeug.test import TestResponse


def pytest_report_header() -> str:
    return f"flask is {flask.Flask.__module__}"


@pytest.fixture
def app(tmp_path: Path) -> flask.Flask:
    app = create_app(
        {
            "TESTING": True,
            "SECRET_KEY": "kept in the tests",
            "DATABASE": str(tmp_path / "notes.sqlite3"),
            "UPLOADS": str(tmp_path / "uploads"),
            "PASSWORD_HASHING": "pbkdf2:sha256:1",
            "PAGE_SIZE": 3,
            "MAX_CONTENT_LENGTH": 20_000,
        }
    )
    with app.app_context():
        database.create(app.config["DATABASE"])
    return app


@pytest.fixture
def browser(app: flask.Flask) -> Browser:
    return Browser(app.test_client())


@pytest.fixture
def ann(browser: Browser) -> Browser:
    """A browser in which Ann has registered."""
    browser.register("ann")
    return browser


@pytest.fixture
def api(app: flask.Flask, ann: Browser) -> Iterator[FlaskClient]:
    """A client that sends Ann's API token."""
    page = ann.submit("/auth/account").text
    token = re.search(r'class="token">([\w-]+)<', page)
    assert token is not None
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token[1]}"
    yield client


class Browser:
    """Fetches pages and sends their forms as a person would."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **options: object) -> TestResponse:
        return self.client.get(path, **options)

    def page(self, path: str) -> str:
        response = self.get(path)
        assert response.status_code == 200, response.text
        return response.text

    def token(self) -> str:
        """Return the form token that any page with a form carries."""
        match = re.search(r'name="csrf_token" value="([\w-]+)"', self.page("/auth/login"))
        assert match is not None
        return match[1]

    def submit(self, path: str, *, follow: bool = False, **fields: object) -> TestResponse:
        return self.client.post(
            path, data={"csrf_token": self.token(), **fields}, follow_redirects=follow
        )

    def register(self, name: str, password: str = "long enough") -> TestResponse:
        return self.submit("/auth/register", name=name, password=password, again=password)

    def write(self, title: str, body: str = "", tags: str = "") -> str:
        """Write a note and return its path."""
        response = self.submit("/notes/new", title=title, body=body, tags=tags)
        assert response.status_code == 302, response.text
        return response.location
