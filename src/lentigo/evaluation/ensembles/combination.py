"""Several models' probabilities for the same images and their weights in, one model's probabilities out."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lentigo.evaluation.metrics import Floats
from lentigo.settings.errors import DataError
from lentigo.settings.members import MEANS, Mean

SMALLEST = 1e-12
"""A probability below counts as this: one model's 0 must not forbid a class for all."""


def combine(answers: ArrayLike, weights: ArrayLike, mean: Mean = "arithmetic") -> Floats:
    """The weighted mean of the answers of M models.

    Args:
        answers: probabilities (M, N, K).
        weights: (M,), at least 0, adding up to 1.
        mean: `arithmetic`, or `geometric`: the mean of their logarithms, made to add up to 1 again.

    Returns:
        (N, K), rows add up to 1 as those of the models do.

    Raises:
        DataError: arrays or weights do not fit, or there is no such mean.
    """
    stack, shares = np.asarray(answers, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    if stack.ndim != 3 or shares.shape != stack.shape[:1]:
        raise DataError(f"{shares.shape} weights do not fit answers of shape {stack.shape}")
    if shares.min() < 0 or abs(shares.sum() - 1) > 1e-6:
        raise DataError(f"weights must be at least 0 and add up to 1, not {shares.tolist()}")
    if mean == "arithmetic":
        return np.tensordot(shares, stack, axes=1)
    if mean == "geometric":
        return _normalised(np.tensordot(shares, np.log(np.maximum(stack, SMALLEST)), axes=1))
    raise DataError(f"there is no mean {mean!r}; means are {', '.join(MEANS)}")


def _normalised(logarithms: Floats) -> Floats:
    powers = np.exp(logarithms - logarithms.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
