"""Options and the environment: certificates, path lists, dotenv files, debug, version."""

from __future__ import annotations

import os
import platform
import ssl
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from flaskfast import Flask, cli
from flaskfast._kernels import flavour, reason
from flaskfast._version import FLASK_VERSION, VERSION


@pytest.fixture(autouse=True)
def _environment_as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Start in an empty folder, without any FLASK_ variable; leave no variable behind."""
    before = dict(os.environ)
    for name in before:
        if name.startswith("FLASK_"):
            del os.environ[name]
    monkeypatch.chdir(tmp_path)
    yield
    os.environ.clear()
    os.environ.update(before)


def without(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Make `import name` fail."""
    monkeypatch.setitem(sys.modules, name, None)


def run_params(*args: str) -> dict[str, object]:
    return cli.run_command.make_context("run", list(args)).params


def refused(*args: str) -> str:
    with pytest.raises(click.BadParameter) as caught:
        run_params(*args)
    return caught.value.format_message()


# -- certificates ------------------------------------------------------------------------


def test_certificate_files_go_together_in_any_order(tmp_path: Path) -> None:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    cert.touch()
    key.touch()
    pair = (os.path.realpath(cert), os.path.realpath(key))
    assert run_params("--cert", "cert.pem", "--key", "key.pem")["cert"] == pair
    assert run_params("--key", "key.pem", "--cert", "cert.pem")["cert"] == pair
    assert run_params()["cert"] is None
    assert "needs its --key" in refused("--cert", "cert.pem")
    assert "give --cert too" in refused("--key", "key.pem")
    assert "does not exist" in refused("--cert", "cert.pem", "--key", "missing.pem")


