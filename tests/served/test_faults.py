"""Clients that hang up, views that fail, workers that die: afterwards everything answers."""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .recording import BOUNDARY, get, message
from .servers import flaskfast, free_port, serving
from .wire import Response, exchange, take_apart

pytestmark = [
    pytest.mark.served,
    pytest.mark.skipif(not Path("/proc").exists(), reason="memory is read from /proc"),
]

_APP = "tests.served.apps.faulty:app"
_SHORT = ["gunicorn-gthread", "granian"]
_LONG = [
    pytest.param(server, marks=pytest.mark.slow)
    for server in ("gunicorn-sync", "waitress", "uwsgi")
]

Address = tuple[str, int]


@pytest.fixture(params=[*_SHORT, *_LONG])
def address(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Address]:
    """Serve the faulty application by flaskfast, temporary files in a directory of its own."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with serving(request.param, _APP, flaskfast(), free_port()) as served:
        yield served.address


def _get(address: Address, path: str) -> Response:
    return exchange(get(path, path), address).responses[0]


def _held(address: Address) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(_get(address, "/held").body)
    return answer


def _until_nothing_is_held(address: Address) -> dict[str, Any]:
    """Poll: a server learns of a client that hung up when it likes."""
    give_up = time.monotonic() + 60
    while True:
        held = _held(address)
        if not held["open"] or time.monotonic() > give_up:
            return held
        time.sleep(0.05)


def _hang_up(address: Address, data: bytes, *, read: int = 0, reset: bool = True) -> None:
    """Send, perhaps read a little, and go: by a reset, as a crashed client does, or by a close."""
    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall(data)
        while read > 0:
            piece = connection.recv(read)
            if not piece:
                break
            read -= len(piece)
        if reset:
            linger = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


def _upload(size: int, *, sent: int | None = None) -> bytes:
    """A form with a file of ``size`` bytes, of which only some may be sent."""
    disposition = 'form-data; name="file"; filename="large.bin"'
    head = f"--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\n\r\n".encode()
    tail = f"\r\n--{BOUNDARY}--\r\n".encode()
    headers = [
        ("Content-Type", f"multipart/form-data; boundary={BOUNDARY}"),
        ("Content-Length", str(len(head) + size + len(tail))),
    ]
    start = message("POST", "/upload", headers) + head
    return start + b"x" * size + tail if sent is None else start + b"x" * sent


def test_after_every_fault_all_is_well(address: Address) -> None:
    """Disconnects while sending and receiving, failing views: then 1,000 answers of 200."""
    files = _held(address)["files"]
    for turn in range(5):
        reset = bool(turn % 2)
        _hang_up(address, b"GET / HT", reset=reset)
        _hang_up(address, message("GET", "/"), reset=reset)
        _hang_up(address, message("GET", "/stream/200"), read=100_000, reset=reset)
        _hang_up(address, message("GET", "/stream/200"), reset=reset)
        _hang_up(address, _upload(2_000_000, sent=1_000_000), reset=reset)
        _hang_up(address, _upload(100, sent=50), reset=reset)
        _hang_up(address, message("POST", "/read", [("Content-Length", "900")], b"x", length=False))
        exchange(get("break", "/break/0"), address)
        exchange(get("break", "/break/3"), address)
        assert _get(address, "/raise").status == 500
        assert _get(address, "/memory").status == 500
    held = _until_nothing_is_held(address)
    assert held["open"] == []
    assert {_get(address, "/").status for _ in range(1000)} == {200}
    assert _held(address)["files"] == files


def test_many_at_once(address: Address) -> None:
    """Good and bad clients side by side: each good one is answered."""
    answers: list[object] = []
    stop = threading.Event()

    def good() -> None:
        for _ in range(50):
            answers.append(_get(address, "/").status)
            size = len(_get(address, "/stream/4").body)
            answers.append(200 if size == 4 * (65536 + len("/stream/4")) else size)

    def bad() -> None:
        while not stop.is_set():
            _hang_up(address, message("GET", "/stream/50"), read=1000)
            _hang_up(address, _upload(500_000, sent=100_000))

    pests = [threading.Thread(target=bad) for _ in range(2)]
    clients = [threading.Thread(target=good) for _ in range(4)]
    for thread in pests + clients:
        thread.start()
    for thread in clients:
        thread.join()
    stop.set()
    for thread in pests:
        thread.join()
    assert answers == [200] * 400
    assert _until_nothing_is_held(address)["open"] == []


_MIB = 1 << 20


def _send_large(address: Address, head: bytes, mebibytes: int, tail: bytes = b"") -> Response:
    body = b"x" * _MIB
    with socket.create_connection(address, timeout=300) as connection:
        connection.sendall(head)
        for _ in range(mebibytes):
            connection.sendall(body)
        connection.sendall(tail)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return take_apart(answer, ("POST",)).responses[0]


def test_memory_stays_while_a_large_body_is_read(address: Address) -> None:
    """64 MiB go through; the highest mark of memory hardly moves."""
    length = 64 * _MIB
    head = message("POST", "/read", [("Content-Length", str(length))])
    _send_large(address, message("POST", "/read", [("Content-Length", str(_MIB))]), 1)
    before = _held(address)
    answer = _send_large(address, head, 64)
    assert answer.body.startswith(f"{length} ".encode())
    after = _held(address)
    assert after["process"] == before["process"]
    assert after["peak"] - before["peak"] < 8 * 1024


@pytest.mark.slow
@pytest.mark.parametrize("server", ["gunicorn-sync", "gunicorn-gthread", "uwsgi"])
def test_memory_stays_while_a_file_of_2_gib_is_uploaded(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file goes to disk, from where it is gone after the answer."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    start = _upload(2048 * _MIB, sent=0)
    tail = f"\r\n--{BOUNDARY}--\r\n".encode()
    with serving(server, _APP, flaskfast(), free_port()) as served:
        _send_large(served.address, _upload(_MIB, sent=0), 1, tail)
        before = _held(served.address)
        assert _send_large(served.address, start, 2048, tail).status == 200
        after = _held(served.address)
    assert after["process"] == before["process"]
    assert after["peak"] - before["peak"] < 8 * 1024
    assert after["files"] == before["files"]


@pytest.mark.parametrize("server", ["gunicorn-sync", "gunicorn-gthread", "granian"])
def test_a_request_in_flight_is_finished_when_the_server_is_told_to_stop(server: str) -> None:
    """SIGTERM: the answer that is being made still arrives."""
    port = free_port()
    answer: list[Response] = []
    with serving(server, _APP, flaskfast(), port, may_stop=True) as served:
        client = threading.Thread(target=lambda: answer.append(_get(served.address, "/slow/2.0")))
        client.start()
        time.sleep(0.7)  # let the request begin
        served.process.send_signal(signal.SIGTERM)
        client.join()
    assert [response.status for response in answer] == [200]


@pytest.mark.parametrize("server", ["gunicorn-sync", pytest.param("uwsgi", marks=pytest.mark.slow)])
def test_a_worker_that_was_killed_is_replaced(server: str) -> None:
    """The master forks another one, which serves as well: also after import."""
    with serving(server, _APP, flaskfast(), free_port()) as served:
        first = _held(served.address)["process"]
        assert first != served.process.pid
        os.kill(first, signal.SIGKILL)
        give_up = time.monotonic() + 60
        while time.monotonic() < give_up:
            try:
                second = _held(served.address)["process"]
            except (OSError, IndexError):
                time.sleep(0.05)
            else:
                break
        assert second != first
        assert {_get(served.address, "/").status for _ in range(100)} == {200}
