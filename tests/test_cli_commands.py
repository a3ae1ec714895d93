"""Command groups: contexts, an app's own commands, blueprints, plug-ins, routes, serve."""

from __future__ import annotations

import importlib.metadata
import os
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from flaskfast import Blueprint, Flask, cli, current_app


@pytest.fixture(autouse=True)
def _environment_as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = dict(os.environ)
    for name in before:
        if name.startswith("FLASK_"):
            del os.environ[name]
    monkeypatch.chdir(tmp_path)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def app() -> Flask:
    return Flask("site")


@pytest.fixture
def invoke(app: Flask) -> Callable[..., Result]:
    """Run the command line of a group that has `app`."""

    def run(*args: str, **options: object) -> Result:
        group = cli.FlaskGroup(name="program", create_app=lambda: app)
        return CliRunner().invoke(group, list(args), **options)  # type: ignore[arg-type]

    return run


def say_app(*args: object, **kwargs: object) -> None:
    click.echo(current_app.name)


# -- contexts ----------------------------------------------------------------------------


def test_with_appcontext_pushes_only_where_nothing_is(app: Flask) -> None:
    made = []

    def create_app() -> Flask:
        made.append(1)
        return Flask("loaded")

    command = click.command("show")(cli.with_appcontext(say_app))
    info = cli.ScriptInfo(create_app=create_app)
    assert CliRunner().invoke(command, obj=info).output == "loaded\n"
    with app.app_context():
        assert (
            CliRunner().invoke(command, obj=cli.ScriptInfo(create_app=create_app)).output
            == "site\n"
        )
    assert made == [1]
    assert not current_app


def test_with_appcontext_keeps_the_function_and_its_parameters() -> None:
    @click.argument("word")
    @click.option("--times", default=2)
    def repeat(word: str, times: int) -> None:
        """Say it again."""
        click.echo(word * times)

    wrapped = cli.with_appcontext(repeat)
    assert wrapped.__name__ == "repeat"
    assert wrapped.__doc__ == "Say it again."
    result = CliRunner().invoke(
        click.command()(wrapped), ["ab"], obj=cli.ScriptInfo(create_app=lambda: Flask("loaded"))
    )
    assert result.output == "abab\n"


def test_the_context_lasts_for_subcommands_and_is_torn_down(app: Flask) -> None:
    torn_down = []
    app.teardown_appcontext(torn_down.append)

    @click.group()
    @cli.with_appcontext
    def outer() -> None:
        click.echo(f"outer {current_app.name}")

    @outer.command()
    def inner() -> None:
        click.echo(f"inner {current_app.name} {len(torn_down)}")

    result = CliRunner().invoke(outer, ["inner"], obj=cli.ScriptInfo(create_app=lambda: app))
    assert result.output == "outer site\ninner site 0\n"
    assert torn_down == [None]


def test_a_command_that_fails_tears_its_context_down(app: Flask) -> None:
    torn_down = []
    app.teardown_appcontext(torn_down.append)

    @app.cli.command("fail")
    def fail() -> None:
        raise RuntimeError("no luck")

    group = cli.FlaskGroup(create_app=lambda: app)
    result = CliRunner().invoke(group, ["fail"])
    assert isinstance(result.exception, RuntimeError)
    assert len(torn_down) == 1
    assert not current_app


def test_app_group_wraps_unless_told_otherwise(app: Flask) -> None:
    group = cli.AppGroup("tasks")
    group.command("inside")(say_app)

    @group.command("outside", with_appcontext=False)
    def outside() -> None:
        click.echo(bool(current_app))

    @group.group("more")
    def more() -> None:
        """Have more."""

    more.command("deep")(say_app)
    assert type(more) is cli.AppGroup

    info = cli.ScriptInfo(create_app=lambda: app)
    for args, output in [
        (["inside"], "site\n"),
        (["outside"], "False\n"),
        (["more", "deep"], "site\n"),
    ]:
        assert CliRunner().invoke(group, args, obj=info).output == output


def test_decorators_work_without_parentheses(app: Flask) -> None:
    @app.cli.command
    def plain() -> None:
        click.echo(current_app.name)

    @app.cli.group
    def several() -> None:
        """Have several."""

    @several.command
    def one() -> None:
        click.echo(current_app.name)

    assert isinstance(several, cli.AppGroup)
    group = cli.FlaskGroup(create_app=lambda: app)
    assert CliRunner().invoke(group, ["plain"]).output == "site\n"
    assert CliRunner().invoke(group, ["several", "one"]).output == "site\n"


