"""The command line: find an application, and run commands on it.

What tests and extensions are known to replace here (`show_server_banner`, `run_simple`,
`load_dotenv`, `locate_app`, `current_app`, ...) is looked up in this module whenever it
is used, so a replacement takes effect. What those call is in the `_cli_*` modules.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
import traceback
import typing as t
from functools import update_wrapper
from pathlib import Path
from types import ModuleType

import click
from click.core import ParameterSource
from werkzeug import run_simple
from werkzeug.serving import is_running_from_reloader
from werkzeug.utils import import_string as import_string

from . import _kernels
from ._cli_app import NoAppException as NoAppException
from ._cli_app import _called_with_wrong_args as _called_with_wrong_args
from ._cli_app import find_app_by_string as find_app_by_string
from ._cli_app import find_best_app as find_best_app
from ._cli_app import prepare_import as prepare_import
from ._cli_app import split_import_path
from ._cli_checks import doctor_command, verify_command
from ._cli_env import _path_is_ancestor as _path_is_ancestor
from ._cli_env import load_dotenv as load_dotenv
from ._cli_params import CertParamType as CertParamType
from ._cli_params import SeparatedPathType as SeparatedPathType
from ._cli_params import _validate_key as _validate_key
from ._cli_programs import bench_command, exec_command, serve_command
from ._cli_routes import SORTS, route_report, route_table
from ._cli_shell import interact, startup_namespace
from ._version import FLASK_VERSION, VERSION
from .globals import current_app
from .helpers import get_debug_flag, get_load_dotenv

if t.TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from werkzeug.local import LocalProxy

    from .app import Flask

F = t.TypeVar("F", bound=t.Callable[..., t.Any])

#: The modules tried, in this order, when no application is named.
_DEFAULT_MODULES = ("wsgi.py", "app.py")
_PLUGIN_GROUPS = ("flask.commands", "flaskfast.commands")


# -- the application ---------------------------------------------------------------------


@t.overload
def locate_app(
    module_name: str, app_name: str | None, raise_if_not_found: t.Literal[True] = True
) -> Flask: ...


@t.overload
def locate_app(
    module_name: str, app_name: str | None, raise_if_not_found: t.Literal[False] = ...
) -> Flask | None: ...


def locate_app(
    module_name: str, app_name: str | None, raise_if_not_found: bool = True
) -> Flask | None:
    """Import a module and return the application in it.

    `app_name` is read by `find_app_by_string`; None leaves the choice to
    `find_best_app`. A module that does not exist gives None unless
    `raise_if_not_found`.

    :raises NoAppException: no such module, an ImportError while it was running, or
        no application in it. Any other error of the module comes through.
    """
    try:
        __import__(module_name)
    except ImportError as error:
        if _raised_inside(error):
            raise NoAppException(
                f"Module {module_name!r} was found, but importing it failed:"
                f"\n\n{traceback.format_exc()}"
            ) from None
        if not raise_if_not_found:
            return None
        raise NoAppException(
            f"Could not import {module_name!r}: there is no such module in"
            f" {sys.path[0]!r}, nor is it installed. Correct --app or FLASK_APP."
        ) from None

    module: ModuleType = sys.modules[module_name]
    return find_best_app(module) if app_name is None else find_app_by_string(module, app_name)


def _raised_inside(error: ImportError) -> bool:
    """Tell whether some module's own code raised it: then a frame follows the importer's."""
    return error.__traceback__ is not None and error.__traceback__.tb_next is not None


class ScriptInfo:
    """What one run of the command line knows about its application.

    It is the `obj` of the click context. `app_import_path` names the application as
    `--app` does; `create_app` is called without arguments instead, when given.
    `set_debug_flag` makes `load_app` set the application's `debug` from FLASK_DEBUG.
    `load_dotenv_defaults` says whether `.env` and `.flaskenv` are to be loaded, unless
    FLASK_SKIP_DOTENV decides otherwise; loading them is left to the command group.
    `data` is free for anybody's use.
    """

    def __init__(
        self,
        app_import_path: str | None = None,
        create_app: t.Callable[..., Flask] | None = None,
        set_debug_flag: bool = True,
        load_dotenv_defaults: bool = True,
    ) -> None:
        self.app_import_path = app_import_path
        self.create_app = create_app
        self.set_debug_flag = set_debug_flag
        self.load_dotenv_defaults = get_load_dotenv(load_dotenv_defaults)
        self.data: dict[t.Any, t.Any] = {}
        self._loaded_app: Flask | None = None

    def load_app(self) -> Flask:
        """Return the application, loading it the first time.

        :raises NoAppException: there is none where it should be, or nowhere.
        """
        if self._loaded_app is None:
            app = self._find_app()
            if self.set_debug_flag:
                app.debug = get_debug_flag()
            self._loaded_app = app
        return self._loaded_app

    def _find_app(self) -> Flask:
        if self.create_app is not None:
            app: Flask | None = self.create_app()
        elif self.app_import_path:
            path, name = split_import_path(self.app_import_path)
            app = locate_app(prepare_import(path), name)
        else:
            app = self._default_app()
        if app is None:
            raise NoAppException(
                "No Flask application to work on. Name one with '--app module:name' or the"
                " FLASK_APP environment variable, or put it into"
                f" {' or '.join(_DEFAULT_MODULES)} in the current directory."
            )
        return app

    @staticmethod
    def _default_app() -> Flask | None:
        for path in _DEFAULT_MODULES:
            app = locate_app(prepare_import(path), None, raise_if_not_found=False)
            if app is not None:
                return app
        return None


pass_script_info = click.make_pass_decorator(ScriptInfo, ensure=True)


def with_appcontext(f: F) -> F:
    """Wrap a click callback so that an application context is there while it runs.

    The application is the one that the command line found; nothing is pushed while
    some application context is active already. The context lasts as long as the click
    context, so subcommands are in it too. Commands of `app.cli` and of a blueprint's
    `cli` do not need this.
    """

    @click.pass_context
    def in_app_context(ctx: click.Context, /, *args: t.Any, **kwargs: t.Any) -> t.Any:
        if not current_app:
            info = ctx.ensure_object(ScriptInfo)
            ctx.with_resource(info.load_app().app_context())
        return ctx.invoke(f, *args, **kwargs)

    return t.cast(F, update_wrapper(in_app_context, f))


# -- the options of every FlaskGroup -----------------------------------------------------


def get_version(ctx: click.Context, param: click.Parameter, value: t.Any) -> None:
    """Print what is running, one name and version on each line, and end the program."""
    if ctx.resilient_parsing or not value:
        return
    lines = (
        f"Python {platform.python_version()}",
        f"flaskfast {VERSION}",
        f"Flask {FLASK_VERSION} (the API that flaskfast answers with)",
        f"Werkzeug {importlib.metadata.version('werkzeug')}",
        f"Kernels {_kernels.flavour}: {_kernels.reason}",
    )
    click.echo("\n".join(lines), color=ctx.color)
    ctx.exit()


version_option = click.Option(
    ["--version"],
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=get_version,
    help="Show the versions of flaskfast and what it runs on, and the kernels in use.",
)


def _set_app(ctx: click.Context, param: click.Option, value: str | None) -> str | None:
    if value is not None:
        ctx.ensure_object(ScriptInfo).app_import_path = value
    return value


# Eager, so that `--help` after it can list the application's commands. `--help` is eager
# too, and eager options are handled in the order given; see FlaskGroup.parse_args.
_app_option = click.Option(
    ["-A", "--app"],
    metavar="IMPORT",
    is_eager=True,
    expose_value=False,
    callback=_set_app,
    help=(
        "Where the application is: 'module:name', the module as a dotted name or a file."
        " The name is that of an application, of a factory, or a call such as"
        " 'create_app(\"dev\")'. Without one, app, application, create_app and make_app"
        " are looked for."
    ),
)


def _set_debug(ctx: click.Context, param: click.Option, value: bool) -> bool | None:
    """Put a flag that was really given into FLASK_DEBUG, where factories can read it early."""
    source = ctx.get_parameter_source(str(param.name))
    if source in (ParameterSource.DEFAULT, ParameterSource.DEFAULT_MAP):
        return None
    os.environ["FLASK_DEBUG"] = str(int(value))
    return value


_debug_option = click.Option(
    ["--debug/--no-debug"],
    expose_value=False,
    callback=_set_debug,
    help="Turn debug mode on or off.",
)


def _env_file_callback(ctx: click.Context, param: click.Option, value: str | None) -> str | None:
    """Load the file given and the default files, as far as they are wanted."""
    load_defaults: bool = ctx.obj.load_dotenv_defaults
    if value is None and not load_defaults:
        return None
    if value is not None:
        _require_dotenv(ctx, param)
    try:
        load_dotenv(value, load_defaults=load_defaults)
    except (OSError, ValueError) as error:
        raise click.UsageError(f"Environment variables cannot be loaded: {error}.", ctx) from error
    return value


def _require_dotenv(ctx: click.Context, param: click.Option) -> None:
    try:
        import dotenv  # noqa: F401
    except ImportError:
        raise click.BadParameter(
            "An env file is read with python-dotenv, which is not installed:"
            " pip install python-dotenv.",
            ctx=ctx,
            param=param,
        ) from None


# Eager and the first of all: what it loads can be the value of any other option.
_env_file_option = click.Option(
    ["-e", "--env-file"],
    type=click.Path(exists=True, dir_okay=False),
    is_eager=True,
    expose_value=False,
    callback=_env_file_callback,
    help=(
        "Set environment variables from this file. It beats '.env' and '.flaskenv';"
        " what is set already beats all of them. Needs python-dotenv."
    ),
)


# -- command groups ----------------------------------------------------------------------


class AppGroup(click.Group):
    """A click group whose commands run in the application's context."""

    def command(  # type: ignore[override]
        self, *args: t.Any, **kwargs: t.Any
    ) -> t.Callable[[t.Callable[..., t.Any]], click.Command]:
        """Register a function as a command, as `click.Group.command` does.

        The function is wrapped in `with_appcontext`, unless `with_appcontext=False` is
        among the keyword arguments.
        """
        if args and callable(args[0]):  # the decorator without parentheses
            return self.command(**kwargs)(args[0])
        in_context = kwargs.pop("with_appcontext", True)
        register: t.Any = super().command(*args, **kwargs)

        def decorator(f: t.Callable[..., t.Any]) -> click.Command:
            command: click.Command = register(with_appcontext(f) if in_context else f)
            return command

        return decorator

    def group(  # type: ignore[override]
        self, *args: t.Any, **kwargs: t.Any
    ) -> t.Callable[[t.Callable[..., t.Any]], click.Group]:
        """Register a function as a group, an AppGroup unless `cls` says otherwise."""
        if args and callable(args[0]):  # the decorator without parentheses
            return self.group(**kwargs)(args[0])
        return super().group(*args, **{"cls": AppGroup, **kwargs})  # type: ignore[no-any-return]


