"""The two contexts of a request: which app is running, and which request it answers.

Pushing one makes it current for this thread, task or greenlet; nothing is parsed by that.
What a context holds beside the app and the request (``g``, the URL adapter, the session) is
made when somebody first asks for it.
"""

from __future__ import annotations

import typing as t
from functools import update_wrapper
from types import TracebackType

from werkzeug.exceptions import HTTPException as HTTPException

from . import _kernels
from . import typing as ft
from ._lazy import lazy
from ._unset import unset
from .globals import _cv_app, _cv_request
from .signals import appcontext_popped as appcontext_popped
from .signals import appcontext_pushed as appcontext_pushed

if t.TYPE_CHECKING:
    from werkzeug.routing import MapAdapter

_sentinel = unset

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


class AppContext(_kernels.contexts.AppContextBase):
    """What is current while an app does something: the app, and ``g`` for this once.

    Comes with every request and every CLI command; ``app.app_context()`` makes one elsewhere.
    It may be pushed several times; teardown functions run when the last push is popped.
    """

    @lazy
    def url_adapter(self) -> MapAdapter | None:
        """What builds URLs outside a request; None unless ``SERVER_NAME`` is configured."""
        return t.cast("MapAdapter | None", self.app.create_url_adapter(None))

    @lazy
    def g(self) -> _AppCtxGlobals:
        """The namespace behind ``flask.g``, an instance of the app's ``app_ctx_globals_class``."""
        made: _AppCtxGlobals = self.app.app_ctx_globals_class()
        return made

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


class RequestContext(_kernels.contexts.RequestContextBase):
    """What is current while one request is answered: the request, its session and its match.

    Pushing it pushes an :class:`AppContext` too, unless one of the same app is already current.
    Made by ``app.request_context(environ)`` and, in tests, ``app.test_request_context(...)``.
    """

    def copy(self) -> RequestContext:
        """Return another context of the same request and session, to be pushed elsewhere."""
        return type(self)(
            self.app, environ=self.request.environ, request=self.request, session=self._session
        )

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
