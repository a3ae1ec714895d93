"""What views call: URLs, redirects, errors, messages, files, streams."""

from __future__ import annotations

import importlib.util
import os
import sys
import typing as t
from datetime import datetime
from functools import lru_cache, update_wrapper
from io import BytesIO
from types import FunctionType

import werkzeug.utils
from werkzeug.exceptions import Aborter as _Aborter
from werkzeug.exceptions import abort as _wz_abort
from werkzeug.utils import redirect as _wz_redirect  # noqa: F401
from werkzeug.wrappers import Response as BaseResponse

from ._genuine import as_shipped
from ._kernels import files, links, streams
from .globals import _cv_app, _cv_request, current_app, request, request_ctx, session
from .signals import message_flashed

if t.TYPE_CHECKING:
    from .wrappers import Response

# What may be said of a file that is sent the short way.
_DESCRIPTION = frozenset({"mimetype", "as_attachment", "download_name", "max_age"})
# What it looked like when nobody had wrapped it.
_CALL_ABORTER = as_shipped(_Aborter, "__call__")

_IS_POSIX = os.name == "posix"

_NO = frozenset({"0", "false", "no"})


def get_debug_flag() -> bool:
    """Tell whether ``FLASK_DEBUG`` turns debug mode on: set, and not 0, false or no."""
    flag = os.environ.get("FLASK_DEBUG", "")
    return flag != "" and flag.lower() not in _NO


def get_load_dotenv(default: bool = True) -> bool:
    """Tell whether dotenv files are read: unless ``FLASK_SKIP_DOTENV`` is set to say no.

    :param default: the answer where that variable is not set.
    """
    skip = os.environ.get("FLASK_SKIP_DOTENV")
    return skip.lower() in _NO if skip else default


@t.overload
def stream_with_context(
    generator_or_function: t.Iterator[t.AnyStr],
) -> t.Iterator[t.AnyStr]: ...


@t.overload
def stream_with_context(
    generator_or_function: t.Callable[..., t.Iterator[t.AnyStr]],
) -> t.Callable[[t.Iterator[t.AnyStr]], t.Iterator[t.AnyStr]]: ...


def stream_with_context(
    generator_or_function: t.Iterator[t.AnyStr] | t.Callable[..., t.Iterator[t.AnyStr]],
) -> t.Iterator[t.AnyStr] | t.Callable[[t.Iterator[t.AnyStr]], t.Iterator[t.AnyStr]]:
    """Keep the request current while a streamed body is produced.

    :param generator_or_function: the body's generator, or, used as a decorator, the function
        that makes it.
    :returns: an iterator over the same chunks; for a function, one that returns such iterators.
        The request is torn down once, when the iterator is exhausted or closed.
    :raises RuntimeError: no request is being handled when the iterator is made.
    """
    given: t.Any = generator_or_function
    try:
        # PERF: stream-with-context. A function is not asked first.
        body = None if type(given) is FunctionType else iter(given)
    except TypeError:
        body = None
    if body is None:

        def streaming(*args: t.Any, **kwargs: t.Any) -> t.Any:
            return stream_with_context(given(*args, **kwargs))

        if type(given) is FunctionType:
            streams.dress(streaming, given)
            return streaming
        return update_wrapper(streaming, given)

    ctx = _cv_request.get(None)
    if ctx is None:
        raise RuntimeError(
            "'stream_with_context' needs an active request context and there is none here. Call"
            " it in the view function, not in the generator that it returns."
        )
    return streams.ContextStream(body, ctx)


def make_response(*args: t.Any) -> Response:
    """Make a response of what a view may return, so that headers and cookies can be set on it.

    No argument makes an empty response, several are the parts of a response tuple.
    """
    app = current_app
    if not args:
        return app.response_class()
    return app.make_response(args[0] if len(args) == 1 else args)


def url_for(
    endpoint: str,
    *,
    _anchor: str | None = None,
    _method: str | None = None,
    _scheme: str | None = None,
    _external: bool | None = None,
    **values: t.Any,
) -> str:
    """Build the URL of *endpoint*; a leading dot means the current blueprint.

    :param _anchor: the part behind ``#``, quoted as needed.
    :param _method: choose among the endpoint's rules by this request method.
    :param _scheme: the scheme of the external URL, such as "https".
    :param _external: whether scheme and host come first. By default not inside a request, but
        for ``_scheme``.
    :param values: the rule's arguments; others become the query string.
    :raises werkzeug.routing.BuildError: no rule takes these values and no handler helps.
    :raises RuntimeError: neither a request nor ``SERVER_NAME`` tells the host.
    """
    return links.url_for(  # type: ignore[no-any-return]
        current_app, endpoint, values, _anchor, _method, _scheme, _external
    )


