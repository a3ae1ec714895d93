"""Sessions: data of one browser, by default in a cookie that is signed, not encrypted.

The default session is opened, and its signature verified, when somebody first touches it. The
serializers that sign are kept for the keys in use, since deriving keys costs more than signing.
"""

from __future__ import annotations

import typing as t
from collections.abc import MutableMapping
from datetime import datetime, timezone

from itsdangerous import BadSignature as BadSignature
from itsdangerous import URLSafeTimedSerializer
from werkzeug.datastructures import CallbackDict

from . import _kernels
from ._signing import _lazy_sha1
from .json.tag import TaggedJSONSerializer

_open_session = _kernels.sessions.open_session
_save_session = _kernels.sessions.save_session
_get_signing_serializer = _kernels.sessions.get_signing_serializer

if t.TYPE_CHECKING:
    from collections import abc as c

    from .app import Flask
    from .wrappers import Request, Response


class SessionMixin(MutableMapping[str, t.Any]):
    """What every session has beside being a mapping: how it was used."""

    @property
    def permanent(self) -> bool:
        """Whether the session outlives the browser: the ``"_permanent"`` key."""
        return t.cast(bool, self.get("_permanent", False))

    @permanent.setter
    def permanent(self, value: bool) -> None:
        self["_permanent"] = bool(value)

    #: Whether the session began with this request. Interfaces that can tell set it.
    new = False

    #: Whether the session changed. True for those that cannot tell, so that they are saved.
    modified = True

    #: Whether the session was looked at, so that the response depends on the cookie. Set by
    #: the request context when it hands the session out.
    accessed = False


class SecureCookieSession(CallbackDict[str, t.Any], SessionMixin):
    """A session that notes changes to its own keys.

    A change inside a value (a list that grows) goes unseen: set ``session.modified = True``.
    """

    modified = False

    def __init__(self, initial: c.Mapping[str, t.Any] | None = None) -> None:
        super().__init__(initial, _note_change)


def _note_change(session: t.Any) -> None:
    session.modified = True


class NullSession(SecureCookieSession):
    """What stands in where no session can be opened: reads as empty, refuses every change."""

    def _refuse(self, *args: t.Any, **kwargs: t.Any) -> t.NoReturn:
        raise RuntimeError(
            "The session is unavailable because no secret key was set. Set app.secret_key (or"
            " SECRET_KEY in the config) to a random value that you keep secret, for example the"
            " output of: python -c 'import secrets; print(secrets.token_hex())'"
        )

    __setitem__ = __delitem__ = clear = pop = popitem = _refuse
    update = setdefault = _refuse
    __ior__ = _refuse
    del _refuse


