"""What plans are drawn from: the rules, settings, steps, answers, headers and so on."""

from __future__ import annotations

from typing import Any

from . import steps
from .exchanging import KEYS as KEYS
from .plan import Answer, Steps

PROBES = tuple(steps.PROBES)

# -- routes

#: Rules, and a path that each matches, as a server gives it: bytes as Latin-1 text.
PATHS = {
    "/": "/",
    "/a": "/a",
    "/a/": "/a/",
    "/b/<x>": "/b/one",
    "/b/<x>/": "/b/two/",
    "/b/<x>/<y>": "/b/three/4",
    "/n/<int:n>": "/n/12",
    "/n/<int(fixed_digits=3, max=500):n>": "/n/012",
    "/f/<float:n>": "/f/1.5",
    "/p/<path:x>": "/p/q/r.txt",
    "/p/<path:x>/end": "/p/q/end",
    "/w/<any(yes,no):x>": "/w/no",
    "/t/<twice:x>": "/t/ab-ab",
    "/u/<uuid:x>": "/u/12345678-1234-5678-1234-567812345678",
    "/l/<lang>/<x>": "/l/en/one",
    "/d/": "/d/",
    "/d/<int:n>": "/d/1",
    "/long/way/to/go": "/long/way/to/go",
    "/b/fixed": "/b/fixed",
    "/s/<string(length=3):x>": "/s/abc",
    "/x<x>y": "/xay",
    "/é/<x>": "/Ã©/Ã¼",
    "/é/<y>/": "/Ã©/Ã/",
}
RULES = tuple(PATHS)
ENDPOINTS = ("one", "two", "three", "four", "five", "six")
#: Names of blueprints by how deep they may nest others.
NAMES = ((), ("inner",), ("first", "second"))
PREFIXES: tuple[Any, ...] = tuple(
    (("url_prefix", prefix),) for prefix in (None, "/in", "/in/deep/", "/l/<lang>", "/")
)
BLUEPRINT_ARGUMENTS: tuple[Any, ...] = (
    (("subdomain", "sub"),),
    (("url_defaults", (("lang", "fr"),)),),
    (("static_folder", "files"),),
    (("static_folder", "files"), ("static_url_path", "/of-bp")),
    (("template_folder", "files/inner"),),
)
REGISTRATIONS: tuple[Any, ...] = (
    (("name", "renamed"),),
    (("subdomain", "more"),),
    (("url_defaults", (("lang", "it"),)),),
)
STYLES = (
    "get",
    "post",
    "route",
    "named",
    "partial",
    "object",
    "class",
    "method",
    "required",
    "async",
    "missing",
)
METHODS: tuple[Any, ...] = (("POST",), ("GET", "POST"), ("put", "OPTIONS"), ("HEAD",), ())
RULE_OPTIONS: tuple[Any, ...] = (
    (("strict_slashes", False),),
    (("strict_slashes", False),),
    (("defaults", (("n", 1),)),),
    (("merge_slashes", False),),
    (("redirect_to", "/a"),),
    (("build_only", True),),
    (("websocket", True),),
    (("subdomain", "sub"),),
    (("host", "h.example"),),
    (("provide_automatic_options", False),),
    (("alias", True),),
)
MAP_OPTIONS: tuple[Any, ...] = (
    (("strict_slashes", False),),
    (("merge_slashes", False),),
    (("redirect_defaults", False),),
    (("default_subdomain", "sub"),),
    (("sort_parameters", True),),
)

# -- functions

HOOKS = (
    "before_request before_app_request after_request after_app_request teardown_request"
    " teardown_app_request teardown_appcontext url_value_preprocessor app_url_value_preprocessor"
    " url_defaults app_url_defaults context_processor app_context_processor"
    " template_filter app_template_filter template_test app_template_test template_global"
    " app_template_global url_build_error"
).split()
HANDLED: list[Any] = [404, 405, 400, 500, 418, 401, 413, 415, *steps.CLASSES]
SIGNALS = (
    "request_started request_finished request_tearing_down got_request_exception"
    " appcontext_pushed appcontext_popped appcontext_tearing_down template_rendered"
    " before_render_template message_flashed"
).split()
SEAMS = (
    "full_dispatch_request preprocess_request dispatch_request make_response finalize_request"
    " process_response handle_exception handle_user_exception handle_http_exception"
    " do_teardown_request do_teardown_appcontext create_url_adapter ensure_sync"
    " make_default_options_response raise_routing_exception log_exception wsgi_app"
    " request_context app_context trap_http_exception inject_url_defaults url_for redirect"
    " update_template_context should_ignore_error __call__ handle_url_build_error"
).split()

