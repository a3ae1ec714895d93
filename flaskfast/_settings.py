"""Examine an application's settings: which of them cost speed or safety in production."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from .sessions import SecureCookieSessionInterface, opens_when_touched

if TYPE_CHECKING:
    from .app import Flask

#: Level, topic, text and hint.
Found = tuple[Literal["problem", "advice"], str, str, str]

NEW_KEY = "python -c 'import secrets; print(secrets.token_hex())'"

#: Keys that stand in documentation and examples: everybody knows them.
KNOWN_KEYS = frozenset(
    {
        '_5#y2l"f4q8z\n\xec]/',
        "192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf",
        "change-me",
        "change me",
        "changeme",
        "changethis",
        "default",
        "dev",
        "development",
        "hard to guess string",
        "key",
        "my secret key",
        "mysecret",
        "mysecretkey",
        "none",
        "not a secret",
        "password",
        "secret",
        "secret key",
        "secret-key",
        "secret_key",
        "secretkey",
        "super secret",
        "super secret key",
        "super-secret-key",
        "supersecret",
        "supersecretkey",
        "test",
        "testing",
        "this is a secret",
        "top secret",
        "very secret",
        "you-will-never-guess",
        "you will never guess",
        "your secret key",
        "your-secret-key",
        "your_secret_key",
    }
)
_SHORT, _FEW = 16, 6


def settings_findings(app: Flask) -> Iterator[Found]:
    """Give what is to be said about the settings of *app*, problems first."""
    yield from _modes(app)
    yield from _secret(app)
    yield from _cookies(app)
    yield from _limits(app)
    yield from _speed(app)


def _modes(app: Flask) -> Iterator[Found]:
    if app.debug:
        yield (
            "problem",
            "DEBUG",
            "Debug mode is on: errors show the source to every visitor, the development server's"
            " debugger runs code for them, and templates are looked for anew.",
            "Leave out --debug, FLASK_DEBUG and app.debug in production.",
        )
    if app.testing:
        yield (
            "problem",
            "TESTING",
            "Testing mode is on: an error leaves the application instead of being answered.",
            "Set TESTING in tests only.",
        )
    elif app.config["PROPAGATE_EXCEPTIONS"]:
        yield (
            "advice",
            "PROPAGATE_EXCEPTIONS",
            "An error leaves the application instead of being answered by its error handlers.",
            "Leave it unset, unless middleware reports errors.",
        )


def _secret(app: Flask) -> Iterator[Found]:
    key = app.secret_key
    if not key:
        yield (
            "advice",
            "SECRET_KEY",
            "There is no secret key, so that sessions and flash messages cannot be used.",
            f"If they are wanted, set it to a random value that stays the same: {NEW_KEY}",
        )
        return
    weakness = weak(key)
    if weakness:
        yield (
            "problem",
            "SECRET_KEY",
            f"The secret key {weakness}: who finds it out can write any session.",
            f"Set it to a random value, and keep it out of the source: {NEW_KEY}",
        )
    fallbacks = app.config["SECRET_KEY_FALLBACKS"] or ()
    if any(weak(fallback) for fallback in fallbacks):
        yield (
            "problem",
            "SECRET_KEY_FALLBACKS",
            "A former secret key is known or short, and still accepted.",
            "Take it off the list: its sessions end, those of others go on.",
        )


def weak(key: str | bytes) -> str:
    """Say what makes a secret key easy to find out; empty where nothing does."""
    text = key.decode("latin-1") if isinstance(key, bytes) else str(key)
    if text.strip().lower() in KNOWN_KEYS:
        return "is one that stands in documentation and examples"
    if len(text) < _SHORT:
        return f"has only {len(text)} characters"
    if len(set(text)) < _FEW:
        return f"is made of only {len(set(text))} different characters"
    return ""


def _cookies(app: Flask) -> Iterator[Found]:
    if not app.secret_key and isinstance(app.session_interface, SecureCookieSessionInterface):
        return  # no session, no cookie
    config = app.config
    if not config["SESSION_COOKIE_HTTPONLY"]:
        yield (
            "problem",
            "SESSION_COOKIE_HTTPONLY",
            "Scripts in a page can read the session cookie.",
            "Leave it on.",
        )
    if not config["SESSION_COOKIE_SECURE"]:
        yield (
            "advice",
            "SESSION_COOKIE_SECURE",
            "Browsers send the session cookie over plain HTTP, too.",
            "Set it to True where the application is reached by HTTPS only.",
        )
    if not config["SESSION_COOKIE_SAMESITE"]:
        yield (
            "advice",
            "SESSION_COOKIE_SAMESITE",
            "Nothing says whether other sites' requests may bring the session cookie.",
            "Set it to 'Lax', which keeps it from their forms.",
        )


def _limits(app: Flask) -> Iterator[Found]:
    config = app.config
    if config["TRUSTED_HOSTS"] is None and not app.url_map.host_matching:
        yield (
            "advice",
            "TRUSTED_HOSTS",
            "Any Host header is believed, and url_for(_external=True) repeats it.",
            "Set it to the names of the site, unless a proxy in front refuses others. It costs an"
            " adapter for each request.",
        )
    if config["MAX_CONTENT_LENGTH"] is None:
        yield (
            "advice",
            "MAX_CONTENT_LENGTH",
            "A request may bring a body of any length.",
            "Set it to the most bytes that the application expects, unless a proxy has a limit.",
        )


def _speed(app: Flask) -> Iterator[Found]:
    config = app.config
    if config["TEMPLATES_AUTO_RELOAD"] and not app.debug:
        yield (
            "advice",
            "TEMPLATES_AUTO_RELOAD",
            "Each use of a template looks whether its file has changed.",
            "Leave it unset: debug mode turns it on.",
        )
    if config["EXPLAIN_TEMPLATE_LOADING"]:
        yield (
            "advice",
            "EXPLAIN_TEMPLATE_LOADING",
            "Each look for a template is written to the log.",
            "Turn it on only to find out where templates come from.",
        )
    if not opens_when_touched(app.session_interface):
        kind = type(app.session_interface)
        yield (
            "advice",
            "session_interface",
            f"{kind.__module__}.{kind.__qualname__} is asked to open a session for every request,"
            " also for those that never look at it.",
            "That is what Flask does, and what it is made for. Where it asks a database, let the"
            " server answer static files.",
        )
