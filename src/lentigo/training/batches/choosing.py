"""Settings, seed, epoch and positions in; which operations each image gets, and how much of them, out.

One operation a family, chosen evenly, at a strength drawn evenly: RandAugment (Cubuk et al., 2020) without
its search for a strength (TrivialAugment, Mueller and Hutter, 2021).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lentigo.settings.recipe import Augmentation
from lentigo.training.batches.randomness import uniform_numbers
from lentigo.training.operations.dose import NUMBERS_A_DOSE, Dose
from lentigo.training.operations.table import OPERATIONS, Operation

STREAM = 3
"""Keeps these random numbers apart from others of the same seed and epoch."""
NUMBERS_A_FAMILY = 4 + NUMBERS_A_DOSE
"""Whether, which, how strong, which way; then those of the dose."""


@dataclass(frozen=True)
class Change:
    """One operation for one image."""

    operation: Operation
    dose: Dose


def choose(
    augmentation: Augmentation, seed: int, epoch: int, positions: range
) -> list[tuple[Change | None, Change | None]]:
    """Choose an operation of shape and one of colour for some images of an epoch.

    Args:
        augmentation: settings.
        seed: at least 0.
        epoch: from 0.
        positions: places in the epoch, without gaps.

    Returns:
        One pair an image; None where the recipe names no operation, or this image gets none.
    """
    families = (augmentation.shape_operations, augmentation.colour_operations)
    if not any(families):
        return [(None, None)] * len(positions)
    numbers = uniform_numbers(seed, (epoch, STREAM), positions, 2 * NUMBERS_A_FAMILY)
    shapes, colours = (
        [_change(augmentation, names, one) for one in part]
        for names, part in zip(families, np.split(numbers, 2, axis=1), strict=True)
    )
    return list(zip(shapes, colours, strict=True))


def _change(augmentation: Augmentation, names: Sequence[str], numbers: NDArray[np.float64]) -> Change | None:
    """What one image (12 numbers) gets of one family."""
    if not names or numbers[0] >= augmentation.operation_share:
        return None
    strength = float(numbers[2]) * augmentation.operation_strength
    dose = Dose(strength, 1.0 if numbers[3] < 0.5 else -1.0, numbers[4:])
    return Change(OPERATIONS[names[int(numbers[1] * len(names))]], dose)
