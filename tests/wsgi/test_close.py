"""The iterable of a response is closed exactly once, whatever becomes of it (PEP 3333)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import Any

import pytest
from werkzeug.wrappers import Response as WerkzeugResponse
from werkzeug.wsgi import ClosingIterator

from .gateway import call, environ_for


class Pieces:
    """A body of three pieces that counts how often it is closed."""

    def __init__(self, *, fails_at: int | None = None) -> None:
        self._fails_at = fails_at
        self._given = 0
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self._given == self._fails_at:
            raise OSError("the disk is gone")
        if self._given == 3:
            raise StopIteration
        self._given += 1
        return b"piece "

    def close(self) -> None:
        """Count."""
        self.closed += 1


def _app(flask: ModuleType, body: Iterable[bytes], callbacks: list[str]) -> Any:
    app = flask.Flask(__name__)

    @app.route("/")
    def index() -> Any:
        response = flask.Response(body)
        response.call_on_close(lambda: callbacks.append("closed"))
        return response

    @app.route("/not-modified")
    def not_modified() -> Any:
        response = flask.Response(body, status=304)
        response.call_on_close(lambda: callbacks.append("closed"))
        return response

    return app


@pytest.mark.parametrize(
    ("path", "method", "pieces", "expected"),
    [
        ("/", "GET", None, b"piece piece piece "),
        ("/", "GET", 1, b"piece "),
        ("/", "GET", 0, b""),
        ("/", "HEAD", None, b""),
        ("/not-modified", "GET", None, b""),
    ],
    ids=["whole", "partly", "never read", "HEAD", "304"],
)
def test_closed_once(
    flask: ModuleType, path: str, method: str, pieces: int | None, expected: bytes
) -> None:
    """Read fully, partly or never, and for answers that have no body."""
    body = Pieces()
    callbacks: list[str] = []
    answer = call(_app(flask, body, callbacks), environ_for(path, method), pieces=pieces)
    assert answer.body == expected
    assert body.closed == 1
    assert callbacks == ["closed"]


@pytest.mark.parametrize("fails_at", [0, 2])
def test_closed_once_when_iteration_raises(flask: ModuleType, fails_at: int) -> None:
    """The error reaches the server, which closes."""
    body = Pieces(fails_at=fails_at)
    callbacks: list[str] = []
    with pytest.raises(OSError, match="the disk is gone"):
        call(_app(flask, body, callbacks), environ_for())
    assert body.closed == 1
    assert callbacks == ["closed"]


@pytest.mark.genuine_fails("Nobody closes a body whose start_response raised.")
def test_closed_once_when_start_response_raises(flask: ModuleType) -> None:
    """The server never gets the iterable then, so that it cannot close it."""

    def start_response(*args: object) -> None:
        raise RuntimeError("the headers cannot be sent")

    body = Pieces()
    callbacks: list[str] = []
    app = _app(flask, body, callbacks)
    with pytest.raises(RuntimeError, match="cannot be sent"):
        call(app, environ_for(), start_response=start_response)
    assert body.closed == 1
    assert callbacks == ["closed"]


def _writes(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    write = start_response("201 Made", [("Content-Type", "text/plain"), ("X-Old", "yes")])
    write(b"written, ")
    return environ["test.body"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_closed_once_when_an_old_application_writes(flask: ModuleType, method: str) -> None:
    """A view may answer with a WSGI application, and that one may use write()."""
    app = flask.Flask(__name__)
    app.add_url_rule("/", "index", lambda: _writes)
    body = Pieces()
    answer = call(app, environ_for("/", method, test__body=body))
    assert answer.status == "201 Made"
    assert answer.header("X-Old") == "yes"
    assert answer.body == (b"written, piece piece piece " if method == "GET" else b"")
    assert body.closed == 1


def test_replaced_body_is_not_sent(flask: ModuleType) -> None:
    """An after-request function may read the body away: it is closed with the response."""
    body = Pieces()
    app = _app(flask, body, [])

    @app.after_request
    def buffer(response: Any) -> Any:
        response.get_data()
        return response

    answer = call(app, environ_for())
    assert answer.body == b"piece piece piece "
    assert answer.header("Content-Length") == "18"
    assert body.closed == 1


def test_file_is_closed(flask: ModuleType, tmp_path: Any) -> None:
    """send_file hands its file to the server; the end of the response closes it."""
    (tmp_path / "text.txt").write_bytes(b"x" * 100_000)
    opened: list[Any] = []
    app = flask.Flask(__name__)

    @app.route("/")
    def index() -> Any:
        file = (tmp_path / "text.txt").open("rb")
        opened.append(file)
        return flask.send_file(file, mimetype="text/plain")

    whole = call(app, environ_for())
    assert len(whole.body) == 100_000
    call(app, environ_for(), pieces=1)
    call(app, environ_for("/", "HEAD"))
    part = call(app, environ_for(headers={"Range": "bytes=5-9"}))
    assert part.body in (b"xxxxx", b"x" * 100_000)
    assert [file.closed for file in opened] == [True] * 4


def test_generator_is_closed_when_the_client_hangs_up(flask: ModuleType) -> None:
    """``finally`` in a streaming view runs, with GeneratorExit, before the next request."""
    seen: list[str] = []
    app = flask.Flask(__name__)

    @app.route("/")
    def index() -> Any:
        def stream() -> Iterator[str]:
            try:
                yield "one"
                yield "two"
            except GeneratorExit:
                seen.append("left")
                raise
            finally:
                seen.append("finally")

        return stream()

    assert call(app, environ_for(), pieces=1).body == b"one"
    assert seen == ["left", "finally"]


@pytest.mark.parametrize("status", [204, 304])
def test_answers_without_body_have_no_length(flask: ModuleType, status: int) -> None:
    """204 and 304 carry neither body nor Content-Length (RFC 9110, 15.3.5 and 15.4.5)."""
    app = flask.Flask(__name__)

    @app.route("/")
    def index() -> Any:
        response = flask.Response("dropped", status=status)
        del response.headers["Content-Type"]
        return response

    answer = call(app, environ_for())
    assert answer.body == b""
    assert answer.header("Content-Length") is None


def _streaming(flask: ModuleType, response_class: type | None = None) -> Any:
    app = flask.Flask(__name__)
    if response_class is not None:
        app.response_class = response_class

    @app.route("/")
    def index() -> Any:
        return (part for part in ("é", b"b", bytearray(b"c"), ""))

    return app


def test_parts_of_a_stream(flask: ModuleType) -> None:
    """Text is encoded and all else handed on, by an iterator of Werkzeug's."""
    sent: list[Any] = []
    body = _streaming(flask)(environ_for("/"), lambda *args: sent.extend(args))
    assert isinstance(body, ClosingIterator)
    assert iter(body) is body
    parts: list[Any] = list(body)
    assert parts == ["é".encode(), b"b", b"c", b""]
    assert [type(part) for part in parts] == [bytes, bytes, bytearray, bytes]
    assert next(body, None) is None
    body.close()
    body.close()
    assert sent == ["200 OK", [("Content-Type", "text/html; charset=utf-8")]]


