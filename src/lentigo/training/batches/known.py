"""Batches in; the same batches with what is known beside each image, some of it left out at random, out.

What is left out depends on seed, epoch and position alone, as augmentation does.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lentigo.data.metadata.encoding import FIELDS, encoding_of
from lentigo.settings.recipe import Recipe
from lentigo.training.batches.mixing import draw_mixing, is_mixing, mix_known
from lentigo.training.batches.randomness import uniform_numbers
from lentigo.training.batches.sources import Batch, Drawn, Fill, Size, Source, Weights

STREAM = 6
"""Keeps these random numbers apart from others of the same seed and epoch."""
NUMBERS_AN_IMAGE = 4
"""Whether all is left out, then one for each of `FIELDS`."""


class WithKnown:
    """A source of inputs, with what is known beside them."""

    def __init__(self, source: Source, known: NDArray[np.float32], recipe: Recipe, size: Size) -> None:
        """Prepare to give both.

        Args:
            source: gives images, or what was made of them.
            known: (M, D) of each image of the manifest, as the recipe encodes it.
            recipe: its metadata, seed and mixing.
            size: (height, width) of the images, by which the shares of mixed ones are drawn.
        """
        self._source, self._known, self._recipe, self._size = source, known, recipe, size

    def of_epoch(self, drawn: Drawn) -> Fill:
        """Fill batches with pairs of inputs."""
        fill = self._source.of_epoch(drawn)

        def both(positions: range, labels: NDArray[np.int64], weights: Weights) -> Batch:
            inputs, targets, weighed = fill(positions, labels, weights)
            assert not isinstance(inputs, tuple), "a source gives one input"
            return (inputs, self._of(drawn, positions)), targets, weighed

        return both

    def _of(self, drawn: Drawn, positions: range) -> NDArray[np.float32]:
        """What is told of the images at some positions of an epoch, (B, D)."""
        recipe, seed = self._recipe, self._recipe.training.seed
        known = self._known[drawn.rows[positions.start : positions.stop]]
        numbers = uniform_numbers(seed, (drawn.epoch, STREAM), positions, NUMBERS_AN_IMAGE)
        told = leave_out(known, numbers, recipe)
        if not is_mixing(recipe.augmentation):
            return told
        return mix_known(told, draw_mixing(recipe.augmentation, self._size, seed, drawn.epoch, positions))


def leave_out(
    known: NDArray[np.float32], numbers: NDArray[np.float64], recipe: Recipe
) -> NDArray[np.float32]:
    """Tell nothing of some images, and leave single fields out of the others.

    Args:
        known: (B, D).
        numbers: (B, 4), uniform in [0, 1).
        recipe: of which `metadata` is used.
    """
    encoding = encoding_of(recipe.metadata)
    assert encoding is not None, "only a recipe with metadata gets here"
    told, is_left_out = known.copy(), numbers < recipe.metadata.dropout
    for name, block in encoding.blocks.items():
        told[is_left_out[:, 0] | is_left_out[:, 1 + FIELDS.index(name)], block] = 0
    return told
