"""Two photographs of each lesion in; pairs of them, each changed at random by itself, out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lentigo.data.metadata.lesion_pairs import ABSENT, PairedImages
from lentigo.settings.recipe import Augmentation
from lentigo.training.batches.randomness import uniform_numbers
from lentigo.training.batches.sources import AugmentedPixels, Batch, Drawn, Fill, Size, Weights

STREAM = 7
"""Keeps these random numbers apart from others of the same seed and epoch."""
NUMBERS_A_PAIR = 4
OTHER_SEED = 2**31
"""Added to the seed for the second photograph, so that both are changed apart."""


class PairedPixels:
    """Pairs of pixels of a size, of some of which one photograph is hidden."""

    def __init__(self, images: PairedImages, augmentation: Augmentation, seed: int, size: Size) -> None:
        """Prepare to give pairs.

        Args:
            images: (M, 2 H, W, 3).
            augmentation: random changes of each photograph.
            seed: at least 0; the same seed changes the same.
            size: (height, width) of one photograph.
        """
        self._images, self._share, self._seed = images, augmentation.one_view, seed
        seeds = (seed, (seed + OTHER_SEED) % 2**32)
        self._sides = [
            AugmentedPixels(side, augmentation, one, size)  # type: ignore[arg-type]
            for side, one in zip(images.sides, seeds, strict=True)
        ]

    def of_epoch(self, drawn: Drawn) -> Fill:
        """Fill batches with uint8 (B, 2 h, w, 3); a change depends on seed, epoch and position alone."""
        fills = [side.of_epoch(drawn) for side in self._sides]

        def fill(positions: range, labels: NDArray[np.int64], weights: Weights) -> Batch:
            seen = self._seen(drawn, positions)
            halves = [np.asarray(one(positions, labels, weights)[0]) for one in fills]
            for half, is_seen in zip(halves, seen.T, strict=True):
                half[~is_seen] = 0
            return np.concatenate(halves, axis=1), labels, weights

        return fill

    def _seen(self, drawn: Drawn, positions: range) -> NDArray[np.bool_]:
        """Which photographs (B, 2) are shown: those there are, but of a share of pairs only one."""
        rows = drawn.rows[positions.start : positions.stop]
        is_there = np.stack([side.rows[rows] != ABSENT for side in self._images.sides], axis=1)
        numbers = uniform_numbers(self._seed, (drawn.epoch, STREAM), positions, NUMBERS_A_PAIR)[:, 0]
        is_hidden = np.stack(
            [numbers < self._share / 2, (numbers >= self._share / 2) & (numbers < self._share)]
        )
        return np.asarray(is_there & ~(is_hidden.T & is_there.all(axis=1, keepdims=True)))
