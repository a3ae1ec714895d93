"""The two contexts of a request: which app is running, and which request it answers.

Pushing one makes it current for this thread, task or greenlet; nothing is parsed by that.
What a context holds beside the app and the request (``g``, the URL adapter, the session) is
made when somebody first asks for it.
"""

from __future__ import annotations

import contextvars
import sys
import typing as t
from functools import update_wrapper
from types import TracebackType

from werkzeug.exceptions import HTTPException

from . import typing as ft
from ._lazy import lazy
from .globals import _cv_app, _cv_request
from .sessions import opens_when_touched
from .signals import appcontext_popped, appcontext_pushed

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.routing import MapAdapter

    from .app import Flask
    from .sessions import SessionMixin
    from .wrappers import Request

# "Nobody passed a value", where None is a value.
_sentinel = object()

# Tells whether one is still among the context variables of a request whose teardown waits.
_cv_home: contextvars.ContextVar[object] = contextvars.ContextVar("flaskfast.home")

F = t.TypeVar("F", bound=t.Callable[..., t.Any])


class _AppCtxGlobals:
    """A bag of attributes that lives as long as one app context: what ``g`` stands for."""

    # Type checkers would otherwise refuse every attribute that a user invents.
    def __getattr__(self, name: str) -> t.Any:
        raise AttributeError(name)

    def __setattr__(self, name: str, value: t.Any) -> None:
        self.__dict__[name] = value

    def __delattr__(self, name: str) -> None:
        if name not in self.__dict__:
            raise AttributeError(name)
        del self.__dict__[name]

    def get(self, name: str, default: t.Any | None = None) -> t.Any:
        """Return the attribute *name*, or *default* where it was never set."""
        return self.__dict__.get(name, default)

    def pop(self, name: str, default: t.Any = _sentinel) -> t.Any:
        """Remove the attribute *name* and return its value.

        :raises KeyError: it was never set and no *default* was given.
        """
        found = self.__dict__.pop(name, default)
        if found is _sentinel:
            raise KeyError(name)
        return found

    def setdefault(self, name: str, default: t.Any = None) -> t.Any:
        """Return the attribute *name*, setting it to *default* first where it is missing."""
        return self.__dict__.setdefault(name, default)

    def __contains__(self, item: str) -> bool:
        return item in self.__dict__

    def __iter__(self) -> t.Iterator[str]:
        return iter(self.__dict__)

    def __repr__(self) -> str:
        current = _cv_app.get(None)
        if current is None:
            return super().__repr__()
        return f"<flask.g of '{current.app.name}'>"


def _current_request_context(caller: str) -> RequestContext:
    ctx = _cv_request.get(None)
    if ctx is None:
        raise RuntimeError(
            f"'{caller}' needs an active request context and there is none here. Call it while"
            " a request is handled, for example in a view function."
        )
    return ctx


def after_this_request(
    f: ft.AfterRequestCallable[t.Any],
) -> ft.AfterRequestCallable[t.Any]:
    """Have *f* called with the response of the current request, and of this one alone.

    *f* takes the response and returns it or another one. It runs before the app's
    ``after_request`` functions.

    :returns: *f*, so that this can be used as a decorator.
    :raises RuntimeError: no request is being handled.
    """
    _current_request_context("after_this_request")._after_request_functions.append(f)
    return f


def copy_current_request_context(f: F) -> F:
    """Wrap *f* so that it sees today's request wherever and whenever it is called.

    Meant for threads and greenlets that outlive the view or run beside it. The request object
    is shared and the session is the one of this request; changes to it after the response was
    sent are lost.

    :raises RuntimeError: no request is being handled.
    """
    ctx = _current_request_context("copy_current_request_context").copy()

    def in_request(*args: t.Any, **kwargs: t.Any) -> t.Any:
        with ctx:
            return ctx.app.ensure_sync(f)(*args, **kwargs)

    return t.cast(F, update_wrapper(in_request, f))


def has_request_context() -> bool:
    """Tell whether a request is being handled here, so that ``request`` may be used."""
    return _cv_request.get(None) is not None


def has_app_context() -> bool:
    """Tell whether an app is current here, so that ``current_app`` and ``g`` may be used."""
    return _cv_app.get(None) is not None


def _wrong_context(kind: str, found: object, own: object) -> AssertionError:
    return AssertionError(
        f"Popped wrong {kind} context. ({found!r} instead of {own!r}) Contexts are a stack: pop"
        " the one that was pushed last, on the thread or task that pushed it."
    )


