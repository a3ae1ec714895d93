"""Start workers, interleave them in rounds and compare what they measured."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

WORKER = Path(__file__).resolve().parent / "worker.py"

START_LIMIT = 180.0  # seconds; what is slower is broken, or has no place in a benchmark

SETTLED = 0.02
EXTENSION = 3  # times the rounds asked for, at most, until everybody has settled

Progress = Callable[[str], None]


class Failure(Exception):
    """A worker could not do what it was asked; *kind* is absent, wrong, late or broken."""

    def __init__(self, text: str, kind: str = "broken", trace: str = "") -> None:
        super().__init__(text)
        self.kind = kind
        self.trace = trace


class Worker:
    """An interpreter that holds one implementation of one scenario."""

    def __init__(
        self,
        spec: Mapping[str, Any],
        *,
        loader: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        python: str = sys.executable,
        cwd: str | None = None,
    ) -> None:
        self.errors = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")
        self.process = subprocess.Popen(
            [python, str(WORKER), *loader],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            cwd=cwd,
            env={**os.environ, **(environment or {})},
        )
        self.send({"do": "load", "spec": dict(spec)})

    def send(self, command: Mapping[str, Any]) -> None:
        """Write a command; `receive` must be called once for each."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(command) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # receive() reports why the worker is gone

    def receive(self, limit: float | None = None) -> Any:
        """Return the answer to the oldest command that has none yet; raise Failure for an error.

        No answer within *limit* seconds is a failure, and the end of the worker.
        """
        assert self.process.stdout is not None
        late = threading.Event()

        def give_up() -> None:
            late.set()
            self.process.kill()

        timer = threading.Timer(limit or 0, give_up)
        if limit is not None:
            timer.start()
        try:
            line = self.process.stdout.readline()
        finally:
            timer.cancel()
        if not line:
            code = self.process.wait()
            if late.is_set():
                raise Failure(f"not ready within {limit:.0f} seconds", "late")
            raise Failure(f"the worker ended with exit code {code}: {self.complaint()}")
        answer = json.loads(line)
        if "error" in answer:
            raise Failure(answer["error"], answer["kind"], answer["trace"])
        return answer["answer"]

    def run(self, n: int) -> int:
        """Run the case *n* times and return the nanoseconds that it took."""
        self.send({"do": "run", "n": n})
        return int(self.receive())

    def complaint(self) -> str:
        """Return the end of what the worker wrote to standard error."""
        self.errors.seek(0)
        return self.errors.read()[-2000:].strip()

    def close(self) -> None:
        """End the worker and wait for it."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    pass
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.errors.close()


@dataclass
class Result:
    """What one implementation did: its rounds in nanoseconds per call, or why there are none."""

    implementation: str
    answer: Any = None
    rounds: list[float] = field(default_factory=list)
    failure: Failure | None = None
    note: str = ""

    @property
    def best(self) -> float:
        """The fastest round, nanoseconds per call."""
        return min(self.rounds)

    @property
    def spread(self) -> float:
        """How much the median round is slower than the fastest, as a share of it."""
        return statistics.median(self.rounds) / self.best - 1

    @property
    def settled(self) -> bool:
        """Whether another round came so near to the fastest that it is no accident."""
        return len(self.rounds) > 1 and sorted(self.rounds)[1] <= self.best * (1 + SETTLED)

    @property
    def ran(self) -> bool:
        """Whether there is anything to compare."""
        return bool(self.rounds)


def ratio(result: Result, other: Result) -> float:
    """Return how many times faster *result* is than *other*: fastest round by fastest round."""
    return other.best / result.best


def ratio_range(result: Result, other: Result) -> tuple[float, float]:
    """Return how small and how large the ratio could be, by the third fastest rounds.

    That is the ratio when one of the two had only its third fastest round to show.
    A neighbour's work on the machine slows whole rounds, so that the slower ones
    tell about the neighbour.
    """
    third_mine = sorted(result.rounds)[:3][-1]
    third_its = sorted(other.rounds)[:3][-1]
    return other.best / third_mine, third_its / result.best


def calibrate(worker: Worker, seconds: float) -> int:
    """Return how many calls take about *seconds*, after having warmed the worker up."""
    target = seconds * 1e9
    n = 1
    took = worker.run(n)
    while took < target / 4 and n < 10_000_000:
        # Never more than tenfold: the first calls are slow and would mislead.
        n *= min(10, max(2, int(target / 2 / max(took, 1))))
        took = worker.run(n)
    return max(1, round(n * target / max(took, 1)))


def interleave(
    start: Mapping[str, Callable[[], Worker]],
    *,
    rounds: int,
    seconds: float,
    examine: Callable[[dict[str, Result]], None] = lambda results: None,
    progress: Progress = lambda text: None,
) -> dict[str, Result]:
    """Measure implementations against each other, one interpreter each.

    All workers are started, checked and calibrated first; *examine* may then turn
    results into failures, before anything is timed. A round asks each worker in
    turn for about *seconds* of calls; every round begins with another worker. On a busy
    machine there are more rounds than asked for, up to `EXTENSION` times as many, until
    everybody's two fastest ones agree.
    """
    results = {name: Result(name) for name in start}
    workers: dict[str, Worker] = {}
    try:
        for name, starter in start.items():
            workers[name] = starter()
        for name, worker in workers.items():
            try:
                results[name].answer = worker.receive(START_LIMIT)
            except Failure as failure:
                results[name].failure = failure
        examine(results)
        ready = [name for name in start if results[name].failure is None]
        calls = {}
        for name in list(ready):
            try:
                calls[name] = calibrate(workers[name], seconds)
            except Failure as failure:
                results[name].failure = failure
                ready.remove(name)
        for number in range(rounds * EXTENSION):
            if number >= rounds and all(results[name].settled for name in ready):
                break
            progress(f"round {number + 1} of {rounds}")
            turn = number % len(ready) if ready else 0
            for name in ready[turn:] + ready[:turn]:
                results[name].rounds.append(workers[name].run(calls[name]) / calls[name])
    finally:
        for worker in workers.values():
            worker.close()
    return results


def same_bytes(
    results: Iterable[Result],
    reference: Result,
    *,
    headers: Iterable[str] = (),
    volatile: Iterable[str] = ("Date",),
) -> None:
    """Fail every result whose answer differs from the reference's.

    Status, content type and body count for all (a body not, when the answer says that
    it is not steady); for implementations named in *headers* every header does, by
    name, value and order, except *volatile* ones. An answer may hold *earlier* ones.
    """
    if reference.answer is None or "status" not in reference.answer:
        return
    skipped = {name.lower() for name in volatile}
    strict = set(headers)
    for result in results:
        if result is reference or result.answer is None or result.note:
            continue
        pairs = zip(_in_order(result.answer), _in_order(reference.answer), strict=True)
        all_headers = result.implementation in strict
        for mine, its in pairs:
            differing = _differences(mine, its, reference.implementation)
            if not differing and all_headers:
                sent, wanted = (_headers(answer, skipped) for answer in (mine, its))
                if sent != wanted:
                    other = reference.implementation
                    differing.append(f"headers {sent} where {other} sends {wanted}")
            if differing:
                result.failure = Failure("; ".join(differing), "wrong")
                break


def _in_order(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*answer.get("earlier", ()), answer]


def _differences(mine: Mapping[str, Any], its: Mapping[str, Any], other: str) -> list[str]:
    steady = mine.get("steady", True) and its.get("steady", True)
    return [
        f"{key} {difference(mine[key], its[key], other)}"
        for key in ("status", "content_type", *(["body"] if steady else []))
        if mine[key] != its[key]
    ]


def _headers(answer: Mapping[str, Any], skipped: set[str]) -> list[tuple[str, str]]:
    return [(k, "" if k.lower() in skipped else v) for k, v in answer["headers"]]


def difference(mine: str | None, its: str | None, other: str) -> str:
    """Show two differing texts around the first place where they differ."""
    if mine is None or its is None or max(len(mine), len(its)) < 80:
        return f"{mine!r} where {other} answers {its!r}"
    at = next((i for i, (a, b) in enumerate(zip(mine, its, strict=False)) if a != b), None)
    at = min(len(mine), len(its)) if at is None else at
    start = max(0, at - 30)
    return (
        f"from character {at}, ...{mine[start : at + 50]!r} "
        f"where {other} answers ...{its[start : at + 50]!r}"
    )


def terminal_progress() -> Progress:
    """Return a progress line on standard error; plain lines when that is not a terminal."""
    if not sys.stderr.isatty():
        return lambda text: None

    def show(text: str) -> None:
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()

    return show
