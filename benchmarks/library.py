"""Compile the two small C modules that the counted interpreters load."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

HERE = Path(__file__).resolve().parent


class NoCompiler(Exception):
    """They cannot be compiled here."""


def build(name: str, directory: Path, *flags: str) -> Path:
    """Compile ``<name>.c`` for this interpreter into *directory*; raise NoCompiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise NoCompiler(
            "Counting instructions needs a C compiler, and none of cc, gcc and clang is "
            "installed: apt-get install gcc"
        )
    target = directory / f"flaskfast_{name}.so"
    done = subprocess.run(
        [
            compiler,
            "-shared",
            "-fPIC",
            "-O1",
            # Equal functions would be folded into one, by GCC only.
            *(["-fno-ipa-icf"] if "clang" not in os.path.realpath(compiler) else []),
            *flags,
            f"-I{sysconfig.get_paths()['include']}",
            str(HERE / f"{name}.c"),
            "-o",
            str(target),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NoCompiler(
            f"{compiler} cannot build {name}.c; are the headers of this Python (apt-get install "
            f"python3-dev) and of valgrind installed?\n{done.stdout[-2000:]}"
        )
    return target
