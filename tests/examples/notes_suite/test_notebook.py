from __future__ import annotations

import csv
import io
import re
import sqlite3
from pathlib import Path

import flask
import pytest

from .conftest import Browser

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
    "0000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
)


def test_write_read_change_delete(ann: Browser) -> None:
    path = ann.write("Bread", "Flour\nWater\n\nSalt", "kitchen, Weekend kitchen")
    assert path == "/notes/1"
    page = ann.page(path)
    assert "The note is saved." in page
    assert "<p>Flour<br>\nWater</p>\n<p>Salt</p>" in page
    assert re.findall(r'href="/\?tag=(\w+)"', page) == ["kitchen", "weekend"]

    form = ann.page(f"{path}/edit")
    assert 'value="Bread"' in form
    assert 'value="kitchen weekend"' in form
    assert '<textarea name="body" rows="14">\nFlour\nWater\n\nSalt</textarea>' in form

    changed = ann.submit(f"{path}/edit", follow=True, title="Rye", body="Sour", tags="kitchen")
    assert "<h1>Rye</h1>" in changed.text
    assert "weekend" not in changed.text

    gone = ann.submit(f"{path}/delete", follow=True)
    assert "Deleted: Rye" in gone.text
    assert ann.get(path).status_code == 404


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"title": "  "}, "A note needs a title."),
        ({"title": "x" * 121}, "A title has at most 120 characters."),
        ({"title": "x", "tags": "fine not/fine"}, "this one does not: not/fine"),
    ],
)
@pytest.mark.parametrize("path", ["/notes/new", "/notes/1/edit"])
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    ann: Browser, path: str, fields: dict[str, str], complaint: str
) -> None:
    ann.write("First")
    response = ann.submit(path, body="Long thoughts", **fields)
    assert response.status_code == 422
    assert complaint in response.text
    assert "Long thoughts</textarea>" in response.text


def test_markup_is_shown_as_typed(ann: Browser) -> None:
    typed = "<script>alert(\"1\" & '2')</script>"
    escaped = "&lt;script&gt;alert(&#34;1&#34; &amp; &#39;2&#39;)&lt;/script&gt;"
    path = ann.write(typed, f"{typed} https://example.org/a?b=1&c=2.")
    for page in (ann.page(path), ann.page("/"), ann.page(f"{path}/edit")):
        assert typed not in page
        assert escaped in page
    assert (
        '<a href="https://example.org/a?b=1&amp;c=2" rel="nofollow noopener">'
        "https://example.org/a?b=1&amp;c=2</a>.</p>"
    ) in ann.page(path)


def test_pages(ann: Browser) -> None:
    for number in range(1, 8):
        ann.write(f"Note {number}")
    shown = [re.findall(r"Note \d", ann.page(f"/?page={page}")) for page in (1, 2, 3)]
    assert shown == [
        ["Note 7", "Note 6", "Note 5"],
        ["Note 4", "Note 3", "Note 2"],
        ["Note 1"],
    ]
    middle = ann.page("/?page=2")
    assert '<a rel="prev" href="/?page=1">' in middle
    assert '<a rel="next" href="/?page=3">' in middle
    assert "Page 2 of 3" in middle
    assert "Nothing here yet" in ann.page(f"/?page={10**30}")
    for odd in ("0", "-1", "x", "1e3", ""):
        assert ann.page(f"/?page={odd}") == ann.page("/")


def test_search_and_tags(ann: Browser) -> None:
    ann.write("Bread", "Flour and water", "kitchen")
    ann.write("Bicycle", "New brake pads", "weekend")
    ann.write("Pizza", "More FLOUR", "kitchen weekend")
    titles = {
        query: re.findall(r'<h2><a href="/notes/\d+">(\w+)</a>', ann.page(f"/{query}"))
        for query in ("?q=flour", "?tag=weekend", "?q=flour&tag=weekend", "?q=%25", "?q=%00")
    }
    assert titles == {
        "?q=flour": ["Pizza", "Bread"],
        "?tag=weekend": ["Pizza", "Bicycle"],
        "?q=flour&tag=weekend": ["Pizza"],
        "?q=%25": [],
        "?q=%00": [],
    }
    assert "2 notes tagged weekend" in ann.page("/?tag=weekend")
    assert 'href="/?tag=weekend" aria-current="true"' in ann.page("/?tag=weekend")


def test_page_links_keep_the_search(ann: Browser) -> None:
    for number in range(4):
        ann.write(f"Note {number}", tags="a")
    assert 'href="/?page=2&amp;q=note&amp;tag=a"' in ann.page("/?tag=a&q=note")


