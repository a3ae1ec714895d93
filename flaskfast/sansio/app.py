"""What an app is configured and asked with; how it answers requests is in ``flaskfast.app``."""

from __future__ import annotations

import logging
import os
import sys
import typing as t
from datetime import timedelta
from functools import lru_cache

from werkzeug.exceptions import Aborter
from werkzeug.exceptions import BadRequest as BadRequest
from werkzeug.exceptions import BadRequestKeyError as BadRequestKeyError
from werkzeug.routing import BuildError, Rule
from werkzeug.sansio.response import Response
from werkzeug.utils import cached_property
from werkzeug.utils import redirect as _wz_redirect  # noqa: F401

from .. import typing as ft
from .._kernels import cycle, links, templates
from ..config import Config, ConfigAttribute
from ..ctx import _AppCtxGlobals
from ..helpers import _split_blueprint_path as _split_blueprint_path
from ..helpers import get_debug_flag
from ..json.provider import DefaultJSONProvider, JSONProvider
from ..logging import create_logger
from ..routing import Map
from ..templating import DispatchingJinjaLoader, Environment
from .scaffold import Scaffold, _endpoint_from_view_func, find_package, setupmethod

if t.TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from ..testing import FlaskClient, FlaskCliRunner
    from .blueprints import Blueprint

T_shell_context_processor = t.TypeVar(
    "T_shell_context_processor", bound=ft.ShellContextProcessorCallable
)
T_teardown = t.TypeVar("T_teardown", bound=ft.TeardownCallable)
T_template_filter = t.TypeVar("T_template_filter", bound=ft.TemplateFilterCallable)
T_template_global = t.TypeVar("T_template_global", bound=ft.TemplateGlobalCallable)
T_template_test = t.TypeVar("T_template_test", bound=ft.TemplateTestCallable)


def _make_timedelta(value: timedelta | int | None) -> timedelta | None:
    """Take a duration that a config gives as a timedelta or in seconds."""
    if type(value) is timedelta:
        return value
    if isinstance(value, (int, float)):
        return _seconds(value)
    return value


@lru_cache(16)
def _seconds(value: float) -> timedelta:
    # PERF: session-read. An app's own setting, asked for whenever a session is opened.
    return timedelta(seconds=value)


