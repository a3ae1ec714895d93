"""Paths and where they lead: redirects, routes, static files."""

from __future__ import annotations

import ntpath
import os
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock
from urllib.parse import urljoin, urlsplit

import pytest

from .gateway import call, environ_for


def _routes(flask: ModuleType) -> Any:
    app = flask.Flask(__name__)
    app.add_url_rule("/", "root", lambda: "root")
    app.add_url_rule("/a", "a", lambda: "a")
    app.add_url_rule("/dir/", "dir", lambda: "dir")
    app.add_url_rule("/<name>/", "name", lambda name: name)
    app.add_url_rule("/x/<path:rest>/", "rest", lambda rest: rest)
    app.add_url_rule("/n/<int:number>", "number", lambda number: str(number))
    app.add_url_rule("/u/<uuid:key>", "uuid", lambda key: str(key))
    app.add_url_rule("/f/<float:number>", "float", lambda number: str(number))
    return app


_ELSEWHERE = [
    "//evil.test", "//evil.test/x", "///evil.test", "////evil.test/..", "/\\evil.test",
    "/\\/evil.test", "//evil.test%2f..", "/%2fevil.test", "/%5cevil.test", "//evil.test@localhost",
    "/evil.test:80", "//evil.test//x//", "/x//evil.test", "/x//evil.test//a", "/.//evil.test",
    "/dir//evil.test", "//", "///", "/x///", "/\t/evil.test", "/\n//evil.test", "/ //evil.test",
    "//[::1]", "/http://evil.test", "http://evil.test", "/x/http://evil.test", "//evil.test\xff",
]  # fmt: skip


@pytest.mark.parametrize("path", _ELSEWHERE, ids=ascii)
@pytest.mark.parametrize("host", ["localhost", "localhost:8000"])
def test_cve_2020_28724_redirects_stay_on_the_host(flask: ModuleType, path: str, host: str) -> None:
    """No path makes the application send a browser to another host."""
    environ = environ_for(path, headers={"Host": host})
    answer = call(_routes(flask), environ, hostile=True)
    assert answer.code < 500
    location = answer.header("Location")
    if location is not None:
        assert urlsplit(urljoin(f"http://{host}/", location)).netloc == host
        assert not location.replace("\\", "/").startswith("//")


def test_redirect_keeps_the_query(flask: ModuleType) -> None:
    """The query goes with the redirect as it came."""
    answer = call(_routes(flask), environ_for("/dir", query="a=%2F&b=//evil.test"))
    assert answer.code == 308
    location = answer.header("Location")
    assert location == "http://localhost/dir/?a=%2F&b=//evil.test"


@pytest.mark.parametrize("path", ["/a\n", "/a\r", "/a\x00", "/a ", "/a\t", "\n/a", "/\na"])
def test_django_cve_2021_44420_a_newline_is_not_the_end(flask: ModuleType, path: str) -> None:
    """``/a`` is not ``/a%0A``."""
    answer = call(_routes(flask), environ_for(path), hostile=True)
    assert answer.body != b"a"


_NUMBERS = ["+5", "-1", "1_0", " 5", "5 ", "0x5", "5.0", "1e3", "\xb2", "5\n", "5\x00"]


@pytest.mark.parametrize("number", _NUMBERS, ids=ascii)
def test_aiohttp_cve_2023_47627_integers_in_paths(flask: ModuleType, number: str) -> None:
    """A converter takes digits, not what int() takes."""
    answer = call(_routes(flask), environ_for(f"/n/{number}"), hostile=True)
    assert (answer.code, answer.body.isdigit()) == (404, False)


@pytest.mark.parametrize("digits", [20, 4301, 100_000])
def test_integers_of_many_digits(flask: ModuleType, digits: int) -> None:
    """More digits than int() converts: an answer, and no error."""
    assert call(_routes(flask), environ_for("/n/" + "9" * digits)).code in (200, 404)


