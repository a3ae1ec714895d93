"""The signals that an application sends, and blinker's ``Namespace`` for an extension's own.

Every signal is sent with the application as sender. Sending is skipped by the core while
``signal.receivers`` is empty, so that a signal nobody listens to costs nothing.
"""

from __future__ import annotations

from blinker import Namespace

# Extensions make a namespace of their own: names in this one belong to the framework.
_signals = Namespace()

# A request, in the order in which it passes through.
request_started = _signals.signal("request-started")
got_request_exception = _signals.signal("got-request-exception")
request_finished = _signals.signal("request-finished")
request_tearing_down = _signals.signal("request-tearing-down")

# The application context around it, and around each command.
appcontext_pushed = _signals.signal("appcontext-pushed")
appcontext_tearing_down = _signals.signal("appcontext-tearing-down")
appcontext_popped = _signals.signal("appcontext-popped")

# What a view may do on the way.
before_render_template = _signals.signal("before-render-template")
template_rendered = _signals.signal("template-rendered")
message_flashed = _signals.signal("message-flashed")
