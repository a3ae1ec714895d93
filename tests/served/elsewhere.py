"""Run servers and workers of another environment than that of the test run."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.dropin.environments import Environment

from .servers import LOOPBACK

# Guards against what hangs, no judgement of speed.
_START_SECONDS = 120
_STOP_SECONDS = 30
_SHOWN = 6000


@contextmanager
def running_in(
    environment: Environment,
    command: Sequence[str],
    *,
    kernels: str | None,
    cwd: Path,
    output: Path,
    variables: Mapping[str, str],
) -> Iterator[subprocess.Popen[bytes]]:
    """Run one of the environment's commands for as long as the block takes.

    :param kernels: the flavour of flaskfast, which is put in Flask's place, or None for
        genuine Flask.
    :param output: a file for what the command writes, shown where the block fails.
    :raises AssertionError: the command has ended before the block.
    """
    program, *arguments = command
    command = [f"{environment.scripts}/{program}", *arguments]
    variables = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1", **variables}
    if kernels:
        command = [environment.python, "-m", "flaskfast", "exec", *command]
        variables["FLASKFAST_KERNELS"] = kernels
    with output.open("wb") as file:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=environment.variables(variables),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
        assert process.poll() is None, f"{program} ended with {process.returncode}"
    except BaseException:
        print(output.read_text(errors="replace")[-_SHOWN:])
        raise
    finally:
        stop(process)


@contextmanager
def gunicorn_in(
    environment: Environment,
    app: str,
    port: int,
    *,
    kernels: str | None,
    cwd: Path,
    output: Path,
    variables: Mapping[str, str],
) -> Iterator[None]:
    """Serve ``module:name`` with one worker on a port of the loopback address.

    The other parameters, and what is raised, are those of `running_in`.
    """
    command = ["gunicorn", "--bind", f"{LOOPBACK}:{port}", "--workers", "1", "--timeout", "600"]
    with running_in(
        environment, [*command, app], kernels=kernels, cwd=cwd, output=output, variables=variables
    ) as process:
        _wait(process, port)
        yield


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until it listens; a request then waits for the worker to have loaded the app."""
    give_up = time.monotonic() + _START_SECONDS
    while time.monotonic() < give_up:
        assert process.poll() is None, f"the server ended with {process.returncode}"
        with suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=5):
            return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens after {_START_SECONDS} seconds")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a program that leads a session, and what is left of that session then."""
    with suppress(subprocess.TimeoutExpired):
        process.terminate()
        process.wait(_STOP_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
