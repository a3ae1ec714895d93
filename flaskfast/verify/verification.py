"""Verify one application: collect requests, replay them on both sides, compare, measure."""

from __future__ import annotations

import math
import shlex
import sys
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from . import sources
from .answer import Visit
from .comparison import Comparison, Difference, Outcome, compare, varies
from .jar import Jar
from .measurement import Gain, measure
from .process import GENUINE, OURS, Gone, Process, Refused
from .replay import Pass, Progress, Setting
from .request import Request
from .sources import Requests

#: How many passes on genuine Flask, at most, beyond the usual two where something differs.
MORE_PASSES = 2

#: Told about progress: what is done now, how much of it, and of how much.
Report = Callable[[str, int, int], None]


def quiet(stage: str, done: int, of: int) -> None:
    """Report no progress."""


@dataclass(frozen=True)
class Wishes:
    """What is to be replayed, and how.

    :ivar requests: files of requests.
    :ivar logs: access logs.
    :ivar routes: whether to derive requests from the URL map; always, where there are no files.
    :ivar samples: values for the arguments of rules.
    :ivar unsafe: include methods that may change data.
    :ivar seconds: how long to measure each request on each side; 0 measures nothing.
    :ivar limit: the most requests taken of a log.
    """

    requests: Sequence[Path] = ()
    logs: Sequence[Path] = ()
    routes: bool = False
    samples: dict[str, list[str]] = field(default_factory=dict)
    unsafe: bool = False
    scheme: str = "http"
    seconds: float = 0.3
    limit: int = 500


class Impossible(Exception):
    """There is nothing to compare; the text says why and what to do."""


@dataclass
class Result:
    """What came of it.

    :ivar genuine: what the process under genuine Flask found around the application.
    :ivar ours: the same of the one under flaskfast; None where the application cannot be loaded.
    :ivar failure: why it cannot be loaded there.
    """

    app: str
    genuine: dict[str, Any]
    ours: dict[str, Any] | None = None
    failure: str = ""
    comparisons: list[Comparison] = field(default_factory=list)
    gains: dict[int, Gain] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return (
            not self.failure
            and not self.differences
            and all(c.outcome is not Outcome.DIFFERS for c in self.comparisons)
        )

    def count(self, outcome: Outcome) -> int:
        """Return how many requests came out like this."""
        return sum(c.outcome is outcome for c in self.comparisons)


