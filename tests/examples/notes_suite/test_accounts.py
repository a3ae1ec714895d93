from __future__ import annotations

import flask
import pytest
from flask import g, session

from .conftest import Browser


def test_front_page_of_a_stranger(browser: Browser) -> None:
    page = browser.page("/")
    assert 'href="/auth/register"' in page
    assert "Log out" not in page
    assert "Set-Cookie" not in browser.get("/").headers


def test_register_logs_in(browser: Browser) -> None:
    response = browser.register("ann")
    assert (response.status_code, response.location) == (302, "/")
    page = browser.page("/")
    assert "Welcome, ann. This is your notebook." in page
    assert "Nothing here yet" in page
    assert "Welcome, ann" not in browser.page("/"), "a flashed message is shown once"


@pytest.mark.parametrize(
    ("name", "password", "again", "complaint"),
    [
        ("a", "long enough", "long enough", "A name has between 2 and 40 letters."),
        ("a" * 41, "long enough", "long enough", "A name has between 2 and 40 letters."),
        ("a\nb", "long enough", "long enough", "A name has between 2 and 40 letters."),
        ("bob", "short", "short", "A password has at least 8 characters."),
        ("bob", "long enough", "another one", "The two passwords differ."),
        ("ANN", "long enough", "long enough", "The name ANN is taken."),
    ],
)
def test_register_complains(
    ann: Browser, name: str, password: str, again: str, complaint: str
) -> None:
    response = ann.submit("/auth/register", name=name, password=password, again=again)
    assert response.status_code == 422
    assert complaint in response.text


def test_login_and_logout(app: flask.Flask, ann: Browser) -> None:
    with app.test_client() as client:
        other = Browser(client)
        failed = other.submit("/auth/login", name="ann", password="wrong one")
        assert failed.status_code == 422
        assert "Name and password do not belong together." in failed.text
        assert 'value="ann"' in failed.text

        response = other.submit("/auth/login", name="ann", password="long enough")
        assert (response.status_code, response.location) == (302, "/")
        assert session["user_id"] == 1
        assert not session.permanent
        client.get("/")
        assert g.user["name"] == "ann"

        response = other.submit("/auth/logout", follow=True)
        assert "You are logged out." in response.text
        assert "user_id" not in session


def test_unknown_user_gets_the_same_answer(ann: Browser) -> None:
    wrong = ann.submit("/auth/login", name="ann", password="wrong one")
    unknown = ann.submit("/auth/login", name="nobody", password="wrong one")
    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text.replace('value="ann"', 'value="nobody"') == unknown.text


def test_remembered_session_has_an_expiry(ann: Browser) -> None:
    once = ann.submit("/auth/login", name="ann", password="long enough")
    kept = ann.submit("/auth/login", name="ann", password="long enough", remember="on")
    assert "Expires=" not in once.headers["Set-Cookie"]
    assert "Expires=" in kept.headers["Set-Cookie"]
    for response in (once, kept):
        assert "HttpOnly" in response.headers["Set-Cookie"]
        assert "SameSite=Lax" in response.headers["Set-Cookie"]


@pytest.mark.parametrize("path", ["/notes/new", "/notes/1", "/export.csv", "/auth/account"])
def test_strangers_are_sent_to_log_in_and_back(browser: Browser, path: str) -> None:
    browser.register("ann")
    browser.submit("/auth/logout")
    response = browser.get(path)
    assert response.status_code == 302
    assert response.location.startswith("/auth/login?next=")
    entered = browser.submit(response.location, name="ann", password="long enough")
    assert entered.location.rstrip("?") == path


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "evil", "/\n/x", ""]
)
def test_login_never_leaves_the_site(ann: Browser, target: str) -> None:
    data = {"csrf_token": ann.token(), "name": "ann", "password": "long enough"}
    response = ann.client.post("/auth/login", query_string={"next": target}, data=data)
    assert (response.status_code, response.location) == (302, "/")


def test_log_in_starts_a_new_session(browser: Browser) -> None:
    before = browser.token()
    browser.register("ann")
    assert browser.token() != before


@pytest.mark.parametrize("token", [None, "", "guessed", "gu\u00e9ssed"])
def test_form_without_its_token_is_refused(ann: Browser, token: str | None) -> None:
    data = {"title": "Forged"} if token is None else {"title": "Forged", "csrf_token": token}
    response = ann.client.post("/notes/new", data=data)
    assert response.status_code == 400
    assert "This form is out of date." in response.text
    assert "Forged" not in ann.page("/")


def test_a_deleted_user_is_logged_out(app: flask.Flask, ann: Browser) -> None:
    from notes.database import connection

    with app.app_context(), connection() as database:
        database.execute("DELETE FROM user")
    assert ann.get("/auth/account").status_code == 302
