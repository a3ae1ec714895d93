"""Files kept outside the tree: where they are, who may touch them, verified downloads."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import typing as t
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


class StoreError(Exception):
    """A download, a build or an installation failed; the message ends with the tool's output."""


def cache_root() -> Path:
    """Return the directory for everything that a run keeps: ``$FLASKFAST_CACHE`` or XDG's."""
    chosen = os.environ.get("FLASKFAST_CACHE")
    if chosen:
        return Path(chosen).absolute() / "conformance"
    shared = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(shared) / "flaskfast" / "conformance"


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file at ``path`` against every other process until the block ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def run_tool(command: Sequence[str | Path], **options: t.Any) -> str:
    """Run a command and return its output; raise `StoreError` with its end when it fails."""
    line = [os.fspath(part) for part in command]
    done: subprocess.CompletedProcess[str] = subprocess.run(
        line,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    )
    if done.returncode != 0:
        tail = "\n".join(done.stdout.splitlines()[-25:])
        raise StoreError(f"exit status {done.returncode} from: {' '.join(line)}\n{tail}")
    return done.stdout


def pip(python: str | Path, *args: str | Path, **options: t.Any) -> str:
    """Run an interpreter's pip, quietly and without asking for a newer one."""
    command = [python, "-m", "pip", "--disable-pip-version-check", "--no-input", *args]
    return run_tool(command, **options)


def fetch_sdist(requirement: str, sha256: str, directory: Path) -> Path:
    """Return a source distribution of exactly this hash, downloaded unless it is there.

    pip checks the hash before it opens the file; a file already kept is checked again.
    Raises `StoreError` when the index has no such file.
    """
    kept = directory / sha256
    with locked(directory / f"{sha256}.lock"):
        for path in kept.glob("*.tar.gz"):
            if file_digest(path) == sha256:
                return path
            path.unlink()
        kept.mkdir(parents=True, exist_ok=True)
        _download(requirement, sha256, kept)
        found = [path for path in kept.glob("*.tar.gz") if file_digest(path) == sha256]
        if not found:
            raise StoreError(f"{requirement}: no download has sha256 {sha256}")
        return found[0]


def _download(requirement: str, sha256: str, directory: Path) -> None:
    name = requirement.partition("==")[0]
    with tempfile.TemporaryDirectory() as scratch:
        wanted = Path(scratch, "wanted.txt")
        wanted.write_text(f"{requirement} --hash=sha256:{sha256}\n")
        args = ["--quiet", "--no-deps", "--require-hashes", "--no-binary", name]
        pip(sys.executable, "download", *args, "--dest", directory, "--requirement", wanted)


def unpack(sdist: Path, destination: Path) -> Path:
    """Unpack a source distribution and return its single top directory.

    Where this Python can, members that would land outside are refused.
    """
    safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
    with tarfile.open(sdist) as archive:
        archive.extractall(destination, **safely)  # type: ignore[arg-type]
    (top,) = destination.iterdir()
    return top


def copy_parts(source: Path, patterns: Sequence[str], destination: Path) -> None:
    """Copy the files and directories that match the patterns; each part keeps its path."""
    for pattern in patterns:
        for path in source.glob(pattern):
            target = destination / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            if path.is_dir():
                shutil.copytree(path, target, dirs_exist_ok=True)
            else:
                shutil.copy2(path, target)
