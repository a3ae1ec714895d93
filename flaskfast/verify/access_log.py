"""Read requests out of a server's access log, in the common or the combined format."""

from __future__ import annotations

import re
from collections import Counter

from .request import SAFE_METHODS, Request, Unreadable, make

_LINE = re.compile(
    r"""
    \S+ \s+ \S+ \s+ .*?                       # address, identity, user
    \[ [^\]]* \] \s+                          # time
    "(?P<request>(?:[^"\\]|\\.)*)" \s+
    (?P<status>\d{3}|-) \s+ (?:\d+|-)
    (?: \s+ "(?P<referer>(?:[^"\\]|\\.)*)" \s+ "(?P<agent>(?:[^"\\]|\\.)*)" )?
    """,
    re.VERBOSE,
)
_REQUEST = re.compile(r"([A-Z]+) (/\S*|https?://\S+)(?: HTTP/\d(?:\.\d)?)?$")
_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|.)")


def parse(text: str, name: str, *, unsafe: bool, limit: int) -> tuple[list[Request], list[str]]:
    """Return the requests of a log, the most frequent first, each once; and notes.

    A log holds no bodies, so other methods than the safe ones come along only if *unsafe*.

    :param limit: the most requests that are wanted.
    :raises Unreadable: no line is one of an access log.
    """
    counted: Counter[Request] = Counter()
    seen, strange, changing = 0, 0, 0
    for line in text.splitlines():
        if not line.strip():
            continue
        seen += 1
        request = _request(line, name)
        if request is None:
            strange += 1
        elif request.method not in SAFE_METHODS and not unsafe:
            changing += 1
        else:
            counted[request] += 1
    if seen == strange:
        raise Unreadable(
            f"{name} has no line of an access log in the common or combined format, such as:"
            ' 127.0.0.1 - - [31/Jan/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 512'
        )
    requests = [request for request, _ in counted.most_common(limit)]
    return requests, list(_notes(name, strange, changing, len(counted) - len(requests)))


def _notes(name: str, strange: int, changing: int, beyond: int) -> list[str]:
    notes = []
    if strange:
        notes.append(f"{strange} lines of {name} are no requests and are left out.")
    if changing:
        notes.append(
            f"{changing} lines of {name} have methods that may change data and are left out;"
            " --unsafe includes them."
        )
    if beyond > 0:
        notes.append(f"{beyond} less frequent requests of {name} are left out; see --limit.")
    return notes


def _request(line: str, name: str) -> Request | None:
    match = _LINE.match(line)
    if match is None:
        return None
    written = _REQUEST.match(_unescaped(match["request"]))
    if written is None:
        return None  # what was no HTTP: a TLS greeting on the wrong port, a scanner's garbage
    headers = []
    for header, group in (("Referer", "referer"), ("User-Agent", "agent")):
        if match[group] and match[group] != "-":
            headers.append((header, _unescaped(match[group])))
    try:
        return make(written[1], written[2], headers, b"", name)
    except Unreadable:
        return None


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda m: chr(int(m[1][1:], 16)) if m[1][0] == "x" else m[1], text)