def redirect(
    location: str, code: int = 302, Response: type[BaseResponse] | None = None
) -> BaseResponse:
    """Make a response that sends the client to *location*.

    :param code: the status: 301, 302, 303, 307 or 308.
    :param Response: the class to use outside of an app; inside, the app decides.
    """
    return links.redirect(location, code, Response)  # type: ignore[no-any-return]


def abort(code: int | BaseResponse, *args: t.Any, **kwargs: t.Any) -> t.NoReturn:
    """Raise the HTTP error of status *code*, or one that answers with a given response.

    The arguments go to the exception, through the app's ``aborter`` where one is current.

    :raises LookupError: no exception class stands for *code*.
    """
    ctx = _cv_app.get(None)
    if ctx is not None:
        aborter = ctx.app.aborter
        if type(aborter) is _Aborter and type(code) is int and _Aborter.__call__ is _CALL_ABORTER:
            # PERF: errors-403. What calling it comes to.
            error = aborter.mapping.get(code)
            if error is not None:
                raise error(*args, **kwargs)
        aborter(code, *args, **kwargs)
    _wz_abort(code, *args, **kwargs)


def get_template_attribute(template_name: str, attribute: str) -> t.Any:
    """Return what a template exports: a macro or a variable set at its top level.

    :raises jinja2.TemplateNotFound: no such template.
    :raises AttributeError: it exports no such name.
    """
    template = current_app.jinja_env.get_template(template_name)
    return getattr(template.module, attribute)


def flash(message: str, category: str = "message") -> None:
    """Keep *message* in the session for the next page to show.

    :param category: a word for the kind of message, such as "error" or "info".
    """
    # A new list each time: a session sees no change inside a value.
    session["_flashes"] = [*session.get("_flashes", ()), (category, message)]
    if message_flashed.receivers:
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        message_flashed.send(
            app, _async_wrapper=app.ensure_sync, message=message, category=category
        )


def get_flashed_messages(
    with_categories: bool = False, category_filter: t.Iterable[str] = ()
) -> list[str] | list[tuple[str, str]]:
    """Take the flashed messages out of the session; the same ones again within this request.

    :param with_categories: return (category, message) tuples.
    :param category_filter: only these categories; all where empty.
    """
    ctx = request_ctx
    if ctx.flashes is None:
        ctx.flashes = session.pop("_flashes") if "_flashes" in session else []
    flashes = ctx.flashes
    if category_filter:
        flashes = [item for item in flashes if item[0] in category_filter]
    if with_categories:
        return flashes
    return [message for _, message in flashes]


def _file_options(given: dict[str, t.Any]) -> dict[str, t.Any]:
    """Complete the options of Werkzeug's file senders by what the app and the request say."""
    app = current_app
    if given.get("max_age") is None:
        given["max_age"] = app.get_send_file_max_age
    return {
        **given,
        "environ": request.environ,
        "use_x_sendfile": app.config["USE_X_SENDFILE"],
        "response_class": app.response_class,
        "_root_path": app.root_path,
    }


# What the names stand for where nobody has put anything in their place.
_PROXIES = current_app, request


def _app_and_environ() -> tuple[t.Any, t.Any]:
    """Return the current app and the environ of the current request.

    :raises RuntimeError: no request is being handled.
    """
    ctx = _cv_request.get(None)
    if ctx is None or current_app is not _PROXIES[0] or request is not _PROXIES[1]:
        return current_app, request.environ
    # PERF: static-file. As the proxies do it, without a call for each attribute.
    return _cv_app.get().app, ctx.request.environ


def _path_of(given: t.Any) -> str | None:
    """Return a path as text; None where it is none, or one of another kind."""
    path = given if type(given) is str or not isinstance(given, os.PathLike) else os.fspath(given)
    return path if type(path) is str else None


def _below(root: str, path: str) -> str:
    """Join as `os.path.join` does, at once where there is nothing to join."""
    return path if _IS_POSIX and path[:1] == "/" else os.path.join(root, path)