def test_the_body_of_a_stream_is_werkzeugs_iterator(flask: ModuleType) -> None:
    """What closes it is that class's, and called by its name: agents name it so."""
    body = flask.Response(part for part in ("a", b"b"))(environ_for("/"), lambda *_: None)
    assert isinstance(body, ClosingIterator)
    assert type(body).__name__ == "ClosingIterator"
    assert body.close.__func__ is ClosingIterator.close
    assert list(body) == [b"a", b"b"]


class Part(str):
    """Text that encodes itself."""

    def encode(self, *_: Any) -> bytes:
        return b"own"


@pytest.mark.parametrize("status", [200, 304])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("when", ["never", "before", "after"])
def test_what_a_response_has_when_it_is_closed(
    flask: ModuleType, when: str, method: str, status: int
) -> None:
    """Its body of that time is closed, and what was told to be called is, until one fails."""
    closed: list[str] = []

    class Body:
        def __iter__(self) -> Iterator[bytes]:
            return iter([b"never"])

        def close(self) -> None:
            closed.append("body")

    def fail() -> None:
        raise OSError("gone")

    response = flask.Response((part for part in ("a",)), status)
    if when == "before":
        response.response = Body()
    body = response(environ_for("/", method), lambda *_: None)
    if when == "after":
        response.response = Body()
    for call_later in (lambda: closed.append("told"), fail, lambda: closed.append("not told")):
        response.call_on_close(call_later)
    has_parts = (method, status) == ("GET", 200)
    assert list(body) == ([b"never" if when == "before" else b"a"] if has_parts else [])
    for _ in range(2):
        with pytest.raises(OSError, match="gone"):
            body.close()
    assert closed == (["told"] if when == "never" else ["body", "told"]) * 2


def test_close_is_rewritten_while_a_stream_is_sent(flask: ModuleType) -> None:
    """By another code of Werkzeug's function, as some agents do it."""
    function: Any = WerkzeugResponse.close
    original = function.__code__
    response = flask.Response(part for part in ("a",))
    body = response(environ_for("/"), lambda *_: None)

    def close(self: Any) -> None:
        self.seen = "rewritten"

    try:
        function.__code__ = close.__code__
        body.close()
    finally:
        function.__code__ = original
    assert response.seen == "rewritten"


