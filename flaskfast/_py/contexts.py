"""The two contexts of a request, as far as every request needs them; `ctx.py` has the rest.

Compiled as it is (`_native/contexts.pxd` gives the types). A call of a seam, such as
``app.do_teardown_request(exc)``, is looked up for every request; in the compiled twin a seam that
is still ours costs no Python call: see `_native/seams.h`.
"""

from __future__ import annotations

import sys
import typing as t
from contextvars import Context, ContextVar
from inspect import iscoroutinefunction
from types import FunctionType, MethodType
from weakref import ref

from blinker import Signal
from blinker.base import ANY_ID
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from .._address import plain_host
from .._unset import unset
from ..signals import (
    appcontext_popped,
    appcontext_pushed,
    appcontext_tearing_down,
    request_tearing_down,
)
from .messages import places_of
from .shipped import Shipped

# The names are Flask's: tools look the variables up by them.
app_variable: ContextVar[t.Any] = ContextVar("flask.app_ctx")
request_variable: ContextVar[t.Any] = ContextVar("flask.request_ctx")
cv_app, cv_request = app_variable, request_variable

# PERF: hello. Who listens to a signal; blinker keeps these for as long as the signal.
_pushed = appcontext_pushed.receivers
_popped = appcontext_popped.receivers
_app_tearing_down = appcontext_tearing_down.receivers
_tearing_down = request_tearing_down.receivers

# What functions are filed under that are all the app's.
_of_app: tuple[t.Any, ...] = (None,)

_CO_COROUTINE = 0x80
# What inspect.markcoroutinefunction() of Python 3.12+ leaves on a function; before it nothing does.
_COROUTINE_MARK = "_is_coroutine_marker"
_NO_MARKS = sys.version_info < (3, 12)

# Tells whether one is still among the context variables of a request whose teardown waits.
_home_variable: ContextVar[object] = ContextVar("flaskfast.home")

# Classes and plain functions as they were shipped, to tell by whether somebody has put something of
# his own in their place.
_app_context_class: t.Any = None
_map_class: t.Any = None
_interface_class: t.Any = None
_open_session: t.Any = None
_save_session: t.Any = None
_create_url_adapter: t.Any = None
_create_url_adapter_code: t.Any = None

# What calls of methods come to, as long as nobody has put anything in their place.
_push: t.Any = None
_pop: t.Any = None
_match_request: t.Any = None
_request_class: t.Any = None
_close: t.Any = None

# A host that can be matched without an adapter.
_good_host = ""
# The same where hosts have to be trusted: as sent, the scheme, those that are, and without the
# scheme's own port.
_good_trusted: t.Any = (None, None, None, None)
_LISTS = frozenset((list, tuple))


def settle(
    app_context_class: t.Any,
    request_context_class: t.Any,
    map_class: t.Any,
    interface: t.Any,
    app_class: t.Any,
) -> None:
    """Remember what is shipped, once it has all been imported.

    :param app_context_class: ``flaskfast.ctx.AppContext``.
    :param request_context_class: ``flaskfast.ctx.RequestContext``.
    :param map_class: what ``url_map`` is.
    :param interface: the class of the default ``session_interface``.
    :param app_class: ``Flask``.
    """
    global _app_context_class, _map_class, _interface_class, _open_session, _save_session
    global _create_url_adapter, _create_url_adapter_code, _push, _pop, _match_request
    global _request_class, _close
    _request_class = app_class.request_class
    _close = _request_class.close
    _app_context_class = app_context_class
    _push = app_context_class.push
    _pop = app_context_class.pop
    _match_request = request_context_class.match_request
    _map_class = map_class
    _interface_class = interface
    _open_session = interface.open_session
    _save_session = interface.save_session
    _create_url_adapter = app_class.create_url_adapter
    _create_url_adapter_code = _create_url_adapter.__code__


def opens_when_touched(interface: t.Any) -> bool:
    """Tell whether a session interface may open its session as late as the first touch.

    True for the default interface as it was shipped. A subclass, another interface or a patched
    method may want to see every request, touched or not.
    """
    return (
        type(interface) is _interface_class
        and _interface_class.open_session is _open_session
        and _interface_class.save_session is _save_session
        and not interface.__dict__
    )