class FlaskGroup(AppGroup):
    """A group that adds the commands of plug-ins and of the application to its own.

    Options: `--app`, `--env-file`, `--debug/--no-debug`, and `--version` if
    `add_version_option`. `add_default_commands` registers `run`, `shell` and `routes`.
    `create_app` makes the application; without it `--app` and its defaults say where it
    is. `load_dotenv` and `set_debug_flag` are handed on to `ScriptInfo`. Any option can
    be given as an environment variable that starts with FLASK_.

    What a command is called decides in this order: a command of the group or of a
    plug-in (entry-point groups `flask.commands` and `flaskfast.commands`), then the
    application's.
    """

    def __init__(
        self,
        add_default_commands: bool = True,
        create_app: t.Callable[..., Flask] | None = None,
        add_version_option: bool = True,
        load_dotenv: bool = True,
        set_debug_flag: bool = True,
        **extra: t.Any,
    ) -> None:
        # Options with callbacks, and no callback of the group: that one is the user's.
        options = [_env_file_option, _app_option, _debug_option]
        if add_version_option:
            options.append(version_option)
        extra["params"] = [*(extra.get("params") or ()), *options]
        extra["context_settings"] = {
            "auto_envvar_prefix": "FLASK",
            **(extra.get("context_settings") or {}),
        }
        super().__init__(**extra)

        self.create_app = create_app
        self.load_dotenv = load_dotenv
        self.set_debug_flag = set_debug_flag
        self._loaded_plugin_commands = False
        if add_default_commands:
            for command in (run_command, shell_command, routes_command):
                self.add_command(command)

    def _load_plugin_commands(self) -> None:
        if self._loaded_plugin_commands:
            return
        for group in _PLUGIN_GROUPS:
            for entry_point in importlib.metadata.entry_points(group=group):
                self.add_command(entry_point.load(), entry_point.name)
        self._loaded_plugin_commands = True

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return the command called `name`, loading the application only for one of its own.

        The application's context is pushed before its command is returned, so
        that parameter callbacks are in it too. Without an application the reason is
        printed and None returned.
        """
        self._load_plugin_commands()
        command = super().get_command(ctx, name)
        if command is not None:
            return command

        try:
            app = ctx.ensure_object(ScriptInfo).load_app()
        except NoAppException as error:
            _report(f"Error: {error.format_message()}")
            return None
        current = t.cast("LocalProxy[Flask]", current_app)
        if not current or current._get_current_object() is not app:
            ctx.with_resource(app.app_context())
        return app.cli.get_command(ctx, name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, sorted.

        When the application cannot be loaded, the reason is printed and its
        commands are missing.
        """
        self._load_plugin_commands()
        names = {*super().list_commands(ctx)}
        try:
            names |= {*ctx.ensure_object(ScriptInfo).load_app().cli.list_commands(ctx)}
        except NoAppException as error:
            _report(f"Error: {error.format_message()}")
        except Exception:
            _report(traceback.format_exc())
        return sorted(names)

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: t.Any,
    ) -> click.Context:
        """Parse `args` into a click context with a `ScriptInfo` as its `obj`.

        From here on `Flask.run` does nothing: a module that calls it when imported
        would start a server in the middle of any command.
        """
        os.environ["FLASK_RUN_FROM_CLI"] = "true"
        if "obj" not in {**self.context_settings, **extra}:
            extra["obj"] = ScriptInfo(None, self.create_app, self.set_debug_flag, self.load_dotenv)
        return super().make_context(info_name, args, parent=parent, **extra)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse `args`; where they only ask for help, learn the application first."""
        if args:
            only_help = len(args) == 1 and args[0] in self.get_help_option_names(ctx)
        else:
            only_help = self.no_args_is_help
        if only_help:
            # Click prints the help before it looks at any option, so FLASK_ENV_FILE
            # and FLASK_APP would be missed and the application's commands with them.
            for option in (_env_file_option, _app_option):
                option.handle_parse_result(ctx, {}, [])
        try:
            return super().parse_args(ctx, args)
        except BaseException:
            # Help and errors leave before the context is entered, but listing the
            # application's commands has pushed its context already.
            ctx.close()
            raise


def _report(problem: str) -> None:
    click.secho(f"{problem}\n", err=True, fg="red")


# -- run ---------------------------------------------------------------------------------


def show_server_banner(debug: bool, app_import_path: str | None) -> None:
    """Print what is being served and how, once: not again in a reloader's child."""
    lines = [f"flaskfast {VERSION} with {_kernels.flavour} kernels"]
    if debug is not None:
        lines.insert(0, f"Debug mode: {'on' if debug else 'off'}")
    if app_import_path is not None:
        lines.insert(0, f"Serving Flask app '{app_import_path}'")
    if not is_running_from_reloader():
        click.echo("\n".join(f" * {line}" for line in lines))


