"""The application's logger."""

from __future__ import annotations

import io
import logging
import sys

import pytest

import flaskfast
from flaskfast.logging import create_logger, default_handler, has_level_handler, wsgi_errors_stream


@pytest.fixture(autouse=True)
def root(monkeypatch):
    """A tree of loggers that nobody configured, pytest least of all, and its root."""
    root = logging.RootLogger(logging.WARNING)
    monkeypatch.setattr(logging.Logger, "manager", logging.Manager(root))
    return root


@pytest.fixture
def app():
    return flaskfast.Flask("some.app")


def test_logger_of_an_application(app):
    logger = app.logger
    assert logger.name == app.name
    assert logger.level == logging.NOTSET
    assert logger.handlers == [default_handler]
    assert app.logger is logger
    assert create_logger(app) is logger
    assert logger.handlers == [default_handler]


def test_debug_mode_sets_the_level(app):
    app.debug = True
    assert app.logger.level == logging.DEBUG


def test_debug_mode_leaves_a_level_alone(app):
    app.debug = True
    logging.getLogger(app.name).setLevel(logging.ERROR)
    assert app.logger.level == logging.ERROR


def test_configured_logging_is_left_alone(app, root):
    root.addHandler(logging.NullHandler())
    assert app.logger.handlers == []


@pytest.mark.parametrize(
    ("level", "propagate", "expected"),
    [
        (logging.NOTSET, True, True),
        (logging.WARNING, True, True),
        (logging.ERROR, True, False),
        (logging.NOTSET, False, False),
    ],
)
def test_handler_of_an_ancestor(root, level, propagate, expected):
    between = root.getChild("between")
    child = between.getChild("child")
    between.propagate = propagate
    handler = logging.NullHandler()
    handler.setLevel(level)
    root.addHandler(handler)
    assert has_level_handler(child) is expected
    assert has_level_handler(root) is (level <= logging.WARNING)


def test_no_handler_at_all(root):
    assert has_level_handler(root) is False
    assert has_level_handler(root.getChild("child")) is False


def test_stream_is_that_of_the_server(app):
    stream = io.StringIO()
    assert wsgi_errors_stream._get_current_object() is sys.stderr

    with app.test_request_context(errors_stream=stream):
        assert wsgi_errors_stream._get_current_object() is stream
        app.logger.error("into the stream")

    assert wsgi_errors_stream._get_current_object() is sys.stderr
    assert stream.getvalue().endswith("ERROR in test_logging: into the stream\n")


def test_stream_where_the_server_gave_none(app):
    with app.test_request_context() as context:
        del context.request.environ["wsgi.errors"]
        assert wsgi_errors_stream._get_current_object() is sys.stderr


def test_error_in_a_view_is_logged(app):
    stream = io.StringIO()
    app.add_url_rule("/boom", view_func=lambda: 1 / 0)
    assert app.test_client().get("/boom", errors_stream=stream).status_code == 500
    assert "ERROR in app: Exception on /boom [GET]" in stream.getvalue()
    assert "ZeroDivisionError" in stream.getvalue()
