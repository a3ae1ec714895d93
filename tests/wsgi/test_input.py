"""How much of wsgi.input is read: never past Content-Length, never where a socket would block."""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from .gateway import Body, call, environ_for

_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data; boundary=b"


def _field(name: str, value: bytes) -> bytes:
    return b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (
        name.encode(),
        value,
    )


def _file(name: str, content: bytes) -> bytes:
    disposition = f'form-data; name="{name}"; filename="{name}.bin"'
    return b"--b\r\nContent-Disposition: %s\r\n\r\n%s\r\n" % (disposition.encode(), content)


def _app(flask: ModuleType) -> Any:
    app = flask.Flask(__name__)
    methods = ["GET", "POST", "PUT"]

    @app.route("/data", methods=methods)
    def data() -> Any:
        return flask.Response(b"got:" + flask.request.get_data(), mimetype="text/plain")

    @app.route("/form", methods=methods)
    def form() -> Any:
        return flask.jsonify(list(flask.request.form.items(multi=True)))

    @app.route("/files", methods=methods)
    def files() -> Any:
        return flask.jsonify({name: len(file.read()) for name, file in flask.request.files.items()})

    @app.route("/json", methods=methods)
    def json() -> Any:
        return flask.jsonify(flask.request.get_json())

    @app.route("/stream", methods=methods)
    def stream() -> Any:
        pieces = iter(lambda: flask.request.stream.read(7), b"")
        return flask.Response(b"|".join(pieces), mimetype="text/plain")

    @app.route("/unread", methods=methods)
    def unread() -> str:
        return "not read"

    return app


_PATHS = ["/data", "/form", "/files", "/stream", "/unread"]


def test_a_body_is_read_to_its_length_and_no_further(flask: ModuleType) -> None:
    """What follows on the connection belongs to the next request."""
    body = Body(b"a=1&b=2" + b"GET / HTTP/1.1")
    more = {"wsgi__input": body, "CONTENT_LENGTH": "7", "CONTENT_TYPE": _FORM}
    answer = call(_app(flask), environ_for("/form", "POST", **more))
    assert answer.body.split() == b'[["a","1"],["b","2"]]'.split()
    assert body.asked <= 7


@pytest.mark.parametrize("path", _PATHS)
def test_without_a_length_nothing_is_read(flask: ModuleType, path: str) -> None:
    """No Content-Length means no body: reading would block on a socket that stays open."""
    body = Body()
    environ = environ_for(path, "POST", wsgi__input=body, CONTENT_TYPE=_FORM)
    assert call(_app(flask), environ).code == 200
    assert body.asked == 0


@pytest.mark.parametrize("path", _PATHS)
def test_an_unread_body_stays_unread(flask: ModuleType, path: str) -> None:
    """A view that does not ask for the body does not pay for it."""
    body = Body(b"a=1")
    environ = environ_for("/unread", "POST", wsgi__input=body, CONTENT_LENGTH="3")
    assert call(_app(flask), environ).body == b"not read"
    assert body.asked == 0