class Verification:
    """One run of ``flaskfast verify``."""

    def __init__(self, setting: Setting, wishes: Wishes, report: Report = quiet) -> None:
        self.setting = setting
        self.wishes = wishes
        self.report = report

    def run(self) -> Result:
        """Do everything, and return what came of it.

        :raises Impossible: the application cannot be loaded under genuine Flask, or there is
            no request to send.
        :raises Unreadable: a file of requests cannot be read.
        """
        from_files = self._from_files()
        try:
            result = self._replay(from_files)
            if not result.failure:
                self._examine_live(result)
                result.notes += _remarks(result)
        except (Refused, Gone) as error:
            raise Impossible(
                f"{self.setting.app} was loaded once, and could not be loaded again: {error}."
            ) from error
        return result

    # -- requests -------------------------------------------------------------------------

    def _from_files(self) -> Requests:
        found = Requests()
        for path in self.wishes.requests:
            part = sources.from_file(path)
            found.requests += part.requests
            found.notes += part.notes
        for path in self.wishes.logs:
            part = sources.from_log(path, unsafe=self.wishes.unsafe, limit=self.wishes.limit)
            found.requests += part.requests
            found.notes += part.notes
        return found

    def _from_routes(self, process: Process) -> Requests:
        wishes = self.wishes
        if (wishes.requests or wishes.logs) and not wishes.routes:
            return Requests()
        samples = wishes.samples
        answer = process.ask("routes", 60.0, samples=samples, unsafe=wishes.unsafe)
        return sources.from_routes(answer, wishes.scheme)

    def _placed(self, request: Request, host: str) -> Request:
        return request if request.host else replace(request, host=host)

    # -- passes ---------------------------------------------------------------------------

    def _replay(self, given: Requests) -> Result:
        """Walk through the requests on both sides, and compare."""
        self.report("Loading the application under Flask", 0, 0)
        with self._loaded_genuine() as first:
            derived = self._from_routes(first.process)
            host = first.found["host"]
            requests = [self._placed(r, host) for r in (*given.requests, *derived.requests)]
            if not requests:
                raise Impossible(
                    "There is no request to send: the application has no routes. Give requests"
                    " with --requests or --access-log."
                )
            last = [request for request in requests if request.last]
            requests = [request for request in requests if not request.last]
            visits = first.walk(requests, self._progress("Asking Flask"))
            cookie = first.found["session_cookie"]
            later = _with_cookies(requests[len(given.requests) :], first.jar, cookie) + last
            visits += first.walk(later, self._progress("Asking Flask"))
        requests += later
        result = Result(self.setting.app, first.found, notes=[*given.notes, *derived.notes])
        ours = self._visits_of_ours(result, requests)
        if ours is not None:
            self._compare(result, requests, [visits], ours)
        return result

    def _loaded_genuine(self) -> Pass:
        """Return the first pass on genuine Flask, with the application loaded."""
        name = self.setting.app
        try:
            return Pass(self.setting, GENUINE, 1).start()
        except Refused as refused:
            if refused.kind == "absent":
                raise Impossible(_no_genuine_flask(str(refused))) from refused
            raise Impossible(
                f"{name} cannot be loaded under genuine Flask: {refused}."
                f" 'flask --app {shlex.quote(name)} routes' shows more."
            ) from refused
        except Gone as gone:
            raise Impossible(f"{name} cannot be loaded under genuine Flask: {gone}.") from gone

    def _visits_of_ours(self, result: Result, requests: Sequence[Request]) -> list[Visit] | None:
        """Walk through the requests on flaskfast; None where the application is not loaded."""
        self.report("Loading the application under flaskfast", 0, 0)
        try:
            walk = Pass(self.setting, OURS, 1).start()
        except Refused as refused:
            result.failure = f"{refused}\n{refused.trace}".strip()
            return None
        except Gone as gone:
            result.failure = str(gone)
            return None
        with walk:
            result.ours = walk.found
            return walk.walk(requests, self._progress("Asking flaskfast"))

    def _compare(
        self,
        result: Result,
        requests: Sequence[Request],
        genuine: list[list[Visit]],
        ours: list[Visit],
    ) -> None:
        """Ask genuine Flask once more, and compare.

        Where something differs, it is asked still more often: what differs may be what varies
        by itself, rarely.
        """
        genuine.append(self._once_more("Asking Flask again", requests, genuine))
        result.comparisons = compare(genuine, ours)
        for number in range(MORE_PASSES):
            doubtful = [
                place
                for place, comparison in enumerate(result.comparisons)
                if comparison.outcome is Outcome.DIFFERS and not comparison.changes_state
            ]
            if result.same or (
                number and not any(varies(result.comparisons[n].genuine) for n in doubtful)
            ):
                return
            title = "Making sure of differences"
            genuine.append(self._once_more(title, requests, genuine, doubtful))
            result.comparisons = compare(genuine, ours)

    def _once_more(
        self,
        title: str,
        requests: Sequence[Request],
        genuine: Sequence[Sequence[Visit]],
        often: Collection[int] = (),
    ) -> list[Visit]:
        """Walk through the requests on genuine Flask, later than the last time."""
        with Pass(self.setting, GENUINE, len(genuine) + 1).start() as walk:
            # Until every clock that shows seconds has moved on.
            last = max(visit.first.clock + visit.first.seconds for visit in genuine[-1])
            time.sleep(min(1.1, max(0.0, math.floor(last) + 1.02 - time.time())))
            return walk.walk(requests, self._progress(title), often)

    def _progress(self, title: str) -> Progress:
        return lambda done, of: self.report(title, done, of)

    # -- both at once ---------------------------------------------------------------------

    def _examine_live(self, result: Result) -> None:
        """Measure, and have each side read the other's session cookies."""
        cookies = _session_cookies(result)
        if not cookies and not self.wishes.seconds:
            return
        self.setting.world.renew()
        processes: dict[str, Process] = {}
        try:
            for flavour in (GENUINE, OURS):
                processes[flavour], _ = self.setting.start(flavour, 1)
            result.differences += _unreadable_sessions(processes, cookies)
            if self.wishes.seconds:
                result.gains = measure(
                    processes[GENUINE],
                    processes[OURS],
                    result.comparisons,
                    seconds=self.wishes.seconds,
                    limit=self.setting.limit,
                    progress=lambda done, of: self.report("Measuring", done, of),
                )
        except (Gone, Refused) as error:
            result.notes.append(f"Measuring was given up: {error}.")
        finally:
            for process in processes.values():
                process.close()