class App(Scaffold):
    """The configuration surface of an app: what is registered, and how names are found.

    :param import_name: the module or package of the app, commonly ``__name__``; its folder is
        where templates, static files and the instance folder are looked for.
    :param static_url_path: the URL prefix of static files; the folder's name by default.
    :param static_folder: the folder of static files, relative to *root_path*; None for none.
    :param static_host: the host that serves static files, for *host_matching* apps.
    :param host_matching: match rules by their host.
    :param subdomain_matching: match rules by their subdomain of ``SERVER_NAME``.
    :param template_folder: the folder of templates, relative to *root_path*.
    :param instance_path: the absolute path of the folder for files of this installation.
    :param instance_relative_config: read config files from the instance folder.
    :param root_path: the folder of the app, where it cannot be found from *import_name*.
    :raises ValueError: *instance_path* is relative.
    """

    #: What makes ``app.aborter``, which :func:`~flaskfast.abort` calls.
    aborter_class = Aborter

    #: The class of the Jinja environment.
    jinja_environment = Environment

    #: The class of ``g``.
    app_ctx_globals_class = _AppCtxGlobals

    #: The class of ``app.config``.
    config_class = Config

    #: Testing mode: exceptions reach the test. The ``TESTING`` setting.
    testing = ConfigAttribute[bool]("TESTING")

    #: What signs the session cookie. The ``SECRET_KEY`` setting.
    secret_key = ConfigAttribute[str | bytes | None]("SECRET_KEY")

    #: How long a permanent session lasts. The ``PERMANENT_SESSION_LIFETIME`` setting.
    permanent_session_lifetime = ConfigAttribute[timedelta](
        "PERMANENT_SESSION_LIFETIME",
        get_converter=_make_timedelta,  # type: ignore[arg-type]
    )

    #: What makes ``app.json``.
    json_provider_class: type[JSONProvider] = DefaultJSONProvider

    #: Options for the Jinja environment, heeded until it is first used.
    jinja_options: dict[str, t.Any] = {}

    #: The class of the rules that :meth:`add_url_rule` makes.
    url_rule_class = Rule

    #: The class of ``app.url_map``.
    url_map_class = Map

    #: The class of the test client; :class:`~flaskfast.testing.FlaskClient` where None.
    test_client_class: type[FlaskClient] | None = None

    #: The class of the CLI runner; :class:`~flaskfast.testing.FlaskCliRunner` where None.
    test_cli_runner_class: type[FlaskCliRunner] | None = None

    default_config: dict[str, t.Any]
    response_class: type[Response]

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
    ) -> None:
        super().__init__(
            import_name,
            static_folder=static_folder,
            static_url_path=static_url_path,
            template_folder=template_folder,
            root_path=root_path,
        )
        if instance_path is not None and not os.path.isabs(instance_path):
            raise ValueError(
                f"The instance path must be absolute, and {instance_path!r} is relative. Use"
                " os.path.abspath() or leave it out."
            )
        #: The folder for files of this installation, such as an SQLite database.
        self.instance_path = instance_path or self.auto_find_instance_path()
        #: The settings, a dict.
        self.config = self.make_config(instance_relative_config)
        #: What :func:`~flaskfast.abort` calls.
        self.aborter = self.make_aborter()
        #: How JSON is read and written.
        self.json: JSONProvider = self.json_provider_class(self)
        #: Called with (error, endpoint, values) when a URL cannot be built, until one returns it.
        self.url_build_error_handlers: list[
            t.Callable[[Exception, str, dict[str, t.Any]], str]
        ] = []
        #: Called when an app context ends, with the exception or None, the last first.
        self.teardown_appcontext_funcs: list[ft.TeardownCallable] = []
        #: Called for the names that ``flask shell`` starts with.
        self.shell_context_processors: list[ft.ShellContextProcessorCallable] = []
        #: The registered blueprints by their full name, in order.
        self.blueprints: dict[str, Blueprint] = {}
        #: Where extensions keep what they know of this app, by their name.
        self.extensions: dict[str, t.Any] = {}
        #: The rules.
        self.url_map = self.url_map_class(host_matching=host_matching)
        self.subdomain_matching = subdomain_matching
        self._got_first_request = False

    def _check_setup_finished(self, f_name: str) -> None:
        if self._got_first_request:
            raise AssertionError(
                f"The setup method '{f_name}' can no longer be called on {self!r}: it has"
                " answered its first request, so the change would hold for some requests only."
                " Call it while the app is made: at import time or in the app factory."
            )

    # -- what an app has ------------------------------------------------------------------

    @cached_property
    def name(self) -> str:
        """The app's name: its import name, or the script's file name for ``__main__``."""
        if self.import_name != "__main__":
            return self.import_name
        script: str | None = getattr(sys.modules["__main__"], "__file__", None)
        if script is None:
            return "__main__"
        return os.path.splitext(os.path.basename(script))[0]

    @cached_property
    def logger(self) -> logging.Logger:
        """The app's logger, of the app's name; set up when it is first used."""
        return create_logger(self)

    @cached_property
    def jinja_env(self) -> Environment:
        """The Jinja environment, made when it is first used."""
        return self.create_jinja_environment()

    def create_jinja_environment(self) -> Environment:
        """Make the Jinja environment."""
        raise NotImplementedError(f"{type(self).__name__} must define this method.")

    def make_config(self, instance_relative: bool = False) -> Config:
        """Make the settings: the defaults, with ``DEBUG`` as the environment says.

        :param instance_relative: whether files are read from the instance folder.
        """
        folder = self.instance_path if instance_relative else self.root_path
        return self.config_class(folder, {**self.default_config, "DEBUG": get_debug_flag()})

    def make_aborter(self) -> Aborter:
        """Make what :func:`~flaskfast.abort` calls."""
        return self.aborter_class()

    def auto_find_instance_path(self) -> str:
        """Find the instance folder: beside the package, below ``var`` where it is installed."""
        prefix, package_path = find_package(self.import_name)
        if prefix is not None:
            return os.path.join(prefix, "var", f"{self.name}-instance")
        return os.path.join(package_path, "instance")

    def create_global_jinja_loader(self) -> DispatchingJinjaLoader:
        """Make the loader that looks in the app's and its blueprints' folders."""
        return DispatchingJinjaLoader(self)

    def select_jinja_autoescape(self, filename: str | None) -> bool:
        """Tell whether a template is escaped: HTML, XML and SVG, and those given as text."""
        return templates.escapes_file(filename)

    @property
    def debug(self) -> bool:
        """Debug mode: the ``DEBUG`` setting.

        Setting it also has templates reloaded, unless ``TEMPLATES_AUTO_RELOAD`` says otherwise.
        """
        return self.config["DEBUG"]  # type: ignore[no-any-return]

    @debug.setter
    def debug(self, value: bool) -> None:
        self.config["DEBUG"] = value
        if self.config["TEMPLATES_AUTO_RELOAD"] is None:
            self.jinja_env.auto_reload = value

    # -- registration ---------------------------------------------------------------------

    @setupmethod
    def register_blueprint(self, blueprint: Blueprint, **options: t.Any) -> None:
        """Take in all that *blueprint* holds.

        :param options: ``url_prefix``, ``subdomain``, ``url_defaults`` and ``name``, in place of
            the blueprint's own, and what its ``register`` takes.
        :raises ValueError: a blueprint of this name is registered already.
        """
        blueprint.register(self, options)

    def iter_blueprints(self) -> t.ValuesView[Blueprint]:
        """Return the registered blueprints in order."""
        return self.blueprints.values()

    @setupmethod
    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: ft.RouteCallable | None = None,
        provide_automatic_options: bool | None = None,
        **options: t.Any,
    ) -> None:
        if endpoint is None:
            endpoint = _endpoint_from_view_func(view_func)  # type: ignore[arg-type]
        methods = _rule_methods(options.pop("methods", None), view_func)
        if provide_automatic_options is None:
            provide_automatic_options = getattr(view_func, "provide_automatic_options", None)
        if provide_automatic_options is None:
            provide_automatic_options = (
                "OPTIONS" not in methods and self.config["PROVIDE_AUTOMATIC_OPTIONS"]
            )
            if provide_automatic_options:
                methods.add("OPTIONS")
        methods.update(getattr(view_func, "required_methods", ()))

        rule_obj = self.url_rule_class(rule, methods=methods, endpoint=endpoint, **options)
        rule_obj.provide_automatic_options = provide_automatic_options  # type: ignore[attr-defined]
        self.url_map.add(rule_obj)
        if view_func is None:
            return
        if self.view_functions.get(endpoint, view_func) != view_func:
            raise AssertionError(
                "View function mapping is overwriting an existing endpoint function:"
                f" {endpoint!r} (rule {rule!r}) is taken by"
                f" {self.view_functions[endpoint]!r}. Give one of them another 'endpoint', or"
                " use functools.wraps in the decorator that made their names equal."
            )
        self.view_functions[endpoint] = view_func

    @setupmethod
    def template_filter(
        self, name: str | None = None
    ) -> t.Callable[[T_template_filter], T_template_filter]:
        """Register the decorated function as a Jinja filter, by *name* or its own."""

        def register(f: T_template_filter) -> T_template_filter:
            self.add_template_filter(f, name)
            return f

        return register

    @setupmethod
    def add_template_filter(self, f: ft.TemplateFilterCallable, name: str | None = None) -> None:
        """Register *f* as a Jinja filter, by *name* or its own."""
        self.jinja_env.filters[name or f.__name__] = f

    @setupmethod
    def template_test(
        self, name: str | None = None
    ) -> t.Callable[[T_template_test], T_template_test]:
        """Register the decorated function as a Jinja test, by *name* or its own."""

        def register(f: T_template_test) -> T_template_test:
            self.add_template_test(f, name)
            return f

        return register

    @setupmethod
    def add_template_test(self, f: ft.TemplateTestCallable, name: str | None = None) -> None:
        """Register *f* as a Jinja test, by *name* or its own."""
        self.jinja_env.tests[name or f.__name__] = f

    @setupmethod
    def template_global(
        self, name: str | None = None
    ) -> t.Callable[[T_template_global], T_template_global]:
        """Let every template call the decorated function, by *name* or its own."""

        def register(f: T_template_global) -> T_template_global:
            self.add_template_global(f, name)
            return f

        return register

    @setupmethod
    def add_template_global(self, f: ft.TemplateGlobalCallable, name: str | None = None) -> None:
        """Let every template call *f*, by *name* or its own."""
        self.jinja_env.globals[name or f.__name__] = f

    @setupmethod
    def teardown_appcontext(self, f: T_teardown) -> T_teardown:
        """Call *f* when an app context ends, with the unhandled exception or None."""
        self.teardown_appcontext_funcs.append(f)
        return f

    @setupmethod
    def shell_context_processor(self, f: T_shell_context_processor) -> T_shell_context_processor:
        """Have the names that *f* returns, in a dict, at hand in ``flask shell``."""
        self.shell_context_processors.append(f)
        return f

    # -- decisions ------------------------------------------------------------------------

    def _find_error_handler(
        self, e: Exception, blueprints: list[str]
    ) -> ft.ErrorHandlerCallable | None:
        """Return who answers for *e*: code before class, blueprint before app, nearest class."""
        return cycle.find_error_handler(self, e, blueprints)  # type: ignore[no-any-return]

    def trap_http_exception(self, e: Exception) -> bool:
        """Tell whether an HTTP error goes the way of any exception, up to the debugger.

        All do with ``TRAP_HTTP_EXCEPTIONS``, bad requests with ``TRAP_BAD_REQUEST_ERRORS``;
        unless that is set, missing form and query keys do in debug mode.
        """
        return cycle.trap_http_exception(self, e)

    def should_ignore_error(self, error: BaseException | None) -> bool:
        """Tell whether teardown functions are to see None in place of *error*; no by default."""
        return False

    def redirect(self, location: str, code: int = 302) -> BaseResponse:
        """Make the response that sends a client to *location*."""
        return links.redirect_to(self, location, code)  # type: ignore[no-any-return]

    def inject_url_defaults(self, endpoint: str, values: dict[str, t.Any]) -> None:
        """Let the URL default functions of the app and the endpoint's blueprints add values."""
        links.inject_url_defaults(self, endpoint, values)

    def handle_url_build_error(
        self, error: BuildError, endpoint: str, values: dict[str, t.Any]
    ) -> str:
        """Ask the build error handlers for a URL, in order.

        :raises werkzeug.routing.BuildError: none had one; the last that a handler raised.
        """
        unsolved = error
        for handler in self.url_build_error_handlers:
            try:
                url = handler(unsolved, endpoint, values)
            except BuildError as raised:
                unsolved = raised
            else:
                if url is not None:
                    return url
        if unsolved is sys.exc_info()[1]:
            # Called while it is handled: keep its traceback as it is.
            raise
        raise unsolved


def _rule_methods(given: t.Any, view_func: t.Any) -> set[str]:
    """Return the methods of a rule in upper case: as given, else as the view says, else GET."""
    methods = given if given is not None else getattr(view_func, "methods", None) or ("GET",)
    if isinstance(methods, str):
        raise TypeError(
            f"'methods' must be a list of strings, and {methods!r} is one string. Write"
            f' methods=["{methods}"].'
        )
    return {method.upper() for method in methods}