@click.command("run", short_help="Serve the app for development.", params=[_debug_option])
@click.option(
    "--host", "-h", default="127.0.0.1", show_default=True, help="The address to listen on."
)
@click.option("--port", "-p", default=5000, show_default=True, help="The port to listen on.")
@click.option(
    "--cert",
    type=CertParamType(),
    is_eager=True,
    help="Serve HTTPS with this certificate file, an SSLContext to import, or 'adhoc'.",
)
@click.option(
    "--key",
    type=click.Path(exists=True, dir_okay=False, resolve_path=True),
    callback=_validate_key,
    expose_value=False,
    help="The key file of the certificate file.",
)
@click.option(
    "--reload/--no-reload",
    default=None,
    help="Restart when code changes, or never do. Left out: as debug mode is.",
)
@click.option(
    "--debugger/--no-debugger",
    default=None,
    help="Show errors in the interactive debugger, or never do. Left out: as debug mode is.",
)
@click.option(
    "--with-threads/--without-threads",
    default=True,
    help="Answer requests in threads, or one after the other.",
)
@click.option(
    "--extra-files",
    type=SeparatedPathType(),
    default=None,
    help=f"More files to restart for when they change, parted by {os.pathsep!r}.",
)
@click.option(
    "--exclude-patterns",
    type=SeparatedPathType(),
    default=None,
    help=f"fnmatch patterns of files never to restart for, parted by {os.pathsep!r}.",
)
@pass_script_info
def run_command(
    info: ScriptInfo,
    host: str,
    port: int,
    cert: ssl.SSLContext | tuple[str, str] | t.Literal["adhoc"] | None,
    reload: bool | None,
    debugger: bool | None,
    with_threads: bool,
    extra_files: list[str] | None,
    exclude_patterns: list[str] | None,
) -> None:
    """Serve the application with Werkzeug's development server.

    It is made for one developer: not secure, stable or fast enough for anybody
    else. With '--debug' it restarts when code changes and shows errors in an
    interactive debugger.
    """
    app = _served_app(info)
    debug = get_debug_flag()
    show_server_banner(debug, info.app_import_path)
    run_simple(
        host,
        port,
        app,
        threaded=with_threads,
        use_reloader=debug if reload is None else reload,
        use_debugger=debug if debugger is None else debugger,
        ssl_context=cert,
        extra_files=extra_files,
        exclude_patterns=exclude_patterns,
    )


