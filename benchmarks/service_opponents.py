"""`lentigo serve` beside LitServe; images alone beside batches; run, bundle and service on the same files.

    python benchmarks/service_opponents.py --bundle demo/bundle --images demo/lesions/images \
        [--litserve PYTHON] [--run RUN]

Loopback only. Ways that are compared take turns, and a server that is not asked is halted (SIGSTOP). With
--litserve, a Python that has LitServe and our base install; with --run, the run the bundle was exported from.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

from loopback import Server, ask_all, ask_once, ours, post, running

from lentigo.bundle.loading import load_bundle

HERE = Path(__file__).parent
ROUNDS = 5


def litserve(python: Path, bundle: Path, num_workers: int, batch_size: int, port: int) -> Any:
    script = HERE / "opponents" / "litserve_server.py"
    command = [str(python), str(script), str(bundle), str(port), str(num_workers), str(batch_size)]
    return running(command, port, "/health")


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
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in servers}
    for number in range(ROUNDS + 1):
        for name, (server, path) in servers.items():
            requests = [
                post(images[place % len(images)], path) for place in range(400 if parallel > 1 else 100)
            ]
            measured = measure(server, requests, parallel)
            if number:  # the first round warms up
                found[name].append(measured)
    ours_rates = [rate for rate, _, _ in next(iter(found.values()))]
    for name, rounds in found.items():
        rates, p95, processor = zip(*rounds, strict=True)
        ratios = [a / b for a, b in zip(ours_rates, rates, strict=True)]
        print(
            f"opponents, {parallel} at a time: {name}: {median(rates):.0f} a second, "
            f"p95 {median(p95):.0f} ms, {median(processor):.1f} ms of processors each; ours is "
            f"{median(ratios):.2f} times as fast ({min(ratios):.2f} to {max(ratios):.2f})"
        )


def measure(server: Server, requests: list[bytes], parallel: int) -> tuple[float, float, float]:
    """Requests a second, 95th percentile in ms, ms of processors a request; it runs only meanwhile."""
    server.halt(False)
    before = server.processor_seconds()
    found = asyncio.run(ask_all(server.port, requests, parallel))
    used = server.processor_seconds() - before
    server.halt(True)
    assert set(found.statuses) == {200}, found.statuses
    return len(requests) / found.elapsed, 1000 * found.share(0.95), 1000 * used / len(requests)


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


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--bundle", type=Path, default=Path("demo/bundle"))
    parser.add_argument("--images", type=Path, default=Path("demo/lesions/images"))
    parser.add_argument("--litserve", type=Path, help="a Python with LitServe and our base install")
    parser.add_argument("--run", type=Path, help="the run the bundle was exported from")
    options = parser.parse_args()
    if not options.bundle.is_dir():
        print(f"no bundle at {options.bundle}: `make demo` makes one")
        return
    files = sorted(file for file in options.images.rglob("*") if file.suffix in (".jpg", ".png"))[:200]
    images = [file.read_bytes() for file in files]
    batching(options.bundle, images)
    if options.litserve:
        opponents(options.bundle, images, options.litserve)
    if options.run:
        parity(options.bundle, files, options.run)


if __name__ == "__main__":
    main()
