"""The requests that httpbin is asked, every route of it and much that is wrong.

Targets and header values are Latin-1 text: ``"\\xff"`` is the byte 0xFF.
"""

from __future__ import annotations

import hashlib

from .normalisation import (
    DIGEST_CHALLENGE,
    GZIP_TIME,
    LAST_MODIFIED_NOW,
    RANDOM_ETAG,
    UUID,
)
from .recording import (
    BOUNDARY,
    HOST,
    Difference,
    Request,
    ask,
    basic,
    chunked,
    conversation,
    field_part,
    file_part,
    form,
    get,
    json,
    message,
    multipart,
    raw,
    with_other_methods,
)

_BROWSER = [
    ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"),
    ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
    ("Accept-Language", "de,en-GB;q=0.7,en;q=0.3"),
    ("Accept-Encoding", "gzip, deflate, br, zstd"),
    ("Referer", "http://recorded.test/"),
    ("DNT", "1"),
]


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


def _digest(target: str, *, password: str = "secret", qop: bool = True) -> tuple[str, str]:
    """Answer a digest challenge (RFC 7616) for the user ``ann`` with a fixed nonce."""
    first = _md5(f"ann:me@kennethreitz.com:{password}")
    second = _md5(f"GET:{target}")
    middle = "n0nce:00000001:c1ient:auth" if qop else "n0nce"
    response = _md5(f"{first}:{middle}:{second}")
    extra = ', qop=auth, nc=00000001, cnonce="c1ient"' if qop else ""
    return "Authorization", (
        f'Digest username="ann", realm="me@kennethreitz.com", nonce="n0nce", uri="{target}", '
        f'response="{response}", algorithm=MD5{extra}'
    )


# A line for each request reads better than one for each argument.
# fmt: off
PAGES = [
    get("landing page", "/", _BROWSER),
    get("html", "/html"),
    get("robots.txt", "/robots.txt"),
    get("deny", "/deny"),
    get("xml", "/xml"),
    get("json", "/json"),
    get("utf-8 text", "/encoding/utf8"),
    get("form page", "/forms/post"),
    get("links redirect", "/links/3"),
    get("links", "/links/10/4"),
    get("links, too many", "/links/9999/0"),
    get("links, negative", "/links/-1"),
    get("base64", "/base64/SFRUUEJJTiBpcyBhd2Vzb21l"),
    get("base64, bad", "/base64/%%%"),
]

INSPECTION = [
    get("ip", "/ip"),
    get("ip behind a proxy", "/ip", [("X-Forwarded-For", "203.0.113.9, 10.0.0.1")]),
    get("uuid", "/uuid", normalise=(UUID,)),
    get("headers of a browser", "/headers", _BROWSER),
    get("headers, repeated", "/headers", [("X-Twice", "a"), ("X-Twice", "b"), ("x-twice", "c")]),
    get("headers, empty value", "/headers", [("X-Empty", "")]),
    get("headers, env shown", "/headers?show_env=1", [("Via", "1.1 cache"), ("X-Real-Ip", "::1")]),
    get("headers, underscore in name", "/headers", [("X_Under_Score", "1")]),
    get("headers, latin-1 value", "/headers", [("X-Name", "Zo\xeb")]),
    get("headers, utf-8 value", "/headers", [("X-Name", "Zo\xc3\xab")]),
    get("user agent", "/user-agent", [("User-Agent", "recorded/1.0")]),
    get("user agent, none", "/user-agent"),
    get("get", "/get?a=1&b=2&a=3", _BROWSER),
    get("get, no query", "/get"),
    get("get, empty query", "/get?"),
    get("get, strange query", "/get?&&a&=b&c=&d==e&f=g=h;i=j"),
    get("get, encoded query", "/get?na%C3%AFve=%E2%82%AC+%2B+%25&p=%2Fa%2Fb"),
    get("get, bad percent in query", "/get?a=%zz&b=%&c=%4&d=%80%81"),
    get("get, utf-8 bytes in query", "/get?q=\xc3\xa9"),
    get("get, forwarded proto", "/get", [("X-Forwarded-Proto", "https")]),
    get("get, forwarded ssl", "/get", [("X-Forwarded-Ssl", "on")]),
    get("anything", "/anything?x=%F0%9F%98%80"),
    get("anything, path", "/anything/a/b;c=d,e@f:g!$&'()*+=/~.-_"),
    get("anything, unicode path", "/anything/%C3%BCml%C3%A4ut/%E2%98%83"),
    get("anything, raw utf-8 path", "/anything/\xc3\xbc"),
    get("anything, encoded slash", "/anything/a%2Fb%5Cc"),
    get("anything, encoded query marks", "/anything/a%3Fb%23c%25d"),
    get("anything, undecodable path", "/anything/%FF%FE"),
    get("anything, newline in path", "/anything/a%0Ab%0D%00c"),
    get("anything, dots", "/anything/../ip"),
    get("anything, encoded dots", "/anything/%2e%2e/%2e%2e/etc/passwd"),
    get("anything, double slash", "/anything//a///b"),
    get("anything, long path", "/anything/" + "x" * 3000),
    get("anything, long query", "/anything?" + "&".join(f"k{i}={i}" for i in range(300))),
]

