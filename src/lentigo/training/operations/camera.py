"""An image and a dose in; what a camera, its light or a file does to it out: five operations on pixels.

None of them writes into the image that it is given.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from lentigo.training.operations.dose import Dose

Pixels = NDArray[np.uint8]

LARGEST_GAMMA = 2.0
"""Exponents reach from its inverse to this."""
LARGEST_NOISE = 25.0
"""Standard deviation in grey values of 0 to 255."""
LARGEST_BLUR = 0.01
"""Standard deviation as a share of the shorter side: 2.2 pixels of 224."""
BEST_QUALITY, WORST_QUALITY = 95, 20
DARKEST_CORNER = 0.7
"""What a vignette takes from the brightness at the corner that is furthest from its centre."""
TILE_SIDE = 512


def gamma(image: Pixels, dose: Dose) -> Pixels:
    """Brighten or darken the middle tones; black and white stay."""
    levels = np.arange(256) / 255
    table = np.rint(255 * levels ** (LARGEST_GAMMA**dose.signed)).astype(np.uint8)
    return np.asarray(cv2.LUT(image, table), dtype=np.uint8)


def noise(image: Pixels, dose: Dose) -> Pixels:
    """Add noise, normal and independent of pixel and channel.

    Cut at a random place from one tile of normal numbers: drawing them anew for each image would take ten
    times as long. Larger images repeat the tile.
    """
    height, width = image.shape[:2]
    down, right = (dose.numbers[:2] * TILE_SIDE).astype(int)
    rows, columns = (down + np.arange(height)) % TILE_SIDE, (right + np.arange(width)) % TILE_SIDE
    tile = _tile()
    if height <= TILE_SIDE and width <= TILE_SIDE:
        cut = tile[down : down + height, right : right + width]
    else:
        cut = tile[rows][:, columns]
    scale = dose.signed * LARGEST_NOISE
    noisy = cv2.scaleAdd(np.ascontiguousarray(cut), scale, image.astype(np.float32))
    return np.asarray(cv2.convertScaleAbs(np.maximum(noisy, 0)), dtype=np.uint8)


def blur(image: Pixels, dose: Dose) -> Pixels:
    """Out of focus: a Gaussian, cut off at three standard deviations.

    As two filters of one row each, which take half the time of OpenCV's own Gaussian.
    """
    sigma = max(dose.strength * LARGEST_BLUR * min(image.shape[:2]), 0.1)
    kernel = cv2.getGaussianKernel(2 * round(3 * sigma) + 1, sigma)
    return np.asarray(
        cv2.sepFilter2D(image, -1, kernel, kernel, borderType=cv2.BORDER_REFLECT), dtype=np.uint8
    )


def jpeg(image: Pixels, dose: Dose) -> Pixels:
    """Write it as JPEG of quality 95 down to 20, and read it again."""
    quality = round(BEST_QUALITY - dose.strength * (BEST_QUALITY - WORST_QUALITY))
    turned = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    written = cv2.imencode(".jpg", turned, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(written, cv2.IMREAD_COLOR_RGB), dtype=np.uint8)


def vignette(image: Pixels, dose: Dose) -> Pixels:
    """Darken towards the corners, round a centre that may lie off the middle by a quarter."""
    height, width = image.shape[:2]
    centre_y, centre_x = (0.25 + dose.numbers[:2] / 2) * (height - 1, width - 1)
    across = np.square(np.arange(width, dtype=np.float32) - np.float32(centre_x))
    down = np.square(np.arange(height, dtype=np.float32) - np.float32(centre_y))
    squared = down[:, np.newaxis] + across
    kept = 1 - squared * (dose.strength * DARKEST_CORNER / max(float(squared.max()), 1.0))
    darkened = cv2.multiply(image, cv2.merge([kept, kept, kept]), dtype=cv2.CV_8U)
    return np.asarray(darkened, dtype=np.uint8)


@lru_cache(maxsize=1)
def _tile() -> NDArray[np.float32]:
    """Normal numbers (2 * side, 2 * side, 3), of which any square of the side repeats like the tile."""
    drawn = np.random.default_rng(0).standard_normal((TILE_SIDE, TILE_SIDE, 3), dtype=np.float32)
    return np.tile(drawn, (2, 2, 1))