def _with_cookies(derived: Sequence[Request], jar: Jar, session: str | None) -> list[Request]:
    """Return the plain requests once more, for when the application has set cookies.

    They are then sent with these, and with a session cookie that somebody else has signed.

    :param session: the name of the session cookie.
    """
    if not jar:
        return []
    plain = [request for request in derived if request.method == "GET" and not request.variant]
    found = [replace(request, variant="with cookies") for request in plain]
    forged = _forged(jar, session)
    if forged:
        variant = "with a forged session"
        found += [replace(r.with_header("Cookie", forged), variant=variant) for r in plain]
    return found


def _forged(jar: Jar, name: str | None) -> str:
    """Return a session cookie of the jar with another signature; empty where there is none."""
    value = jar.get(name) if name else ""
    content, dot, signature = value.rpartition(".")
    return f"{name}={content}.{signature.swapcase()}" if dot else ""


def _session_cookies(result: Result) -> dict[str, list[str]]:
    """Return the session cookies that each side has set, by the side."""
    name = result.genuine["session_cookie"]
    found: dict[str, list[str]] = {}
    if name is None:
        return found
    for comparison in result.comparisons:
        for flavour, visit in ((GENUINE, comparison.genuine[0]), (OURS, comparison.ours)):
            values = visit.first.cookies(name)
            if values:
                found.setdefault(flavour, []).extend(values)
    return found


def _unreadable_sessions(
    processes: dict[str, Process], cookies: dict[str, list[str]]
) -> list[Difference]:
    """Name session cookies that one side has set, and would read, and the other does not."""
    found = []
    for flavour, values in cookies.items():
        other = OURS if flavour == GENUINE else GENUINE
        accepted = {
            side: processes[side].ask("cookies", 60.0, values=values) for side in (flavour, other)
        }
        for value, here, there in zip(values, accepted[flavour], accepted[other], strict=True):
            if here != there:
                yes, no = "accepted", "refused"
                expected = yes if accepted[GENUINE][values.index(value)] else no
                got = yes if accepted[OURS][values.index(value)] else no
                writer = "genuine Flask" if flavour == GENUINE else "flaskfast"
                part = f"signature of the session cookie that {writer} has set"
                found.append(Difference(part, f"{expected}: {value}", f"{got}: {value}"))
                break
    return found


def _no_genuine_flask(reason: str) -> str:
    return (
        "Genuine Flask is not there to be compared with, in the Python that runs this"
        f" ({reason.rstrip('.')}). Install it beside flaskfast, which is not disturbed by it:"
        f" {sys.executable} -m pip install flask==3.1.3"
    )


def _remarks(result: Result) -> list[str]:
    """Return what a reader should know about the requests that were sent."""
    comparisons = result.comparisons
    remarks = []
    changing = _pages(c for c in comparisons if c.changes_state)
    if changing:
        remarks.append(
            f"Data change on GET: the same request is answered differently the next time, for"
            f" {_few(changing)}. Both sides are compared step by step, and such requests are not"
            " measured."
        )
    failing = _pages(c for c in comparisons if (c.answer.code or 500) >= 500)
    if failing:
        remarks.append(
            f"Genuine Flask already fails for {_few(failing)}; an equal failure counts as the same."
        )
    missing = _pages(
        c for c in comparisons if c.answer.code == 404 and "<" in (c.rule or "") and c.request.safe
    )
    if missing:
        remarks.append(
            f"The sample arguments found nothing (404) for {_few(missing)}. Give values that exist"
            " with --sample NAME=VALUE, or real requests with --requests."
        )
    here, there = _names_of_seams(result.genuine), _names_of_seams(result.ours or {})
    if here != there:
        remarks.append(
            "Not the same is overridden or patched on both sides:"
            f" {_few(sorted(here - there)) or 'nothing'} under genuine Flask alone,"
            f" {_few(sorted(there - here)) or 'nothing'} under flaskfast alone."
        )
    version = result.genuine["versions"]["flask"]
    if not version.startswith("3.1."):
        remarks.append(
            f"flaskfast behaves as Flask 3.1.3; this is a comparison with Flask {version}."
        )
    return remarks


def _names_of_seams(found: dict[str, Any]) -> set[str]:
    return {seam["name"] for seam in found.get("seams", ()) if seam["kind"] != "part"}


def _pages(comparisons: Iterable[Comparison]) -> list[str]:
    """Return the rules, or else the paths, that comparisons are about, each once."""
    names = (c.rule or c.request.target.partition("?")[0] for c in comparisons)
    return list(dict.fromkeys(names))


def _few(items: Sequence[str]) -> str:
    return ", ".join(items[:3]) + (", ..." if len(items) > 3 else "")
