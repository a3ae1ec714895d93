"""Run an application in a process of its own, under genuine Flask or under flaskfast."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, Literal

from ..dropin.finder import STARTUP

Flavour = Literal["flask", "flaskfast"]
GENUINE: Flavour = "flask"
OURS: Flavour = "flaskfast"

CHILD = Path(__file__).resolve().parent / "child" / "__main__.py"
#: The directory that holds the package flaskfast: the one under test is this one.
PACKAGE = str(Path(__file__).resolve().parents[2])

#: Seconds that an application may take to be imported; what is slower is broken.
START_LIMIT = 180.0
#: Seconds that a process may take to end by itself.
END_LIMIT = 3.0

TITLES = {GENUINE: "Flask", OURS: "flaskfast"}


class Refused(Exception):
    """A process answered that it cannot do what it was asked.

    :ivar kind: ``absent``, ``app`` or ``broken``.
    :ivar trace: a traceback, empty where there is none.
    """

    def __init__(self, text: str, kind: str, trace: str = "") -> None:
        super().__init__(text)
        self.kind = kind
        self.trace = trace


class Gone(Exception):
    """A process gave no answer in time, or ended; the text says which."""


class Process:
    """One process that holds an application under one flavour.

    :param app: the application as ``--app`` names it.
    :param directory: where to run.
    :param seed: of the hashes of strings, so that the order of a set is repeatable.
    """

    def __init__(self, flavour: Flavour, app: str, directory: Path, seed: int) -> None:
        self.flavour = flavour
        self.app = app
        self.errors: IO[bytes] = tempfile.TemporaryFile()
        life: int | None = None
        self._life: int | None = None
        if os.name == "posix":
            life, self._life = os.pipe()
        command = [sys.executable, "-u", str(CHILD)]
        self.process = subprocess.Popen(
            command if life is None else [*command, str(life)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            cwd=directory,
            env=environment(os.environ, seed),
            pass_fds=() if life is None else (life,),
            start_new_session=os.name == "posix",
        )
        if life is not None:
            os.close(life)
        self.answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self._last_words = ""

    def _listen(self) -> None:
        """Take the process's answers off its pipe; an empty one at the end of all."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.answers.put(line)
        self.answers.put(b"")

    def load(self) -> dict[str, Any]:
        """Load the application and return what the process found around it.

        :raises Refused: it cannot be loaded.
        :raises Gone: the process did not survive that.
        """
        command = {"flavour": self.flavour, "app": self.app, "package": PACKAGE}
        description: dict[str, Any] = self.ask("load", START_LIMIT, **command)
        return description

    def ask(self, do: str, limit: float, **command: Any) -> Any:
        """Give a command and return the answer.

        :param limit: seconds to wait; after that the process is ended.
        :raises Refused: the answer is an error.
        :raises Gone: there is no answer.
        """
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps({"do": do, **command}).encode() + b"\n")
            self.process.stdin.flush()
        except (BrokenPipeError, ValueError):
            pass  # there will be no answer, which says why
        try:
            line = self.answers.get(timeout=limit)
        except queue.Empty:
            self.close(patient=False)
            raise Gone(f"no answer within {limit:g} seconds") from None
        if not line:
            self.answers.put(b"")
            raise Gone(self._epitaph())
        answer = json.loads(line)
        if "error" in answer:
            raise Refused(answer["error"], answer["kind"], answer["trace"])
        return answer["answer"]

    def _epitaph(self) -> str:
        self.close()
        code = self.process.returncode
        if code < 0:
            return f"the process was ended by {signal.Signals(-code).name}"
        return f"the process ended with exit code {code}"

    def complaints(self, size: int = 4000) -> str:
        """Return the end of what the application wrote to standard output and error."""
        if self.errors.closed or not hasattr(os, "pread"):
            return self._last_words
        # Not by seek(): the process writes at the position of the same open file.
        length = os.fstat(self.errors.fileno()).st_size
        text = os.pread(self.errors.fileno(), size, max(0, length - size))
        return text.decode("utf-8", "replace").strip()

    def close(self, patient: bool = True) -> None:
        """End the process, and what it has started; wait for it.

        :param patient: give it a moment to end by itself.
        """
        if self.process.returncode is not None:
            return
        assert self.process.stdin is not None and self.process.stdout is not None
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        if patient:
            self._wait_for_end(END_LIMIT)
        self._end_group()
        self.process.wait()
        if self._life is not None:
            os.close(self._life)
        self._listener.join()
        self.process.stdout.close()
        self._last_words = self.complaints()
        self.errors.close()

    def _wait_for_end(self, limit: float) -> None:
        """Wait until the process has ended, without releasing its number to others."""
        try:
            while self.answers.get(timeout=limit):
                pass  # answers to what was asked before somebody gave up
        except queue.Empty:
            return

    def _end_group(self) -> None:
        """End the process and its children: they are one group, whose number is still ours."""
        if os.name != "posix":
            self.process.kill()
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass  # ended, and macOS says the latter of what is not reaped yet


def environment(inherited: Mapping[str, str], seed: int) -> dict[str, str]:
    """Return the environment of a process: flaskfast stands in only where we say so.

    Nothing is written beside the application's modules, and an application that calls
    ``app.run()`` when it is imported does not start a server.
    """
    paths = inherited.get("PYTHONPATH", "").split(os.pathsep)
    kept = [path for path in paths if path and os.path.abspath(path) != STARTUP]
    variables = {
        **inherited,
        "PYTHONPATH": os.pathsep.join(kept),
        "PYTHONHASHSEED": str(seed),
        "PYTHONDONTWRITEBYTECODE": "1",
        "FLASK_RUN_FROM_CLI": "true",
    }
    if not kept:
        del variables["PYTHONPATH"]
    return variables
