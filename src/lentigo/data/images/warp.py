"""Parameters of warps in, matrices out; an image, a matrix and a lens in, the warped image out.

One interpolation does what Keras' layers RandomFlip, RandomRotation, RandomZoom and RandomTranslation do in
up to three, with their conventions (Keras 3.15): a matrix takes an output pixel (x, y) to the input point it
is read from, the centre is ((W - 1) / 2, (H - 1) / 2), and interpolation is bilinear.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Pixels = NDArray[np.uint8]

BORDERS = {
    "reflect": cv2.BORDER_REFLECT,  # d c b a | a b c d | d c b a, as Keras' `reflect`
    "constant": cv2.BORDER_CONSTANT,  # black
}


@dataclass(frozen=True)
class AffineDraw:
    """What happens to N images, in this order: flips, rotation, zoom, shift. Every field is (N,)."""

    is_flipped_horizontally: NDArray[np.bool_]
    is_flipped_vertically: NDArray[np.bool_]
    angle: Floats
    """Radians; a positive one turns the picture counter-clockwise."""
    scale: Floats
    """Over 1 zooms out, below 1 zooms in; both axes alike."""
    shift_x: Floats
    """To the right, as a fraction of the width."""
    shift_y: Floats
    """Downwards, as a fraction of the height."""


def matrices(draw: AffineDraw, height: int, width: int) -> Floats:
    """Compose each image's flips, rotation, zoom and shift.

    Where a point falls outside the image, the one warp reflects the original, whereas a chain of layers
    reflects what the layer before has left; inside they agree up to interpolating once, not repeatedly.

    Returns:
        float64 (N, 2, 3), from output pixel (x, y, 1) to input point.
    """
    cosine, sine = draw.scale * np.cos(draw.angle), draw.scale * np.sin(draw.angle)
    sign_x = np.where(draw.is_flipped_horizontally, -1.0, 1.0)
    sign_y = np.where(draw.is_flipped_vertically, -1.0, 1.0)
    rows_x = np.stack([sign_x * cosine, -sign_x * sine], axis=1)
    rows_y = np.stack([sign_y * sine, sign_y * cosine], axis=1)
    linear = np.stack([rows_x, rows_y], axis=1)
    centre = np.array([(width - 1) / 2, (height - 1) / 2])
    shift = np.stack([draw.shift_x * width, draw.shift_y * height], axis=1)
    offset = centre - np.einsum("nij,nj->ni", linear, centre + shift)
    return np.concatenate([linear, offset[:, :, None]], axis=2)


def bent(matrix: Floats, linear: Floats, height: int, width: int) -> Floats:
    """A matrix (2, 3) before which the plane is bent round the centre by another one (2, 2).

    `linear` takes an output point, counted from the centre, to the point that `matrix` then reads.
    """
    centre = np.array([(width - 1) / 2, (height - 1) / 2])
    offset = matrix[:, 2] + matrix[:, :2] @ (centre - linear @ centre)
    return np.column_stack([matrix[:, :2] @ linear, offset])


def shrink(image: Pixels, size: tuple[int, int]) -> Pixels:
    """Make an image smaller; each pixel is the mean of the area it stands for, so that nothing aliases.

    Args:
        image: uint8 (H, W, 3).
        size: (height, width), at most those of the image.

    Returns:
        uint8 (height, width, 3); `image` itself when it has that size.
    """
    if image.shape[:2] == size:
        return image
    shrunk = cv2.resize(image, size[::-1], interpolation=cv2.INTER_AREA)
    return np.asarray(shrunk, dtype=np.uint8)


def warp(image: Pixels, matrix: Floats, fill: str = "reflect", curvature: float = 0.0) -> Pixels:
    """Warp one image by one bilinear interpolation.

    Args:
        image: uint8 (H, W, 3).
        matrix: float64 (2, 3), one of `matrices`.
        fill: what lies outside the image: `reflect` or `constant` (black).
        curvature: of a lens before the image. An output point at the distance r from the centre, in halves
            of the diagonal, is read at r * (1 + curvature * r ** 2) / (1 + curvature / 2); 0 is no lens.

    Returns:
        uint8 (H, W, 3).
    """
    height, width = image.shape[:2]
    border = BORDERS[fill]
    if curvature:
        places = _through_lens(matrix, curvature, height, width)
        warped = cv2.remap(image, *places, cv2.INTER_LINEAR, borderMode=border)
    else:
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        warped = cv2.warpAffine(image, matrix, (width, height), flags=flags, borderMode=border)
    return np.asarray(warped, dtype=np.uint8)


def _through_lens(
    matrix: Floats, curvature: float, height: int, width: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Where each output pixel is read, x (H, W) and y (H, W)."""
    across, down, squared = _grid(height, width)
    factor = (1 + np.float32(curvature) * squared) / np.float32(1 + curvature / 2)
    x, y = across * factor, down * factor
    centre = np.array([(width - 1) / 2, (height - 1) / 2])
    linear, offset = (
        matrix[:, :2].astype(np.float32),
        (matrix[:, :2] @ centre + matrix[:, 2]).astype(np.float32),
    )
    return linear[0, 0] * x + linear[0, 1] * y + offset[0], linear[1, 0] * x + linear[1, 1] * y + offset[1]


@lru_cache(maxsize=8)
def _grid(height: int, width: int) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Distances of each pixel from the centre: across (1, W), down (H, 1), and squared (H, W).

    The squared one is in halves of the diagonal: 1 in the corners.
    """
    across: NDArray[np.float32] = (np.arange(width) - (width - 1) / 2).astype(np.float32)[np.newaxis]
    down: NDArray[np.float32] = (np.arange(height) - (height - 1) / 2).astype(np.float32)[:, np.newaxis]
    squared = across**2 + down**2
    return across, down, (squared / max(float(squared.max()), 1.0)).astype(np.float32)
