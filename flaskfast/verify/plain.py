"""Read requests in a simple text form, which .http files of editors share.

    # a comment
    GET /path?query

    POST /login
    Content-Type: application/x-www-form-urlencoded

    name=demo&csrf_token={{csrf_token}}

    ###
    GET /account
    Accept: application/json

A request is a method and a path, or a URL. Header lines follow, then an empty line and the body,
up to a line that begins with ``###`` or an empty line and the next request.
"""

from __future__ import annotations

import re

from .request import Request, Unreadable, make

_REQUEST_LINE = re.compile(r"([A-Z]+) +(\S+)(?: +HTTP/[0-9.]+)?\s*$")
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*(.*)$")
_SEPARATOR = "###"


def parse(text: str, name: str) -> list[Request]:
    """Return the requests of a text.

    :raises Unreadable: a line is none of what may stand there.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    requests: list[Request] = []
    position = 0
    while True:
        while position < len(lines) and _is_nothing(lines[position]):
            position += 1
        if position >= len(lines):
            return requests
        request, position = _request(lines, position, name)
        requests.append(request)


def _is_nothing(line: str) -> bool:
    return not line.strip() or line.startswith(("#", "//"))


def _request(lines: list[str], position: int, name: str) -> tuple[Request, int]:
    where = f"{name}, line {position + 1}"
    match = _REQUEST_LINE.match(lines[position])
    if match is None:
        raise Unreadable(
            f"{where}: {_cut(lines[position])!r} where a request was expected. Write a method in"
            " capitals and a path, such as 'GET /path', a curl command in each line, or export a"
            " HAR file from the browser."
        )
    position += 1
    headers: list[tuple[str, str]] = []
    while position < len(lines) and lines[position].strip():
        line = lines[position]
        if _REQUEST_LINE.match(line) or line.startswith(_SEPARATOR):
            return make(match[1], match[2], headers, b"", where), position
        header = _HEADER.match(line)
        if header is None and not _is_nothing(line):
            raise Unreadable(
                f"{name}, line {position + 1}: {_cut(line)!r} where a header was expected"
                " ('Name: value'), or an empty line before the body."
            )
        if header is not None:
            headers.append((header[1], header[2].strip()))
        position += 1
    body, position = _body(lines, position + 1)
    return make(match[1], match[2], headers, body, where), position


def _body(lines: list[str], position: int) -> tuple[bytes, int]:
    body: list[str] = []
    while position < len(lines) and not lines[position].startswith(_SEPARATOR):
        after_empty = not body or not body[-1].strip()
        if after_empty and (_REQUEST_LINE.match(lines[position]) or _leads_on(lines, position)):
            break
        body.append(lines[position])
        position += 1
    return "\n".join(body).strip("\n").encode("utf-8"), position


def _leads_on(lines: list[str], position: int) -> bool:
    """Tell whether nothing but comments stands between here and the next request."""
    while position < len(lines) and _is_nothing(lines[position]):
        position += 1
    return position < len(lines) and _REQUEST_LINE.match(lines[position]) is not None


def _cut(line: str) -> str:
    return line if len(line) <= 60 else f"{line[:57]}..."