_ERRORS = tuple(steps.EXCEPTIONS)
_VALUES: tuple[Any, ...] = (1, "text", ("x", 2), None, True)
_URLS = (
    *ENDPOINTS,
    *(f".{name}" for name in ENDPOINTS[:3]),
    "first.one",
    "first.two",
    "first.inner.one",
    "renamed.one",
    "static",
    "first.static",
    "missing",
)
_URL_VALUES: tuple[Any, ...] = (
    (),
    (("x", "a b"),),
    (("n", 3),),
    (("x", "y"), ("extra", "1")),
    (("lang", "de"), ("x", "ä")),
    (("filename", "plain.txt"),),
)
_URL_OPTIONS: tuple[Any, ...] = (
    (),
    (),
    (("_external", True),),
    (("_external", False),),
    (("_anchor", "a b#"),),
    (("_scheme", "https"),),
    (("_scheme", "https"), ("_external", False)),
    (("_method", "POST"),),
)
SOURCES = (
    "{{ x }} {{ g.a }} {{ p }}",
    "{{ request.path }} {{ request.endpoint }} {{ config.TESTING }}",
    "{{ session.get('a') }}",
    "{{ get_flashed_messages() }}",
    "{{ url_for('one') }}",
    "{{ {'k': '<&>'}|tojson }}",
    "{% for i in [1, 2] %}{{ i }}{% endfor %}{{ nothing }}",
    "{{ x|own }}{{ x is own }}{{ own() }}",
    "{% include 'only.html' %}",
    "{{ request.form['missing'] }}",
)
_NAMES = ("a", "b")

#: Steps that raise nothing where there is an app context.
QUIET_STEPS: Steps = (
    *(("g", name, value) for name in _NAMES for value in _VALUES[:3]),
    *(("g_pop", name) for name in _NAMES),
    *(("g_default", name, 7) for name in _NAMES),
    *(("render", source) for source in SOURCES),
    *(("dumps", value) for value in _VALUES[:2]),
    ("page", "page.html"),
    ("page", "missing.html", "only.html"),
    ("page", "missing.html"),
    ("setup", "before_request"),
    ("setup", "teardown_appcontext"),
    *(
        ("url_for", endpoint, _URL_VALUES[i % 6], _URL_OPTIONS[j])
        for i, endpoint in enumerate(_URLS)
        for j in range(0, 8, 3)
    ),
)
#: Steps of a request.
STEPS: Steps = (
    *(("keep", name, value) for name in _NAMES for value in _VALUES),
    *(("drop", name) for name in _NAMES),
    ("clear",),
    ("permanent", True),
    ("permanent", True),
    ("permanent", False),
    *(("grow", "a", marked) for marked in (True, False)),
    ("unmodified",),
    *[("flash", "hello"), ("flash", "oh", "error")] * 2,
    *(("flashed", flag, only) for flag in (True, False) for only in ((), ("error",))),
    ("environ", "HTTP_X_NEW", "1"),
    ("limit", "max_content_length", 5),
    ("limit", "max_form_parts", 1),
    ("limit", "max_form_memory_size", 3),
    ("config", "MAX_CONTENT_LENGTH", 10),
    ("config", "SESSION_REFRESH_EACH_REQUEST", False),
    ("config", "PERMANENT_SESSION_LIFETIME", 60),
    ("add_after",),
    ("add_before",),
)
#: Steps that raise.
TROUBLE: Steps = (
    *(("fail", name) for name in _ERRORS),
    *(("abort", code) for code in (404, 400, 401, 500, 418, "response", 999)),
    ("abort", 400, "said so"),
    *(("use", probe) for probe in ("json", "form", "session", "g_unset", "endpoint", "data")),
    *(("use", probe) for probe in ("missing_field", "missing_argument", "missing_file")),
)
TWEAKS: Steps = (
    ("read",),
    ("header", "X-T", "1"),
    ("add", "X-T", "2"),
    ("remove", "Content-Type"),
    ("remove", "Content-Length"),
    ("replace_headers", ("X-Only", "1")),
    ("cookie", "c", "v", ()),
    ("cookie", "c", "ü ;", (("max_age", 5), ("httponly", True), ("path", "/x"))),
    ("cookie", "big", "x" * 30, (("domain", "x.example"), ("samesite", "lax"))),
    ("delete_cookie", "c"),
    ("status", "299 Own"),
    ("status_code", 204),
    ("status_code", 304),
    ("status_code", 418),
    ("data", "changed"),
    ("data", b""),
    ("body", ("x", "y")),
    ("body", [b"l"]),
    ("mimetype", "text/csv"),
    ("content_type", "a/b"),
    ("location", "/elsewhere?ü"),
    ("vary", "X-T"),
    ("allow", "GET"),
    ("cache",),
    ("age", 7),
    ("length", 2),
    ("freeze",),
    ("conditional",),
    ("on_close",),
    ("on_close",),
    ("write", b"more"),
    ("json",),
    ("replace", "replaced"),
    ("replace", "replaced", 203),
)
TWEAK_TROUBLE: Steps = (("none",), ("fail", "Custom"), ("fail", "NotFound"), ("status", ""))