METHODS = [
    ask("post, form", "POST", "/post?q=1", *form("name=ann&tag=a&tag=b&euro=%E2%82%AC&empty=")),
    ask("post, json", "POST", "/post", *json('{"a": [1, 2.5, null, true, "\u00e9"]}')),
    ask("post, json with charset", "POST", "/post", *json("[]", "application/json; charset=utf-8")),
    ask("post, json suffix", "POST", "/post", *json('{"x":1}', "application/problem+json")),
    ask("post, bad json", "POST", "/post", *json('{"a": ')),
    ask("post, json in utf-16", "POST", "/post", *json('{"a": 1}'.encode("utf-16"))),
    ask("post, plain text", "POST", "/post", [("Content-Type", "text/plain")], b"hello\nworld"),
    ask("post, bytes", "POST", "/post", [("Content-Type", "image/png")], bytes(range(256))),
    ask("post, no content type", "POST", "/post", [], b"a=1"),
    ask("post, empty", "POST", "/post", [("Content-Length", "0")]),
    ask("post, no length", "POST", "/post"),
    ask("put, json", "PUT", "/put", *json('{"put": true}')),
    ask("patch, form", "PATCH", "/patch", *form("a=1")),
    ask("delete", "DELETE", "/delete?id=7"),
    ask("delete, body", "DELETE", "/delete", *json('{"id": 7}')),
    ask("anything, put", "PUT", "/anything", *form("a=b")),
    ask("anything, delete", "DELETE", "/anything/thing", [], b"bye"),
    ask("anything, patch", "PATCH", "/anything", *json("7")),
    ask("anything, trace", "TRACE", "/anything"),
    ask("anything, head", "HEAD", "/anything?a=1"),
    ask("anything, preflight", "OPTIONS", "/anything", [
        ("Origin", "http://elsewhere.test"),
        ("Access-Control-Request-Method", "PUT"),
        ("Access-Control-Request-Headers", "X-One, X-Two"),
    ]),
    ask("method not allowed", "GET", "/post"),
    ask("method not allowed, delete", "DELETE", "/get"),
    ask("method unknown", "PROPFIND", "/get"),
    ask("method unknown to everyone", "FROBNICATE", "/anything"),
    ask("method in lower case", "get", "/get"),
    ask("connect", "CONNECT", "/get"),
]

_PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(32))

