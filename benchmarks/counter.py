"""What runs under callgrind: scenarios, each in a forked child.

Instrumentation is off until a scenario is set up, has given its right answer and is
warm; then two runs of different length are counted, each into a dump of its own.
The fork leaves imports to be paid once, and gives each scenario the same memory to
start from whatever ran before it.

``counter.py MARKS PROBE PLACEMENTS IMPLEMENTATION=SCENARIO ...`` is told the libraries
built of marks.c and probe.c (``-``: no probe), and in how many placements to count. It
prints a JSON line for each pair; what the scenarios print goes to standard error.
"""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

# Calls before anything is counted: the interpreter goes on specialising code for a long time.
WARM = 300

# Class versions that are used up between two placements: more than what a scenario touches
# would keep the same distance from each other, fewer would find the same entries taken.
STEP = 37


def load(library: str) -> Any:
    """Import one of our C modules by its file."""
    spec = importlib.util.spec_from_file_location(Path(library).stem, library)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def place(number: int, marks: Any) -> None:
    """Give every class another version: methods move in the interpreter's type cache.

    The cache is found by a class's version and the address of a name. Two methods of a
    request that meet in one entry cost hundreds of instructions, and whether they do
    depends on where the checkout lies, on the environment and on what ran before.
    """
    for _ in range(number * STEP):
        assert type("Spent", (), {"read": True}).read
    marks.renumber()


def count(case: Any, scenario: Any, marks: Any, placements: int) -> None:
    """Write three dumps: of a first run, of a short one, and of one longer by ``calls``.

    This is done once for each placement.
    """
    for number in range(placements):
        if number:
            place(number, marks)
        case.run(min(WARM, 10 * scenario.calls))
        gc.collect()
        gc.disable()
        marks.start()
        for calls in (scenario.unit, scenario.unit, scenario.unit + scenario.calls):
            case.run(calls)
            marks.dump()
        marks.stop()
        gc.enable()


class Probe:
    """The module built of probe.c, on while the block runs."""

    def __init__(self, module: Any) -> None:
        self.module = module

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


def child(
    name: str, implementation: str, marks: Any, probe: Any, placements: int
) -> dict[str, Any]:
    """Count one scenario; return what the report says about it."""
    from benchmarks.scenarios import find

    try:
        scenario = find(name)
        case = scenario.case(implementation)
        case.check()
        if probe is None:
            count(case, scenario, marks, placements)
            return {}
        with Probe(probe) as probed:
            count(case, scenario, marks, placements)
        return {"names": probed.names}
    except Exception as error:
        kind = type(error).__name__
        if kind in {"Absent", "WrongAnswer"}:
            return {"failed": str(error), "absent": kind == "Absent"}
        traceback.print_exc()
        return {"failed": f"{kind}: {error}"}


def main(argv: list[str]) -> None:
    """Count each pair in a child and report it."""
    marks = load(argv[0])
    probe = None if argv[1] == "-" else load(argv[1])
    placements = int(argv[2])
    reply = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for pair in argv[3:]:
        implementation, _, name = pair.partition("=")
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reader)
            told = child(name, implementation, marks, probe, placements)
            with os.fdopen(writer, "w") as pipe:
                json.dump(told, pipe)
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as pipe:
            told = json.loads(pipe.read() or '{"failed": "the interpreter ended early"}')
        _, _, used = os.wait4(pid, 0)
        seconds = used.ru_utime + used.ru_stime
        line = {"implementation": implementation, "scenario": name, "pid": pid, **told}
        line["seconds"] = round(seconds, 2)
        reply.write(json.dumps(line) + "\n")
        reply.flush()


if __name__ == "__main__":
    # Imported once for all children.
    import benchmarks.scenarios

    benchmarks.scenarios.every()
    benchmarks.scenarios.views()
    with contextlib.suppress(Exception):
        from benchmarks.scenario import FLASK, FLAVOURS, family_module

        first = sys.argv[4].partition("=")[0]
        family_module(first if first in FLAVOURS else FLASK)
    main(sys.argv[1:])
