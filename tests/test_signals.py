"""The signals are blinker's, and a namespace may be had for one's own."""

from __future__ import annotations

import blinker
import pytest

import flaskfast
from flaskfast import signals

NAMES = [
    *("template_rendered", "before_render_template", "message_flashed"),
    *("request_started", "request_finished", "request_tearing_down", "got_request_exception"),
    *("appcontext_tearing_down", "appcontext_pushed", "appcontext_popped"),
]


@pytest.mark.parametrize("name", NAMES)
def test_signal(name):
    signal = getattr(signals, name)
    assert isinstance(signal, blinker.NamedSignal)
    assert signal.name == name.replace("_", "-")
    assert getattr(flaskfast, name) is signal


def test_there_are_no_others():
    assert {signal.replace("-", "_") for signal in signals._signals} == set(NAMES)


def test_namespace_is_blinkers():
    assert signals.Namespace is blinker.Namespace
    assert signals.Namespace().signal("request-started") is not signals.request_started


def test_order_in_a_request():
    app = flaskfast.Flask(__name__)
    app.secret_key = "secret"
    seen = []

    @app.route("/")
    def index():
        flaskfast.flash("hello")
        return flaskfast.render_template_string("x")

    def record(name):
        def receive(sender, **extra):
            assert sender is app
            seen.append(name)

        return receive

    receivers = [record(name) for name in NAMES]
    for name, receiver in zip(NAMES, receivers, strict=True):
        getattr(signals, name).connect(receiver, app)

    client = app.test_client()
    assert client.get("/").text == "x"
    assert seen == [
        "appcontext_pushed",
        "request_started",
        "message_flashed",
        "before_render_template",
        "template_rendered",
        "request_finished",
        "request_tearing_down",
        "appcontext_tearing_down",
        "appcontext_popped",
    ]

    for name, receiver in zip(NAMES, receivers, strict=True):
        getattr(signals, name).disconnect(receiver, app)

    client.get("/")
    assert len(seen) == 9
