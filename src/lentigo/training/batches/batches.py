"""A part and a source of inputs in; batches out, epoch by epoch, prepared ahead by a few threads.

Every batch is a pure function of (seed, epoch, step): it does not depend on the number of threads, on what
was drawn before, or on where an interrupted epoch starts again.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lentigo.settings.recipe import Balance
from lentigo.training.batches.balance import epoch_order, image_weights, num_drawn
from lentigo.training.batches.sources import Batch, Drawn, Fill, Source, Weights

MOST_THREADS = 8
BATCHES_AHEAD = 2
"""Finished batches that may wait beyond one for each thread: enough to bridge an uneven step."""


class Batches(Protocol):
    """What a stage learns from, pixels or anything else its network takes."""

    @property
    def num_steps(self) -> int:
        """Batches of every epoch."""

    def epoch(self, epoch: int, start: int = 0) -> Generator[Batch, None, None]:
        """Batches `start` .. `num_steps - 1` of an epoch, epochs and batches numbered from 0."""


@dataclass(frozen=True)
class Part:
    """Images of one part."""

    rows: NDArray[np.int64]
    """(N,) which of the manifest's."""
    labels: NDArray[np.int64]
    """(N,) their class indices, in the order of `rows`."""


class TrainingBatches:
    """Balanced, shuffled batches of whatever the source gives."""

    def __init__(
        self,
        source: Source,
        part: Part,
        balance: Balance,
        batch_size: int,
        seed: int,
    ) -> None:
        """Prepare to draw.

        Args:
            source: gives the inputs of the images drawn.
            part: the images to learn from; at least one.
            balance: how often each class is drawn, and what its images weigh.
            batch_size: images of a batch; the last one of an epoch may be smaller.
            seed: at least 0; the same seed draws the same.

        Raises:
            SettingsError: `balance` cannot be used.
        """
        self._source, self._part, self._balance = source, part, balance
        self._batch_size, self._seed = batch_size, seed
        self.num_images = num_drawn(part.labels, balance)
        """Drawn in every epoch."""
        self.num_threads = min(MOST_THREADS, os.cpu_count() or 1)

    @property
    def num_steps(self) -> int:
        """Batches of every epoch."""
        return -(-self.num_images // self._batch_size)

    def epoch(self, epoch: int, start: int = 0) -> Generator[Batch, None, None]:
        """Draw one epoch.

        Args:
            epoch: number, from 0.
            start: the first batch wanted, from 0.

        Yields:
            inputs (B, ...), int64 (B,), and float32 (B,) or None.
        """
        order = epoch_order(self._part.labels, self._balance, self._seed, epoch)
        fill = self._source.of_epoch(Drawn(epoch, order, self._part.rows[order]))
        weights = image_weights(self._part.labels, self._balance, epoch)
        drawn = None if weights is None else weights[order]
        pool = ThreadPoolExecutor(self.num_threads, thread_name_prefix="batches")
        pending: deque[Future[Batch]] = deque()
        try:
            for step in range(start, self.num_steps):
                pending.append(pool.submit(self._batch, fill, order, drawn, step))
                if len(pending) >= self.num_threads + BATCHES_AHEAD:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _batch(self, fill: Fill, order: NDArray[np.int64], weights: Weights, step: int) -> Batch:
        """Batch number `step` of an epoch whose images are drawn in `order`, with their weights."""
        first = step * self._batch_size
        inside = slice(first, first + self._batch_size)
        chosen = order[inside]
        own = None if weights is None else weights[inside]
        return fill(range(first, first + len(chosen)), self._part.labels[chosen], own)
