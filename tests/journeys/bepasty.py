"""bepasty: a place to leave texts and files, by a form and by a REST interface."""

from __future__ import annotations

import base64

from .visitor import Upload, Visitor

TEXT = "def f():\n    return '<b>é</b>'\n"


def journey(visitor: Visitor) -> None:
    """Log in, leave a text and a file, look at them in every way, change, lock, delete."""
    visitor.get("/")
    visitor.post("/+login", {"token": "wrong"})
    visitor.post("/+upload", {"text": "no right"})
    visitor.post("/+login", {"token": "write"})
    visitor.follow()
    visitor.get("/apis/rest")
    _by_rest(visitor)
    visitor.get("/")
    text = _new(
        visitor,
        visitor.post(
            "/+upload",
            {"text": TEXT, "contenttype": "text/x-python", "filename": "f.py"}
            | {"maxlife-value": "1", "maxlife-unit": "forever"},
        ).headers,
    )
    visitor.follow()
    visitor.get("/+list")  # of one: it is in the order of the directory
    file = _new(
        visitor,
        visitor.upload(
            "/+upload",
            {"maxlife-value": "1", "maxlife-unit": "forever"},
            file=Upload("bytes.bin", bytes(range(256)) * 400, "application/octet-stream"),
        ).headers,
    )
    visitor.get(f"/{file}")
    visitor.get(f"/{file}/+download")
    visitor.get(f"/{file}/+download", Range="bytes=100-299")
    visitor.get(f"/{text}/+inline")
    visitor.get(f"/{text}/+qr")
    visitor.get(f"/{text}/+thumbnail")
    visitor.post(f"/{text}/+modify", {"filename": "g.py", "contenttype": "text/plain"})
    visitor.get(f"/{text}")
    visitor.post(f"/{text}/+lock")
    visitor.post(f"/{text}/+delete")
    visitor.post(f"/{text}/+unlock")
    visitor.get("/nothing")
    visitor.post("/apis/lodgeit/", {"language": "python"})
    visitor.post(f"/{file}/+delete")
    visitor.get(f"/{file}")
    visitor.get("/xstatic/nothing/x.js")
    visitor.get("/static/app/css/style.css")
    visitor.post("/+logout")
    visitor.get("/+list")


def _by_rest(visitor: Visitor) -> None:
    content = base64.b64encode(b"by rest")
    headers = {"Content-Type": "text/plain", "Content-Filename": "rest.txt"}
    visitor.ask("POST", "/apis/rest/items", content, headers)  # no Content-Range
    answer = visitor.ask(
        "POST",
        "/apis/rest/items",
        content,
        {**headers, "Content-Range": "bytes 0-6/7", "Content-Length": str(len(content))},
    )
    given = dict(answer.headers)
    visitor.learn("transaction", given["Transaction-ID"])
    item = visitor.learn("item", given["Content-Location"].rpartition("/")[2])
    # The hash is computed by a thread.
    visitor.get_until(f"/apis/rest/items/{item}", lambda body: b'"hash":""' not in body)
    visitor.get(f"/apis/rest/items/{item}/download")
    visitor.get("/apis/rest/items")
    visitor.post(f"/apis/rest/items/{item}/delete")
    visitor.get(f"/apis/rest/items/{item}")


def _new(visitor: Visitor, headers: tuple[tuple[str, str], ...]) -> str:
    location = dict(headers)["Location"]
    return visitor.learn("item", location.partition("#")[0].rpartition("/")[2])
