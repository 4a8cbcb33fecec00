"""Which HTTP server keeps which promise of the service, and how many requests a second it answers.

    python benchmarks/http_servers.py --bundle demo/bundle --images demo/lesions/images [--only KIND ...]

Each server is given the same application by opponents/http_server.py, with times of 2 s where the service has
5 to 30. Loopback only. For rates the servers take turns, and one that is not asked is halted (SIGSTOP).
Needs `hypercorn`, `granian` and `httptools` for those; a server that is not installed is left out.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

from loopback import Server, ask_all, get, head, post, running

HERE = Path(__file__).parent
KINDS = {
    "ours": "uvicorn",
    "uvicorn, h11": "uvicorn",
    "uvicorn, httptools": "httptools",
    "hypercorn": "hypercorn",
    "granian": "granian",
}
"""Server -> the package it needs."""
ROUNDS = 3
FORM = head("/v1/predict", "Content-Length: 100000")


def server(kind: str, bundle: Path, port: int, errors: Any = subprocess.DEVNULL) -> Any:
    command = [sys.executable, str(HERE / "opponents" / "http_server.py"), kind, str(bundle), str(port)]
    return running(command, port, "/health/ready", errors)


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=8)


def said(connection: socket.socket) -> bytes:
    """Everything up to the end of the connection, or `kept` when it is still open after 8 s."""
    found = b""
    try:
        while part := connection.recv(65536):
            found += part
    except TimeoutError:
        return b"kept " + found
    except ConnectionError:
        return found + b" reset"
    return found


def cut_after(port: int, start: bytes, part: bytes) -> float:
    """Seconds until a client that sends `part` over and over is cut off; inf: not within 8 s."""
    with connect(port) as connection:
        connection.sendall(start)
        connection.setblocking(False)
        began = time.monotonic()
        while time.monotonic() - began < 8:
            time.sleep(0.1)
            try:
                connection.send(part)
                if not connection.recv(65536):
                    return time.monotonic() - began
            except BlockingIOError:
                continue
            except OSError:
                return time.monotonic() - began
    return float("inf")


def is_in_time(seconds: float) -> bool:
    return seconds < 5


def slow_header(port: int) -> bool:
    return is_in_time(cut_after(port, b"GET / HTTP/1.1\r\n", b"a: b\r\n"))


def slow_second_header(port: int) -> bool:
    return is_in_time(cut_after(port, get("/health/live") + b"GET / HTTP/1.1\r\n", b"a: b\r\n"))


def silent(port: int) -> bool:
    with connect(port) as connection:
        return not said(connection).startswith(b"kept")


def slow_body(port: int) -> bool:
    return is_in_time(cut_after(port, FORM, b"a"))


def slow_body_heard(port: int) -> bool:
    with connect(port) as connection:
        connection.sendall(FORM + b"--x")
        return b" 408 " in said(connection)


def idle(port: int) -> bool:
    with connect(port) as connection:
        connection.sendall(get("/health/live"))
        return b" 200 " in (answer := said(connection)) and not answer.startswith(b"kept")


def not_taking(port: int) -> bool:
    """A client that asks for 8 MB and reads nothing: is its connection cut?"""
    with connect(port) as connection:
        connection.sendall(get("/probe/big"))
        time.sleep(5)
        return len(said(connection)) < 8_000_000


def honest_beside_slow(port: int) -> bool:
    crowd = [connect(port) for _ in range(30)]
    for one in crowd:
        one.sendall(FORM + b"--x")
    began = time.monotonic()
    with connect(port) as connection:
        connection.sendall(get("/v1/model"))
        fine = b" 200 " in connection.recv(65536)
    for one in crowd:
        one.close()
    return fine and time.monotonic() - began < 1


def one_too_many(port: int) -> bool:
    """With all connections held by silent clients, the next one hears 503 and when to come back."""
    crowd = [connect(port) for _ in range(40)]
    time.sleep(0.3)
    with connect(port) as connection:
        connection.sendall(get("/health/live"))
        connection.settimeout(1)
        answer = said(connection)
    for one in crowd:
        one.close()
    time.sleep(0.3)
    return b" 503 " in answer and b"retry-after" in answer.lower()


def refused_before_body(port: int) -> bool:
    with connect(port) as connection:
        connection.sendall(head("/v1/predict", "Content-Length: 20000001"))
        return b" 413 " in connection.recv(65536)


def refusal_heard(port: int) -> bool:
    """A client that goes on sending 3 MB of 20 hears 413 all the same, ten times of ten."""
    lengths = ("Content-Length: 20000001", "Content-Length: 20000001\r\nConnection: close")
    for length in lengths * 5:
        with connect(port) as connection:
            try:
                connection.sendall(head("/v1/predict", length) + b"\x00" * 3_000_000)
                if b" 413 " not in connection.recv(65536):
                    return False
            except OSError:
                return False
    return True


def refused_is_cut(port: int) -> bool:
    return is_in_time(cut_after(port, head("/v1/predict", "Content-Length: 9000000000"), b"\x00" * 1000))


def leaving_is_told(port: int) -> bool:
    for _ in range(5):
        with connect(port) as connection:
            connection.sendall(get("/probe/left"))
            time.sleep(0.1)
    time.sleep(0.5)
    with connect(port) as connection:
        connection.sendall(get("/probe/count"))
        return connection.recv(65536).endswith(b"\r\n\r\n5")


def is_refused(request: bytes) -> Callable[[int], bool]:
    def ask(port: int) -> bool:
        with connect(port) as connection:
            connection.sendall(request)
            connection.settimeout(1)
            return said(connection).removeprefix(b"kept ")[9:10] in (b"4", b"5")

    return ask


LIVE = "GET /health/live HTTP/1.1\r\nHost: x\r\n"
STRICT = {
    "bare line feeds": b"GET /health/live HTTP/1.1\nHost: x\n\n",
    "HTTP/3.9": b"GET /health/live HTTP/3.9\r\nHost: x\r\n\r\n",
    "two lengths": f"{LIVE}Content-Length: 1\r\nContent-Length: 2\r\n\r\na".encode(),
    "length and chunks": f"{LIVE}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".encode(),
    "a header of 200 KB": f"{LIVE}a: {'b' * 200_000}\r\n\r\n".encode(),
    "no host": b"GET /health/live HTTP/1.1\r\n\r\n",
    "space before colon": f"{LIVE}a : b\r\n\r\n".encode(),
}
PROMISES: dict[str, Callable[[int], bool]] = {
    "slow header is cut": slow_header,
    "slow header of the next request is cut": slow_second_header,
    "silent connection is cut": silent,
    "idle connection is cut": idle,
    "slow body is cut": slow_body,
    "... and hears 408": slow_body_heard,
    "client that does not take its answer is cut": not_taking,
    "honest client beside 30 slow ones": honest_beside_slow,
    "one connection too many hears 503": one_too_many,
    "413 before the body": refused_before_body,
    "413 is heard by who is still sending": refusal_heard,
    "who goes on sending after a refusal is cut": refused_is_cut,
    "application is told who has left": leaving_is_told,
} | {f"refused: {name}": is_refused(request) for name, request in STRICT.items()}


def stopped(kind: str, bundle: Path, port: int) -> dict[str, bool]:
    """What a stop signal does to 20 requests of one second, and to one of a minute."""
    with server(kind, bundle, port) as one:
        fine, code, _ = asyncio.run(stop_beside(one, ["/probe/second"] * 20))
        ready_said = fine.pop("ready", 0)
    with server(kind, bundle, port) as one:
        told, last_code, taken = asyncio.run(stop_beside(one, ["/probe/minute"]))
    return {
        "stop: readiness is 503 while others finish": ready_said == 503,
        "stop: 20 of 20 in flight answered, exit 0": fine == {200: 20} and code == 0,
        "stop: beside a request of a minute, in 12 s with 0": taken < 12 and last_code == 0,
        "stop: ... which hears 503": told.get(503) == 1,
    }


async def stop_beside(one: Server, paths: list[str]) -> tuple[dict[Any, int], int, float]:
    asked = asyncio.ensure_future(ask_all(one.port, [get(path) for path in paths], len(paths)))
    await asyncio.sleep(0.3)
    began = time.monotonic()
    one.process.send_signal(signal.SIGTERM)
    await asyncio.sleep(0.2)
    ready = await ask_all(one.port, [get("/health/ready")], 1)
    loop = asyncio.get_running_loop()
    try:
        code = await loop.run_in_executor(None, lambda: one.process.wait(20))
    except subprocess.TimeoutExpired:
        code = -1
        one.process.kill()
    taken = time.monotonic() - began
    return {**(await asked).statuses, "ready": next(iter(ready.statuses), 0)}, code, taken


def kept(kind: str, bundle: Path, port: int) -> dict[str, bool]:
    found = {}
    with server(kind, bundle, port):
        for name, promise in PROMISES.items():
            try:
                found[name] = promise(port)
            except (OSError, ValueError):
                found[name] = False
    return found | stopped(kind, bundle, port) | {"no trace for broken chunks": no_trace(kind, bundle, port)}


def no_trace(kind: str, bundle: Path, port: int) -> bool:
    chunks = [b"zz\r\n--x\r\n", b"5\r\n--x\r\nnonsense", b"-1\r\n\r\n", b"fffffffffffffffffffff\r\n"]
    with tempfile.TemporaryFile("w+") as errors:
        with server(kind, bundle, port, errors):
            for chunk in chunks:
                with connect(port) as connection:
                    connection.sendall(head("/v1/predict", "Transfer-Encoding: chunked") + chunk)
                    connection.settimeout(1)
                    said(connection)
        errors.seek(0)
        return "Traceback" not in errors.read()


def rates(kinds: list[str], bundle: Path, work: dict[str, list[bytes]]) -> None:
    """Requests a second, 16 at a time; servers in turn."""
    with ExitStack() as stack:
        servers = {kind: stack.enter_context(server(kind, bundle, 8301 + n)) for n, kind in enumerate(kinds)}
        for one in servers.values():
            one.halt(True)
        for part, requests in work.items():
            found: dict[str, list[tuple[float, float]]] = {kind: [] for kind in kinds}
            for number in range(ROUNDS + 1):
                for kind, one in servers.items():
                    measured = measure(one, requests)
                    if number:  # the first round warms up
                        found[kind].append(measured)
            for kind, rounds in found.items():
                rate, processor = (median(column) for column in zip(*rounds, strict=True))
                low, high = min(one for one, _ in rounds), max(one for one, _ in rounds)
                print(
                    f"{part}: {kind}: {rate:.0f} a second ({low:.0f} to {high:.0f}), "
                    f"{processor:.2f} ms of processors each"
                )


def measure(one: Server, requests: list[bytes]) -> tuple[float, float]:
    one.halt(False)
    before = one.processor_seconds()
    found = asyncio.run(ask_all(one.port, requests, 16))
    used = one.processor_seconds() - before
    one.halt(True)
    assert set(found.statuses) == {200}, found.statuses
    return len(requests) / found.elapsed, 1000 * used / len(requests)


def table(found: dict[str, dict[str, bool]]) -> None:
    print("| promise | " + " | ".join(found) + " |")
    print("|---|" + "---|" * len(found))
    for name in next(iter(found.values())):
        print(f"| {name} | " + " | ".join("yes" if one[name] else "**no**" for one in found.values()) + " |")
    print("| kept | " + " | ".join(f"{sum(one.values())} of {len(one)}" for one in found.values()) + " |")


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that no halted server is left behind
    parser = argparse.ArgumentParser()
    parser.add_argument("--bundle", type=Path, default=Path("demo/bundle"))
    parser.add_argument("--images", type=Path, default=Path("demo/lesions/images"))
    parser.add_argument("--only", nargs="*", default=[*KINDS])
    parser.add_argument("--parts", nargs="*", default=["promises", "small", "images"])
    options = parser.parse_args()
    if not options.bundle.is_dir():
        print(f"no bundle at {options.bundle}: `make demo` makes one")
        return
    kinds = [kind for kind in KINDS if kind in options.only and find_spec(KINDS[kind])]
    if "promises" in options.parts:
        table({kind: kept(kind, options.bundle, 8300) for kind in kinds})
    files = sorted(file for file in options.images.rglob("*") if re.search(r"\.(jpg|png)$", file.name))
    images = [post(file.read_bytes()) for file in files[:80]]
    work = {"small": [get("/health/live")] * 1000, "images": images}
    rates(kinds, options.bundle, {part: requests for part, requests in work.items() if part in options.parts})


if __name__ == "__main__":
    main()
