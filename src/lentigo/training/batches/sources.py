"""What batches are filled from: the images that an epoch draws in; their pixels, augmented, out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lentigo.data.images.warp import shrink
from lentigo.settings.recipe import Augmentation
from lentigo.training.batches.augmentation import augment, draw
from lentigo.training.batches.flipping import alternating_flips
from lentigo.training.batches.mixing import draw_mixing, is_mixing, mix_images, mix_labels

Pixels = NDArray[np.uint8]
Size = tuple[int, int]
"""(height, width)."""
Labels = NDArray[np.int64] | NDArray[np.float32]
"""Class indices (B,), or of mixed images shares of every class (B, K)."""
Weights = NDArray[np.float32] | None
"""What each image (B,) weighs in the loss; None when all weigh 1."""
Inputs = NDArray[Any] | tuple[NDArray[Any], NDArray[np.float32]]
"""Of a network: images or what was made of them (B, ...), perhaps with what is known beside each (B, D)."""
Batch = tuple[Inputs, Labels, Weights]
"""Inputs, labels, weights."""
Fill = Callable[[range, NDArray[np.int64], Weights], Batch]
"""(positions of an epoch, their labels, their weights) -> the batch; called by several threads at once."""


@dataclass(frozen=True)
class Drawn:
    """The images that one epoch draws."""

    epoch: int
    """Its number, from 0."""
    order: NDArray[np.int64]
    """(L,) which place of the part stands at each position of the epoch; one may stand at several."""
    rows: NDArray[np.int64]
    """(L,) which row of the manifest that is."""


class Source(Protocol):
    """Gives what a network takes."""

    def of_epoch(self, drawn: Drawn) -> Fill:
        """What fills the batches of one epoch."""


def as_model_takes(inputs: Inputs) -> Any:
    """Inputs in the form of a Keras model's."""
    return list(inputs) if isinstance(inputs, tuple) else inputs


def inputs_within(inputs: Inputs, places: slice) -> Inputs:
    """Those of some images of a batch."""
    return (inputs[0][places], inputs[1][places]) if isinstance(inputs, tuple) else inputs[places]


class ShrunkImages(Sequence[Pixels]):
    """Images (M, H, W, 3) one by one, at a smaller size."""

    def __init__(self, images: Pixels, size: Size) -> None:
        self._images, self.size = images, size

    def __len__(self) -> int:
        return len(self._images)

    def __getitem__(self, row: Any) -> Any:
        """Image number `row`, uint8 (h, w, 3)."""
        return shrink(self._images[row], self.size)


class AugmentedPixels:
    """Pixels of a size, changed at random."""

    def __init__(
        self, images: Pixels, augmentation: Augmentation, seed: int, size: Size, num_classes: int = 0
    ) -> None:
        """Prepare to give pixels.

        Args:
            images: uint8 (M, H, W, 3) RGB, perhaps mapped from a file.
            augmentation: random changes of each image.
            seed: at least 0; the same seed changes the same.
            size: (height, width) of what is given; at most that of `images`.
            num_classes: K; asked for only where images are mixed.
        """
        self._images, self._size = ShrunkImages(images, size), size
        self._augmentation, self._seed, self._num_classes = augmentation, seed, num_classes

    def of_epoch(self, drawn: Drawn) -> Fill:
        """Fill batches with uint8 (B, h, w, 3); a change depends on seed, epoch and position alone."""
        flips = None
        if self._augmentation.flips == "alternating":
            flips = alternating_flips(self._augmentation, drawn.order, self._seed, drawn.epoch)

        def fill(positions: range, labels: NDArray[np.int64], weights: Weights) -> Batch:
            images = self._changed(drawn, positions, flips)
            if not is_mixing(self._augmentation):
                return images, labels, weights
            mixing = draw_mixing(self._augmentation, self._size, self._seed, drawn.epoch, positions)
            return mix_images(images, mixing), *mix_labels(labels, weights, self._num_classes, mixing)

        return fill

    def _changed(self, drawn: Drawn, positions: range, flips: NDArray[np.bool_] | None) -> Pixels:
        """The images at some positions of an epoch, each by itself."""
        found = np.empty((len(positions), *self._size, 3), np.uint8)
        chosen = None if flips is None else flips[positions.start : positions.stop]
        changes = draw(self._augmentation, self._size, self._seed, drawn.epoch, positions, flips=chosen)
        for index, (position, change) in enumerate(zip(positions, changes, strict=True)):
            found[index] = augment(self._images[drawn.rows[position]], change)
        return found
