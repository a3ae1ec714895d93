"""Run the counter under callgrind and read what it wrote.

Instructions are counted with a fixed hash seed and the garbage collector off. Two
runs of different length are subtracted, so that only what a call costs remains.
Start-up and set-up run without instrumentation, which is several times faster.

What is left to chance is which methods meet in the interpreter's type cache: that
makes some per cent of a short request. So a pair can be counted in several placements
(see counter.place); the smallest count is the one without such meetings.
"""

from __future__ import annotations

import compileall
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from benchmarks.library import build
from benchmarks.scenario import environment
from benchmarks.shared import ROOT

# Variables that an interpreter may need to find its files.
KEPT = ("PATH", "HOME", "TMPDIR", "FLASKFAST_CACHE", "XDG_CACHE_HOME")

# Placements that show what a call costs where nothing meets in the type cache.
PLACEMENTS = 5
# Instructions per call above which what meets there is below one per cent, and one will do.
LONG = 400_000

# Pairs per callgrind process: each pays for an interpreter's start, and two should be kept busy.
SHARD = 48

Pair = tuple[str, str]  # implementation, scenario


class NoValgrind(Exception):
    """callgrind is not there."""


@dataclass
class Count:
    """Instructions and system calls, per call, of one implementation of one scenario.

    Those of the placement that took fewest, of which the dumps are.
    """

    implementation: str
    scenario: str
    per_call: float = 0.0
    system_calls: float = 0.0
    failed: str = ""
    absent: bool = False
    dumps: tuple[Path, Path] | None = None
    names: dict[str, list[Any]] | None = None
    seconds: float = 0.0  # that counting it took


def valgrind() -> str:
    """Return the path of valgrind; raise NoValgrind when there is none."""
    path = shutil.which("valgrind")
    if path is None:
        raise NoValgrind(
            "Counting instructions needs valgrind, which is not installed: "
            "apt-get install valgrind (or your system's package of that name)."
        )
    return path


