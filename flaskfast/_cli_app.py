"""Locate the application that a command line names, in a module or a file."""

from __future__ import annotations

import ast
import inspect
import os
import re
import sys
import typing as t
from types import FunctionType, ModuleType, TracebackType

import click

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    from .app import Flask

#: What a module is searched for when no name is given, best name first.
APP_NAMES = ("app", "application")
FACTORY_NAMES = ("create_app", "make_app")

#: A colon parts file and name, unless a slash follows: `C:\site\app.py:create_app`.
_NAME_SEPARATOR = re.compile(r":(?!/|\\)")


class NoAppException(click.UsageError):
    """Say that no application was found where the command line looked for one."""


class AppCall(t.NamedTuple):
    """What stands behind the colon of `module:create_app("dev", debug=True)`, parsed."""

    name: str
    args: list[t.Any]
    kwargs: dict[str, t.Any]


def split_import_path(import_path: str) -> tuple[str, str | None]:
    """Split `module:name` into the module or file and the name, None without a colon."""
    separator = _NAME_SEPARATOR.search(import_path)
    if separator is None:
        return import_path, None
    return import_path[: separator.start()], import_path[separator.end() :]


def prepare_import(path: str) -> str:
    """Make the module in the file `path` importable and return its dotted name.

    `path` may leave out `.py`, name a package by its folder or by its `__init__`,
    or carry further dots (`pkg/mod.sub`). The folder around the outermost package
    comes first in `sys.path` afterwards. Nothing is imported, nor need the file exist.
    """
    location = os.path.realpath(path)
    stem, extension = os.path.splitext(location)
    if extension == ".py":
        location = stem

    folder, last = os.path.split(location)
    if last == "__init__":
        folder, last = os.path.split(folder)

    names = [last]
    while os.path.exists(os.path.join(folder, "__init__.py")):
        folder, package = os.path.split(folder)
        names.insert(0, package)

    if sys.path[0] != folder:
        sys.path.insert(0, folder)
    return ".".join(names)


def find_best_app(module: ModuleType) -> Flask:
    """Return the application that `module` holds or makes.

    The first of these: an application called `app` or `application`, the only
    application of any name, what `create_app` or `make_app` returns when called
    without arguments.

    :raises NoAppException: there is none, there are several, or the factory wants
        arguments. Whatever the factory itself raises comes through.
    """
    for name in APP_NAMES:
        app = getattr(module, name, None)
        if is_app(app):
            return app

    apps = {name: value for name, value in vars(module).items() if is_app(value)}
    if len(apps) == 1:
        return next(iter(apps.values()))
    if apps:
        raise NoAppException(
            f"Module '{module.__name__}' has {len(apps)} Flask applications:"
            f" {', '.join(sorted(apps))}. Choose one, as in"
            f" '--app {module.__name__}:{min(apps)}'."
        )

    seen = list(vars(module).values())
    for name in FACTORY_NAMES:
        app = _made_by(module, name)
        if is_app(app):
            return app
        seen.append(app)

    raise NoAppException(
        f"Module '{module.__name__}' has neither a Flask application nor a factory called"
        f" {' or '.join(FACTORY_NAMES)}. Name what makes it, as in"
        f" '--app {module.__name__}:name'.{_genuine_flask_note(seen)}"
    )


def _made_by(module: ModuleType, name: str) -> object:
    factory = getattr(module, name, None)
    if not inspect.isfunction(factory):
        return None
    return _call_factory(
        factory,
        f"Factory '{name}' in module '{module.__name__}' cannot be called without"
        f" arguments. Give them, as in '--app \"{module.__name__}:{name}(...)\"'.",
    )