def matches_without_adapter(app: t.Any, request: t.Any) -> bool:
    """Tell whether a request can be matched by path and method alone.

    Not where the host decides or has to be checked, nor for websockets, nor where somebody
    wants to see the adapter being made.
    """
    global _good_host
    url_map = app.url_map
    environ = request.environ
    if (
        type(url_map) is not _map_class
        or url_map.host_matching
        or app.subdomain_matching
        or "HTTP_UPGRADE" in environ
        or request.trusted_hosts is not None
        or type(app).create_url_adapter is not _create_url_adapter
        or "create_url_adapter" in app.__dict__
        or _create_url_adapter.__code__ is not _create_url_adapter_code
    ):
        return False
    trusted = app.config["TRUSTED_HOSTS"]
    if trusted is not None:
        return _is_trusted(request, environ, trusted)
    host = environ.get("HTTP_HOST", "")
    if host == _good_host:
        # PERF: hello. The last one is mostly this one.
        return True
    # A host that Werkzeug's IDNA encoding may choke on is left to it.
    if not host.isascii() or len(host) >= 64 or ".." in host or host.startswith("."):
        return False
    _good_host = host
    return True


def _is_trusted(request: t.Any, environ: t.Any, trusted: t.Any) -> bool:
    """Tell whether a request's host is one of those that are trusted, and note it as such.

    False where it takes Werkzeug to tell.
    """
    global _good_trusted
    host = environ.get("HTTP_HOST", None)
    if host is None or type(trusted) not in _LISTS:
        return False
    scheme = environ["wsgi.url_scheme"]
    last = _good_trusted
    if last[0] == host and last[1] == scheme and last[2] == trusted:
        # PERF: trusted-hosts. As with all hosts.
        plain = last[3]
    else:
        plain = plain_host(host, scheme, trusted)
        if plain is None or ".." in host or host.startswith("."):
            return False
        _good_trusted = host, scheme, trusted[:], plain
    request.trusted_hosts = trusted
    request.host = plain
    return True


class AppContextBase:
    """The app, and ``g`` for this once: what every app context is made of."""

    def __init__(self, app: t.Any) -> None:
        self._begin(app)

    def _begin(self, app: t.Any) -> None:
        self.app = app
        # What undoes the last push, and what undoes those before it; None for none.
        self._token: t.Any = None
        self._outer: list[t.Any] | None = None

    def push(self) -> None:
        """Make this the current app context."""
        if self._token is None:
            self._token = cv_app.set(self)
        else:
            self._keep(cv_app.set(self))
        if _pushed:
            announce(appcontext_pushed, self.app, {})

    @property
    def _cv_tokens(self) -> list[t.Any]:
        """What undoes each push, the last one last."""
        return [] if self._token is None else [*(self._outer or ()), self._token]

    def _keep(self, token: t.Any) -> None:
        if self._token is not None:
            self._outer = [*(self._outer or ()), self._token]
        self._token = token

    def _leave(self) -> None:
        """Undo the last push without tearing anything down."""
        token = self._token
        self._token = self._outer.pop() if self._outer else None
        cv_app.reset(token)

    def _come_back(self, token: t.Any) -> None:
        """Note that this has been made current once more, which *token* undoes."""
        self._keep(token)

    def pop(self, exc: BaseException | None = unset) -> None:
        """Undo the last :meth:`push`; with the last one, run the app's teardown functions.

        :param exc: the exception to tell them of; by default the one being handled, if any.
        :raises AssertionError: another context is current.
        """
        app = self.app
        try:
            if self._token is not None and not self._outer:
                if exc is unset:
                    exc = sys.exc_info()[1]
                app.do_teardown_appcontext(exc)
        finally:
            found = cv_app.get()
            token = self._token
            self._token = self._outer.pop() if self._outer else None
            cv_app.reset(token)

        if found is not self:
            raise wrong_context("app", found, self)
        if _popped:
            announce(appcontext_popped, app, {})


