"""`lentigo serve` as a process: start, load, slow clients, large bodies, stopping, damaged images, opponents.

    python benchmarks/service.py --bundle demo/bundle --images demo/lesions/images \
        [--litserve PYTHON] [--run RUN] [--only start load ...]

Loopback only; the client is plain sockets, so that it takes little of the processors it shares with the
server. Ways that are compared take turns, and a server that is not asked is halted (SIGSTOP). With
--litserve, a Python that has LitServe and our base install; with --run, the run the bundle was exported from.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from lentigo.bundle.loading import load_bundle

HERE = Path(__file__).parent
ROUNDS = 5


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

    def halt(self, is_halted: bool) -> None:
        os.killpg(self.process.pid, signal.SIGSTOP if is_halted else signal.SIGCONT)


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


def litserve(python: Path, bundle: Path, num_workers: int, batch_size: int, port: int) -> Any:
    script = HERE / "opponents" / "litserve_server.py"
    command = [str(python), str(script), str(bundle), str(port), str(num_workers), str(batch_size)]
    return running(command, port, "/health")


def start(bundle: Path, _images: list[bytes]) -> None:
    clock, processor = [], []
    for _ in range(ROUNDS):
        with ours(bundle) as server:
            clock.append(server.ready_seconds)
            processor.append(processor_seconds(server.process.pid))
    print(
        f"start: ready after {median(clock):.2f} s ({ROUNDS} times: {min(clock):.2f} to {max(clock):.2f}), "
        f"{median(processor):.2f} s of processors"
    )


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def load(bundle: Path, images: list[bytes]) -> None:
    requests = [post(images[number % len(images)]) for number in range(1000)]
    with ours(bundle) as server:
        asyncio.run(ask_all(server.port, requests[:200], 32))
        before = server.metric("process_resident_memory_bytes")
        found = asyncio.run(ask_all(server.port, requests, 32))
        again = asyncio.run(ask_all(server.port, requests, 32))
        after = server.metric("process_resident_memory_bytes")
    print(
        f"load: 1,000 requests, 32 at a time: {dict(found.statuses)}, lost {found.lost}; "
        f"{1000 / found.elapsed:.0f} a second, p95 {1000 * found.share(0.95):.0f} ms; another 1,000: "
        f"{dict(again.statuses)}; memory {before / 1e6:.0f} MB before, {after / 1e6:.0f} MB after"
    )


def slow(bundle: Path, images: list[bytes]) -> None:
    async def contest(port: int) -> tuple[Answers, Answers, int]:
        alone = await ask_all(port, [post(images[0])] * 50, 1)
        crowd = [asyncio.ensure_future(trickle(port, place)) for place in range(200)]
        await asyncio.sleep(2)
        beside = await ask_all(port, [post(images[0])] * 200, 1)
        cut = sum(await asyncio.gather(*crowd))
        return alone, beside, cut

    with ours(bundle) as server:
        alone, beside, cut = asyncio.run(contest(server.port))
    print(
        f"slow: 200 clients sending a byte a second; an honest one beside them: {dict(beside.statuses)}, p95 "
        f"{1000 * beside.share(0.95):.0f} ms (alone {1000 * alone.share(0.95):.0f} ms); {cut} were cut off"
    )


async def trickle(port: int, place: int) -> bool:
    """Half of them never finish the header, half never the body; whether the server ends it in a minute."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    whole = head("/v1/predict", "Content-Length: 100000")
    writer.write(whole if place % 2 else whole[:-4])
    try:
        for _ in range(60):
            writer.write(b"a")
            await writer.drain()
            try:
                await asyncio.wait_for(reader.read(), 1)
                return True
            except TimeoutError:
                continue
    except OSError:
        return True
    finally:
        writer.close()
    return False