def test_another_group_class_can_be_chosen() -> None:
    group = cli.AppGroup("tasks").group("plain", cls=click.Group)(lambda: None)
    assert type(group) is click.Group


# -- an app's commands -------------------------------------------------------------------


def test_an_apps_command_runs_in_its_context(app: Flask, invoke: Callable[..., Result]) -> None:
    seen = []

    def check(ctx: click.Context, param: click.Parameter, value: str) -> str:
        seen.append(current_app.name)
        return value

    @app.cli.command("greet")
    @click.argument("name", callback=check)
    def greet(name: str) -> None:
        loaded = click.get_current_context().find_object(cli.ScriptInfo).load_app()
        assert loaded is current_app._get_current_object()
        click.echo(f"Hello {name}")

    assert invoke("greet", "you").output == "Hello you\n"
    assert seen == ["site"]
    assert "greet" in invoke("--help").output


def test_blueprints_nest_their_commands(app: Flask, invoke: Callable[..., Result]) -> None:
    for name, group, registered in [
        ("shop", None, {}),
        ("users", "people", {}),
        ("mail", "post", {"cli_group": "letters"}),
    ]:
        options = {} if group is None else {"cli_group": group}
        blueprint = Blueprint(name, "site", **options)  # type: ignore[arg-type]
        blueprint.cli.command("show")(say_app)
        app.register_blueprint(blueprint, **registered)
    merged = Blueprint("merged", "site", cli_group=None)
    merged.cli.command("flat")(say_app)
    nested = cli.AppGroup("deeper")
    nested.command("down")(say_app)
    merged.cli.add_command(nested)
    app.register_blueprint(merged)

    for args in (
        ["shop", "show"],
        ["people", "show"],
        ["letters", "show"],
        ["flat"],
        ["deeper", "down"],
    ):
        result = invoke(*args)
        assert result.output == "site\n", (args, result.output)
    assert invoke("merged", "--help").exit_code == 2


def test_the_groups_own_commands_win_over_the_apps(
    app: Flask, invoke: Callable[..., Result]
) -> None:
    @app.cli.command("routes")
    def routes() -> None:
        click.echo("the app's")

    assert "the app's" not in invoke("routes").output


def test_default_commands_can_be_left_out(app: Flask) -> None:
    group = cli.FlaskGroup(add_default_commands=False, create_app=lambda: app)
    assert group.commands == {}
    assert sorted(cli.FlaskGroup(create_app=lambda: app).commands) == ["routes", "run", "shell"]


def test_a_group_of_ones_own_keeps_its_callback_and_options(app: Flask) -> None:
    @click.group(cls=cli.FlaskGroup, create_app=lambda: app)
    @click.option("--loud", is_flag=True)
    def manage(loud: bool) -> None:
        click.echo("LOUD" if loud else "quiet")

    manage.command("show")(say_app)
    assert CliRunner().invoke(manage, ["--loud", "show"]).output == "LOUD\nsite\n"
    assert CliRunner().invoke(manage, ["show"], env={"FLASK_LOUD": "1"}).output == "LOUD\nsite\n"


def test_a_flask_group_can_be_nested_and_given_context_settings(app: Flask) -> None:
    outer = click.Group("outer")
    settings = {"help_option_names": ["-?"], "auto_envvar_prefix": "SITE"}
    inner = cli.FlaskGroup("site", create_app=lambda: app, context_settings=settings)
    inner.command("show")(say_app)
    outer.add_command(inner, "site")
    assert CliRunner().invoke(outer, ["site", "show"]).output == "site\n"
    assert inner.context_settings["auto_envvar_prefix"] == "SITE"
    assert settings == {"help_option_names": ["-?"], "auto_envvar_prefix": "SITE"}
    assert "show" in CliRunner().invoke(outer, ["site", "-?"]).output


def test_run_from_cli_is_set(invoke: Callable[..., Result]) -> None:
    assert invoke("routes").exit_code == 0
    assert os.environ["FLASK_RUN_FROM_CLI"] == "true"


# -- when the app cannot be loaded -------------------------------------------------------


