"""Slow clients are closed at a deadline, honest ones beside them are served, and answers are heard."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from lentigo.service.admission.limits import Limits
from lentigo.service.app import Application

QUICK = Limits(header_seconds=0.4, body_seconds=0.4, idle_seconds=1, body_bytes=100_000, connections=6)
POST = b"POST /v1/predict HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\n"


@pytest.fixture
def quick(make_application: Callable[..., Application]) -> Application:
    return make_application(QUICK)


@pytest.fixture
def address(quick: Application, serve_in_thread: Callable[[Application], str]) -> str:
    return serve_in_thread(quick)


def connect(address: str) -> socket.socket:
    parts = urlsplit(address)
    assert parts.hostname
    assert parts.port
    return socket.create_connection((parts.hostname, parts.port), timeout=5)


def all_of(connection: socket.socket) -> bytes:
    """Everything that is said until the other side has finished."""
    said = b""
    while part := connection.recv(65536):
        said += part
    return said


def seconds_until_cut(connection: socket.socket, part: bytes) -> float:
    """Send the same over and over until the other side is gone."""
    start = time.monotonic()
    while time.monotonic() - start < 10:
        try:
            connection.sendall(part)
        except OSError:
            break
        time.sleep(0.03)
    return time.monotonic() - start


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"", b""),
        (b"GET /health/live HTTP/1.1\r\nHos", b"408"),
        (POST + b"Content-Length: 500\r\n\r\n--x", b"408"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\n--", b"408"),
    ],
)
def test_a_client_that_stops_is_closed(quick: Application, address: str, sent: bytes, status: bytes) -> None:
    start = time.monotonic()
    with connect(address) as connection:
        connection.sendall(sent)
        try:
            said = all_of(connection)
        except ConnectionResetError:
            said = b""
    assert 0.3 < time.monotonic() - start < 8
    assert status in said.split(b"\r\n")[0]
    assert quick.service.metrics.slow_clients == 1
    if status:
        problem = json.loads(said.split(b"\r\n\r\n")[1])
        assert problem["status"] == 408
        assert len(problem["request_id"]) == 32


def test_a_client_that_leaves_is_logged_with_status_0(
    quick: Application, address: str, tmp_path: Path
) -> None:
    with connect(address) as connection:
        connection.sendall(POST + b"Content-Length: 500\r\n\r\n--x")
        time.sleep(0.1)
    log, deadline = tmp_path / "audit.jsonl", time.monotonic() + 5
    while not log.read_text() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert json.loads(log.read_text())["status"] == 0
    assert quick.service.metrics.slow_clients == 0, "it was not cut off, it left"


def test_a_trickle_does_not_move_the_deadline(address: str) -> None:
    with connect(address) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n")
        assert seconds_until_cut(connection, b"a: b\r\n") < 8


def test_the_second_request_of_a_connection_has_a_deadline_too(address: str) -> None:
    with connect(address) as connection:
        connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"200" in connection.recv(65536)
        connection.sendall(b"GET /heal")
        assert b" 408 " in all_of(connection)


def test_an_idle_connection_is_kept_a_while_and_then_closed(address: str) -> None:
    start = time.monotonic()
    with connect(address) as connection:
        connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
        all_of(connection)
    assert 0.8 < time.monotonic() - start < 5


def test_honest_clients_are_served_beside_slow_ones(address: str, pngs: list[bytes]) -> None:
    slow = [connect(address) for _ in range(4)]
    for one in slow:
        one.sendall(POST + b"Content-Length: 500\r\n\r\n--x")
    with httpx.Client(base_url=address) as client:
        for png in pngs:
            assert client.post("/v1/predict", files={"images": ("a.png", png)}).status_code == 200
    for one in slow:
        one.close()


@pytest.mark.parametrize("connection_header", [b"", b"Connection: close\r\n"])
def test_the_refusal_of_a_large_body_is_heard_by_who_is_still_sending(
    address: str, connection_header: bytes
) -> None:
    body = b"\x00" * 3_000_000
    with connect(address) as connection:
        header = POST + connection_header + f"Content-Length: {len(body)}\r\n\r\n".encode()
        start = time.monotonic()
        connection.sendall(header)
        connection.sendall(body)
        said = connection.recv(65536)
    assert b" 413 " in said.split(b"\r\n")[0]
    assert time.monotonic() - start < 1.5


def test_who_goes_on_sending_after_a_refusal_is_cut(address: str) -> None:
    with connect(address) as connection:
        connection.sendall(POST + b"Content-Length: 9000000000\r\n\r\n")
        assert seconds_until_cut(connection, b"\x00" * 1000) < 5


def test_what_is_no_http_is_answered_as_a_problem(address: str) -> None:
    with connect(address) as connection:
        connection.sendall(b"NONSENSE\r\n\r\n")
        said = all_of(connection)
    assert b" 400 " in said
    assert b"application/problem+json" in said


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /health/live HTTP/1.1\nHost: x\n\n", 400),
        (b"GET /health/live HTTP/1.1\r\nHost: x\na: b\r\n\r\n", 400),
        (b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\nGET /health/live HTTP/1.1\nHost: x\r\n\r\n", 400),
        (b"GET /health/live HTTP/3.9\r\nHost: x\r\n\r\n", 400),
        (b"GET /health/live HTTP/0.9\r\nHost: x\r\n\r\n", 400),
        (POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (POST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc", 400),
        (b"GET /health/live HTTP/1.1\r\n\r\n", 400),
        (b"GET /health/live HTTP/1.1\r\nHost: x\r\na : b\r\n\r\n", 400),
    ],
)
def test_what_two_readers_may_read_differently_is_refused(address: str, request_: bytes, status: int) -> None:
    with connect(address) as connection:
        connection.sendall(request_)
        said = all_of(connection)
    assert said.split(b"HTTP/1.1 ")[-1].startswith(str(status).encode())
    assert b"application/problem+json" in said
    assert b"connection: close" in said.lower()


def test_line_feeds_in_a_body_are_nobodys_business(address: str) -> None:
    with connect(address) as connection:
        connection.sendall(POST + b"Content-Length: 4\r\n\r\n\n\n\n\n")
        said = connection.recv(65536)
    assert b" 422 " in said
    assert b"no image" in said


@pytest.mark.parametrize(
    "chunk", [b"zz\r\nabc", b"5\r\n--x\r\nno", b"-1\r\n\r\n", b"f" * 30 + b"\r\n", b"1;a\nb"]
)
@pytest.mark.parametrize("path", [b"/v1/predict", b"/nothing", b"/health/live"])
def test_a_body_of_broken_chunks_leaves_no_trace(
    address: str, caplog: pytest.LogCaptureFixture, chunk: bytes, path: bytes
) -> None:
    with connect(address) as connection:
        connection.sendall(POST.replace(b"/v1/predict", path) + b"Transfer-Encoding: chunked\r\n\r\n")
        time.sleep(0.05)
        connection.sendall(chunk)
        said = all_of(connection)
    assert said == b"" or said.split()[1][:1] == b"4"
    time.sleep(0.05)
    assert not [record for record in caplog.records if record.exc_info], caplog.text


def test_one_connection_too_many_is_turned_away(quick: Application, address: str) -> None:
    held = [connect(address) for _ in range(QUICK.connections)]
    with connect(address) as connection:
        said = all_of(connection)
    assert b" 503 " in said
    assert b"retry-after" in said.lower()
    assert quick.service.metrics.refused_connections == 1
    for one in held:
        one.close()


def test_requests_sent_ahead_are_answered_in_turn(address: str) -> None:
    with connect(address) as connection:
        connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n" * 3)
        said = all_of(connection)
    assert said.count(b"200 OK") == 3
