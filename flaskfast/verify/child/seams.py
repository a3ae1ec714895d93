"""Find what an application, an extension or an agent has put in the place of Flask's own.

A *seam* is a method, function or class of Flask, Werkzeug or Jinja that is overridden in a
subclass, replaced on the application object, or patched where it is defined.
"""

from __future__ import annotations

import inspect
import os
import sys
from dataclasses import asdict, dataclass
from functools import partial
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

WATCHED = ("flask", "flaskfast", "werkzeug", "jinja2", "markupsafe", "itsdangerous", "blinker")

#: Nobody can patch the methods of compiled classes, and their code names odd files.
_COMPILED = "flaskfast._native"

#: Attributes of an application that hold a class or an object which others may replace.
PARTS = (
    "request_class",
    "response_class",
    "session_interface",
    "json_provider_class",
    "json",
    "url_rule_class",
    "url_map_class",
    "url_map",
    "jinja_environment",
    "config_class",
    "app_ctx_globals_class",
    "aborter_class",
    "test_client_class",
    "test_cli_runner_class",
)

#: Set by the framework itself, or by every application: no seams.
_ORDINARY = frozenset({"__doc__", "__module__", "__init__", "__firstlineno__", "__annotations__"})

Kind = Literal["overridden", "replaced", "patched", "part"]


@dataclass(frozen=True)
class Seam:
    """One thing that is not the framework's own any more.

    :ivar kind: ``overridden`` in a subclass, ``replaced`` on the object, ``patched`` where it
        is defined, or a ``part``: a class or object of another kind.
    :ivar name: what it is of Flask's, such as ``Flask.wsgi_app``.
    :ivar by: what stands there now, and where that is written.
    """

    kind: Kind
    name: str
    by: str

    def described(self) -> dict[str, str]:
        """Return the fields as JSON carries them."""
        return asdict(self)


def code_of(value: object) -> CodeType | None:
    """Return the code object of a function, also of one in a static or class method."""
    code = getattr(getattr(value, "__func__", value), "__code__", None)
    return code if isinstance(code, CodeType) else None


def written_in(value: object) -> str:
    """Say where *value* is written, as far as that is known."""
    function = value.fget if isinstance(value, property) else value
    function = getattr(function, "_self_wrapper", function)  # what wrapt has put around it
    while isinstance(function, partial):
        function = function.func
    code = code_of(function)
    if code is not None:
        return f"{_called(function)} ({_short(code.co_filename)}:{code.co_firstlineno})"
    if isinstance(value, type):
        return f"{value.__module__}.{value.__qualname__}"
    owner = type(value)
    wrapped = getattr(value, "__self__", None)
    if wrapped is not None and not isinstance(wrapped, ModuleType):
        return f"{type(wrapped).__module__}.{type(wrapped).__qualname__}"
    return f"{owner.__module__}.{owner.__qualname__}"


def _called(value: object) -> str:
    function = getattr(value, "__func__", value)
    name = getattr(function, "__qualname__", type(function).__name__)
    return f"{getattr(function, '__module__', None) or '?'}.{name}"


def _short(path: str) -> str:
    """Shorten a path to what is told apart by: below site-packages, or the working directory."""
    for mark in ("site-packages", "dist-packages"):
        _, found, tail = path.rpartition(mark + os.sep)
        if found:
            return tail
    try:
        relative = os.path.relpath(path)
    except ValueError:
        return path
    return path if relative.startswith(os.pardir) else relative


def _root(package: str) -> str | None:
    module = sys.modules.get(package)
    file = getattr(module, "__file__", None)
    return os.path.dirname(os.path.abspath(file)) if file else None


def public_name(name: str) -> str:
    """Write ``flaskfast.X`` as ``flask.X``: what the application knows it by."""
    head, dot, tail = name.partition(".")
    return f"flask{dot}{tail}" if head == "flaskfast" else name


# -- patches -----------------------------------------------------------------------------


