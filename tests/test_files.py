"""Files that are sent: the answers are those of genuine Flask, byte for byte."""

from __future__ import annotations

import gc
import io
import itertools
import os
import pathlib
import warnings
from datetime import datetime, timedelta, timezone
from email.utils import formatdate
from unittest import mock

import flask
import pytest
import werkzeug.utils
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response as WerkzeugResponse

import flaskfast
from flaskfast._kernels import files as _files
from flaskfast.http import http_date

MODIFIED = 1_700_000_000.75
CONTENT = bytes(range(256)) * 300


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    names = (
        *("site.css", "page.html", "data.json", "picture.PNG", "archive.tar.gz", "a.tgz", "none"),
        *("odd.unknown", "two words.txt", "grün.txt", "quote'.txt", ".hidden", "-dash~+.txt"),
        *("sub/deep/file.js", "sub/..data/x.txt", "semi;colon.txt", "100%.txt", "x.svgz", "..."),
    )
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(CONTENT)
        os.utime(path, (MODIFIED, MODIFIED))
    (folder / "empty.txt").touch()
    (folder.parent / "secret.txt").write_text("secret")
    return folder


@pytest.fixture(scope="module", autouse=True)
def small_garbage():
    """Have `attempt` look for garbage among what is made here, not in all of the session."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def answer(app, path="/", method="GET", headers=None, **environ):
    """Return status, headers and body; whatever was raised, its type."""
    given = EnvironBuilder(path, method=method, headers=headers).get_environ()
    given.update(environ)
    found = []

    def start_response(status, head, exc_info=None):
        found.extend((status, list(head)))

    body = app.wsgi_app(given, start_response)
    content = b"".join(body)
    if hasattr(body, "close"):
        body.close()
    return *found, content


def both(make, *args, **kwargs):
    """Ask both packages the same, within one second; return their one answer."""
    genuine, ours = make(flask), make(flaskfast)
    for app in (genuine, ours):
        app.testing = True
    for _ in range(20):
        expected, found = (attempt(app, *args, **kwargs) for app in (genuine, ours))
        if found == expected:
            return found
    assert found == expected
    return found


def attempt(app, *args, **kwargs):
    with warnings.catch_warnings():
        # Werkzeug does not close a file that it fails to make a response of.
        warnings.simplefilter("ignore", ResourceWarning)
        try:
            found = answer(app, *args, **kwargs)
        except Exception as error:
            found = type(error)
        if isinstance(found, type) or found[0][0] in "45":
            # All of it: what has grown old meanwhile would be found in another test.
            gc.collect()
        return found


def static(folder, **settings):
    def make(package):
        app = package.Flask(__name__, static_folder=str(folder), static_url_path="/s")
        app.config.update(settings)
        return app

    return make


def sending(send):
    def make(package):
        app = package.Flask(__name__, root_path=os.path.dirname(__file__))
        app.add_url_rule("/", "send", lambda: send(package), methods=["GET", "POST"])
        return app

    return make


PATHS = (
    *("site.css", "page.html", "data.json", "picture.PNG", "archive.tar.gz", "a.tgz", "none"),
    *("odd.unknown", "two%20words.txt", "gr%C3%BCn.txt", "quote'.txt", ".hidden", "-dash~+.txt"),
    *("sub/deep/file.js", "sub/..data/x.txt", "semi;colon.txt", "100%25.txt", "x.svgz", "..."),
    *(
        "empty.txt",
        "sub",
        "sub/",
        "missing.txt",
        "site.css/",
        "site.css/x",
        "",
        ".",
        "..",
        "./none",
    ),
    *("../secret.txt", "%2e%2e/secret.txt", "sub/../site.css", "//etc/passwd", "sub//deep/file.js"),
    *("/etc/passwd", "a%00b", "site.css%0A", "sub/deep/../../site.css", "x" * 300, "%FF.txt"),
)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", PATHS)
def test_static_files(folder, path, method):
    both(static(folder), f"/s/{path}", method)


@pytest.mark.parametrize("age", [None, 0, -5, 60, 3600.5, timedelta(hours=2), True])
def test_ages(folder, age):
    both(static(folder, SEND_FILE_MAX_AGE_DEFAULT=age), "/s/site.css")


def test_etag_and_date_of_the_answer(folder):
    status, head, body = both(static(folder), "/s/sub/deep/file.js")
    assert (status, body) == ("200 OK", CONTENT)
    assert dict(head)["Last-Modified"] == "Tue, 14 Nov 2023 22:13:20 GMT"
    assert [name for name, _ in head] == [
        *("Content-Disposition", "Content-Type", "Content-Length", "Last-Modified"),
        *("Cache-Control", "ETag", "Date", "Accept-Ranges"),
    ]


def conditions(folder):
    tag = dict(answer(static(folder)(flask), "/s/site.css")[1])["ETag"]
    tags = (
        *(None, tag, f"W/{tag}", "*", '"other"', f'"other", {tag}', f"{tag},{tag}", tag.strip('"')),
        *(
            "",
            '"',
            f'"{tag}',
            f'{tag} , W/"x"',
            f'"a,{tag}"',
            f"W/{tag}, odd",
            f"w/{tag}",
            f"{tag},",
        ),
    )
    dates = (
        *(None, formatdate(MODIFIED, usegmt=True), formatdate(MODIFIED - 1, usegmt=True)),
        *(formatdate(MODIFIED + 1, usegmt=True), "yesterday", ""),
    )
    return tags, dates


def headers_of(**values):
    return {name.replace("_", "-"): value for name, value in values.items() if value is not None}


def test_conditions(folder):
    """Every pair of If-None-Match and If-Modified-Since, and of If-Match."""
    make = static(folder)
    tags, dates = conditions(folder)
    statuses = set()
    for none, date in itertools.product(tags, dates):
        headers = headers_of(If_None_Match=none, If_Modified_Since=date)
        statuses.add(both(make, "/s/site.css", headers=headers)[0])
    for none, some in itertools.product(tags, tags):
        headers = headers_of(If_None_Match=none, If_Match=some)
        statuses.add(both(make, "/s/site.css", headers=headers)[0])
    assert {status[:3] for status in statuses} == {"200", "304", "412"}


RANGES = (
    *("bytes=0-9", "bytes=-10", "bytes=76790-", "bytes=0-99999999", "bytes=99999999-", "bytes=5-1"),
    *("bytes=0-1,3-4", "items=0-1", "bytes", "bytes=", "", "bytes=a-b", "bytes=0-0", "bytes=-0"),
)


def test_ranges(folder):
    """With If-Range, too."""
    make = static(folder)
    tags, dates = conditions(folder)
    statuses = set()
    for part in RANGES:
        statuses.add(both(make, "/s/site.css", headers={"Range": part})[0])
        both(make, "/s/empty.txt", headers={"Range": part})
    for condition in {*tags, *dates}:
        headers = headers_of(Range="bytes=10-19", If_Range=condition)
        statuses.add(both(make, "/s/site.css", headers=headers)[0])
        both(make, "/s/site.css", headers=headers_of(If_Range=condition))
    assert {status[:3] for status in statuses} == {"200", "206", "416"}


@given(tags=st.text("aW/\", \t*\\'\n\x00é", max_size=12), same=st.booleans())
def test_any_entity_tags(folder_of_one, tags, same):
    """Against Werkzeug's reading of them."""
    etag = '"a"' if same else '"W/"'
    environ = {"HTTP_IF_NONE_MATCH": tags}
    modified = werkzeug.http.is_resource_modified(environ, etag)
    assert _files._status(environ, etag, http_date(MODIFIED)) == (200 if modified else 304)