def large(bundle: Path, _images: list[bytes]) -> None:
    size, part = 20_000_001, b"\x00" * 50_000
    opening = b'--x\r\nContent-Disposition: form-data; name="images"; filename="a"\r\n\r\n'

    async def declared(port: int) -> float:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        began = time.monotonic()
        writer.write(head("/v1/predict", f"Content-Length: {size}") + opening)
        assert (await answer_of(reader))[0] == 413
        writer.close()
        return time.monotonic() - began

    async def streamed(port: int) -> float:
        """From the one byte too many to the answer."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head("/v1/predict", "Transfer-Encoding: chunked") + chunk(opening))
        left = size - 1 - len(opening)
        while left:
            writer.write(chunk(part[:left]))
            await writer.drain()
            left -= min(left, len(part))
        await asyncio.sleep(1)
        began = time.monotonic()
        writer.write(chunk(b"\x00"))
        assert (await answer_of(reader))[0] == 413
        writer.close()
        return time.monotonic() - began

    with ours(bundle) as server:
        ways = {
            "by its header": [asyncio.run(declared(server.port)) for _ in range(20)],
            "streamed, after the last byte": [asyncio.run(streamed(server.port)) for _ in range(5)],
        }
    told = "; ".join(
        f"{way}: median {1000 * median(s):.1f} ms, most {1000 * max(s):.1f} ms" for way, s in ways.items()
    )
    print(f"large: {size:,} bytes are answered 413. {told}")


def chunk(content: bytes) -> bytes:
    return f"{len(content):x}\r\n".encode() + content + b"\r\n"


def stop(bundle: Path, images: list[bytes]) -> None:
    requests = [post(images[number % len(images)]) for number in range(100_000)]
    lost, seconds, codes, statuses = 0, [], set(), Counter[int]()

    async def contest(server: Server) -> tuple[Answers, float, int]:
        asking = asyncio.ensure_future(reconnecting(server.port, requests, 16))
        await asyncio.sleep(2)
        began = time.monotonic()
        server.process.terminate()
        code = await asyncio.get_running_loop().run_in_executor(None, server.process.wait)
        taken = time.monotonic() - began
        return await asking, taken, code

    for _ in range(ROUNDS):
        with ours(bundle) as server:
            found, taken, code = asyncio.run(contest(server))
        lost, statuses = lost + found.lost, statuses + found.statuses
        seconds.append(taken)
        codes.add(code)
    print(
        f"stop: SIGTERM under 16 clients, {ROUNDS} times: answered {dict(statuses)}, lost {lost}; exit codes "
        f"{codes} after at most {max(seconds):.1f} s"
    )


async def reconnecting(port: int, requests: list[bytes], parallel: int) -> Answers:
    """As `ask_all`, but where the server closes a connection, open another, till none opens."""
    total = Answers()

    async def client(place: int) -> None:
        while True:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                return
            is_open = True
            while is_open:
                began = time.monotonic()
                try:
                    writer.write(requests[place])
                    header = await reader.readuntil(b"\r\n\r\n")
                    length = re.search(rb"content-length: (\d+)", header, re.I)
                    assert length
                    await reader.readexactly(int(length[1]))
                except (OSError, asyncio.IncompleteReadError):
                    total.lost += 1
                    break
                total.statuses[int(header[9:12])] += 1
                total.seconds.append(time.monotonic() - began)
                is_open = b"connection: close" not in header.lower()
            writer.close()

    await asyncio.gather(*(client(place) for place in range(parallel)))
    return total


def broken(bundle: Path, images: list[bytes]) -> None:
    draw = random.Random(0)
    requests = [post(damaged(draw, draw.choice(images))) for _ in range(2000)]
    with ours(bundle) as server:
        found = asyncio.run(ask_all(server.port, requests, 32))
    traces = sum(b"Traceback" in body or b'File "' in body for body in found.bodies)
    print(f"broken: 2,000 damaged images: {dict(found.statuses)}, lost {found.lost}, traces {traces}")
    assert not found.lost
    assert not traces
    assert set(found.statuses) <= {200, 413, 415, 422, 503}


def damaged(draw: random.Random, content: bytes) -> bytes:
    """An image file cut, flipped, overwritten, shuffled or with another format's beginning."""
    bad = bytearray(content)
    place = draw.randrange(len(bad))
    match draw.randrange(6):
        case 0:
            del bad[place:]
        case 1:
            for _ in range(draw.randrange(1, 40)):
                bad[draw.randrange(len(bad))] ^= 1 << draw.randrange(8)
        case 2:
            for _ in range(draw.randrange(1, 20)):  # in the header, where readers believe what they read
                bad[draw.randrange(min(700, len(bad)))] = draw.randrange(256)
        case 3:
            bad[place:] = draw.randbytes(len(bad) - place)
        case 4:
            bad = bad[place:] + bad[:place]
        case _:
            starts = (
                b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
                b"II*\x00",
                b"MM\x00*",
                b"GIF89a",
                b"BM",
                b"RIFF",
            )
            bad = bytearray(draw.choice(starts)) + bad[place:]
    return bytes(bad)


def batching(bundle: Path, images: list[bytes]) -> None:
    """Each image alone on one thread, against batches on all threads with files read ahead; no HTTP."""
    one, all_cores = load_bundle(bundle, num_threads=1), load_bundle(bundle)
    pool = ThreadPoolExecutor(os.cpu_count())
    work = [images[number % len(images)] for number in range(256)]
    ways: dict[str, Callable[[], Any]] = {"alone": lambda: list(pool.map(one.answer, work))}
    for size in (4, 8, 16, 32):
        ways[f"batches of {size}"] = lambda size=size: all_cores.predict(work, batch_size=size)
    rates = in_turn({name: lambda way=way: rate(way, len(work)) for name, way in ways.items()})
    told = ", ".join(f"{name} {median(found):.0f}" for name, found in rates.items())
    print(f"batching: images a second, median of {ROUNDS} rounds in turn: {told}")


