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


class _ContextProxy(LocalProxy[t.Any]):
    """A proxy of a context, or of one of its attributes, whose look-ups take one step."""

    __slots__ = ()


# As it is shown.
_ContextProxy.__name__ = LocalProxy.__name__

app_ctx: AppContext = _ContextProxy(_cv_app, unbound_message=_no_app_msg)  # type: ignore[assignment]
current_app: Flask = _ContextProxy(_cv_app, "app", unbound_message=_no_app_msg)  # type: ignore[assignment]
g: _AppCtxGlobals = _ContextProxy(_cv_app, "g", unbound_message=_no_app_msg)  # type: ignore[assignment]

request_ctx: RequestContext = _ContextProxy(  # type: ignore[assignment]
    _cv_request, unbound_message=_no_req_msg
)
request: Request = _ContextProxy(_cv_request, "request", unbound_message=_no_req_msg)  # type: ignore[assignment]
session: SessionMixin = _ContextProxy(  # type: ignore[assignment]
    _cv_request, "session", unbound_message=_no_req_msg
)

# PERF: busy-view, once all are made.
_kernels.proxies.quicken(app_ctx, _cv_app, None)
_kernels.proxies.quicken(current_app, _cv_app, "app")
_kernels.proxies.quicken(g, _cv_app, "g")
_kernels.proxies.quicken(request_ctx, _cv_request, None)
_kernels.proxies.quicken(request, _cv_request, "request")
_kernels.proxies.quicken(session, _cv_request, "session")
