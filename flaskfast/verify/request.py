"""A request to replay: what is sent, where it came from, and how to send it by hand."""

from __future__ import annotations

import base64
import shlex
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlsplit

#: Methods that change nothing (RFC 9110, 9.2.1).
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

#: Said of a connection or recomputed from the body: not part of what is replayed.
_HOP_HEADERS = frozenset(
    {
        "connection",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)

Headers = tuple[tuple[str, str], ...]


class Unreadable(ValueError):
    """Requests cannot be read from a file; the text says where, and what was expected."""


@dataclass(frozen=True)
class Request:
    """One HTTP request.

    :ivar target: path and query as they are sent, percent-encoded.
    :ivar headers: without Host and what belongs to a connection.
    :ivar host: the host with its port; empty for the one that suits the application.
    :ivar source: where the request was found, such as a rule or a line of a file.
    :ivar variant: what is special about a derived request, empty for the plain one of its rule.
    :ivar last: whether it is to be sent after all others, since it ends a session.
    :ivar form: whether its body is to be that of the form which an earlier page had at *target*.
    """

    method: str
    target: str
    headers: Headers = ()
    body: bytes = b""
    scheme: str = "http"
    host: str = ""
    source: str = ""
    variant: str = ""
    form: bool = False
    last: bool = False

    @property
    def safe(self) -> bool:
        """Whether its method promises to change nothing."""
        return self.method in SAFE_METHODS

    @property
    def line(self) -> str:
        """The method and the target, as people name a request."""
        return f"{self.method} {self.target}"

    @property
    def title(self) -> str:
        """The line, and what is special about the request."""
        return f"{self.line} ({self.variant})" if self.variant else self.line

    def header(self, name: str) -> str | None:
        """Return the first header of that name, None when there is none."""
        return next((v for k, v in self.headers if k.lower() == name.lower()), None)

    def with_header(self, name: str, value: str) -> Request:
        """Return the same request with one header more."""
        return replace(self, headers=(*self.headers, (name, value)))

    def as_json(self) -> dict[str, Any]:
        """Return what a process is told to send."""
        return {
            "method": self.method,
            "target": self.target,
            "headers": [list(pair) for pair in self.headers],
            "body": base64.b64encode(self.body).decode("ascii"),
            "scheme": self.scheme,
            "host": self.host,
        }

    def curl(self, address: str = "127.0.0.1:5000") -> str:
        """Return a command that sends this request to a server at *address*."""
        words = ["curl", "-i"]
        if self.method == "HEAD":
            words.append("--head")
        elif self.method != ("POST" if self.body else "GET"):
            words += ["-X", self.method]
        words.append(f"http://{address}{self.target}")
        if self.host and self.host != address:
            words += ["-H", f"Host: {self.host}"]
        for name, value in self.headers:
            words += ["-H", f"{name}: {value}" if value else f"{name};"]
        piped = ""
        if self.body:
            if self.header("Content-Type") is None:
                words += ["-H", "Content-Type;"]
            try:
                text = self.body.decode("utf-8")
            except UnicodeDecodeError:
                text = "\0"
            if "\0" in text:
                octal = "".join(f"\\{byte:03o}" for byte in self.body)
                piped = f"printf {shlex.quote(octal)} | "
                words += ["--data-binary", "@-"]
            else:
                words += ["--data-raw", text]
        return piped + " ".join(shlex.quote(word) for word in words)


def make(
    method: str,
    url: str,
    headers: list[tuple[str, str]],
    body: bytes = b"",
    source: str = "",
) -> Request:
    """Make a request for *url*, which is absolute or begins with a slash.

    :raises Unreadable: *url* is neither.
    """
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
    except ValueError as error:
        raise Unreadable(f"{source}: {url!r} is no URL: {error}.") from error
    if parts.scheme.lower() not in ("http", "https", "") or not (host or url.startswith("/")):
        raise Unreadable(
            f"{source}: {url!r} is no URL of this application. Write a path that begins with a"
            " slash, or a URL that begins with http:// or https://."
        )
    absolute = bool(parts.scheme)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not absolute:
        target = url.partition("#")[0]
    named = next((v for k, v in headers if k.lower() == "host"), "")
    kept = tuple(
        (name, value)
        for name, value in headers
        if name.lower() not in _HOP_HEADERS and not name.startswith(":")
    )
    return Request(
        method=method.upper(),
        target=quote(target, safe="%/:?#[]@!$&'()*+,;=~-._|\\^`{}\"<>"),
        headers=kept,
        body=body,
        scheme=parts.scheme.lower() or "http",
        host=named or (host if absolute else ""),
        source=source,
    )
