"""What came back for a request."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .request import Headers, Request


@dataclass(frozen=True)
class Answer:
    """What one process answered, or why it did not.

    :ivar status: the status line; None where the application raised or gave no answer.
    :ivar error: the type of an exception that left the application.
    :ivar text: what that exception said.
    :ivar silence: why there is no answer at all, empty where there is one.
    :ivar clock: when the request was sent, seconds since 1970 by the process's own clock.
    :ivar seconds: how long it took.
    :ivar cut: whether the body goes on beyond what was read.
    """

    status: str | None = None
    headers: Headers = ()
    body: bytes = b""
    error: str | None = None
    text: str = ""
    silence: str = ""
    clock: float = 0.0
    seconds: float = 0.0
    cut: bool = False

    @classmethod
    def received(cls, answer: Mapping[str, Any]) -> Answer:
        """Make one of what a process says."""
        error = answer["error"] or {}
        return cls(
            status=answer["status"],
            headers=tuple((name, value) for name, value in answer["headers"]),
            body=base64.b64decode(answer["body"]),
            error=error.get("type"),
            text=error.get("text", ""),
            clock=answer["clock"],
            seconds=answer["seconds"],
            cut=answer["cut"],
        )

    @property
    def code(self) -> int | None:
        """The number in the status, None where there is none."""
        number = (self.status or "").partition(" ")[0]
        return int(number) if number.isdigit() else None

    def header(self, name: str) -> str | None:
        """Return the first header of that name, None when there is none."""
        return next((v for k, v in self.headers if k.lower() == name.lower()), None)

    @property
    def summary(self) -> str:
        """The answer in a word, for a column of a table."""
        if self.silence:
            return "none"
        return self.error or str(self.code or "?")

    def cookies(self, name: str) -> list[str]:
        """Return the values that the answer sets for the cookie *name*; not those it deletes."""
        values = []
        for header, text in self.headers:
            if header.lower() == "set-cookie":
                key, _, value = text.partition(";")[0].partition("=")
                if key.strip() == name and value:
                    values.append(value)
        return values


@dataclass(frozen=True)
class Visit:
    """One request in one pass: as it was sent, its answer, and the answer to it once more.

    :ivar again: the answer to the very same request right after; None where it may change data.
    :ivar more: further answers to it, where those before were not enough to tell what varies.
    :ivar rule: the rule that the application matched it with.
    """

    sent: Request
    first: Answer
    again: Answer | None = None
    more: tuple[Answer, ...] = ()
    rule: str | None = None

    @property
    def answers(self) -> list[Answer]:
        """All answers, in their order."""
        return [self.first, *([self.again] if self.again is not None else []), *self.more]
