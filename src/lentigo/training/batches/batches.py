"""A training part's images in; batches out, epoch by epoch, prepared ahead by a few threads.

Every batch is a pure function of (seed, epoch, step): it does not depend on the number of threads, on what
was drawn before, or on where an interrupted epoch starts again.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lentigo.settings.recipe import Augmentation, Balance
from lentigo.training.batches.augmentation import augment, draw
from lentigo.training.batches.balance import epoch_order, image_weights, num_drawn
from lentigo.training.batches.flipping import alternating_flips
from lentigo.training.batches.mixing import draw_mixing, is_mixing, mix_images, mix_labels

Labels = NDArray[np.int64] | NDArray[np.float32]
"""Class indices (B,), or of mixed images shares of every class (B, K)."""
Batch = tuple[NDArray[Any], Labels, NDArray[np.float32] | None]
"""Inputs (B, ...), labels, loss weights (B,) or None when all are 1."""

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
class TrainingImages:
    """The training part."""

    images: NDArray[np.uint8]
    """(M, H, W, 3) RGB, perhaps mapped from a file; other parts' images may be among them."""
    rows: NDArray[np.int64]
    """(N,) which of them are the training part."""
    labels: NDArray[np.int64]
    """(N,) their class indices, in the order of `rows`."""
    num_classes: int = 0
    """K; asked for only where images are mixed."""


@dataclass(frozen=True)
class Order:
    """What an epoch draws."""

    images: NDArray[np.int64]
    """(L,) places in the training part."""
    flips: NDArray[np.bool_] | None
    """(L, 2), see `draw`; None: by chance."""


class TrainingBatches:
    """Balanced, shuffled, augmented batches of images."""

    def __init__(
        self,
        part: TrainingImages,
        augmentation: Augmentation,
        balance: Balance,
        batch_size: int,
        seed: int,
    ) -> None:
        """Prepare to draw.

        Args:
            part: the images to learn from; at least one.
            augmentation: random changes of each image.
            balance: how often each class is drawn, and what its images weigh.
            batch_size: images of a batch; the last one of an epoch may be smaller.
            seed: at least 0; the same seed draws the same.

        Raises:
            SettingsError: `balance` cannot be used.
        """
        self._part, self._augmentation, self._balance = part, augmentation, balance
        self._batch_size, self._seed = batch_size, seed
        self._weights = image_weights(part.labels, balance)
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
            uint8 (B, H, W, 3), int64 (B,), and float32 (B,) or None.
        """
        order = self._order(epoch)
        pool = ThreadPoolExecutor(self.num_threads, thread_name_prefix="batches")
        pending: deque[Future[Batch]] = deque()
        try:
            for step in range(start, self.num_steps):
                pending.append(pool.submit(self._batch, order, epoch, step))
                if len(pending) >= self.num_threads + BATCHES_AHEAD:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _order(self, epoch: int) -> Order:
        """Which images an epoch draws, and how they are flipped."""
        chosen = epoch_order(self._part.labels, self._balance, self._seed, epoch)
        if self._augmentation.flips == "random":
            return Order(chosen, None)
        return Order(chosen, alternating_flips(self._augmentation, chosen, self._seed, epoch))

    def _batch(self, order: Order, epoch: int, step: int) -> Batch:
        """Batch number `step` of an epoch whose images are drawn in `order`."""
        first = step * self._batch_size
        places = slice(first, first + self._batch_size)
        chosen, flips = order.images[places], None if order.flips is None else order.flips[places]
        positions = range(first, first + len(chosen))
        images = np.empty((len(chosen), *self._part.images.shape[1:]), np.uint8)
        draws = draw(self._augmentation, images.shape[1:3], self._seed, epoch, positions, flips=flips)
        for index, (row, drawn) in enumerate(zip(self._part.rows[chosen], draws, strict=True)):
            images[index] = augment(self._part.images[row], drawn)
        weights = None if self._weights is None else self._weights[chosen]
        batch = images, self._part.labels[chosen], weights
        return self._mixed(batch, epoch, positions) if is_mixing(self._augmentation) else batch

    def _mixed(self, batch: Batch, epoch: int, positions: range) -> Batch:
        """The images of a batch mixed in pairs."""
        images, labels, weights = batch
        size = (int(images.shape[1]), int(images.shape[2]))
        mixing = draw_mixing(self._augmentation, size, self._seed, epoch, positions)
        mixed = mix_labels(np.asarray(labels, np.int64), weights, self._part.num_classes, mixing)
        return mix_images(images, mixing), *mixed
