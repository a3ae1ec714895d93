"""Run one implementation of a benchmark in an interpreter of its own.

This file is started as a script and imports the standard library only: what it
loads into the interpreter is the benchmark's business. It reads one JSON object
per line from standard input and answers each with one line on standard output:

``{"do": "load", "spec": {...}}``
    Call the loader with the spec, check the case and answer what it produced.
``{"do": "run", "n": 100}``
    Run the case that many times, after a tenth of that to warm up, and answer the
    nanoseconds that it took.

What the application itself prints goes to standard error. An error is answered
as ``{"error": text, "kind": "absent" | "wrong" | "broken"}``.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from itertools import repeat
from pathlib import Path
from typing import Any, NamedTuple, Protocol

HEADERS = {
    "Host": "bench.example:8000",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en-GB,en;q=0.7,de;q=0.3",
    "Accept-Encoding": "gzip, deflate, br",
    "Connection": "keep-alive",
}


class Absent(Exception):
    """What the case needs is not installed or does not exist yet; the text says what."""


class WrongAnswer(Exception):
    """The implementation does not do what the benchmark is about to time."""


class Case(Protocol):
    """One implementation of one benchmark, ready to run."""

    def check(self) -> dict[str, Any]:
        """Run once and return what was produced; raise WrongAnswer when it is not right."""

    def run(self, n: int) -> None:
        """Do the work *n* times."""


class Answer(NamedTuple):
    """What a WSGI application answered."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """Return the first header of that name, None when there is none."""
        return next((v for k, v in self.headers if k.lower() == name.lower()), None)


WSGIApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def make_environ(
    path: str = "/",
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    content_type: str | None = None,
) -> dict[str, Any]:
    """Build the environ that a server makes of such a request (PEP 3333).

    *path* may carry a query string. *headers* are added to those of a browser;
    an empty value takes one of those away. ``wsgi.input`` is left to `call`.
    """
    path, _, query = path.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "bench.example",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_SOFTWARE": "bench",
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_PORT": "51234",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    for name, value in {**HEADERS, **(headers or {})}.items():
        if value:
            environ["HTTP_" + name.upper().replace("-", "_")] = value
    if body or method in {"POST", "PUT", "PATCH"}:
        environ["CONTENT_LENGTH"] = str(len(body))
    if content_type is not None:
        environ["CONTENT_TYPE"] = content_type
    return environ


def ask(app: WSGIApp, environ: Mapping[str, Any], body: bytes = b"") -> Answer:
    """Serve one request and return the answer."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        started.append((status, list(headers)))
        return None

    chunks = app({**environ, "wsgi.input": BytesIO(body)}, start_response)
    try:
        content = b"".join(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()
    if not started:
        raise WrongAnswer("The application never called start_response.")
    return Answer(*started[-1], content)


def serve(app: WSGIApp, environ: Mapping[str, Any], body: bytes, n: int) -> None:
    """Serve one request *n* times, as a server would, and throw the answers away."""
    sent: list[Any] = [None, None]

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        sent[0] = status
        sent[1] = headers

    for _ in repeat(None, n):
        call = dict(environ)
        call["wsgi.input"] = BytesIO(body)
        chunks = app(call, start_response)
        for chunk in chunks:
            sent[0] = chunk
        close = getattr(chunks, "close", None)
        if close is not None:
            close()


def describe(answer: Answer) -> dict[str, Any]:
    """Return an answer as JSON can carry it."""
    return {
        "status": answer.status,
        "headers": [list(pair) for pair in answer.headers],
        "content_type": answer.header("Content-Type"),
        "body": answer.body.decode("latin-1"),
    }


class UserApp:
    """Somebody's own application, under genuine Flask or under flaskfast.

    The spec names the framework, the application as ``module:name`` (or
    ``module:make()`` for a factory), a path and more headers. Without a path the
    answer is a list of paths that may be asked for.
    """

    def __init__(self, spec: Mapping[str, Any]) -> None:
        sys.path.insert(0, os.getcwd())
        # For a flaskfast that is run from its tree, without being installed.
        sys.path.append(str(Path(__file__).resolve().parents[2]))
        stand_in(spec["framework"])
        self.app = find_app(spec["app"])
        self.path = spec["path"]
        self.environ = make_environ(self.path or "/", headers=spec["headers"])

    def check(self) -> dict[str, Any]:
        """Serve the request twice and describe the answer, which is not judged.

        ``steady`` tells whether both times gave the same body: a token or the time
        of day in a page makes it another one for every request.
        """
        if self.path is None:
            return {"paths": plain_paths(self.app)}
        first, second = (ask(self.app, self.environ) for _ in range(2))
        return {**describe(second), "steady": first.body == second.body}

    def run(self, n: int) -> None:
        """Serve the request *n* times."""
        serve(self.app, self.environ, b"", n)


def stand_in(framework: str) -> None:
    """Import *framework* and make ``import flask`` mean it."""
    try:
        module = importlib.import_module(framework)
    except ModuleNotFoundError as error:
        if error.name != framework:
            raise
        raise Absent(
            f"{framework} is not installed in this environment, and is what the app is compared "
            f"with: pip install {framework}"
        ) from error
    if framework == "flaskfast":
        module.install_as_flask()
    elif "flaskfast" in sys.modules:
        raise WrongAnswer(
            f"'import {framework}' means flaskfast in this environment, so that there is nothing "
            "to compare with. Run the command without what puts flaskfast in Flask's place."
        )


def find_app(target: str) -> WSGIApp:
    """Import ``module:name``; call it when it ends in ``()``."""
    module, _, name = target.partition(":")
    try:
        loaded = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if not f"{module}.".startswith(f"{error.name}."):
            raise
        raise Absent(
            f"There is no module {error.name} here. Run this where {module} can be imported, and "
            "name the app as module:name."
        ) from None
    if not name:
        name = "app" if hasattr(loaded, "app") else "application"
    try:
        found = getattr(loaded, name.removesuffix("()"))
    except AttributeError:
        raise Absent(f"Module {module} has no {name}. Name the app as module:name.") from None
    app: WSGIApp = found() if name.endswith("()") else found
    return app


def plain_paths(app: Any) -> list[str]:
    """Return the paths of GET rules without parameters, the static folder's left out."""
    if not hasattr(app, "url_map"):
        raise Absent("Only a Flask application's routes can be found. Name paths: --path /x")
    return sorted(
        {
            rule.rule
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and not rule.arguments and not rule.websocket
        }
    )


def find_loader(name: str) -> Callable[[dict[str, Any]], Case]:
    """Import what *name*, a ``module:function``, points at."""
    module, _, function = name.partition(":")
    loader: Callable[[dict[str, Any]], Case] = getattr(importlib.import_module(module), function)
    return loader


def failure(error: BaseException) -> dict[str, Any]:
    """Describe an exception to the other side."""
    kinds = {"Absent": "absent", "WrongAnswer": "wrong"}
    kind = kinds.get(type(error).__name__, "broken")
    text = str(error) if kind != "broken" else f"{type(error).__name__}: {error}"
    return {
        "error": text,
        "kind": kind,
        "trace": "".join(traceback.format_exception(type(error), error, error.__traceback__)),
    }


def talk(load: Callable[[dict[str, Any]], Case], source: Iterable[str], reply: Any) -> None:
    """Answer commands until *source* ends."""
    case: Case | None = None
    for line in source:
        command = json.loads(line)
        try:
            if command["do"] == "load":
                case = load(command["spec"])
                answer: dict[str, Any] = {"answer": case.check()}
            elif case is None:
                raise RuntimeError("Nothing is loaded to run.")
            else:
                n = command["n"]
                # The others' turns have filled the processor's caches.
                case.run(1 + n // 10)
                start = time.perf_counter_ns()
                case.run(n)
                answer = {"answer": time.perf_counter_ns() - start}
        except Exception as error:
            answer = failure(error)
        reply.write(json.dumps(answer) + "\n")
        reply.flush()


def main(argv: list[str]) -> None:
    """Be a worker: ``worker.py [module:function [directory for sys.path]]``."""
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [p for p in sys.path if os.path.abspath(p) != here]
    reply = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    load: Callable[[dict[str, Any]], Case] = UserApp
    if argv:
        sys.path[:0] = argv[1:]
        load = find_loader(argv[0])
    talk(load, sys.stdin, reply)


if __name__ == "__main__":
    main(sys.argv[1:])
