"""A multipart body means the same in whatever pieces it comes: every one of them, one by one."""

from __future__ import annotations

import io
import random
from collections.abc import Iterable
from itertools import chain, combinations
from typing import Any

import pytest
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import MultipartDecoder as WerkzeugDecoder

from flaskfast.http import MultiPartParser
from flaskfast.http.multipart import Data, Epilogue, MultipartDecoder, NeedData

FIELD = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n'
FILE = b'--b\r\nContent-Disposition: form-data; name="f"; filename="x.bin"\r\n\r\n'


def lines(*parts: bytes, ending: bytes = b"\r\n") -> bytes:
    return ending.join(parts)


DISPOSITION = b'Content-Disposition: form-data; name="a"'
# What is hard about them: line breaks of all kinds around the boundaries, look-alikes of the
# boundary in contents, emptiness, blanks, text before and behind, heads on several lines.
BODIES = {
    "field": FIELD + b"one\r\n--b--\r\n",
    "two fields": FIELD + b"one\r\n" + FIELD.replace(b'"a"', b'"b"') + b"two\r\n--b--\r\n",
    "file of line breaks": FILE + b"\r\n\r\r\n\n\r\r\r\n--b--\r\n",
    "file that ends with CR": FILE + b"data\r\r\n--b--",
    "empty parts": FIELD + b"\r\n" + FILE + b"\r\n--b--\r\n",
    "nothing but a line break": FIELD + b"--b--\r\n",
    "look-alikes": FILE + b"--b\r\n--c\r\n-\r\n--\r\n--bb\r\n--b-\r\n--b- -\r\n\r\n--b--",
    "line feeds": lines(b"--b", DISPOSITION, b"", b"x\ry", b"--b--", b"", ending=b"\n"),
    "carriage returns": lines(b"--b", DISPOSITION, b"", b"x\ny", b"--b--", b"", ending=b"\r"),
    "mixed": b"--b\n" + DISPOSITION + b"\r\r\none\n--b\r" + DISPOSITION + b"\n\ntwo\r--b--\n\r\n",
    "blanks": b"--b \t\r\n" + DISPOSITION + b"\r\n\r\nx\r\n--b\x0b \r\n" + DISPOSITION + b"\r\n\r\n"
    b"y\r\n--b  z\r\n--b-- \t\x0c\r\n  ",
    "text around": b"This is\r\n--no boundary\r\n" + FIELD + b"x\r\n--b--\r\n"
    b"and this, which is behind the end\r\n--b--\r\n",
    "no part": b"preamble\r\n--b--\r\nepilogue",
    "long head": b"--b\r\nX-A: 1\r\n\t2\nX-B\rContent-Disposition: form-data;\r\n name=a\r\n"
    b"\r\nx\r\n--b--",
    "charset": b"--b\r\n" + DISPOSITION + b"\r\nContent-Type: text/plain; charset=iso-8859-1\r\n"
    b"\r\n\xe4\r\n--b--\r\n",
    "browser": FIELD
    + b"caf\xc3\xa9 --b\r\nand more\r\n"
    + FILE[:-2]
    + b"Content-Type: text/plain\r\n"
    b"\r\nline\r\n\r\n--b not\r\n" + FILE + b"\x89PNG\r\n\x1a\n\0\0\r\n--b--\r\n",
    "line feeds, more": lines(
        b"--b",
        DISPOSITION,
        b"X: y",
        b"",
        b"",
        b"x--b",
        b"--b",
        b"Content-Disposition: form-data;",
        b' name="f"; filename="a\\"b"',
        b"Content-Length: 3",
        b"",
        b"--b-",
        b"",
        b"--b--",
        ending=b"\n",
    ),
    "cut in content": FIELD + b"one\r\n--b",
    "cut in head": FIELD[:-6],
    "cut in preamble": b"no\r\n--b",
    "no disposition": b"--b\r\nX: y\r\n\r\nz\r\n--b--\r\n",
    "not UTF-8": b"--b\r\nX: \xff\r\n" + DISPOSITION + b"\r\n\r\nz\r\n--b--\r\n",
}


def events(decoder: Any, pieces: Iterable[bytes]) -> Any:
    """What a body consists of: all events, where those of one content count as one."""
    found: list[Any] = []
    try:
        for piece in chain(pieces, (None,)):
            decoder.receive_data(piece)
            while not isinstance(event := decoder.next_event(), NeedData):
                if isinstance(event, Data) and isinstance(found[-1], Data) and found[-1].more_data:
                    event = Data(found.pop().data + event.data, event.more_data)
                found.append(event)
                if isinstance(event, Epilogue):
                    return found
    except (ValueError, RequestEntityTooLarge) as error:
        return ValueError if isinstance(error, ValueError) else RequestEntityTooLarge
    raise AssertionError("The decoder wants data after the last.")


def deliver(body: bytes, *cuts: int) -> list[bytes]:
    return [body[start:end] for start, end in zip((0, *cuts), (*cuts, len(body)), strict=True)]


def expected(body: bytes) -> Any:
    """What Werkzeug makes of it when it comes in one piece."""
    return events(WerkzeugDecoder(b"b"), [body])


def test_every_one_and_two_cuts() -> None:
    """Werkzeug is wrong about two in a hundred of them (HARDENING: werkzeug#3285)."""
    deliveries = 0
    wrong = []
    for name, body in BODIES.items():
        whole = expected(body)
        places = range(1, len(body))
        for cuts in (*combinations(places, 1), *combinations(places, 2)):
            deliveries += 1
            if events(MultipartDecoder(b"b"), deliver(body, *cuts)) != whole:
                wrong.append((name, *cuts))
    assert deliveries >= 115_000
    assert wrong == []


