from __future__ import annotations

from typing import Any

import flask
import pytest
from flask.testing import FlaskClient

from .conftest import Browser


def test_crud(api: FlaskClient) -> None:
    made = api.post("/api/notes", json={"title": " Bread ", "tags": ["kitchen"]})
    assert (made.status_code, made.location) == (201, "/api/notes/1")
    note = api.get("/api/notes/1").get_json()
    assert note == made.get_json()
    assert (note["title"], note["body"], note["tags"]) == ("Bread", "", ["kitchen"])

    patched = api.patch("/api/notes/1", json={"body": "Flour"}).get_json()
    assert (patched["title"], patched["body"], patched["tags"]) == ("Bread", "Flour", ["kitchen"])
    put = api.put("/api/notes/1", json={"title": "Rye"}).get_json()
    assert (put["title"], put["body"], put["tags"]) == ("Rye", "", [])

    deleted = api.delete("/api/notes/1")
    assert (deleted.status_code, deleted.data) == (204, b"")
    assert api.get("/api/notes/1").status_code == 404


def test_list_has_pages(api: FlaskClient) -> None:
    for number in range(4):
        api.post("/api/notes", json={"title": f"Note {number}", "tags": ["b", "a"]})
    first = api.get("/api/notes?q=note&tag=a").get_json()
    assert (first["page"], first["pages"], first["total"]) == (1, 2, 4)
    assert first["notes"][0] == {
        "changed": first["notes"][0]["changed"],
        "id": 4,
        "tags": ["a", "b"],
        "title": "Note 3",
        "url": "http://localhost/api/notes/4",
    }
    assert first["next"] == "http://localhost/api/notes?page=2&q=note&tag=a"
    second = api.get(first["next"]).get_json()
    assert [note["title"] for note in second["notes"]] == ["Note 0"]
    assert second["next"] is None


def test_etag(api: FlaskClient) -> None:
    api.post("/api/notes", json={"title": "Bread"})
    tag = api.get("/api/notes/1").headers["ETag"]
    same = api.get("/api/notes/1", headers={"If-None-Match": tag})
    assert (same.status_code, same.data) == (304, b"")
    api.patch("/api/notes/1", json={"title": "Rye"})
    assert api.get("/api/notes/1", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "message"),
    [
        ("GET", "/api/notes/7", {}, 404, "You have no note 7."),
        ("GET", "/api/nothing", {}, 404, None),
        ("GET", "/api", {}, 404, None),
        ("POST", "/api/notes/1", {}, 405, None),
        ("POST", "/api/notes", {"data": b"{}"}, 415, None),
        ("POST", "/api/notes", {"data": b"{", "content_type": "application/json"}, 400, None),
        ("POST", "/api/notes", {"json": []}, 400, "The body must be a JSON object."),
        ("POST", "/api/notes", {"json": {"x": 1}}, 400, "A note has title, body and tags, not x."),
        ("POST", "/api/notes", {"json": {"title": 1}}, 400, None),
        ("POST", "/api/notes", {"json": {"title": "\ud800"}}, 400, None),
        ("POST", "/api/notes", {"json": {"title": "x", "tags": "a"}}, 400, None),
        ("POST", "/api/notes", {"json": {"title": "x", "tags": [1]}}, 400, None),
        ("POST", "/api/notes", {"json": {}}, 422, "A note needs a title."),
        ("POST", "/api/notes", {"json": {"title": "x", "body": "y" * 30_000}}, 413, None),
    ],
)
def test_every_error_is_json(
    api: FlaskClient,
    method: str,
    path: str,
    options: dict[str, Any],
    status: int,
    message: str | None,
) -> None:
    response = api.open(path, method=method, **options)
    assert response.status_code == status, response.text
    assert response.mimetype == "application/json"
    error = response.get_json()["error"]
    assert error["code"] == status
    assert error["message"]
    if message is not None:
        assert error["message"] == message
    if status == 405:
        assert response.headers["Allow"]


@pytest.mark.parametrize(
    "header", [None, "Bearer", "Bearer wrong", "Bearer \xff", "Basic YW5uOmxvbmcgZW5vdWdo", "x"]
)
def test_without_a_token(app: flask.Flask, ann: Browser, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    response = app.test_client().get("/api/notes", headers=headers)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].lower().startswith("bearer")
    assert response.get_json()["error"]["name"] == "Unauthorized"


def test_the_session_does_not_open_the_api(ann: Browser) -> None:
    assert ann.page("/auth/account")
    assert ann.get("/api/notes").status_code == 401


def test_a_new_token_replaces_the_old(api: FlaskClient, ann: Browser) -> None:
    assert api.get("/api/notes").status_code == 200
    ann.submit("/auth/account")
    assert api.get("/api/notes").status_code == 401


def test_another_users_note(app: flask.Flask, api: FlaskClient) -> None:
    ben = Browser(app.test_client())
    ben.register("ben")
    ben.write("Private")
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        response = api.open("/api/notes/1", method=method, json={"title": "Mine"})
        assert response.status_code == 404
    assert "Private" in ben.page("/")
