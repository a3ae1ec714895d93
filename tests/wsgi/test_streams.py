"""Bodies that are produced in the context of their request: what they see, and when."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any

import pytest
from jinja2 import DictLoader

from .gateway import call, environ_for


class Failure(Exception):
    """Raised on purpose."""


def _streaming(flask: ModuleType) -> Any:
    app = flask.Flask(__name__)
    app.jinja_loader = DictLoader({"t.html": "{% for n in (1, 2) %}{{ n }} {{ f() }};{% endfor %}"})
    return app


def test_template_is_announced_at_its_end(flask: ModuleType) -> None:
    """The signal comes once all pieces have been taken, with the request still current."""
    app, seen = _streaming(flask), []
    app.add_url_rule("/", "index", lambda: flask.stream_template("t.html", f=lambda: "x"))

    def begins(sender: Any, template: Any, context: Any) -> None:
        seen.append("begins")

    def ends(sender: Any, template: Any, context: Any) -> None:
        seen.append(f"ends {flask.request.path} {template.name} {'f' in context}")

    with (
        flask.before_render_template.connected_to(begins, app),
        flask.template_rendered.connected_to(ends, app),
    ):
        body = app(environ_for("/"), lambda *args: None)
        pieces = iter(body)
        assert (next(pieces), seen) == (b"1", ["begins"])
        assert b"".join(pieces) == b" x;2 x;"
        assert seen == ["begins", "ends / t.html True"]
        body.close()
    assert len(seen) == 2


@pytest.mark.parametrize("pieces", [0, 1])
def test_template_is_left_in_the_middle(flask: ModuleType, pieces: int) -> None:
    """It is not announced then."""
    app, seen = _streaming(flask), []
    app.add_url_rule("/", "index", lambda: flask.stream_template("t.html", f=lambda: "x"))

    def ends(sender: Any, template: Any, context: Any) -> None:
        seen.append(template)

    with flask.template_rendered.connected_to(ends, app):
        call(app, environ_for("/"), pieces=pieces)
    assert seen == []


@pytest.mark.parametrize("where", ["template", "receiver"])
def test_template_fails_in_the_middle(flask: ModuleType, where: str) -> None:
    """The server sees it, and the request is torn down."""
    app, seen = _streaming(flask), []

    def fail(*args: Any, **kwargs: Any) -> str:
        raise Failure

    f = fail if where == "template" else str
    app.add_url_rule("/", "index", lambda: flask.stream_template("t.html", f=f))
    app.teardown_request(lambda error: seen.append(type(error)))
    receiver = fail if where == "receiver" else str
    with flask.template_rendered.connected_to(receiver, app), pytest.raises(Failure):
        call(app, environ_for("/"))
    assert seen[-1] is Failure


def test_template_outside_of_a_request(flask: ModuleType) -> None:
    """There is nothing to keep, and it is announced all the same."""
    app, seen = _streaming(flask), []

    def ends(sender: Any, template: Any, context: Any) -> None:
        seen.append(template.name)

    with app.app_context(), flask.template_rendered.connected_to(ends, app):
        pieces = flask.stream_template("t.html", f=lambda: "x")
        assert "".join(pieces) == "1 x;2 x;"
    assert seen == ["t.html"]


def test_functions_look_like_what_they_wrap(flask: ModuleType) -> None:
    """A function that streams has the name, the text and the attributes of its own."""

    def parts(count: int) -> Iterator[str]:
        """Produce parts."""
        yield from map(str, range(count))

    parts.limit = 7  # type: ignore[attr-defined]
    made = flask.stream_with_context(parts)
    assert type(made) is FunctionType
    assert [getattr(made, name) for name in functools.WRAPPER_ASSIGNMENTS] == [
        getattr(parts, name) for name in functools.WRAPPER_ASSIGNMENTS
    ]
    assert (made.limit, made.__wrapped__) == (7, parts)
    assert vars(parts) == {"limit": 7}

    other = flask.stream_with_context(functools.partial(parts, 2))
    with flask.Flask(__name__).test_request_context():
        assert list(made(3)) == ["0", "1", "2"]
        assert list(other()) == ["0", "1"]
        assert list(flask.stream_with_context(["a", "b"])) == ["a", "b"]


def test_iterators_of_all_kinds(flask: ModuleType) -> None:
    """What is iterated over is closed where it can be, and asked no more once it has ended."""

    class Parts:
        def __init__(self, *parts: str) -> None:
            self.parts = list(parts)
            self.asked = self.closed = 0

        def __iter__(self) -> Parts:
            return self

        def __next__(self) -> str:
            self.asked += 1
            if not self.parts:
                raise StopIteration
            return self.parts.pop(0) + flask.request.path

        def close(self) -> None:
            self.closed += 1

    parts = Parts("a", "b")
    with flask.Flask(__name__).test_request_context("/x"):
        stream = flask.stream_with_context(parts)
        assert list(stream) == ["a/x", "b/x"]
        assert list(stream) == []
        stream.close()
    assert parts.asked == 3
