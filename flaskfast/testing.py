"""Send requests to an application, and invoke its commands, from tests."""

from __future__ import annotations

import importlib.metadata
import re
import sys
import typing as t
from contextlib import ExitStack, contextmanager
from copy import copy
from io import BytesIO
from types import TracebackType
from urllib.parse import urlencode, urlsplit

import werkzeug.test
from click.testing import CliRunner, Result
from werkzeug.test import Client
from werkzeug.wrappers import Request as BaseRequest

from . import _kernels
from ._address import plain_host
from .cli import ScriptInfo
from .sessions import SessionMixin

if t.TYPE_CHECKING:  # pragma: no cover
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.datastructures import Headers
    from werkzeug.test import TestResponse

    from .app import Flask


class EnvironBuilder(werkzeug.test.EnvironBuilder):
    """Werkzeug's builder of WSGI environs, with the defaults of an application.

    :param app: gives ``SERVER_NAME``, ``APPLICATION_ROOT`` and ``PREFERRED_URL_SCHEME``.
    :param path: of the URL, with or without a query; or a whole URL.
    :param base_url: where the application is mounted; made of the application's settings and
        the next two arguments unless given.
    :param subdomain: is put before the host.
    :param url_scheme: instead of ``PREFERRED_URL_SCHEME``.
    :param args: for Werkzeug's builder, as ``kwargs``. ``json`` is encoded as the application
        encodes it.
    :raises AssertionError: ``base_url`` is given together with one of those it is made of.
    """

    def __init__(
        self,
        app: Flask,
        path: str = "/",
        base_url: str | None = None,
        subdomain: str | None = None,
        url_scheme: str | None = None,
        *args: t.Any,
        **kwargs: t.Any,
    ) -> None:
        if base_url is None:
            base_url, path = _base_url_and_path(app, path, subdomain, url_scheme)
        elif subdomain or url_scheme:
            raise AssertionError(
                'Cannot pass "subdomain" or "url_scheme" with "base_url", got'
                f" {base_url!r}. Put both into base_url."
            )

        self.app = app
        super().__init__(path, base_url, *args, **kwargs)

    def json_dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
        """Return an object as JSON text, by the application's provider."""
        return self.app.json.dumps(obj, **kwargs)


def _base_url_and_path(
    app: Flask, path: str, subdomain: str | None, url_scheme: str | None
) -> tuple[str, str]:
    """Return the base URL for a path or URL, and what remains of it beneath."""
    url = urlsplit(path)
    scheme = url.scheme or (
        app.config["PREFERRED_URL_SCHEME"] if url_scheme is None else url_scheme
    )
    host = app.config.get("SERVER_NAME") or "localhost"

    if subdomain:
        host = f"{subdomain}.{host}"

    root = app.config["APPLICATION_ROOT"].lstrip("/")
    rest = f"{url.path}?{url.query}" if url.query else url.path
    return f"{scheme}://{url.netloc or host}/{root}", rest


# What makes an environ, as it was when nobody had overridden or wrapped any of it.
_STEPS = _kernels.Shipped(
    werkzeug.test.EnvironBuilder,
    *("__init__", "get_environ", "get_request", "close", "_add_file_from_data", "_make_base_url"),
    *("base_url", "content_type", "mimetype", "content_length", "form", "files", "input_stream"),
    *("query_string", "args", "server_name", "server_port"),
)
_OWN_STEPS = _kernels.Shipped(
    EnvironBuilder, "__init__", "json_dumps", "get_environ", "get_request"
)
_BUILDER = EnvironBuilder
# A path with or without a query, all of it of characters that stand for themselves.
_PLAIN_PATH = re.compile(r"(/(?:[\w.~-][\w.~/-]*)?)(?:\?([\w.~=&+-]+))?", re.ASCII).fullmatch
_PLAIN_NAME = re.compile(
    r"(?!content-(?:type|length)\Z)[a-z\d-]+", re.ASCII | re.IGNORECASE
).fullmatch
_PLAIN_ARGUMENTS = frozenset(
    ("method", "json", "data", "environ_base", "headers", "query_string", "content_type")
)


