"""Run an application under a WSGI server, as its users do: by the server's own command."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
LOOPBACK = "127.0.0.1"

# Below the range that Linux takes the near ends of outgoing connections from.
_PORTS = range(12000, 32000)
# Far beyond what any server needs; polling ends as soon as it answers or exits.
_START_SECONDS = 120
_STOP_SECONDS = 20


class ServerFailed(RuntimeError):
    """A server did not start, or went away; the message carries what it wrote."""


def _script(name: str) -> str:
    """The path of a console script of the running environment."""
    return str(Path(sys.executable).with_name(name))


def _gunicorn(*options: str) -> Callable[[str, int], list[str]]:
    def command(app: str, port: int) -> list[str]:
        # A worker on a busy machine is not a worker that hangs.
        bind = ["--bind", f"{LOOPBACK}:{port}", "--workers", "1", "--timeout", "600"]
        return [_script("gunicorn"), *bind, *options, app]

    return command


def _granian(app: str, port: int) -> list[str]:
    options = ["--interface", "wsgi", "--workers", "1", "--no-ws", "--http", "1"]
    return [_script("granian"), "--host", LOOPBACK, "--port", str(port), *options, app]


def _waitress(app: str, port: int) -> list[str]:
    return [_script("waitress-serve"), f"--listen={LOOPBACK}:{port}", "--threads=4", app]


def _uwsgi(app: str, port: int) -> list[str]:
    options = ["--master", "--need-app", "--die-on-term", "--enable-threads", "--processes=1"]
    options.append("--buffer-size=65535")  # 4,096 bytes of headers are its default
    return [_script("uwsgi"), f"--http-socket={LOOPBACK}:{port}", f"--module={app}", *options]


SERVERS: Mapping[str, Callable[[str, int], list[str]]] = {
    "gunicorn-sync": _gunicorn("--worker-class", "sync"),
    "gunicorn-gthread": _gunicorn("--worker-class", "gthread", "--threads", "4"),
    "granian": _granian,
    "waitress": _waitress,
    "uwsgi": _uwsgi,
}

# The flavours of the kernels to serve with: both, unless the run has chosen one.
_CHOSEN = os.environ.get("FLASKFAST_KERNELS", "auto")
KERNELS = [_CHOSEN] if _CHOSEN in ("native", "python") else ["native", "python"]

# Servers that send every piece of a body as one chunk. Granian's HTTP library
# may join pieces that come fast.
CHUNKS_ARE_PIECES = frozenset(SERVERS) - {"granian"}


@dataclass(frozen=True)
class Flavour:
    """What the name ``flask`` means to the served application.

    ``prefix`` is put before the server's command, ``environment`` added to its
    environment.
    """

    name: str
    prefix: Sequence[str] = ()
    environment: Mapping[str, str] | None = None


GENUINE = Flavour("genuine")


def flaskfast(kernels: str = "") -> Flavour:
    """The flavour under test; ``kernels`` is a FLASKFAST_KERNELS, empty to inherit it."""
    prefix = [sys.executable, "-m", "flaskfast", "exec"]
    return Flavour(
        f"flaskfast-{kernels or 'inherited'}",
        prefix,
        {"FLASKFAST_KERNELS": kernels} if kernels else None,
    )


def free_port() -> int:
    """Find a port that nothing listens on at this moment."""
    while True:
        port = random.choice(_PORTS)
        with socket.socket() as probe:
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return port


@dataclass(frozen=True)
class Served:
    """A running server: where it listens, and the process that was started."""

    address: tuple[str, int]
    process: subprocess.Popen[bytes]


@contextmanager
def serving(
    server: str, app: str, flavour: Flavour, port: int, *, may_stop: bool = False
) -> Iterator[Served]:
    """Serve ``app`` ("module:name") on a port of the loopback address.

    Raises ServerFailed with the server's own output when it does not start, or
    has died at the end without ``may_stop``.
    """
    command = [*flavour.prefix, *SERVERS[server](app, port)]
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=_environment(flavour),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait_until_ready(process, port)
            yield Served((LOOPBACK, port), process)
            if process.poll() is not None and not may_stop:
                raise ServerFailed(f"it ended with code {process.returncode}")
        except Exception as error:
            written = _tail(output)
            message = f"{server} with {flavour.name} flask: {error!r}\n{command}\n{written}"
            raise ServerFailed(message) from error
        finally:
            _stop(process)


def _environment(flavour: Flavour) -> dict[str, str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    paths = [str(ROOT), environment.get("PYTHONPATH", "")]
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    environment["PYTHONUNBUFFERED"] = "1"
    environment.update(flavour.environment or {})
    return environment


def _wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    """Poll until the server answers HTTP: an accepted connection alone is not a loaded app."""
    give_up = time.monotonic() + _START_SECONDS
    while time.monotonic() < give_up:
        if process.poll() is not None:
            raise RuntimeError(f"it ended with code {process.returncode} before it was ready")
        if _answers(port):
            return
        time.sleep(0.02)
    raise RuntimeError(f"it did not answer within {_START_SECONDS} s")


def _answers(port: int) -> bool:
    probe = b"GET /-ready- HTTP/1.0\r\nHost: ready.test\r\n\r\n"
    try:
        with socket.create_connection((LOOPBACK, port), timeout=5) as connection:
            connection.sendall(probe)
            return connection.recv(5) == b"HTTP/"
    except OSError:
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the server and its workers: they are one process group, led by ``process``."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            pass
    try:
        os.killpg(process.pid, signal.SIGKILL)  # workers that outlived their master
    except ProcessLookupError:
        pass
    process.wait()


def _tail(output: IO[bytes], size: int = 6000) -> str:
    output.seek(0)
    return output.read().decode("utf-8", "replace")[-size:]
