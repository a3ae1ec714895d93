"""Load an application under one of the two flavours of Flask, and describe it."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import os
import re
import sys
import traceback
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING, Any

from . import versions
from .aliases import stand_in_for_flaskfast
from .seams import Snapshot, replaced

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import ModuleType

GENUINE, OURS = "flask", "flaskfast"

#: A colon parts module and name, unless a slash follows, as in a path on Windows.
_NAME_SEPARATOR = re.compile(r":(?!/|\\)")
#: Where WSGI middleware keeps what it wraps.
_WRAPPED = ("app", "wsgi_app", "application", "wrapped", "_app", "__wrapped__")


class CannotLoad(Exception):
    """There is no application to ask; *kind* says whose fault that is."""

    def __init__(self, text: str, kind: str, trace: str = "") -> None:
        super().__init__(text)
        self.kind = kind
        self.trace = trace


class OnlyFrom:
    """Find flaskfast in one directory, and nowhere else: it is the one under test."""

    def __init__(self, directory: str) -> None:
        self.directory = directory

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> Any:
        if fullname != OURS:
            return None
        return PathFinder.find_spec(fullname, [self.directory])


class Application:
    """An application, loaded.

    :param flavour: which Flask ``import flask`` means: ``flask`` or ``flaskfast``.
    :param path: the application as ``--app`` names it.
    :param package: the directory that holds the package flaskfast.
    :raises CannotLoad: the framework is not installed or the application is not there.
    """

    def __init__(self, flavour: str, path: str, package: str) -> None:
        self.flavour = flavour
        flask = self._framework(package)
        self.before = Snapshot()
        self.wsgi = self._located(flask, path)
        self.app = self._flask_app(flask.Flask)

    # -- loading --------------------------------------------------------------------------

    def _framework(self, package: str) -> Any:
        if self.flavour == OURS:
            sys.meta_path.insert(0, OnlyFrom(package))
            importlib.import_module("flaskfast.dropin").install()
            return importlib.import_module("flask")
        try:
            flask = importlib.import_module("flask")
        except ImportError as error:
            raise CannotLoad(f"{error}", "absent", traceback.format_exc()) from error
        if flask.__name__ != GENUINE or OURS in sys.modules:
            raise CannotLoad(
                "import flask means flaskfast already, in every program that this Python starts",
                "absent",
            )
        stand_in_for_flaskfast()
        return flask

    def _located(self, flask: Any, path: str) -> Any:
        cli = importlib.import_module("flask.cli")
        try:
            return cli.ScriptInfo(app_import_path=path, set_debug_flag=False).load_app()
        except cli.NoAppException as error:
            middleware = self._middleware(path)
            if middleware is not None:
                return middleware
            if isinstance(error.__context__, ImportError) and "Traceback" in str(error):
                raise _cannot_load(error.__context__) from error
            raise CannotLoad(error.format_message().rstrip("."), "app") from error
        except (Exception, SystemExit) as error:
            raise _cannot_load(error) from error

    @staticmethod
    def _middleware(path: str) -> Any:
        """Return the WSGI callable that *path* names, where that is no Flask application."""
        parts = _NAME_SEPARATOR.split(path, maxsplit=1)
        stem = re.split(r"[/\\]", parts[0])[-1].removesuffix(".py")
        found = getattr(sys.modules.get(stem), parts[1] if len(parts) > 1 else "", None)
        if found is None or inspect.isclass(found) or not callable(found):
            return None
        try:
            inspect.signature(found).bind({}, None)
        except (TypeError, ValueError):
            return None
        return found

    def _flask_app(self, flask_class: type) -> Any:
        """Follow middleware inwards to the Flask application; None where it cannot be found."""
        layer, seen = self.wsgi, 0
        while not isinstance(layer, flask_class) and seen < 20:
            layer = next((vars(layer)[name] for name in _WRAPPED if name in _slots(layer)), None)
            layer = getattr(layer, "__self__", layer)  # app.wsgi_app
            seen += 1
        return layer if isinstance(layer, flask_class) else None

    # -- asking ---------------------------------------------------------------------------

    def rule_of(self, request: Mapping[str, Any]) -> str | None:
        """Name the rule that *request* matches; None where none does."""
        if self.app is None:
            return None
        try:
            adapter = self.app.url_map.bind(request["host"], url_scheme=request["scheme"])
            path = request["target"].partition("?")[0]
            rule, _ = adapter.match(path, request["method"], return_rule=True)
        except Exception:
            return None  # no such rule, a redirect, a host that is none: nothing to name
        return str(rule.rule)

    def reads_session(self, value: str) -> bool:
        """Tell whether *value* is the text of a session cookie that this application accepts."""
        make = getattr(self.app.session_interface, "get_signing_serializer", None)
        signing = make(self.app) if make is not None else None
        if signing is None:
            return False
        try:
            signing.loads(value)
        except Exception:
            return False
        return True

    # -- describing -----------------------------------------------------------------------

    def describe(self) -> dict[str, Any]:
        """Return what is known of the application and its surroundings."""
        app = self.app
        return {
            "flavour": self.flavour,
            "name": app.name if app is not None else type(self.wsgi).__name__,
            "versions": versions.of(self.flavour),
            "seams": [seam.described() for seam in replaced(self.before, app)],
            "extensions": versions.extensions(app),
            "session_cookie": self._session_cookie(),
            "host": _host(app),
            "routes": sum(1 for _ in app.url_map.iter_rules()) if app is not None else None,
        }

    def _session_cookie(self) -> str | None:
        """Return the name of the cookie that holds the session, where it is a signed one."""
        if self.app is None:
            return None
        interface = self.app.session_interface
        if not hasattr(interface, "get_signing_serializer"):
            return None
        return str(interface.get_cookie_name(self.app))


def _cannot_load(error: BaseException) -> CannotLoad:
    """Say what the application raised, and where."""
    here = os.path.dirname(os.path.abspath(__file__))
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith((here, "<frozen"))
    ]
    text = f"{type(error).__name__}: {error}"
    if frames and not isinstance(error, SyntaxError):  # which names the place itself
        text += f" ({os.path.basename(frames[-1].filename)}, line {frames[-1].lineno})"
    return CannotLoad(text, "app", "".join(traceback.format_exception(error)))


def _slots(layer: object) -> Mapping[str, Any]:
    return getattr(layer, "__dict__", {})


def _host(app: Any) -> str:
    """Return a host that the application will listen to."""
    if app is None:
        return "localhost"
    if app.config.get("SERVER_NAME"):
        return str(app.config["SERVER_NAME"])
    trusted = app.config.get("TRUSTED_HOSTS")
    return str(trusted[0]).lstrip(".") if trusted else "localhost"