def _is_of_text(value: t.Any) -> bool:
    """Tell whether it is a dict of text by text."""
    return type(value) is dict and all(
        type(name) is str and type(text) is str for name, text in value.items()
    )


def _encoded_fields(fields: dict[str, str]) -> str:
    return urlencode(fields, safe="!$'()*,/:;?@")


def _environ_headers(headers: dict[str, str]) -> dict[str, str] | None:
    """Return headers as an environ has them; None where it takes a builder to tell."""
    found = {}
    for name, value in headers.items():
        if _PLAIN_NAME(name) is None or not value.isprintable():
            return None
        found[f"HTTP_{name.upper().replace('-', '_')}"] = value
    return found if len(found) == len(headers) else None


def _plain_environ(
    app: Flask, args: tuple[t.Any, ...], kwargs: dict[str, t.Any]
) -> WSGIEnvironment | None:
    """Return the environ that a builder would make of its arguments, without a builder.

    None where they are more than a plain path and a body of JSON, bytes or the fields of a form, or
    where somebody has changed what makes an environ.
    """
    # A builder takes URLs apart and puts them together six times.
    if (
        len(args) != 1
        or type(args[0]) is not str
        or not _PLAIN_ARGUMENTS.issuperset(kwargs)
        or EnvironBuilder is not _BUILDER
        or not _STEPS.by(werkzeug.test.EnvironBuilder)
        or not _OWN_STEPS.by(EnvironBuilder)
    ):
        return None
    found = _PLAIN_PATH(args[0])
    config = app.config
    if (
        found is None
        or config.get("SERVER_NAME")
        or config["APPLICATION_ROOT"] != "/"
        or config["PREFERRED_URL_SCHEME"] != "http"
    ):
        return None

    query, path = found[2], args[0]
    asked = kwargs.get("query_string")
    if asked is not None:
        if query is not None or not _is_of_text(asked):
            return None
        query = _encoded_fields(asked)
    headers = kwargs.get("headers") or {}
    if headers:
        headers = _environ_headers(headers) if _is_of_text(headers) else None
        if headers is None:
            return None

    json, data, content_type = (kwargs.get(name) for name in ("json", "data", "content_type"))
    if content_type is not None and (
        type(content_type) is not str or not content_type.isprintable() or type(data) is not bytes
    ):
        return None
    if json is not None:
        if data is not None:
            return None
        data, content_type = app.json.dumps(json), "application/json"
    elif type(data) is dict:
        if not _is_of_text(data):
            return None
        data, content_type = _encoded_fields(data), "application/x-www-form-urlencoded"
    elif data is not None and type(data) is not bytes:
        return None
    if not data and (data is not None or content_type is not None):
        return None
    body: t.Any = data.encode() if type(data) is str else data

    environ = {
        **(kwargs.get("environ_base") or {}),
        "REQUEST_METHOD": kwargs.get("method", "GET"),
        "SCRIPT_NAME": "",
        "PATH_INFO": found[1],
        "QUERY_STRING": query or "",
        "REQUEST_URI": path,
        "RAW_URI": path,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "HTTP_HOST": "localhost",
        "SERVER_PROTOCOL": EnvironBuilder.server_protocol,
        "wsgi.version": EnvironBuilder.wsgi_version,
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO() if body is None else BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if content_type is not None:
        environ["CONTENT_TYPE"] = content_type
    if body is not None:
        environ["CONTENT_LENGTH"] = str(len(body))
    environ.update(headers)
    return environ


_RUNS = _kernels.Shipped(Client, "run_wsgi_app", "_add_cookies_to_wsgi")
_PLAIN_PATH_INFO = re.compile(r"/(?:[\w.~-][\w.~/-]*)?", re.ASCII).fullmatch


def _place_of(environ: WSGIEnvironment) -> tuple[str, str] | None:
    """Return the host's name and the path of the URL that is asked for.

    None where it takes Werkzeug to tell: not all of it stands for itself, or somebody has changed
    how a client asks.
    """
    sent, path = environ.get("HTTP_HOST"), environ.get("PATH_INFO")
    scheme = environ.get("wsgi.url_scheme")
    if (
        sent is None
        or path is None
        or scheme not in ("http", "https")
        or environ.get("SCRIPT_NAME")
        or _PLAIN_PATH_INFO(path) is None
        or plain_host(sent, scheme) is None
        or not _RUNS.by(Client)
    ):
        return None
    return sent.partition(":")[0].lower(), path


_werkzeug_version = ""


def _get_werkzeug_version() -> str:
    """Return the version of Werkzeug that is installed, looked up once."""
    global _werkzeug_version
    _werkzeug_version = _werkzeug_version or importlib.metadata.version("werkzeug")
    return _werkzeug_version


class FlaskClient(Client):
    """Werkzeug's test client, that can leave the contexts of a request open to look at.

    Inside ``with client:`` the contexts of the last request stay pushed, so that ``request``,
    ``session`` and ``g`` can be read after it, until the next request or the end of the block.

    ``environ_base`` is put under the environ of every request; change it as needed.
    """

    application: Flask

    def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(*args, **kwargs)
        self.preserve_context = False
        # What the application handed over of the request that is running ...
        self._new_contexts: list[t.ContextManager[t.Any]] = []
        # ... and what is kept pushed of the one before.
        self._context_stack = ExitStack()
        self.environ_base = {
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_USER_AGENT": f"Werkzeug/{_get_werkzeug_version()}",
        }

    @contextmanager
    def session_transaction(self, *args: t.Any, **kwargs: t.Any) -> t.Iterator[SessionMixin]:
        """Open the client's session in a ``with`` block, and store it at the end of the block.

        ::

            with client.session_transaction() as session:
                session["user_id"] = 1

        :param args: for `Flask.test_request_context`, as ``kwargs``: the request that the
            session is opened for.
        :raises TypeError: the client keeps no cookies.
        :raises RuntimeError: the session interface opened no session.
        """
        if self._cookies is None:
            raise TypeError(
                "Cookies are disabled. A session needs them: make the client with use_cookies=True."
            )

        app, interface = self.application, self.application.session_interface
        ctx = app.test_request_context(*args, **kwargs)
        request = ctx.request
        self._add_cookies_to_wsgi(request.environ)

        with ctx:
            session = interface.open_session(app, request)

        if session is None:
            raise RuntimeError(
                f"Session backend did not open a session. {type(interface).__name__} returned"
                " None: for sessions in cookies, set SECRET_KEY."
            )

        yield session

        if interface.is_null_session(session):
            return

        response = app.response_class()

        with ctx:
            interface.save_session(app, session, response)

        self._update_cookies_from_response(
            request.host.partition(":")[0], request.path, response.headers.getlist("Set-Cookie")
        )

    def _copy_environ(self, other: WSGIEnvironment) -> WSGIEnvironment:
        """Return an environ put over ``environ_base``, which asks for contexts if wanted."""
        environ: WSGIEnvironment = {**self.environ_base, **other}

        if self.preserve_context:
            environ["werkzeug.debug.preserve_context"] = self._new_contexts.append

        return environ

    def _request_from_builder_args(
        self, args: tuple[t.Any, ...], kwargs: dict[str, t.Any]
    ) -> BaseRequest:
        """Build a request from arguments for `EnvironBuilder`."""
        base = self._copy_environ(kwargs.get("environ_base", {}))
        kwargs = {**kwargs, "environ_base": base}
        environ = _plain_environ(self.application, args, kwargs)
        if environ is not None:
            return EnvironBuilder.request_class(environ)

        builder = EnvironBuilder(self.application, *args, **kwargs)
        try:
            return builder.get_request()
        finally:
            builder.close()

    def _request_from(self, source: t.Any) -> BaseRequest | None:
        """Build a request from a builder, an environ or a request, left as they are."""
        if isinstance(source, werkzeug.test.EnvironBuilder):
            builder = copy(source)
            builder.environ_base = self._copy_environ(builder.environ_base or {})  # type: ignore[arg-type]
            return builder.get_request()

        if isinstance(source, dict):
            return EnvironBuilder.from_environ(
                source, app=self.application, environ_base=self._copy_environ({})
            ).get_request()

        if isinstance(source, BaseRequest):
            request = copy(source)
            request.environ = self._copy_environ(request.environ)
            return request

        return None

    def _add_cookies_to_wsgi(self, environ: WSGIEnvironment) -> None:
        """Send the cookies that belong to a URL, and no others."""
        place = _place_of(environ)
        if place is None or self._cookies is None:
            super()._add_cookies_to_wsgi(environ)
            return
        sent = [
            cookie._to_request_header()
            for cookie in self._cookies.values()
            if cookie._matches_request(*place)
        ]
        if sent:
            environ["HTTP_COOKIE"] = "; ".join(sent)
        else:
            environ.pop("HTTP_COOKIE", None)

    def run_wsgi_app(
        self, environ: WSGIEnvironment, buffered: bool = False
    ) -> tuple[t.Iterable[bytes], str, Headers]:
        """Call the application with the client's cookies, and keep those that it sets."""
        place = _place_of(environ)
        if place is None:
            return super().run_wsgi_app(environ, buffered=buffered)
        # The URL need not be put together and taken apart twice.
        self._add_cookies_to_wsgi(environ)
        answer = werkzeug.test.run_wsgi_app(self.application, environ, buffered=buffered)
        self._update_cookies_from_response(*place, answer[2].getlist("Set-Cookie"))
        return answer

    def open(
        self,
        *args: t.Any,
        buffered: bool = False,
        follow_redirects: bool = False,
        **kwargs: t.Any,
    ) -> TestResponse:
        """Send a request and return the response.

        :param args: for `EnvironBuilder`, as ``kwargs``; or a builder, an environ or a request.
        :param buffered: read the whole body and close it at once.
        :param follow_redirects: go on until a response is no redirect.
        """
        request = self._request_from(args[0]) if args else None

        if request is None:
            request = self._request_from_builder_args(args, kwargs)

        # Before the request, so that one that is redirected, or fails, finds a clean stack too.
        self._context_stack.close()
        response = super().open(request, buffered=buffered, follow_redirects=follow_redirects)
        response.json_module = self.application.json  # type: ignore[assignment]

        for context in self._new_contexts:
            self._context_stack.enter_context(context)

        self._new_contexts.clear()
        return response

    def __enter__(self) -> FlaskClient:
        if self.preserve_context:
            raise RuntimeError(
                "Cannot nest client invocations: this client is in a 'with' block already."
                " Make another one with app.test_client()."
            )

        self.preserve_context = True
        return self

    def __exit__(
        self,
        exc_type: type | None,
        exc_value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.preserve_context = False
        self._context_stack.close()


class FlaskCliRunner(CliRunner):
    """Click's runner of commands, for those of an application.

    :param app: the application.
    :param kwargs: for Click's runner.
    """

    def __init__(self, app: Flask, **kwargs: t.Any) -> None:
        self.app = app
        super().__init__(**kwargs)

    def invoke(  # type: ignore[override]
        self, cli: t.Any = None, args: t.Any = None, **kwargs: t.Any
    ) -> Result:
        """Invoke a command, isolated from the process's own streams and environ.

        :param cli: the command, by default the application's group of them.
        :param args: the arguments, as a list or as on a command line.
        :param kwargs: for `click.testing.CliRunner.invoke`; ``obj`` is a
            `ScriptInfo` that loads the application unless given.
        """
        if "obj" not in kwargs:
            kwargs["obj"] = ScriptInfo(create_app=lambda: self.app)

        return super().invoke(self.app.cli if cli is None else cli, args, **kwargs)
