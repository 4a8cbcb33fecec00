"""One image as a thumbnail in; reasons why a skin-lesion classifier should not be asked about it, out.

Cheap figures of 128 x 128 pixels against limits that were measured on real dermoscopic images
(`benchmarks/input_checks.py`; `docs/concepts/abstaining.md`). They know images of skin, not skin: what passes
is not thereby fit to be answered. NumPy alone, so that bundle and service can afford them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CHECK_SIDE = 128
"""Pixels; thumbnails are squashed to a square of this side, whatever size a network takes."""

CELL = 8
"""Side of the squares, in pixels, in which local contrast is measured; colours are in squares of twice it."""
GREY_RANGE = 12
"""A pixel whose channels differ by less has no colour."""
LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)

LEAST_CONTRAST = 3.0
LEAST_DETAIL = 3.8
MOST_GREY = 0.93
MOST_TEXTURE = 14.0
MOST_DISTANCE = 30.0

TYPICAL = np.array([1.280, 0.004, -3.423, 3.093, 1.602, 2.448])
"""Mean of `appearance` over the training part of 8,114 images of ISIC 2019."""
PRECISION = np.array(
    [
        [3.408, 0.792, -3.132, 0.263, -2.126, 2.990],
        [0.792, 12.775, -2.562, 4.230, 0.066, -3.607],
        [-3.132, -2.562, 9.910, -7.184, 2.403, -0.824],
        [0.263, 4.230, -7.184, 13.878, 0.462, -8.373],
        [-2.126, 0.066, 2.403, 0.462, 12.551, -9.964],
        [2.990, -3.607, -0.824, -8.373, -9.964, 20.801],
    ]
)
"""Inverse of its covariance there."""


@dataclass(frozen=True)
class ImageFigures:
    """What the checks look at."""

    contrast: float
    """Standard deviation of the luminance, 0 to 128."""
    detail: float
    """Standard deviation of the luminance's Laplacian: what blur takes away first."""
    grey: float
    """Share of pixels without colour, 0 to 1."""
    texture: float
    """Median over squares of the standard deviation inside: high where no part is smooth."""
    distance: float
    """Squared Mahalanobis distance of `appearance` from that of dermoscopic images."""


@dataclass(frozen=True)
class InputCheck:
    """One row of the table of checks."""

    name: str
    reason: str
    """In plain words, after "the image"."""
    fails: Callable[[ImageFigures], bool]


INPUT_CHECKS: tuple[InputCheck, ...] = (
    InputCheck("blank", "is blank", lambda found: found.contrast < LEAST_CONTRAST),
    InputCheck(
        "not_skin",
        "does not have the colours and textures of a dermoscopic image of skin",
        lambda found: found.grey > MOST_GREY or found.distance > MOST_DISTANCE,
    ),
    InputCheck(
        "cluttered",
        "is full of detail everywhere, unlike images of skin lesions",
        lambda found: found.texture > MOST_TEXTURE,
    ),
    InputCheck("blurred", "is blurred", lambda found: found.detail < LEAST_DETAIL),
)
"""In the order in which their reasons are given; a blank image is told to be blank and nothing else."""


def failed_checks(thumbnail: NDArray[np.uint8]) -> tuple[InputCheck, ...]:
    """The checks that an image fails, in the order of `INPUT_CHECKS`; of a blank image that one alone.

    Args:
        thumbnail: uint8 (128, 128, 3), sRGB, from `pixels.decode(file, CHECK_SIDE, CHECK_SIDE)`.
    """
    found = image_figures(thumbnail)
    failed = tuple(check for check in INPUT_CHECKS if check.fails(found))
    return failed[:1] if failed and failed[0].name == "blank" else failed


def image_figures(thumbnail: NDArray[np.uint8]) -> ImageFigures:
    """Measure one thumbnail, uint8 (128, 128, 3)."""
    colours = thumbnail.astype(np.float32)
    light = colours @ LUMINANCE
    deviation = appearance(thumbnail) - TYPICAL
    return ImageFigures(
        contrast=float(light.std()),
        detail=float(_laplacian(light).std()),
        grey=float((np.ptp(thumbnail, axis=2) < GREY_RANGE).mean()),
        texture=float(np.median(_cells(light, CELL).std(axis=(1, 3)))),
        distance=float(deviation @ PRECISION @ deviation),
    )


def appearance(thumbnail: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Six figures of colour and texture, (6,), roughly normal over dermoscopic images.

    Red less green and green less blue, as shares of the sum of all three; how much colour, and light, differ
    between squares; median and 90th percentile of the contrast within squares.
    """
    colours = thumbnail.astype(np.float32)
    red, green, blue = np.moveaxis(colours, 2, 0)
    total = np.maximum(red + green + blue, 30)
    squares = _cells(colours, 2 * CELL).mean(axis=(1, 3))
    shares = squares / np.maximum(squares.sum(axis=-1, keepdims=True), 30)
    inside = _cells(colours @ LUMINANCE, CELL).std(axis=(1, 3))
    values = [
        10 * ((red - green) / total).mean(),
        10 * ((green - blue) / total).mean(),
        np.log(shares.std(axis=(0, 1)).max() + 0.002),
        np.log(squares.mean(axis=-1).std() + 1),
        np.log(np.median(inside) + 0.5),
        np.log(np.percentile(inside, 90) + 0.5),
    ]
    return np.array(values, dtype=np.float64)


def _cells(values: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """(128, 128, ...) as (rows, side, columns, side, ...)."""
    count = CHECK_SIDE // side
    return values.reshape(count, side, count, side, *values.shape[2:])


def _laplacian(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """Four times each inner pixel less its four neighbours."""
    around = light[:-2, 1:-1] + light[2:, 1:-1] + light[1:-1, :-2] + light[1:-1, 2:]
    return np.asarray(4 * light[1:-1, 1:-1] - around)
