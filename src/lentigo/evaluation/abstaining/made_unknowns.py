"""Known images and a seed in; pictures that no network of lesions should answer, of several kinds, out.

Nothing is stored: they are made, so that every run can be tried on them. `shapes` stand for photographs of
things: leaves of random sizes lying over each other have the statistics of natural scenes (the dead leaves
model: Lee, Mumford and Huang, 2001).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from lentigo.data.synthesis.generate import CLASS_NAMES, draw_image

NUM_OF_A_KIND = 24
NUM_LEAVES = 400
COARSEST = 8
"""Pixels; the largest grain of noise."""
GRAIN = 12.0
"""Grey values; standard deviation of the noise that is laid over known images."""
DRAWN_SEED = 900_000_000
"""Of lesions that nobody draws to train on."""

Pixels = NDArray[np.uint8]


def made_unknowns(known: Pixels, *, are_drawn: bool, seed: int = 0) -> dict[str, Pixels]:
    """Unknown images by kind, (M, H, W, 3) each, at the size of the known ones.

    Args:
        known: uint8 (N, H, W, 3), N at least 1.
        are_drawn: whether the known ones are drawn lesions, to which drawn lesions are no strangers.
        seed: another one makes others.
    """
    generator = np.random.default_rng(seed)
    size = known.shape[1:3]
    numbers = range(NUM_OF_A_KIND)
    found = {
        "noise": np.stack([_noise(generator, size) for _ in numbers]),
        "shapes": np.stack([_shapes(generator, size) for _ in numbers]),
        "grain": np.stack([_grained(generator, known[number % len(known)]) for number in numbers]),
        "swapped colours": np.stack([known[number % len(known)][:, :, ::-1] for number in numbers]),
    }
    if not are_drawn:
        found["drawn lesions"] = np.stack([_drawn(number, size) for number in numbers])
    return found


def _noise(generator: np.random.Generator, size: tuple[int, int]) -> Pixels:
    """Random colours in grains of 1 to 8 pixels."""
    grain = int(generator.integers(1, COARSEST + 1))
    rows, columns = (max(1, -(-side // grain)) for side in size)
    coarse = generator.integers(0, 256, (rows, columns, 3), dtype=np.uint8)
    return np.asarray(coarse.repeat(grain, axis=0).repeat(grain, axis=1)[: size[0], : size[1]])


def _grained(generator: np.random.Generator, image: Pixels) -> Pixels:
    """A known image with the noise of a poor camera."""
    noisy = image + generator.normal(0, GRAIN, image.shape)
    return np.asarray(np.clip(noisy, 0, 255), np.uint8)


def _shapes(generator: np.random.Generator, size: tuple[int, int]) -> Pixels:
    """Discs and boxes of one colour each; radii fall off with their cube, as those of things do."""
    image = np.zeros((*size, 3), np.uint8)
    for _ in range(NUM_LEAVES):
        radius = int(np.clip(max(size) / 64 * generator.random() ** -0.5, 1, max(size) / 2))
        centre = (int(generator.integers(size[1])), int(generator.integers(size[0])))
        colour = tuple(int(value) for value in generator.integers(0, 256, 3))
        if generator.random() < 0.5:
            cv2.circle(image, centre, radius, colour, cv2.FILLED)
        else:
            corner = (centre[0] + radius, centre[1] + int(generator.integers(1, radius + 1)))
            cv2.rectangle(image, centre, corner, colour, cv2.FILLED)
    return image


def _drawn(number: int, size: tuple[int, int]) -> Pixels:
    drawn = draw_image(CLASS_NAMES[number % len(CLASS_NAMES)], DRAWN_SEED + number, 0).pixels
    return np.asarray(cv2.resize(drawn, size[::-1], interpolation=cv2.INTER_AREA), np.uint8)
