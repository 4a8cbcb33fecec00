"""Servers as processes and clients as plain sockets, for the benchmarks of the service; none of its own.

The client takes little of the processors that it shares with the server.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Server:
    """A server that is ready."""

    process: subprocess.Popen[str]
    port: int
    ready_seconds: float

    def metric(self, name: str) -> float:
        said = asyncio.run(ask_once(self.port, get("/metrics")))[1].decode()
        found = re.search(rf"^{name} (\S+)$", said, re.M)
        assert found, name
        return float(found[1])

    def processor_seconds(self) -> float:
        """Of all its processes that are there, so far."""
        fields = [text.rsplit(")", 1)[1].split() for text in _process_facts()]
        ticks = sum(int(one[11]) + int(one[12]) for one in fields if int(one[2]) == self.process.pid)
        return ticks / os.sysconf("SC_CLK_TCK")

    def halt(self, is_halted: bool) -> None:
        os.killpg(self.process.pid, signal.SIGSTOP if is_halted else signal.SIGCONT)


def _process_facts() -> Iterator[str]:
    """The line of every process; its third field after the name is its group."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            yield path.read_text()
        except OSError:  # it has just ended
            continue


@dataclass
class Answers:
    """What came of many requests."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    lost: int = 0
    elapsed: float = 0.0

    def share(self, share: float) -> float:
        return sorted(self.seconds)[min(len(self.seconds) - 1, int(share * len(self.seconds)))]


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


def post(content: bytes, path: str = "/v1/predict") -> bytes:
    form = b'--x\r\nContent-Disposition: form-data; name="images"; filename="a"\r\n'
    body = form + b"Content-Type: image/jpeg\r\n\r\n" + content + b"\r\n--x--\r\n"
    return head(path, f"Content-Length: {len(body)}") + body


def head(path: str, length: str) -> bytes:
    kind = "Content-Type: multipart/form-data; boundary=x"
    return f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{kind}\r\n{length}\r\n\r\n".encode()


async def answer_of(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    header = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", header, re.I)
    assert length
    return int(header[9:12]), await reader.readexactly(int(length[1]))


async def ask_once(port: int, request: bytes) -> tuple[int, bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    said = await answer_of(reader)
    writer.close()
    return said


async def ask_all(port: int, requests: list[bytes], parallel: int, seconds: float = 1e9) -> Answers:
    """Send requests over some connections, each sending its next one when it is answered."""
    answers, waiting, start = Answers(), iter(requests), time.monotonic()

    async def connection() -> None:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return
        try:
            for request in waiting:
                if time.monotonic() - start > seconds:
                    break
                began = time.monotonic()
                writer.write(request)
                status, body = await answer_of(reader)
                answers.seconds.append(time.monotonic() - began)
                answers.statuses[status] += 1
                answers.bodies.append(body)
        except (OSError, asyncio.IncompleteReadError):
            answers.lost += 1
        finally:
            writer.close()

    await asyncio.gather(*(connection() for _ in range(parallel)))
    answers.elapsed = time.monotonic() - start
    return answers


@contextmanager
def running(command: list[str], port: int, ready: str, errors: Any = subprocess.DEVNULL) -> Iterator[Server]:
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=errors, stderr=errors, text=True, start_new_session=True)
    try:
        wait_until_ready(process, port, ready)
        yield Server(process, port, time.monotonic() - start)
    finally:
        end(process)


def end(process: subprocess.Popen[str]) -> None:
    """Ask it to stop, then end what it has left behind: LitServe leaves its worker processes."""
    for one in (signal.SIGCONT, signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, one)
            process.wait(10 if one == signal.SIGTERM else 0)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            pass
    process.wait()


def wait_until_ready(process: subprocess.Popen[str], port: int, path: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended"
        try:
            if asyncio.run(ask_once(port, get(path)))[0] == 200:
                return
        except (OSError, asyncio.IncompleteReadError):
            pass
        time.sleep(0.01)
    raise AssertionError("not ready")


def ours(bundle: Path, port: int = 8231) -> Any:
    command = [sys.executable, "-m", "lentigo", "serve", str(bundle), "--port", str(port)]
    return running([*command, "--audit-log", os.devnull], port, "/health/ready")
