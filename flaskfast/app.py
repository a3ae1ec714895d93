"""The app: the seams of a request, from the WSGI call to the teardown.

Each step is a method that may be overridden, replaced on the instance or wrapped, and is looked
up anew for every request. A step whose registry is empty does nothing at all.
"""

from __future__ import annotations

import os
import sys
import typing as t
import warnings
import weakref
from collections import abc as cabc
from datetime import timedelta
from types import FunctionType, TracebackType

from werkzeug.datastructures import Headers as Headers
from werkzeug.datastructures import ImmutableDict
from werkzeug.exceptions import BadRequestKeyError as BadRequestKeyError
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import InternalServerError as InternalServerError
from werkzeug.routing import BuildError as BuildError
from werkzeug.routing import MapAdapter
from werkzeug.routing import RequestRedirect as RequestRedirect
from werkzeug.routing import RoutingException as RoutingException
from werkzeug.routing import Rule as Rule
from werkzeug.serving import is_running_from_reloader
from werkzeug.wrappers import Response as BaseResponse  # noqa: F401
from werkzeug.wsgi import get_host as get_host

from . import _kernels
from . import typing as ft
from ._address import host_of
from ._kernels import contexts, cycle, links, messages, proxies, seams, templates
from ._lazy import lazy
from ._resources import max_age_from_config, open_below, send_static
from .ctx import AppContext, RequestContext, _AppCtxGlobals
from .globals import _cv_app, _cv_request, g, request, session
from .globals import current_app as current_app
from .globals import request_ctx as request_ctx
from .helpers import (
    _split_blueprint_path,
    get_debug_flag,
    get_flashed_messages,
    get_load_dotenv,
)
from .helpers import send_from_directory as send_from_directory
from .http.headers import Headers as _OwnHeaders
from .json.provider import _settle as _settle_json
from .routing import Map
from .routing import MapAdapter as _OwnAdapter
from .sansio.app import App
from .sansio.app import T_shell_context_processor as T_shell_context_processor
from .sansio.app import T_teardown as T_teardown
from .sansio.app import T_template_filter as T_template_filter
from .sansio.app import T_template_global as T_template_global
from .sansio.app import T_template_test as T_template_test
from .sansio.app import _make_timedelta as _make_timedelta
from .sansio.scaffold import _sentinel
from .sessions import SecureCookieSessionInterface, SessionInterface, needs_saving_untouched
from .signals import appcontext_tearing_down as appcontext_tearing_down
from .signals import got_request_exception as got_request_exception
from .signals import request_finished as request_finished
from .signals import request_started as request_started
from .signals import request_tearing_down as request_tearing_down
from .templating import Environment
from .wrappers import Request, Response

if t.TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from .cli import AppGroup
    from .testing import FlaskClient, FlaskCliRunner