FORMS = [
    ask("multipart, field and file", "POST", "/post", *multipart(
        field_part("title", "caf\u00e9".encode()), file_part("up", "a.png", _PNG, "image/png"))),
    ask("multipart, two files of a name", "POST", "/post", *multipart(
        file_part("up", "a.txt", b"one", "text/plain"), file_part("up", "b.txt", b"two"))),
    ask("multipart, empty file", "POST", "/anything", *multipart(file_part("up", "", b""))),
    ask("multipart, file name of utf-8", "POST", "/post", *multipart(
        file_part("up", "r\u00e9sum\u00e9.txt", b"text", "text/plain"))),
    ask("multipart, extended file name", "POST", "/post", *multipart(
        ([("Content-Disposition", "form-data; name=up; filename*=utf-8''na%C3%AFve.txt")], b"x"))),
    ask("multipart, large file", "PUT", "/put", *multipart(
        file_part("up", "big.bin", b"0123456789abcdef" * 8192))),
    ask("multipart, line ends in content", "POST", "/post", *multipart(
        field_part("text", b"\r\n--\r\n-\r\n\r\n"), field_part("more", b"\n\n\r"))),
    ask("multipart, no parts", "POST", "/post", *multipart()),
    ask("multipart, no last delimiter", "POST", "/post", *multipart(
        field_part("a", b"1"), end=False)),
    ask("multipart, no boundary", "POST", "/post",
        [("Content-Type", "multipart/form-data")], b"--x\r\n\r\n--x--"),
    ask("multipart, empty boundary", "POST", "/post",
        [("Content-Type", "multipart/form-data; boundary=")], b"--\r\n\r\n----"),
    ask("multipart, part without disposition", "POST", "/post", *multipart(
        ([("Content-Type", "text/plain")], b"lost"))),
    ask("multipart, part without name", "POST", "/post", *multipart(
        ([("Content-Disposition", "form-data")], b"lost"))),
    ask("multipart, part header without colon", "POST", "/post",
        [("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")],
        f"--{BOUNDARY}\r\nnonsense\r\n\r\nx\r\n--{BOUNDARY}--\r\n".encode()),
    ask("multipart, another boundary in the body", "POST", "/post",
        [("Content-Type", "multipart/form-data; boundary=one")], b"--two\r\n\r\n\r\n--two--\r\n"),
    ask("multipart, preamble and epilogue", "POST", "/post",
        [("Content-Type", "multipart/form-data; boundary=b")],
        b'before\r\n--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\nafter'),
    ask("multipart, 1,001 parts", "POST", "/post", *multipart(
        *[field_part(f"f{i}", b"") for i in range(1001)])),
    ask("multipart, field of 600 kB", "POST", "/post", *multipart(
        field_part("big", b"x" * 600_000))),
    ask("form, 600 kB", "POST", "/post", *form("a=" + "x" * 600_000)),
    ask("form, latin-1 bytes", "POST", "/post", *form("a=\xe9&\xff=%ff")),
    ask("form, separators", "POST", "/post", *form("&&a=1;b=2&c&=d&%26=%3D&+=+")),
    ask("form, charset", "POST", "/post",
        [("Content-Type", "application/x-www-form-urlencoded; charset=latin-1")], b"a=%E9"),
    ask("form, type in upper case", "POST", "/post",
        [("Content-Type", "APPLICATION/X-WWW-FORM-URLENCODED")], b"a=1"),
]

COOKIES = [
    get("cookies", "/cookies", [("Cookie", "a=1; b=two; c=\"quo\\054ted\"; d")]),
    get("cookies, none", "/cookies"),
    get("cookies, tracking hidden", "/cookies", [("Cookie", "__utma=1; keep=2")]),
    get("cookies, tracking shown", "/cookies?show_env=1", [("Cookie", "__utma=1; keep=2")]),
    get("cookies, nameless", "/cookies", [("Cookie", "=__Host-a=1; =; ; b=2;")]),
    get("cookies, undecodable", "/cookies", [("Cookie", "a=\xff\xfe; b=\xc3\xa9; c=\"\\377\"")]),
    get("cookies, two headers", "/cookies", [("Cookie", "a=1"), ("Cookie", "b=2")]),
    get("cookies, long", "/cookies", [("Cookie", "; ".join(f"c{i}={i}" for i in range(400)))]),
    get("set a cookie", "/cookies/set/flavour/oat"),
    get("set a cookie, special value", "/cookies/set/k/%22a%3Bb%2C%20c%C3%A9%22"),
    get("set cookies", "/cookies/set?a=1&b=2"),
    get("set cookies, none", "/cookies/set"),
    get("set a cookie, large", "/cookies/set/big/" + "x" * 4200),
    get("delete cookies", "/cookies/delete?a=&b=", [("Cookie", "a=1; b=2")]),
]