class RequestContextBase:
    """The request, its session and its match: what every request context is made of."""

    def __init__(
        self,
        app: t.Any,
        environ: t.Any,
        request: t.Any = None,
        session: t.Any = None,
    ) -> None:
        self._begin(app, environ, request, session)

    def _begin(self, app: t.Any, environ: t.Any, request: t.Any, session: t.Any) -> None:
        self.app = app
        if request is None:
            request = app.request_class(environ)
            request.json_module = app.json
        self.request = request
        # What undoes the last push, and the app context that came with it.
        self._token: t.Any = None
        self._app_ctx: t.Any = None
        # The same of the pushes before it.
        self._outer: list[tuple[t.Any, t.Any]] | None = None
        #: The flashed messages that this request has taken out of the session.
        self.flashes: list[tuple[str, str]] | None = None
        self._opened = unset if session is None else session
        self._after: list[t.Any] | None = None
        self._adapter = unset
        # The host of external URLs that need no adapter; empty: they do; None: nobody asked.
        self._link_host: str | None = None
        # Bodies that are still being produced in this context, see streams.py.
        self._open_streams = 0
        # The app context whose teardown waits for them with ours; empty while nothing waits.
        self._waiting: tuple[t.Any, ...] = ()
        # What marks the context variables among which this request was popped.
        self._home: object = None
        if not matches_without_adapter(app, request):
            # Ask at once, as whoever overrides create_url_adapter or restricts hosts expects.
            self._adapter = self._make_url_adapter()

    # -- made when somebody asks -----------------------------------------------------------

    @property
    def _after_request_functions(self) -> list[t.Any]:
        if self._after is None:
            self._after = []
        return self._after

    @property
    def url_adapter(self) -> t.Any:
        """What matches and builds URLs for this request's host; None when it was refused."""
        if self._adapter is unset:
            self._adapter = self._make_url_adapter()
        return self._adapter

    @url_adapter.setter
    def url_adapter(self, value: t.Any) -> None:
        self._adapter = value

    @url_adapter.deleter
    def url_adapter(self) -> None:
        self._adapter = unset

    def _make_url_adapter(self) -> t.Any:
        try:
            return self.app.create_url_adapter(self.request)
        except HTTPException as error:
            self.request.routing_exception = error
            return None

    @property
    def _session(self) -> t.Any:
        if self._opened is unset:
            self._opened = self._open_session()
        return self._opened

    @_session.setter
    def _session(self, value: t.Any) -> None:
        self._opened = value

    def _open_session(self) -> t.Any:
        app = self.app
        interface = app.session_interface
        opened = interface.open_session(app, self.request)
        return interface.make_null_session(app) if opened is None else opened

    def _open_session_now(self) -> None:
        """Open the session before the match, as interfaces expect."""
        # Not to be tried again by whatever answers a failure, but by another push.
        self._opened = None
        self._opened = self._open_session()

    @property
    def session(self) -> t.Any:
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

    # -- the life of a context -------------------------------------------------------------

    def match_request(self) -> None:
        """Look up the rule for this request; note it, or the error, on the request."""
        request = self.request
        try:
            found = None
            if self._adapter is unset:
                # PERF: hello. No adapter is bound while nobody needs one.
                app = self.app
                url_map = app.url_map
                if url_map._remap:
                    url_map.update()
                environ = request.environ
                found = url_map._matcher.find_environ(environ)
                if found is False:
                    # PERF: errors-404. Not raised here, only where it is asked for.
                    request.routing_exception = NotFound()
                    return
                if type(found) is set:
                    # PERF: error-405, options. As above.
                    request.routing_exception = MethodNotAllowed(list(found))
                    return
                if found is None:
                    found = url_map._match_at_length(environ)
            if found is None or found is True:
                found = self.url_adapter.match(return_rule=True)
            request.url_rule, request.view_args = found
        except HTTPException as error:
            request.routing_exception = error

    def push(self) -> None:
        """Make this the current request context, open a custom session, match the URL."""
        app = self.app
        app_ctx = cv_app.get(None)
        if app_ctx is None or app_ctx.app is not app:
            app_ctx = app.app_context()
            try:
                app_ctx.push()
            finally:
                # Even if a receiver of its signal failed: the failure is answered and torn
                # down in this context.
                if self._token is not None:
                    self._set_aside()
                self._token, self._app_ctx = cv_request.set(self), app_ctx
        else:
            if self._token is not None:
                self._set_aside()
            self._token, self._app_ctx = cv_request.set(self), None

        if (self._opened is unset or self._opened is None) and not opens_when_touched(
            app.session_interface
        ):
            self._open_session_now()
        if self._adapter is not None:
            self.match_request()

    @property
    def _cv_tokens(self) -> list[tuple[t.Any, t.Any]]:
        """What undoes each push, and the app context that came with it, the last one last."""
        last = (self._token, self._app_ctx)
        return [] if self._token is None else [*(self._outer or ()), last]

    def _set_aside(self) -> None:
        """Note what undoes the push before the next one."""
        self._outer = [*(self._outer or ()), (self._token, self._app_ctx)]

    def pop(self, exc: BaseException | None = unset) -> None:
        """Undo the last :meth:`push`; with the last one, tear the request down.

        :param exc: the exception to tell the teardown functions of; by default the one being
            handled, if any.
        :raises AssertionError: another context is current.
        """
        is_last = self._token is not None and not self._outer
        waits = False
        try:
            if is_last:
                if exc is unset:
                    exc = sys.exc_info()[1]
                waits = exc is None and self._open_streams > 0
                if not waits:
                    self._tear_down(exc)
        finally:
            found = cv_request.get()
            token, app_ctx = self._token, self._app_ctx
            self._token, self._app_ctx = self._outer.pop() if self._outer else (None, None)
            cv_request.reset(token)
            if waits:
                self._waiting = (app_ctx,)
                self._home = _home_variable.get(None) or object()
                _home_variable.set(self._home)
                if app_ctx is not None:
                    app_ctx._leave()
            elif app_ctx is not None:
                app_ctx.pop(exc)
            if found is not self:
                raise wrong_context("request", found, self)

    def _tear_down(self, exc: BaseException | None) -> None:
        app = self.app
        request = self.request
        try:
            app.do_teardown_request(exc)
            close = getattr(request, "close", None)
            if close is not None:
                close()
        finally:
            # The environ and the request name each other: part them, so that neither waits for
            # the garbage collector.
            request.environ["werkzeug.request"] = None

    def _stream_ended(self, exc: BaseException | None, variables: Context, at_home: bool) -> None:
        """Note that one body is done; after the last one, tear down what waited for it.

        :param variables: a copy of the context variables in which the request is current.
        :param at_home: whether to use those of the request itself, if these are they.
        """
        self._open_streams -= 1
        if self._open_streams > 0 or not self._waiting:
            return
        (own,) = self._waiting
        self._waiting = ()
        current = variables[app_variable]
        if at_home and _home_variable.get(None) is self._home:
            self._tear_down_later(own, current, exc)
        else:
            variables.run(self._tear_down_later, own, current, exc)

    def _tear_down_later(self, own: t.Any, current: t.Any, exc: BaseException | None) -> None:
        """Tear down as :meth:`pop` would have done, with both contexts current meanwhile."""
        request_token = cv_request.set(self)
        app_token = cv_app.set(current if own is None else own)
        try:
            self._tear_down(exc)
        finally:
            try:
                if own is None:
                    cv_app.reset(app_token)
                else:
                    own._come_back(app_token)
                    own.pop(exc)
            finally:
                cv_request.reset(request_token)