class AppContext:
    """What is current while an app does something: the app, and ``g`` for this once.

    Comes with every request and every CLI command; ``app.app_context()`` makes one elsewhere.
    It may be pushed several times; teardown functions run when the last push is popped.
    """

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._cv_tokens: list[contextvars.Token[AppContext]] = []

    @lazy
    def url_adapter(self) -> MapAdapter | None:
        """What builds URLs outside a request; None unless ``SERVER_NAME`` is configured."""
        return self.app.create_url_adapter(None)

    @lazy
    def g(self) -> _AppCtxGlobals:
        """The namespace behind ``flask.g``, an instance of the app's ``app_ctx_globals_class``."""
        return self.app.app_ctx_globals_class()

    def push(self) -> None:
        """Make this the current app context."""
        self._cv_tokens.append(_cv_app.set(self))
        if appcontext_pushed.receivers:
            appcontext_pushed.send(self.app, _async_wrapper=self.app.ensure_sync)

    def pop(self, exc: BaseException | None = _sentinel) -> None:  # type: ignore[assignment]
        """Undo the last :meth:`push`; with the last one, run the app's teardown functions.

        :param exc: the exception to tell them of; by default the one being handled, if any.
        :raises AssertionError: another context is current.
        """
        try:
            if len(self._cv_tokens) == 1:
                if exc is _sentinel:
                    exc = sys.exc_info()[1]
                self.app.do_teardown_appcontext(exc)
        finally:
            found = _cv_app.get()
            _cv_app.reset(self._cv_tokens.pop())

        if found is not self:
            raise _wrong_context("app", found, self)
        if appcontext_popped.receivers:
            appcontext_popped.send(self.app, _async_wrapper=self.app.ensure_sync)

    def __enter__(self) -> AppContext:
        self.push()
        return self

    def __exit__(
        self,
        exc_type: type | None,
        exc_value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.pop(exc_value)


class RequestContext:
    """What is current while one request is answered: the request, its session and its match.

    Pushing it pushes an :class:`AppContext` too, unless one of the same app is already current.
    Made by ``app.request_context(environ)`` and, in tests, ``app.test_request_context(...)``.
    """

    def __init__(
        self,
        app: Flask,
        environ: WSGIEnvironment,
        request: Request | None = None,
        session: SessionMixin | None = None,
    ) -> None:
        self.app = app
        if request is None:
            request = app.request_class(environ)
            request.json_module = app.json
        self.request: Request = request
        self._cv_tokens: list[tuple[contextvars.Token[RequestContext], AppContext | None]] = []
        if session is not None:
            self._session = session
        if not app._matches_without_adapter(request):
            # Ask at once, as whoever overrides create_url_adapter or restricts hosts expects.
            self.url_adapter = self._make_url_adapter()

    #: The flashed messages that this request has taken out of the session.
    flashes: list[tuple[str, str]] | None = None

    @lazy
    def _after_request_functions(self) -> list[ft.AfterRequestCallable[t.Any]]:
        return []

    def _make_url_adapter(self) -> MapAdapter | None:
        try:
            return self.app.create_url_adapter(self.request)
        except HTTPException as error:
            self.request.routing_exception = error
            return None

    @lazy
    def url_adapter(self) -> MapAdapter | None:
        """What matches and builds URLs for this request's host; None when it was refused."""
        return self._make_url_adapter()

    @lazy
    def _session(self) -> SessionMixin:
        return self.app._open_session(self.request)

    def _open_session(self) -> None:
        """Open the session now: before the match, as interfaces expect."""
        self.__dict__.pop("_session", None)
        try:
            self._session  # noqa: B018
        except BaseException:
            # Not to be tried again by whatever answers the failure, but by another push.
            self._session = None  # type: ignore[assignment]
            raise

    @property
    def session(self) -> SessionMixin:
        """The session, marked as accessed: the response will say ``Vary: Cookie``.

        :raises AssertionError: the session interface failed to open it.
        """
        session = self._session
        if session is None:
            raise AssertionError(
                "The session could not be opened when the request began: the exception that"
                " is being handled says why. Do not use the session where that is answered."
            )
        session.accessed = True
        return session

    def copy(self) -> RequestContext:
        """Return another context of the same request and session, to be pushed elsewhere."""
        return type(self)(
            self.app, environ=self.request.environ, request=self.request, session=self._session
        )

    def match_request(self) -> None:
        """Look up the rule for this request; note it, or the error, on the request."""
        request = self.request
        try:
            if "url_adapter" in self.__dict__:
                found = self.url_adapter.match(return_rule=True)  # type: ignore[union-attr]
            else:
                # PERF: hello. No adapter is bound while nobody needs one.
                found = self.app.url_map.match_environ(request.environ)
                if found is None:
                    found = self.url_adapter.match(return_rule=True)  # type: ignore[union-attr]
            request.url_rule, request.view_args = found  # type: ignore[assignment]
        except HTTPException as error:
            request.routing_exception = error

    def push(self) -> None:
        """Make this the current request context, open a custom session, match the URL."""
        app = self.app
        app_ctx = _cv_app.get(None)
        if app_ctx is None or app_ctx.app is not app:
            app_ctx = app.app_context()
            try:
                app_ctx.push()
            finally:
                # Even if a receiver of its signal failed: the failure is answered and torn
                # down in this context.
                self._cv_tokens.append((_cv_request.set(self), app_ctx))
        else:
            self._cv_tokens.append((_cv_request.set(self), None))

        if self.__dict__.get("_session") is None and not opens_when_touched(app.session_interface):
            self._open_session()
        if "url_adapter" not in self.__dict__ or self.url_adapter is not None:
            self.match_request()

    def pop(self, exc: BaseException | None = _sentinel) -> None:  # type: ignore[assignment]
        """Undo the last :meth:`push`; with the last one, tear the request down.

        :param exc: the exception to tell the teardown functions of; by default the one being
            handled, if any.
        :raises AssertionError: another context is current.
        """
        is_last = len(self._cv_tokens) == 1
        waits = False
        try:
            if is_last:
                if exc is _sentinel:
                    exc = sys.exc_info()[1]
                waits = exc is None and self._open_streams > 0
                if not waits:
                    self._tear_down(exc)
        finally:
            found = _cv_request.get()
            token, app_ctx = self._cv_tokens.pop()
            _cv_request.reset(token)
            if waits:
                self._waiting = (app_ctx,)
                self._home = _cv_home.get(None) or object()
                _cv_home.set(self._home)
                if app_ctx is not None:
                    _cv_app.reset(app_ctx._cv_tokens.pop())
            elif app_ctx is not None:
                app_ctx.pop(exc)
            if found is not self:
                raise _wrong_context("request", found, self)

    def _tear_down(self, exc: BaseException | None) -> None:
        try:
            self.app.do_teardown_request(exc)
            if hasattr(self.request, "close"):
                self.request.close()
        finally:
            # The environ and the request name each other: part them, so that neither waits for
            # the garbage collector.
            self.request.environ["werkzeug.request"] = None

    # Bodies that are still being produced in this context, see _streaming.py.
    _open_streams = 0
    # The app context whose teardown waits for them with ours; empty while nothing waits.
    _waiting: tuple[AppContext | None, ...] = ()

    # What marks the context variables among which this request was popped.
    _home: object = None

    def _stream_ended(
        self, exc: BaseException | None, variables: contextvars.Context, at_home: bool
    ) -> None:
        """Note that one body is done; after the last one, tear down what waited for it.

        :param variables: a copy of the context variables in which the request is current.
        :param at_home: whether to use those of the request itself, if these are they.
        """
        self._open_streams -= 1
        if self._open_streams > 0 or not self._waiting:
            return
        (own,) = self._waiting
        self._waiting = ()
        current = variables[_cv_app]
        if at_home and _cv_home.get(None) is self._home:
            self._tear_down_later(own, current, exc)
        else:
            variables.run(self._tear_down_later, own, current, exc)

    def _tear_down_later(
        self, own: AppContext | None, current: AppContext, exc: BaseException | None
    ) -> None:
        """Tear down as :meth:`pop` would have done, with both contexts current meanwhile."""
        request_token, app_token = _cv_request.set(self), _cv_app.set(own or current)
        try:
            self._tear_down(exc)
        finally:
            try:
                if own is None:
                    _cv_app.reset(app_token)
                else:
                    own._cv_tokens.append(app_token)
                    own.pop(exc)
            finally:
                _cv_request.reset(request_token)

    def __enter__(self) -> RequestContext:
        self.push()
        return self

    def __exit__(
        self,
        exc_type: type | None,
        exc_value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.pop(exc_value)

    def __repr__(self) -> str:
        request = self.request
        return f"<{type(self).__name__} {request.url!r} [{request.method}] of {self.app.name}>"