class Flask(App):
    __doc__ = App.__doc__

    default_config = ImmutableDict(
        {
            "DEBUG": None,
            "TESTING": False,
            "PROPAGATE_EXCEPTIONS": None,
            "SECRET_KEY": None,
            "SECRET_KEY_FALLBACKS": None,
            "PERMANENT_SESSION_LIFETIME": timedelta(days=31),
            "USE_X_SENDFILE": False,
            "TRUSTED_HOSTS": None,
            "SERVER_NAME": None,
            "APPLICATION_ROOT": "/",
            "SESSION_COOKIE_NAME": "session",
            "SESSION_COOKIE_DOMAIN": None,
            "SESSION_COOKIE_PATH": None,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SECURE": False,
            "SESSION_COOKIE_PARTITIONED": False,
            "SESSION_COOKIE_SAMESITE": None,
            "SESSION_REFRESH_EACH_REQUEST": True,
            "MAX_CONTENT_LENGTH": None,
            "MAX_FORM_MEMORY_SIZE": 500_000,
            "MAX_FORM_PARTS": 1_000,
            "SEND_FILE_MAX_AGE_DEFAULT": None,
            "TRAP_BAD_REQUEST_ERRORS": None,
            "TRAP_HTTP_EXCEPTIONS": False,
            "EXPLAIN_TEMPLATE_LOADING": False,
            "PREFERRED_URL_SCHEME": "http",
            "TEMPLATES_AUTO_RELOAD": None,
            "MAX_COOKIE_SIZE": 4093,
            "PROVIDE_AUTOMATIC_OPTIONS": True,
        }
    )

    #: The class of ``request``.
    request_class: type[Request] = Request

    #: The class that views' return values are made into.
    response_class: type[Response] = Response

    #: What opens and saves sessions.
    session_interface: SessionInterface = SecureCookieSessionInterface()

    def __init__(
        self,
        import_name: str,
        static_url_path: str | None = None,
        static_folder: str | os.PathLike[str] | None = "static",
        static_host: str | None = None,
        host_matching: bool = False,
        subdomain_matching: bool = False,
        template_folder: str | os.PathLike[str] | None = "templates",
        instance_path: str | None = None,
        instance_relative_config: bool = False,
        root_path: str | None = None,
    ):
        super().__init__(
            import_name,
            static_url_path=static_url_path,
            static_folder=static_folder,
            static_host=static_host,
            host_matching=host_matching,
            subdomain_matching=subdomain_matching,
            template_folder=template_folder,
            instance_path=instance_path,
            instance_relative_config=instance_relative_config,
            root_path=root_path,
        )
        if self.has_static_folder:
            self._add_static_route(static_host, host_matching)

    @lazy
    def cli(self) -> AppGroup:  # type: ignore[override]
        """The app's commands; made when first read, for a worker that serves reads them never."""
        from .cli import AppGroup

        return AppGroup(self.name)

    def _add_static_route(self, static_host: str | None, host_matching: bool) -> None:
        if bool(static_host) != host_matching:
            raise AssertionError(
                "Invalid static_host/host_matching combination: with host_matching=True the"
                " static files need a static_host (or static_folder=None), without it they take"
                " none."
            )
        # Weak, or the app and its own view would keep each other alive.
        app_ref = weakref.ref(self)
        self.add_url_rule(
            f"{self.static_url_path}/<path:filename>",
            endpoint="static",
            host=static_host,
            view_func=lambda **values: app_ref().send_static_file(**values),  # type: ignore[union-attr]
        )

    # -- files ----------------------------------------------------------------------------

    def get_send_file_max_age(self, filename: str | None) -> int | None:
        """Return for how many seconds a file may be cached, None to leave it to the client.

        ``SEND_FILE_MAX_AGE_DEFAULT``, unless overridden.
        """
        return max_age_from_config()

    def send_static_file(self, filename: str) -> Response:
        """Answer with a file of the static folder: the view of the ``static`` endpoint.

        :raises RuntimeError: the app has no static folder.
        """
        return send_static(self, filename)

    def open_resource(
        self, resource: str, mode: str = "rb", encoding: str | None = None
    ) -> t.IO[t.AnyStr]:
        """Open a file of the app's folder for reading.

        :param resource: its path below :attr:`root_path`.
        :param mode: "rb", or "r" or "rt" for text.
        :raises ValueError: any other mode.
        """
        return open_below(self.root_path, resource, mode, encoding)

    def open_instance_resource(
        self, resource: str, mode: str = "rb", encoding: str | None = "utf-8"
    ) -> t.IO[t.AnyStr]:
        """Open a file of the instance folder, for writing too.

        :param encoding: of text; binary modes have none.
        """
        return open_below(self.instance_path, resource, mode, encoding, writable=True)

    # -- templates ------------------------------------------------------------------------

    def create_jinja_environment(self) -> Environment:
        """Make the Jinja environment from ``jinja_options`` and the settings."""
        auto_reload = self.config["TEMPLATES_AUTO_RELOAD"]
        options = {
            "autoescape": self.select_jinja_autoescape,
            "auto_reload": self.debug if auto_reload is None else auto_reload,
            **self.jinja_options,
        }
        environment = self.jinja_environment(self, **options)
        environment.globals.update(
            url_for=self.url_for,
            get_flashed_messages=get_flashed_messages,
            config=self.config,
            # For imported templates and macros, which see no context.
            request=request,
            session=session,
            g=g,
        )
        environment.policies["json.dumps_function"] = self.json.dumps
        return environment

    def update_template_context(self, context: dict[str, t.Any]) -> None:
        """Add what the context processors give, and leave what *context* has as it is."""
        templates.update_template_context(self, context)

    def make_shell_context(self) -> dict[str, t.Any]:
        """Return the names that an interactive shell starts with."""
        names: dict[str, t.Any] = {"app": self, "g": g}
        for processor in self.shell_context_processors:
            names.update(processor())
        return names

    # -- development ----------------------------------------------------------------------

    def run(
        self,
        host: str | None = None,
        port: int | None = None,
        debug: bool | None = None,
        load_dotenv: bool = True,
        **options: t.Any,
    ) -> None:
        """Serve the app for development. In production use a WSGI server.

        :param host: the address to listen on; ``SERVER_NAME``'s host, else 127.0.0.1.
        :param port: the port; ``SERVER_NAME``'s, else 5000.
        :param debug: switch debug mode on or off.
        :param load_dotenv: read ``.env`` and ``.flaskenv`` files first.
        :param options: for :func:`werkzeug.serving.run_simple`.
        """
        if os.environ.get("FLASK_RUN_FROM_CLI") == "true":
            # The command that imports the app serves it, too: going on would block it.
            if not is_running_from_reloader():
                import click

                click.secho(
                    " * Ignoring a call to 'app.run()': the command line is serving the app"
                    " already.\n   Put the call under 'if __name__ == \"__main__\":'.",
                    fg="red",
                )
            return

        from . import cli

        if get_load_dotenv(load_dotenv):
            cli.load_dotenv()
            if "FLASK_DEBUG" in os.environ:
                self.debug = get_debug_flag()
        if debug is not None:
            self.debug = bool(debug)

        name_host, _, name_port = (self.config.get("SERVER_NAME") or "").partition(":")
        if port is None:
            port = int(name_port or 5000)
        options.setdefault("use_reloader", self.debug)
        options.setdefault("use_debugger", self.debug)
        options.setdefault("threaded", True)
        cli.show_server_banner(self.debug, self.name)

        from werkzeug.serving import run_simple

        try:
            run_simple(host or name_host or "127.0.0.1", int(port), self, **options)
        finally:
            # Started again in a shell, the app may be set up further.
            self._got_first_request = False

    def test_client(self, use_cookies: bool = True, **kwargs: t.Any) -> FlaskClient:
        """Make a client that calls the app without a server.

        :param use_cookies: keep cookies between requests.
        :param kwargs: for the client's class, :attr:`test_client_class`.
        """
        client_class = self.test_client_class
        if client_class is None:
            from .testing import FlaskClient as client_class
        return client_class(self, self.response_class, use_cookies=use_cookies, **kwargs)  # type: ignore[misc]

    def test_cli_runner(self, **kwargs: t.Any) -> FlaskCliRunner:
        """Make a runner that invokes the app's commands; :attr:`test_cli_runner_class`."""
        runner_class = self.test_cli_runner_class
        if runner_class is None:
            from .testing import FlaskCliRunner as runner_class
        return runner_class(self, **kwargs)  # type: ignore[misc]

    # -- routing --------------------------------------------------------------------------

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Bind the map to a request's host or, for None, to ``SERVER_NAME``.

        :returns: None outside of a request where no ``SERVER_NAME`` is set.
        :raises werkzeug.exceptions.HTTPException: the request's host is refused.
        """
        config = self.config
        server_name = config["SERVER_NAME"]
        if request is None:
            if server_name is None:
                return None
            return self.url_map.bind(
                server_name,
                script_name=config["APPLICATION_ROOT"],
                url_scheme=config["PREFERRED_URL_SCHEME"],
            )

        if config["TRUSTED_HOSTS"] is not None:
            request.trusted_hosts = config["TRUSTED_HOSTS"]
        request.host = host_of(request.environ, request.trusted_hosts)
        subdomain = None
        if self.url_map.host_matching:
            server_name = None
        elif not self.subdomain_matching:
            subdomain = self.url_map.default_subdomain or ""
        elif server_name is not None:
            subdomain = self._subdomain_of(request, server_name)
        return self.url_map.bind_to_environ(
            request.environ, server_name=server_name, subdomain=subdomain
        )

    @staticmethod
    def _subdomain_of(request: Request, server_name: str) -> str:
        """Return what the request's host has before *server_name*, for subdomain matching."""
        default_port = ":443" if request.scheme in ("https", "wss") else ":80"
        name = server_name.lower().removesuffix(default_port).split(".")
        host = request.host.lower().split(".")
        if host[-len(name) :] == name:
            return ".".join(filter(None, host[: -len(name)]))
        # Warned of as from the module that Flask's users filter it by, under either name.
        this = sys.modules.get("flask.app") is sys.modules[__name__]
        warnings.warn_explicit(
            f"Current server name {request.host!r} doesn't match configured server name"
            f" {server_name!r}: no rule will match. Set SERVER_NAME to the host that clients use,"
            " or have the proxy pass the Host header on.",
            UserWarning,
            filename=__file__,
            lineno=1,
            module="flask.app" if this else __name__,
        )
        return "<invalid>"

    def raise_routing_exception(self, request: Request) -> t.NoReturn:
        """Raise what matching the URL came to.

        In debug mode a redirect that would lose a form's data is raised as an explanation.
        """
        cycle.raise_routing_exception(self, request)

    def make_default_options_response(self) -> Response:
        """Answer OPTIONS with the methods that the URL allows."""
        return cycle.make_default_options_response(self)  # type: ignore[no-any-return]

    def url_for(
        self,
        /,
        endpoint: str,
        *,
        _anchor: str | None = None,
        _method: str | None = None,
        _scheme: str | None = None,
        _external: bool | None = None,
        **values: t.Any,
    ) -> str:
        """Build the URL of *endpoint*; :func:`flaskfast.url_for` says what the arguments are."""
        return links.build_url(  # type: ignore[no-any-return]
            self, endpoint, values, _anchor, _method, _scheme, _external
        )

    def _adapter_outside_request(self) -> MapAdapter:
        app_ctx = _cv_app.get(None)
        adapter = self.create_url_adapter(None) if app_ctx is None else app_ctx.url_adapter
        if adapter is None:
            raise RuntimeError(
                "Unable to build URLs outside of a request while SERVER_NAME is not set: nothing"
                " tells the host. Set SERVER_NAME, and APPLICATION_ROOT and"
                " PREFERRED_URL_SCHEME as needed, or build the URL inside a request."
            )
        return adapter

    # -- a request, step by step ----------------------------------------------------------

    # The steps themselves are in _py/cycle.py and _py/contexts.py.

    def app_context(self) -> AppContext:
        """Make an app context, for ``with``: ``current_app`` and ``g`` work inside."""
        return contexts.app_context(self)  # type: ignore[no-any-return]

    def request_context(self, environ: WSGIEnvironment) -> RequestContext:
        """Make the context of the request that *environ* describes."""
        return cycle.request_context(self, environ)  # type: ignore[no-any-return]

    def test_request_context(self, *args: t.Any, **kwargs: t.Any) -> RequestContext:
        """Make a request context for a test; takes what a test client's request takes."""
        from .testing import EnvironBuilder, _plain_environ

        environ = _plain_environ(self, args, kwargs)
        if environ is not None:
            return self.request_context(environ)

        builder = EnvironBuilder(self, *args, **kwargs)
        try:
            return self.request_context(builder.get_environ())
        finally:
            builder.close()

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> cabc.Iterable[bytes]:
        """Answer a WSGI call. Middleware goes around :meth:`wsgi_app`, which this calls."""
        return self.wsgi_app(environ, start_response)

    def wsgi_app(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> cabc.Iterable[bytes]:
        """Answer one request: the WSGI application (PEP 3333) that middleware wraps.

        Whatever happens in between, the context that is pushed here is popped here.
        """
        return cycle.wsgi_app(self, environ, start_response)  # type: ignore[no-any-return]

    def full_dispatch_request(self) -> Response:
        """Run the hooks and the view, and handle what they raise."""
        return cycle.full_dispatch_request(self)  # type: ignore[no-any-return]

    def preprocess_request(self) -> ft.ResponseReturnValue | None:
        """Run the URL value preprocessors and the before-request functions.

        :returns: what the first function returned that was not None; the view is left out.
        """
        return cycle.preprocess_request(self)  # type: ignore[no-any-return]

    def dispatch_request(self) -> ft.ResponseReturnValue:
        """Call the view of the rule that matched, or raise why none did."""
        return cycle.dispatch_request(self)  # type: ignore[no-any-return]

    def ensure_sync(self, func: t.Callable[..., t.Any]) -> t.Callable[..., t.Any]:
        """Return *func*, or what runs it to its end where it is ``async def``."""
        return contexts.ensure_sync(self, func)

    def async_to_sync(
        self, func: t.Callable[..., t.Coroutine[t.Any, t.Any, t.Any]]
    ) -> t.Callable[..., t.Any]:
        """Return a plain function that runs the coroutine function *func* to its end.

        :returns: an ``asgiref.sync.AsyncToSync``.
        :raises RuntimeError: asgiref is not installed.
        """
        try:
            from asgiref.sync import async_to_sync as run_in_loop
        except ImportError:
            raise RuntimeError(
                f"The function {getattr(func, '__name__', func)!r} is 'async def', which takes"
                " asgiref. Install flaskfast with its 'async' extra: pip install"
                " 'flaskfast[async]'."
            ) from None
        from ._coroutines import async_to_sync

        return async_to_sync(func, run_in_loop)

    def make_response(self, rv: ft.ResponseReturnValue) -> Response:
        """Make what a view returned into a response.

        :param rv: text, bytes or an iterator of either; a dict or list, sent as JSON; a
            response or WSGI callable; or a tuple ``(body, status)``, ``(body, headers)`` or
            ``(body, status, headers)`` of those.
        :raises TypeError: None or anything else, naming the view.
        """
        return cycle.make_response(self, rv)  # type: ignore[no-any-return]

    def finalize_request(
        self,
        rv: ft.ResponseReturnValue | HTTPException,
        from_error_handler: bool = False,
    ) -> Response:
        """Make the response and run the after-request functions on it.

        :param from_error_handler: log what those raise rather than raise it once more.
        """
        return cycle.finalize_request(self, rv, from_error_handler)  # type: ignore[no-any-return]

    def process_response(self, response: Response) -> Response:
        """Run the after-request functions on a response, then save the session."""
        return cycle.process_response(self, response)  # type: ignore[no-any-return]

    _session_needs_saving = needs_saving_untouched

    # -- errors ---------------------------------------------------------------------------

    def handle_http_exception(self, e: HTTPException) -> HTTPException | ft.ResponseReturnValue:
        """Answer an HTTP error by its handler; without one the error is its own response."""
        return cycle.handle_http_exception(self, e)  # type: ignore[no-any-return]

    def handle_user_exception(self, e: Exception) -> HTTPException | ft.ResponseReturnValue:
        """Answer an exception of a view or hook by its handler; raise it where there is none."""
        return cycle.handle_user_exception(self, e)  # type: ignore[no-any-return]

    def handle_exception(self, e: Exception) -> Response:
        """Answer an exception that nobody handled: log it, then the 500 handler or page.

        In debug and testing mode, or with ``PROPAGATE_EXCEPTIONS``, raise it instead.
        """
        return cycle.handle_exception(self, e)  # type: ignore[no-any-return]

    def log_exception(
        self,
        exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None],
    ) -> None:
        """Log an exception that nobody handled, with the request's path and method."""
        request = _cv_request.get().request
        self.logger.error("Exception on %s [%s]", request.path, request.method, exc_info=exc_info)

    # -- teardown -------------------------------------------------------------------------

    def do_teardown_request(
        self,
        exc: BaseException | None = _sentinel,
    ) -> None:
        """Run the teardown functions of blueprints and app; the request context calls this.

        :param exc: the unhandled exception; the one being handled, if any, by default.
        """
        contexts.do_teardown_request(self, exc)

    def do_teardown_appcontext(
        self,
        exc: BaseException | None = _sentinel,
    ) -> None:
        """Run the teardown functions of the app context, which calls this.

        :param exc: the unhandled exception; the one being handled, if any, by default.
        """
        contexts.do_teardown_appcontext(self, exc)