@pytest.fixture(scope="module")
def folder_of_one():
    """Nothing: hypothesis wants no fixtures of a narrower scope."""


OPTIONS = (
    *({}, {"as_attachment": True}, {"download_name": "other.txt"}, {"mimetype": "text/x-own"}),
    *({"download_name": "grün.txt"}, {"download_name": "two words"}, {"download_name": 'q"uote'}),
    *({"mimetype": "text/plain; charset=latin-1"}, {"mimetype": "odd"}, {"mimetype": ""}),
    *({"download_name": ""}, {"download_name": "dir/name.txt"}, {"conditional": False}),
    *({"as_attachment": True, "download_name": "b.tar.gz"}, {"download_name": "b.tar.gz"}),
    *(
        {"etag": False},
        {"etag": "own"},
        {"etag": None},
        {"etag": 'no"good'},
        {"last_modified": 1_600_000_000},
    ),
    *({"last_modified": datetime(2020, 1, 2, tzinfo=timezone.utc)}, {"max_age": 5}, {"max_age": 0}),
    *({"max_age": lambda path: len(os.path.basename(path))}, {"max_age": lambda path: None}),
    *({"max_age": lambda path: 1 / 0}, {"max_age": 2.5}, {"mimetype": "text/x\r\ny"}),
)