def find_app_by_string(module: ModuleType, app_name: str) -> Flask:
    """Return the application that `app_name` stands for in `module`.

    `app_name` is the name of an application, the name of a factory function, or a
    call of one whose arguments are literals: `create_app("dev", debug=True)`.

    :raises NoAppException: the text is none of these, the name is unknown, the
        arguments do not fit, or what came of it is no application. Whatever the
        factory itself raises comes through.
    """
    call = parse_app_name(app_name)
    try:
        found: object = getattr(module, call.name)
    except AttributeError as error:
        raise NoAppException(
            f"Module {module.__name__!r} has no attribute {call.name!r}."
            " Correct the name behind the colon of --app."
        ) from error

    if inspect.isfunction(found):
        found = _call_factory(
            found,
            f"Factory '{call.name}' in module '{module.__name__}' does not take the"
            f" arguments in {app_name!r}; its signature is"
            f" '{call.name}{inspect.signature(found)}'.",
            call,
        )
    if is_app(found):
        return found

    raise NoAppException(
        f"'{module.__name__}:{app_name}' is a {type(found).__name__}, not a Flask"
        f" application. Name an application or a function that returns one."
        f"{_genuine_flask_note([found])}"
    )


def parse_app_name(app_name: str) -> AppCall:
    """Parse a name, or a call whose arguments are literals, without evaluating it.

    :raises NoAppException: `app_name` is anything else.
    """
    try:
        expression = ast.parse(app_name.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        expression = None

    if isinstance(expression, ast.Name):
        return AppCall(expression.id, [], {})
    if not isinstance(expression, ast.Call):
        raise NoAppException(
            f"{app_name!r} is neither a name nor a call such as 'create_app(\"dev\")'."
        )
    if not isinstance(expression.func, ast.Name):
        raise NoAppException(
            f"{app_name!r} calls something else than a plain name. Only a function of"
            " the module itself can be called."
        )
    try:
        return AppCall(expression.func.id, *_literal_arguments(expression))
    except (ValueError, TypeError, SyntaxError):
        raise NoAppException(
            f"The arguments in {app_name!r} are not all literals. Use strings in quotes,"
            " numbers, True, False, None, or lists, tuples, dicts and sets of these."
        ) from None


def _literal_arguments(call: ast.Call) -> tuple[list[t.Any], dict[str, t.Any]]:
    kwargs: dict[str, t.Any] = {}
    for keyword in call.keywords:
        value = ast.literal_eval(keyword.value)
        if keyword.arg is None:
            kwargs.update(value)
        else:
            kwargs[keyword.arg] = value
    return [ast.literal_eval(argument) for argument in call.args], kwargs


def _call_factory(factory: FunctionType, complaint: str, call: AppCall | None = None) -> object:
    """Call the factory; `complaint` is raised when it does not take the arguments."""
    args, kwargs = (call.args, call.kwargs) if call is not None else ([], {})
    try:
        return factory(*args, **kwargs)
    except TypeError as error:
        if _called_with_wrong_args(factory):
            raise NoAppException(complaint) from error
        raise


def _called_with_wrong_args(f: t.Callable[..., Flask]) -> bool:
    """Tell whether the TypeError being handled came from calling `f`, not from inside it.

    The call went wrong when no frame of the traceback runs the code of `f`.
    """
    step: TracebackType | None = sys.exc_info()[2]
    code = getattr(f, "__code__", None)
    while step is not None and step.tb_frame.f_code is not code:
        step = step.tb_next
    return step is None


def is_app(candidate: object) -> t.TypeGuard[Flask]:
    """Tell whether `candidate` is an instance of what `flaskfast.Flask` is right now.

    Instrumentation puts a subclass in its place, so the name is read on every call.
    """
    from . import Flask  # `flaskfast.app` imports the command line

    return isinstance(candidate, Flask)


def _genuine_flask_note(candidates: Iterable[object]) -> str:
    """Explain an application of the other Flask, where one is why none of ours was found."""
    flask = sys.modules.get("flask")
    if flask is None or flask is sys.modules[__package__]:
        return ""
    if not any(isinstance(candidate, flask.Flask) for candidate in candidates):
        return ""
    return (
        " What is there was made by the genuine Flask, imported before flaskfast could"
        " stand in for it: import Flask from flaskfast, or start with 'flaskfast exec'."
    )
