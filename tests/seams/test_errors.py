"""Errors on their way to a handler: who files them is asked, and tracebacks show the steps."""

from __future__ import annotations

import traceback
from typing import Any

import pytest

import flaskfast


class Boom(Exception):
    pass


class Handled(flaskfast.Flask):
    """An app that has a handler for one class."""

    def __init__(self) -> None:
        super().__init__("errors", static_folder=None)
        self.register_error_handler(Boom, lambda error: ("handled", 418))

        @self.get("/")
        def view() -> str:
            raise Boom


def status(app: Any) -> int:
    code: int = app.test_client().get("/").status_code
    return code


@pytest.mark.parametrize("way", ["subclass", "class", "instance", "code"])
def test_who_files_errors_is_asked(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def file_elsewhere(error: Any) -> Any:
        return KeyError, None

    app: Any = Handled()
    assert status(app) == 418
    if way == "subclass":
        kind: Any = type(
            "Elsewhere", (Handled,), {"_get_exc_class_and_code": staticmethod(file_elsewhere)}
        )
        app = object.__new__(kind)
        app.__dict__.update(Handled().__dict__)
    elif way == "class":
        monkeypatch.setattr(
            flaskfast.Flask, "_get_exc_class_and_code", staticmethod(file_elsewhere), raising=False
        )
    elif way == "instance":
        app._get_exc_class_and_code = file_elsewhere
    else:
        monkeypatch.setattr(
            flaskfast.Flask._get_exc_class_and_code, "__code__", file_elsewhere.__code__
        )
    assert status(app) == 500
    monkeypatch.undo()
    assert status(Handled()) == 418


def test_a_traceback_names_steps_alone() -> None:
    app = Handled()
    seen: list[str] = []

    @app.errorhandler(Boom)
    def note(error: Exception) -> str:
        seen.extend(frame.name for frame in traceback.extract_tb(error.__traceback__))
        return "noted"

    assert status(app) == 200
    assert seen[-1].endswith("view")
    assert any(name.endswith("dispatch_request") for name in seen)
    assert not any(".call_" in name for name in seen)


def test_a_tuple_is_made_by_the_class_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A class with a constructor of its own, and a wrapped one, is told of all by name."""
    app = flaskfast.Flask("errors", static_folder=None)
    app.add_url_rule("/", "view", lambda: ("made", 201, {"X-Seen": "yes"}))
    told: list[Any] = []

    class Own(flaskfast.Response):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            told.append((args, sorted(kwargs)))
            super().__init__(*args, **kwargs)

    for kind in (flaskfast.Response, Own, type("Plain", (flaskfast.Response,), {})):
        app.response_class = kind
        answer = app.test_client().get("/")
        assert (answer.status_code, answer.data, answer.headers["X-Seen"]) == (201, b"made", "yes")
    # The test client makes one of its own afterwards.
    assert told[0] == (("made",), ["headers", "status"])
