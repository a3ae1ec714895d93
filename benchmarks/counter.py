"""What runs under callgrind: scenarios, each in a forked child, between marks.

A mark is a call of getpgid(2), which nothing else here makes: callgrind is told to
write down its counters before every call of that name. So no code runs in the
counted program that is not there in a plain interpreter. The fork leaves the cost
of start-up and imports to be paid once, and gives each scenario the same memory
to start from whatever ran before it.

``counter.py IMPLEMENTATION=SCENARIO ... [--probe LIBRARY]`` prints a JSON line for
each pair; what the scenarios print goes to standard error.
"""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import json
import os
import sys
import traceback
from typing import Any

WARM = 40  # calls before the first mark: the interpreter has specialised its code by then


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


class Probe:
    """The module built of probe.c."""

    def __init__(self, library: str) -> None:
        spec = importlib.util.spec_from_file_location("flaskfast_probe", library)
        assert spec is not None and spec.loader is not None
        self.module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.module)

    def __enter__(self) -> Probe:
        self.module.start()
        return self

    def __exit__(self, *_: object) -> None:
        codes, pairs = self.module.stop()
        named = [
            f"{code.co_filename}:{code.co_firstlineno}:{getattr(code, 'co_qualname', code.co_name)}"
            for code in codes
        ]
        self.names = {"codes": named, "pairs": pairs}


def child(name: str, implementation: str, library: str | None) -> dict[str, Any]:
    """Count one scenario; return what the report says about it."""
    from benchmarks.scenarios import find

    try:
        scenario = find(name)
        case = scenario.case(implementation)
        case.check()
        if library is None:
            count(case, scenario.calls)
            return {}
        with Probe(library) as probe:
            count(case, scenario.calls)
        return {"names": probe.names}
    except Exception as error:
        kind = type(error).__name__
        if kind in {"Absent", "WrongAnswer"}:
            return {"failed": str(error), "absent": kind == "Absent"}
        traceback.print_exc()
        return {"failed": f"{kind}: {error}"}


def main(argv: list[str]) -> None:
    """Count each pair in a child and report it."""
    at = argv.index("--probe") if "--probe" in argv else len(argv)
    pairs, library = argv[:at], "".join(argv[at + 1 :]) or None
    reply = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for pair in pairs:
        implementation, _, name = pair.partition("=")
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reader)
            told = child(name, implementation, library)
            with os.fdopen(writer, "w") as pipe:
                json.dump(told, pipe)
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as pipe:
            told = json.loads(pipe.read() or '{"failed": "the interpreter ended early"}')
        os.waitpid(pid, 0)
        line = {"implementation": implementation, "scenario": name, "pid": pid, **told}
        reply.write(json.dumps(line) + "\n")
        reply.flush()


if __name__ == "__main__":
    # Imported once for all children.
    import benchmarks.scenarios

    benchmarks.scenarios.every()
    with contextlib.suppress(Exception):
        from benchmarks.scenario import FLASK, FLAVOURS, family_module

        first = sys.argv[1].partition("=")[0]
        family_module(first if first in FLAVOURS else FLASK)
    main(sys.argv[1:])