# aiohttp CVE-2023-47627, CVE-2024-23829: a length is ASCII digits and nothing else.
_BAD_LENGTHS = [
    "abc", "-1", "+5", "1_0", "0x5", "5.0", "1e1", "5 5", "5,5", "", " ", "\x00", "5\x00", "\xb2",
    "\xb2\xb3", "--5", "9" * 5000, "-" + "9" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("path", _PATHS)
@pytest.mark.parametrize("length", _BAD_LENGTHS, ids=lambda length: ascii(length[:8]))
def test_aiohttp_cve_2023_47627_bad_lengths(flask: ModuleType, path: str, length: str) -> None:
    """A length that is none counts as missing, or is refused: never 500, never a blocking read."""
    body = Body(b"", blocks=not length.isdigit() or not length.isascii())
    more = {"wsgi__input": body, "CONTENT_LENGTH": length, "CONTENT_TYPE": _FORM}
    answer = call(_app(flask), environ_for(path, "POST", **more), hostile=True)
    assert answer.code in (200, 400, 413)
    if not (length.isascii() and length.isdigit()):
        assert body.asked == 0


@pytest.mark.parametrize("kind", ["text/plain", _FORM, _MULTIPART])
@pytest.mark.parametrize("path", ["/data", "/form", "/files", "/stream"])
def test_a_body_cut_short_is_the_clients_fault(flask: ModuleType, path: str, kind: str) -> None:
    """The client promised more than it sent: 400, not 500, and no endless loop."""
    body = Body(_field("a", b"1")[:-9], blocks=False)
    more = {"wsgi__input": body, "CONTENT_LENGTH": "1000", "CONTENT_TYPE": kind}
    answer = call(_app(flask), environ_for(path, "POST", **more))
    form_not_asked_for = kind == "text/plain" and path in ("/form", "/files")
    assert answer.code == (200 if form_not_asked_for else 400)


def _chunked(path: str, body: Body, **more: Any) -> dict[str, Any]:
    headers = {"Transfer-Encoding": "chunked"}
    return environ_for(path, "POST", wsgi__input=body, headers=headers, CONTENT_TYPE=_FORM, **more)


@pytest.mark.parametrize("path", _PATHS)
def test_chunked_without_input_terminated_is_not_read(flask: ModuleType, path: str) -> None:
    """Nothing tells where the body ends: it counts as empty."""
    body = Body()
    assert call(_app(flask), _chunked(path, body)).code == 200
    assert body.asked == 0


def test_chunked_with_input_terminated_is_read(flask: ModuleType) -> None:
    """The server ends the input itself then."""
    app = _app(flask)
    ends = {"wsgi__input_terminated": True}
    data = call(app, _chunked("/data", Body(b"x=1", blocks=False), **ends))
    assert data.body == b"got:x=1"
    form = call(app, _chunked("/form", Body(b"x=1", blocks=False), **ends))
    assert form.body.split() == b'[["x","1"]]'.split()
    stream = call(app, _chunked("/stream", Body(b"0123456789", blocks=False), **ends))
    assert stream.body == b"0123456|789"


def test_a_length_beside_chunked_is_not_believed(flask: ModuleType) -> None:
    """Both at once is how requests are smuggled (RFC 9112, 6.3)."""
    body = Body(b"0123456789", blocks=False)
    environ = _chunked("/data", body, CONTENT_LENGTH="3", wsgi__input_terminated=True)
    assert call(_app(flask), environ).body in (b"got:0123456789", b"got:012")


@pytest.mark.parametrize("path", ["/data", "/form", "/files", "/stream"])
def test_too_large(flask: ModuleType, path: str) -> None:
    """Beyond MAX_CONTENT_LENGTH: 413, before a byte is read."""
    app = _app(flask)
    app.config["MAX_CONTENT_LENGTH"] = 10
    body = Body(b"a" * 11)
    more = {"wsgi__input": body, "CONTENT_LENGTH": "11", "CONTENT_TYPE": _FORM}
    assert call(app, environ_for(path, "POST", **more)).code == 413
    assert body.asked == 0


_CUT = pytest.mark.genuine_fails("A body of unknown length is cut at the limit, without a word.")


@pytest.mark.parametrize(
    "path",
    [pytest.param("/data", marks=_CUT), pytest.param("/form", marks=_CUT), "/stream"],
)
def test_too_large_without_a_length(flask: ModuleType, path: str) -> None:
    """A body of unknown length that goes beyond the limit: 413, not half of it."""
    app = _app(flask)
    app.config["MAX_CONTENT_LENGTH"] = 10
    body = Body(b"a" * 1000, blocks=False)
    assert call(app, _chunked(path, body, wsgi__input_terminated=True)).code == 413
    body = Body(b"a" * 10, blocks=False)
    assert call(app, _chunked(path, body, wsgi__input_terminated=True)).code in (200, 413)


def test_cve_2023_25577_number_of_parts(flask: ModuleType) -> None:
    """1,000 parts are read, 1,001 are refused."""
    app = _app(flask)
    for count, code in ((1000, 200), (1001, 413)):
        body = b"".join(_field(f"f{i}", b"") for i in range(count)) + b"--b--\r\n"
        environ = environ_for("/form", "POST", body=body, CONTENT_TYPE=_MULTIPART)
        assert (count, call(app, environ).code) == (count, code)


class Dribble(Body):
    """A body that comes a few bytes at a time."""

    def read(self, size: int = -1) -> bytes:
        """Give at most 1,000 bytes."""
        return super().read(min(size, 1000) if size >= 0 else 1000)


@pytest.mark.parametrize("delivery", [Body, Dribble])
def test_cve_2024_49767_memory_of_fields(flask: ModuleType, delivery: type[Body]) -> None:
    """A multipart field may take 500,000 bytes, in one piece or many."""
    app = _app(flask)
    for size, code in ((499_000, 200), (501_000, 413)):
        content = _field("a", b"x" * size) + b"--b--\r\n"
        more = {"wsgi__input": delivery(content), "CONTENT_LENGTH": str(len(content))}
        answer = call(app, environ_for("/form", "POST", CONTENT_TYPE=_MULTIPART, **more))
        assert (size, answer.code) == (size, code)


def test_cve_2026_42561_large_part_header(flask: ModuleType) -> None:
    """Headers of a part are limited like fields: 413, or 400."""
    for header in (b"X-Long: " + b"x" * 2_000_000, b"\r\n".join([b"X: y"] * 400_000)):
        body = b"--b\r\n" + header + b"\r\n\r\nx\r\n--b--\r\n"
        environ = environ_for("/form", "POST", body=body, CONTENT_TYPE=_MULTIPART)
        assert call(_app(flask), environ).code in (400, 413)


# Files of a form that broke off are closed when nobody refers to them any more.
unclosed = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)


