"""A visitor with cookies and filled-in forms, who writes down every answer."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

from tests.served.servers import LOOPBACK

HOST = "journey.test"
BOUNDARY = "a-boundary-of-the-visitor"
Pairs = Mapping[str, str | Sequence[str]]
NOTHING: Mapping[str, str] = {}
# A guard against what hangs, no judgement of speed.
PATIENCE = 120


@dataclass(frozen=True)
class Answer:
    """One answer as it came, and the request that it answers."""

    request: str
    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True)
class Upload:
    """A file in a form."""

    filename: str
    content: bytes
    content_type: str = "application/octet-stream"


@dataclass
class Visitor:
    """Keeps cookies, follows links when told to, and learns what is random."""

    port: int
    answers: list[Answer] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    path: str = "/"
    body: bytes = b""
    _headers: dict[str, str] = field(default_factory=dict)

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] = NOTHING,
    ) -> Answer:
        """Send a request; each has a connection of its own, which the server closes."""
        sent = {"Host": HOST, "User-Agent": "visitor", "Connection": "close", **headers}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=120)
        connection.request(method, path, body, sent)
        response = connection.getresponse()
        self.body = response.read()
        connection.close()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                self._keep(value)
        self.path = path
        self._headers = {name.lower(): value for name, value in response.getheaders()}
        status = f"{response.status} {response.reason}"
        request = f"{method} {path}"
        self.answers.append(Answer(request, status, tuple(response.getheaders()), self.body))
        return self.answers[-1]

    def _keep(self, header: str) -> None:
        for name, morsel in SimpleCookie(header).items():
            if morsel["max-age"] == "0" or "1970" in morsel["expires"]:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.coded_value

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for a page. Header names are written with underscores."""
        return self.ask("GET", path, None, _spelt(headers))

    def get_until(self, path: str, ready: Callable[[bytes], bool]) -> Answer:
        """Ask for a page again until *ready* says so of its body; write down that answer alone."""
        give_up = time.monotonic() + PATIENCE
        while not ready(self.get(path).body):
            assert time.monotonic() < give_up, f"{path} is not ready: {self.body!r}"
            self.answers.pop()
            time.sleep(0.05)
        return self.answers[-1]

    def follow(self) -> Answer:
        """Go where the last answer points to."""
        target = urlsplit(urljoin(self.path, self.header("location")))
        return self.get(target.path + (f"?{target.query}" if target.query else ""))

    def header(self, name: str) -> str:
        """Return a header of the last answer."""
        return self._headers[name]

    def post(self, path: str, fields: Pairs = NOTHING, **headers: str) -> Answer:
        """Send a form, with the hidden fields that the last page had for this path."""
        data = urlencode({**self.hidden(path), **fields}, doseq=True).encode()
        sent = {"Content-Type": "application/x-www-form-urlencoded", **_spelt(headers)}
        return self.ask("POST", path, data, sent)

    def upload(self, path: str, fields: Pairs, **files: Upload) -> Answer:
        """Send a form with files in it."""
        parts = []
        for name, value in {**self.hidden(path), **fields}.items():
            for one in [value] if isinstance(value, str) else value:
                parts.append(_part(f'name="{name}"', one.encode()))
        for name, file in files.items():
            disposition = f'name="{name}"; filename="{file.filename}"'
            parts.append(_part(disposition, file.content, file.content_type))
        body = b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
        content_type = f"multipart/form-data; boundary={BOUNDARY}"
        return self.ask("POST", path, body, {"Content-Type": content_type})

    def hidden(self, path: str) -> dict[str, str]:
        """Return the hidden fields of the form of the last page that goes to *path*."""
        reader = _Forms(self.path)
        reader.feed(self.body.decode("utf-8", "replace"))
        matching = [fields for action, fields in reader.forms if action == path.partition("?")[0]]
        fields = matching[0] if matching else {}
        for name, value in fields.items():
            if "csrf" in name or "token" in name:
                self.learn("token", value)
        return fields

    def find(self, pattern: str) -> str:
        """Return what a group matches in the last body."""
        found = re.search(pattern, self.body.decode("utf-8", "replace"))
        assert found, f"{pattern!r} is not in {self.body[:2000]!r}"
        return found[1]

    def learn(self, what: str, value: str) -> str:
        """Note that a value is random; each becomes a name and a number."""
        if value not in self.secrets:
            number = sum(name.startswith(f"<{what} ") for name in self.secrets.values())
            self.secrets[value] = f"<{what} {number}>"
        return value


def _spelt(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def _part(disposition: str, content: bytes, content_type: str | None = None) -> bytes:
    head = f"--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n"
    if content_type:
        head += f"Content-Type: {content_type}\r\n"
    return f"{head}\r\n".encode() + content + b"\r\n"


class _Forms(HTMLParser):
    """Collects the forms of a page: where each goes to, and its hidden fields."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.forms: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: Iterable[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            target = urljoin(self.page, given.get("action") or self.page)
            self.forms.append((urlsplit(target).path, {}))
        elif tag == "input" and given.get("type") == "hidden" and self.forms:
            self.forms[-1][1][given.get("name", "")] = given.get("value", "")
