"""Read requests out of curl command lines, as browsers copy them and people write them."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

from .request import Request, Unreadable, make

#: Options without a value that change nothing about the request itself.
_IGNORED = frozenset(
    "-s --silent -S --show-error -v --verbose -i --include -k --insecure -L --location -f --fail"
    " -N --no-buffer -# --progress-bar --http1.1 --http1.0 --http2 --globoff -g --fail-with-body"
    " --path-as-is --no-keepalive -4 -6 --ipv4 --ipv6 -O --remote-name -q --disable".split()
)
#: Options with a value that change nothing about it either.
_IGNORED_WITH_VALUE = frozenset(
    "-o --output -w --write-out -m --max-time --connect-timeout --retry --cacert -x --proxy"
    " --resolve -c --cookie-jar -D --dump-header --limit-rate --noproxy --max-redirs".split()
)
_ESCAPES = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "e": "\x1b",
}

Take = Callable[[str], str]


def parse(text: str, name: str, folder: Path) -> list[Request]:
    """Return the requests of curl commands; lines that begin with # are comments.

    :param folder: where files that a command names (``--data @file``) are.
    :raises Unreadable: a line is no curl command, or has an option that is not known.
    """
    requests = []
    for number, words in commands(text, name):
        where = f"{name}, line {number}"
        if words[0] not in ("curl", "curl.exe"):
            raise Unreadable(f"{where}: {words[0]!r} where a curl command was expected.")
        requests += Command(where, folder).read(words[1:])
    return requests


# -- words -------------------------------------------------------------------------------


def commands(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Split a script into commands, each with the number of its first line and its words.

    The quoting is that of bash: single and double quotes, ``$'...'``, backslashes, a
    backslash at the end of a line, comments.
    """
    text = text.replace("\r\n", "\n")
    position, line = 0, 1
    words: list[str] = []
    word: str | None = None
    first = 1
    while position < len(text):
        match = _PIECE.match(text, position)
        if match is None:
            raise Unreadable(f"{name}, line {line}: a quote is opened here and never closed.")
        kind, piece = match.lastgroup, match[0]
        if kind == "comment" and word is not None:
            kind, piece = "plain", "#"  # within a word it is part of that
        position += len(piece)
        if kind in ("space", "newline", "comment"):
            if word is not None:
                words.append(word)
                word = None
            if kind == "newline" and words:
                yield first, words
                words = []
        elif kind != "joined":
            if word is None and not words:
                first = line
            word = (word or "") + _unquoted(str(kind), piece)
        line += piece.count("\n")
    if word is not None:
        words.append(word)
    if words:
        yield first, words


_PIECE = re.compile(
    r"""
    (?P<joined>\\\n)
    | (?P<newline>\n|;|&&?|\|\|?)
    | (?P<space>[^\S\n]+)
    | (?P<comment>\#[^\n]*)
    | (?P<ansi>\$'(?:[^'\\]|\\.)*')
    | (?P<single>'[^']*')
    | (?P<double>"(?:[^"\\]|\\.)*")
    | (?P<escaped>\\.)
    | (?P<plain>[^\s'"\\\#;&|$]+|\#|\$)
    """,
    re.VERBOSE | re.DOTALL,
)


def _unquoted(kind: str, piece: str) -> str:
    if kind == "single":
        return piece[1:-1]
    if kind == "double":
        return re.sub(r'\\([$`"\\])|\\\n', lambda m: m[1] or "", piece[1:-1])
    if kind == "ansi":
        return re.sub(
            r"\\(x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{1,4}|[0-7]{1,3}|.)", _unescaped, piece[2:-1]
        )
    return piece[1:] if kind == "escaped" else piece


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    if code[0] in "xu" and len(code) > 1:
        return chr(int(code[1:], 16))
    if code[0] in "01234567":
        return chr(int(code, 8))
    return _ESCAPES.get(code, code)


# -- options -----------------------------------------------------------------------------


