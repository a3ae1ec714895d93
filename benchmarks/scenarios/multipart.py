"""Multipart bodies alone, with those that are hard to parse: they must stay linear."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import Any

from benchmarks.scenario import FLAVOURS, Statement, flaskfast_name

Names = dict[str, Any]
Parse = Callable[[bytes], bytes]

BOUNDARY = "----geckoformboundary7f3a52c1"
HEAD = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="data.bin"\r\n'
    "Content-Type: application/octet-stream\r\n\r\n"
).encode()
TAIL = f"\r\n--{BOUNDARY}--\r\n".encode()


def random_bytes(size: int) -> bytes:
    """Return bytes that look like a compressed file."""
    return random.Random(size).randbytes(size)


def filled(pattern: bytes) -> Callable[[int], bytes]:
    """Return what repeats *pattern* up to a size."""
    return lambda size: (pattern * (size // len(pattern) + 1))[:size]


CONTENTS: dict[str, tuple[str, Callable[[int], bytes], tuple[int, ...]]] = {
    "random": ("a file of random bytes", random_bytes, (100, 10_000, 1_000_000, 16_000_000)),
    "no-newline": ("a file without any line end", filled(b"x"), (64_000, 1_000_000)),
    "cr": ("a file of carriage returns only", filled(b"\r"), (64_000, 1_000_000)),
    "crlf": ("a file of line ends only", filled(b"\r\n"), (64_000, 1_000_000)),
    "look-alike": (
        "a file of almost-boundaries",
        filled(f"\r\n--{BOUNDARY[:-1]}".encode()),
        (64_000, 1_000_000),
    ),
}


def declare(kind: str, size: int) -> None:
    """Declare the parsing of one file of *size* bytes; the parser returns the content."""
    what, make, _ = CONTENTS[kind]

    def make_body() -> bytes:
        return HEAD + make(size) + TAIL

    scenario = Statement(
        f"multipart-{kind}-{short(size)}",
        f"{what}, {size:,} bytes",
        group="kernel",
        replaces="werkzeug",
        statement="parse(body)",
        expect=partial(make, size),
        goal={"werkzeug": 1.0, "multipart": 1.0, "streaming-form-data": 1.0},
        calls=max(1, min(30, 2_000_000 // size)),
    )

    def family(parser: Any) -> Names:
        # Into memory for everybody: this is about parsing, not about temporary files.
        def parse(body: bytes) -> bytes:
            reader = parser(stream_factory=lambda *args, **kwargs: BytesIO())
            _, files = reader.parse(BytesIO(body), BOUNDARY.encode(), len(body))
            content: bytes = files["file"].stream.read()
            return content

        return {"parse": parse, "body": make_body()}

    for flavour in FLAVOURS:
        scenario.peer(flavour)(
            lambda flavour=flavour: family(
                flaskfast_name(flavour, "flaskfast.http:MultiPartParser")
            )
        )

    @scenario.peer("werkzeug")
    def _() -> Names:
        from werkzeug.formparser import MultiPartParser

        return family(MultiPartParser)

    @scenario.peer("multipart")
    def _() -> Names:
        from multipart import MultipartParser

        def parse(body: bytes) -> bytes:
            limit = len(body) + 1
            parser = MultipartParser(
                BytesIO(body), BOUNDARY, len(body), spool_limit=limit, memory_limit=limit
            )
            content: bytes = parser.get("file").raw
            return content

        return {"parse": parse, "body": make_body()}

    @scenario.peer("streaming-form-data", note="keeps no headers, and only the part asked for")
    def _() -> Names:
        from streaming_form_data import StreamingFormDataParser
        from streaming_form_data.targets import ValueTarget

        headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}

        def parse(body: bytes) -> bytes:
            target = ValueTarget()
            parser = StreamingFormDataParser(headers)
            parser.register("file", target)
            parser.data_received(body)
            content: bytes = target.value
            return content

        return {"parse": parse, "body": make_body()}


def short(size: int) -> str:
    """Name a size."""
    for unit, name in ((1_000_000, "M"), (1_000, "k")):
        if size >= unit:
            return f"{size // unit}{name}"
    return str(size)


for kind, (_, _, sizes) in CONTENTS.items():
    for size in sizes:
        declare(kind, size)
