"""Subclasses that apps bring: of the request, the response, the session's and others."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable
from typing import Any

from werkzeug.datastructures import (
    CallbackDict,
    Headers,
    ImmutableMultiDict,
)
from werkzeug.routing import Map, Rule
from werkzeug.routing.converters import BaseConverter
from werkzeug.wrappers import Request as WerkzeugRequest
from werkzeug.wrappers import Response as WerkzeugResponse

from .steps import World


class Twice(BaseConverter):
    """A converter of the app's own: the word must be written twice."""

    regex = r"[a-z]+-[a-z]+"

    def to_python(self, value: str) -> str:
        """Return the word."""
        first, _, second = value.partition("-")
        if first != second:
            raise self.invalid()
        return first

    def invalid(self) -> Exception:
        """Make the error for a word that is not."""
        from werkzeug.routing import ValidationError

        return ValidationError()

    def to_url(self, value: str) -> str:
        """Return it twice."""
        return f"{value}-{value}"


class OwnRule(Rule):
    """A rule class of the app's own."""


class OwnMap(Map):
    """A map class of the app's own."""


class Stores(ImmutableMultiDict):  # type: ignore[type-arg]
    """A storage class of the app's own."""


# -- requests


def _request(world: World, name: str) -> type[Any]:
    base: Any = world.package.Request
    if name == "storage":
        return type("R", (base,), {"parameter_storage_class": Stores})
    if name == "limits":
        return type("R", (base,), {"max_content_length": 10, "max_form_parts": 1})
    if name == "trusted":
        return type("R", (base,), {"trusted_hosts": ["localhost", ".example"]})
    if name == "json":
        return type("R", (base,), {"on_json_loading_failed": lambda self, e: {"failed": True}})

    if name == "init":

        class Counting(base):  # type: ignore[misc]
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                world.note("request", "init", len(args), sorted(kwargs))
                super().__init__(*args, **kwargs)
                world.note("request", "made", self.path, self.method, self.host)
                self.number = 5

        return Counting

    if name == "mixed":

        class Mixed(WerkzeugRequest):
            def __init__(self, environ: Any, *args: Any, **kwargs: Any) -> None:
                world.note("request", "mixed")
                super().__init__(environ, *args, **kwargs)

        return type("R", (base, Mixed), {})

    assert name == "properties"

    class Properties(base):  # type: ignore[misc]
        @property
        def remote_addr(self) -> str:
            return "1.2.3.4"

        @remote_addr.setter
        def remote_addr(self, value: Any) -> None:
            """Take no notice of what Werkzeug's constructor found."""

        @property
        def blueprints(self) -> list[str]:
            return list(super().blueprints)

        def close(self) -> None:
            world.note("request", "close")
            super().close()

    return Properties


# -- responses


def _response(world: World, name: str) -> type[Any]:
    base: Any = world.package.Response
    attributes: dict[str, dict[str, Any]] = {
        "text": {"default_mimetype": "text/plain"},
        "no_type": {"default_mimetype": None},
        "other_type": {"default_mimetype": "application/x-own"},
        "status": {"default_status": 202},
        "status_text": {"default_status": "203 Own Words"},
        "no_conversion": {"implicit_sequence_conversion": False},
        "no_length": {"automatically_set_content_length": False},
        "locations": {"autocorrect_location_header": True},
    }
    if name in attributes:
        return type("Own", (base,), attributes[name])

    if name == "mixed":

        class Mixed(WerkzeugResponse):
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                world.note("response", "mixed")
                super().__init__(*args, **kwargs)

        return type("Own", (base, Mixed), {})

    assert name == "methods"

    class Own(base):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            world.note("response", "init", len(args), sorted(kwargs))
            super().__init__(*args, **kwargs)

        def iter_encoded(self) -> Any:
            for piece in super().iter_encoded():
                yield piece.upper()

        def get_wsgi_headers(self, environ: Any) -> Headers:
            headers = super().get_wsgi_headers(environ)
            headers["X-Own"] = environ["REQUEST_METHOD"]
            return headers

        def set_data(self, value: Any) -> None:
            world.note("response", "set_data", bytes(value) if type(value) is not str else value)
            super().set_data(value)

        def set_cookie(self, key: str, *args: Any, **kwargs: Any) -> None:
            world.note("response", "set_cookie", key, len(args), sorted(kwargs))
            super().set_cookie(key, *args, **kwargs)

        def close(self) -> None:
            world.note("response", "close")
            super().close()

        @classmethod
        def force_type(cls, response: Any, environ: Any = None) -> Any:
            world.note("response", "force_type", environ is not None)
            return super().force_type(response, environ)

    return Own


# -- sessions


