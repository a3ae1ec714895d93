"""Commands that start programs: `exec` any, `serve` a production server."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from .cli import ScriptInfo


@click.command(
    "exec",
    short_help="Run another program, with flaskfast in Flask's place.",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def exec_command(command: Sequence[str]) -> None:
    """Run COMMAND, and whatever it starts, with 'import flask' meaning flaskfast.

    Everything from COMMAND on is handed over as it stands, for example
    'exec gunicorn -w 4 app:app' or 'exec pytest -x'.
    """
    from .dropin.launcher import run

    # Under FlaskGroup this is set, and would turn the program's own `app.run()` into nothing.
    os.environ.pop("FLASK_RUN_FROM_CLI", None)
    sys.exit(run(command))


@click.command("serve", short_help="Serve the app in production.")
@click.argument("app", required=False)
@click.option(
    "--host", "-h", default="127.0.0.1", show_default=True, help="The address to listen on."
)
@click.option("--port", "-p", default=8000, show_default=True, help="The port to listen on.")
@click.option(
    "--workers",
    "-w",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="How many processes.",
)
@click.option(
    "--threads",
    "-t",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="How many requests each process answers at a time.",
)
@click.pass_obj
def serve_command(
    info: ScriptInfo | None, app: str | None, host: str, port: int, workers: int, threads: int
) -> None:
    """Serve APP, in the form 'module:name', with a production server.

    Left out, APP is what '--app' or FLASK_APP names.
    """
    app_path = app or (info and info.app_import_path)
    if not app_path:
        raise click.UsageError("No application to serve. Name one, as in 'serve module:name'.")

    from .serve import serve

    serve(app_path, host=host, port=port, workers=workers, threads=threads)


@click.command("bench", short_help="Compare the app's speed with genuine Flask's.")
@click.option("--app", "-A", "app", metavar="APP", help="The application, as 'module:name'.")
@click.option(
    "--path",
    "paths",
    multiple=True,
    metavar="PATH",
    help="A path to ask for, with its query string; may be repeated. Left out, all GET rules "
    "without parameters are asked.",
)
@click.option(
    "--header",
    "headers",
    multiple=True,
    metavar="'NAME: VALUE'",
    help="A header to send, such as a Cookie; may be repeated.",
)
@click.option(
    "--rounds", default=60, show_default=True, type=click.IntRange(min=1), help="How many turns."
)
@click.option(
    "--seconds",
    default=0.005,
    show_default=True,
    type=click.FloatRange(min=0.0),
    help="How long each turn of each framework takes.",
)
@click.option(
    "--html", type=click.Path(dir_okay=False, writable=True), help="Write a report with charts."
)
@click.pass_obj
def bench_command(
    info: ScriptInfo | None,
    app: str | None,
    paths: Sequence[str],
    headers: Sequence[str],
    rounds: int,
    seconds: float,
    html: str | None,
) -> None:
    """Time the app's routes on genuine Flask and on flaskfast, and compare.

    Each framework gets an interpreter of its own, and they take turns. Requests are
    made in process, without a server or a network. What the app answers must be the
    same on both; where it is not, the table says what differs.
    """
    target = app or (info and info.app_import_path)
    if not target:
        raise click.UsageError("No application to time. Name one, as in 'bench --app module:name'.")

    from ._bench.compare import compare

    compare(target, paths=paths, headers=headers, rounds=rounds, seconds=seconds, html=html)