def test_an_unknown_command_says_why_there_is_no_app(monkeypatch: pytest.MonkeyPatch) -> None:
    # Where an app is looked for unnamed; tests of that name must not pass for it.
    monkeypatch.delitem(sys.modules, "wsgi", raising=False)
    result = CliRunner().invoke(cli.cli, ["missing"])
    assert result.exit_code == 2
    assert "FLASK_APP" in result.output
    assert "No such command 'missing'" in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("args", [[], ["--help"]])
def test_help_is_there_without_an_app(args: list[str]) -> None:
    result = CliRunner().invoke(cli.cli, args)
    assert "FLASK_APP" in result.output
    assert "Usage:" in result.output
    assert {"run", "shell", "routes", "exec", "serve"} <= set(result.output.split())


def test_help_shows_the_traceback_of_an_app_that_fails() -> None:
    def create_app() -> Flask:
        raise RuntimeError("no luck")

    result = CliRunner().invoke(cli.FlaskGroup(create_app=create_app), ["--help"])
    assert result.exit_code == 0
    assert "RuntimeError: no luck" in result.output
    assert "Usage:" in result.output


@pytest.mark.parametrize("args", [[], ["--help"], ["--no-such-option"]])
def test_help_leaves_no_context_behind(args: list[str], app: Flask) -> None:
    torn_down = []
    app.teardown_appcontext(torn_down.append)
    app.cli.command("show")(say_app)
    CliRunner().invoke(cli.FlaskGroup(create_app=lambda: app), args)
    assert not current_app
    assert torn_down == ([] if args == ["--no-such-option"] else [None])


def test_help_knows_the_app_that_the_environment_names(tmp_path: Path) -> None:
    (tmp_path / "site_env.py").write_text(
        "from flaskfast import Flask\n"
        "app = Flask('site')\n"
        "@app.cli.command('from-the-app')\n"
        "def command(): pass\n"
    )
    for args in ([], ["--help"]):
        result = CliRunner().invoke(cli.cli, args, env={"FLASK_APP": "site_env"})
        assert "from-the-app" in result.output
    (tmp_path / "env").write_text("FLASK_APP=site_env\n")
    result = CliRunner().invoke(cli.cli, [], env={"FLASK_ENV_FILE": "env", "FLASK_APP": None})
    assert "from-the-app" in result.output


# -- plug-ins ----------------------------------------------------------------------------


@pytest.fixture
def plugins(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[tuple[str, object]]]:
    """Stand in for what is installed: entry-point group -> (name, object) pairs."""
    installed: dict[str, list[tuple[str, object]]] = {}

    def entry_points(*, group: str) -> list[object]:
        return [
            types.SimpleNamespace(name=name, load=lambda value=value: value)
            for name, value in installed.get(group, [])
        ]

    monkeypatch.setattr(importlib.metadata, "entry_points", entry_points)
    return installed


def test_plugins_of_both_groups_are_commands(
    plugins: dict[str, list[tuple[str, object]]], invoke: Callable[..., Result]
) -> None:
    command = click.command("ignored")(cli.with_appcontext(say_app))
    plugins["flask.commands"] = [("db", command), ("both", click.Command("flask"))]
    plugins["flaskfast.commands"] = [("fast", command), ("both", command)]
    for name in ("db", "fast", "both"):
        assert invoke(name).output == "site\n"
    assert {"db", "fast", "both"} <= set(invoke("--help").output.split())


def test_plugins_are_loaded_once_and_win_over_the_app(
    app: Flask, plugins: dict[str, list[tuple[str, object]]]
) -> None:
    app.cli.command("db")(lambda: click.echo("app"))
    plugins["flask.commands"] = [("db", click.Command("db", callback=lambda: click.echo("plugin")))]
    group = cli.FlaskGroup(create_app=lambda: app)
    assert CliRunner().invoke(group, ["db"]).output == "plugin\n"
    plugins["flask.commands"].append(("late", click.Command("late")))
    assert CliRunner().invoke(group, ["late"]).exit_code == 2