def _session(world: World, name: str) -> Any:
    sessions = world.package.sessions
    base: Any = sessions.SecureCookieSessionInterface

    if name == "salt":
        interface = base()
        interface.salt = "pepper"
        return interface

    if name == "memory":
        return _memory(world)

    class Interface(base):  # type: ignore[misc]
        def open_session(self, app: Any, request: Any) -> Any:
            world.note("session", "open", request.path, world.package.has_request_context())
            if name == "none":
                return None
            if name == "broken_open":
                raise ValueError("on purpose")
            return super().open_session(app, request)

        def save_session(self, app: Any, session: Any, response: Any) -> None:
            if session is None:
                # Meant to differ: Flask asks for this where the session could not be opened.
                return
            world.note("session", "save", response.status)
            if name == "broken_save":
                raise ValueError("on purpose")
            super().save_session(app, session, response)

    if name == "always":

        class Permanent(sessions.SecureCookieSession):  # type: ignore[misc, name-defined]
            permanent = True

        Interface.session_class = Permanent
    if name == "cookie":
        Interface.get_cookie_name = lambda self, app: "own"
        Interface.get_cookie_samesite = lambda self, app: "Strict"
        Interface.should_set_cookie = lambda self, app, session: True
    return Interface()


def _memory(world: World) -> Any:
    sessions = world.package.sessions
    stored: dict[str, dict[str, Any]] = {}

    class Session(CallbackDict, sessions.SessionMixin):  # type: ignore[misc, name-defined, type-arg]
        def __init__(self, initial: Any, key: str) -> None:
            super().__init__(initial, lambda self: setattr(self, "modified", True))
            self.modified = False
            self.key = key

    class Interface(sessions.SessionInterface):  # type: ignore[misc, name-defined]
        def open_session(self, app: Any, request: Any) -> Any:
            key = request.cookies.get("memory") or str(uuid.UUID(int=len(stored)))
            world.note("session", "open", key in stored)
            # Copied, as a store does: Flask's flash() changes the list that it finds.
            return Session(copy.deepcopy(stored.get(key)), key)

        def save_session(self, app: Any, session: Any, response: Any) -> None:
            world.note("session", "save", dict(session), session.accessed, session.modified)
            if self.should_set_cookie(app, session):
                stored[session.key] = copy.deepcopy(dict(session))
                response.set_cookie("memory", session.key, path=self.get_cookie_path(app))

    return Interface()


# -- JSON


def _json(world: World, name: str) -> type[Any]:
    base: Any = world.package.json.provider.DefaultJSONProvider
    if name == "settings":
        return type(
            "J",
            (base,),
            {"sort_keys": False, "ensure_ascii": False, "compact": False, "mimetype": "text/j"},
        )

    class Provider(base):  # type: ignore[misc]
        def dumps(self, obj: Any, **kwargs: Any) -> str:
            # itsdangerous tries a new serializer on an empty dict; flaskfast keeps its own.
            if obj != {}:
                world.note("json", "dumps", sorted(kwargs))
            return super().dumps(obj, **kwargs)  # type: ignore[no-any-return]

        def loads(self, s: Any, **kwargs: Any) -> Any:
            # Text is a session's, which flaskfast reads when it is asked for.
            if type(s) is not str:
                world.note("json", "loads", s)
            return super().loads(s, **kwargs)

    return Provider


# -- the app


def _globals(world: World, name: str) -> type[Any]:
    class Globals(world.package.ctx._AppCtxGlobals):  # type: ignore[misc]
        fallback = "by class"

        def get(self, name: str, default: Any = None) -> Any:
            world.note("g", "get", name)
            return super().get(name, default)

    return Globals


#: By noun: the attribute of the app class that is set, and what makes its value.
NOUNS: dict[str, tuple[str, Callable[[World, str], Any]]] = {
    "request": ("request_class", _request),
    "response": ("response_class", _response),
    "session": ("session_interface", _session),
    "json": ("json_provider_class", _json),
    "globals": ("app_ctx_globals_class", _globals),
    "rule": ("url_rule_class", lambda world, name: OwnRule),
    "map": ("url_map_class", lambda world, name: OwnMap),
}


def app_class(world: World, nouns: dict[str, str], seams: tuple[str, ...]) -> type[Any]:
    """Return the class of the app, with the subclasses named and the seams logged."""
    base: Any = world.package.Flask
    attributes: dict[str, Any] = {}
    for noun, variant in nouns.items():
        attribute, make = NOUNS[noun]
        attributes[attribute] = make(world, variant)
    for seam in seams:
        attributes[seam] = _logged(world, base, seam)
    return type("App", (base,), attributes) if attributes else base


def _logged(world: World, base: Any, seam: str) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        # Not for app contexts, whose adapter flaskfast makes when it is asked for.
        if seam != "create_url_adapter" or args[0] is not None:
            world.note("seam", seam, len(args), sorted(kwargs))
        return getattr(base, seam)(self, *args, **kwargs)

    return method