def send_file(
    path_or_file: os.PathLike[t.AnyStr] | str | t.IO[bytes],
    mimetype: str | None = None,
    as_attachment: bool = False,
    download_name: str | None = None,
    conditional: bool = True,
    etag: bool | str = True,
    last_modified: datetime | int | float | None = None,
    max_age: None | (int | t.Callable[[str | None], int | None]) = None,  # noqa: RUF036
) -> Response:
    """Answer with a file that the app chose; for names that a client chose there is
    :func:`send_from_directory`.

    :param path_or_file: a path, relative to the app's root, or a file open in binary mode.
    :param mimetype: guessed from the name where not given.
    :param as_attachment: have the client save it rather than show it.
    :param download_name: the name to save it under.
    :param conditional: answer conditional and range requests (RFC 9110, 13 and 14).
    :param etag: whether to make an ``ETag`` of size and date, or the ``ETag`` itself.
    :param last_modified: when it changed last, in seconds since the epoch or as a datetime.
    :param max_age: for how many seconds clients may cache it, or a function of the path that
        tells; by default ``SEND_FILE_MAX_AGE_DEFAULT``.
    :raises FileNotFoundError: there is no such file.
    """
    app, environ = _app_and_environ()
    file = path_or_file if type(path_or_file) is BytesIO else None
    path = None if file is not None else _path_of(path_or_file)
    if file is not None or path is not None:
        response = files.respond(
            app,
            environ,
            None if path is None else _below(app.root_path, path),
            mimetype,
            as_attachment,
            download_name,
            app.get_send_file_max_age if max_age is None else max_age,
            conditional,
            etag,
            last_modified,
            file,
        )
        if response is not None:
            return response  # type: ignore[no-any-return]
    options = _file_options(
        {
            "path_or_file": path_or_file,
            "mimetype": mimetype,
            "as_attachment": as_attachment,
            "download_name": download_name,
            "conditional": conditional,
            "etag": etag,
            "last_modified": last_modified,
            "max_age": max_age,
        }
    )
    return werkzeug.utils.send_file(**options)  # type: ignore[return-value]


def send_from_directory(
    directory: os.PathLike[str] | str,
    path: os.PathLike[str] | str,
    **kwargs: t.Any,
) -> Response:
    """Answer with the file that a client named below *directory*, and nothing outside of it.

    :param directory: relative to the app's root.
    :param path: below *directory*; may come from the URL.
    :param kwargs: as :func:`send_file` takes them.
    :raises werkzeug.exceptions.NotFound: there is no such file, or it lies elsewhere.
    """
    # PERF: static-file. Texts as they are.
    folder = directory if type(directory) is str else _path_of(directory)
    name = path if type(path) is str else _path_of(path)
    if folder is not None and name is not None and _DESCRIPTION.issuperset(kwargs):
        app, environ = _app_and_environ()
        place = files.path_below(app.root_path, folder, name)
        if place is not None:
            if kwargs.get("max_age") is None:
                kwargs["max_age"] = app.get_send_file_max_age
            response = files.respond(app, environ, place, **kwargs, must_exist=True)
            if response is not None:
                return response  # type: ignore[no-any-return]
    return werkzeug.utils.send_from_directory(  # type: ignore[return-value]
        directory, path, **_file_options(kwargs)
    )


def get_root_path(import_name: str) -> str:
    """Return the folder of the module or package *import_name*.

    The current folder where the module is not known or has no loader, as for ``__main__`` typed
    at a prompt.

    :raises RuntimeError: the module exists but has no file: a namespace package, say.
    """
    filename = getattr(sys.modules.get(import_name), "__file__", None)
    if filename is None:
        loader = _find_loader(import_name)
        if loader is None:
            return os.getcwd()
        if hasattr(loader, "get_filename"):
            filename = t.cast(str, loader.get_filename(import_name))
        else:
            # Some loaders know the file only once the module is there.
            filename = getattr(importlib.import_module(import_name), "__file__", None)
    if filename is None:
        raise RuntimeError(
            f"Module {import_name!r} has no file, so there is no root path for it: it is a"
            " namespace package, or an import hook made it. Pass root_path=... explicitly."
        )
    return os.path.dirname(os.path.abspath(filename))


def _find_loader(import_name: str) -> t.Any:
    try:
        spec = importlib.util.find_spec(import_name)
    except (ImportError, ValueError):
        return None
    return None if spec is None else spec.loader


@lru_cache(maxsize=1024)
def _split_blueprint_path(name: str) -> list[str]:
    """Return *name* and the names of the blueprints around it, innermost first."""
    names = [name]
    while "." in name:
        name = name.rpartition(".")[0]
        names.append(name)
    return names
