"""A batch of images in, the same batch turned over out: a lesion has no right way up."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.uint8]
View = Callable[[Images], Images]

VIEWS: dict[str, View] = {
    "identity": lambda images: images,
    "horizontal_flip": lambda images: images[:, :, ::-1],
    "vertical_flip": lambda images: images[:, ::-1],
    "half_turn": lambda images: images[:, ::-1, ::-1],
    "transpose": lambda images: images.swapaxes(1, 2),
    "quarter_turn": lambda images: images.swapaxes(1, 2)[:, ::-1],
    "three_quarter_turn": lambda images: images.swapaxes(1, 2)[:, :, ::-1],
    "anti_transpose": lambda images: images.swapaxes(1, 2)[:, ::-1, ::-1],
}
"""Ways to look at a batch (B, H, W, 3); probabilities are averaged over the views asked for. Turns are
counter-clockwise; the last four swap height and width."""

ONE_VIEW = ("identity",)
FLIPS = ("identity", "horizontal_flip", "vertical_flip", "half_turn")
DIHEDRAL = tuple(VIEWS)
VIEWS_OF = {"one": ONE_VIEW, "flips": FLIPS, "dihedral": DIHEDRAL}
"""What the recipe's `prediction.views` stands for; the upright image is always the first."""

SQUARE_ONLY = ("dihedral",)
"""Keys of `VIEWS_OF` that swap height and width, and so need a network whose input is as high as wide."""
