"""What an app and a blueprint share: where they live, and what can be registered on them."""

from __future__ import annotations

import importlib.util
import os
import sys
import typing as t
from collections import defaultdict
from functools import update_wrapper
from pathlib import PurePath

from jinja2 import BaseLoader, FileSystemLoader
from werkzeug.exceptions import HTTPException, default_exceptions
from werkzeug.utils import cached_property

from .. import typing as ft
from .._unset import unset
from ..helpers import get_root_path
from ..templating import _default_template_ctx_processor

if t.TYPE_CHECKING:
    from click import Group

_sentinel = unset
_IS_POSIX = os.name == "posix"

F = t.TypeVar("F", bound=t.Callable[..., t.Any])
T_after_request = t.TypeVar("T_after_request", bound=ft.AfterRequestCallable[t.Any])
T_before_request = t.TypeVar("T_before_request", bound=ft.BeforeRequestCallable)
T_error_handler = t.TypeVar("T_error_handler", bound=ft.ErrorHandlerCallable)
T_teardown = t.TypeVar("T_teardown", bound=ft.TeardownCallable)
T_template_context_processor = t.TypeVar(
    "T_template_context_processor", bound=ft.TemplateContextProcessorCallable
)
T_url_defaults = t.TypeVar("T_url_defaults", bound=ft.URLDefaultCallable)
T_url_value_preprocessor = t.TypeVar(
    "T_url_value_preprocessor", bound=ft.URLValuePreprocessorCallable
)
T_route = t.TypeVar("T_route", bound=ft.RouteCallable)


def setupmethod(f: F) -> F:
    """Refuse the decorated method once setup is over, when it would work for some requests only."""
    name = f.__name__

    def checked(self: Scaffold, *args: t.Any, **kwargs: t.Any) -> t.Any:
        self._check_setup_finished(name)
        return f(self, *args, **kwargs)

    return t.cast(F, update_wrapper(checked, f))


def _error_handlers() -> dict[int | None, dict[type[Exception], ft.ErrorHandlerCallable]]:
    return defaultdict(dict)