class Snapshot:
    """The functions and methods of the frameworks, as they were before the application."""

    def __init__(self) -> None:
        self.classes = list(dict.fromkeys(_watched_classes()))
        self.names = {cls: frozenset(vars(cls)) for cls in self.classes}
        self.members = {
            (holder, name): (value, code_of(value)) for holder, name, value in self._members()
        }

    def _members(self) -> Iterator[tuple[Any, str, Any]]:
        for module in _watched_modules():
            for name, value in list(vars(module).items()):
                own = isinstance(value, FunctionType) and value.__module__ == module.__name__
                if own or (isinstance(value, type) and _is_watched(value)):
                    yield module, name, value
        for cls in self.classes:
            for name, value in list(vars(cls).items()):
                if _is_callable(value) and name not in _ORDINARY - {"__init__"}:
                    yield cls, name, value

    def patched(self) -> Iterator[Seam]:
        """Give what has another function, or the same function with another code, by now.

        What was patched before the snapshot, as by an agent that starts with the interpreter,
        is told by the file it is written in.
        """
        for (holder, name), (value, code) in self.members.items():
            now = vars(holder).get(name)
            if now is value and code_of(now) is code and not _is_foreign(value):
                continue
            if now is not None:
                yield _patch(holder, name, now)
        for cls, names in self.names.items():
            for name, now in list(vars(cls).items()):
                # Put before a method that the class inherits.
                inherited = any(name in vars(base) for base in cls.__mro__[1:-1])
                if name not in names and inherited and _is_callable(now):
                    yield _patch(cls, name, now)


def _patch(holder: Any, name: str, now: object) -> Seam:
    label = f"{getattr(holder, '__module__', '')}.{getattr(holder, '__qualname__', '')}"
    if isinstance(holder, ModuleType):
        label = holder.__name__
    return Seam("patched", public_name(f"{label}.{name}"), written_in(now))


def _is_watched(cls: type) -> bool:
    return cls.__module__.partition(".")[0] in WATCHED


def _watched_modules() -> list[ModuleType]:
    # Also what is None in sys.modules has a key there; what is odd may lack a dictionary.
    return [
        module
        for name, module in sorted(sys.modules.items())
        if name.partition(".")[0] in WATCHED
        and not name.startswith(_COMPILED)
        and isinstance(module, ModuleType)
        and module.__name__ == name
    ]


def _watched_classes() -> Iterator[type]:
    for module in _watched_modules():
        for value in list(vars(module).values()):
            if isinstance(value, type) and value.__module__ == module.__name__:
                yield value


def _is_callable(value: object) -> bool:
    return code_of(value) is not None


def _is_foreign(value: object) -> bool:
    """Tell whether a function of a watched package is written outside of them all."""
    code = code_of(value)
    if code is None or not os.path.isabs(code.co_filename):
        return False  # compiled, or made from a string, as dataclasses do
    written = os.path.abspath(code.co_filename)
    known = [root for root in map(_root, WATCHED) if root is not None]
    standard = os.path.dirname(os.path.abspath(inspect.__file__))
    if written.startswith(standard + os.sep) and "-packages" not in written:
        return False
    return not any(written.startswith(root + os.sep) for root in known)


# -- the application itself --------------------------------------------------------------


def replaced(before: Snapshot, app: Any) -> list[Seam]:
    """Name every seam that is not the framework's own, patches first."""
    found = list(before.patched())
    if app is not None:
        found += _overridden(type(app))
        found += _on_instance(app)
        found += _parts(app)
    return list(dict.fromkeys(found))


def _framework_class(cls: type) -> type | None:
    """Return the class of Flask's own that *cls* descends from, itself where it is one."""
    for base in cls.__mro__:
        if base.__module__.partition(".")[0] in WATCHED:
            return base
    return None


def _overridden(cls: type) -> Iterator[Seam]:
    """Give the methods that subclasses of Flask's class define anew."""
    own = _framework_class(cls)
    if own is None or own is cls:
        return
    for layer in cls.__mro__[: cls.__mro__.index(own)]:
        for name, value in vars(layer).items():
            if name in _ORDINARY or not hasattr(own, name) or name.startswith("__weak"):
                continue
            if _is_callable(value) or isinstance(value, property):
                yield Seam("overridden", f"{own.__name__}.{name}", written_in(value))


def _on_instance(app: Any) -> Iterator[Seam]:
    """Give the methods that were replaced on the application object."""
    for name, value in vars(app).items():
        shipped = inspect.getattr_static(type(app), name, None)
        if code_of(shipped) is not None:
            yield Seam("replaced", f"app.{name}", written_in(value))


def _parts(app: Any) -> Iterator[Seam]:
    """Give the classes and objects that an application has instead of Flask's."""
    for name in PARTS:
        if name not in vars(app) and name != "json":
            value = inspect.getattr_static(app, name, None)
        else:
            value = vars(app).get(name)
        cls = value if isinstance(value, type) else type(value)
        own = _framework_class(cls)
        if value is None or own is cls:
            continue
        overrides = ", ".join(sorted(seam.name.rpartition(".")[2] for seam in _overridden(cls)))
        described = f"{cls.__module__}.{cls.__qualname__}"
        yield Seam("part", f"app.{name}", described + (f": {overrides}" if overrides else ""))