def test_undecodable_paths(flask: ModuleType) -> None:
    """Bytes that are not UTF-8 reach no view as something else than they were."""
    for raw in ("\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf5", "a\x80b"):
        answer = call(_routes(flask), environ_for(f"/{raw}/"), hostile=True)
        assert answer.code in (200, 404)
        if answer.code == 200:
            assert answer.body.decode() == "".join(raw).encode("latin-1").decode(errors="replace")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Make a directory of static files, with secrets beside it."""
    static = tmp_path / "static"
    (static / "sub").mkdir(parents=True)
    (static / "page.txt").write_text("page")
    (static / "sub" / "deep.txt").write_text("deep")
    (static / "with space.txt").write_text("space")
    (static / "caf\u00e9.txt").write_text("coffee")
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "static-sibling").mkdir()
    (tmp_path / "static-sibling" / "secret.txt").write_text("secret")
    return static


def _static(flask: ModuleType, static: Path) -> Any:
    app = flask.Flask(__name__, static_folder=str(static), static_url_path="/s")
    app.add_url_rule(
        "/send/<path:name>", "send", lambda name: flask.send_from_directory(static, name)
    )
    return app


_OUTSIDE = [
    "../secret.txt", "../static-sibling/secret.txt", "..//secret.txt", "sub/../../secret.txt",
    "/etc/passwd", "//etc/passwd", "..", "../", ".", "", "sub", "sub/", "./../secret.txt",
    "..\\secret.txt", "sub\\..\\..\\secret.txt", "../static-sibling/../secret.txt",
    "page.txt/../../secret.txt", "page.txt\x00", "page.txt\x00.html", "\x00",
    "%2e%2e/secret.txt", "..%2fsecret.txt", "%2e%2e%2fsecret.txt", "....//secret.txt",
    "~/.profile", "file:///etc/passwd", "x" * 5000, "../" * 3000 + "etc/passwd", "\xff\xfe",
    "-sibling/secret.txt",
]  # fmt: skip


@pytest.mark.parametrize("name", _OUTSIDE, ids=lambda name: ascii(name[:30]))
@pytest.mark.parametrize("prefix", ["/s/", "/send/"])
def test_starlette_cve_2023_29159_nothing_outside(
    flask: ModuleType, site: Path, prefix: str, name: str
) -> None:
    """No name reaches a file beside or above the directory; all end in 404 or alike."""
    answer = call(_static(flask, site), environ_for(prefix + name), hostile=True)
    assert answer.code in (301, 308, 400, 404, 405)
    assert b"secret" not in answer.body


def test_absolute_name_given_to_send_from_directory(flask: ModuleType, site: Path) -> None:
    """The function refuses by itself, whatever called it."""
    from werkzeug.exceptions import NotFound

    app = flask.Flask(__name__)
    with app.test_request_context():
        for name in ("/etc/passwd", "../secret.txt", str(site.parent / "secret.txt")):
            with pytest.raises(NotFound):
                flask.send_from_directory(site, name)


def test_names_inside(flask: ModuleType, site: Path) -> None:
    """Files in the directory are found by their names, spaces and accents included."""
    app = _static(flask, site)
    names = {"page.txt": b"page", "sub/deep.txt": b"deep", "with space.txt": b"space"}
    for name, content in {**names, "caf\xc3\xa9.txt": b"coffee"}.items():
        assert call(app, environ_for(f"/s/{name}")).body == content


def test_aiohttp_cve_2024_23334_symbolic_links(flask: ModuleType, site: Path) -> None:
    """A link that the owner put there is followed, as in Flask; climbing through it is not."""
    (site / "link").symlink_to(site.parent / "static-sibling", target_is_directory=True)
    app = _static(flask, site)
    assert call(app, environ_for("/s/link/secret.txt")).body == b"secret"
    assert call(app, environ_for("/s/link/../secret.txt")).code == 404


_WINDOWS = [
    "//host/share", "\\\\host\\share", "C:x", "C:/x", "c:\\x", "sub\\page.txt", "CON", "con.txt",
    "AUX ", "NUL.tar.gz", "sub/COM1", "COM\xb9", "LPT\xb2.txt", "PRN", "CONIN$", "con:stream",
]  # fmt: skip


@pytest.mark.parametrize("name", _WINDOWS, ids=ascii)
def test_cve_2024_49766_windows_names(flask: ModuleType, site: Path, name: str) -> None:
    """By the rules of Windows (tried here with its path module): devices, drives, shares."""
    from werkzeug import security
    from werkzeug.exceptions import NotFound

    windows = mock.Mock(wraps=os, name="os")
    windows.name, windows.path = "nt", ntpath
    app = flask.Flask(__name__)
    with (
        app.test_request_context(),
        mock.patch.object(security, "os", windows),
        mock.patch.object(security, "_os_alt_seps", ["\\"]),
        pytest.raises(NotFound),
    ):
        flask.send_from_directory(site, name)


def test_starlette_cve_2025_62727_many_ranges(flask: ModuleType, site: Path) -> None:
    """20,000 ranges are refused or answered whole, not put together one by one."""
    ranges = "bytes=" + ",".join(f"{i}-{i}" for i in range(20_000))
    answer = call(_static(flask, site), environ_for("/s/page.txt", headers={"Range": ranges}))
    assert answer.code in (200, 206, 416)
    assert len(answer.body) <= 1000


@pytest.mark.parametrize(
    ("header", "code", "body"),
    [
        ("bytes=0-0", 206, b"p"),
        ("bytes=1-", 206, b"age"),
        ("bytes=-2", 206, b"ge"),
        ("bytes=-99", 416, None),
        ("bytes=9-", 416, None),
        ("bytes=0-99", 206, b"page"),
        ("bytes=3-1", 200, b"page"),
        ("bytes=x-y", 200, b"page"),
    ],
)
def test_ranges_of_a_file(
    flask: ModuleType, site: Path, header: str, code: int, body: bytes | None
) -> None:
    """One range is answered with its bytes (RFC 9110, 14.2)."""
    answer = call(_static(flask, site), environ_for("/s/page.txt", headers={"Range": header}))
    assert answer.code in {code, 416 if code == 200 else code}
    assert body is None or answer.code == 416 or answer.body == body
