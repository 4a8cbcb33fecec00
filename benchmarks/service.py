"""`lentigo serve` as a process: start, load, slow clients, large bodies, stopping, damaged images.

    python benchmarks/service.py --bundle demo/bundle --images demo/lesions/images [--only start load ...]

Loopback only. Its opponents: service_opponents.py.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

from loopback import Answers, Server, answer_of, ask_all, ask_once, get, head, ours, post
from PIL import Image

ROUNDS = 5
Sender = Callable[[int], Coroutine[Any, Any, None]]
"""A client that goes on for ever, given a port."""


def start(bundle: Path, _images: list[bytes]) -> None:
    clock, processor = [], []
    for _ in range(ROUNDS):
        with ours(bundle) as server:
            clock.append(server.ready_seconds)
            processor.append(server.processor_seconds())
    print(
        f"start: ready after {median(clock):.2f} s ({ROUNDS} times: {min(clock):.2f} to {max(clock):.2f}), "
        f"{median(processor):.2f} s of processors"
    )


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


def wedge(bundle: Path, images: list[bytes]) -> None:
    """Files that take long to read: is an honest client served beside them?"""
    for name, sender in SENDERS.items():
        with ours(bundle) as server:
            alone, beside, sent = asyncio.run(beside_senders(server.port, images, sender))
            memory = server.metric("process_resident_memory_bytes")
        print(
            f"wedge: beside {name} ({sent} sent): honest {dict(beside.statuses)}, p95 "
            f"{1000 * beside.share(0.95):.0f} ms, most {1000 * max(beside.seconds):.0f} ms (alone "
            f"{1000 * alone.share(0.95):.0f} ms); memory {memory / 1e6:.0f} MB"
        )


async def beside_senders(port: int, images: list[bytes], sender: Sender) -> tuple[Answers, Answers, int]:
    requests = [post(images[place % len(images)]) for place in range(100)]
    alone = await ask_all(port, requests, 1)
    senders = [asyncio.ensure_future(sender(port)) for _ in range(8)]
    await asyncio.sleep(1)
    beside = await ask_all(port, requests, 1)
    for one in senders:
        one.cancel()
    sent = await asyncio.gather(*senders, return_exceptions=True)
    return alone, beside, len(sent)


async def leaving(port: int, content: bytes) -> None:
    """Send, leave without waiting for the answer, and do it again."""
    while True:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(post(content))
        await writer.drain()
        await asyncio.sleep(0.5)
        writer.close()


async def staying(port: int, content: bytes) -> None:
    """Send, take the answer, and do it again."""
    while True:
        await ask_once(port, post(content))


@cache
def many_scans(side: int = 6000, count: int = 8000) -> bytes:
    """A progressive JPEG of one grey whose scans say nothing: each a few bytes, and a pass over all of it."""
    stream = io.BytesIO()
    Image.new("L", (side, side), 128).save(stream, "JPEG", progressive=True)
    start, first, *others = re.split(b"(?=\xff\xc4)", stream.getvalue())
    return start + first + others[0] * count + b"\xff\xd9"


@cache
def large_png(megapixels: int = 40) -> bytes:
    """One colour: a small file, all pixels to be unfolded."""
    stream = io.BytesIO()
    Image.new("RGB", (8000, megapixels * 125), (200, 150, 120)).save(stream, "PNG")
    return stream.getvalue()


SENDERS: dict[str, Sender] = {
    "8 senders of empty scans, who leave": lambda port: leaving(port, many_scans()),
    "8 senders of empty scans, who stay": lambda port: staying(port, many_scans()),
    "8 senders of empty scans in 4 megapixels": lambda port: staying(port, many_scans(2000)),
    "8 senders of 40 megapixels": lambda port: staying(port, large_png()),
}


def ending(bundle: Path, images: list[bytes]) -> None:
    """SIGTERM beside every kind of load: when is the process gone, and with which code?"""
    kinds = {
        "nothing": idle_for_ever,
        "images": lambda port: staying(port, images[0]),
        **SENDERS,
        "half a header": lambda port: stuck(port, head("/v1/predict", "Content-Length: 9")[:-9]),
        "half a body": lambda port: stuck(port, head("/v1/predict", "Content-Length: 99") + b"--x"),
        "an answer nobody takes": lambda port: stuck(port, get("/openapi.json") * 2000),
    }
    for name, sender in kinds.items():
        with ours(bundle) as server:
            seconds, code = asyncio.run(stopped_beside(server, sender))
        print(f"ending: SIGTERM beside {name}: exit {code} after {seconds:.1f} s")
        assert code == 0
        assert seconds <= 12


async def stopped_beside(server: Server, sender: Sender) -> tuple[float, int]:
    senders = [asyncio.ensure_future(sender(server.port)) for _ in range(8)]
    await asyncio.sleep(3)
    began = time.monotonic()
    server.process.terminate()
    code = await asyncio.get_running_loop().run_in_executor(None, server.process.wait)
    taken = time.monotonic() - began
    for one in senders:
        one.cancel()
    await asyncio.gather(*senders, return_exceptions=True)
    return taken, code


async def stuck(port: int, request: bytes) -> None:
    """Send this and never anything more; read nothing."""
    _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
    writer.write(request)
    await asyncio.sleep(60)


async def idle_for_ever(_port: int) -> None:
    await asyncio.sleep(60)


PARTS = {part.__name__: part for part in (start, load, slow, large, stop, broken, wedge, ending)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--bundle", type=Path, default=Path("demo/bundle"))
    parser.add_argument("--images", type=Path, default=Path("demo/lesions/images"))
    parser.add_argument("--only", nargs="*", default=[*PARTS])
    options = parser.parse_args()
    if not options.bundle.is_dir():
        print(f"no bundle at {options.bundle}: `make demo` makes one")
        return
    files = sorted(file for file in options.images.rglob("*") if file.suffix in (".jpg", ".png"))[:200]
    images = [file.read_bytes() for file in files]
    for name, part in PARTS.items():
        if name in options.only:
            part(options.bundle, images)


if __name__ == "__main__":
    main()