def test_another_users_notes_are_not_there(app: flask.Flask, ann: Browser) -> None:
    path = ann.write("Private")
    ann.submit(f"{path}/files", file=(io.BytesIO(b"text"), "a.txt"))
    ben = Browser(app.test_client())
    ben.register("ben")
    for method, target in [
        ("GET", path),
        ("GET", f"{path}/edit"),
        ("POST", f"{path}/edit"),
        ("POST", f"{path}/delete"),
        ("POST", f"{path}/share"),
        ("POST", f"{path}/files"),
        ("GET", f"{path}/files/1/a.txt"),
        ("POST", f"{path}/files/1/delete"),
        ("GET", f"/notes/{2**70}"),
        ("GET", "/notes/-1"),
    ]:
        data = {"csrf_token": ben.token()} if method == "POST" else None
        response = ben.client.open(target, method=method, data=data)
        assert response.status_code == 404, (method, target)
        assert "it is not yours to see" in response.text
    assert "Private" not in ben.page("/")
    assert "Private" in ann.page("/")


def test_shared_note_can_be_read_until_it_is_not(app: flask.Flask, ann: Browser) -> None:
    path = ann.write("Open", "For everybody")
    page = ann.submit(f"{path}/share", follow=True).text
    link = re.search(r"http://localhost(/shared/[0-9a-f-]{36})", page)
    assert link is not None
    stranger = app.test_client()
    shown = stranger.get(link[1])
    assert "For everybody" in shown.text
    assert "by ann," in shown.text
    assert "/edit" not in shown.text
    ann.submit(f"{path}/share")
    assert stranger.get(link[1]).status_code == 404
    assert stranger.get("/shared/not-a-key").status_code == 404


def test_attach_download_remove(app: flask.Flask, ann: Browser) -> None:
    path = ann.write("With files")
    files = [(io.BytesIO(b"plain <b>text</b>"), "../../a file.html"), (io.BytesIO(PNG), "dot.PNG")]
    page = ann.submit(f"{path}/files", file=files, follow=True).text
    assert "Attached 2 files." in page
    assert "17 bytes" in page
    addresses = re.findall(rf'<a href="({path}/files/[^"]+)"', page)
    assert addresses == [f"{path}/files/1/a_file.html", f"{path}/files/2/dot.PNG"]
    assert re.findall(r'<img src="([^"]+)"', page) == addresses[1:]

    text = ann.get(addresses[0])
    assert text.data == b"plain <b>text</b>"
    assert text.headers["Content-Disposition"] == "attachment; filename=a_file.html"
    assert text.headers["X-Content-Type-Options"] == "nosniff"
    image = ann.get(addresses[1])
    assert (image.mimetype, image.data) == ("image/png", PNG)
    assert image.headers["Content-Disposition"].startswith("inline")
    part = ann.get(addresses[0], headers={"Range": "bytes=0-4"})
    assert (part.status_code, part.data) == (206, b"plain")
    same = ann.get(addresses[0], headers={"If-None-Match": text.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    assert ann.get(f"{path}/files/1/another.name").status_code == 404
    for response in (text, image, part, same):
        response.close()

    kept = Path(app.config["UPLOADS"])
    assert len(list(kept.iterdir())) == 2
    assert all(re.fullmatch("[0-9a-f]{32}", file.name) for file in kept.iterdir())
    ann.submit(f"{path}/files/1/delete")
    assert len(list(kept.iterdir())) == 1
    ann.submit(f"{path}/delete")
    assert list(kept.iterdir()) == []


def test_attach_nothing(ann: Browser) -> None:
    path = ann.write("Without")
    assert "Choose a file first." in ann.submit(f"{path}/files", follow=True).text


def test_too_large_an_upload(app: flask.Flask, ann: Browser) -> None:
    path = ann.write("Small")
    response = ann.submit(f"{path}/files", file=(io.BytesIO(b"x" * 30_000), "big"))
    assert response.status_code == 413
    assert "That is larger than this notebook accepts." in response.text
    assert list(Path(app.config["UPLOADS"]).iterdir()) == []


def test_export_streams_every_note(ann: Browser) -> None:
    written = [(f"Note {n}", 'comma, "quote"\nline', "") for n in range(5)]
    for title, body, tags in written:
        ann.write(title, body, tags)
    response = ann.get("/export.csv")
    assert response.mimetype == "text/csv"
    assert response.headers["Content-Disposition"] == "attachment; filename=notes.csv"
    assert not response.is_sequence, "the export must not be held in memory"
    rows = list(csv.reader(io.StringIO(response.text)))
    assert rows[0] == ["id", "title", "body", "tags", "created", "changed"]
    assert [(row[1], row[2], row[3]) for row in rows[1:]] == written


def test_abandoned_export_closes_the_database(app: flask.Flask, ann: Browser) -> None:
    used: list[sqlite3.Connection] = []

    def remember(error: BaseException | None) -> None:
        if "database" in flask.g:
            used.append(flask.g.database)

    app.teardown_appcontext_funcs.append(remember)
    for number in range(3):
        ann.write(f"Note {number}")
    used.clear()
    response = ann.get("/export.csv")
    assert next(iter(response.response)).startswith(b"id,title")
    response.close()
    assert len(used) == 1
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        used[0].execute("SELECT 1")