AUTHORIZATION = [
    get("basic, right", "/basic-auth/ann/secret", [basic("ann:secret")]),
    get("basic, wrong", "/basic-auth/ann/secret", [basic("ann:guess")]),
    get("basic, none", "/basic-auth/ann/secret"),
    get("basic, colons and utf-8", "/basic-auth/ann/a%3Ab%C3%A9", [basic("ann:a:b\u00e9")]),
    get("basic, not base64", "/basic-auth/ann/secret", [("Authorization", "Basic ???")]),
    get("basic, not utf-8", "/basic-auth/ann/secret", [basic(b"\xff\xfe:\xff")]),
    get("basic, no colon", "/basic-auth/ann/secret", [basic("annsecret")]),
    get("basic, scheme alone", "/basic-auth/ann/secret", [("Authorization", "Basic")]),
    get("hidden basic, right", "/hidden-basic-auth/ann/secret", [basic("ann:secret")]),
    get("hidden basic, none", "/hidden-basic-auth/ann/secret"),
    get("bearer", "/bearer", [("Authorization", "Bearer t0k3n")]),
    get("bearer, none", "/bearer"),
    get("bearer, another scheme", "/bearer", [basic("a:b")]),
    get("digest, challenge", "/digest-auth/auth/ann/secret", normalise=(DIGEST_CHALLENGE,)),
    get("digest, challenge for auth-int", "/digest-auth/auth-int/ann/secret/SHA-256",
        normalise=(DIGEST_CHALLENGE,)),
    get("digest, challenge for an unknown qop", "/digest-auth/x/ann/secret/SHA-512/3",
        normalise=(DIGEST_CHALLENGE,)),
    get("digest, right", "/digest-auth/auth/ann/secret",
        [_digest("/digest-auth/auth/ann/secret")]),
    get("digest, right without qop", "/digest-auth/auth/ann/secret/MD5",
        [_digest("/digest-auth/auth/ann/secret/MD5", qop=False)]),
    get("digest, wrong", "/digest-auth/auth/ann/secret/MD5/never",
        [_digest("/digest-auth/auth/ann/secret/MD5/never", password="guess")],
        normalise=(DIGEST_CHALLENGE,)),
    get("digest, nonce used up", "/digest-auth/auth/ann/secret/MD5/2",
        [_digest("/digest-auth/auth/ann/secret/MD5/2"), ("Cookie", "stale_after=0; fake=x")],
        normalise=(DIGEST_CHALLENGE,)),
    get("digest, cookie asked for", "/digest-auth/auth/ann/secret?require-cookie=1",
        [_digest("/digest-auth/auth/ann/secret"), ("Cookie", "a=b")]),
    get("digest, nonsense", "/digest-auth/auth/ann/secret",
        [("Authorization", 'Digest ,,,="')], normalise=(DIGEST_CHALLENGE,)),
]

REDIRECTS = [
    get("redirect", "/redirect/3"),
    get("redirect, last", "/redirect/1"),
    get("redirect, absolute", "/redirect/2?absolute=true"),
    get("redirect, zero times", "/redirect/0"),
    get("redirect, not a number", "/redirect/x"),
    get("relative redirect", "/relative-redirect/2"),
    get("relative redirect, last", "/relative-redirect/1"),
    get("absolute redirect", "/absolute-redirect/2"),
    get("absolute redirect, last", "/absolute-redirect/1"),
    get("redirect to", "/redirect-to?url=http%3A%2F%2Felsewhere.test%2F%3Fa%3Db"),
    get("redirect to, status", "/redirect-to?url=/get&status_code=307"),
    get("redirect to, unicode", "/redirect-to?url=/caf%C3%A9%20noir"),
    get("redirect to, nowhere", "/redirect-to"),
    get("redirect to, line end", "/redirect-to?url=/a%0D%0AX-Injected:%20yes"),
    ask("redirect to, post", "POST", "/redirect-to?url=/post&status_code=308", *form("a=1")),
    get("redirect, host from another port", "/absolute-redirect/1", host=f"{HOST}:8443"),
]

STATUSES = [
    *[get(f"status {code}", f"/status/{code}") for code in (
        200, 201, 202, 204, 205, 206, 226, 299, 300, 301, 302, 303, 304, 305, 307, 308, 400, 401,
        402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421,
        422, 423, 424, 425, 426, 428, 429, 431, 451, 499, 500, 501, 502, 503, 504, 505, 511, 599)],
    get("status with weights", "/status/202:1,500:0"),
    get("status, not a number", "/status/teapot"),
    get("status, bad weight", "/status/200:x,201:y"),
    ask("status, put", "PUT", "/status/201", [], b"ignored body"),
    ask("status, head of 404", "HEAD", "/status/404"),
    get("response headers", "/response-headers?X-One=1&X-Two=a%20b&X-One=2"),
    get("response headers, content type",
        "/response-headers?Content-Type=text/plain%3B%20charset%3Dx"),
    get("response headers, utf-8", "/response-headers?X-Name=caf%C3%A9"),
    ask("response headers, head", "HEAD", "/response-headers?X-One=1"),
    ask("response headers, post", "POST", "/response-headers?Freeform=a"),
]

