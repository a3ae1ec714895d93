"""Collect the requests to replay: from files, from a log, from the URL map."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from . import access_log, curl, har, plain
from .request import Request, Unreadable

#: What a browser says about itself, where nothing else is known.
BROWSER = (
    ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
    ("Accept-Language", "en-GB,en;q=0.7,de;q=0.3"),
    ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
)


@dataclass
class Requests:
    """Requests, and notes about what was left out in collecting them."""

    requests: list[Request] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def from_file(path: Path) -> Requests:
    """Read requests from a HAR file, curl commands or the simple text form, whichever it is.

    :raises Unreadable: it is none of them, or has no request in it.
    """
    text = _text(path)
    name = path.name
    beginning = _first_line(text)
    if beginning.startswith(("{", "[")):
        found = Requests(*har.parse(text, name))
    elif beginning.startswith("curl"):
        found = Requests(curl.parse(text, name, path.parent))
    else:
        found = Requests(plain.parse(text, name))
    if not found.requests:
        raise Unreadable(f"{name} has no requests in it.")
    return found


def from_log(path: Path, *, unsafe: bool, limit: int) -> Requests:
    """Read requests from an access log.

    :raises Unreadable: it is none, or has no request that may be replayed.
    """
    requests, notes = access_log.parse(_text(path), path.name, unsafe=unsafe, limit=limit)
    if not requests:
        reason = f" {notes[-1]}" if notes else ""
        raise Unreadable(f"{path.name} has no request that may be replayed.{reason}")
    return Requests([_as_browser(request) for request in requests], notes)


def from_routes(answer: dict[str, Any], scheme: str) -> Requests:
    """Make requests of what a process derived from the URL map."""
    requests = [
        Request(
            method=derived["method"],
            target=derived["target"],
            headers=tuple((name, value) for name, value in derived["headers"]),
            body=base64.b64decode(derived["body"]),
            scheme=scheme,
            host=derived["host"],
            source=derived["source"],
            variant=derived["variant"],
            form=derived["form"],
            last=derived["last"],
        )
        for derived in answer["requests"]
    ]
    notes = [f"Left out: {text}." for text in answer["skipped"]]
    return Requests([_as_browser(request) for request in requests], notes)


def _as_browser(request: Request) -> Request:
    missing = [(name, value) for name, value in BROWSER if request.header(name) is None]
    return replace(request, headers=(*missing, *request.headers))


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}.") from error
    if b"\0" in data[:4096]:
        raise Unreadable(f"{path.name} is a binary file. If it is compressed, unpack it first.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _first_line(text: str) -> str:
    lines = (line.strip() for line in text.splitlines())
    return next((line for line in lines if line and not line.startswith(("#", "//"))), "")
