"""A visitor of the notebook, over a socket, who writes down every answer."""

from __future__ import annotations

import http.client
import io
import re
import zlib
from dataclasses import dataclass, field
from urllib.parse import urlencode

# Random, or a clock: what stands for it has the same length, so Content-Length is compared too.
_CHANGING = (
    (rb"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00", b"<moment>"),
    (rb"\b\d\d [A-Z][a-z]{2} \d{4}, \d\d:\d\d UTC", b"<minute>"),
    (rb"\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT", b"<date>"),
    (rb"(?<=shared/)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", b"<key>"),
    (rb'(?<=csrf_token" value=")[\w-]{22}(?=")', b"<token>"),
    (rb'(?<=class="token">)[\w-]{32}(?=<)', b"<api token>"),
    (rb'(?<=Bearer )[\w-]{32}(?=")', b"<api token>"),
    (rb'"[0-9a-f]{40}"', b'"<digest>"'),
    (rb'"\d+\.\d+-(\d+)-\d+"', rb'"<mtime>-\1-<adler>"'),
    (rb"(?<=session=)[\w.-]{20,}(?=;)", b"<session>"),
)

LIMIT = 20_000  # the notebook is to accept no more bytes than that


@dataclass(frozen=True)
class Answer:
    """One answer as it can be compared between servers of the same kind."""

    request: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: str