def test_the_next_part_is_asked_for_by_its_method(flask: ModuleType) -> None:
    """A class of bodies whose method is replaced takes its steps by that."""
    body = flask.Response(part for part in ("a", "b"))(environ_for("/"), lambda *_: None)
    kind = type(body)
    assert next(body) == b"a"
    own = vars(kind).get("__next__")
    kind.__next__ = lambda self: b"replaced"
    try:
        assert next(body) == b"replaced"
    finally:
        if own is None:
            del kind.__next__
        else:
            kind.__next__ = own
    assert next(body) == b"b"
    assert next(body, None) is None


PARTS: list[list[Any]] = [[], ["a"], ["", b"", "é", Part("x"), 7, None], ["a", ValueError("no")]]


@pytest.mark.parametrize("taken", [0, 1, 2, 9])
@pytest.mark.parametrize("parts", PARTS, ids=len)
@pytest.mark.parametrize("keeps", [False, True], ids=["closes", "keeps"])
def test_what_happens_to_a_generator(
    flask: ModuleType, parts: list[Any], taken: int, keeps: bool
) -> None:
    """When it begins, fails, is closed; with a response that does not close it, too."""
    happened: list[Any] = []

    def produce() -> Iterator[Any]:
        happened.append("begins")
        try:
            for part in parts:
                if isinstance(part, Exception):
                    raise part
                yield part
        finally:
            happened.append("ends")

    class Keeping(flask.Response):  # type: ignore[misc, name-defined]
        def close(self) -> None:
            happened.append("kept")

    generator = produce()
    response = (Keeping if keeps else flask.Response)(generator)
    response.call_on_close(lambda: happened.append("told"))
    body = response(environ_for("/"), lambda *_: None)
    for _ in range(taken):
        try:
            happened.append(next(body, "nothing"))
        except ValueError as error:
            happened.append(str(error))
    for _ in range(2):
        body.close()
        happened.append(next(body, "nothing"))
    expected = genuinely(parts, taken, keeps)
    assert happened == expected
    generator.close()


def genuinely(parts: list[Any], taken: int, keeps: bool) -> list[Any]:
    """Return what should have happened."""
    happened: list[Any] = ["begins"] if taken else []
    for number in range(taken):
        if number == len(parts):
            happened.append("ends")
        part = parts[number] if number < len(parts) else "nothing"
        if isinstance(part, Exception):
            happened += ["ends", str(part)]
            happened += ["nothing"] * (taken - number - 1)
            break
        encoded = part.encode() if isinstance(part, str) and number < len(parts) else part
        happened.append(encoded)
    over = not taken or "ends" in happened
    for _ in range(2):
        if keeps:
            happened += ["kept", "nothing"]
        else:
            happened += [*([] if over else ["ends"]), "told", "nothing"]
            over = True
    return happened


def test_a_stream_whose_parts_are_encoded_otherwise(flask: ModuleType) -> None:
    """`iter_encoded` is asked where it is overridden, and so is what tells a sequence."""

    class Own(flask.Response):  # type: ignore[misc, name-defined]
        is_sequence = True

        def iter_encoded(self) -> Iterator[bytes]:
            return iter([b"own"])

    answer = call(_streaming(flask, Own), environ_for("/"))
    assert (answer.body, answer.header("Content-Length")) == (b"own", "3")


def test_a_stream_without_body(flask: ModuleType) -> None:
    """Nothing is produced for HEAD."""
    begun: list[int] = []
    app = flask.Flask(__name__)

    @app.route("/")
    def index() -> Any:
        def produce() -> Iterator[str]:
            begun.append(1)
            yield "x"

        return produce()

    assert call(app, environ_for("/", "HEAD")).body == b""
    assert begun == []


@pytest.mark.parametrize("body", ["text", "", ["a", "bc"], iter(["a"])])
def test_cookies_of_an_answer_that_nobody_has_looked_at(flask: ModuleType, body: Any) -> None:
    """Type, length where there is one, then the cookies; a new body has a new length."""
    app = flask.Flask(__name__)
    length = 4 if body == "text" else 0 if body == "" else 3 if isinstance(body, list) else None

    @app.route("/<again>")
    def index(again: str) -> Any:
        response = flask.Response(body)
        response.set_cookie("a", "1", path=None)
        response.set_cookie("b", "2", path=None)
        if again == "again":
            response.set_data("other")
        return response

    kind = ("Content-Type", "text/html; charset=utf-8")
    cookies = [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
    for path, expected in ("once", length), ("again", 5):
        head = call(app, environ_for(f"/{path}")).headers
        lengths = [] if expected is None else [("Content-Length", str(expected))]
        assert sorted(head) == sorted([kind, *lengths, *cookies])
        assert [name for name, _ in head if name == "Set-Cookie"] == ["Set-Cookie"] * 2
