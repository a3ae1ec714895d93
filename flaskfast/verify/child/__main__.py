"""Load this directory as a package of its own name, and start the conversation."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys

NAME = "_flaskfast_verify"
HERE = os.path.dirname(os.path.abspath(__file__))


def load() -> None:
    """Make `NAME` importable, without putting this directory or its parents on sys.path."""
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) != HERE]
    origin = os.path.join(HERE, "__init__.py")
    spec = importlib.util.spec_from_file_location(NAME, origin, submodule_search_locations=[HERE])
    assert spec is not None and spec.loader is not None
    sys.modules[NAME] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[NAME])


if __name__ == "__main__":
    load()
    importlib.import_module(f"{NAME}.conversation").main(sys.argv[1:])
