"""A batch too large for the memory, learnt piece by piece: pieces and their gradients in, one update out.

The loss of a batch is the mean over its images, so each piece counts by its share of them, and the sum of
the pieces' gradients is the gradient of the batch. Only batch normalisation knows the difference: it
normalises by the statistics of the piece it sees, and its memory moves once a piece.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from lentigo.training.batches.sources import Batch, inputs_within


@keras.saving.register_keras_serializable("lentigo")
class GradientSum(keras.optimizers.Optimizer):  # type: ignore[misc]
    """Stands in an optimizer's place in a training step, changes no weight, and adds the gradients up."""

    def __init__(self) -> None:
        super().__init__(learning_rate=0.0, name="gradient_sum")
        self._sums: list[Any] = []

    def build(self, variables: list[Any]) -> None:
        """Make room for one sum a variable."""
        if not self.built:
            super().build(variables)
            self._sums = self.add_optimizer_variables(variables, "sum")

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Take in the gradient of one variable."""
        del learning_rate
        self.assign_add(self._sums[self._get_variable_index(variable)], gradient)

    def hand_over(self, optimizer: Any, variables: list[Any]) -> None:
        """Let `optimizer` change the variables by the sums, and begin again at zero."""
        optimizer.apply([keras.ops.copy(total.value) for total in self._sums], variables)
        for total in self._sums:
            total.assign(keras.ops.zeros_like(total.value))


def pieces(batch: Batch, micro_batch: int) -> Iterator[Batch]:
    """Cut a batch into pieces of at most `micro_batch` images, as equal as can be.

    Yields:
        Inputs, labels, and weights (b,) that contain the piece's share of the batch: the mean loss of the
        batch is the sum of the mean losses of the pieces.
    """
    inputs, labels, weights = batch
    whole = np.ones(len(labels), np.float32) if weights is None else weights
    num_pieces = -(-len(labels) // micro_batch)
    for part in np.array_split(np.arange(len(labels)), num_pieces):
        inside = slice(part[0], part[-1] + 1)
        share = np.float32(len(part) / len(labels))
        yield inputs_within(inputs, inside), labels[inside], whole[inside] * share
