"""httpbin: one request after another that shows what it was asked (tests/served has 80 more)."""

from __future__ import annotations

import base64

from .visitor import Upload, Visitor


def journey(visitor: Visitor) -> None:
    """See most of what it can do, with cookies kept from page to page."""
    for path in ("/", "/forms/post", "/get?a=1&a=2&b=%C3%A9", "/headers", "/ip", "/user-agent"):
        visitor.get(path)
    visitor.post("/post", {"custname": "Ann", "topping": ["bacon", "cheese"]})
    visitor.upload("/post", {"a": "ü"}, file=Upload("ü.txt", b"\x00\xff\r\n--", "text/plain"))
    for method in ("PUT", "PATCH", "DELETE"):
        visitor.ask(method, "/anything/x/y", b'{"a": [1]}', {"Content-Type": "application/json"})
    visitor.get("/cookies/set?flavour=chocolate&kind=bar")
    visitor.follow()
    visitor.get("/cookies/delete?kind")
    visitor.follow()
    visitor.get("/redirect/3")
    visitor.follow()
    visitor.follow()
    for status in (200, 204, 304, 401, 402, 404, 406, 418, 500):
        visitor.get(f"/status/{status}")
    credentials = base64.b64encode(b"ann:secret").decode()
    visitor.get("/basic-auth/ann/secret")
    visitor.get("/basic-auth/ann/secret", Authorization=f"Basic {credentials}")
    visitor.get("/bearer", Authorization="Bearer abc")
    visitor.get("/cache", If_None_Match="x")
    visitor.get("/etag/abc", If_None_Match='"abc"')
    visitor.get("/range/30", Range="bytes=10-19")
    visitor.get("/stream/3")
    visitor.get("/stream-bytes/50?seed=1&chunk_size=7")
    visitor.get("/bytes/20?seed=3")
    visitor.get("/drip?duration=0&numbytes=4&delay=0")
    visitor.get("/links/3/1")
    visitor.get("/base64/SGVsbG8=")
    visitor.get("/response-headers?X-A=1&X-A=2&freeform=x")
    for path in ("/html", "/xml", "/json", "/robots.txt", "/deny", "/encoding/utf8"):
        visitor.get(path)
    visitor.get("/image", Accept="image/webp")
    visitor.get("/image", Accept="text/html")
    visitor.get("/static/favicon.ico")
    visitor.get("/nothing/here")
