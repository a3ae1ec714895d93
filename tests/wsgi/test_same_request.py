"""A request looks the same in flaskfast and in genuine Flask, hostile ones too.

Every attribute of the request object and every answer of an application is compared for
every text in every key of the environ, except where genuine Flask ends in 500.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from werkzeug.exceptions import HTTPException

from .gateway import Body, Environ, call, environ_for
from .test_environ_sweep import _ATTRIBUTES, _KEYS, _METHODS, _PATHS, _TEXTS, _app, _hostile, _paths
from .test_input import unclosed

_FLASK = importlib.import_module("flask")
_FLASKFAST = importlib.import_module("flaskfast")

# Objects that show their address or their class's module in their repr.
_ADDRESS = re.compile(r" at 0x[0-9a-f]+|\b(flask|flaskfast|werkzeug|tests|wsgi)\.[\w.]+\b")

# Genuine Flask raises something else than an HTTP error: whatever we do is better.
_BROKEN = "broken"

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def _is_meant(key: str, text: str, path: str) -> bool:
    """Tell whether docs/differences.md has it: odd hosts, control characters in addresses."""
    if key == "HTTP_HOST":
        return text.startswith("xn--")
    return bool(_CONTROL.search(text)) and (
        key == "SCRIPT_NAME" or (key == "QUERY_STRING" and path == "/slash")
    )


def _reader(flask: ModuleType) -> Callable[[Environ], dict[str, str]]:
    """Make a function that tells what a request of this package shows for an environ."""
    app = flask.Flask(__name__)
    app.add_url_rule("/", "read", lambda: "", methods=["GET", "POST"])
    app.add_url_rule("/read/<path:rest>", "rest", lambda rest: "", methods=["GET", "POST"])
    app.add_url_rule("/number/<int:number>", "number", lambda number: "")
    app.add_url_rule("/slash/", "slash", lambda: "")

    def read(environ: Environ) -> dict[str, str]:
        with app.request_context(environ):
            return {name: _shown(flask.request, name) for name in _ATTRIBUTES}

    return read


def _shown(request: Any, name: str) -> str:
    try:
        value = getattr(request, name)
        if name == "headers":
            value = list(value.items())
        elif name == "files":
            value = [(key, file.filename, file.read()) for key, file in value.items(multi=True)]
        elif name == "stream":
            value = value.read()
        elif name == "authorization" and value is not None:
            value = (value.type, value.parameters, value.token)
        elif name in ("range", "if_range", "if_match", "if_none_match", "cache_control"):
            value = value and value.to_header()
        elif name == "routing_exception" and value is not None:
            value = (value.code, getattr(value, "new_url", None))
        return _ADDRESS.sub("", repr(value))
    except HTTPException as error:
        return f"{error.code}"
    except Exception:
        return _BROKEN


_READ = {package: _reader(package) for package in (_FLASK, _FLASKFAST)}


def _compare_attributes(make: Callable[[], Environ]) -> list[tuple[str, str, str]]:
    try:
        genuine = _READ[_FLASK](make())
    except Exception:
        return []
    ours = _READ[_FLASKFAST](make())
    return [
        (name, genuine[name], ours[name])
        for name in _ATTRIBUTES
        if genuine[name] not in (_BROKEN, ours[name])
    ]


@pytest.mark.parametrize("key", _KEYS)
def test_attributes_are_the_same(key: str) -> None:
    """Every attribute, for every text in every key."""
    found = {}
    for text in _TEXTS:
        for path in _paths(key)[:1]:
            differences = _compare_attributes(lambda t=text, p=path: _hostile(key, t, p))  # type: ignore[misc]
            if differences and not _is_meant(key, text, path):
                found[text[:60]] = differences
    assert found == {}


def test_attributes_are_the_same_for_every_byte() -> None:
    """Each byte, raw and encoded, in path, query, cookies, host and types."""
    found = {}
    for number in range(256):
        byte = chr(number)
        for make in (
            lambda b=byte: environ_for(f"/read/a{b}b"),
            lambda b=byte: environ_for(query=f"a{b}c=%{ord(b):02x}{b}&b=%{ord(b):02X}+"),
            lambda b=byte: environ_for(headers={"Cookie": f"a{b}=b{b}c; {b}; d={b}1"}),
            lambda b=byte: environ_for(headers={"Host": f"a{b}b.test"}),
            lambda b=byte: environ_for(headers={"Accept": f"a/b;{b}=c, {b}/d;q=0{b}5"}),
            lambda b=byte: environ_for(headers={"Content-Type": f'a/b;{b}=c;d="{b}"'}),
            lambda b=byte: environ_for(headers={"Authorization": f'Digest a{b}=b{b}, c="{b}"'}),
            lambda b=byte: environ_for(script_name=f"/x{b}y"),
        ):
            differences = _compare_attributes(make)
            if differences:
                found[(number, str(make()["PATH_INFO"]))] = differences
    assert found == {}


@pytest.mark.parametrize("key", _KEYS)
def test_missing_keys_are_the_same(key: str) -> None:
    """An environ without the key."""

    def make() -> Environ:
        environ = environ_for("/read/x", query="a=b", headers={"Accept": "a/b"})
        environ.pop(key, None)
        return environ

    assert _compare_attributes(make) == []


_APPS = {package: _app(package) for package in (_FLASK, _FLASKFAST)}
_CLOCK = re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")


def _answer(package: ModuleType, environ: Environ) -> tuple[str, object, bytes]:
    answer = call(_APPS[package], environ, hostile=True)
    headers = []
    for name, value in answer.headers:
        if name == "Allow":
            value = ", ".join(sorted(value.split(", ")))
        elif name == "Set-Cookie":  # signed now
            value = re.sub(r"\.[\w-]{6}\.[\w-]{27}", "", value)
        headers.append((name, value if name != "Date" else _CLOCK.sub("", value)))
    return answer.status, headers, answer.body


def _compare_answers(make: Callable[[], Environ]) -> list[object]:
    try:
        genuine = _answer(_FLASK, make())
    except Exception:
        return []
    if genuine[0].startswith("5"):
        return []
    ours = _answer(_FLASKFAST, make())
    return [] if genuine == ours else [genuine, ours]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::wsgiref.validate.WSGIWarning")
@pytest.mark.parametrize("key", _KEYS)
def test_answers_are_the_same(key: str) -> None:
    """Status, headers in order and body of an application that reads everything."""
    found = {}
    for text in _TEXTS:
        for path in _paths(key):
            differences = _compare_answers(lambda t=text, p=path: _hostile(key, t, p))  # type: ignore[misc]
            if differences and not _is_meant(key, text, path):
                found[(path, text[:60])] = differences
    assert found == {}


@pytest.mark.filterwarnings("ignore::wsgiref.validate.WSGIWarning")
def test_answers_are_the_same_for_methods() -> None:
    """Odd methods on all kinds of paths."""
    found = {}
    for method in _METHODS:
        for path in _PATHS:
            differences = _compare_answers(lambda m=method, p=path: environ_for(p, m))  # type: ignore[misc]
            if differences:
                found[(method[:9], path)] = differences
    assert found == {}


_BODIES = [
    b"", b"a=1", b"&&a=1;b&c=%ff&%C3%A9=\xc3\xa9&+=+", b"\xff\xfe", b"{}",
    b'{"a": [1, "\xc3\xa9"]}',
    b"[1,", b"\x00", b"--b", b"--b--", b"--b\r\n\r\n\r\n--b--\r\n",
    b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n',
    b'--b\r\nContent-Disposition: form-data; name="a"; filename="f"\r\n\r\n\xff\r\n--b--\r\n',
    b'--b\r\nContent-Disposition: form-data; name=a; filename*=utf-8\'\'%c3%a9\r\n\r\nx\r\n--b--',
    b'--b\nContent-Disposition: form-data; name="a"\n\n1\n--b--\n',
    b'--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--\r\n',
    b'--b\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: text/plain; '
    b'charset=latin-1\r\n\r\n\xe9\r\n--b--\r\n',
]  # fmt: skip
_KINDS = [
    "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "application/json",
    "application/vnd.x+json; charset=latin-1", "text/plain", "", "multipart/form-data",
    "multipart/mixed; boundary=b", "APPLICATION/JSON", "application/x-url-encoded",
]  # fmt: skip


@unclosed
@pytest.mark.parametrize("kind", _KINDS)
def test_bodies_are_the_same(kind: str) -> None:
    """Every body under every type, whole, cut short and of unknown length."""
    found = {}
    for content in _BODIES:
        for extra in (0, 5, None):

            def make(content: bytes = content, extra: int | None = extra) -> Environ:
                length = None if extra is None else str(len(content) + extra)
                more = {"wsgi__input": Body(content, blocks=False), "CONTENT_LENGTH": length}
                return environ_for("/", "POST", CONTENT_TYPE=kind, **more)

            for compare in (_compare_attributes, _compare_answers):
                differences = compare(make)
                if differences:
                    found[(content, extra, compare.__name__)] = differences
    assert found == {}
