"""Reach what the running request and the running app are, from anywhere.

Two context variables hold the innermost contexts; the proxies below look them up at each use.
"""

from __future__ import annotations

import typing as t
from contextvars import ContextVar

from werkzeug.local import LocalProxy

from . import _kernels

if t.TYPE_CHECKING:
    from .app import Flask
    from .ctx import AppContext, RequestContext, _AppCtxGlobals
    from .sessions import SessionMixin
    from .wrappers import Request

_no_app_msg = """\
Working outside of application context.

Something asked for the current app ('current_app', 'g', a setting, a URL), and no app is \
current here. Inside a view, a CLI command or a teardown one always is; elsewhere (a script, a \
shell, a thread) open one first:

    with app.app_context():
        ...
"""

_no_req_msg = """\
Working outside of request context.

Something asked for the current request ('request', 'session', ...), and no HTTP request is \
being handled here. Call it from a view or from a function that a view calls; in a test, open \
one first:

    with app.test_request_context("/path"):
        ...
"""

_cv_app: ContextVar[AppContext] = _kernels.contexts.app_variable
_cv_request: ContextVar[RequestContext] = _kernels.contexts.request_variable

app_ctx: AppContext = LocalProxy(  # type: ignore[assignment]
    _cv_app, unbound_message=_no_app_msg
)
current_app: Flask = LocalProxy(  # type: ignore[assignment]
    _cv_app, "app", unbound_message=_no_app_msg
)
g: _AppCtxGlobals = LocalProxy(  # type: ignore[assignment]
    _cv_app, "g", unbound_message=_no_app_msg
)

request_ctx: RequestContext = LocalProxy(  # type: ignore[assignment]
    _cv_request, unbound_message=_no_req_msg
)
request: Request = LocalProxy(  # type: ignore[assignment]
    _cv_request, "request", unbound_message=_no_req_msg
)
session: SessionMixin = LocalProxy(  # type: ignore[assignment]
    _cv_request, "session", unbound_message=_no_req_msg
)