def plain_environment(implementation: str) -> dict[str, str]:
    """Return the variables for a counted interpreter: few and fixed, so that counts repeat."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {
        **kept,
        "LC_ALL": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(ROOT),
        **environment(implementation),
    }


def run_counter(
    pairs: Sequence[Pair],
    directory: Path,
    marks: Path,
    *,
    options: Sequence[str] = (),
    probe: Path | None = None,
    placements: int = 1,
) -> Iterator[Count]:
    """Count pairs that need the same environment in one callgrind process.

    A count's dumps are there until the next one is asked for.
    """
    command = [
        valgrind(),
        "--tool=callgrind",
        "--instr-atstart=no",
        "--compress-strings=no",
        "--compress-pos=no",
        "--dump-line=no",
        "--separate-recs=1",
        "--collect-systime=usec",
        *options,
        f"--callgrind-out-file={directory}/out.%p",
        sys.executable,
        "-m",
        "benchmarks.counter",
        str(marks),
        str(probe or "-"),
        str(placements),
        *(f"{implementation}={scenario}" for implementation, scenario in pairs),
    ]
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log,
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=plain_environment(pairs[0][0]),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            told = json.loads(line)
            yield read_count(told, directory, placements)
            for dump in directory.glob(f"out.{told['pid']}*"):
                dump.unlink()
        if process.wait():
            log.seek(0)
            raise RuntimeError(f"valgrind ended with {process.returncode}:\n{log.read()[-3000:]}")


def read_count(told: Mapping[str, Any], directory: Path, placements: int = 1) -> Count:
    """Make a count of a line that the counter wrote, and of its dumps."""
    count = Count(
        told["implementation"],
        told["scenario"],
        failed=told.get("failed", ""),
        absent=told.get("absent", False),
        names=told.get("names"),
        seconds=told.get("seconds", 0.0),
    )
    if not count.failed:
        pid = told["pid"]
        calls = calls_of(count.scenario)
        found = []
        for placement in range(placements):
            # The first of three is of a run that is there for the second to find things warm.
            dumps = tuple(directory / f"out.{pid}.{3 * placement + n}" for n in (2, 3))
            short, long = map(totals, dumps)
            found.append((*((a - b) / calls for a, b in zip(long, short, strict=True)), dumps))
        count.per_call, count.system_calls, count.dumps = min(found)
    return count


def calls_of(scenario: str) -> int:
    """Return how many calls the longer of the two runs makes more than the shorter."""
    from benchmarks.scenarios import find

    return find(scenario).calls


def totals(path: Path) -> tuple[int, int]:
    """Return the instructions and the system calls of one dump."""
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if line.startswith("summary:"):
                # A count that is zero, and all after it, may be left out.
                instructions, system_calls, *_ = *map(int, line.split()[1:]), 0
                return instructions, system_calls and system_calls - clock_readings(path)
    raise ValueError(f"{path} has no summary line")


def clock_readings(path: Path) -> int:
    """Return the system calls of one dump that only read the clock.

    They are none outside valgrind: there the kernel's page that every process has answers.
    """
    return round(
        sum(cost.system_calls for name, cost in read_dump(path).items() if CLOCKS.match(name))
    )


def compile_once() -> None:
    """Write the byte code of our own packages, which interpreters under callgrind do not."""
    for package in ("benchmarks", "flaskfast"):
        compileall.compile_dir(str(ROOT / package), quiet=2)


def split(pairs: Iterable[Pair], size: int) -> list[list[Pair]]:
    """Return groups of about *size* pairs that can share an interpreter, evenly filled.

    Both flavours need one of their own; all references can share theirs.
    """
    by_environment: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_environment[str(environment(pair[0]))].append(pair)
    groups = []
    for found in by_environment.values():
        parts = -(-len(found) // size)
        groups += [found[part::parts] for part in range(parts)]
    return groups


def count_all(
    pairs: Iterable[Pair], *, jobs: int = 2, shard: int = SHARD, placements: int = PLACEMENTS
) -> dict[Pair, Count]:
    """Count every pair, at most *shard* of them per callgrind process, *jobs* at once.

    Those that are not long are counted in so many placements.
    """
    found = _count_all(pairs, jobs, shard, 1)
    if placements > 1:
        short = [pair for pair, c in found.items() if not c.failed and c.per_call < LONG]
        found.update(_count_all(short, jobs, shard, placements))
    return found


def _count_all(pairs: Iterable[Pair], jobs: int, shard: int, placements: int) -> dict[Pair, Count]:
    valgrind()  # says at once when it is missing
    shards = split(pairs, shard)
    compile_once()
    with tempfile.TemporaryDirectory(prefix="flaskfast-count-") as base:
        marks = build("marks", Path(base))

        def work(numbered: tuple[int, list[Pair]]) -> list[Count]:
            number, group = numbered
            directory = Path(base, str(number))
            directory.mkdir()
            part = f"part {number + 1} of {len(shards)}"
            sys.stderr.write(f"counting {len(group)} scenarios ({part})\n")
            return list(run_counter(group, directory, marks, placements=placements))

        with ThreadPoolExecutor(jobs) as pool:
            found = list(pool.map(work, enumerate(shards)))
    return {(c.implementation, c.scenario): c for counts in found for c in counts}


CLOCKS = re.compile(r"(clock_gettime|gettimeofday|time)(@|$)")
_COST = re.compile(r"^(?:0x[0-9a-f]+ )?\d+ (\d+)(?: (\d+))?")


@dataclass
class Cost:
    """What one function executed itself, and what its callers were charged for it."""

    own: float = 0
    inclusive: float = 0
    calls: float = 0
    system_calls: float = 0
    inclusive_system_calls: float = 0

    def __sub__(self, other: Cost) -> Cost:
        return Cost(*(a - b for a, b in zip(astuple(self), astuple(other), strict=True)))

    def __truediv__(self, calls: int) -> Cost:
        return Cost(*(value / calls for value in astuple(self)))


def read_dump(path: Path) -> dict[str, Cost]:
    """Return what every function in a dump cost."""
    found: dict[str, Cost] = defaultdict(Cost)
    current = callee = ""
    calls = 0
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if line.startswith("fn="):
                current = line[3:]
            elif line.startswith("cfn="):
                callee = line[4:]
            elif line.startswith("calls="):
                calls = int(line[6:].split()[0])
            elif (match := _COST.match(line)) is not None:
                cost, system_calls = int(match[1]), int(match[2] or 0)
                if callee:
                    entry = found[callee]
                    entry.inclusive += cost
                    entry.inclusive_system_calls += system_calls
                    entry.calls += calls
                    callee = ""
                else:
                    found[current].own += cost
                    found[current].system_calls += system_calls
    return dict(found)
