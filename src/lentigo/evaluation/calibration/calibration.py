"""Probabilities of a network in, calibrated ones out: softmax of scale x log-probability + bias, by class.

NumPy only, because a bundle applies it too; it is fitted by `calibration_fitting`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lentigo.evaluation.metrics import Floats

SMALLEST = 1e-9
"""A probability below it counts as this much: its logarithm is rounding, or minus infinity."""


@dataclass(frozen=True)
class Calibration:
    """What turns the probabilities of one network into calibrated ones, for K classes.

    The temperature of Guo et al. ("On calibration of modern neural networks", ICML 2017) is 1 / scale, the
    same for every class; their vector scaling has a scale and a bias for each class.
    """

    method: str
    """A key of `calibration_fitting.METHODS`, or `none`."""
    scale: tuple[float, ...]
    """(K,), greater than 0."""
    bias: tuple[float, ...]
    """(K,), of mean 0."""
    shares: tuple[float, ...]
    """(K,) of each class among the images fitted on, summing to 1: the prior that the answers are for."""

    def apply(self, probabilities: Floats) -> Floats:
        """Calibrate (N, K) probabilities; rows of the result sum to 1, as they did before."""
        if set(self.scale) == {1.0} and set(self.bias) == {0.0}:
            return probabilities
        logits = log_probabilities(probabilities) * np.asarray(self.scale) + np.asarray(self.bias)
        return softmax(logits)


def log_probabilities(probabilities: Floats) -> Floats:
    """Logarithms (N, K): the logits of a network that ends in a softmax, but for a constant a row."""
    return np.asarray(np.log(np.maximum(probabilities, SMALLEST)), dtype=np.float64)


def softmax(logits: Floats) -> Floats:
    """Probabilities (N, K), rows summing to 1."""
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True), dtype=np.float64)
