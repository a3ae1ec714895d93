"""Start an interactive Python session with a prepared namespace."""

from __future__ import annotations

import code
import os
import sys
import tokenize
import traceback
from contextlib import suppress
from typing import Any


def interact(namespace: dict[str, Any], banner: str) -> None:
    """Read and run lines from standard input until it ends; names come from `namespace`."""
    _complete_from(namespace)
    code.interact(banner=banner, local=namespace)


def startup_namespace() -> dict[str, Any]:
    """Run the script that PYTHONSTARTUP names, if any, and return what it defined.

    As in Python's own session, a script that fails shows its traceback, and what it
    defined until then stays.
    """
    namespace: dict[str, Any] = {}
    script = os.environ.get("PYTHONSTARTUP")
    if not script or not os.path.isfile(script):
        return namespace
    try:
        with tokenize.open(script) as source:
            exec(compile(source.read(), script, "exec", dont_inherit=True), namespace)
    except Exception:
        traceback.print_exc()
    return namespace


def _complete_from(namespace: dict[str, Any]) -> None:
    """Let the tab key complete names of `namespace`, where the session can complete at all.

    `site` sets up history and completion in a hook that only Python's own session
    calls, and the completer it uses looks into `__main__`.
    """
    hook = getattr(sys, "__interactivehook__", None)
    if hook is None:
        return
    with suppress(ImportError):  # a Python built without readline
        import readline
        import rlcompleter

        readline.set_completer(rlcompleter.Completer(namespace).complete)
    hook()
