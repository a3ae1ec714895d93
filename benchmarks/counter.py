"""What runs under callgrind: scenarios, each in a forked child, between marks.

A mark is a call of getpgid(2), which nothing else here makes: callgrind is told to
write down its counters before every call of that name. So no code runs in the
counted program that is not there in a plain interpreter. The fork leaves the cost
of start-up and imports to be paid once, and gives each scenario the same memory
to start from whatever ran before it.

``counter.py IMPLEMENTATION=SCENARIO ... [--probe LIBRARY NAMES]`` prints a JSON line
for each pair; what the scenarios print goes to standard error.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

WARM = 60  # calls before the first mark: the interpreter has specialised its code by then


def mark() -> None:
    """Have callgrind write its counters."""
    os.getpgid(0)


def count(case: Any, calls: int) -> None:
    """Run *calls*, then three times as many, between marks."""
    case.run(min(WARM, calls))
    gc.collect()
    gc.disable()
    mark()
    case.run(calls)
    mark()
    case.run(3 * calls)
    mark()


@contextlib.contextmanager
def probed(library: str | None, names: str | None) -> Iterator[None]:
    """Give every Python function a native frame of its own, and write their names down."""
    if library is None or names is None:
        yield
        return
    import importlib.util

    spec = importlib.util.spec_from_file_location("flaskfast_probe", library)
    assert spec is not None and spec.loader is not None
    probe = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(probe)
    probe.start()
    try:
        yield
    finally:
        codes, pairs = probe.stop()
        described = [
            f"{code.co_filename}:{code.co_firstlineno}:{getattr(code, 'co_qualname', code.co_name)}"
            for code in codes
        ]
        Path(names).write_text(json.dumps({"codes": described, "pairs": pairs}), encoding="utf-8")


def child(name: str, implementation: str, library: str | None, names: str | None) -> dict[str, Any]:
    """Count one scenario; return what the report says about it."""
    from benchmarks.scenarios import find

    try:
        scenario = find(name)
        case = scenario.case(implementation)
        case.check()
        with probed(library, names):
            count(case, scenario.calls)
    except Exception as error:
        kind = type(error).__name__
        text = str(error) if kind in {"Absent", "WrongAnswer"} else f"{kind}: {error}"
        if kind not in {"Absent", "WrongAnswer"}:
            traceback.print_exc()
        return {"failed": text, "absent": kind == "Absent"}
    return {}


def main(argv: list[str]) -> None:
    """Count each pair in a child and report it."""
    pairs = argv
    library = names = None
    if "--probe" in pairs:
        at = pairs.index("--probe")
        library, names = pairs[at + 1 : at + 3]
        pairs = pairs[:at]
    reply = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for pair in pairs:
        implementation, _, name = pair.partition("=")
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reader)
            told = child(name, implementation, library, names)
            os.write(writer, json.dumps(told).encode())
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            told = json.loads(pipe.read() or b'{"failed": "the interpreter ended early"}')
        os.waitpid(pid, 0)
        line = {"implementation": implementation, "scenario": name, "pid": pid, **told}
        reply.write(json.dumps(line) + "\n")
        reply.flush()


if __name__ == "__main__":
    # Imported once for all children.
    import benchmarks.scenarios

    benchmarks.scenarios.every()
    with contextlib.suppress(Exception):
        from benchmarks.scenario import FAMILY, family_module

        first = sys.argv[1].partition("=")[0]
        family_module(first if first in FAMILY else "flask")
    main(sys.argv[1:])