@pytest.mark.parametrize("options", OPTIONS, ids=range(len(OPTIONS)))
@pytest.mark.parametrize("name", ["site.css", "archive.tar.gz", "two words.txt", "missing"])
def test_options(folder, name, options):
    path = folder / name
    for form in (str(path), path):
        both(sending(lambda package: package.send_file(form, **options)))  # noqa: B023
        both(sending(lambda package: package.send_file(form, **options)), method="POST")  # noqa: B023
    for place in (str(folder), folder):
        both(sending(lambda p: p.send_from_directory(place, name, **options)))  # noqa: B023


def test_relative_paths(folder):
    relative = os.path.relpath(folder, os.path.dirname(__file__))
    for place in (relative, relative + "/", "."):
        both(sending(lambda p: p.send_from_directory(place, "site.css")))  # noqa: B023
    both(sending(lambda package: package.send_file(os.path.join(relative, "site.css"))))
    status, _, body = both(sending(lambda package: package.send_file(os.path.basename(__file__))))
    assert (status, body) == ("200 OK", pathlib.Path(__file__).read_bytes())
    both(sending(lambda p: p.send_from_directory("", os.path.basename(__file__))))


def test_open_files(folder):
    def send(package):
        return package.send_file(io.BytesIO(b"content"), download_name="a.txt")

    assert both(sending(send))[2] == b"content"
    both(sending(lambda package: package.send_file(io.BytesIO(b"x"))))
    both(sending(lambda package: package.send_file(io.StringIO("x"), download_name="a.txt")))


ASKED = ({}, {"Range": "bytes=1-3"}, {"Range": "bytes=-9"}, {"If-None-Match": '"own"'})


@pytest.mark.parametrize("options", OPTIONS, ids=range(len(OPTIONS)))
def test_options_of_open_files(options):
    given = {"download_name": "a b.txt", **options}
    for method, headers in itertools.product(("GET", "HEAD", "POST"), ASKED):
        make = sending(lambda p: p.send_file(io.BytesIO(b"content"), **given))
        both(make, method=method, headers=headers)
    both(sending(lambda p: p.send_file(io.BytesIO(b""), **given)), headers=ASKED[1])


def test_what_werkzeug_is_not_asked_for(folder):
    """A path of either kind, bytes, a part, a name in any script: all that is usual."""
    seen = []

    def respond(*args, **kwargs):
        seen.append(_files.RESPOND(*args, **kwargs))
        return seen[-1]

    name = folder / "site.css"
    with mock.patch.multiple(_files, create=True, RESPOND=_files.respond, respond=respond):
        for send, headers in (
            (lambda p: p.send_file(name), {}),
            (lambda p: p.send_file(name, download_name="grün und rot.css"), {}),
            (lambda p: p.send_from_directory(folder, "site.css"), {"Range": "bytes=5-"}),
            (lambda p: p.send_file(io.BytesIO(b"abc"), "text/plain", etag="e"), {}),
            (lambda p: p.send_file(io.BytesIO(b"abc"), "text/plain"), {"Range": "bytes=-1"}),
            (lambda p: p.send_file(name, conditional=False, last_modified=5), {}),
        ):
            answer(sending(send)(flaskfast), headers=headers)
            assert seen.pop() is not None


def test_x_sendfile(folder):
    status, head, body = both(static(folder, USE_X_SENDFILE=True), "/s/site.css")
    assert (status, body) == ("200 OK", b"")
    assert dict(head)["X-Sendfile"] == str(folder / "site.css")
    for headers in (*ASKED, headers_of(If_Modified_Since=formatdate(MODIFIED + 5, usegmt=True))):
        both(static(folder, USE_X_SENDFILE=True), "/s/site.css", headers=headers)
    both(sending(lambda p: p.send_file(folder / "site.css", etag="own")), headers=ASKED[-1])


def test_types_that_are_added_later(folder):
    import mimetypes

    with mock.patch.dict(mimetypes.types_map), mock.patch.dict(mimetypes._db.types_map[True]):
        mimetypes.add_type("application/x-own", ".unknown")
        _, head, _ = both(static(folder), "/s/odd.unknown")
    assert dict(head)["Content-Type"] == "application/x-own"


