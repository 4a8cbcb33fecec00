"""Seed, epoch and positions in; the random numbers of those images out, whatever else has been drawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def uniform_numbers(seed: int, stream: tuple[int, ...], positions: range, count: int) -> NDArray[np.float64]:
    """Random numbers of some images of an epoch.

    A counter-based generator (Philox) is keyed by seed and stream and set to the first position.

    Args:
        seed: at least 0.
        stream: the epoch and what the numbers are for.
        positions: places in the epoch, without gaps.
        count: numbers an image, a multiple of the 4 that Philox gives for each value of its counter.

    Returns:
        float64 (N, count), uniform in [0, 1).
    """
    bits = np.random.Philox(np.random.SeedSequence((seed, *stream)))
    bits.advance(positions.start * count // 4)
    return np.random.Generator(bits).random((len(positions), count))