# -- answers

TEXTS = ("", "plain", "<b>é</b>", "long " * 50)
STATUSES: tuple[Any, ...] = (
    200,
    201,
    204,
    304,
    404,
    500,
    999,
    100,
    "201",
    "404 Lost",
    "202 Ünusual",
    "odd",
    ("http", 202),
)
HEADERS: tuple[Any, ...] = (
    (("X-A", "1"),),
    (("X-A", "1"), ("X-A", "2")),
    ("dict", ("X-A", "1"), ("Content-Type", "text/plain")),
    ("dict", ("X-A", ("1", "2"))),
    ("headers", ("X-B", "ä"), ("Content-Length", "3")),
    ("dict", ("Location", "/ä b"), ("Content-Location", "/ö")),
    (("Content-Type", "text/css"), ("Content-Encoding", "none")),
    (("location", "http://other.example/"), ("Set-Cookie", "raw=1")),
    (("Location", "/first"), ("location", "/second")),
    ("dict",),
)
RESPONSE_OPTIONS: tuple[Any, ...] = (
    (),
    (),
    (("mimetype", "text/plain"),),
    (("mimetype", "application/json"),),
    (("content_type", "text/x; charset=latin-1"),),
    (("mimetype", "text/plain"), ("content_type", "a/b")),
    (("direct_passthrough", True),),
)
PIECES: tuple[Any, ...] = ((), ("a",), (b"a", "é"), ("a", "", "b"), (b"x" * 100, b"y"))
_JSON: tuple[Any, ...] = (1, "é", (1, "a"), None, True, 1.5)
BODIES: tuple[Answer, ...] = (
    ("bytes", b""),
    ("bytes", b"b\xff"),
    ("words", "own"),
    ("markup", "<i>"),
    ("bytearray", b"array"),
    *(("dict", ("k", value), ("a", 1)) for value in _JSON),
    *(("list", value, 2) for value in _JSON[:3]),
    *(("iterator", *pieces) for pieces in PIECES),
    ("response", ["a", "b"], None, None, ()),
    ("response", None, 204, None, ()),
    ("response", (b"t", b"u"), None, None, ()),
    ("werkzeug", "w"),
    ("werkzeug", "w", 201, {"X-W": "1"}),
    ("werkzeug", ["w", "x"], "404 Gone Away"),
    ("werkzeug_redirect", "/a"),
    ("none",),
    ("thing",),
    ("number",),
    ("set",),
    ("from_folder", "plain.txt"),
    ("from_folder", "../plan.py"),
    ("wsgi", "200 OK", (), (b"a", b"b"), False),
    ("wsgi", "207 Multi", (("X-W", "1"), ("Content-Type", "text/plain")), (), True),
    ("wsgi", "404 NOT FOUND", (("Content-Length", "2"),), (b"ab",), True),
    *(("exception", name) for name in _ERRORS),
    ("redirect", "/a", 302),
    ("redirect", "http://x.example/é", 301),
    ("redirect", "/a", 308),
    ("redirect", "/a", 200),
    *(("redirect_to", _URLS[i], _URL_VALUES[i % 6]) for i in range(len(_URLS))),
    ("jsonify", (), ()),
    ("jsonify", (1,), ()),
    ("jsonify", (1, 2), ()),
    ("jsonify", (), (("k", 1),)),
    ("jsonify", (1,), (("k", 1),)),
    *(("template", source) for source in SOURCES),
    ("file", b"content", (("mimetype", "text/plain"),)),
    ("file", b"content", (("download_name", "f.txt"), ("as_attachment", True))),
    (
        "file",
        b"content",
        (("mimetype", "text/plain"), ("etag", "tag"), ("last_modified", 1000)),
    ),
    ("file", b"content", ()),
    *(("echo", probe) for probe in PROBES),
)

# -- requests

