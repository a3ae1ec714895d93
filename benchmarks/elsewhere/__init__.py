"""Views that no goal, budget or short cut was made for: what people write elsewhere.

A budget tells what the scenarios cost that it was made with. These are other ones, many and
small, one habit each, and nothing is tuned by them alone: ``make bench-elsewhere`` compares the
whole answers with Flask's, several in a row, and shows the ratios, the worst first.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.scenario import Builder, Exchange, ExchangeCase
from benchmarks.shared import worker

GROUP = "elsewhere"
MODULES = ("hooks", "seams", "classes", "answers", "reading", "errors", "urls", "files", "around")


@dataclass(eq=False)
class View(Exchange):
    """An exchange whose right answer is the one that Flask gives."""

    group: str = GROUP
    # Werkzeug has the methods of a rule in a set, which no two runs order alike.
    volatile: tuple[str, ...] = ("Date", "Allow")

    def judge(self, answer: Any, implementation: str) -> None:
        """Raise WrongAnswer where not even the status is the one that was meant."""
        if not answer.status.startswith(f"{self.status} "):
            raise worker.WrongAnswer(f"{self.name}: {implementation} answers {answer!r:.500}")

    def case(self, implementation: str) -> ExchangeCase:
        """Build the application."""
        return ViewCase(self, implementation, self.build(implementation))


class ViewCase(ExchangeCase):
    """A view's application, of which all answers are compared and not the last alone."""

    def check(self) -> dict[str, Any]:
        """Serve the request three times; describe all answers."""
        described = super().check()
        described["earlier"] = [worker.describe(answer) for answer in self.answers[:-1]]
        return described


def view(name: str, what: str, path: str = "/", **options: Any) -> Callable[[Builder], Builder]:
    """Declare a view: what is decorated makes the application with the module it is given."""
    goal, python_goal = {"flask": 1 / 6}, {"flask": 1 / 3}
    made = View(name, what, path=path, goal=goal, python_goal=python_goal, **options)
    return made.family


def module(flask: Any, name: str) -> Any:
    """Import a module of the framework."""
    return importlib.import_module(f"{flask.__name__}.{name}")
