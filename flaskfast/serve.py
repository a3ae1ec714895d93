"""Serve an application in production, on the WSGI server granian."""

from __future__ import annotations

import errno
import importlib.util
import inspect
import multiprocessing
import os
import signal
import socket
import sys
import time
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn, TypeGuard

import click

from . import _kernels
from ._cli_app import NoAppException, prepare_import, split_import_path
from ._version import VERSION

if TYPE_CHECKING:
    from multiprocessing.synchronize import Semaphore

    from _typeshed.wsgi import WSGIApplication

#: How long a worker may finish its requests after a signal to stop, in seconds.
GRACE = 30


class ServeError(click.ClickException):
    """Say why nothing can be served; the text names the mend."""


def serve(
    app_path: str,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    workers: int = 1,
    threads: int = 1,
) -> None:
    """Serve an application until a signal stops it; `import flask` means flaskfast in it.

    `app_path` is `module:name`, `module:factory("argument")`, or `module` alone where
    the application has one of the usual names. The module is imported in each of
    the `workers` processes, never in this one; each answers `threads` requests at a
    time. Port 0 takes a free one. One line on stdout names address, server and kernels,
    when the first worker has its application.

    :raises ServeError: granian is missing, or the address cannot be listened on.
    :raises SystemExit: 1, after the reason was written to stderr, when the
        application cannot be found or fails while it is imported.
    """
    granian = _granian()
    address, port = _bindable(host, port)
    context = multiprocessing.get_context(_start_method())
    worker = Worker(
        app_path=app_path,
        greeting=f"Serving {app_path} on http://{_in_url(host)}:{port}: flaskfast {VERSION}"
        f" with {_kernels.flavour} kernels, granian {granian.__version__},"
        f" {workers} worker{'' if workers == 1 else 's'}",
        started=context.Semaphore(1),
        failed=context.Semaphore(1),
    )
    server = granian.Granian(
        app_path,
        address=address,
        port=port,
        interface="wsgi",
        workers=workers,
        blocking_threads=threads,
        log_level="warning",
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE,
    )
    server.serve(target_loader=worker, wrap_loader=False)
    if not worker.failed.acquire(block=False):
        sys.exit(1)


@dataclass(frozen=True)
class Worker:
    """Load the application in a worker process; granian calls it there, once.

    The semaphores are shared by all processes, and each is taken once: the first
    worker to start speaks for all, and so does the first to fail.
    """

    app_path: str
    greeting: str
    started: Semaphore
    failed: Semaphore

    def __call__(self) -> WSGIApplication:
        parent = multiprocessing.parent_process()
        if parent is not None:
            # A forked worker has the handlers of its parent until granian sets its own, after
            # this: a signal to stop would be lost, and the parent wait for ever. Ctrl-C reaches
            # both; the parent then sends SIGTERM.
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            app = load(self.app_path)
        except (Exception, SystemExit) as error:
            self._give_up(error, parent.pid if parent is not None else None)
        if self.started.acquire(block=False):
            print(self.greeting, flush=True)
        return app

    def _give_up(self, error: BaseException, parent: int | None) -> NoReturn:
        """Write down why, and stop the whole server: another attempt would fail as well."""
        if not self.failed.acquire(block=False):
            # Another worker is writing it down. Stopping the server now would stop that, too.
            time.sleep(5)
            os._exit(1)
        if isinstance(error, click.ClickException):
            print(f"Error: {error.format_message()}", file=sys.stderr, flush=True)
        else:
            traceback.print_exception(error)
            print(f"Error: {self.app_path} failed while it was imported.", file=sys.stderr)
        sys.stderr.flush()
        if parent is None or sys.platform == "win32":
            raise SystemExit(1)
        os.kill(parent, signal.SIGTERM)
        # The parent ends its workers, and then itself. Its signal can have come before this
        # worker had handlers of its own, so it is not waited for without end.
        time.sleep(5)
        os._exit(1)


def load(app_path: str) -> WSGIApplication:
    """Import the application, with flaskfast in Flask's place.

    Any WSGI callable will do that `app_path` names: an application may be wrapped in
    middleware.

    :raises NoAppException: there is none. What the module raises comes through.
    """
    from . import cli
    from .dropin import install

    install()
    path, name = split_import_path(app_path)
    module_name = prepare_import(path)
    top = module_name.partition(".")[0]
    if importlib.util.find_spec(top) is None:
        raise NoAppException(
            f"There is no module {top!r}, neither in {sys.path[0]} nor installed in {sys.prefix}."
            f" Correct the name, or install it: {sys.executable} -m pip install {top}"
        )
    try:
        return cli.locate_app(module_name, name)
    except NoAppException:
        found = getattr(sys.modules.get(module_name), name or "", None)
        if not _is_wsgi(found):
            raise
        return found


def _is_wsgi(candidate: object) -> TypeGuard[WSGIApplication]:
    """Tell whether it can be called with two arguments and not with fewer."""
    if not callable(candidate) or inspect.isclass(candidate):
        return False
    required = [
        parameter
        for parameter in inspect.signature(candidate).parameters.values()
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        and parameter.default is parameter.empty
    ]
    return len(required) == 2


def _granian() -> Any:
    try:
        import granian
    except ImportError as error:
        if error.name != "granian":  # it is there, and broken
            raise
        raise ServeError(
            'The server granian is not installed: pip install "flaskfast[serve]".'
        ) from error
    return granian


def _start_method() -> str:
    """Name the way in which granian starts its processes: fork, or else spawn."""
    return "fork" if multiprocessing.get_start_method() == "fork" else "spawn"


def _bindable(host: str, port: int) -> tuple[str, int]:
    """Return the numeric address and the port, having seen that they can be listened on.

    granian's workers share their port by SO_REUSEPORT, and would share it with another
    server of the same user just as silently: requests would go to either.
    """
    if not 0 <= port <= 65535:
        raise ServeError(f"{port} is no port: a port is a number between 0 and 65535.")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = found[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            bound = probe.getsockname()
    except OSError as error:
        raise ServeError(f"Cannot listen on {host} port {port}: {_mend(error, port)}") from error
    return str(bound[0]), int(bound[1])


def _mend(error: OSError, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"another program does. Stop it, or choose another port, as in --port {port + 1}."
    if error.errno == errno.EACCES:
        return "ports below 1024 need privileges. Choose a higher one, as in --port 8000."
    if error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        return "this machine has no such address. 127.0.0.1 is the machine itself, 0.0.0.0 all."
    return f"{error.strerror}."


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
