"""Answer commands: one JSON object in each line of standard input, one in each line of output.

``{"do": "load", ...}``      load the application; answers what was found around it
``{"do": "routes", ...}``    derive requests from the URL map
``{"do": "ask", ...}``       send one request and answer what came back
``{"do": "run", ...}``       send one request n times and answer the nanoseconds
``{"do": "cookies", ...}``   tell which session cookies can be read here

An error is answered as ``{"error": text, "kind": ..., "trace": ...}``; kind is ``absent`` (the
framework is not installed), ``app`` (the application cannot be loaded) or ``broken``.
"""

from __future__ import annotations

import _thread
import json
import os
import sys
import traceback
from typing import IO, TYPE_CHECKING, Any

from .application import Application, CannotLoad
from .calls import answer_to, nanoseconds
from .rules import requests_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Side:
    """One flavour of the application, and what can be asked about it."""

    def __init__(self) -> None:
        self.application: Application | None = None

    def load(self, command: Mapping[str, Any]) -> dict[str, Any]:
        """Load the application and describe its surroundings."""
        application = Application(command["flavour"], command["app"], command["package"])
        self.application = application
        return application.describe()

    def _loaded(self) -> Application:
        if self.application is None:
            raise RuntimeError("No application is loaded yet.")
        return self.application

    def routes(self, command: Mapping[str, Any]) -> dict[str, Any]:
        """Derive requests from the URL map, as `rules.requests_of` does."""
        application = self._loaded()
        requests, skipped = requests_of(application.app, command["samples"], command["unsafe"])
        return {"requests": requests, "skipped": skipped}

    def ask(self, command: Mapping[str, Any]) -> dict[str, Any]:
        """Send one request; the answer also names the rule that matches it."""
        application = self._loaded()
        answer = answer_to(application.wsgi, command["request"])
        answer["rule"] = application.rule_of(command["request"])
        return answer

    def run(self, command: Mapping[str, Any]) -> dict[str, Any]:
        """Send one request *n* times."""
        request, n = command["request"], command["n"]
        return {"nanoseconds": nanoseconds(self._loaded().wsgi, request, n)}

    def cookies(self, command: Mapping[str, Any]) -> list[bool]:
        """Tell for each value whether it is a session cookie with a signature of this app's."""
        return [self._loaded().reads_session(value) for value in command["values"]]


COMMANDS = ("load", "routes", "ask", "run", "cookies")


def talk(source: Iterable[str], reply: IO[str]) -> None:
    """Answer commands until *source* ends."""
    side = Side()
    for line in source:
        command = json.loads(line)
        try:
            if command["do"] not in COMMANDS:
                raise ValueError(f"There is no command {command['do']!r}.")
            message = {"answer": getattr(side, command["do"])(command)}
        except CannotLoad as error:
            message = {"error": str(error), "kind": error.kind, "trace": error.trace}
        except BaseException as error:
            trace = "".join(traceback.format_exception(error))
            text = f"{type(error).__name__}: {error}"
            message = {"error": text, "kind": "broken", "trace": trace}
        reply.write(json.dumps(message) + "\n")
        reply.flush()


def die_with(life: int) -> None:
    """End this process as soon as the other end of the pipe *life* is closed.

    It may be in the midst of a request that never ends.
    """

    def wait() -> None:
        while os.read(life, 1):
            pass
        os._exit(1)

    _thread.start_new_thread(wait, ())


def main(argv: list[str]) -> None:
    """Talk over standard input and output, which the application gets others for."""
    if argv:
        die_with(int(argv[0]))
    source = os.fdopen(os.dup(0), encoding="utf-8")
    reply = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    sys.stdout.flush()
    os.dup2(2, 1)
    talk(source, reply)