@dataclass
class Visitor:
    """Keeps cookies and forms as a browser does; every request has its own connection."""

    address: tuple[str, int]
    answers: list[Answer] = field(default_factory=list)
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    location: str = ""
    body: bytes = b""

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> http.client.HTTPResponse:
        """Send a request, write the answer down, and remember what its page offers."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        # A fixed name: the address has a port of its own in every run.
        sent |= {"Host": "notes.test", "Connection": "close"}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = http.client.HTTPConnection(*self.address, timeout=60)
        connection.request(method, path, body, sent)
        response = connection.getresponse()
        self.body = response.read()
        connection.close()
        self._remember(response)
        headers_seen = tuple(
            (name, _header(name, value))
            for name, value in response.getheaders()
            if name.lower() not in ("date", "server", "connection", "keep-alive")
        )
        shown = f"{method} {_settled(path.encode())}"
        body_seen = _settled(self.body)
        self.answers.append(Answer(shown, response.status, headers_seen, body_seen))
        return response

    def get(self, path: str, **headers: str) -> bytes:
        self.ask("GET", path, **headers)
        return self.body

    def submit(self, path: str, **fields: str) -> None:
        """Send a form, with the token that the last page carried, and follow the redirect."""
        content = urlencode({"csrf_token": self.token, **fields}).encode()
        response = self.ask("POST", path, content, Content_Type="application/x-www-form-urlencoded")
        if response.status == 302:
            self.get(self.location)

    def upload(self, path: str, name: str, content: bytes) -> None:
        """Send one file as a browser does (RFC 7578), and follow the redirect."""
        line = b"--cut-here\r\nContent-Disposition: form-data; name="
        body = io.BytesIO()
        body.write(line + b'"csrf_token"\r\n\r\n' + self.token.encode() + b"\r\n")
        body.write(line + f'"file"; filename="{name}"\r\n'.encode())
        body.write(b"Content-Type: application/octet-stream\r\n\r\n" + content)
        body.write(b"\r\n--cut-here--\r\n")
        response = self.ask(
            "POST", path, body.getvalue(), Content_Type="multipart/form-data; boundary=cut-here"
        )
        if response.status == 302:
            self.get(self.location)

    def found(self, pattern: bytes) -> str:
        """Return the first group of *pattern* in the last body."""
        match = re.search(pattern, self.body)
        assert match is not None, (pattern, self.answers[-1])
        return match[1].decode()

    def _remember(self, response: http.client.HTTPResponse) -> None:
        for header in response.headers.get_all("Set-Cookie") or ():
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        self.location = response.getheader("Location") or ""
        token = re.search(rb'csrf_token" value="([\w-]+)"', self.body)
        if token:
            self.token = token[1].decode()


def _header(name: str, value: str) -> str:
    if name.lower() == "allow":  # methods come out of a set: their order is the process's own
        return ", ".join(sorted(value.split(", ")))
    return _settled(value.encode("latin-1"))


def _settled(text: bytes) -> str:
    for pattern, replacement in _CHANGING:
        text = re.sub(pattern, replacement, text)
    return text.decode("utf-8", "backslashreplace")


def journey(address: tuple[str, int]) -> list[Answer]:
    """Do in order what people do with a notebook, and what they should not."""
    visitor = Visitor(address)
    _arrive(visitor)
    _write(visitor)
    _attach(visitor)
    _share(visitor)
    _use_the_api(visitor)
    _go_wrong(visitor)
    visitor.get("/auth/account")
    visitor.submit("/auth/logout")
    visitor.get("/notes/1")
    return visitor.answers


def _arrive(visitor: Visitor) -> None:
    visitor.get("/")
    visitor.get("/static/style.css")
    visitor.get("/notes/new?from=mail")
    visitor.get(visitor.location)
    visitor.get("/auth/register")
    visitor.submit("/auth/register", name="ann", password="short", again="short")
    visitor.submit("/auth/register", name="ann", password="long enough", again="long enough")
    visitor.get("/")
    visitor.get("/auth/login?next=/export.csv")
    visitor.submit("/auth/login?next=/export.csv", name="ann", password="wrong one")
    visitor.submit(
        "/auth/login?next=/export.csv", name="ann", password="long enough", remember="on"
    )


def _write(visitor: Visitor) -> None:
    visitor.get("/notes/new")
    visitor.submit("/notes/new", title="", body="Lost?", tags="a")
    visitor.submit("/notes/new", title="<Bread> & 'butter'", body="Flour\r\n\r\nhttp://a.test/?b&c")
    for number in range(10):
        visitor.get("/notes/new")
        visitor.submit("/notes/new", title=f"Note {number}", body="\u2603 " * 200, tags="snow Cold")
    visitor.get("/?page=2")
    visitor.get("/?tag=snow&q=note+3")
    visitor.get("/notes/2/edit")
    visitor.submit("/notes/2/edit", title="Changed", body="", tags="cold")
    visitor.submit("/notes/3/delete")
    visitor.get("/export.csv")


def _attach(visitor: Visitor) -> None:
    visitor.get("/notes/1")
    noise = zlib.compress(bytes(range(256)) * 40)
    visitor.upload("/notes/1/files", "../r\u00e9sum\u00e9 1.bin", noise + b"\r\n--cut-her\r\n" * 3)
    visitor.upload("/notes/1/files", "dot.png", b"\x89PNG\r\n\x1a\n")
    path = visitor.found(rb'<a href="(/notes/1/files/1/[^"]+)"')
    assert visitor.get(path).startswith(noise)
    visitor.get(path, Range="bytes=2-9")
    visitor.get(path, Range="bytes=99999999-")
    visitor.ask("HEAD", path)
    picture = visitor.ask("GET", "/notes/1/files/2/dot.png")
    etag = picture.getheader("ETag") or ""
    visitor.get("/notes/1/files/2/dot.png", If_None_Match=etag)
    visitor.upload("/notes/1/files", "large", bytes(LIMIT + 1))
    visitor.get("/notes/1")
    visitor.submit("/notes/1/files/2/delete")


def _share(visitor: Visitor) -> None:
    visitor.get("/notes/1")
    visitor.submit("/notes/1/share")
    link = visitor.found(rb"http://notes\.test(/shared/[0-9a-f-]+)")
    stranger = Visitor(visitor.address)
    stranger.get(link)
    visitor.submit("/notes/1/share")
    stranger.get(link)
    visitor.answers += stranger.answers


def _use_the_api(visitor: Visitor) -> None:
    visitor.get("/auth/account")
    visitor.submit("/auth/account")
    key = f"Bearer {visitor.found(rb'class=.token.>([^<]+)<')}"
    program = Visitor(visitor.address)

    def call(method: str, path: str, body: bytes | None = None, **headers: str) -> None:
        program.ask(method, path, body, Authorization=key, **headers)

    json = {"Content_Type": "application/json"}
    program.get("/api/notes")
    call("GET", "/api/notes?tag=cold")
    call("POST", "/api/notes", '{"title": "\u00dcber", "tags": ["b", "a"]}'.encode(), **json)
    call("GET", "/api/notes/12")
    call("PATCH", "/api/notes/12", b'{"body": "\\u2603 </script>"}', **json)
    call("PUT", "/api/notes/12", b'{"title": "New"}', **json)
    call("OPTIONS", "/api/notes/12")
    call("HEAD", "/api/notes/12")
    call("DELETE", "/api/notes/12")
    call("GET", "/api/notes/12")
    call("POST", "/api/notes", b'{"title": ', **json)
    call("POST", "/api/notes", b"title=x", Content_Type="text/plain")
    call("POST", "/api/notes/1")
    call("GET", "/api/nothing")
    visitor.answers += program.answers


def _go_wrong(visitor: Visitor) -> None:
    visitor.get("/nowhere")
    visitor.get("/notes/99999999999999999999")
    visitor.get("/notes/1/")
    visitor.get("/auth/logout")
    visitor.get("/static/../schema.sql")
    visitor.get("/%ff%00?page=%ff&q=%00")
    visitor.token = "forged"
    visitor.submit("/notes/1/delete")
    visitor.ask("POST", "/notes/new", b"a=%zz&=&", Content_Type="application/x-www-form-urlencoded")
    visitor.ask("POST", "/notes/new", b"--x\r\n", Content_Type="multipart/form-data; boundary=x")
    visitor.ask("POST", "/notes/new", b"x", Content_Type="multipart/form-data")
