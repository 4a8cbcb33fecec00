"""Images, saliency maps and a function that answers in; areas under the deletion and insertion curves out.

Petsiuk et al., RISE, 2018 (https://arxiv.org/abs/1806.07421): where the map is right, taking the hottest
pixels away first makes the class's probability fall at once (a small area), and putting them back first into
a blurred image makes it rise at once (a large area). NumPy and Pillow only.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

NUM_STEPS = 15
"""Of a curve; each moves an equal number of pixels. With the start that is one batch of a network."""
BLUR = 0.1
"""Radius of the blur where insertion starts, as a part of the shorter side: no structure is left."""

Pixels = NDArray[np.uint8]
Maps = NDArray[np.float32]
Floats = NDArray[np.float64]
Probability = Callable[[Pixels], Floats]
"""uint8 (P, H, W, 3) -> probability of the explained class, (P,)."""


def deletion_area(image: Pixels, heat: Maps, probability: Probability) -> float:
    """Mean probability while the hottest pixels give way to the image's mean colour; smaller is better.

    Args:
        image: uint8 (H, W, 3).
        heat: (H, W); pixels of equal heat go in the order of rows.
        probability: of the class that `heat` explains.

    Returns:
        Area under the curve over the share of pixels removed, in [0, 1].
    """
    colour = np.rint(image.mean(axis=(0, 1))).astype(np.uint8)
    return _area(probability(replaced_in_steps(image, np.broadcast_to(colour, image.shape), heat)))


def insertion_area(image: Pixels, heat: Maps, probability: Probability) -> float:
    """Mean probability while the hottest pixels come back into the blurred image; larger is better.

    Arguments and result as for `deletion_area`.
    """
    return _area(probability(replaced_in_steps(blurred(image), image, heat)))


def replaced_in_steps(start: Pixels, end: Pixels, heat: Maps) -> Pixels:
    """Images from `start` to `end`, hottest pixels first, uint8 (`NUM_STEPS` + 1, H, W, 3)."""
    hottest_first = np.argsort(-heat, axis=None, kind="stable")
    rank = np.empty(heat.size, np.int64)
    rank[hottest_first] = np.arange(heat.size)
    edges = np.linspace(0, heat.size, NUM_STEPS + 1).round()
    is_replaced = rank.reshape(1, *heat.shape) < edges[:, np.newaxis, np.newaxis]
    return np.where(is_replaced[..., np.newaxis], end, start)


def blurred(image: Pixels) -> Pixels:
    """The image (H, W, 3) without any structure."""
    radius = BLUR * min(image.shape[:2])
    return np.asarray(Image.fromarray(image).filter(ImageFilter.GaussianBlur(radius)))


def _area(probabilities: Floats) -> float:
    """Trapezoids over equal steps from 0 to 1."""
    middle = (probabilities[1:] + probabilities[:-1]) / 2
    return float(middle.mean())