def test_types_are_guessed_otherwise(folder):
    """By a function, a method or a map of somebody's own."""
    import mimetypes

    def guess(*args, **kwargs):
        return "application/x-own", None

    own = mimetypes.MimeTypes()
    own.types_map[True][".css"] = "application/x-own"
    for patch in (
        mock.patch("mimetypes.guess_type", guess),
        mock.patch.object(mimetypes.MimeTypes, "guess_type", guess),
        mock.patch.object(mimetypes._db, "guess_type", guess, create=True),
        mock.patch("mimetypes._db", own),
        mock.patch.dict(mimetypes._db.types_map[True], {".css": "application/x-own"}),
    ):
        with patch:
            _, head, _ = both(static(folder), "/s/site.css")
        assert dict(head)["Content-Type"] == "application/x-own"
        _, head, _ = both(static(folder), "/s/site.css")
        assert dict(head)["Content-Type"] == "text/css; charset=utf-8"


@pytest.mark.parametrize(
    "endings", [{".css": ".tar.gz"}, {".css": ".html"}, {".css": ".unknown"}], ids=str
)
def test_endings_that_stand_for_others(folder, endings):
    import mimetypes

    with mock.patch.dict(mimetypes._db.suffix_map, endings):
        both(static(folder), "/s/site.css")
    with mock.patch.dict(mimetypes._db.encodings_map, {".css": "odd"}):
        _, head, _ = both(static(folder), "/s/site.css")
        assert dict(head)["Content-Encoding"] == "odd"


def test_an_encoding_that_cannot_be_sent(folder):
    import mimetypes

    with mock.patch.dict(mimetypes._db.encodings_map, {".css": "odd\r\nX-Own: 1"}):
        assert both(static(folder), "/s/site.css") is ValueError


def test_a_file_that_changes(folder):
    """In size, in date, in neither; and what was known of many others."""
    path = folder / "changing.css"
    tags = set()
    for content, moment in ((b"a", 1e9), (b"b", 1e9), (b"ab", 1e9), (b"ab", 1e9 + 0.5)):
        path.write_bytes(content)
        os.utime(path, (moment, moment))
        for _ in range(2):
            status, head, body = both(static(folder), "/s/changing.css")
            assert (status, body) == ("200 OK", content)
        tags.add(dict(head)["ETag"])
    assert len(tags) == 3
    path.unlink()
    assert both(static(folder), "/s/changing.css")[0] == "404 NOT FOUND"


def test_what_is_known_of_files_is_bounded(tmp_path):
    app = flaskfast.Flask(__name__)
    most = _files._MOST_FACTS
    with app.test_request_context():
        for number in range(most + 10):
            path = tmp_path / f"{number}.css"
            path.touch()
            flaskfast.send_file(path, mimetype=f"text/x-{number}").close()
        assert 0 < len(_files._facts) <= most
        assert 0 < len(_files._type_headers) <= _files._MOST_TYPES
        deep = tmp_path.joinpath(*["d" * 250] * 5)
        deep.mkdir(parents=True)
        (deep / "a.css").touch()
        for _ in range(2):
            flaskfast.send_file(deep / "a.css", mimetype=f"text/{'x' * 300}").close()
    assert str(deep / "a.css") not in _files._facts
    assert max(map(len, _files._type_headers)) < 300


@pytest.mark.parametrize("looks", [False, True])
@pytest.mark.parametrize("status", [200, 204, 206, 304, 404])
def test_a_status_that_is_set_later(folder, status, looks):
    """What is sent of the headers goes by the status, whether anybody has looked at them or not."""

    def make(package):
        app = static(folder)(package)

        @app.after_request
        def after(response):
            response.status_code = status
            if looks:
                response.headers["X-Own"] = "1"
            return response

        return app

    for method in ("GET", "HEAD"):
        both(make, "/s/site.css", method)


def test_the_wrapper_of_the_server(folder):
    wrapped = []

    def wrapper(file, size):
        wrapped.append((file.name, size))
        return iter([file.read()]) if file.close is None else werkzeug.wsgi.FileWrapper(file, size)

    environ = {"wsgi.file_wrapper": wrapper}
    assert both(static(folder), "/s/site.css", **environ)[2] == CONTENT
    assert {name for name, _ in wrapped} == {str(folder / "site.css")}
    assert both(static(folder), "/s/site.css", "HEAD", **environ)[2] == b""


# --- the seams


def ask(app, path="/s/site.css"):
    return answer(app, path)


def test_ages_are_asked_for(folder):
    seen = []

    class App(flaskfast.Flask):
        def get_send_file_max_age(self, filename):
            seen.append(filename)
            return 7 if filename == "site.css" else None

    app = App(__name__, static_folder=str(folder), static_url_path="/s")
    assert dict(ask(app)[1])["Cache-Control"] == "public, max-age=7"
    assert seen == ["site.css"]
    assert dict(ask(app, "/s/none")[1])["Cache-Control"] == "no-cache"
    assert seen == ["site.css", "none", str(folder / "none")]