def test_an_adhoc_certificate_needs_cryptography(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    without(monkeypatch, "cryptography")
    assert "pip install cryptography" in refused("--cert", "adhoc")
    monkeypatch.setitem(sys.modules, "cryptography", types.ModuleType("cryptography"))
    assert run_params("--cert", "AdHoc")["cert"] == "adhoc"
    (tmp_path / "key.pem").touch()
    assert "Leave --key out" in refused("--cert", "adhoc", "--key", "key.pem")


def test_a_context_can_be_imported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    module = types.ModuleType("Tls_Settings")
    vars(module)["Context"] = context
    monkeypatch.setitem(sys.modules, "Tls_Settings", module)
    for path in ("Tls_Settings:Context", "Tls_Settings.Context"):
        assert run_params("--cert", path)["cert"] is context
    (tmp_path / "key.pem").touch()
    assert "Leave --key out" in refused("--cert", "Tls_Settings.Context", "--key", "key.pem")


@pytest.mark.parametrize("value", ["missing.pem", ".pem", "os", "os:path", "no_such.thing"])
def test_what_is_no_certificate_is_reported_as_a_missing_file(value: str) -> None:
    assert f"File '{value}' does not exist" in refused("--cert", value)


def test_a_python_without_ssl(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    without(monkeypatch, "ssl")
    (tmp_path / "cert.pem").touch()
    assert "'ssl' module" in refused("--cert", "cert.pem")


# -- lists of paths ----------------------------------------------------------------------


def test_paths_are_parted_by_the_path_separator() -> None:
    params = run_params("--extra-files", os.pathsep.join(["a", "b/c"]), "--exclude-patterns", "*.x")
    assert params["extra_files"] == ["a", "b/c"]
    assert params["exclude_patterns"] == ["*.x"]
    assert run_params()["extra_files"] is None


def test_every_path_is_checked(tmp_path: Path) -> None:
    (tmp_path / "here").touch()
    both = cli.SeparatedPathType(exists=True)
    assert both.convert("here", None, None) == ["here"]
    with pytest.raises(click.BadParameter, match="missing"):
        both.convert(os.pathsep.join(["here", "missing"]), None, None)


# -- dotenv files ------------------------------------------------------------------------


def test_who_beats_whom(tmp_path: Path) -> None:
    (tmp_path / ".flaskenv").write_text("A=flaskenv\nB=flaskenv\nC=flaskenv\nD=flaskenv\n")
    (tmp_path / ".env").write_text("B=env\nC=env\nD=env\nNAME\nHAM=火腿\n", encoding="utf-8")
    (tmp_path / "own").write_text("C=own\nD=own\n")
    os.environ["D"] = "set"
    inner = tmp_path / "inner"
    inner.mkdir()
    os.chdir(inner)

    assert cli.load_dotenv(tmp_path / "own") is True
    assert [os.environ[name] for name in "ABCD"] == ["flaskenv", "env", "own", "set"]
    assert os.environ["HAM"] == "火腿"
    assert "NAME" not in os.environ
    assert Path.cwd() == inner


def test_defaults_can_be_left_out(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=env\n")
    (tmp_path / "own").write_text("B=own\n")
    assert cli.load_dotenv("own", load_defaults=False) is True
    assert "A" not in os.environ
    assert os.environ["B"] == "own"


def test_nothing_to_load() -> None:
    assert cli.load_dotenv() is False
    assert cli.load_dotenv("missing") is False


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"A=\xff\n")
    with pytest.raises(UnicodeDecodeError, match=r"\.env'\. Save it as UTF-8"):
        cli.load_dotenv()
    result = CliRunner().invoke(cli.FlaskGroup(create_app=lambda: Flask("made")), ["routes"])
    assert result.exit_code == 2
    assert ".env" in result.output
    assert isinstance(result.exception, SystemExit)


def test_without_python_dotenv_there_is_a_hint(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    without(monkeypatch, "dotenv")
    assert cli.load_dotenv() is False
    assert capsys.readouterr().err == ""
    (tmp_path / ".env").write_text("A=env\n")
    assert cli.load_dotenv() is False
    assert "Install python-dotenv" in capsys.readouterr().err
    assert "A" not in os.environ

    group = cli.FlaskGroup(create_app=lambda: Flask("made"))
    result = CliRunner().invoke(group, ["--env-file", ".env", "routes"])
    assert result.exit_code == 2
    assert "pip install python-dotenv" in result.output
    result = CliRunner().invoke(group, ["routes"])
    assert result.exit_code == 0
    assert "Install python-dotenv" in result.output


@pytest.fixture
def group() -> cli.FlaskGroup:
    group = cli.FlaskGroup(create_app=lambda: Flask("made"))

    @group.command("show")
    def show() -> None:
        click.echo(" ".join(f"{name}={os.environ.get(name)}" for name in ("A", "FLASK_DEBUG")))

    return group


def test_env_file_is_an_option_and_a_variable(group: cli.FlaskGroup, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=env\n")
    (tmp_path / "own").write_text("A=own\n")
    invoke = CliRunner().invoke
    assert invoke(group, ["show"], env={"A": None}).output.startswith("A=env ")
    assert invoke(group, ["-e", "own", "show"], env={"A": None}).output.startswith("A=own ")
    env = {"A": None, "FLASK_ENV_FILE": "own"}
    assert invoke(group, ["show"], env=env).output.startswith("A=own ")
    env = {"A": None, "FLASK_SKIP_DOTENV": "1"}
    assert invoke(group, ["show"], env=env).output.startswith("A=None ")
    result = invoke(group, ["-e", "missing", "show"])
    assert result.exit_code == 2
    assert "'missing' does not exist" in result.output


def test_a_dotenv_file_can_hold_the_options(
    group: cli.FlaskGroup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".flaskenv").write_text("FLASK_RUN_PORT=1234\nFLASK_DEBUG=1\n")
    served: dict[str, object] = {}
    monkeypatch.setattr(
        cli, "run_simple", lambda host, port, app, **options: served.update(options, port=port)
    )
    result = CliRunner().invoke(group, ["run"], env={"FLASK_RUN_PORT": None, "FLASK_DEBUG": None})
    assert result.exit_code == 0, result.output
    assert served["port"] == 1234
    assert served["use_reloader"] is served["use_debugger"] is True


@pytest.mark.parametrize(
    ("args", "variable", "debug"),
    [
        (["show"], None, None),
        (["show"], "1", "1"),
        (["show"], "no", "0"),
        (["--debug", "show"], None, "1"),
        (["--debug", "show"], "0", "1"),
        (["--no-debug", "show"], "1", "0"),
    ],
)
def test_debug(
    group: cli.FlaskGroup, args: list[str], variable: str | None, debug: str | None
) -> None:
    output = CliRunner().invoke(group, args, env={"FLASK_DEBUG": variable}).output
    assert output.endswith(f"FLASK_DEBUG={debug}\n")


def test_debug_is_set_before_a_factory_runs() -> None:
    seen = []

    def create_app() -> Flask:
        seen.append(os.environ.get("FLASK_DEBUG"))
        return Flask("made")

    CliRunner().invoke(cli.FlaskGroup(create_app=create_app), ["--debug", "routes"])
    assert seen == ["1"]


# -- version and banner ------------------------------------------------------------------


def test_version_names_everything_that_runs() -> None:
    result = CliRunner().invoke(cli.cli, ["--version"])
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[0] == f"Python {platform.python_version()}"
    assert lines[1] == f"flaskfast {VERSION}"
    assert lines[2].startswith(f"Flask {FLASK_VERSION}")
    assert lines[3].startswith("Werkzeug 3.1.")
    assert lines[4] == f"Kernels {flavour}: {reason}"
    assert len(lines) == 5


def test_version_can_be_left_out() -> None:
    result = CliRunner().invoke(cli.FlaskGroup(add_version_option=False), ["--version"])
    assert result.exit_code == 2


def test_the_banner_names_the_flavour(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    start = f" * flaskfast {VERSION} with {flavour} kernels\n"
    cli.show_server_banner(True, "hello")
    assert capsys.readouterr().out == (" * Serving Flask app 'hello'\n * Debug mode: on\n" + start)
    cli.show_server_banner(False, None)
    assert capsys.readouterr().out == " * Debug mode: off\n" + start
    monkeypatch.setenv("WERKZEUG_RUN_MAIN", "true")
    cli.show_server_banner(True, "hello")
    assert capsys.readouterr().out == ""


def test_the_banner_can_be_replaced(group: cli.FlaskGroup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "show_server_banner", lambda *args: None)
    monkeypatch.setattr(cli, "run_simple", lambda *args, **options: None)
    assert CliRunner().invoke(group, ["run"]).output == ""