def test_werkzeug_is_wrong_about_some() -> None:
    """So the comparison can fail."""
    body = BODIES["file that ends with CR"]
    cuts = range(1, len(body))
    whole = expected(body)
    assert any(events(WerkzeugDecoder(b"b"), deliver(body, cut)) != whole for cut in cuts)


@pytest.mark.parametrize("name", BODIES)
def test_whole_and_byte_by_byte(name: str) -> None:
    body = BODIES[name]
    whole = expected(body)
    assert events(MultipartDecoder(b"b"), [body]) == whole
    assert events(MultipartDecoder(b"b"), [body[i : i + 1] for i in range(len(body))]) == whole
    # A buffer that its owner uses again.
    buffer = bytearray(1)
    assert events(MultipartDecoder(b"b"), (refilled(buffer, byte) for byte in body)) == whole


def refilled(buffer: bytearray, byte: int) -> Any:
    buffer[0] = byte
    return buffer


@pytest.mark.parametrize("name", BODIES)
def test_parser_reads_blocks_of_any_size(name: str) -> None:
    """In one go or piece by piece, fields and files are the same."""
    body = BODIES[name]
    whole = parsed(body, 64 * 1024)
    assert isinstance(whole, tuple) == isinstance(expected(body), list)
    for size in (*range(1, 40), len(body) - 1, len(body), len(body) + 1):
        assert parsed(body, size) == whole, size


class Sink(io.BytesIO):
    """A stream that says of what kind it was given content."""

    kinds: set[type]

    def write(self, data: Any) -> int:
        self.kinds = {*getattr(self, "kinds", ()), type(data)}
        return super().write(data)


@pytest.mark.parametrize("size", [50, 100, 4096])
def test_streams_of_others_are_given_bytes(size: int) -> None:
    content = random.Random(size).randbytes(10_000)
    body = FILE.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + content + b"\r\n--b--\r\n"
    for factory, kinds in ((Sink, {bytes}), (io.BytesIO, None)):
        parser = MultiPartParser(lambda *args, factory=factory, **more: factory(), buffer_size=size)
        _, files = parser.parse(io.BytesIO(body), b"b", len(body))
        stream: Any = next(iter(files.values())).stream
        assert stream.getvalue() == content
        assert getattr(stream, "kinds", None) == kinds


def parsed(body: bytes, size: int) -> Any:
    try:
        fields, files = MultiPartParser(buffer_size=size).parse(io.BytesIO(body), b"b", len(body))
    except ValueError:
        return ValueError
    contents = []
    for name, file in files.items(multi=True):
        contents.append((name, file.filename, file.read(), list(file.headers)))
        file.close()
    return list(fields.items(multi=True)), contents


PIECES = [
    b"\r", b"\n", b"\r\n", b"\r\n", b"-", b"--", b"b", b"--b", b"\n--b", b"\r\n--b\r\n",
    b"\r\n--b--", b" ", b"\t", b"x", b":", b"\r\n\r\n", b"\r\n--bb", b"\r\n--b \x0b\r\n",
    b"x" * 17, DISPOSITION, FIELD, FILE, b"X: \xc3\xa4",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(20))
def test_made_up_bodies(seed: int) -> None:
    """Bodies of all that means something, in random pieces."""
    chance = random.Random(seed)
    for _ in range(200):
        body = b"".join(chance.choices(PIECES, k=chance.randrange(16)))
        if chance.random() < 0.7:
            body = chance.choice((FIELD, FILE)) + body + chance.choice((b"\r\n--b--", b"\n--b--\n"))
        whole = expected(body)
        for count in (0, 1, 2, 5, 9):
            cuts = sorted(chance.randrange(len(body) + 1) for _ in range(count))
            assert events(MultipartDecoder(b"b"), deliver(body, *cuts)) == whole, (body, cuts)


LIMITS: list[dict[str, int]] = [
    *({"max_form_memory_size": size} for size in (0, 1, 3, 7, 30, 1000)),
    *({"max_parts": most} for most in (0, 1, 2)),
]


@pytest.mark.parametrize("limits", LIMITS, ids=repr)
@pytest.mark.parametrize("name", BODIES)
def test_limits_do_not_depend_on_the_pieces(name: str, limits: dict[str, int]) -> None:
    """Either every delivery is too large, or none."""
    body = BODIES[name]
    whole = events(MultipartDecoder(b"b", **limits), [body])
    chance = random.Random(name)
    for count in (1, 1, 1, 2, 3, len(body)):
        cuts = sorted(chance.randrange(len(body) + 1) for _ in range(count))
        assert events(MultipartDecoder(b"b", **limits), deliver(body, *cuts)) == whole, cuts
    parts = limits.get("max_parts")
    size = limits.get("max_form_memory_size")
    for block in (5, 64 * 1024):
        parser = MultiPartParser(max_form_memory_size=size, max_form_parts=parts, buffer_size=block)
        try:
            _, files = parser.parse(io.BytesIO(body), b"b", len(body))
        except (ValueError, RequestEntityTooLarge) as error:
            assert whole is (ValueError if isinstance(error, ValueError) else type(error))
        else:
            assert isinstance(whole, list)
            for _, file in files.items(multi=True):
                file.close()
