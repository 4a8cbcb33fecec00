"""Settings, seed, epoch and positions in, random draws out; an image and its draw in, the changed image out.

Each image of an epoch has random numbers of its own: a counter-based generator (Philox) is keyed by seed and
epoch and set to the image's position, so that draws do not depend on batches, threads or what came before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from lentigo.data.images.warp import AffineDraw, bent, matrices, warp
from lentigo.settings.recipe import Augmentation
from lentigo.training.batches.choosing import Change, choose
from lentigo.training.batches.randomness import uniform_numbers
from lentigo.training.operations.light import LUMA, compose

Floats = NDArray[np.float64]
Pixels = NDArray[np.uint8]

STREAM = 2
"""Keeps these random numbers apart from others of the same seed and epoch."""
NUMBERS_AN_IMAGE = 12
"""Nine are used; a multiple of 4."""


@dataclass(frozen=True)
class Draw:
    """What happens to one image."""

    matrix: Floats | None
    """(2, 3), see `data/images/warp.py`; None: no warp."""
    colour: Floats | None
    """(3,) factors of brightness, contrast, saturation; None: colours stay."""
    fill: str
    curvature: float = 0.0
    """Of a lens, see `data/images/warp.py`."""
    shape: Change | None = None
    """What is drawn over the lesion; operations that are part of the warp are in `matrix` and `curvature`."""
    light: Change | None = None
    """The operation of colour."""


def draw(  # noqa: PLR0913 - settings, size, and all that a draw depends on
    augmentation: Augmentation,
    size: tuple[int, ...],
    seed: int,
    epoch: int,
    positions: range,
    *,
    flips: NDArray[np.bool_] | None = None,
) -> list[Draw]:
    """Draw what happens to some images of an epoch.

    Args:
        augmentation: settings.
        size: (height, width) of the images.
        seed: at least 0.
        epoch: from 0.
        positions: places in the epoch, without gaps.
        flips: (N, 2) which images are flipped, horizontally and vertically; None: by chance.

    Returns:
        One draw an image.
    """
    height, width = size
    numbers = uniform_numbers(seed, (epoch, STREAM), positions, NUMBERS_AN_IMAGE)
    if flips is not None:
        numbers[:, :2] = np.where(flips, 0.0, 1.0)
    warps: Any = [None] * len(positions)
    colours: Any = [None] * len(positions)
    if is_warped(augmentation):
        warps = matrices(affine_draw(augmentation, numbers), height, width)
    if is_recoloured(augmentation):
        colours = colour_factors(augmentation, numbers)
    plain = [Draw(matrix, colour, augmentation.fill) for matrix, colour in zip(warps, colours, strict=True)]
    chosen = choose(augmentation, seed, epoch, positions)
    return [
        _with_operations(one, *changes, (height, width)) for one, changes in zip(plain, chosen, strict=True)
    ]


def _with_operations(drawn: Draw, shape: Change | None, light: Change | None, size: tuple[int, int]) -> Draw:
    """Add the two operations; one that bends the plane becomes part of the warp."""
    drawn = replace(drawn, light=light) if light else drawn
    if shape is None:
        return drawn
    if shape.operation.kind == "cover":
        return replace(drawn, shape=shape)
    matrix = np.eye(2, 3) if drawn.matrix is None else drawn.matrix
    if shape.operation.kind == "lens":
        return replace(drawn, matrix=matrix, curvature=shape.operation.change(shape.dose))
    return replace(drawn, matrix=bent(matrix, shape.operation.change(shape.dose), *size))


def augment(image: Pixels, drawn: Draw) -> Pixels:
    """Change one image: warp, what is drawn over it, colours, and what a camera does, in this order.

    Args:
        image: uint8 (H, W, 3), RGB; not changed itself.
        drawn: from `draw`.

    Returns:
        uint8 (H, W, 3); `image` itself when nothing is to be done.
    """
    changed = image
    if drawn.matrix is not None:
        changed = warp(changed, drawn.matrix, drawn.fill, drawn.curvature)
    if drawn.shape is not None:
        own = image.copy() if changed is image else changed
        changed = drawn.shape.operation.change(own, drawn.shape.dose)
    matrix = _colour_matrix(changed, drawn)
    if matrix is not None:
        changed = np.asarray(cv2.transform(changed, matrix), dtype=np.uint8)
    if drawn.light is not None and drawn.light.operation.kind == "pixels":
        changed = drawn.light.operation.change(changed, drawn.light.dose)
    return changed


def _colour_matrix(image: Pixels, drawn: Draw) -> Floats | None:
    """All that is linear in the colours, as one matrix (3, 4); None when there is nothing."""
    factors = None if drawn.colour is None else factors_matrix(image, drawn.colour)
    if drawn.light is None or drawn.light.operation.kind != "light":
        return factors
    light: Floats = drawn.light.operation.change(image, drawn.light.dose)
    return light if factors is None else compose(light, factors)


def is_warped(augmentation: Augmentation) -> bool:
    """Whether any setting moves pixels."""
    flips = augmentation.horizontal_flip or augmentation.vertical_flip
    return bool(flips or augmentation.rotation or augmentation.zoom or augmentation.shift)


def is_recoloured(augmentation: Augmentation) -> bool:
    """Whether any setting changes colours."""
    return bool(augmentation.brightness or augmentation.contrast or augmentation.saturation)


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


def factors_matrix(image: Pixels, factors: Floats) -> Floats:
    """Brightness, contrast and saturation of one image as one map of its colours.

    Brightness multiplies; contrast moves every pixel from or to the mean grey of the image; saturation moves
    it from or to its own grey. Each is what Pillow's `ImageEnhance` does, without rounding in between.

    Args:
        image: uint8 (H, W, 3), RGB.
        factors: (3,) of brightness, contrast, saturation; 1 changes nothing.

    Returns:
        float64 (3, 4): a matrix, and what is added.
    """
    brightness, contrast, saturation = factors
    mean_grey = float(LUMA @ np.array(cv2.mean(image)[:3])) * brightness
    saturate = saturation * np.eye(3) + (1 - saturation) * LUMA
    # grey is left as it is by `saturate`, so the offset of contrast passes through unchanged
    offset = np.full((3, 1), (1 - contrast) * mean_grey)
    return np.hstack([brightness * contrast * saturate, offset])
