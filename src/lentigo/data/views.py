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
}
"""Ways to look at a batch (B, H, W, 3); probabilities are averaged over the views asked for."""

EVERY_VIEW = tuple(VIEWS)
ONE_VIEW = ("identity",)
VIEWS_OF = {"one": ONE_VIEW, "flips": EVERY_VIEW}
"""What the recipe's `prediction.views` stands for."""
