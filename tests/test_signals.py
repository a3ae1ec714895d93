"""The signals are blinker's, and a namespace may be had for one's own."""

from __future__ import annotations

import functools
import weakref

import blinker
import flask
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


def _connected(module, connect):
    """Serve three requests, the second one failing; tell who received what."""
    app = module.Flask("signals")
    app.logger.disabled = True
    app.add_url_rule("/", "index", lambda: "x")
    app.add_url_rule("/no", "no", lambda: 1 // 0)
    app.register_error_handler(500, lambda error: ("no", 500))
    seen = []
    kept = connect(module, app, seen)
    client = app.test_client()
    for path in ("/", "/no", "/"):
        client.get(path)
    assert kept
    return seen


def _names(extra):
    return sorted((name, type(value).__name__) for name, value in extra.items())


def _by_functions(module, app, seen):
    def receive(sender, **extra):
        seen.append((sender is app, _names(extra)))

    for name in NAMES[3:]:
        getattr(module, name).connect(receive, app)
    return receive


def _by_anybody(module, app, seen):
    def receive(sender, **extra):
        seen.append((sender is app, _names(extra)))

    other = module.Flask("other")
    for name in NAMES[3:]:
        getattr(module, name).connect(receive)
        getattr(module, name).connect(receive, other)
    return receive


class _Receiver:
    """Receivers that are methods.

    The class outlives its instances: `weakref.WeakMethod`, which blinker keeps of a method, raises
    inside the collector when an instance and the function of its method are collected together.
    """

    def __init__(self, app, seen):
        self.app = app
        self.seen = seen

    def receive(self, sender, **extra):
        self.seen.append((sender is self.app, _names(extra)))

    async def wait(self, sender, **extra):
        self.seen.append(("waited", _names(extra)))

    def __call__(self, sender, **extra):
        self.seen.append(("called", _names(extra)))


def _by_methods(module, app, seen):
    receiver = _Receiver(app, seen)
    for each in (receiver.receive, receiver.wait, receiver):
        for name in ("request_started", "request_finished"):
            getattr(module, name).connect(each, app)
    return receiver


def _by_others(module, app, seen):
    async def wait(sender, **extra):
        seen.append(("waited", _names(extra)))

    def part(first, sender, **extra):
        seen.append((first, _names(extra)))

    kept = [wait, functools.partial(part, "part")]
    module.request_started.connect(kept[1], app)
    module.request_started.connect(wait, app)
    module.request_tearing_down.connect(wait, app, weak=False)
    return kept


def _muted(module, app, seen):
    def receive(sender, **extra):
        with module.request_finished.muted():
            seen.append("started")
            app.test_client().get("/no") if len(seen) < 3 else None

    def finished(sender, **extra):
        seen.append("finished")

    module.request_started.connect(receive, app)
    module.request_finished.connect(finished, app)
    return receive, finished


@pytest.mark.parametrize("connect", [_by_functions, _by_anybody, _by_methods, _by_others, _muted])
def test_receivers_are_those_of_flask(connect):
    expected = _connected(flask, connect)
    assert expected
    # The order of several receivers is not defined.
    assert sorted(map(repr, _connected(flaskfast, connect))) == sorted(map(repr, expected))


@pytest.mark.parametrize("owner", ["class", "instance"])
@pytest.mark.parametrize("name", ["send", "receivers_for"])
def test_sending_can_be_replaced(owner, name, monkeypatch):
    app = flaskfast.Flask("signals")
    app.add_url_rule("/", "index", lambda: "x")
    signal = signals.request_started
    place = blinker.Signal if owner == "class" else signal
    shipped = getattr(place, name)
    seen = []

    def noting(*args, **kwargs):
        seen.append(args)
        return shipped(*args, **kwargs)

    def receive(sender, **extra):
        assert sender is app

    signal.connect(receive, app)
    client = app.test_client()
    assert client.get("/").text == "x"
    with monkeypatch.context() as replaced:
        replaced.setattr(place, name, noting)
        assert client.get("/").text == "x"
        count = len(seen)
        assert count
    assert client.get("/").text == "x"
    assert len(seen) == count


def test_a_receiver_that_is_gone_is_not_asked():
    app = flaskfast.Flask("signals")
    app.add_url_rule("/", "index", lambda: "x")

    def receive(sender, **extra):
        raise LookupError("on purpose")

    signals.request_started.connect(receive, app)
    (place,) = signals.request_started._by_sender[id(app)]
    # As if it had gone while the signal was being sent: nothing has been cleaned up.
    signals.request_started.receivers[place] = weakref.ref(type("Gone", (), {})())
    assert app.test_client().get("/").text == "x"
    assert place not in signals.request_started.receivers
    assert place not in signals.request_started._by_sender[id(app)]


def test_a_receiver_that_raises_is_not_caught():
    app = flaskfast.Flask("signals")
    app.testing = True
    app.add_url_rule("/", "index", lambda: "x")

    def receive(sender, **extra):
        raise LookupError("on purpose")

    signals.request_finished.connect(receive, app)
    with pytest.raises(LookupError):
        app.test_client().get("/")
