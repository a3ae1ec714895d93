"""Write ci.lock: the exact versions that `pip install .[test]` gives today.

Run it with the interpreter that CI uses: python requirements/lock.py
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
HEADER = """\
# What CI tests with, exactly. Users get the ranges of pyproject.toml.
# Written by requirements/lock.py (Python {}.{}); used as: pip install -r requirements/ci.lock
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        pip = [str(Path(home, "Scripts" if os.name == "nt" else "bin", "python")), "-m", "pip"]
        environ = {**os.environ, "FLASKFAST_BUILD": "python"}
        target = f"{HERE.parent}[test]"
        subprocess.run([*pip, "install", "--quiet", target], check=True, env=environ)
        freeze = [*pip, "freeze", "--all", "--exclude", "flaskfast", "--exclude", "pip"]
        pins = subprocess.run(freeze, check=True, stdout=subprocess.PIPE, text=True).stdout
    (HERE / "ci.lock").write_text(HEADER.format(*sys.version_info) + pins)


if __name__ == "__main__":
    main()
