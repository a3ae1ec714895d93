"""Send requests to a fresh process, one after the other, and keep what comes back."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from .answer import Answer, Visit
from .forms import Page, filled_in, sent_as_form
from .jar import Jar
from .process import Flavour, Gone, Process, Refused
from .request import Request
from .world import World

#: How many answers to one request to ask for beside the usual two, to learn what varies.
MORE_ANSWERS = 6

#: After so many requests without an answer, a pass asks no more: each of them takes its time.
MOST_SILENT = 5

#: Told about progress: how many requests of how many are done.
Progress = Callable[[int, int], None]


def silent(done: int, of: int) -> None:
    """Report no progress."""


@dataclass(frozen=True)
class Setting:
    """What all processes of a comparison have in common.

    :ivar limit: seconds that a request may take.
    :ivar cookies: whether to keep cookies between requests.
    """

    app: str
    world: World
    limit: float = 10.0
    cookies: bool = True

    def start(self, flavour: Flavour, seed: int) -> tuple[Process, dict[str, Any]]:
        """Start a process, load the application in it and return what was found there.

        :raises Refused: the application cannot be loaded.
        :raises Gone: the process ended instead.
        """
        process = Process(flavour, self.app, self.world.directory, seed)
        try:
            return process, process.load()
        except BaseException:
            process.close(patient=False)
            raise


class Pass:
    """One walk through all requests, on a process that starts for it and ends with it.

    `start` starts the process; leaving the context of the started pass ends it. A process that
    hangs or dies is replaced by another, which goes on with the next request.

    :ivar found: what the process has found around the application.
    """

    def __init__(self, setting: Setting, flavour: Flavour, seed: int) -> None:
        self.setting = setting
        self.flavour = flavour
        self.seed = seed
        self.jar = Jar()
        self.fields: dict[str, str] = {}
        self.forms: dict[str, dict[str, str]] = {}
        self.last_page = ""
        self.silent = 0

    def start(self) -> Pass:
        """Start the process and load the application.

        :raises Refused: the application cannot be loaded.
        :raises Gone: the process ended instead.
        """
        self.setting.world.renew()
        self.process, self.found = self.setting.start(self.flavour, self.seed)
        return self

    def __enter__(self) -> Pass:
        return self

    def __exit__(self, *exception: object) -> None:
        self.process.close()

    def walk(
        self,
        requests: Sequence[Request],
        progress: Progress = silent,
        often: Collection[int] = (),
    ) -> list[Visit]:
        """Send *requests* in their order; the visits come in the same order.

        :param often: the numbers of requests to send more than twice.
        """
        visits: list[Visit] = []
        for number, request in enumerate(requests):
            progress(number, len(requests))
            visits.append(self._visit(request, MORE_ANSWERS if number in often else 0))
        return visits

    def _visit(self, request: Request, more: int) -> Visit:
        if request.form:
            self._look_again(request)
        form = self.forms.get(request.target) if request.form else None
        sent = filled_in(request, self.fields) if form is None else sent_as_form(request, form)
        if self.setting.cookies:
            sent = self.jar.sent_with(sent)
        first, rule = self._answer(sent)
        self.jar.take(sent, list(first.headers))
        self._read(sent, first)
        again = None
        if request.safe and not first.silence:
            again, _ = self._answer(sent)
        further = [self._answer(sent)[0] for _ in range(more if again is not None else 0)]
        return Visit(sent, first, again, tuple(further), rule)

    def _look_again(self, request: Request) -> None:
        """Get the page of a form anew, or else the last page with one: its token may be old."""
        self.forms.pop(request.target, None)
        for page in (request.target, self.last_page):
            if page and request.target not in self.forms:
                asked = Request("GET", page, request.headers, b"", request.scheme, request.host)
                sent = self.jar.sent_with(asked)
                answer, _ = self._answer(sent)
                self.jar.take(sent, list(answer.headers))
                self._read(sent, answer)

    def _read(self, request: Request, answer: Answer) -> None:
        """Keep the fields of a page for the requests to come."""
        if "html" in (answer.header("Content-Type") or "") and request.method == "GET":
            page = Page(answer.body)
            self.fields.update(page.named)
            if page.posted is not None:
                self.forms[request.target] = page.posted
                self.last_page = request.target

    def _answer(self, request: Request) -> tuple[Answer, str | None]:
        if self.silent >= MOST_SILENT:
            return Answer(silence=f"given up after {self.silent} requests without an answer"), None
        try:
            answer = self.process.ask("ask", self.setting.limit, request=request.as_json())
        except Gone as gone:
            silence = Answer(silence=str(gone), clock=time.time())
            self.silent += 1
            self.process, _ = self.setting.start(self.flavour, self.seed)
            return silence, None
        except Refused as refused:
            return Answer(error="Broken", text=str(refused), clock=time.time()), None
        return Answer.received(answer), answer["rule"]