class SessionInterface:
    """How sessions are opened and saved; assign an instance to ``app.session_interface``.

    A subclass defines :meth:`open_session` and :meth:`save_session`. Opening happens when the
    request context is pushed, before the URL is matched; saving after the after-request
    functions, unless the session is a null session.
    """

    #: What :meth:`make_null_session` makes and :meth:`is_null_session` recognises.
    null_session_class = NullSession

    #: Whether sessions are pickled, so that extensions can tell what may be stored.
    pickle_based = False

    def make_null_session(self, app: Flask) -> NullSession:
        """Make the session of a request whose session could not be opened."""
        return self.null_session_class()

    def is_null_session(self, obj: object) -> bool:
        """Tell whether *obj* is a null session, which is never saved."""
        return isinstance(obj, self.null_session_class)

    def get_cookie_name(self, app: Flask) -> str:
        """Return the name of the session cookie: ``SESSION_COOKIE_NAME``."""
        return t.cast(str, app.config["SESSION_COOKIE_NAME"])

    def get_cookie_domain(self, app: Flask) -> str | None:
        """Return the cookie's ``Domain``, None for the very host: ``SESSION_COOKIE_DOMAIN``."""
        return t.cast("str | None", app.config["SESSION_COOKIE_DOMAIN"])

    def get_cookie_path(self, app: Flask) -> str:
        """Return the cookie's ``Path``: ``SESSION_COOKIE_PATH``, else ``APPLICATION_ROOT``."""
        config = app.config
        return t.cast(str, config["SESSION_COOKIE_PATH"] or config["APPLICATION_ROOT"])

    def get_cookie_httponly(self, app: Flask) -> bool:
        """Return whether scripts are kept from the cookie: ``SESSION_COOKIE_HTTPONLY``."""
        return t.cast(bool, app.config["SESSION_COOKIE_HTTPONLY"])

    def get_cookie_secure(self, app: Flask) -> bool:
        """Return whether only HTTPS carries the cookie: ``SESSION_COOKIE_SECURE``."""
        return t.cast(bool, app.config["SESSION_COOKIE_SECURE"])

    def get_cookie_samesite(self, app: Flask) -> str | None:
        """Return the cookie's ``SameSite``, None to leave it out: ``SESSION_COOKIE_SAMESITE``."""
        return t.cast("str | None", app.config["SESSION_COOKIE_SAMESITE"])

    def get_cookie_partitioned(self, app: Flask) -> bool:
        """Return whether the cookie is ``Partitioned``: ``SESSION_COOKIE_PARTITIONED``."""
        return t.cast(bool, app.config["SESSION_COOKIE_PARTITIONED"])

    def get_expiration_time(self, app: Flask, session: SessionMixin) -> datetime | None:
        """Return when the cookie expires (aware, UTC), None for the end of the browser."""
        if not session.permanent:
            return None
        return datetime.now(timezone.utc) + app.permanent_session_lifetime

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Tell whether the response must set the cookie.

        It must when the session changed, and for a permanent session with every response
        while ``SESSION_REFRESH_EACH_REQUEST`` is on.
        """
        if session.modified:
            return True
        return session.permanent and bool(app.config["SESSION_REFRESH_EACH_REQUEST"])

    def open_session(self, app: Flask, request: Request) -> SessionMixin | None:
        """Load the session of *request*; None for a null session. Subclasses define this."""
        raise NotImplementedError(f"{type(self).__name__} must define open_session().")

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Store *session* and set its cookie on *response*. Subclasses define this."""
        raise NotImplementedError(f"{type(self).__name__} must define save_session().")


session_json_serializer = TaggedJSONSerializer()


class SecureCookieSessionInterface(SessionInterface):
    """Sessions in a cookie signed with the app's secret key, readable by whoever has it."""

    #: Mixed into the key, so that other signatures by the same key are no sessions.
    salt = "cookie-session"
    #: The hash function of the signature.
    digest_method = staticmethod(_lazy_sha1)
    #: How itsdangerous derives the signing key from the secret key.
    key_derivation = "hmac"
    #: What turns the session into text: JSON with tags for more types.
    serializer = session_json_serializer
    session_class = SecureCookieSession

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs and reads the cookie; None while the app has no secret key.

        New cookies are signed with ``SECRET_KEY`` alone; those signed with one of
        ``SECRET_KEY_FALLBACKS`` are still read.
        """
        return _get_signing_serializer(self, app)  # type: ignore[no-any-return]

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Read the session from its cookie; an empty one where that is missing or forged."""
        return _open_session(self, app, request)  # type: ignore[no-any-return]

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set, refresh or delete the cookie, and say ``Vary: Cookie`` if it mattered."""
        _save_session(self, app, session, response)


_kernels.sessions.settle(SecureCookieSessionInterface, SecureCookieSession, _note_change)
opens_when_touched = _kernels.contexts.opens_when_touched
may_be_permanent = _kernels.signing.may_be_permanent

_SHIPPED_SHOULD_SET = SecureCookieSessionInterface.should_set_cookie
_SHIPPED_NAME = SecureCookieSessionInterface.get_cookie_name


def needs_saving_untouched(app: Flask, request: Request) -> bool:
    """Tell whether a default session that nobody touched may yet have to be saved.

    Only a permanent one is, to push its expiry out, and only a request that brings the cookie
    can have one.
    """
    cookies = request.environ.get("HTTP_COOKIE")
    if cookies is None or not opens_when_touched(app.session_interface):
        # Another interface has opened its session, unless that failed: then there is none.
        return False
    interface = SecureCookieSessionInterface
    if (
        interface.should_set_cookie is not _SHIPPED_SHOULD_SET
        or interface.get_cookie_name is not _SHIPPED_NAME
        or interface.session_class is not SecureCookieSession
        or interface.serializer is not session_json_serializer
    ):
        # Patched: only the patch knows.
        return True
    config = app.config
    return bool(config["SESSION_REFRESH_EACH_REQUEST"]) and may_be_permanent(
        cookies, config["SESSION_COOKIE_NAME"]
    )
