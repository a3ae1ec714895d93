"""What is not Flask's own is named, with the place where it is written."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from typing import Any

import pytest

import flaskfast
import flaskfast.json.provider
import flaskfast.sessions
from flaskfast.verify.child.seams import Seam, Snapshot, replaced

HERE = "tests/verify/test_seams.py:"


def seams(app: Any = None, before: Snapshot | None = None) -> dict[str, Seam]:
    return {seam.name: seam for seam in replaced(before or Snapshot(), app)}


def test_an_ordinary_application_has_none() -> None:
    app = flaskfast.Flask("ordinary")
    app.add_url_rule("/", "index", lambda: "x")
    app.config["SECRET_KEY"] = "x"
    assert seams(app) == {}


def test_overridden_methods_of_subclasses() -> None:
    class Middle(flaskfast.Flask):
        def make_response(self, rv: Any) -> Any:
            return super().make_response(rv)

    class Mine(Middle):
        def own_method(self) -> None: ...

        @property
        def name(self) -> str:
            return "mine"

    found = seams(Mine("overridden"))
    assert set(found) == {"Flask.make_response", "Flask.name"}
    seam = found["Flask.make_response"]
    assert seam.kind == "overridden"
    assert "Middle.make_response" in seam.by and HERE in seam.by


def handle(app: Any, error: Exception) -> Any: ...


def test_what_is_replaced_on_the_application() -> None:
    class Middleware:
        def __init__(self, app: Any) -> None:
            self.app = app

    app = flaskfast.Flask("replaced")
    app.wsgi_app = Middleware(app.wsgi_app)  # type: ignore[method-assign, assignment]
    app.log_exception = lambda exc_info: None  # type: ignore[method-assign]
    app.handle_exception = functools.partial(handle, app)  # type: ignore[method-assign]
    found = seams(app)
    assert found["app.wsgi_app"].kind == "replaced"
    assert found["app.wsgi_app"].by.endswith("Middleware")
    assert HERE in found["app.log_exception"].by
    assert f"{__name__}.handle ({HERE}" in found["app.handle_exception"].by


def test_parts_of_another_class() -> None:
    class Sessions(flaskfast.sessions.SecureCookieSessionInterface):
        def open_session(self, app: Any, request: Any) -> Any:
            return super().open_session(app, request)

    class Answer(flaskfast.Response):
        default_mimetype = "text/plain"

    class Encoder(flaskfast.json.provider.DefaultJSONProvider):
        pass

    app = flaskfast.Flask("parts")
    app.session_interface = Sessions()
    app.response_class = Answer
    app.json = Encoder(app)
    found = seams(app)
    assert {name: seam.kind for name, seam in found.items()} == {
        "app.session_interface": "part",
        "app.response_class": "part",
        "app.json": "part",
    }
    assert found["app.session_interface"].by.endswith("Sessions: open_session")


@contextlib.contextmanager
def patched(holder: Any, name: str, value: Any) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(holder, name, value)
        yield


def test_patches_on_classes_and_modules() -> None:
    before = Snapshot()
    import werkzeug.wrappers

    def method(self: Any, *args: Any) -> None: ...

    targets = {
        "flask.app.Flask.dispatch_request": (flaskfast.Flask, "dispatch_request"),
        "flask.blueprints.Blueprint.open_resource": (flaskfast.Blueprint, "open_resource"),
        "flask.wrappers.Request.on_json_loading_failed": (
            flaskfast.Request,
            "on_json_loading_failed",
        ),
        "werkzeug.wrappers.response.Response.get_data": (werkzeug.wrappers.Response, "get_data"),
        "flask.templating._render": (flaskfast.templating, "_render"),
        "flask.app.Flask.add_url_rule": (flaskfast.Flask, "add_url_rule"),  # of a base class
    }
    with contextlib.ExitStack() as stack:
        for holder, name in targets.values():
            stack.enter_context(patched(holder, name, method))
        found = seams(before=before)
        assert set(found) == set(targets)
        assert all(seam.kind == "patched" and HERE in seam.by for seam in found.values())
    assert seams(before=before) == {}


def test_a_class_that_another_has_replaced() -> None:
    before = Snapshot()

    class Traced(flaskfast.Flask):
        pass

    with patched(flaskfast, "Flask", Traced):
        found = seams(before=before)
        assert {name: seam.by for name, seam in found.items()} == {
            "flask.Flask": f"{__name__}.{Traced.__qualname__}"
        }


class Wrapper:
    """What agents put around methods: it passes for the function that it wraps (as wrapt does)."""

    def __init__(self, wrapped: Any, wrapper: Any) -> None:
        self.__wrapped__ = wrapped
        self._self_wrapper = wrapper

    @property
    def __code__(self) -> Any:
        return self.__wrapped__.__code__


def test_what_stands_around_a_method_is_named_and_not_the_method() -> None:
    before = Snapshot()

    def around(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any: ...

    shipped = flaskfast.Flask.full_dispatch_request
    with patched(flaskfast.Flask, "full_dispatch_request", Wrapper(shipped, around)):
        seam = seams(before=before)["flask.app.Flask.full_dispatch_request"]
        assert "around" in seam.by and HERE in seam.by


def test_rewritten_code_is_a_patch() -> None:
    before = Snapshot()

    def other(self: Any, rv: Any) -> Any: ...

    with patched(flaskfast.Flask.make_response, "__code__", other.__code__):
        assert set(seams(before=before)) == {"flask.app.Flask.make_response"}


def test_what_was_patched_before_is_told_by_its_file() -> None:
    def method(self: Any) -> None: ...

    with patched(flaskfast.Flask, "preprocess_request", method):
        assert set(seams()) == {"flask.app.Flask.preprocess_request"}
