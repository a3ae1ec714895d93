"""What ``flaskfast verify`` does with its arguments."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from .replay import Setting
from .report import Terminal, document, page
from .request import Unreadable
from .verification import Impossible, Result, Verification, Wishes
from .world import ResetFailed, World

SAME, DIFFERENT, UNUSABLE = 0, 1, 2


def run(
    app: str,
    wishes: Wishes,
    *,
    copy: bool = False,
    reset: str | None = None,
    cookies: bool = True,
    timeout: float = 10.0,
    html: Path | None = None,
    json_file: str | None = None,
) -> int:
    """Verify *app*, write the reports and return the exit status.

    :param html: where to write the page.
    :param json_file: where to write the JSON; ``-`` is standard output, and the table then goes
        to standard error.
    """
    out = sys.stderr if json_file == "-" else sys.stdout
    terminal = Terminal(out)
    world = World(Path.cwd(), copy=copy, reset=reset)
    setting = Setting(app, world, limit=timeout, cookies=cookies)
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        _refuse_unwritable([html, None if json_file in (None, "-") else Path(str(json_file))])
        result = Verification(setting, wishes, terminal.progress).run()
    except (Impossible, Unreadable, ResetFailed) as error:
        terminal.clear()
        click.echo(f"Error: {error}", err=True)
        return UNUSABLE
    finally:
        terminal.clear()
        world.close()
        signal.signal(signal.SIGTERM, before)
    terminal.show(result)
    _write(result, html, json_file, out)
    return SAME if result.same else DIFFERENT


def _leave(number: int, frame: Any) -> None:
    """Leave by way of every ``finally``, so that processes are ended."""
    sys.exit(128 + number)


def _refuse_unwritable(paths: Sequence[Path | None]) -> None:
    """See beforehand that the reports can be written, and not after minutes of work."""
    for path in paths:
        if path is not None and not path.absolute().parent.is_dir():
            raise Impossible(f"{path} cannot be written: there is no folder {path.parent}.")
        if path is not None and path.is_dir():
            raise Impossible(f"{path} cannot be written: it is a folder.")


def _write(result: Result, html: Path | None, json_file: str | None, out: Any) -> None:
    if html is not None:
        html.write_text(page(result), encoding="utf-8")
        click.echo(f"The report is in {html}.", file=out)
    if json_file is not None:
        text = json.dumps(document(result), indent=2) + "\n"
        if json_file == "-":
            click.echo(text, nl=False)
        else:
            Path(json_file).write_text(text, encoding="utf-8")