# -- run ---------------------------------------------------------------------------------


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Hold what the development server was started with, instead of starting it."""
    given: dict[str, object] = {}

    def run_simple(host: str, port: int, app: object, **options: object) -> None:
        given.update(options, host=host, port=port, app=app)

    monkeypatch.setattr(cli, "run_simple", run_simple)
    return given


def test_run_defaults(app: Flask, invoke: Callable[..., Result], served: dict[str, object]) -> None:
    assert invoke("run").exit_code == 0
    assert served == {
        "host": "127.0.0.1",
        "port": 5000,
        "app": app,
        "threaded": True,
        "use_reloader": False,
        "use_debugger": False,
        "ssl_context": None,
        "extra_files": None,
        "exclude_patterns": None,
    }


@pytest.mark.parametrize(
    ("args", "environ", "expected"),
    [
        (["--debug"], {}, {"use_reloader": True, "use_debugger": True}),
        ([], {"FLASK_DEBUG": "1"}, {"use_reloader": True, "use_debugger": True}),
        (["--debug", "--no-reload"], {}, {"use_reloader": False, "use_debugger": True}),
        (["--debug", "--no-debugger"], {}, {"use_reloader": True, "use_debugger": False}),
        (["--reload"], {}, {"use_reloader": True, "use_debugger": False}),
        (["--no-debug"], {"FLASK_DEBUG": "1"}, {"use_reloader": False}),
        (["-h", "::1", "-p", "81"], {}, {"host": "::1", "port": 81}),
        (
            [],
            {"FLASK_RUN_HOST": "0.0.0.0", "FLASK_RUN_PORT": "82"},
            {"host": "0.0.0.0", "port": 82},
        ),
        (["--without-threads"], {}, {"threaded": False}),
        (["--extra-files", os.pathsep.join("ab")], {}, {"extra_files": ["a", "b"]}),
        ([], {"FLASK_RUN_EXCLUDE_PATTERNS": "*.log"}, {"exclude_patterns": ["*.log"]}),
    ],
)
def test_run_options(
    args: list[str],
    environ: dict[str, str],
    expected: dict[str, object],
    invoke: Callable[..., Result],
    served: dict[str, object],
) -> None:
    result = invoke("run", *args, env={"FLASK_DEBUG": None, **environ})
    assert result.exit_code == 0, result.output
    assert {name: served[name] for name in expected} == expected


def test_run_fails_with_the_app(served: dict[str, object]) -> None:
    def create_app() -> Flask:
        raise RuntimeError("no luck")

    result = CliRunner().invoke(cli.FlaskGroup(create_app=create_app), ["run"])
    assert isinstance(result.exception, RuntimeError)
    assert not served


def test_a_reloaders_child_serves_the_error_of_the_app(
    served: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    def create_app() -> Flask:
        raise RuntimeError("no luck")

    monkeypatch.setenv("WERKZEUG_RUN_MAIN", "true")
    result = CliRunner().invoke(cli.FlaskGroup(create_app=create_app), ["run"])
    assert result.exit_code == 0
    assert "RuntimeError: no luck" in result.output
    app = served["app"]
    assert callable(app)
    depths = set()
    for _ in range(3):
        with pytest.raises(RuntimeError, match="no luck") as caught:
            app({}, lambda *args: None)
        depths.add(len(caught.traceback))
        assert "create_app" in [entry.name for entry in caught.traceback]
    assert len(depths) == 1


# -- routes ------------------------------------------------------------------------------


@pytest.fixture
def routed(app: Flask) -> Flask:
    app.add_url_rule("/get_post/<int:x>", methods=["GET", "POST"], endpoint="yyy_get_post")
    app.add_url_rule("/zzz_post", methods=["POST"], endpoint="aaa_post")
    return app


def test_routes_as_a_table(routed: Flask, invoke: Callable[..., Result]) -> None:
    assert invoke("routes").output.splitlines() == [
        "Endpoint      Methods    Rule                   ",
        "------------  ---------  -----------------------",
        "aaa_post      POST       /zzz_post              ",
        "static        GET        /static/<path:filename>",
        "yyy_get_post  GET, POST  /get_post/<int:x>      ",
    ]
    assert "GET, HEAD, OPTIONS, POST" in invoke("routes", "--all-methods").output


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("endpoint", ["aaa_post", "static", "yyy_get_post"]),
        ("methods", ["static", "yyy_get_post", "aaa_post"]),
        ("rule", ["yyy_get_post", "static", "aaa_post"]),
        ("domain", None),
        ("match", None),
    ],
)
def test_routes_sorted(
    sort: str, order: list[str] | None, routed: Flask, invoke: Callable[..., Result]
) -> None:
    lines = invoke("routes", "--sort", sort).output.splitlines()[2:]
    wanted = order or [rule.endpoint for rule in routed.url_map.iter_rules()]
    assert [line.split()[0] for line in lines] == wanted


@pytest.mark.parametrize(("host_matching", "heading"), [(False, "Subdomain"), (True, "Host")])
def test_routes_of_several_domains(host_matching: bool, heading: str) -> None:
    app = Flask("site", static_folder=None, host_matching=host_matching)
    key = "host" if host_matching else "subdomain"
    app.add_url_rule("/1", endpoint="one", **{key: "b"})  # type: ignore[arg-type]
    app.add_url_rule("/2", endpoint="two", **{key: "a"})  # type: ignore[arg-type]
    group = cli.FlaskGroup(create_app=lambda: app)
    output = CliRunner().invoke(group, ["routes", "--sort", "domain"]).output
    rows = [line.split() for line in output.splitlines()]
    assert rows[0] == ["Endpoint", "Methods", heading, "Rule"]
    assert rows[2:] == [["two", "GET", "a", "/2"], ["one", "GET", "b", "/1"]]


def test_no_routes() -> None:
    app = Flask("site", static_folder=None)
    result = CliRunner().invoke(cli.FlaskGroup(create_app=lambda: app), ["routes"])
    assert result.output == "No routes were registered.\n"


# -- serve and exec ----------------------------------------------------------------------


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, object]]]:
    started: list[tuple[str, dict[str, object]]] = []
    module = types.ModuleType("flaskfast.serve")
    vars(module)["serve"] = lambda app_path, **options: started.append((app_path, options))
    monkeypatch.setitem(__import__("sys").modules, "flaskfast.serve", module)
    return started


@pytest.mark.parametrize(
    ("args", "environ"),
    [
        (["serve", "site:app", "-h", "::1", "-p", "81", "-w", "2", "-t", "3"], {}),
        (["--app", "site:app", "serve", "-h", "::1", "-p", "81", "-w", "2", "-t", "3"], {}),
        (
            ["serve"],
            {
                "FLASK_APP": "site:app",
                "FLASK_SERVE_HOST": "::1",
                "FLASK_SERVE_PORT": "81",
                "FLASK_SERVE_WORKERS": "2",
                "FLASK_SERVE_THREADS": "3",
            },
        ),
    ],
)
def test_serve(
    args: list[str], environ: dict[str, str], production: list[tuple[str, dict[str, object]]]
) -> None:
    result = CliRunner().invoke(cli.cli, args, env=environ)
    assert result.exit_code == 0, result.output
    assert production == [("site:app", {"host": "::1", "port": 81, "workers": 2, "threads": 3})]


def test_serve_wants_an_app_and_at_least_one_worker(
    production: list[tuple[str, dict[str, object]]],
) -> None:
    for args, complaint in [
        (["serve"], "Name one, as in 'serve module:name'"),
        (["serve", "site:app", "--workers", "0"], "0 is not in the range"),
    ]:
        result = CliRunner().invoke(cli.cli, args)
        assert result.exit_code == 2
        assert complaint in result.output
    assert production == []


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    import flaskfast.dropin.launcher as launcher

    argvs: list[tuple[str, ...]] = []

    def run(argv: tuple[str, ...]) -> int:
        argvs.append(tuple(argv))
        assert "FLASK_RUN_FROM_CLI" not in os.environ
        return 3

    monkeypatch.setattr(launcher, "run", run)
    return argvs


@pytest.mark.parametrize(
    ("given", "passed"),
    [
        ("gunicorn app:app", "gunicorn app:app"),
        ("gunicorn --help", "gunicorn --help"),
        (
            "python -m pytest -x --debug -- tests --app",
            "python -m pytest -x --debug -- tests --app",
        ),
        ("-- python -c 1", "python -c 1"),
        ("--unknown -z command", "--unknown -z command"),
    ],
)
def test_exec_hands_everything_over(
    given: str, passed: str, launched: list[tuple[str, ...]]
) -> None:
    result = CliRunner().invoke(cli.cli, ["exec", *given.split()])
    assert result.exit_code == 3
    assert launched == [tuple(passed.split())]


def test_exec_has_help_and_wants_a_command(launched: list[tuple[str, ...]]) -> None:
    assert "exec [OPTIONS] COMMAND..." in CliRunner().invoke(cli.cli, ["exec", "--help"]).output
    result = CliRunner().invoke(cli.cli, ["exec"])
    assert result.exit_code == 2
    assert "Missing argument 'COMMAND...'" in result.output
    assert launched == []
