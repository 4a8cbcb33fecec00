"""An image and a dose in; the same with something before the lesion out: hair, or a patch.

Both write into the image that they are given.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from lentigo.training.operations.dose import Dose

Pixels = NDArray[np.uint8]

LARGEST_PATCH = 0.25
"""Of the area."""
LARGEST_RATIO = 3.0
"""Of the sides of a patch."""
MOST_HAIRS = 24
POINTS_A_HAIR = 16
HAIR_COLOURS = np.array([(25, 18, 15), (60, 38, 26), (96, 66, 42), (150, 118, 82)], dtype=np.float64)
"""Black, dark brown, brown, fair."""
FRACTION_BITS = 4
"""Of the coordinates that are drawn: sixteenths of a pixel."""


def erasing(image: Pixels, dose: Dose) -> Pixels:
    """Cover a rectangle with the mean colour of the image (Zhong et al., 2020; DeVries and Taylor, 2017)."""
    height, width = image.shape[:2]
    area = dose.strength * LARGEST_PATCH * height * width
    ratio = LARGEST_RATIO ** (2 * dose.numbers[0] - 1)
    down = min(max(round(float(np.sqrt(area * ratio))), 1), height)
    across = min(max(round(float(np.sqrt(area / ratio))), 1), width)
    top, left = int(dose.numbers[1] * (height - down + 1)), int(dose.numbers[2] * (width - across + 1))
    colour = np.rint(cv2.mean(image)[:3])
    image[top : top + down, left : left + across] = colour.astype(np.uint8)
    return image


def hair(image: Pixels, dose: Dose) -> Pixels:
    """Draw up to 24 hairs of one colour: curves with fine edges, each across a good part of the image."""
    height, width = image.shape[:2]
    generator, count = dose.generator(), 1 + round(dose.strength * (MOST_HAIRS - 1))
    colour = HAIR_COLOURS[int(dose.numbers[0] * len(HAIR_COLOURS))]
    thickest = 1 + min(height, width) // 150
    for _ in range(count):
        points = _curve(generator, height, width)
        shade = np.clip(colour + generator.normal(0, 8), 0, 255).tolist()
        thickness = int(generator.integers(1, thickest + 1))
        cv2.polylines(image, [points], False, shade, thickness, cv2.LINE_AA, FRACTION_BITS)
    return image


def _curve(generator: np.random.Generator, height: int, width: int) -> NDArray[np.int32]:
    """Points (16, 1, 2), x and y in sixteenths of a pixel, of a quadratic Bezier curve of random ends."""
    start, direction = generator.random(2), generator.random() * 2 * np.pi
    length, bend = generator.uniform(0.3, 1.0), generator.normal(0, 0.15)
    along = np.array([np.cos(direction), np.sin(direction)])
    middle = start + along * length / 2 + np.array([-along[1], along[0]]) * bend
    time = np.linspace(0, 1, POINTS_A_HAIR)[:, np.newaxis]
    end = start + along * length
    points = (1 - time) ** 2 * start + 2 * time * (1 - time) * middle + time**2 * end
    scaled: NDArray[np.int32] = np.rint(points * (width, height) * 2**FRACTION_BITS).astype(np.int32)
    return scaled[:, np.newaxis]