class Command:
    """One curl command, read option by option."""

    def __init__(self, where: str, folder: Path) -> None:
        self.where = where
        self.folder = folder
        self.method = ""
        self.urls: list[str] = []
        self.headers: list[tuple[str, str]] = []
        self.data: list[bytes] = []
        self.parts: list[tuple[str, str]] = []
        self.in_query = False
        self.content_type = "application/x-www-form-urlencoded"

    def read(self, words: list[str]) -> list[Request]:
        """Return the request, or one for each URL where there are several."""
        rest = list(words)
        while rest:
            self._option(rest)
        if not self.urls:
            raise Unreadable(f"{self.where}: this curl command has no URL.")
        return [self._request(url) for url in self.urls]

    def _option(self, rest: list[str]) -> None:
        word = rest.pop(0)
        if not word.startswith("-") or word == "-":
            self.urls.append(word)
            return
        name, equals, value = word.partition("=") if word.startswith("--") else (word, "", "")
        if not word.startswith("--") and len(word) > 2:
            name = word[:2]
            if name in _IGNORED or name in ("-I", "-G"):  # -sS: several options in one word
                rest.insert(0, f"-{word[2:]}")
            else:
                rest.insert(0, word[2:])  # -XPOST
        elif equals:
            rest.insert(0, value)
        if name not in _IGNORED:
            self._known(name, rest)

    def _known(self, name: str, rest: list[str]) -> None:
        if name in ("-I", "--head"):
            self.method = self.method or "HEAD"
        elif name in ("-G", "--get"):
            self.in_query = True
        elif name == "--compressed":
            self._default_header("Accept-Encoding", "deflate, gzip")
        else:
            taken = _WITH_VALUE.get(name)
            if taken is None and name not in _IGNORED_WITH_VALUE:
                raise Unreadable(
                    f"{self.where}: the curl option {name} is not known here. Leave it out, or"
                    " write the request in the simple form (METHOD /path, headers, body)."
                )
            if not rest:
                raise Unreadable(f"{self.where}: the curl option {name} needs a value.")
            value = rest.pop(0)
            if taken is not None:
                taken(self, value)

    def _default_header(self, name: str, value: str) -> None:
        if not any(key.lower() == name.lower() for key, _ in self.headers):
            self.headers.append((name, value))

    def _set_method(self, value: str) -> None:
        self.method = value

    def _add_url(self, value: str) -> None:
        self.urls.append(value)

    def _add_header(self, value: str) -> None:
        name, colon, text = value.partition(":")
        if not colon and value.endswith(";"):  # "X-Empty;": a header without a value
            name, colon = value[:-1], ":"
        if not colon or not name.strip():
            raise Unreadable(f"{self.where}: {value!r} is no header. Write 'Name: value'.")
        self.headers.append((name.strip(), text.strip()))

    def _add_cookie(self, value: str) -> None:
        if "=" not in value:
            raise Unreadable(
                f"{self.where}: a file of cookies cannot be read. Write them: -b 'name=value'."
            )
        self.headers.append(("Cookie", value))

    def _add_user(self, value: str) -> None:
        encoded = base64.b64encode(value.encode("utf-8")).decode("ascii")
        self.headers.append(("Authorization", f"Basic {encoded}"))

    def _file(self, path: str) -> bytes:
        try:
            return (self.folder / path).read_bytes()
        except OSError as error:
            raise Unreadable(
                f"{self.where}: the file {path} cannot be read: {error.strerror}."
            ) from error

    def _add_data(self, value: str) -> None:
        if value.startswith("@"):
            self.data.append(re.sub(rb"[\r\n\0]", b"", self._file(value[1:])))
        else:
            self.data.append(value.encode("utf-8"))

    def _add_binary(self, value: str) -> None:
        self.data.append(self._file(value[1:]) if value.startswith("@") else value.encode("utf-8"))

    def _add_raw(self, value: str) -> None:
        self.data.append(value.encode("utf-8"))

    def _add_encoded(self, value: str) -> None:
        name, equals, text = value.partition("=")
        encoded = quote(text if equals else name, safe="")
        self.data.append((f"{name}={encoded}" if equals and name else encoded).encode("ascii"))

    def _add_json(self, value: str) -> None:
        self.content_type = "application/json"
        self._default_header("Accept", "application/json")
        self._add_binary(value)

    def _add_part(self, value: str) -> None:
        name, equals, content = value.partition("=")
        if not equals:
            raise Unreadable(f"{self.where}: {value!r} is no form field. Write -F name=value.")
        self.parts.append((name, content))

    def _set_agent(self, value: str) -> None:
        self.headers.append(("User-Agent", value))

    def _set_referer(self, value: str) -> None:
        self.headers.append(("Referer", value))

    # -- the request ----------------------------------------------------------------------

    def _request(self, url: str) -> Request:
        if "://" not in url and not url.startswith("/"):
            url = f"http://{url}"
        body = (b"" if self.content_type == "application/json" else b"&").join(self.data)
        method, content_type = self.method, self.content_type
        if self.in_query:
            url += ("&" if "?" in url else "?") + body.decode("ascii", "replace") if body else ""
            body = b""
        elif self.parts:
            body, content_type = self._multipart()
        if body or (self.data and not self.in_query):
            method = method or "POST"
            self._default_header("Content-Type", content_type)
        # What "Content-Type;" asks for: none at all.
        headers = [(k, v) for k, v in self.headers if v or k.lower() != "content-type"]
        return make(method or "GET", url, headers, body, self.where)

    def _multipart(self) -> tuple[bytes, str]:
        boundary = "flaskfast-verify-7d1f0c2b9a"
        lines: list[bytes] = []
        for name, content in self.parts:
            disposition = f'form-data; name="{name}"'
            data = content.encode("utf-8")
            kind = ""
            if content[:1] in ("@", "<"):
                path, *options = content[1:].split(";")
                data = self._file(path)
                given = dict(option.strip().partition("=")[::2] for option in options)
                kind = given.get("type", "application/octet-stream" if content[0] == "@" else "")
                if content[0] == "@":
                    disposition += f'; filename="{given.get("filename", Path(path).name)}"'
            lines.append(f"--{boundary}\r\nContent-Disposition: {disposition}\r\n".encode())
            if kind:
                lines.append(f"Content-Type: {kind}\r\n".encode())
            lines.append(b"\r\n" + data + b"\r\n")
        lines.append(f"--{boundary}--\r\n".encode())
        return b"".join(lines), f"multipart/form-data; boundary={boundary}"


_WITH_VALUE: dict[str, Callable[[Command, str], None]] = {
    "-X": Command._set_method,
    "--request": Command._set_method,
    "--url": Command._add_url,
    "-H": Command._add_header,
    "--header": Command._add_header,
    "-d": Command._add_data,
    "--data": Command._add_data,
    "--data-ascii": Command._add_data,
    "--data-binary": Command._add_binary,
    "--data-raw": Command._add_raw,
    "--data-urlencode": Command._add_encoded,
    "--json": Command._add_json,
    "-F": Command._add_part,
    "--form": Command._add_part,
    "-u": Command._add_user,
    "--user": Command._add_user,
    "-b": Command._add_cookie,
    "--cookie": Command._add_cookie,
    "-A": Command._set_agent,
    "--user-agent": Command._set_agent,
    "-e": Command._set_referer,
    "--referer": Command._set_referer,
}
