"""The moving average of weights: variables in, after every step a smoother copy of them out.

    average <- decay_n * average + (1 - decay_n) * weights,  decay_n = min(decay, (1 + n) / (10 + n))

after the n-th step (n = 0, 1, ...); the growing decay keeps the weights of the start from lingering, as in
TensorFlow's `ExponentialMovingAverage`. Means and variances of batch normalisation are averaged like weights:
statistics of one moment do not fit the average of many.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

Values = list[NDArray[np.float32]]


def decay_at(decay: float, step: int) -> float:
    """Share of the old average that remains after step `step` (0 for the first)."""
    return min(decay, (1 + step) / (10 + step))


class WeightAverage:
    """Averages of keras variables, held where the backend computes."""

    def __init__(self, variables: Sequence[Any], decay: float) -> None:
        self._variables = list(variables)
        self._decay = decay
        self._num_updates = 0
        self._averages = [keras.ops.convert_to_tensor(value) for value in values_of(variables)]

    def update(self) -> None:
        """Take in the weights after one more step."""
        share = 1.0 - decay_at(self._decay, self._num_updates)
        self._num_updates += 1
        self._averages = [
            average + (variable.value - average) * share
            for average, variable in zip(self._averages, self._variables, strict=True)
        ]

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Let the variables hold the averages for a while."""
        raw = values_of(self._variables)
        # copies, since JAX frees the arrays that a model held once it has made new ones of them
        assign(self._variables, self.state()[1])
        try:
            yield
        finally:
            assign(self._variables, raw)

    def state(self) -> tuple[int, Values]:
        """What a checkpoint holds: number of updates and averages."""
        return self._num_updates, [np.asarray(keras.ops.convert_to_numpy(value)) for value in self._averages]

    def restore(self, num_updates: int, averages: Sequence[NDArray[Any]]) -> None:
        """Go back to a state."""
        self._num_updates = num_updates
        self._averages = [keras.ops.convert_to_tensor(value) for value in averages]


def values_of(variables: Sequence[Any]) -> list[NDArray[Any]]:
    """Copies of the variables' values."""
    return [np.array(keras.ops.convert_to_numpy(variable.value)) for variable in variables]


def assign(variables: Sequence[Any], values: Sequence[Any]) -> None:
    """Give the variables these values, in order."""
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