STREAMS = [
    get("gzip", "/gzip", normalise=(GZIP_TIME,)),
    get("deflate", "/deflate"),
    get("brotli", "/brotli"),
    get("stream", "/stream/5"),
    get("stream, nothing", "/stream/0"),
    ask("stream, head", "HEAD", "/stream/5"),
    get("stream, HTTP/1.0", "/stream/3", version="HTTP/1.0"),
    get("bytes", "/bytes/2048?seed=7"),
    get("bytes, none", "/bytes/0"),
    get("stream bytes", "/stream-bytes/5000?seed=7&chunk_size=700"),
    get("stream bytes, bad chunk size", "/stream-bytes/10?seed=7&chunk_size=x"),
    get("drip", "/drip?numbytes=5&duration=0.05"),
    get("drip, status", "/drip?numbytes=2&duration=0&code=203&delay=0.01"),
    get("drip, nothing", "/drip?numbytes=0"),
    ask("drip, head", "HEAD", "/drip?numbytes=3&duration=0"),
    get("delay", "/delay/0.01"),
    get("delay, not a number", "/delay/soon"),
    ask("delay, post", "POST", "/delay/0", *form("a=1")),
    get("range, whole", "/range/100"),
    get("range, first bytes", "/range/100", [("Range", "bytes=0-9")]),
    get("range, last bytes", "/range/100", [("Range", "bytes=-10")]),
    get("range, from", "/range/100?chunk_size=7", [("Range", "bytes=90-")]),
    get("range, outside", "/range/100", [("Range", "bytes=200-300")]),
    get("range, backwards", "/range/100", [("Range", "bytes=9-0")]),
    get("range, nonsense", "/range/100", [("Range", "lines=1-2,3")]),
    get("range, too large", "/range/999999"),
]

CONDITIONS = [
    get("cache", "/cache", normalise=(RANDOM_ETAG, LAST_MODIFIED_NOW)),
    get("cache, not modified", "/cache", [("If-None-Match", '"x"')]),
    get("cache, modified since", "/cache",
        [("If-Modified-Since", "Sat, 01 Jan 2000 00:00:00 GMT")]),
    get("cache for a minute", "/cache/60"),
    get("etag", "/etag/abc"),
    get("etag, match", "/etag/abc", [("If-None-Match", '"xyz", "abc"')]),
    get("etag, any", "/etag/abc", [("If-None-Match", "*")]),
    get("etag, precondition failed", "/etag/abc", [("If-Match", '"xyz"')]),
    get("etag, precondition met", "/etag/abc", [("If-Match", 'W/"abc"')]),
]

_ICON = "/static/favicon.ico"

FILES = [
    get("static file", _ICON),
    ask("static file, head", "HEAD", _ICON),
    get("static file, range", _ICON, [("Range", "bytes=10-19")]),
    get("static file, last bytes", _ICON, [("Range", "bytes=-4")]),
    get("static file, range outside", _ICON, [("Range", "bytes=999999-")]),
    get("static file, many ranges", _ICON, [("Range", "bytes=" + ",".join(["0-1"] * 50))]),
    get("static file, if-range with old date", _ICON,
        [("Range", "bytes=0-3"), ("If-Range", "Sat, 01 Jan 2000 00:00:00 GMT")]),
    get("static file, modified since long ago", _ICON,
        [("If-Modified-Since", "Sat, 01 Jan 2000 00:00:00 GMT")]),
    get("static file, not modified since", _ICON,
        [("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT")]),
    get("static file, any etag", _ICON, [("If-None-Match", "*")]),
    get("static file, bad date", _ICON, [("If-Modified-Since", "yesterday")]),
    get("static file, missing", "/static/missing.css"),
    get("static file, directory", "/static/"),
    get("static file, outside", "/static/../core.py"),
    get("static file, outside, encoded", "/static/%2e%2e/core.py"),
    get("static file, outside, encoded slash", "/static/..%2fcore.py"),
    get("static file, absolute", "/static//etc/passwd"),
    get("static file, NUL", "/static/favicon.ico%00.txt"),
    get("image png", "/image/png"),
    get("image jpeg", "/image/jpeg"),
    get("image webp", "/image/webp"),
    get("image svg", "/image/svg"),
    get("image, no accept", "/image"),
    get("image, webp accepted", "/image", [("Accept", "image/webp,*/*;q=0.8")]),
    get("image, svg accepted", "/image", [("Accept", "image/svg+xml")]),
    get("image, jpeg accepted", "/image", [("Accept", "image/jpeg")]),
    get("image, any image accepted", "/image", [("Accept", "image/*")]),
    get("image, none accepted", "/image", [("Accept", "application/pdf")]),
]

