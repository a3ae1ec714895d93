"""Blueprints: parts of an app that are written on their own and registered later."""

from __future__ import annotations

import os
import typing as t
from collections import defaultdict
from functools import update_wrapper

from .. import typing as ft
from .._lazy import lazy
from .scaffold import Scaffold, _endpoint_from_view_func, _sentinel, setupmethod

if t.TYPE_CHECKING:
    from .app import App

F = t.TypeVar("F")

DeferredSetupFunction = t.Callable[["BlueprintSetupState"], None]
T_after_request = t.TypeVar("T_after_request", bound=ft.AfterRequestCallable[t.Any])
T_before_request = t.TypeVar("T_before_request", bound=ft.BeforeRequestCallable)
T_error_handler = t.TypeVar("T_error_handler", bound=ft.ErrorHandlerCallable)
T_teardown = t.TypeVar("T_teardown", bound=ft.TeardownCallable)
T_template_context_processor = t.TypeVar(
    "T_template_context_processor", bound=ft.TemplateContextProcessorCallable
)
T_template_filter = t.TypeVar("T_template_filter", bound=ft.TemplateFilterCallable)
T_template_global = t.TypeVar("T_template_global", bound=ft.TemplateGlobalCallable)
T_template_test = t.TypeVar("T_template_test", bound=ft.TemplateTestCallable)
T_url_defaults = t.TypeVar("T_url_defaults", bound=ft.URLDefaultCallable)
T_url_value_preprocessor = t.TypeVar(
    "T_url_value_preprocessor", bound=ft.URLValuePreprocessorCallable
)


def _dotted(*names: str) -> str:
    """Join blueprint and endpoint names, leaving out empty ones at the front."""
    return ".".join(names).lstrip(".")


def _joined_url(prefix: str, rest: str) -> str:
    """Join two pieces of a rule with one slash between them."""
    return f"{prefix.rstrip('/')}/{rest.lstrip('/')}"


class BlueprintSetupState:
    """One registration of a blueprint: what deferred functions are called with.

    :param options: what was passed to ``register_blueprint``.
    :param first_registration: whether the blueprint was not on this app yet.
    """

    def __init__(
        self,
        blueprint: Blueprint,
        app: App,
        options: t.Any,
        first_registration: bool,
    ) -> None:
        self.app = app
        self.blueprint = blueprint
        self.options = options
        self.first_registration = first_registration
        #: The subdomain of the rules, None for the default one.
        self.subdomain = self._option("subdomain")
        #: What comes before the rules' own paths.
        self.url_prefix = self._option("url_prefix")
        #: The blueprint's name in this registration.
        self.name = options.get("name", blueprint.name)
        #: The names of the blueprints around it, dotted.
        self.name_prefix = options.get("name_prefix", "")
        #: Defaults for the rules' arguments.
        self.url_defaults = {
            **blueprint.url_values_defaults,
            **dict(options.get("url_defaults", ())),
        }

    def _option(self, name: str) -> t.Any:
        given = self.options.get(name)
        return getattr(self.blueprint, name) if given is None else given

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: ft.RouteCallable | None = None,
        **options: t.Any,
    ) -> None:
        """Register a rule on the app, under the blueprint's prefix, name and defaults."""
        if self.url_prefix is not None:
            rule = _joined_url(self.url_prefix, rule) if rule else self.url_prefix
        options.setdefault("subdomain", self.subdomain)
        if endpoint is None:
            endpoint = _endpoint_from_view_func(view_func)  # type: ignore[arg-type]
        options["defaults"] = {**self.url_defaults, **options.get("defaults", {})}
        self.app.add_url_rule(
            rule, _dotted(self.name_prefix, self.name, endpoint), view_func, **options
        )