def rate(way: Callable[[], Any], count: int) -> float:
    began = time.monotonic()
    way()
    return count / (time.monotonic() - began)


def in_turn(ways: dict[str, Callable[[], float]]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(ROUNDS + 1):
        for name, way in ways.items():
            value = way()
            if number:  # the first round warms up
                found[name].append(value)
    return found


def opponents(bundle: Path, images: list[bytes], python: Path) -> None:
    """Ours and LitServe in two shapes, in turn: 400 requests at 1 and 16 at a time."""
    cores = os.cpu_count() or 1
    with (
        ours(bundle, 8231) as lentigo,
        litserve(python, bundle, cores, 1, 8232) as workers,
        litserve(python, bundle, 1, 8, 8233) as batches,
    ):
        servers = {
            "lentigo serve": (lentigo, "/v1/predict"),
            f"LitServe, {cores} workers": (workers, "/predict"),
            "LitServe, batches of 8": (batches, "/predict"),
        }
        for server, _ in servers.values():
            server.halt(True)
        for parallel in (1, 16):
            compare(servers, images, parallel)


def compare(servers: dict[str, tuple[Server, str]], images: list[bytes], parallel: int) -> None:
    rates: dict[str, list[float]] = {name: [] for name in servers}
    p95: dict[str, list[float]] = {name: [] for name in servers}
    for number in range(ROUNDS + 1):
        for name, (server, path) in servers.items():
            requests = [
                post(images[place % len(images)], path) for place in range(400 if parallel > 1 else 100)
            ]
            server.halt(False)
            found = asyncio.run(ask_all(server.port, requests, parallel))
            server.halt(True)
            assert set(found.statuses) == {200}, found.statuses
            if number:
                rates[name].append(len(requests) / found.elapsed)
                p95[name].append(1000 * found.share(0.95))
    first = next(iter(servers))
    for name in servers:
        ratios = [a / b for a, b in zip(rates[first], rates[name], strict=True)]
        print(
            f"opponents, {parallel} at a time: {name}: {median(rates[name]):.0f} a second, p95 "
            f"{median(p95[name]):.0f} ms; ours is {median(ratios):.2f} times as fast "
            f"({min(ratios):.2f} to {max(ratios):.2f})"
        )


def parity(bundle: Path, files: list[Path], run: Path) -> None:
    """Run, bundle and service on the same files."""
    from lentigo import api

    names = load_bundle(bundle).facts.class_names
    by_run = list(api.predict(run, files))
    by_bundle = list(api.predict(bundle, files))
    with ours(bundle) as server:
        said = [asyncio.run(ask_once(server.port, post(file.read_bytes()))) for file in files]
    by_service = [json.loads(body)["predictions"][0] for _, body in said]

    def difference(ones: list[Any], others: list[Any]) -> float:
        return max(abs(a[n] - b[n]) for a, b in zip(ones, others, strict=True) for n in names)

    print(
        f"parity: {len(files)} files; probabilities of run and service differ by at most "
        f"{difference(by_run, by_service):.1e}, of bundle and service by at most "
        f"{difference(by_bundle, by_service):.1e}"
    )


PARTS = {part.__name__: part for part in (start, load, slow, large, stop, broken, batching)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--bundle", type=Path, default=Path("demo/bundle"))
    parser.add_argument("--images", type=Path, default=Path("demo/lesions/images"))
    parser.add_argument("--litserve", type=Path, help="a Python with LitServe and our base install")
    parser.add_argument("--run", type=Path, help="the run the bundle was exported from")
    parser.add_argument("--only", nargs="*", default=[*PARTS, "opponents", "parity"])
    options = parser.parse_args()
    if not options.bundle.is_dir():
        print(f"no bundle at {options.bundle}: `make demo` makes one")
        return
    files = sorted(file for file in options.images.rglob("*") if file.suffix in (".jpg", ".png"))[:200]
    images = [file.read_bytes() for file in files]
    for name, part in PARTS.items():
        if name in options.only:
            part(options.bundle, images)
    if options.litserve and "opponents" in options.only:
        opponents(options.bundle, images, options.litserve)
    if options.run and "parity" in options.only:
        parity(options.bundle, files, options.run)


if __name__ == "__main__":
    main()