def test_static_view_is_overridden(folder):
    app = static(folder)(flaskfast)
    assert ask(app)[0] == "200 OK"
    app.send_static_file = lambda filename: f"own {filename}"
    assert ask(app)[2] == b"own site.css"


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (flaskfast.Response, "make_conditional"),
        (WerkzeugResponse, "make_conditional"),
        (WerkzeugResponse, "set_etag"),
        (Headers, "set"),
        (Headers, "__setitem__"),
        (werkzeug.utils, "send_file"),
        (werkzeug.utils, "send_from_directory"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_what_is_wrapped_is_called(folder, owner, name):
    app = static(folder)(flaskfast)
    expected = ask(app)
    wrapped = getattr(owner, name)
    seen = []

    def wrapper(*args, **kwargs):
        seen.append(name)
        return wrapped(*args, **kwargs)

    with mock.patch.object(owner, name, wrapper):
        found = ask(app)
    assert (found[0], found[2]) == (expected[0], expected[2])
    # Within Werkzeug, one of these calls the other by its own name.
    assert seen or (owner, name) == (werkzeug.utils, "send_file")
    assert ask(app)[0] == expected[0]


def test_response_classes(folder):
    class Own(flaskfast.Response):
        def set_etag(self, etag, weak=False):
            super().set_etag("own", weak)

    app = static(folder)(flaskfast)
    app.response_class = Own
    assert dict(ask(app)[1])["ETag"] == '"own"'


def test_hooks_see_all_headers(folder):
    app = static(folder)(flaskfast)
    seen = []

    @app.after_request
    def after(response):
        seen.append((response.content_length, response.mimetype, response.get_etag()[1]))
        response.headers["X-Own"] = "1"
        return response

    tag = dict(ask(app)[1])["ETag"]
    status, head, body = answer(app, "/s/site.css", headers={"If-None-Match": tag})
    assert (status, body, dict(head)["X-Own"]) == ("304 NOT MODIFIED", b"", "1")
    assert {name for name, _ in head}.isdisjoint({"Content-Type", "Content-Length"})
    assert seen == [(len(CONTENT), "text/css", False)] * 2


def test_files_are_opened_by_what_open_is_then(folder):
    app = flaskfast.Flask(__name__, static_folder=str(folder), static_url_path="/static")
    client = app.test_client()
    with client.get("/static/site.css") as response:
        assert response.data == CONTENT
    with (
        mock.patch("builtins.open", return_value=io.BytesIO(b"another")) as opened,
        client.get("/static/site.css") as response,
    ):
        assert response.data == b"another"
    assert opened.call_args.args[:2] == (str(folder / "site.css"), "rb")


def test_another_body_has_another_length(folder):
    """Whether or not somebody has looked at the headers."""

    def make(package):
        app = static(folder)(package)

        @app.after_request
        def after(response):
            response.direct_passthrough = False
            response.set_data(response.get_data()[:10])
            response.set_cookie("name", "value")
            return response

        return app

    for path in ("/s/site.css", "/s/missing"):
        found = both(make, path)
    status, head, body = both(make, "/s/site.css")
    assert [value for name, value in head if name == "Content-Length"] == ["10"]
    assert (status, len(body)) == ("200 OK", 10)
    assert found[0] == "404 NOT FOUND"


def test_the_file_is_closed(folder):
    app = static(folder)(flaskfast)
    opened = []
    shipped = open

    def opening(path, *args):
        file = shipped(path, *args)
        if str(path).endswith("site.css"):
            opened.append(file)
        return file

    with mock.patch("builtins.open", opening):
        tag = dict(ask(app)[1])["ETag"]
        answer(app, "/s/site.css", "HEAD")
        answer(app, "/s/site.css", headers={"If-None-Match": tag})
    assert [file.closed for file in opened] == [True] * 3


def test_another_body_has_its_own_length() -> None:
    app = flaskfast.Flask(__name__)

    @app.route("/")
    def view() -> flaskfast.Response:
        response = flaskfast.send_file(__file__)
        response.direct_passthrough = False
        response.response.close()  # type: ignore[union-attr]
        response.set_data(b"abc")
        return response

    answer = app.test_client().get("/")
    assert answer.headers.getlist("Content-Length") == ["3"]
    assert answer.data == b"abc"