PATHS = [
    get("not found", "/missing"),
    get("not found, slash added", "/get/"),
    get("double slash at the start", "//get"),
    get("double slash, another host", "//elsewhere.test/get"),
    get("double slash inside", "/links//3//0"),
    get("newline at the end", "/get%0A"),
    get("percent without digits", "/%zz"),
    get("NUL", "/get%00"),
    get("backslash", "/\\get"),
    get("raw latin-1 byte", "/\xe9"),
    get("number with a plus", "/cache/+5"),
    get("number of Arabic digits", "/cache/%D9%A5"),
    get("number with many digits", "/cache/" + "9" * 400),
    get("number, hexadecimal", "/links/0x3"),
    get("absolute form", f"http://{HOST}/get?a=1"),
    get("absolute form, another host", "http://elsewhere.test/get"),
    get("fragment", "/get#part"),
    ask("asterisk", "OPTIONS", "*"),
]

PROTOCOL = [
    get("HTTP/1.0", "/get", version="HTTP/1.0"),
    get("HTTP/1.0 without host", "/get", host=None, version="HTTP/1.0"),
    get("HTTP/1.1 without host", "/get", host=None),
    get("host with a port", "/get", host=f"{HOST}:81"),
    get("host in upper case", "/absolute-redirect/1", host="RECORDED.Test"),
    get("host of IPv6", "/absolute-redirect/1", host="[::1]:8080"),
    get("host, nonsense", "/absolute-redirect/1", host="a b/c?d"),
    get("host, empty", "/absolute-redirect/1", host=""),
    get("host, not ascii", "/absolute-redirect/1", host="ex\xe4mple.test"),
    get("header of 7,000 bytes", "/headers", [("X-Big", "x" * 7000)]),
    get("header of 70,000 bytes", "/ip", [("X-Big", "x" * 70_000)]),
    get("150 headers", "/ip", [(f"X-{i}", str(i)) for i in range(150)]),
    get("accept, nonsense", "/image", [("Accept", ";;;q=,,/;q=x")]),
    ask("content length, not a number", "POST", "/post", [("Content-Length", "abc")]),
    ask("content length, negative", "POST", "/post", [("Content-Length", "-1")]),
    ask("content length, with a plus", "POST", "/post", [("Content-Length", "+3")], b"a=1",
        length=False),
    ask("content length, underscore", "POST", "/post", [("Content-Length", "1_0")]),
    ask("content length twice", "POST", "/post", [("Content-Length", "3"), ("Content-Length", "3")],
        b"a=1", length=False),
    ask("body cut short", "POST", "/post",
        [("Content-Type", "text/plain"), ("Content-Length", "100")], b"short",
        length=False, half_close=True),
    ask("form cut short", "POST", "/post",
        [("Content-Type", "application/x-www-form-urlencoded"), ("Content-Length", "100")],
        b"a=1&b=", length=False, half_close=True),
    ask("chunked", "POST", "/post", [("Transfer-Encoding", "chunked"),
        ("Content-Type", "text/plain")], chunked(b"hello ", b"world"), length=False),
    ask("chunked form", "POST", "/post", [("Transfer-Encoding", "chunked"),
        ("Content-Type", "application/x-www-form-urlencoded")], chunked(b"a=1&", b"b=2"),
        length=False),
    ask("expect to continue", "POST", "/post", [("Expect", "100-continue")], b"a=1"),
    conversation("two requests", ("GET", "/get?n=1", [], b""), ("GET", "/ip", [], b"")),
    conversation("body read, then another request",
        ("POST", "/post", *form("a=1")), ("GET", "/get", [], b"")),
    conversation("body not read, then another request",
        ("POST", "/get", [], b"nobody reads this"), ("GET", "/get", [], b"")),
    conversation("head, then another request",
        ("HEAD", "/stream/3", [], b""), ("GET", "/ip", [], b"")),
    conversation("not modified, then another request",
        ("GET", "/cache", [("If-None-Match", "x")], b""), ("GET", "/ip", [], b"")),
    raw("request line, nonsense", b"NONSENSE\r\n\r\n"),
    raw("request line, no version", b"GET /get\r\n\r\n"),
    raw("version, unknown", message("GET", "/get", version="HTTP/9.9")),
    raw("method, control character", b"G\x01T /get HTTP/1.1\r\nHost: recorded.test\r\n\r\n"),
    raw("header without colon", b"GET /get HTTP/1.1\r\nHost: recorded.test\r\nnonsense\r\n\r\n"),
    raw("header with a space before the colon",
        message("GET", "/get", [("X-Space ", "1")])),
    raw("header, folded",
        b"GET /headers HTTP/1.1\r\nHost: recorded.test\r\nConnection: close\r\n"
        b"X-Fold: a\r\n  b\r\n\r\n"),
    raw("line ends of one byte",
        b"GET /ip HTTP/1.1\nHost: recorded.test\nConnection: close\n\n\r\n\r\n"),
    raw("chunk size, nonsense", message(
        "POST", "/post", [("Transfer-Encoding", "chunked")], b"zz\r\nhello\r\n0\r\n\r\n",
        length=False), "POST"),
]

