"""The requests that the everyday application is asked: sessions, templates, hooks, streams."""

from __future__ import annotations

import hashlib

from itsdangerous import URLSafeTimedSerializer

from .apps import everyday
from .normalisation import EXPIRES, MAX_AGE_COOKIE, SESSION_COOKIE
from .recording import (
    Request,
    ask,
    basic,
    conversation,
    file_part,
    form,
    get,
    json,
    multipart,
)

_SIGNER = URLSafeTimedSerializer(
    everyday.SECRET_KEY,
    salt="cookie-session",
    signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha1},
)


def _session(**values: object) -> tuple[str, str]:
    """A Cookie header of a session that is as old as this process."""
    return "Cookie", f"session={_SIGNER.dumps(values)}"


_NAMED = _session(name="ann")
_FLASHED = _session(_flashes=[{" t": ["info", "<kept>"]}], name="bob")
_DATE = "Thu, 01 Jan 2026 00:00:00 GMT"
_PROXY = [
    ("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Proto", "https"),
    ("X-Forwarded-Host", "front.test"), ("X-Forwarded-Prefix", "/under"),
]  # fmt: skip
_SIGNED_IN = (SESSION_COOKIE,)
_AGING = (EXPIRES,)

# fmt: off
REQUESTS: list[Request] = [
    get("index", "/"),
    get("index with a session", "/", [_FLASHED], normalise=_SIGNED_IN),
    get("index, stopped before", "/?stop=before"),
    get("events of that", "/events"),
    get("page, default", "/page/"),
    get("page, slash missing", "/page"),
    get("page, slash missing, query", "/page?a=%20b&c"),
    get("page in German", "/de/page/4"),
    get("page 1 redirects to the default", "/en/page/1"),
    get("page, no number", "/de/page/x"),
    get("tags", "/tags/a+b%20c+%C3%A9"),
    get("kinds", "/kinds/-1.5/00000000-0000-0000-0000-00000000000a/green/xy"),
    get("kinds, one wrong", "/kinds/1.5/00000000-0000-0000-0000-00000000000a/blue/xy"),
    get("json of all types", "/json"),
    ask("json back", "POST", "/json", *json('{"b": [1.50, null], "a": "\u20ac\\u2028"}')),
    ask("json, wrong type", "POST", "/json", [("Content-Type", "text/plain")], b"{}"),
    ask("json, broken", "POST", "/json", *json("{")),
    ask("json, nothing", "POST", "/json", *json("")),
    get("events of json", "/events"),
    get("echo", "/echo?a=1&b=2&a=%C3%A9&c", [
        ("Accept", "text/html;q=0.8, application/json"), ("Cookie", "x=1; y=two"),
        ("Accept-Language", "fr, en;q=0.5, de;q=0.7"), ("Range", "bytes=1-2"),
        basic("ann:secret"), ("User-Agent", "r/1")]),
    ask("echo form", "POST", "/echo", *form("a=1&a=2&b=%ff&c=+")),
    ask("echo multipart", "PUT", "/echo?q=1", *multipart(
        file_part("up", "caf\u00e9.txt", b"content", "text/plain; charset=utf-8"))),
    ask("echo json", "POST", "/echo", *json("{}", "application/json; charset=utf-16; x=y")),
    get("echo behind a proxy", "/echo", _PROXY),
    *[get(f"returns {kind}", f"/returns/{kind.replace(' ', '%20')}") for kind in (
        "str", "bytes", "empty", "tuple", "headers", "three", "status", "dict", "list", "response",
        "made", "generator", "iterator", "error", "none", "int", "bad", "wsgi", "no content",
        "reset", "not modified", "unknown")],
    get("events of returns", "/events"),
    *[ask(f"returns {kind}, head", "HEAD", f"/returns/{kind}") for kind in (
        "str", "generator", "wsgi", "empty", "dict")],
    *[get(f"raises {kind}", f"/raise/{kind}") for kind in (
        "teapot", "key", "abort", "400", "401", "404", "405", "410", "418", "429", "500", "503",
        "999", "runtime")],
    get("events of raises", "/events"),
    get("not found", "/nowhere/<at-all>"),
    ask("not allowed", "DELETE", "/"),
    get("login page", "/login"),
    ask("login", "POST", "/login", *form("name=ann"), normalise=_SIGNED_IN),
    ask("login to keep", "POST", "/login", *form("name=%C3%A9%22&keep=1"), normalise=_SIGNED_IN),
    ask("login without a name", "POST", "/login", *form("x=1")),
    get("login page when known", "/login", [_NAMED]),
    get("login page with messages", "/login", [_FLASHED], normalise=_SIGNED_IN),
    ask("logout", "POST", "/logout", [_NAMED], normalise=_SIGNED_IN),
    ask("logout of nobody", "POST", "/logout"),
    get("messages", "/messages", [_FLASHED], normalise=_SIGNED_IN),
    get("messages, none", "/messages"),
    get("session, forged", "/login", [("Cookie", "session=e30.aaaaaa.bbbb")]),
    get("session, permanent, untouched", "/later", [_session(_permanent=True, name="x")],
        normalise=_SIGNED_IN),
    get("session of tagged values", "/tagged", normalise=_SIGNED_IN),
    get("cookies", "/cookies", normalise=(MAX_AGE_COOKIE,)),
    get("later", "/later"),
    get("stream", "/stream?n=4"),
    get("stream, nothing", "/stream?n=0"),
    ask("stream, head", "HEAD", "/stream"),
    get("stream of a template", "/stream-template"),
    get("template", "/template?a=%3Cb%3E", [_NAMED]),
    get("template with messages", "/template", [_FLASHED], normalise=_SIGNED_IN),
    get("download", "/download", normalise=_AGING),
    ask("download, head", "HEAD", "/download", normalise=_AGING),
    get("download, range", "/download", [("Range", "bytes=5-14")], normalise=_AGING),
    get("download, range of an old version", "/download",
        [("Range", "bytes=5-14"), ("If-Range", '"older"')], normalise=_AGING),
    get("download, range of this version", "/download",
        [("Range", "bytes=5-14"), ("If-Range", '"fixed"')], normalise=_AGING),
    get("download, range by date", "/download",
        [("Range", "bytes=0-1"), ("If-Range", _DATE)], normalise=_AGING),
    get("download, not modified by tag", "/download",
        [("If-None-Match", 'W/"fixed"')], normalise=_AGING),
    get("download, not modified by date", "/download",
        [("If-Modified-Since", _DATE)], normalise=_AGING),
    get("download, name of utf-8", "/download?name=%C3%BC%22%3B%20x.txt", normalise=_AGING),
    get("static file", "/static/style.css", normalise=_AGING),
    get("static file of the blueprint", "/shop/static/style.css", normalise=_AGING),
    get("file", "/files/style.css", normalise=_AGING),
    get("file, range", "/files/style.css", [("Range", "bytes=-4")], normalise=_AGING),
    get("file, missing", "/files/none.css"),
    get("file, outside", "/files/../everyday.py"),
    get("file, directory", "/files/."),
    ask("upload", "POST", "/upload", *multipart(
        file_part("file", "a.txt", b"a" * 100, "text/plain"), file_part("file", "b", b"", ""))),
    ask("upload, none", "POST", "/upload", *form("file=x")),
    ask("upload, too large", "POST", "/upload", *multipart(file_part("file", "a", b"a" * 250_000))),
    get("conditional", "/conditional"),
    get("conditional, range", "/conditional", [("Range", "bytes=8-15")]),
    get("conditional, ranges", "/conditional", [("Range", "bytes=0-1,4-5")]),
    get("conditional, not satisfiable", "/conditional", [("Range", "bytes=900-")]),
    get("conditional, any tag", "/conditional", [("If-None-Match", "*")]),
    get("conditional, by date", "/conditional", [("If-Modified-Since", _DATE)]),
    get("conditional, failed", "/conditional", [("If-Match", '"x"')]),
    ask("options by hand", "OPTIONS", "/options"),
    ask("options of their own", "OPTIONS", "/login"),
    ask("options, item", "OPTIONS", "/item/1"),
    get("listing", "/listing"),
    ask("listing, post", "POST", "/listing"),
    ask("listing, put", "PUT", "/listing"),
    get("item", "/item/5"),
    ask("item, head", "HEAD", "/item/5"),
    ask("item, put", "PUT", "/item/5"),
    ask("item, delete", "DELETE", "/item/5"),
    ask("item, patch", "PATCH", "/item/5"),
    get("shop", "/shop/"),
    get("shop item", "/shop/item/7"),
    get("shop, teapot", "/shop/teapot"),
    get("admin", "/shop/admin/"),
    get("admin index", "/shop/admin/index"),
    get("outlet", "/outlet/item/3"),
    get("outlet's admin", "/outlet/admin/index"),
    get("events of the shop", "/events?stop=no"),
    get("mounted", "/mounted/x"),
    get("mounted root", "/mounted"),
    get("mounted, redirect behind a proxy", "/page", _PROXY),
    conversation("login and another",
        ("POST", "/login", *form("name=")), ("GET", "/later", [], b""), normalise=_SIGNED_IN),
    get("events at the end", "/events"),
]