HOSTS = (
    "localhost:8000",
    "sub.localhost",
    "h.example",
    "sub.h.example",
    "h.example:8000",
    "LOCALHOST",
    "evil.example",
    "bad host",
    "",
    "[::1]:80",
)
REQUEST_HEADERS = (
    ("If-None-Match", '"tag"'),
    ("If-None-Match", "*"),
    ("If-Match", '"other"'),
    ("If-Modified-Since", "Thu, 01 Jan 2037 00:00:00 GMT"),
    ("Range", "bytes=1-3"),
    ("Range", "bytes=90-"),
    ("Accept", "application/json;q=0.5, text/html"),
    ("Accept-Language", "de, en;q=0.2"),
    ("Authorization", "Basic YTpi"),
    ("Authorization", "Bearer token"),
    ("Cookie", "plain=1; session=forged; plain=2"),
    ("X-Forwarded-For", "10.0.0.1"),
    ("Upgrade", "websocket"),
    ("Connection", "Upgrade"),
    ("Referer", "http://r.example/"),
    ("User-Agent", "agent"),
    ("Cache-Control", "no-cache"),
)
REQUEST_BODIES: tuple[tuple[bytes, str | None], ...] = (
    (b"a=1&b=%C3%A9&a=2", "application/x-www-form-urlencoded"),
    (b'{"a": [1, "x"]}', "application/json"),
    (b"{broken", "application/json"),
    (b"raw", "text/plain"),
    (b"untyped", None),
    (
        b'--X\r\nContent-Disposition: form-data; name="t"\r\n\r\nvalue\r\n'
        b'--X\r\nContent-Disposition: form-data; name="f"; filename="n.txt"\r\n'
        b"Content-Type: text/plain\r\n\r\nfile\r\n--X--\r\n",
        "multipart/form-data; boundary=X",
    ),
)
#: Paths of static files, by what the app or a blueprint says of them.
STATIC = (
    "/files/plain.txt",
    "/assets/plain.txt",
    "/in/files/plain.txt",
    "/of-bp/plain.txt",
    "/files/",
    "/files/missing",
    "/files/../plan.py",
)
QUERIES = ("a=1&a=2&b=", "q=%C3%A9&x", "%", "n=1")
SESSIONS: tuple[Any, ...] = (
    "forged",
    *(((("a", 1),), key) for key in KEYS),
    *(((("a", [1]), ("_permanent", True)), key) for key in KEYS),
    ((("_flashes", [("message", "kept"), ("error", "bad")]),), KEYS[0]),
    ((), KEYS[0]),
)

# -- the app

SETTINGS: tuple[tuple[str, Any], ...] = (
    *[("DEBUG", True)] * 3,
    ("TESTING", True),
    ("EXPLAIN_TEMPLATE_LOADING", True),
    ("TEMPLATES_AUTO_RELOAD", True),
    ("PROPAGATE_EXCEPTIONS", True),
    ("PROPAGATE_EXCEPTIONS", False),
    ("TRAP_HTTP_EXCEPTIONS", True),
    ("TRAP_BAD_REQUEST_ERRORS", True),
    ("TRAP_BAD_REQUEST_ERRORS", False),
    ("SECRET_KEY", None),
    ("SECRET_KEY_FALLBACKS", [KEYS[1]]),
    ("SERVER_NAME", "localhost"),
    ("SERVER_NAME", "h.example:8000"),
    ("APPLICATION_ROOT", "/mount"),
    ("PREFERRED_URL_SCHEME", "https"),
    ("TRUSTED_HOSTS", ["localhost", ".h.example"]),
    ("MAX_CONTENT_LENGTH", 8),
    ("MAX_FORM_PARTS", 1),
    ("SESSION_COOKIE_NAME", "other"),
    ("SESSION_COOKIE_PATH", "/x"),
    ("SESSION_COOKIE_DOMAIN", "localhost"),
    ("SESSION_COOKIE_SECURE", True),
    ("SESSION_COOKIE_HTTPONLY", False),
    ("SESSION_COOKIE_SAMESITE", "Lax"),
    ("SESSION_COOKIE_PARTITIONED", True),
    ("SESSION_REFRESH_EACH_REQUEST", False),
    ("PERMANENT_SESSION_LIFETIME", 100),
    ("SEND_FILE_MAX_AGE_DEFAULT", 9),
    ("USE_X_SENDFILE", True),
    ("MAX_COOKIE_SIZE", 0),
    ("PROVIDE_AUTOMATIC_OPTIONS", False),
)
ARGUMENTS: tuple[Any, ...] = (
    (("host_matching", True),),
    (("subdomain_matching", True),),
    (("static_folder", "files"),),
    (("static_folder", "files"), ("static_url_path", "/assets")),
    (("template_folder", "files"),),
    (("template_folder", "files"),),
)
CLASSES = (
    *(("request", n) for n in "storage limits trusted json init mixed properties".split()),
    *(
        ("response", n)
        for n in "text no_type other_type status status_text no_conversion no_length"
        " locations mixed methods".split()
    ),
    *(
        ("session", n)
        for n in "salt memory none broken_open broken_save always cookie plain".split()
    ),
    ("json", "settings"),
    ("json", "logged"),
    ("globals", "own"),
    ("rule", "own"),
    ("map", "own"),
)
