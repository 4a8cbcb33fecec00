"""A bounded queue before a few threads."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

import pytest

from lentigo.service.problems import Overloaded
from lentigo.service.watching.metrics import Metrics
from lentigo.service.work.workers import Workers

T = TypeVar("T")


def in_loop(work: Coroutine[Any, Any, T]) -> T:
    """Run in an event loop on a thread of its own: tests of the page may have left one on this thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def make(max_waiting: int, num_threads: int = 2) -> tuple[Workers, Metrics]:
    metrics = Metrics({})
    return Workers(max_waiting, metrics, num_threads), metrics


def test_results_come_in_the_order_of_the_jobs() -> None:
    workers, metrics = make(100)
    slow_first = [partial(lambda n: time.sleep(0.02 * (n == 0)) or n, number) for number in range(20)]
    assert in_loop(workers.run(slow_first)) == list(range(20))
    assert metrics.waiting_images == 0


def test_what_is_too_much_is_refused_and_what_waits_is_answered() -> None:
    workers, metrics = make(4)
    go = threading.Event()

    async def overload() -> list[Any]:
        first = asyncio.ensure_future(workers.run([go.wait] * 4))
        await asyncio.sleep(0)
        with pytest.raises(Overloaded) as refused:
            await workers.run([lambda: True])
        assert int(refused.value.headers["retry-after"]) >= 1
        go.set()
        return await first

    assert in_loop(overload()) == [True] * 4
    assert metrics.waiting_images == 0


def test_one_large_lot_is_admitted_when_nothing_waits() -> None:
    assert len(in_loop(make(2)[0].run([lambda: True] * 5))) == 5


def test_what_has_not_begun_is_dropped_with_its_caller() -> None:
    workers, metrics = make(100, num_threads=1)
    go, begun = threading.Event(), []

    def job() -> None:
        begun.append(1)
        go.wait(5)

    async def leave() -> None:
        work = asyncio.ensure_future(workers.run([job] * 10))
        await asyncio.sleep(0.05)
        work.cancel()
        await asyncio.sleep(0.05)  # the jobs that wait are dropped before the one that runs may end
        go.set()
        with pytest.raises(asyncio.CancelledError):
            await work
        await workers.run([lambda: None])

    in_loop(leave())
    assert len(begun) == 1
    assert metrics.waiting_images == 0


def test_an_error_is_raised_and_counted_off() -> None:
    workers, metrics = make(10)

    def fail() -> None:
        raise ValueError("no")

    async def both() -> None:
        with pytest.raises(ValueError, match="no"):
            await workers.run([fail, lambda: None])
        await asyncio.sleep(0.05)

    in_loop(both())
    assert metrics.waiting_images == 0


def test_a_job_that_nobody_waits_for_any_more_is_still_being_computed() -> None:
    workers, _ = make(10)
    begun, may_end = threading.Event(), threading.Event()

    def job() -> bool:
        begun.set()
        return may_end.wait(10)

    async def leave() -> None:
        asking = asyncio.ensure_future(workers.run([job]))
        while not begun.is_set():
            await asyncio.sleep(0.01)
        asking.cancel()

    assert not workers.is_computing
    in_loop(leave())
    assert workers.is_computing
    may_end.set()
    workers.stop()
    deadline = time.monotonic() + 5
    while workers.is_computing and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not workers.is_computing
