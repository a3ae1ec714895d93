"""Start a program in which, and in whose children, ``import flask`` means flaskfast."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence

from .finder import STARTUP

# What a shell answers when it cannot start a command.
NOT_STARTED, NOT_FOUND = 126, 127

SCRIPTS = sysconfig.get_path("scripts")
# Where there is a `flask` for children that look for one on PATH, and the Python that it runs.
COMMANDS = os.path.join(os.path.dirname(__file__), "commands")
PYTHON_VARIABLE = "FLASKFAST_PYTHON"

# Commands that are there even where no file of that name is.
STAND_INS = {
    "flask": ("-m", "flask"),
    "python": (),
}


def run(argv: Sequence[str]) -> int:
    """Run a command as ``flaskfast exec`` does.

    Where the system can, the command replaces this process, so that signals and the exit
    status are its own, and this function does not return. `argv` is the command with its
    arguments, or ``-m``, a module and its arguments.

    :returns: the exit status, 127 if there is no such command and 126 if it cannot be started.
    """
    environ = environment(os.environ)
    command = resolve(argv, environ["PATH"])
    if command is None:
        print(_not_found(argv[0]), file=sys.stderr)
        return NOT_FOUND
    try:
        return _start(command, environ)
    except OSError as error:
        print(f"flaskfast exec: {command[0]} cannot be started: {error.strerror}", file=sys.stderr)
        return NOT_STARTED


def resolve(argv: Sequence[str], path: str) -> list[str] | None:
    """Return a command line that starts with the path of a program; None if there is none.

    A name is looked up in the directories of `path`, as a shell does. ``python`` and
    ``flask`` are there in any case, and ``-m`` stands for this Python.
    """
    name, *arguments = argv
    if name == "-m":
        return [sys.executable, *argv]
    if os.path.dirname(name):
        return [name, *arguments] if os.path.isfile(name) else None
    found = shutil.which(name, path=path)
    if found is not None:
        return [found, *arguments]
    if name in STAND_INS:
        return [sys.executable, *STAND_INS[name], *arguments]
    return None


def environment(inherited: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for the command and its children.

    Python looks into our directory as it starts, by PYTHONPATH; what was there before comes
    after. The commands installed next to this Python are on PATH, as in an activated
    virtual environment, and so is a ``flask``, behind them: further back may be one of another
    Python. A PATH that has them already keeps its order.
    """
    path = inherited.get("PATH", os.defpath).split(os.pathsep)
    if SCRIPTS not in path:
        path.insert(0, SCRIPTS)
    if os.name != "nt" and COMMANDS not in path:
        path.insert(path.index(SCRIPTS) + 1, COMMANDS)
    return {
        **inherited,
        "PATH": os.pathsep.join(path),
        "PYTHONPATH": _before(inherited.get("PYTHONPATH", ""), STARTUP),
        PYTHON_VARIABLE: sys.executable,
    }


def _before(entries: str, first: str) -> str:
    """Put one directory in front of a search path, where it may be further back already."""
    others = [entry for entry in entries.split(os.pathsep) if entry != first] if entries else []
    return os.pathsep.join([first, *others])


def _start(command: list[str], environ: Mapping[str, str]) -> int:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    if os.name == "nt":
        return _wait_for(command, environ)
    # Python ignores these for itself, and what is ignored stays so in the new program.
    for name in ("SIGPIPE", "SIGXFSZ"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    os.execve(command[0], command, environ)


def _wait_for(command: list[str], environ: Mapping[str, str]) -> int:
    """Run a command to its end, leaving Ctrl-C to it: the console tells both processes."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return subprocess.call(command, env=environ)
    finally:
        signal.signal(signal.SIGINT, before)


def _not_found(name: str) -> str:
    return (
        f"flaskfast exec: there is no command {name!r}, neither in {SCRIPTS} nor elsewhere on"
        " PATH. A module is run with 'flaskfast exec -m MODULE', a file with"
        " 'flaskfast exec python FILE'."
    )
