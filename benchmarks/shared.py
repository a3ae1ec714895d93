"""The worker's module, loaded by its file.

Scenarios run inside workers for genuine Flask too, where importing anything through
the package ``flaskfast`` would bring flaskfast in beside the Flask that is measured.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
WORKER = ROOT / "flaskfast" / "_bench" / "worker.py"


def _load() -> ModuleType:
    name = "flaskfast_bench_worker"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, WORKER)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


worker = _load()


def cache() -> Path:
    """Return the directory for what is built or downloaded outside the tree."""
    base = os.environ.get("FLASKFAST_CACHE")
    if base:
        return Path(base)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "flaskfast"