class Blueprint(Scaffold):
    """A part of an app: routes, hooks, templates, static files, registered together.

    What is registered here happens on the app when the blueprint is registered there, once for
    each registration.

    :param name: the first part of its endpoints' names.
    :param import_name: the module it is defined in, commonly ``__name__``.
    :param static_folder: the folder of static files, relative to *root_path*.
    :param static_url_path: their URL prefix; without ``url_prefix`` the app's own static route
        comes first.
    :param template_folder: searched after the app's.
    :param url_prefix: what comes before its rules' paths.
    :param subdomain: of its rules.
    :param url_defaults: defaults for its rules' arguments.
    :param root_path: the folder that relative paths start from; the module's by default.
    :param cli_group: the name of the group of its commands; None to add them to the app's own.
    :raises ValueError: *name* is empty or has a dot.
    """

    _got_registered_once = False

    def __init__(
        self,
        name: str,
        import_name: str,
        static_folder: str | os.PathLike[str] | None = None,
        static_url_path: str | None = None,
        template_folder: str | os.PathLike[str] | None = None,
        url_prefix: str | None = None,
        subdomain: str | None = None,
        url_defaults: dict[str, t.Any] | None = None,
        root_path: str | None = None,
        cli_group: str | None = _sentinel,
    ):
        super().__init__(
            import_name,
            static_folder=static_folder,
            static_url_path=static_url_path,
            template_folder=template_folder,
            root_path=root_path,
        )
        if not name:
            raise ValueError("'name' may not be empty: it is part of the endpoints' names.")
        if "." in name:
            raise ValueError(
                f"'name' may not contain a dot '.' character, and {name!r} does: dots stand"
                " between the names of nested blueprints."
            )
        self.name = name
        self.url_prefix = url_prefix
        self.subdomain = subdomain
        #: Called with the state of each registration.
        self.deferred_functions: list[DeferredSetupFunction] = []
        self.url_values_defaults = {} if url_defaults is None else url_defaults
        self.cli_group = cli_group
        self._blueprints: list[tuple[Blueprint, dict[str, t.Any]]] = []

    def _check_setup_finished(self, f_name: str) -> None:
        if self._got_registered_once:
            raise AssertionError(
                f"The setup method '{f_name}' can no longer be called on the blueprint"
                f" '{self.name}': it has been registered, so the change would not reach the app."
                " Call it before register_blueprint(), for example at import time."
            )

    # -- registration ---------------------------------------------------------------------

    @setupmethod
    def record(self, func: DeferredSetupFunction) -> None:
        """Call *func* with the state of every registration on an app."""
        self.deferred_functions.append(func)

    @setupmethod
    def record_once(self, func: DeferredSetupFunction) -> None:
        """Call *func* with the state of the first registration on an app."""

        def on_first(state: BlueprintSetupState) -> None:
            if state.first_registration:
                func(state)

        self.record(update_wrapper(on_first, func))

    def make_setup_state(
        self, app: App, options: dict[str, t.Any], first_registration: bool = False
    ) -> BlueprintSetupState:
        """Make the state of a registration; subclasses may return one of their own class."""
        return BlueprintSetupState(self, app, options, first_registration)

    @setupmethod
    def register_blueprint(self, blueprint: Blueprint, **options: t.Any) -> None:
        """Register *blueprint* whenever this one is, inside its prefix, subdomain and name."""
        if blueprint is self:
            raise ValueError(f"Cannot register a blueprint on itself: {self.name!r}")
        self._blueprints.append((blueprint, options))

    def register(self, app: App, options: dict[str, t.Any]) -> None:
        """Put everything of this blueprint on *app*; ``app.register_blueprint`` calls it.

        :raises ValueError: a blueprint of the same full name is on the app already.
        """
        own_name = options.get("name", self.name)
        name = _dotted(options.get("name_prefix", ""), own_name)
        if name in app.blueprints:
            whose = "this" if app.blueprints[name] is self else "a different"
            under = f" '{name}'" if own_name != name else ""
            raise ValueError(
                f"The name '{own_name}' is already registered for {whose} blueprint{under}. Use"
                " 'name=' to provide a unique name."
            )
        is_new = all(registered is not self for registered in app.blueprints.values())
        app.blueprints[name] = self
        self._got_registered_once = True

        state = self.make_setup_state(app, options, is_new)
        if self.has_static_folder:
            state.add_url_rule(
                f"{self.static_url_path}/<path:filename>",
                view_func=self.send_static_file,  # type: ignore[attr-defined]
                endpoint="static",
            )
        self._merge_blueprint_funcs(app, name)
        for deferred in self.deferred_functions:
            deferred(state)
        self._merge_commands(app, options.get("cli_group", self.cli_group), name)
        for nested, nested_options in self._blueprints:
            nested.register(app, self._options_inside(state, nested, nested_options, name))

    def _merge_commands(self, app: App, group: t.Any, name: str) -> None:
        # Made when first read: where nobody read them, there are none.
        if isinstance(getattr(type(self), "cli", None), lazy) and "cli" not in vars(self):
            return
        if not self.cli.commands:
            return
        if group is None:
            app.cli.commands.update(self.cli.commands)
            return
        self.cli.name = name if group is _sentinel else group
        app.cli.add_command(self.cli)

    @staticmethod
    def _options_inside(
        state: BlueprintSetupState,
        nested: Blueprint,
        options: dict[str, t.Any],
        name: str,
    ) -> dict[str, t.Any]:
        """Return the options for a blueprint that is registered inside of this one."""
        inside = {**options, "name_prefix": name}

        subdomain = options.get("subdomain")
        subdomains = (nested.subdomain if subdomain is None else subdomain, state.subdomain)
        known_subdomains = [part for part in subdomains if part is not None]
        if known_subdomains:
            inside["subdomain"] = ".".join(known_subdomains)

        prefix = options.get("url_prefix")
        if prefix is None:
            prefix = nested.url_prefix
        if state.url_prefix is not None:
            prefix = state.url_prefix if prefix is None else _joined_url(state.url_prefix, prefix)
        if prefix is not None:
            inside["url_prefix"] = prefix
        return inside

    def _merge_blueprint_funcs(self, app: App, name: str) -> None:
        """Add the functions registered here to the app's, filed under the blueprint's name."""

        def key_on_app(key: ft.AppOrBlueprintKey) -> str:
            return name if key is None else f"{name}.{key}"

        for key, by_code in self.error_handler_spec.items():
            copied = {code: dict(handlers) for code, handlers in by_code.items()}
            app.error_handler_spec[key_on_app(key)] = defaultdict(dict, copied)
        app.view_functions.update(self.view_functions)

        registries: tuple[tuple[t.Any, t.Any], ...] = (
            (self.before_request_funcs, app.before_request_funcs),
            (self.after_request_funcs, app.after_request_funcs),
            (self.teardown_request_funcs, app.teardown_request_funcs),
            (self.url_default_functions, app.url_default_functions),
            (self.url_value_preprocessors, app.url_value_preprocessors),
            (self.template_context_processors, app.template_context_processors),
        )
        for own, whole in registries:
            for key, functions in own.items():
                whole[key_on_app(key)].extend(functions)

    # -- what goes to the app under the blueprint's name ----------------------------------

    @setupmethod
    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: ft.RouteCallable | None = None,
        provide_automatic_options: bool | None = None,
        **options: t.Any,
    ) -> None:
        if endpoint and "." in endpoint:
            raise ValueError(
                f"'endpoint' may not contain a dot '.' character, and {endpoint!r} does: the"
                " blueprint's name is put before it."
            )
        view_name = getattr(view_func, "__name__", "") if view_func else ""
        if "." in view_name:
            raise ValueError(
                f"'view_func' name may not contain a dot '.' character, and {view_name!r} does:"
                " pass an 'endpoint' or rename the function."
            )

        def add_to(state: BlueprintSetupState) -> None:
            state.add_url_rule(
                rule,
                endpoint,
                view_func,
                provide_automatic_options=provide_automatic_options,
                **options,
            )

        self.record(add_to)

    # -- what goes to the app for all of its requests -------------------------------------

    def _record_for_app(self, registry: str, f: F) -> F:
        """Have *f* added to one of the app's lists, under None: for every request."""

        def append(state: BlueprintSetupState) -> None:
            getattr(state.app, registry).setdefault(None, []).append(f)

        self.record_once(append)
        return f

    def _record_for_jinja(self, registry: str, f: t.Any, name: str | None) -> None:
        """Have *f* added to one of the dicts of the app's Jinja environment."""

        def enter(state: BlueprintSetupState) -> None:
            getattr(state.app.jinja_env, registry)[name or f.__name__] = f

        self.record_once(enter)

    @setupmethod
    def app_template_filter(
        self, name: str | None = None
    ) -> t.Callable[[T_template_filter], T_template_filter]:
        """Register a Jinja filter on the app; see ``Flask.template_filter``."""

        def register(f: T_template_filter) -> T_template_filter:
            self.add_app_template_filter(f, name)
            return f

        return register

    @setupmethod
    def add_app_template_filter(
        self, f: ft.TemplateFilterCallable, name: str | None = None
    ) -> None:
        """Register a Jinja filter on the app; see ``Flask.add_template_filter``."""
        self._record_for_jinja("filters", f, name)

    @setupmethod
    def app_template_test(
        self, name: str | None = None
    ) -> t.Callable[[T_template_test], T_template_test]:
        """Register a Jinja test on the app; see ``Flask.template_test``."""

        def register(f: T_template_test) -> T_template_test:
            self.add_app_template_test(f, name)
            return f

        return register

    @setupmethod
    def add_app_template_test(self, f: ft.TemplateTestCallable, name: str | None = None) -> None:
        """Register a Jinja test on the app; see ``Flask.add_template_test``."""
        self._record_for_jinja("tests", f, name)

    @setupmethod
    def app_template_global(
        self, name: str | None = None
    ) -> t.Callable[[T_template_global], T_template_global]:
        """Register a template global on the app; see ``Flask.template_global``."""

        def register(f: T_template_global) -> T_template_global:
            self.add_app_template_global(f, name)
            return f

        return register

    @setupmethod
    def add_app_template_global(
        self, f: ft.TemplateGlobalCallable, name: str | None = None
    ) -> None:
        """Register a template global on the app; see ``Flask.add_template_global``."""
        self._record_for_jinja("globals", f, name)

    @setupmethod
    def before_app_request(self, f: T_before_request) -> T_before_request:
        """Like ``before_request``, for every request to the app."""
        return self._record_for_app("before_request_funcs", f)

    @setupmethod
    def after_app_request(self, f: T_after_request) -> T_after_request:
        """Like ``after_request``, for every request to the app."""
        return self._record_for_app("after_request_funcs", f)

    @setupmethod
    def teardown_app_request(self, f: T_teardown) -> T_teardown:
        """Like ``teardown_request``, for every request to the app."""
        return self._record_for_app("teardown_request_funcs", f)

    @setupmethod
    def app_context_processor(
        self, f: T_template_context_processor
    ) -> T_template_context_processor:
        """Like ``context_processor``, for every template of the app."""
        return self._record_for_app("template_context_processors", f)

    @setupmethod
    def app_errorhandler(
        self, code: type[Exception] | int
    ) -> t.Callable[[T_error_handler], T_error_handler]:
        """Like ``errorhandler``, for every request to the app."""

        def register(f: T_error_handler) -> T_error_handler:
            def on_app(state: BlueprintSetupState) -> None:
                state.app.errorhandler(code)(f)

            self.record_once(on_app)
            return f

        return register

    @setupmethod
    def app_url_value_preprocessor(self, f: T_url_value_preprocessor) -> T_url_value_preprocessor:
        """Like ``url_value_preprocessor``, for every request to the app."""
        return self._record_for_app("url_value_preprocessors", f)

    @setupmethod
    def app_url_defaults(self, f: T_url_defaults) -> T_url_defaults:
        """Like ``url_defaults``, for every URL of the app."""
        return self._record_for_app("url_default_functions", f)
