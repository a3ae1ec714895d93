"""Where the application runs, and how that is put back to its beginning."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from .process import environment

#: Not worth copying: neither code nor data of the application.
_LEFT_OUT = shutil.ignore_patterns(
    ".git", ".hg", ".venv", "venv", ".tox", ".nox", "node_modules", "__pycache__", ".*_cache"
)


class ResetFailed(Exception):
    """The command that puts the data back to its beginning did not succeed."""


class World:
    """The directory that processes run in.

    :param directory: where the user is.
    :param copy: whether to run in a copy of it, which is made anew each time.
    :param reset: a shell command that puts the application's data back to its beginning.
    """

    def __init__(self, directory: Path, *, copy: bool = False, reset: str | None = None) -> None:
        self.original = directory
        self.reset = reset
        self._temporary = tempfile.mkdtemp(prefix="flaskfast-verify-") if copy else None

    @property
    def directory(self) -> Path:
        """Where processes are started."""
        if self._temporary is None:
            return self.original
        return Path(self._temporary) / (self.original.name or "root")

    def renew(self) -> None:
        """Put everything back to its beginning, as far as that was asked for.

        :raises ResetFailed: it could not be done.
        """
        if self._temporary is not None:
            try:
                shutil.rmtree(self.directory, ignore_errors=True)
                shutil.copytree(self.original, self.directory, symlinks=True, ignore=_LEFT_OUT)
            except (OSError, shutil.Error) as error:
                raise ResetFailed(f"{self.original} cannot be copied: {error}") from error
        if self.reset is not None:
            done = subprocess.run(
                self.reset,
                shell=True,
                cwd=self.directory,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                env=environment(os.environ, 0),
            )
            if done.returncode != 0:
                said = (done.stderr or done.stdout).decode("utf-8", "replace").strip()[-1000:]
                raise ResetFailed(
                    f"The command of --reset ended with exit code {done.returncode}:"
                    f" {self.reset}\n{said}"
                )

    def close(self) -> None:
        """Remove the copy."""
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)
