"""What a scenario is: one task, its right answer, and who does it how.

Two kinds exist. An `Exchange` is a request served in process by a WSGI
application; a `Statement` is one line of Python, timed as `timeit` does. Each
has a builder per implementation. The three of Flask's family share one builder,
which is handed the module to build with and so cannot tell them apart.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from benchmarks.shared import worker

NATIVE = "flaskfast"
PYTHON = "flaskfast-python"
FLASK = "flask"
FAMILY = (NATIVE, PYTHON, FLASK)
FLAVOURS = {NATIVE: "native", PYTHON: "python"}

# What to install for a peer: module imported -> distribution, where they differ.
DISTRIBUTIONS = {
    "fast_query_parsers": "fast-query-parsers",
    "streaming_form_data": "streaming-form-data",
    "wheezy": "wheezy.template",
    "mako": "Mako",
    "chameleon": "Chameleon",
    "jinja2": "Jinja2",
}

REGISTRY: dict[str, Scenario] = {}

Builder = Callable[..., Any]


def as_it_is(value: Any) -> Any:
    """Compare a statement's value unchanged."""
    return value


def family_module(implementation: str) -> Any:
    """Import the framework that *implementation* names, and nothing of the other one."""
    name = FLASK if implementation == FLASK else "flaskfast"
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != name:
            raise
        raise worker.Absent(f"{name} is not installed: pip install {name}") from error
    if implementation == FLASK:
        if "flaskfast" in sys.modules:
            raise worker.WrongAnswer("flaskfast was imported in the worker for genuine Flask.")
        return module
    if not hasattr(module, "Flask"):
        raise worker.Absent("flaskfast has no Flask class yet")
    flavour = module.kernels.flavour
    if flavour != FLAVOURS[implementation]:
        raise worker.WrongAnswer(
            f"The worker for {implementation} runs the {flavour} kernels: {module.kernels.reason}"
        )
    return module


def flaskfast_module(implementation: str, name: str) -> Any:
    """Import a module of flaskfast's with the right kernels; it may not exist yet."""
    family_module(implementation)
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "flaskfast":
            raise
        raise worker.Absent(f"flaskfast has no module {error.name} yet") from error


def flaskfast_name(implementation: str, name: str) -> Any:
    """Import ``module:attribute`` of flaskfast's; it may not exist yet."""
    module, _, attribute = name.partition(":")
    try:
        return getattr(flaskfast_module(implementation, module), attribute)
    except AttributeError as error:
        raise worker.Absent(f"{module} has no {attribute} yet") from error


def environment(implementation: str) -> dict[str, str]:
    """Return the environment variables that a worker for *implementation* needs."""
    flavour = FLAVOURS.get(implementation)
    return {"FLASKFAST_KERNELS": flavour} if flavour else {}


@dataclass(eq=False)
class Scenario:
    """One row: a task that several implementations do.

    *goal* maps a peer to the largest share of its time that flaskfast native may
    take (0.05 of "flask" is twenty times faster); *python_goal* is the same for the
    pure-Python flavour. *why* maps an implementation to the reason why it answers
    other bytes than Flask, or gives another value: without one that is an error.
    *notes* tells what else one does otherwise, at the same bytes. *replaces* names
    the implementation that ratios refer to. The gate counts two runs, which differ by
    *calls*.
    """

    name: str
    what: str
    group: str = "cycle"
    goal: Mapping[str, float] = field(default_factory=dict)
    python_goal: Mapping[str, float] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    calls: int = 30
    replaces: str = FLASK
    builders: dict[str, Builder] = field(default_factory=dict)
    family_builder: Builder | None = None

    def __post_init__(self) -> None:
        if self.name in REGISTRY:
            raise ValueError(f"Scenario {self.name!r} is declared twice.")
        REGISTRY[self.name] = self

    def family(self, builder: Builder) -> Builder:
        """Register the builder of flaskfast (both flavours) and of Flask."""
        self.family_builder = builder
        for name in FAMILY:
            self.builders[name] = builder
        return builder

    def peer(self, name: str, *, why: str = "", note: str = "") -> Callable[[Builder], Builder]:
        """Register the builder of one other implementation."""

        def register(builder: Builder) -> Builder:
            self.builders[name] = builder
            if why:
                self.why[name] = why
            if note:
                self.notes[name] = note
            return builder

        return register

    @property
    def unit(self) -> int:
        """How many calls are the least that can be run, and divide ``calls``."""
        return 1

    @property
    def implementations(self) -> tuple[str, ...]:
        """Everyone who does this task, flaskfast first."""
        return tuple(sorted(self.builders, key=lambda name: name not in FLAVOURS))

    @property
    def reference(self) -> str | None:
        """The implementation that ratios refer to; None when flaskfast has no part in this."""
        return self.replaces if NATIVE in self.builders else None

    def build(self, implementation: str) -> Any:
        """Call the builder; what it fails to import is reported as absent."""
        builder = self.builders[implementation]
        try:
            if builder is self.family_builder:
                return builder(family_module(implementation))
            return builder()
        except ModuleNotFoundError as error:
            module = (error.name or "").partition(".")[0]
            if module in {"flaskfast", "flask", "benchmarks"}:
                raise
            distribution = DISTRIBUTIONS.get(module, module)
            raise worker.Absent(
                f"{distribution} is not installed: pip install {distribution}"
            ) from error

    def case(self, implementation: str) -> Any:
        """Return this scenario as a worker's case."""
        raise NotImplementedError