def _served_app(info: ScriptInfo) -> WSGIApplication:
    """Load the application; what goes wrong in a reloader's child is served instead.

    So the child lives on until the code is mended, and the debugger shows the error.
    """
    try:
        return info.load_app()
    except Exception as error:
        if not is_running_from_reloader():
            raise
        traceback.print_exc()
        return _raising_app(error)


def _raising_app(error: Exception) -> WSGIApplication:
    origin = error.__traceback__

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        # The same error for every request, each time with the traceback it came with.
        raise error.with_traceback(origin) from None

    return app


# -- shell and routes --------------------------------------------------------------------


@click.command("shell", short_help="Open a Python shell in the app's context.")
@with_appcontext
def shell_command() -> None:
    """Open an interactive Python shell in the application's context.

    The names that the application offers, 'app' and 'g' among them, are there from
    the start, and so is what the script in PYTHONSTARTUP defines.
    """
    namespace = startup_namespace()
    namespace.update(current_app.make_shell_context())
    interact(
        namespace,
        f"Python {sys.version} on {sys.platform}\n"
        f"App: {current_app.import_name}\n"
        f"Instance: {current_app.instance_path}",
    )


@click.command("routes", short_help="List the app's routes.")
@click.option(
    "--sort",
    "-s",
    type=click.Choice(SORTS),
    default="endpoint",
    help="The column to sort by; 'match' keeps the order in which the rules are tried.",
)
@click.option("--all-methods", is_flag=True, help="List HEAD and OPTIONS too.")
@click.option(
    "--conflicts",
    is_flag=True,
    help="List instead the rules that never match; fail if there are any.",
)
@click.option("--stats", is_flag=True, help="Tell instead how rules are matched, and their size.")
@with_appcontext
def routes_command(sort: str, all_methods: bool, conflicts: bool, stats: bool) -> None:
    """List the application's routes with their endpoints and methods."""
    url_map = current_app.url_map
    if conflicts or stats:
        report, failed = route_report(url_map, conflicts, stats)
        for line in report:
            click.echo(line)
        if failed:
            raise click.exceptions.Exit(1)
        return
    lines = list(route_table(url_map, sort, all_methods))
    for line in lines or ["No routes were registered."]:
        click.echo(line)


