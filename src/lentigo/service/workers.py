"""Jobs in, their results out: a few threads, a bounded queue before them.

Each image is computed alone, on one thread: measured against batches of several (benchmarks/README.md), and
an answer can then not depend on what else is asked for at the same time.
"""

from __future__ import annotations

import asyncio
import math
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from lentigo.service.problems import Overloaded
from lentigo.service.watching.metrics import Metrics

T = TypeVar("T")
FIRST_GUESS_SECONDS = 0.05
SHARE_OF_NEWEST = 0.05


class Workers:
    """Threads that compute, and how much waits for them; used from one event loop."""

    def __init__(self, max_waiting: int, metrics: Metrics, num_threads: int = 0) -> None:
        """Start nothing yet.

        Args:
            max_waiting: jobs admitted and not finished, at most; one lot of jobs is always admitted.
            metrics: told how many wait.
            num_threads: 0: one a processor core.
        """
        self._num_threads = num_threads or os.cpu_count() or 1
        self._pool = ThreadPoolExecutor(self._num_threads, thread_name_prefix="compute")
        self._max_waiting = max_waiting
        self._metrics = metrics
        self._job_seconds = FIRST_GUESS_SECONDS

    async def run(self, jobs: Sequence[Callable[[], T]]) -> list[T]:
        """Results in the order of the jobs; those not begun are dropped when the caller is cancelled.

        Raises:
            Overloaded: too many wait already.
        """
        waiting = self._metrics.waiting_images
        if waiting and waiting + len(jobs) > self._max_waiting:
            raise Overloaded(self._seconds_until_free())
        self._metrics.waiting_images += len(jobs)
        futures = [asyncio.wrap_future(self._pool.submit(_timed, job)) for job in jobs]
        for future in futures:
            future.add_done_callback(self._finish)
        return [result for _, result in await asyncio.gather(*futures)]

    def stop(self) -> None:
        """Drop what has not begun."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _finish(self, future: asyncio.Future[tuple[float, T]]) -> None:
        self._metrics.waiting_images -= 1
        if not future.cancelled() and future.exception() is None:
            seconds = future.result()[0]
            self._job_seconds += SHARE_OF_NEWEST * (seconds - self._job_seconds)

    def _seconds_until_free(self) -> int:
        return max(1, math.ceil(self._metrics.waiting_images * self._job_seconds / self._num_threads))


def _timed(job: Callable[[], T]) -> tuple[float, T]:
    start = time.monotonic()
    result = job()
    return time.monotonic() - start, result
