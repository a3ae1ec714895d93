"""Redis and PostgreSQL, each started for a test on a free port and ended after it.

Debian has them in the packages redis-server and postgresql. Where one is missing the tests
that want it are skipped, unless ``FLASKFAST_SERVICES=required``, as CI sets it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

import pytest

from tests.served.elsewhere import stop
from tests.served.servers import LOOPBACK, free_port

# A guard against what hangs, no judgement of speed.
_START_SECONDS = 120


def missing(what: str) -> NoReturn:
    """Skip the test for want of a program, or fail it where all are required."""
    message = f"needs {what}"
    if os.environ.get("FLASKFAST_SERVICES") == "required":
        pytest.fail(message)
    pytest.skip(message)


@contextmanager
def redis() -> Iterator[str]:
    """Run a Redis that keeps nothing on disk; give its URL."""
    program = shutil.which("redis-server") or missing("redis-server (Debian: redis-server)")
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        options = ["--port", str(port), "--bind", LOOPBACK, "--save", "", "--dir", folder]
        with _running([program, *options], Path(folder, "log"), lambda: _pinged(port)):
            yield f"redis://{LOOPBACK}:{port}/0"


def _pinged(port: int) -> bool:
    with suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=5) as connection:
        connection.sendall(b"PING\r\n")
        return connection.recv(5) == b"+PONG"
    return False


@contextmanager
def postgresql() -> Iterator[str]:
    """Run a PostgreSQL with an empty database, on a socket alone; give its URL.

    It refuses to be run by root, so there it is run by another user.
    """
    programs = _postgresql_programs() or missing("PostgreSQL's server (Debian: postgresql)")
    user = _other_user()
    folder = Path(tempfile.mkdtemp(prefix="flaskfast-postgresql-"))
    data = folder / "data"
    try:
        if user:
            shutil.chown(folder, user)
        account = {"user": user, "group": pwd.getpwnam(user).pw_gid} if user else {}
        made = subprocess.run(
            [programs / "initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "-N"],
            cwd=folder,
            capture_output=True,
            text=True,
            **account,
        )
        assert made.returncode == 0, made.stdout + made.stderr
        options = ["-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"]
        command = [str(part) for part in (programs / "postgres", *options)]
        ready = [str(programs / "pg_isready"), "-h", str(folder), "-U", "tester"]
        with _running(
            command,
            folder.with_suffix(".log"),
            lambda: subprocess.run(ready, capture_output=True).returncode == 0,
            cwd=folder,
            **account,
        ):
            yield f"postgresql+psycopg://tester@/postgres?host={folder}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        folder.with_suffix(".log").unlink(missing_ok=True)


def _postgresql_programs() -> Path | None:
    """Return the newest directory with the server's programs; Debian keeps them off PATH."""
    found = [*Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    if not found and on_path:
        found = [Path(on_path)]
    return max(found, key=lambda path: (len(str(path)), str(path))).parent if found else None


def _other_user() -> str | None:
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    missing("a user other than root")


@contextmanager
def _running(
    command: list[str], log: Path, ready: Callable[[], bool], **options: object
) -> Iterator[None]:
    with log.open("w+b") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **options,  # type: ignore[call-overload]
        )
        try:
            give_up = time.monotonic() + _START_SECONDS
            while not ready():
                shown = log.read_text(errors="replace")[-3000:]
                assert process.poll() is None, f"{command[0]} ended: {shown}"
                assert time.monotonic() < give_up, f"{command[0]} is not ready: {shown}"
                time.sleep(0.05)
            yield
        finally:
            stop(process)