# -- the program -------------------------------------------------------------------------


cli = FlaskGroup(
    name="flask",
    help="""Run, inspect and manage a Flask application.

    The application is the one that '--app' or FLASK_APP names, or else the one in
    'wsgi.py' or 'app.py' in the current directory. Its own commands are listed here too.
    """,
)
#: What we have beside Flask's commands.
_OWN_COMMANDS = (exec_command, serve_command, bench_command, verify_command, doctor_command)
for _command in _OWN_COMMANDS:
    cli.add_command(_command)


def main() -> None:
    """Run the command line as a program.

    Called `flaskfast`, it stands in for Flask in everything it loads. Called `flask`, it
    has Flask's commands only, so that an application's `exec` or `serve` is not hidden.
    """
    program: click.Group = cli
    if _called_flask():
        for command in _OWN_COMMANDS:
            if cli.commands.get(str(command.name)) is command:
                del cli.commands[str(command.name)]
    elif sys.argv[1:2] == ["exec"]:
        # A group of its own: neither dotenv files nor what FlaskGroup sets in the
        # environment may reach a program that knows nothing of them.
        program = click.Group(commands=[exec_command])
    else:
        _stand_in_for_flask()
    program.main(windows_expand_args=program is cli)


def _called_flask() -> bool:
    """Tell whether this is `flask` or `python -m flask`, by way of the stand-in."""
    package = getattr(sys.modules["__main__"], "__package__", None)
    return (package or Path(sys.argv[0]).stem) == "flask"


def _stand_in_for_flask() -> None:
    """Make `import flask` mean this package, unless the genuine one is imported already."""
    if "flask" not in sys.modules:
        from .dropin import install

        install()


if __name__ == "__main__":
    main()