def wrong_context(kind: str, found: object, own: object) -> AssertionError:
    """Make the error of a context that is popped while another one is current."""
    return AssertionError(
        f"Popped wrong {kind} context. ({found!r} instead of {own!r}) Contexts are a stack: pop"
        " the one that was pushed last, on the thread or task that pushed it."
    )


# -- signals -------------------------------------------------------------------------------

_SENDING: t.Any = Shipped(Signal, "send", "receivers_for")
# What a signal keeps its receivers in, and how, is known of these.
_LOOKS_AT = frozenset(Signal.receivers_for.__code__.co_names)
_IS_KNOWN = frozenset(
    ("ANY_ID", "_by_sender", "_disconnect", "copy", "get", "isinstance", "make_id", "receivers")
) == _LOOKS_AT - {"ref", "weakref"}


def announce(signal: t.Any, app: t.Any, names: dict[str, t.Any]) -> None:
    """Send a signal of *app*: ``signal.send(app, _async_wrapper=app.ensure_sync, **names)``.

    PERF: signals. Who receives it is looked up without a generator, and a plain function is seen
    by a flag, as `ensure_sync` does.
    """
    if not _IS_KNOWN or not _SENDING.by(type(signal)) or not _NOT_ITS_OWN.isdisjoint(vars(signal)):
        signal.send(app, _async_wrapper=app.ensure_sync, **names)
        return
    if signal.is_muted:
        return
    by_sender = signal._by_sender
    sender = id(app)
    if sender in by_sender:
        ids = by_sender[ANY_ID] | by_sender[sender]
    else:
        ids = by_sender[ANY_ID].copy()
    receivers = signal.receivers
    for receiver_id in ids:
        func = receivers.get(receiver_id)
        if func is None:
            continue
        if isinstance(func, ref):
            func = func()
            if func is None:
                signal._disconnect(receiver_id, ANY_ID)
                continue
        function = func.__func__ if type(func) is MethodType else func
        if (
            type(function) is FunctionType
            and (_NO_MARKS or _COROUTINE_MARK not in function.__dict__)
            and not function.__code__.co_flags & _CO_COROUTINE
        ) or not iscoroutinefunction(func):
            func(app, **names)
        else:
            app.ensure_sync(func)(app, **names)


