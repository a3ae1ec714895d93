"""Commands that look at an application: `verify` compares it with genuine Flask, `doctor`
examines it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from .cli import ScriptInfo

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _app_path(info: ScriptInfo | None, app: str | None, command: str) -> str:
    path = app or (info and info.app_import_path)
    if not path:
        raise click.UsageError(
            f"No application to look at. Name one, as in '{command} module:name'."
        )
    return path


def _samples(
    ctx: click.Context, param: click.Parameter, values: tuple[str, ...]
) -> dict[str, list[str]]:
    samples: dict[str, list[str]] = {}
    for value in values:
        name, equals, text = value.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"{value!r} is not of the form NAME=VALUE.", ctx, param)
        samples.setdefault(name, []).append(text)
    return samples


@click.command("verify", short_help="Compare an app on Flask with the same app on flaskfast.")
@click.argument("app", required=False)
@click.option(
    "--requests",
    "-r",
    type=_FILE,
    multiple=True,
    help="Replay the requests in this file: a HAR recording, curl commands, or a simple text.",
)
@click.option(
    "--access-log",
    "-l",
    type=_FILE,
    multiple=True,
    help="Replay the requests of this access log, in the common or combined format.",
)
@click.option(
    "--routes",
    is_flag=True,
    help="Derive requests from the URL map, too. Without files, that is done anyway.",
)
@click.option(
    "--sample",
    "samples",
    metavar="NAME=VALUE",
    multiple=True,
    callback=_samples,
    help="A value for an argument of the app's rules, as in 'username=admin'. Repeatable.",
)
@click.option(
    "--unsafe",
    is_flag=True,
    help="Derive requests that may change data (POST, DELETE, ...), too.",
)
@click.option("--https", is_flag=True, help="Send derived requests as if by HTTPS.")
@click.option(
    "--copy",
    is_flag=True,
    help="Run in a copy of the current directory, made anew for each process.",
)
@click.option(
    "--reset",
    metavar="COMMAND",
    help="A shell command that puts the app's data back to its beginning, before each process.",
)
@click.option(
    "--cookies/--no-cookies",
    default=True,
    show_default=True,
    help="Keep cookies from request to request, as a browser does.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=10.0,
    show_default=True,
    help="Seconds that one request may take.",
)
@click.option(
    "--measure",
    type=click.FloatRange(min=0),
    default=0.3,
    show_default=True,
    help="Seconds to measure each request on each side; 0 measures nothing.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=500,
    show_default=True,
    help="The most requests to take of an access log.",
)
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a report to this file: one page that needs nothing else.",
)
@click.option(
    "--json", "json_file", metavar="FILE", help="Write all results to this file; '-' is stdout."
)
@click.pass_obj
def verify_command(
    info: ScriptInfo | None,
    app: str | None,
    requests: tuple[Path, ...],
    access_log: tuple[Path, ...],
    routes: bool,
    samples: dict[str, list[str]],
    unsafe: bool,
    https: bool,
    copy: bool,
    reset: str | None,
    cookies: bool,
    timeout: float,
    measure: float,
    limit: int,
    html: Path | None,
    json_file: str | None,
) -> None:
    """Answer whether APP, in the form 'module:name', behaves the same on flaskfast.

    APP runs under genuine Flask and under flaskfast, each in a process of its own.
    Both get the same requests; status, headers and bodies are compared, and the time
    they take. Genuine Flask is asked several times, so that what varies by itself is
    not taken for a difference.

    Left out, APP is what '--app' or FLASK_APP names. The exit status is 0 when nothing
    differs, 1 when something does, 2 when nothing could be compared.
    """
    from .verify.command import run
    from .verify.verification import Wishes

    wishes = Wishes(
        requests=requests,
        logs=access_log,
        routes=routes,
        samples=samples,
        unsafe=unsafe,
        scheme="https" if https else "http",
        seconds=measure,
        limit=limit,
    )
    status = run(
        _app_path(info, app, "verify"),
        wishes,
        copy=copy,
        reset=reset,
        cookies=cookies,
        timeout=timeout,
        html=html,
        json_file=json_file,
    )
    sys.exit(status)


@click.command("doctor", short_help="Say what runs, what costs speed or safety, and what to do.")
@click.argument("app", required=False)
@click.option("--json", "as_json", is_flag=True, help="Write the findings as JSON.")
@click.pass_obj
def doctor_command(info: ScriptInfo | None, app: str | None, as_json: bool) -> None:
    """Examine the installation, and APP, in the form 'module:name'.

    It names the kernels in use and why, versions, what the name flask means, what is
    overridden and by whom, and settings that cost speed or safety, each with a hint.

    Left out, APP is what '--app' or FLASK_APP names, or the one in 'wsgi.py' or
    'app.py'. The exit status is 0 when there is no problem, else 1.
    """
    from .doctor import examine, show

    result = examine(app or (info and info.app_import_path) or None)
    if as_json:
        click.echo(json.dumps(result.document(), indent=2))
    else:
        show(result)
    sys.exit(0 if result.healthy else 1)
