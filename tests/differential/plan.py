"""What a made-up app consists of and what is asked of it: plain data, the same for both sides.

*Steps* are what a view, hook, handler, receiver or template function does before it answers:
tuples of a verb and its arguments, performed by ``steps.py``. An *answer* is what it returns,
made by ``answers.py``; *tweaks* are what an after-request function does to the response.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Step = tuple[Any, ...]
Steps = tuple[Step, ...]
Answer = tuple[Any, ...]


@dataclass(frozen=True)
class View:
    """A rule and the view behind it; *style* says what kind of callable that is."""

    rule: str
    endpoint: str
    style: str = "function"
    methods: tuple[str, ...] | None = None
    options: tuple[tuple[str, Any], ...] = ()
    steps: Steps = ()
    answer: Answer = ("text", "fine")


@dataclass(frozen=True)
class Hook:
    """A function registered by the method *kind* of an app or blueprint."""

    kind: str
    steps: Steps = ()
    #: For before-request functions, None to go on.
    answer: Answer | None = None
    #: For after-request functions.
    tweaks: Steps = ()
    is_async: bool = False


@dataclass(frozen=True)
class Handler:
    """An error handler for a code or for an exception class of ``steps.EXCEPTIONS``."""

    key: int | str
    steps: Steps = ()
    answer: Answer = ("text", "handled")
    for_app: bool = False


@dataclass(frozen=True)
class Part:
    """An app, or a blueprint in one."""

    views: tuple[View, ...] = ()
    hooks: tuple[Hook, ...] = ()
    handlers: tuple[Handler, ...] = ()
    parts: tuple[Blueprint, ...] = ()


@dataclass(frozen=True)
class Blueprint(Part):
    """A blueprint, by its constructor's arguments and those of its registration."""

    name: str = "bp"
    arguments: tuple[tuple[str, Any], ...] = ()
    registered: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Exchange:
    """One request, and how it is sent: over WSGI, by a client, or by a client in ``with``."""

    path: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    query: str = ""
    host: str = "localhost"
    scheme: str = "http"
    prefix: str = ""
    way: str = "wsgi"
    #: A session cookie to bring: (payload, key that signs it), or text that is none.
    session: tuple[Any, ...] | str | None = None
    #: How many pieces of the body the server takes before it hangs up; None for all.
    pieces: int | None = None
    #: What to look at inside the client's ``with`` block.
    inside: Steps = ()


@dataclass(frozen=True)
class Plan:
    """An app, what is connected to it, and the requests to it in order."""

    app: Part
    exchanges: tuple[Exchange, ...]
    settings: tuple[tuple[str, Any], ...] = ()
    arguments: tuple[tuple[str, Any], ...] = ()
    #: By noun ("request", "response", "session", ...): which subclass of ``classes.py``.
    classes: tuple[tuple[str, str], ...] = ()
    #: Methods of the app that a subclass logs and passes on.
    seams: tuple[str, ...] = ()
    #: Signal names and what their receivers do.
    signals: tuple[tuple[str, Steps], ...] = ()
    #: Attributes of the URL map.
    map_options: tuple[tuple[str, Any], ...] = ()
    #: What is done in a bare app context before the first request.
    outside: Steps = field(default=())