# Of a signal, what somebody may have put in the place of a method.
_NOT_ITS_OWN = frozenset(("send", "receivers_for", "_disconnect"))


# -- the seams of an app that contexts call ------------------------------------------------


def app_context(self: t.Any) -> t.Any:
    """Make an app context, for ``with``: ``current_app`` and ``g`` work inside."""
    return _app_context_class(self)


def ensure_sync(self: t.Any, func: t.Callable[..., t.Any]) -> t.Callable[..., t.Any]:
    """Return *func*, or what runs it to its end where it is ``async def``."""
    # PERF: hello, method-view. A plain function tells by one flag; anything else is looked into.
    if _NO_MARKS and type(func) is FunctionType and not func.__code__.co_flags & _CO_COROUTINE:
        return func
    function = func.__func__ if type(func) is MethodType else func
    if type(function) is FunctionType and (_NO_MARKS or _COROUTINE_MARK not in function.__dict__):
        return self.async_to_sync(func) if function.__code__.co_flags & _CO_COROUTINE else func
    return self.async_to_sync(func) if iscoroutinefunction(func) else func


def do_teardown_request(self: t.Any, exc: BaseException | None = unset) -> None:
    """Run the teardown functions of blueprints and app; the request context calls this.

    :param exc: the unhandled exception; the one being handled, if any, by default.
    """
    functions = self.teardown_request_funcs
    if not functions and not _tearing_down:
        return
    if exc is unset:
        exc = sys.exc_info()[1]
    if functions:
        # PERF: hooks. Where the app has them all, it does not matter where the request belongs.
        if len(functions) == 1 and None in functions:
            names = _of_app
        else:
            request = cv_request.get().request
            names = places_of(request)[1]
        for name in names:
            if name in functions:
                for function in reversed(functions[name]):
                    self.ensure_sync(function)(exc)
    if _tearing_down:
        announce(request_tearing_down, self, {"exc": exc})


def do_teardown_appcontext(self: t.Any, exc: BaseException | None = unset) -> None:
    """Run the teardown functions of the app context, which calls this.

    :param exc: the unhandled exception; the one being handled, if any, by default.
    """
    functions = self.teardown_appcontext_funcs
    if functions:
        if exc is unset:
            exc = sys.exc_info()[1]
        for function in reversed(functions):
            self.ensure_sync(function)(exc)
    if _app_tearing_down:
        if exc is unset:
            exc = sys.exc_info()[1]
        announce(appcontext_tearing_down, self, {"exc": exc})