class Scaffold:
    """The common base of :class:`~flaskfast.Flask` and :class:`~flaskfast.Blueprint`.

    Every registry is a plain dict of lists that may be edited directly; its keys are blueprint
    names, and None for all requests (in a blueprint: for all requests to it).

    :param import_name: the module it is defined in, commonly ``__name__``.
    :param static_folder: the folder of files to serve, relative to *root_path*.
    :param static_url_path: the URL prefix of those files; the folder's name by default.
    :param template_folder: the folder of templates, relative to *root_path*.
    :param root_path: the folder that relative paths start from; the module's by default.
    """

    cli: Group
    name: str
    _static_folder: str | None = None
    _static_url_path: str | None = None

    def __init__(
        self,
        import_name: str,
        static_folder: str | os.PathLike[str] | None = None,
        static_url_path: str | None = None,
        template_folder: str | os.PathLike[str] | None = None,
        root_path: str | None = None,
    ):
        self.import_name = import_name
        self.root_path = get_root_path(import_name) if root_path is None else root_path
        self.static_folder = static_folder
        self.static_url_path = static_url_path
        self.template_folder = template_folder

        #: View functions by endpoint.
        self.view_functions: dict[str, ft.RouteCallable] = {}

        #: Error handlers: by blueprint, then status code (None for other exceptions), then class.
        self.error_handler_spec: dict[
            ft.AppOrBlueprintKey,
            dict[int | None, dict[type[Exception], ft.ErrorHandlerCallable]],
        ] = defaultdict(_error_handlers)

        #: Called before the view, until one of them returns a response.
        self.before_request_funcs: dict[ft.AppOrBlueprintKey, list[ft.BeforeRequestCallable]] = (
            defaultdict(list)
        )

        #: Called with the response, the last registered first.
        self.after_request_funcs: dict[
            ft.AppOrBlueprintKey, list[ft.AfterRequestCallable[t.Any]]
        ] = defaultdict(list)

        #: Called when the request ends, with the exception or None, the last registered first.
        self.teardown_request_funcs: dict[ft.AppOrBlueprintKey, list[ft.TeardownCallable]] = (
            defaultdict(list)
        )

        #: Called for the variables that every template sees.
        self.template_context_processors: dict[
            ft.AppOrBlueprintKey, list[ft.TemplateContextProcessorCallable]
        ] = defaultdict(list, {None: [_default_template_ctx_processor]})

        #: Called with endpoint and view arguments once the URL has matched.
        self.url_value_preprocessors: dict[
            ft.AppOrBlueprintKey, list[ft.URLValuePreprocessorCallable]
        ] = defaultdict(list)

        #: Called with endpoint and values before a URL is built.
        self.url_default_functions: dict[ft.AppOrBlueprintKey, list[ft.URLDefaultCallable]] = (
            defaultdict(list)
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r}>"

    def _check_setup_finished(self, f_name: str) -> None:
        """Raise AssertionError if the setup method *f_name* comes too late."""
        raise NotImplementedError(f"{type(self).__name__} must define _check_setup_finished().")

    # -- folders --------------------------------------------------------------------------

    @property
    def static_folder(self) -> str | None:
        """The absolute path of the static files' folder, None where there is none."""
        folder = self._static_folder
        if folder is None or (_IS_POSIX and folder[:1] == "/"):
            # PERF: static-file. As `os.path.join` leaves it.
            return folder
        return os.path.join(self.root_path, folder)

    @static_folder.setter
    def static_folder(self, value: str | os.PathLike[str] | None) -> None:
        self._static_folder = None if value is None else os.fspath(value).rstrip(r"\/")

    @property
    def has_static_folder(self) -> bool:
        """Whether a static folder is configured; it need not exist."""
        return self.static_folder is not None

    @property
    def static_url_path(self) -> str | None:
        """The URL prefix of static files: as given, else the name of their folder."""
        if self._static_url_path is not None:
            return self._static_url_path
        folder = self.static_folder
        if folder is None:
            return None
        return f"/{os.path.basename(folder)}".rstrip("/")

    @static_url_path.setter
    def static_url_path(self, value: str | None) -> None:
        self._static_url_path = None if value is None else value.rstrip("/")

    @cached_property
    def jinja_loader(self) -> BaseLoader | None:
        """The loader of the template folder, None where there is none."""
        if self.template_folder is None:
            return None
        return FileSystemLoader(os.path.join(self.root_path, self.template_folder))

    # -- routes ---------------------------------------------------------------------------

    def _method_route(
        self, method: str, rule: str, options: dict[str, t.Any]
    ) -> t.Callable[[T_route], T_route]:
        if "methods" in options:
            raise TypeError(
                f"'{method.lower()}' takes no 'methods': it registers for {method} alone. Use the"
                " 'route' decorator to name several methods."
            )
        return self.route(rule, methods=[method], **options)

    @setupmethod
    def get(self, rule: str, **options: t.Any) -> t.Callable[[T_route], T_route]:
        """Register the decorated view for GET (and HEAD); options as for :meth:`route`."""
        return self._method_route("GET", rule, options)

    @setupmethod
    def post(self, rule: str, **options: t.Any) -> t.Callable[[T_route], T_route]:
        """Register the decorated view for POST; options as for :meth:`route`."""
        return self._method_route("POST", rule, options)

    @setupmethod
    def put(self, rule: str, **options: t.Any) -> t.Callable[[T_route], T_route]:
        """Register the decorated view for PUT; options as for :meth:`route`."""
        return self._method_route("PUT", rule, options)

    @setupmethod
    def delete(self, rule: str, **options: t.Any) -> t.Callable[[T_route], T_route]:
        """Register the decorated view for DELETE; options as for :meth:`route`."""
        return self._method_route("DELETE", rule, options)

    @setupmethod
    def patch(self, rule: str, **options: t.Any) -> t.Callable[[T_route], T_route]:
        """Register the decorated view for PATCH; options as for :meth:`route`."""
        return self._method_route("PATCH", rule, options)

    @setupmethod
    def route(self, rule: str, **options: t.Any) -> t.Callable[[T_route], T_route]:
        """Register the decorated view for the URLs that *rule* matches.

        :param rule: a path with ``<converter:name>`` placeholders, passed to the view by name.
        :param options: ``endpoint``, ``methods`` and what a
            :class:`~werkzeug.routing.Rule` takes.
        """

        def register(view: T_route) -> T_route:
            self.add_url_rule(rule, options.pop("endpoint", None), view, **options)
            return view

        return register

    @setupmethod
    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: ft.RouteCallable | None = None,
        provide_automatic_options: bool | None = None,
        **options: t.Any,
    ) -> None:
        """Register a rule and the view of its endpoint; :meth:`route` without the decorator.

        :param endpoint: the name of the view in ``url_for``; the function's name by default.
        :param view_func: may be left out and be registered by :meth:`endpoint`.
        :param provide_automatic_options: whether OPTIONS is answered for the view; by default
            where the view does not take it itself.
        """
        raise NotImplementedError(f"{type(self).__name__} must define add_url_rule().")

    @setupmethod
    def endpoint(self, endpoint: str) -> t.Callable[[F], F]:
        """Register the decorated view for *endpoint*, whose rule was added without one."""

        def register(view: F) -> F:
            self.view_functions[endpoint] = view
            return view

        return register

    # -- functions around the view --------------------------------------------------------

    @setupmethod
    def before_request(self, f: T_before_request) -> T_before_request:
        """Call *f* before each view; what it returns, unless None, is the response."""
        self.before_request_funcs.setdefault(None, []).append(f)
        return f

    @setupmethod
    def after_request(self, f: T_after_request) -> T_after_request:
        """Call *f* with each response; it returns that or another one."""
        self.after_request_funcs.setdefault(None, []).append(f)
        return f

    @setupmethod
    def teardown_request(self, f: T_teardown) -> T_teardown:
        """Call *f* when a request ends, with the unhandled exception or None."""
        self.teardown_request_funcs.setdefault(None, []).append(f)
        return f

    @setupmethod
    def context_processor(self, f: T_template_context_processor) -> T_template_context_processor:
        """Call *f* before a template is rendered; its dict adds to what the template sees."""
        self.template_context_processors.setdefault(None, []).append(f)
        return f

    @setupmethod
    def url_value_preprocessor(self, f: T_url_value_preprocessor) -> T_url_value_preprocessor:
        """Call *f* with endpoint and view arguments, which it may change, before each view."""
        self.url_value_preprocessors.setdefault(None, []).append(f)
        return f

    @setupmethod
    def url_defaults(self, f: T_url_defaults) -> T_url_defaults:
        """Call *f* with endpoint and values, which it may add to, before a URL is built."""
        self.url_default_functions.setdefault(None, []).append(f)
        return f

    # -- errors ---------------------------------------------------------------------------

    @setupmethod
    def errorhandler(
        self, code_or_exception: type[Exception] | int
    ) -> t.Callable[[T_error_handler], T_error_handler]:
        """Have the decorated function answer for a status code or an exception class."""

        def register(handler: T_error_handler) -> T_error_handler:
            self.register_error_handler(code_or_exception, handler)
            return handler

        return register

    @setupmethod
    def register_error_handler(
        self,
        code_or_exception: type[Exception] | int,
        f: ft.ErrorHandlerCallable,
    ) -> None:
        """Have *f* answer for a status code or an exception class.

        :raises ValueError: no HTTP error has this code, or the class is no exception.
        :raises TypeError: an exception was given, not its class.
        """
        exc_class, code = self._get_exc_class_and_code(code_or_exception)
        self.error_handler_spec[None][code][exc_class] = f

    @staticmethod
    def _get_exc_class_and_code(
        exc_class_or_code: type[Exception] | int,
    ) -> tuple[type[Exception], int | None]:
        """Return the exception class and, for HTTP errors, the code it is filed under."""
        exc_class: t.Any = exc_class_or_code
        if isinstance(exc_class_or_code, int):
            exc_class = default_exceptions.get(exc_class_or_code)
            if exc_class is None:
                raise ValueError(
                    f"'{exc_class_or_code}' is not the status code of an HTTP error. Use a"
                    " subclass of HTTPException with that code instead."
                )
        advice = "Handlers can only be registered for Exception classes or HTTP error codes."
        if isinstance(exc_class, Exception):
            raise TypeError(f"{exc_class!r} is an instance, not a class. {advice}")
        if not issubclass(exc_class, Exception):
            raise ValueError(f"'{exc_class.__name__}' is not a subclass of Exception. {advice}")
        return exc_class, exc_class.code if issubclass(exc_class, HTTPException) else None