def _step_directly(owner: type) -> None:
    """Make the steps in Python the methods themselves, in the place of those that call them.

    PERF: hello, python. A step is a function of the app, which is what a method is.
    """
    for steps, names in (
        (contexts, _kernels.KERNELS["contexts"]),
        (cycle, _kernels.KERNELS["cycle"]),
        (templates, _kernels.KERNELS["templates"]),
        (_kernels.sessions, _kernels.KERNELS["sessions"]),
    ):
        for name in names:
            step = getattr(steps, name)
            for own in (name, f"_{name}"):
                method = vars(owner).get(own)
                if isinstance(method, FunctionType):
                    step.__module__, step.__qualname__ = method.__module__, method.__qualname__
                    step.__doc__, step.__annotations__ = method.__doc__, method.__annotations__
                    setattr(owner, own, step)


def _construct_directly(*bases: t.Any) -> None:
    """Make what constructors in Python call the constructors themselves.

    PERF: hello, python.
    """
    for base in bases:
        begin, shown = base._begin, base.__init__
        begin.__defaults__, begin.__annotations__ = shown.__defaults__, shown.__annotations__
        begin.__name__, begin.__qualname__ = shown.__name__, shown.__qualname__
        base.__init__ = begin


def __getattr__(name: str) -> t.Any:
    """Import what only the command line needs when somebody asks for it here."""
    if name == "click":
        import click

        return click
    if name == "cli":
        from . import cli

        return cli
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


if _kernels.flavour == "python":
    _construct_directly(contexts.AppContextBase, contexts.RequestContextBase)
    _construct_directly(messages.RequestBase, messages.ResponseBase)
    _step_directly(SecureCookieSessionInterface)
contexts.settle(AppContext, RequestContext, Map, SecureCookieSessionInterface, Flask)
messages.settle(Request, Response, _OwnHeaders.over, _split_blueprint_path)
cycle.settle(RequestContext, Response, Flask)
_kernels.sessions.settle_app(Flask)
_settle_json(Response)
proxies.settle(AppContext, _AppCtxGlobals)
links.settle(current_app, Flask, Map, _OwnAdapter, _split_blueprint_path)
templates.settle_app(App)
if _kernels.flavour == "python":
    _step_directly(App)
    _step_directly(Flask)
seams.settle_seams(Flask)
