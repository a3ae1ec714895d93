"""What debug mode says about mistakes that are hard to see: lost uploads, lost form data, and
templates that are looked for elsewhere than one thinks.
"""

from __future__ import annotations

import typing as t
import weakref
from functools import cache

from jinja2.loaders import BaseLoader
from werkzeug.routing import RequestRedirect

from .blueprints import Blueprint
from .globals import request_ctx
from .sansio.app import App

if t.TYPE_CHECKING:
    from .sansio.scaffold import Scaffold
    from .wrappers import Request


class UnexpectedUnicodeError(AssertionError, UnicodeError):
    """Text where bytes belong, or bytes where text does."""


class DebugFilesKeyError(KeyError, AssertionError):
    """A file was asked of ``request.files`` that arrived as a form field.

    :param request: the request.
    :param key: the name that was asked for.
    """

    def __init__(self, request: Request, key: str) -> None:
        self.msg = (
            f"request.files has no file {key!r}: the request's media type is"
            f" {request.mimetype!r}, and with any but 'multipart/form-data' no file contents"
            ' were transmitted. Put enctype="multipart/form-data" on the <form>.'
        )

        if names := request.form.getlist(key):
            self.msg += (
                f"\n\nThe form field {key!r} holds no more than a name. This was submitted:"
                f" {', '.join(map(repr, names))}"
            )

    def __str__(self) -> str:
        return self.msg


class FormDataRoutingRedirect(AssertionError):
    """A redirect to the canonical URL that would make browsers drop the method and the body.

    Raised in debug mode for requests other than GET, HEAD and OPTIONS, unless the redirect is a
    307 or 308, which keep both (RFC 9110, 15.4).

    :param request: the request; its ``routing_exception`` is the redirect.
    """

    def __init__(self, request: Request) -> None:
        target = t.cast(RequestRedirect, request.routing_exception).new_url
        message = (
            f"The {request.method} request to {request.url!r} would be redirected to the"
            f" canonical URL {target!r}, and browsers drop the form data on the way."
        )

        if target.partition("?")[0] == f"{request.base_url}/":
            message += " The rule ends in a slash; the URL that was requested does not."

        super().__init__(
            f"{message} Send the request to the canonical URL, or have routing redirect with 307"
            " or 308.\n\nThis is an error in debug mode only."
        )


def attach_enctype_error_multidict(request: Request) -> None:
    """Make ``request.files[key]`` raise `DebugFilesKeyError` where a form field has that name."""
    files = request.files
    files.__class__ = _explaining(type(files))
    # Weak, or request and files would keep each other alive.
    vars(files)["_request"] = weakref.ref(request)


@cache
def _explaining(base: type[t.Any]) -> type[t.Any]:
    """Derive a class from that of ``request.files`` which explains missing keys."""

    class Explaining(base):  # type: ignore[misc]
        def __getitem__(self, key: str) -> t.Any:
            try:
                return super().__getitem__(key)
            except KeyError as e:
                # A copy is no longer the files of a request, and has no _request.
                request = vars(self).get("_request", lambda: None)()

                if request is None or key not in request.form:
                    raise

                raise DebugFilesKeyError(request, key).with_traceback(e.__traceback__) from None

    Explaining.__name__, Explaining.__module__ = base.__name__, base.__module__
    return Explaining


def _dump_loader_info(loader: BaseLoader) -> t.Iterator[str]:
    """Yield lines about a loader: its class, then those of its attributes that can be read."""
    yield f"class: {type(loader).__module__}.{type(loader).__name__}"

    for name, value in sorted(getattr(loader, "__dict__", {}).items()):
        if name.startswith("_"):
            continue

        if isinstance(value, (str, int, float, bool)):
            yield f"{name}: {value!r}"
        elif isinstance(value, (tuple, list)) and all(isinstance(item, str) for item in value):
            yield f"{name}:"
            yield from (f"  - {item}" for item in value)


def _describe(source: Scaffold) -> str:
    """Name what a loader belongs to."""
    if isinstance(source, App):
        return f"application {source.import_name!r}"

    if isinstance(source, Blueprint):
        return f"blueprint {source.name!r} ({source.import_name})"

    return repr(source)


def explain_template_loading_attempts(
    app: App,
    template: str,
    attempts: list[
        tuple[
            BaseLoader,
            Scaffold,
            tuple[str, str | None, t.Callable[[], bool] | None] | None,
        ]
    ],
) -> None:
    """Log where a template was looked for and what was found (``EXPLAIN_TEMPLATE_LOADING``).

    :param app: has the logger that gets the one message, at level INFO.
    :param attempts: in order: the loader, what it belongs to, and what it returned, or ``None``
        where it has no such template.
    """
    lines = [f"Locating template {template!r}:"]

    for number, (loader, source, found) in enumerate(attempts, 1):
        result = "no match" if found is None else f"found ({found[1] or '<string>'!r})"
        lines.append(f"{number:5}: trying loader of {_describe(source)}")
        lines.extend(f"       {line}" for line in (*_dump_loader_info(loader), f"-> {result}"))

    matches = sum(found is not None for _, _, found in attempts)

    if matches == 0:
        lines.append("Error: the template could not be found.")
    elif matches > 1:
        lines.append("Warning: more than one loader has such a template; the first one is used.")

    if matches != 1:
        lines.extend(_blueprint_hint())

    app.logger.info("\n".join(lines))


def _blueprint_hint() -> list[str]:
    """Return what to say when the endpoint that wants the template is a blueprint's."""
    blueprint = request_ctx.request.blueprint if request_ctx else None

    if blueprint is None:
        return []

    return [
        "  The template was looked up from an endpoint that belongs to the blueprint"
        f" {blueprint!r}.",
        "  Is it in that blueprint's template folder, and is template_folder set?",
        "  See https://flask.palletsprojects.com/blueprints/#templates",
    ]