def _endpoint_from_view_func(view_func: ft.RouteCallable) -> str:
    """Return the endpoint of a view that was registered without one: its name."""
    if view_func is None:
        raise AssertionError(
            "A rule needs a view function or an endpoint: expected view func if endpoint is not"
            " provided."
        )
    return view_func.__name__


def _find_package_path(import_name: str) -> str:
    """Return the folder that holds the top-level package or module of *import_name*."""
    root_name = import_name.partition(".")[0]
    try:
        spec = importlib.util.find_spec(root_name)
    except (ImportError, ValueError):
        spec = None
    if spec is None:
        # Not importable: a script, or a prompt.
        return os.getcwd()

    if not spec.submodule_search_locations:
        return os.path.dirname(t.cast(str, spec.origin))
    if spec.origin is not None and spec.origin != "namespace":
        return os.path.dirname(os.path.dirname(spec.origin))
    return os.path.dirname(_namespace_portion(import_name, spec.submodule_search_locations))


def _namespace_portion(import_name: str, portions: t.Sequence[str]) -> str:
    """Return which folder of a namespace package holds *import_name*; the first if unknown."""
    spec = importlib.util.find_spec(import_name)
    if spec is None or not spec.submodule_search_locations:
        return portions[0]
    package = PurePath(os.path.commonpath(list(spec.submodule_search_locations)))
    return next(folder for folder in portions if package.is_relative_to(folder))


def find_package(import_name: str) -> tuple[str | None, str]:
    """Tell where the package of *import_name* is installed.

    :returns: the installation prefix, None where it is not installed but used from its source
        folder; and the folder that is on the import path.
    """
    package_path = _find_package_path(import_name)
    prefix = os.path.abspath(sys.prefix)
    if PurePath(package_path).is_relative_to(prefix):
        return prefix, package_path

    site, folder = os.path.split(package_path)
    if folder.lower() != "site-packages":
        return None, package_path
    # Windows has <prefix>/Lib/site-packages, others <prefix>/lib/pythonX.Y/site-packages.
    above, name = os.path.split(site)
    if name.lower() == "lib":
        return above, package_path
    if os.path.basename(above).lower() == "lib":
        return os.path.dirname(above), package_path
    return site, package_path
