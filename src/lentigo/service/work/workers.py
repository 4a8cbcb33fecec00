"""Jobs in, their results out: a few threads, a bounded queue before them.

Each image is computed alone, on one thread: measured against batches of several (benchmarks/README.md), and
an answer can then not depend on what else is asked for at the same time. What turns out to take long goes on
in threads of its own, so that it never stands before what is quick.
"""

from __future__ import annotations

import asyncio
import math
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, TypeAlias, TypeVar

from lentigo.bundle.ending import Ending
from lentigo.service.problems import Overloaded
from lentigo.service.watching.metrics import Metrics

T = TypeVar("T")
Timed: TypeAlias = tuple[float, T]
FIRST_GUESS_SECONDS = 0.05
SHARE_OF_NEWEST = 0.05
THREADS_A_SLOW_ONE = 4
"""One thread for what takes long beside so many others; at least one."""


class Postponed(Exception):  # noqa: N818 - no error: the job goes on elsewhere
    """Raised by a job that takes long: it is called again with `is_slow=True`, where that is no harm."""


class Workers:
    """Threads that compute, and how much waits for them; used from one event loop."""

    def __init__(self, max_waiting: int, metrics: Metrics, num_threads: int = 0) -> None:
        """Start nothing yet.

        Args:
            max_waiting: jobs admitted and not finished, at most; one lot of jobs is always admitted.
            metrics: told how many wait.
            num_threads: 0: one a processor core.
        """
        self.num_threads = num_threads or os.cpu_count() or 1
        self._quick = ThreadPoolExecutor(self.num_threads, thread_name_prefix="compute")
        num_slow = max(1, self.num_threads // THREADS_A_SLOW_ONE)
        self._slow = ThreadPoolExecutor(num_slow, thread_name_prefix="compute-slow")
        self._max_waiting = max_waiting
        self._metrics = metrics
        self._job_seconds = FIRST_GUESS_SECONDS
        self._begun: set[Future[Any]] = set()

    async def run(self, jobs: Sequence[Callable[..., T]], ending: Ending | None = None) -> list[T]:
        """Results in the order of the jobs; those not begun are dropped when the caller is cancelled.

        Args:
            jobs: called without arguments; with `is_slow=True` after raising `Postponed`.
            ending: set when the caller is cancelled or a job fails, to end those that have begun.

        Raises:
            Overloaded: too many wait already.
        """
        waiting = self._metrics.waiting_images
        if waiting and waiting + len(jobs) > self._max_waiting:
            raise Overloaded(self._seconds_until_free())
        self._metrics.waiting_images += len(jobs)
        tasks = [asyncio.ensure_future(self._result(job)) for job in jobs]
        for task in tasks:
            task.add_done_callback(self._count_off)
        try:
            return await asyncio.gather(*tasks)
        except BaseException:
            if ending is not None:
                ending.set()
            raise

    @property
    def is_computing(self) -> bool:
        """Whether a thread is still at a job, whoever may have left in the meantime."""
        return any(future.running() for future in tuple(self._begun))

    def stop(self) -> None:
        """Drop what has not begun."""
        for pool in (self._quick, self._slow):
            pool.shutdown(wait=False, cancel_futures=True)

    async def _result(self, job: Callable[..., T]) -> T:
        try:
            seconds, result = await self._in(self._quick, job)
        except Postponed:
            seconds, result = await self._in(self._slow, job, is_slow=True)
        self._job_seconds += SHARE_OF_NEWEST * (seconds - self._job_seconds)
        return result

    def _in(
        self, pool: ThreadPoolExecutor, job: Callable[..., T], **options: bool
    ) -> asyncio.Future[Timed[T]]:
        future = pool.submit(partial(_timed, job, **options))
        self._begun.add(future)
        future.add_done_callback(self._begun.discard)
        return asyncio.wrap_future(future)

    def _count_off(self, _task: asyncio.Future[T]) -> None:
        self._metrics.waiting_images -= 1

    def _seconds_until_free(self) -> int:
        return max(1, math.ceil(self._metrics.waiting_images * self._job_seconds / self.num_threads))


def _timed(job: Callable[..., T], **options: bool) -> Timed[T]:
    start = time.monotonic()
    result = job(**options)
    return time.monotonic() - start, result
