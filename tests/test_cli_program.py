"""The command line as a program: real processes, real servers, installed plug-ins."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

import flaskfast
from flaskfast._kernels import flavour
from flaskfast._version import FLASK_VERSION, VERSION

#: What a request ends with while the server restarts.
NOT_NOW = (OSError, HTTPException)

SOURCE = str(Path(flaskfast.__file__).parent.parent)

#: An application as anybody writes one for Flask.
SITE = """
    import click
    from flask import Flask

    app = Flask(__name__)

    @app.get("/")
    def index():
        return "one"

    @app.get("/fail")
    def fail():
        raise RuntimeError("no luck")

    @app.cli.command("greet")
    @click.argument("name")
    def greet(name):
        click.echo(f"Hello {name} from {app.name}, {Flask.__module__}")
"""


def environ(**variables: str) -> dict[str, str]:
    """Return this process's environment without what would steer the command line."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("FLASK_")}
    inherited.pop("WERKZEUG_RUN_MAIN", None)
    inherited.pop("WERKZEUG_SERVER_FD", None)
    paths = [SOURCE, *filter(None, [inherited.pop("PYTHONPATH", "")])]
    return {
        **inherited,
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        **variables,
    }


def run(
    *args: str, cwd: Path, stdin: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flaskfast", *args],
        cwd=cwd,
        env=environ(**variables),
        input=stdin,
        capture_output=True,
        text=True,
    )


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with the application in `site_program.py`."""
    write(tmp_path / "site_program.py", SITE)
    return tmp_path


class Server:
    """A `run` command in a process group of its own, writing to a log file."""

    def __init__(self, args: list[str], cwd: Path, env: Mapping[str, str]) -> None:
        self.log = cwd / "server.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "flaskfast", *args],
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def output(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, seen: Callable[[], object]) -> object:
        """Poll until something is seen; fail when the server ends instead."""
        while True:
            result = seen()
            if result:
                return result
            assert self.process.poll() is None, self.output()
            time.sleep(0.05)

    def url(self, path: str = "/") -> str:
        started = re.compile(r"Running on (https?://127\.0\.0\.1:\d+)")
        found = self.wait_for(lambda: started.search(self.output()))
        assert isinstance(found, re.Match)
        return f"{found.group(1)}{path}"

    def answers(self, text: str) -> bool:
        try:
            with urlopen(self.url()) as response:
                return bool(response.read().decode() == text)
        except NOT_NOW:
            return False

    def stop(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait()


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start(*args: str, cwd: Path, **variables: str) -> Server:
        servers.append(Server([*args], cwd, environ(**variables)))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


# -- run ---------------------------------------------------------------------------------


def test_run_serves_an_unmodified_app(site: Path, serve: Callable[..., Server]) -> None:
    server = serve("--app", "site_program", "run", "--port", "0", cwd=site)
    with urlopen(server.url()) as response:
        assert response.read() == b"one"
    output = server.output()
    assert " * Serving Flask app 'site_program'\n * Debug mode: off\n" in output
    assert f" * flaskfast {VERSION} with {flavour} kernels\n" in output


def test_run_takes_its_options_from_dotenv_files(site: Path, serve: Callable[..., Server]) -> None:
    pytest.importorskip("dotenv")
    write(site / ".flaskenv", "FLASK_APP=site_program:app\nFLASK_RUN_PORT=0\n")
    server = serve("run", cwd=site)
    with urlopen(server.url()) as response:
        assert response.read() == b"one"


def test_a_module_that_calls_run_does_not_start_a_server(site: Path) -> None:
    with (site / "site_program.py").open("a") as module:
        module.write("\napp.run(port=1)\n")
    result = run("--app", "site_program", "greet", "you", cwd=site)
    assert result.returncode == 0, result.stderr
    assert "app.run()" in result.stdout  # said to be ignored
    assert result.stdout.endswith("\nHello you from site_program, flaskfast.app\n")


def test_the_reloader_follows_the_code_and_outlives_its_errors(
    site: Path, serve: Callable[..., Server]
) -> None:
    module = site / "site_program.py"
    server = serve("--app", "site_program", "run", "--port", "0", "--debug", cwd=site)
    server.wait_for(lambda: server.answers("one"))
    assert server.output().count(" * Debug mode: on") == 1

    module.write_text(module.read_text().replace('"one"', '"two"'))
    server.wait_for(lambda: server.answers("two"))

    sound = module.read_text()
    module.write_text("raise ZeroDivisionError('in the middle of an edit')\n")
    server.wait_for(lambda: "in the middle of an edit" in server.output())

    def fails() -> bool:
        try:
            urlopen(server.url()).close()
        except HTTPError as error:
            with error, suppress(*NOT_NOW):
                return error.code == 500 and "in the middle of an edit" in error.read().decode()
        except NOT_NOW:
            pass
        return False

    server.wait_for(fails)
    module.write_text(sound.replace('"two"', '"three"'))
    server.wait_for(lambda: server.answers("three"))
    assert server.output().count("Serving Flask app") == 1


def test_run_with_an_adhoc_certificate(site: Path, serve: Callable[..., Server]) -> None:
    pytest.importorskip("cryptography")
    import ssl

    server = serve("--app", "site_program", "run", "-p", "0", "--cert", "adhoc", cwd=site)
    url = server.url()
    assert url.startswith("https:")
    unchecked = ssl.create_default_context()
    unchecked.check_hostname = False
    unchecked.verify_mode = ssl.CERT_NONE
    with urlopen(url, context=unchecked) as response:
        assert response.read() == b"one"


# -- routes, shell, an app's commands ----------------------------------------------------


def test_routes(site: Path) -> None:
    result = run("--app", "site_program", "routes", cwd=site)
    assert result.returncode == 0, result.stderr
    rows = [line.split() for line in result.stdout.splitlines()]
    assert ["fail", "GET", "/fail"] in rows
    assert ["index", "GET", "/"] in rows


def test_shell_has_the_apps_names_and_context(site: Path) -> None:
    with (site / "site_program.py").open("a") as module:
        module.write("\napp.shell_context_processor(lambda: {'answer': 42})\n")
    startup = write(site / "startup.py", "ready = '火腿'\nanswer = app = None\n1 / 0\n")
    script = """
        print('names', app.name, g is not None, answer, ready)
        from flask import current_app
        print('context', current_app == app)
    """
    result = run(
        "--app",
        "site_program",
        "shell",
        cwd=site,
        stdin=textwrap.dedent(script),
        PYTHONSTARTUP=str(startup),
    )
    assert result.returncode == 0, result.stderr
    assert "names site_program True 42 火腿" in result.stdout
    assert "context True" in result.stdout
    assert "App: site_program" in result.stderr
    assert "ZeroDivisionError" in result.stderr  # of the startup script, as in Python itself


def test_shell_completes_the_apps_names(site: Path) -> None:
    pytest.importorskip("readline")
    script = "import readline; print('completes', readline.get_completer()('current_ap', 0))"
    with (site / "site_program.py").open("a") as module:
        module.write("\napp.shell_context_processor(lambda: {'current_apple': 42})\n")
    write(site / "sitecustomize.py", "import sys\nsys.__interactivehook__ = lambda: None\n")
    result = run(
        "--app",
        "site_program",
        "shell",
        cwd=site,
        stdin=f"{script}\n",
        PYTHONPATH=os.pathsep.join([str(site), SOURCE]),
    )
    assert "completes current_apple" in result.stdout, result.stderr


def test_an_apps_command(site: Path) -> None:
    result = run("--app", "site_program", "greet", "you", cwd=site)
    assert result.stdout == "Hello you from site_program, flaskfast.app\n"
    assert result.returncode == 0, result.stderr


# -- wrong use ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "complaint"),
    [
        (["run"], "FLASK_APP"),
        (["--app", "missing", "run"], "Could not import 'missing'"),
        (["--app", "site_program:missing", "run"], "has no attribute 'missing'"),
        (["--app", "site_program:greet()", "routes"], "not a Flask application"),
        (["--app", "site_program:app(", "routes"], "neither a name nor a call"),
        (["--app", "site_program", "missing"], "No such command 'missing'"),
        (["--env-file", "missing", "routes"], "'missing' does not exist"),
        (["--app", "site_program", "run", "--port", "x"], "'x' is not a valid integer"),
        (["--app", "site_program", "run", "--key", "site_program.py"], "give --cert too"),
        (["exec"], "Missing argument 'COMMAND...'"),
        (["serve"], "No application to serve"),
    ],
)
def test_wrong_use_ends_with_a_message_and_no_traceback(
    args: list[str], complaint: str, site: Path
) -> None:
    result = run(*args, cwd=site)
    assert result.returncode == 2
    assert complaint in result.stderr
    assert "Traceback" not in result.stderr
    assert "Usage: python -m flaskfast" in result.stderr


def test_an_import_error_in_the_app_shows_where(site: Path) -> None:
    write(site / "site_broken.py", "import missing_module\n")
    result = run("--app", "site_broken", "run", cwd=site)
    assert result.returncode == 2
    assert "site_broken.py" in result.stderr
    assert "No module named 'missing_module'" in result.stderr


def test_a_dotenv_file_that_is_not_text(site: Path) -> None:
    pytest.importorskip("dotenv")
    (site / ".env").write_bytes(b"\xff\xfe\x00")
    result = run("--app", "site_program", "routes", cwd=site)
    assert result.returncode == 2
    assert str(site / ".env") in result.stderr
    assert "Traceback" not in result.stderr


# -- the name it goes by, and what it stands in for --------------------------------------


def test_version(site: Path) -> None:
    result = run("--version", cwd=site)
    assert result.returncode == 0, result.stderr
    for text in (f"flaskfast {VERSION}\n", f"\nFlask {FLASK_VERSION}", f"\nKernels {flavour}: "):
        assert text in result.stdout


def test_under_the_name_of_flask_an_app_may_use_our_commands_names(site: Path) -> None:
    with (site / "site_program.py").open("a") as module:
        for name in ("exec", "serve"):
            module.write(f"\napp.cli.command('{name}')(lambda: print('the app {name}'))\n")
    for name in ("exec", "serve"):
        args = ("-m", "flask", "--app", "site_program", name)
        result = run("exec", *args, cwd=site)
        assert result.stdout == f"the app {name}\n", result.stderr
    result = run("exec", "-m", "flask", "--help", cwd=site)
    assert "Usage: python -m flask [OPTIONS]" in result.stdout
    assert "Run another program" not in result.stdout
    assert "Run another program" in run("--help", cwd=site).stdout


def test_the_reloader_starts_flask_again_as_it_was_started(
    site: Path, serve: Callable[..., Server]
) -> None:
    args = ("--app", "site_program", "run", "--port", "0", "--reload")
    server = serve("exec", "-m", "flask", *args, cwd=site)
    server.wait_for(lambda: server.answers("one"))
    module = site / "site_program.py"
    module.write_text(module.read_text().replace('"one"', "Flask.__module__"))
    server.wait_for(lambda: server.answers("flaskfast.app"))


def test_genuine_flask_is_left_alone_when_it_came_first(site: Path) -> None:
    pytest.importorskip("flask")
    write(site / "both.py", "import flask\nfrom flaskfast.cli import main\nmain()\n")
    result = subprocess.run(
        [sys.executable, "both.py", "--app", "site_program", "greet", "you"],
        cwd=site,
        env=environ(),
        capture_output=True,
        text=True,
    )
    assert result.returncode == 2
    assert "genuine Flask" in result.stderr
    assert "flaskfast exec" in result.stderr


# -- exec --------------------------------------------------------------------------------


def test_exec_changes_nothing_but_the_meaning_of_flask(site: Path) -> None:
    write(site / ".env", "FROM_DOTENV=1\n")
    write(
        site / "show.py",
        """
        import os, sys
        import flask
        print(sys.argv[1:])
        print(flask.__name__, os.environ.get("FROM_DOTENV"), "FLASK_RUN_FROM_CLI" in os.environ)
        sys.exit(7)
        """,
    )
    result = run("exec", "python", "show.py", "--app", "x", "--", "-h", "--help", cwd=site)
    assert result.stdout == "['--app', 'x', '--', '-h', '--help']\nflaskfast None False\n"
    assert result.returncode == 7, result.stderr


def test_exec_can_be_given_variables_from_a_file(site: Path) -> None:
    pytest.importorskip("dotenv")
    write(site / "own", "FROM_DOTENV=1\n")
    show = "import os; print(os.environ['FROM_DOTENV'], 'FLASK_RUN_FROM_CLI' in os.environ)"
    result = run("--env-file", "own", "exec", "python", "-c", show, cwd=site)
    assert result.stdout == "1 False\n", result.stderr


def test_exec_without_such_a_program(site: Path) -> None:
    result = run("exec", "no-such-program", "--help", cwd=site)
    assert result.returncode == 127
    assert "no-such-program" in result.stderr
    assert "Traceback" not in result.stderr


# -- plug-ins ----------------------------------------------------------------------------


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """A folder as installers leave it: a module, and metadata that announces commands."""
    folder = tmp_path / "installed"
    write(
        folder / "plugin_commands.py",
        """
        import click
        from flask import current_app
        from flask.cli import AppGroup, with_appcontext

        db = AppGroup("db")

        @db.command("show")
        def show():
            click.echo(f"{current_app.name} {AppGroup.__module__}")

        @click.command()
        @with_appcontext
        def fast():
            click.echo(f"fast {current_app.name}")
        """,
    )
    metadata = folder / "plugin_commands-1.0.dist-info"
    write(metadata / "METADATA", "Metadata-Version: 2.1\nName: plugin-commands\nVersion: 1.0\n")
    write(
        metadata / "entry_points.txt",
        """
        [flask.commands]
        db = plugin_commands:db

        [flaskfast.commands]
        fast = plugin_commands:fast
        """,
    )
    return folder


def test_plugins_of_both_groups(site: Path, plugin: Path) -> None:
    path = os.pathsep.join([str(plugin), SOURCE])
    for args, output in [
        (["db", "show"], "site_program flaskfast.cli\n"),
        (["fast"], "fast site_program\n"),
    ]:
        result = run("--app", "site_program", *args, cwd=site, PYTHONPATH=path)
        assert result.stdout == output, result.stderr
        assert result.returncode == 0
    assert {"db", "fast"} <= set(run("--help", cwd=site, PYTHONPATH=path).stdout.split())


def test_plugins_are_there_without_an_app(tmp_path: Path, plugin: Path) -> None:
    path = os.pathsep.join([str(plugin), SOURCE])
    result = run("db", "--help", cwd=tmp_path, PYTHONPATH=path)
    assert result.returncode == 0, result.stderr
    assert "show" in result.stdout