@dataclass(eq=False)
class Exchange(Scenario):
    """A request, and the answer that it must get.

    *body* is the exact body, or a function that raises WrongAnswer or returns a
    false value on a wrong one. *headers* maps names to regular expressions that the
    whole value must match. *volatile* names headers that may differ between
    flaskfast and Flask (they carry the time).
    """

    path: str = "/"
    method: str = "GET"
    request_headers: Mapping[str, str] = field(default_factory=dict)
    request_body: bytes = b""
    request_type: str | None = None
    status: int = 200
    content_type: str | None = "text/html; charset=utf-8"
    body: bytes | Callable[[bytes], Any] = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    volatile: tuple[str, ...] = ("Date",)

    def environ(self) -> dict[str, Any]:
        """Return a fresh environ of the request."""
        environ: dict[str, Any] = worker.make_environ(
            self.path,
            method=self.method,
            headers=self.request_headers,
            body=self.request_body,
            content_type=self.request_type,
        )
        return environ

    def judge(self, answer: Any, implementation: str) -> None:
        """Raise WrongAnswer unless *answer* is right."""
        wrong = []
        if not answer.status.startswith(f"{self.status} "):
            wrong.append(f"status {answer.status!r}, expected {self.status}")
        if answer.header("Content-Type") != self.content_type:
            wrong.append(
                f"content type {answer.header('Content-Type')!r}, expected {self.content_type!r}"
            )
        if callable(self.body):
            if not self.body(answer.body):
                wrong.append(f"body {answer.body[:200]!r} fails {self.body.__name__}()")
        elif answer.body != self.body:
            wrong.append(f"body {answer.body[:200]!r}, expected {self.body[:200]!r}")
        for name, pattern in self.headers.items():
            value = answer.header(name)
            if value is None or re.fullmatch(pattern, value) is None:
                wrong.append(f"header {name}: {value!r}, expected {pattern!r}")
        if wrong and implementation not in self.why:
            raise worker.WrongAnswer(f"{self.name}: {implementation} answers " + "; ".join(wrong))

    def case(self, implementation: str) -> ExchangeCase:
        """Build the application."""
        return ExchangeCase(self, implementation, self.build(implementation))


class ExchangeCase:
    """An application together with the request that it serves."""

    def __init__(self, scenario: Exchange, implementation: str, app: Any) -> None:
        self.scenario = scenario
        self.implementation = implementation
        self.app = app
        self.environ = scenario.environ()

    def check(self) -> dict[str, Any]:
        """Serve the request three times; every answer must be right."""
        body = self.scenario.request_body
        self.answers = [worker.ask(self.app, self.environ, body) for _ in range(3)]
        for answer in self.answers:
            self.scenario.judge(answer, self.implementation)
        described: dict[str, Any] = worker.describe(self.answers[-1])
        return described

    def run(self, n: int) -> None:
        """Serve the request *n* times."""
        worker.serve(self.app, self.environ, self.scenario.request_body, n)


@dataclass(eq=False)
class Statement(Scenario):
    """One line of Python, run in a namespace that each implementation fills.

    *expect* is the value that it must have, or a function that makes that. A builder
    returns the namespace; its entry ``statement`` or ``same`` takes the place of the
    scenario's. One that needs a context to be active enters it on *stack*, which
    lives as long as the worker. *repeat* statements per turn of the loop keep the
    cost of the loop itself out of short ones.
    """

    statement: str = ""
    expect: Any = None
    same: Callable[[Any], Any] = as_it_is
    repeat: int = 1
    stack: ClassVar[contextlib.ExitStack] = contextlib.ExitStack()

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.calls % self.repeat:
            raise ValueError(f"{self.name}: {self.calls} calls are no whole loops of {self.repeat}")

    @property
    def unit(self) -> int:
        """One turn of the loop."""
        return self.repeat

    def case(self, implementation: str) -> StatementCase:
        """Compile the statement against the implementation's namespace."""
        return StatementCase(self, implementation, self.build(implementation))


class StatementCase:
    """A compiled loop around a statement."""

    def __init__(self, scenario: Statement, implementation: str, names: dict[str, Any]) -> None:
        self.scenario = scenario
        self.implementation = implementation
        self.names = names
        # An implementation may need its own words for the same task.
        self.statement = names.pop("statement", scenario.statement)
        self.same = names.pop("same", scenario.same)
        lines = "\n".join(f"        {self.statement}" for _ in range(scenario.repeat))
        exec(
            f"def loop(rounds):\n    for _ in rounds:\n{lines}\n",
            self.names,
        )

    def check(self) -> dict[str, Any]:
        """Evaluate the statement; its value must be the expected one."""
        for _ in range(3):
            value = self.same(eval(self.statement, self.names))
        expect = self.scenario.expect
        if callable(expect):
            expect = expect()
        if value != expect and self.implementation not in self.scenario.why:
            raise worker.WrongAnswer(
                f"{self.scenario.name}: {self.implementation} gives {value!r:.300}, "
                f"expected {expect!r:.300}"
            )
        return {"value": repr(value)[:1000]}

    def run(self, n: int) -> None:
        """Run the statement *n* times, rounded up to whole loops."""
        from itertools import repeat

        self.names["loop"](repeat(None, -(-n // self.scenario.repeat)))


def load(spec: Mapping[str, Any]) -> Any:
    """Return the case that a worker is asked for."""
    from benchmarks.scenarios import find

    if spec.get("implementation") in FLAVOURS:
        os.environ["FLASKFAST_KERNELS"] = FLAVOURS[spec["implementation"]]
    return find(spec["scenario"]).case(spec["implementation"])
