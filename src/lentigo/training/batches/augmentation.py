"""Settings, seed, epoch and positions in, random draws out; an image and its draw in, the changed image out.

Each image of an epoch has random numbers of its own: a counter-based generator (Philox) is keyed by seed and
epoch and set to the image's position, so that draws do not depend on batches, threads or what came before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from lentigo.data.images.warp import AffineDraw, matrices, warp
from lentigo.settings.recipe import Augmentation

Pixels = NDArray[np.uint8]

STREAM = 2
"""Keeps these random numbers apart from others of the same seed and epoch."""
NUMBERS_AN_IMAGE = 12
"""Nine are used; a multiple of the 4 that Philox gives at a time."""
LUMA = np.array([0.299, 0.587, 0.114])
"""Weights of red, green and blue in grey, ITU-R BT.601, as in Pillow."""


@dataclass(frozen=True)
class Draw:
    """What happens to one image."""

    matrix: NDArray[np.float64] | None
    """(2, 3), see `data/images/warp.py`; None: no warp."""
    colour: NDArray[np.float64] | None
    """(3,) factors of brightness, contrast, saturation; None: colours stay."""
    fill: str


def draw(
    augmentation: Augmentation, size: tuple[int, ...], seed: int, epoch: int, positions: range
) -> list[Draw]:
    """Draw what happens to some images of an epoch.

    Args:
        augmentation: settings.
        size: (height, width) of the images.
        seed: at least 0.
        epoch: from 0.
        positions: places in the epoch, without gaps.

    Returns:
        One draw an image.
    """
    height, width = size
    numbers = uniform_numbers(seed, epoch, positions)
    warps: Any = [None] * len(positions)
    colours: Any = [None] * len(positions)
    if is_warped(augmentation):
        warps = matrices(affine_draw(augmentation, numbers), height, width)
    if is_recoloured(augmentation):
        colours = colour_factors(augmentation, numbers)
    return [Draw(matrix, colour, augmentation.fill) for matrix, colour in zip(warps, colours, strict=True)]


def augment(image: Pixels, drawn: Draw) -> Pixels:
    """Change one image.

    Args:
        image: uint8 (H, W, 3), RGB; not changed itself.
        drawn: from `draw`.

    Returns:
        uint8 (H, W, 3); `image` itself when nothing is to be done.
    """
    if drawn.matrix is not None:
        image = warp(image, drawn.matrix, drawn.fill)
    if drawn.colour is not None:
        image = recolour(image, drawn.colour)
    return image


def is_warped(augmentation: Augmentation) -> bool:
    """Whether any setting moves pixels."""
    flips = augmentation.horizontal_flip or augmentation.vertical_flip
    return bool(flips or augmentation.rotation or augmentation.zoom or augmentation.shift)


def is_recoloured(augmentation: Augmentation) -> bool:
    """Whether any setting changes colours."""
    return bool(augmentation.brightness or augmentation.contrast or augmentation.saturation)


def uniform_numbers(seed: int, epoch: int, positions: range) -> NDArray[np.float64]:
    """Random numbers of some images of an epoch: float64 (N, 12), uniform in [0, 1)."""
    bits = np.random.Philox(np.random.SeedSequence((seed, epoch, STREAM)))
    # Philox gives 4 numbers for each value of its counter
    bits.advance(positions.start * NUMBERS_AN_IMAGE // 4)
    return np.random.Generator(bits).random((len(positions), NUMBERS_AN_IMAGE))


def affine_draw(augmentation: Augmentation, numbers: NDArray[np.float64]) -> AffineDraw:
    """Turn random numbers (N, 12) into parameters distributed as Keras' layers draw them.

    A flip has probability 1/2; angle, scale and shift are uniform.
    """
    signed = 2 * numbers - 1
    return AffineDraw(
        is_flipped_horizontally=(numbers[:, 0] < 0.5) & augmentation.horizontal_flip,
        is_flipped_vertically=(numbers[:, 1] < 0.5) & augmentation.vertical_flip,
        angle=signed[:, 2] * augmentation.rotation * 2 * np.pi,
        scale=1 + signed[:, 3] * augmentation.zoom,
        shift_x=signed[:, 4] * augmentation.shift,
        shift_y=signed[:, 5] * augmentation.shift,
    )


def colour_factors(augmentation: Augmentation, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn random numbers (N, 12) into factors (N, 3) of brightness, contrast and saturation, around 1."""
    largest = np.array([augmentation.brightness, augmentation.contrast, augmentation.saturation])
    return np.asarray(1 + (2 * numbers[:, 6:9] - 1) * largest)


def recolour(image: Pixels, factors: NDArray[np.float64]) -> Pixels:
    """Change brightness, contrast and saturation in one pass over the pixels.

    Brightness multiplies; contrast moves every pixel from or to the mean grey of the image; saturation moves
    it from or to its own grey. Each is what Pillow's `ImageEnhance` does, without rounding in between.

    Args:
        image: uint8 (H, W, 3), RGB.
        factors: (3,) of brightness, contrast, saturation; 1 changes nothing.

    Returns:
        uint8 (H, W, 3).
    """
    brightness, contrast, saturation = factors
    mean_grey = float(LUMA @ np.array(cv2.mean(image)[:3])) * brightness
    saturate = saturation * np.eye(3) + (1 - saturation) * LUMA
    # grey is left as it is by `saturate`, so the offset of contrast passes through unchanged
    offset = np.full((3, 1), (1 - contrast) * mean_grey)
    mapped = cv2.transform(image, np.hstack([brightness * contrast * saturate, offset]))
    return np.asarray(mapped, dtype=np.uint8)
