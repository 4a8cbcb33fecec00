"""One image and a function from images to logits in, how far each logit falls under a patch out.

Zeiler and Fergus, Visualizing and understanding convolutional networks, 2014. Slow, since every patch is
one more prediction, but it asks nothing of the network's inside: the referee for the other methods.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

PATCHES_A_SIDE = 6
"""A patch's side is this part of the image's shorter side; patches overlap by half."""

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
Answer = Callable[[Pixels], Floats]


def occluded_drops(image: Pixels, before: Floats, classes: NDArray[np.int64], answer: Answer) -> Floats:
    """Fall of some logits, averaged over the patches that cover a pixel.

    Args:
        image: uint8 (H, W, 3).
        before: its logits (K,).
        classes: (M,), whose logits count.
        answer: uint8 (P, H, W, 3) -> logits (P, K).

    Returns:
        (M, H, W); above 0 where covering the pixel lowers the logit.
    """
    places = patches(*image.shape[:2])
    drops = before[classes] - answer(covered(image, places))[:, classes]
    total = np.zeros((len(classes), *image.shape[:2]), np.float32)
    count = np.zeros(image.shape[:2], np.float32)
    for place, drop in zip(places, drops, strict=True):
        total[(slice(None), *place)] += drop[:, np.newaxis, np.newaxis]
        count[place] += 1
    return np.asarray(total / count, np.float32)


def patches(height: int, width: int) -> list[tuple[slice, slice]]:
    """Rows and columns of squares that overlap by half and cover the image up to its edges."""
    side = max(1, min(height, width) // PATCHES_A_SIDE)
    return [
        (slice(top, top + side), slice(left, left + side))
        for top in _starts(height, side)
        for left in _starts(width, side)
    ]


def covered(image: Pixels, places: list[tuple[slice, slice]]) -> Pixels:
    """One copy of the image (H, W, 3) for each place, filled there with the image's mean colour."""
    copies = np.repeat(image[np.newaxis], len(places), axis=0)
    colour = np.rint(image.mean(axis=(0, 1))).astype(np.uint8)
    for copy, place in zip(copies, places, strict=True):
        copy[place] = colour
    return copies


def _starts(length: int, side: int) -> list[int]:
    """First pixels of the patches along one axis, evenly spaced."""
    count = 1 + -(-(length - side) // max(1, side // 2))
    return [int(start) for start in np.unique(np.linspace(0, length - side, count).round())]