@unclosed
def test_django_cve_2022_23833_a_truncated_part_ends(flask: ModuleType) -> None:
    """A multipart body may stop anywhere: answered, at no cut with 500."""
    app = _app(flask)
    whole = _field("a", b"1") + _file("f", b"data") + b"--b--\r\n"
    for end in range(len(whole)):
        environ = environ_for("/files", "POST", body=whole[:end], CONTENT_TYPE=_MULTIPART)
        assert (end, call(app, environ).code) in ((end, 200), (end, 400))


class Failing(Body):
    """A connection that breaks while the body is read."""

    def read(self, size: int = -1) -> bytes:
        """Give what there is, then fail."""
        piece = super().read(min(size, 3) if size >= 0 else 3)
        if not piece:
            raise OSError("connection reset by peer")
        return piece


@pytest.mark.parametrize("path", ["/data", "/form", "/files", "/stream"])
def test_a_broken_connection_is_no_surprise(flask: ModuleType, path: str) -> None:
    """A read that raises OSError: the client is gone, which is 400 if anybody still listens."""
    body = Failing(b"abcdef", blocks=False)
    more = {"wsgi__input": body, "CONTENT_LENGTH": "100", "CONTENT_TYPE": _FORM}
    if path == "/files":
        more["CONTENT_TYPE"] = _MULTIPART
    assert call(_app(flask), environ_for(path, "POST", **more)).code == 400


def _upload(
    flask: ModuleType, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Any, list[Path], Callable[..., Any]]:
    monkeypatch.setattr(tempfile, "tempdir", str(directory))
    opened: list[Any] = []
    app = flask.Flask(__name__)

    @app.route("/<end>", methods=["POST"])
    def receive(end: str) -> Any:
        opened.extend(flask.request.files.values())
        if end == "fail":
            raise RuntimeError
        if end == "stream":
            return flask.Response(flask.stream_with_context(iter(["a", "b"])))
        return "received"

    return app, opened, receive