_ASKED_BY_HAND = [
    *PAGES, *INSPECTION, *METHODS, *FORMS, *COOKIES, *AUTHORIZATION, *REDIRECTS, *STATUSES,
    *STREAMS, *CONDITIONS, *FILES, *PATHS, *PROTOCOL,
]

_ALL_METHODS = [
    ask(f"{method} {target}", method, target, *(json("{}") if method != "TRACE" else ()))
    for target in ("/anything", "/anything/a", "/redirect-to?url=/get", "/status/202", "/delay/0")
    for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE")
]
_PREFLIGHTS = [ask(f"OPTIONS {path}", "OPTIONS", path) for path in (
    "/post", "/put", "/patch", "/delete", "/status/200", "/response-headers")]

REQUESTS: list[Request] = [
    *_ASKED_BY_HAND,
    *_ALL_METHODS,
    *_PREFLIGHTS,
    *with_other_methods(
        [*PAGES, *INSPECTION, *COOKIES, *AUTHORIZATION, *REDIRECTS, *STREAMS, *CONDITIONS, *FILES],
        ["HEAD", "OPTIONS", "POST"],
        # Right for GET alone: the method is part of what a digest signs.
        skip=lambda request: request.name.startswith("digest, right"),
    ),
]

_EVERY_SERVER = ("gunicorn-sync", "gunicorn-gthread", "granian", "waitress", "uwsgi")
_FAR_YEAR = "Sat, 01 Jan 99999999999 00:00:00 GMT"


def _everywhere(status: int, *but: str) -> dict[str, int]:
    return {server: status for server in _EVERY_SERVER if server not in but}


# docs/differences.md says the same in words.
DIFFERENCES = [
    Difference(
        get("query with a byte that is not UTF-8", "/get?a=\xff"),
        "Bytes that are not UTF-8 are kept as %XX, as they are when they come encoded.",
        genuine={"uwsgi": 500},  # the others refuse it themselves
        ours=200,
    ),
    Difference(
        get("basic credentials that are not ASCII", "/basic-auth/ann/secret",
            [("Authorization", "Basic \xff")]),
        "Credentials that cannot be read are no credentials.",
        genuine=_everywhere(500, "granian"),
        ours=401,
    ),
    Difference(
        get("modified since a far year", _ICON, [("If-Modified-Since", _FAR_YEAR)]),
        "A date that no calendar has is ignored (RFC 9110, 13.1.3).",
        genuine=_everywhere(500),
        ours=200,
    ),
    Difference(
        get("range if a far year", _ICON, [("Range", "bytes=0-1"), ("If-Range", _FAR_YEAR)]),
        "A validator that is neither date nor entity tag does not match (RFC 9110, 13.1.5).",
        genuine=_everywhere(500),
        ours=200,
    ),
    Difference(
        get("header with a NUL in its name", "/response-headers?a%00b=c"),
        "A header's name is a token; gunicorn alone refuses others by itself.",
        genuine={**_everywhere(200), "gunicorn-sync": 500, "gunicorn-gthread": 500},
        ours=500,
    ),
    Difference(
        get("cookie with a semicolon in its name", "/cookies/set/a%3Bb=/c"),
        "A cookie's name may not write another cookie.",
        genuine=_everywhere(302),
        ours=500,
    ),
]
