"""An application in which everything can go wrong, and that tells what it still holds."""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, request, stream_with_context

app = Flask(__name__)

# Requests that have begun and not been torn down.
open_requests: list[str] = []


@app.before_request
def begin() -> None:
    """Count in."""
    open_requests.append(request.path)


@app.teardown_request
def end(error: BaseException | None) -> None:
    """Count out; a request that is torn down a second time is not there any more."""
    if request.path in open_requests:
        open_requests.remove(request.path)


@app.route("/")
def index() -> str:
    """Answer."""
    return "fine"


@app.route("/held")
def held() -> Any:
    """Tell the process, its memory's highest mark in KiB, what is open and what lies on disk."""
    status = Path("/proc/self/status").read_text()
    peak = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    waiting = [path for path in open_requests if path != "/held"]
    files = os.listdir(tempfile.gettempdir())
    return jsonify(process=os.getpid(), peak=int(peak), open=waiting, files=files)


@app.route("/upload", methods=["POST"])
def upload() -> Any:
    """Read a form with files."""
    return jsonify({name: file.content_length for name, file in request.files.items()})


@app.route("/read", methods=["POST"])
def read() -> str:
    """Read a body piece by piece."""
    digest = hashlib.md5(usedforsecurity=False)
    size = 0
    while piece := request.stream.read(65536):
        digest.update(piece)
        size += len(piece)
    return f"{size} {digest.hexdigest()}"


@app.route("/stream/<int:count>")
def stream(count: int) -> Any:
    """Send pieces of 64 KiB."""

    def pieces() -> Iterator[bytes]:
        for _ in range(count):
            yield b"x" * 65536 + request.path.encode()

    return Response(stream_with_context(pieces()), mimetype="application/octet-stream")


@app.route("/break/<int:after>")
def break_off(after: int) -> Any:
    """Fail while the body is sent."""

    def pieces() -> Iterator[bytes]:
        for _ in range(after):
            yield b"piece"
        raise RuntimeError("broken off")

    return Response(stream_with_context(pieces()))


@app.route("/slow/<float:seconds>")
def slow(seconds: float) -> str:
    """Take time."""
    time.sleep(seconds)
    return f"slept in {os.getpid()} {threading.active_count() > 0}"


@app.route("/raise")
def raises() -> str:
    """Fail."""
    raise RuntimeError("on purpose")


@app.route("/memory")
def memory() -> str:
    """Run out of memory."""
    raise MemoryError