@unclosed
@pytest.mark.parametrize("end", ["answer", "fail", "stream", "hang-up"])
def test_no_temporary_file_is_left(
    flask: ModuleType, end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large upload lies on disk for as long as its request."""
    app, opened, _ = _upload(flask, tmp_path, monkeypatch)
    content = _file("f", b"x" * 2_000_000) + b"--b--\r\n"
    length = len(content)
    if end == "hang-up":
        content = content[:1_500_000]
    more = {"wsgi__input": Body(content, blocks=False), "CONTENT_LENGTH": str(length)}
    environ = environ_for(f"/{end}", "POST", CONTENT_TYPE=_MULTIPART, **more)
    code = call(app, environ, pieces=1 if end == "stream" else None).code
    assert code == {"fail": 500, "hang-up": 400}.get(end, 200)
    assert all(file.stream.closed for file in opened)
    del environ, more
    gc.collect()
    assert list(tmp_path.iterdir()) == []


def _json_bodies() -> Iterator[tuple[str, bytes, object]]:
    document = '{"key": "v\u00e4lue"}'
    decoded = {"key": "v\u00e4lue"}
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        yield encoding, document.encode(encoding), decoded
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        yield encoding, document.encode(encoding), decoded
    yield "latin-1", document.encode("latin-1"), None
    yield "cut utf-8", '{"key": "\u20ac"}'.encode()[:-3], None
    yield "cut utf-16", document.encode("utf-16")[:-1], None
    yield "nothing", b"", None
    yield "lone byte order mark", b"\xef\xbb\xbf", None
    yield "NULs", b"\0" * 64, None
    yield "not json", b"{'key': 1}", None
    yield "two documents", b"1 2", None


@pytest.mark.parametrize(("name", "body", "decoded"), list(_json_bodies()))
def test_cve_2018_1000656_json_encodings(
    flask: ModuleType, name: str, body: bytes, decoded: object
) -> None:
    """JSON in any Unicode encoding is decoded (RFC 8259 has seen them all), other bytes are 400."""
    environ = environ_for("/json", "POST", body=body, CONTENT_TYPE="application/json")
    answer = call(_app(flask), environ)
    assert answer.code in ((200, 400) if decoded else (400,))
    if answer.code == 200:
        assert flask.json.loads(answer.body) == decoded


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
@pytest.mark.genuine_fails("RecursionError is not a ValueError: 500.")
def test_beat_3_deeply_nested_json(flask: ModuleType, opening: bytes) -> None:
    """A parser's limit of depth is the client's problem: 400."""
    environ = environ_for("/json", "POST", body=opening * 100_000, CONTENT_TYPE="application/json")
    assert call(_app(flask), environ).code == 400


def test_json_with_a_number_beyond_pythons_limit(flask: ModuleType) -> None:
    """More digits than int() takes is a ValueError, and so 400."""
    environ = environ_for("/json", "POST", body=b"9" * 20_000, CONTENT_TYPE="application/json")
    assert call(_app(flask), environ).code in (200, 400)


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-json", "json", ""])
def test_json_of_another_type(flask: ModuleType, kind: str | None) -> None:
    """A body that does not say it is JSON: 415."""
    environ = environ_for("/json", "POST", body=b"{}", CONTENT_TYPE=kind)
    assert call(_app(flask), environ).code == 415


def test_cve_2019_1010083_json_memory(flask: ModuleType) -> None:
    """A JSON text in four bytes per character takes no more than four times its size."""
    import tracemalloc

    app = _app(flask)
    text = ('"' + "x" * 1_000_000 + '"').encode("utf-32")
    environ = environ_for("/json", "POST", body=text, CONTENT_TYPE="application/json")
    tracemalloc.start()
    try:
        assert call(app, environ).code == 200
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= 4 * len(text)
