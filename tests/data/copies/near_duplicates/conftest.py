"""Sketches of made pictures for the tests of near-duplicates."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

Sketch = NDArray[np.uint8]


def draw_sketch(seed: int, side: int = 256) -> Sketch:
    """A dark spot on skin with texture of its own, brightness, `side` pixels."""
    random = np.random.default_rng(seed)
    picture = np.full((side, side), 190.0)
    for size, strength in ((6, 22), (24, 14), (96, 10)):
        noise = random.normal(size=(size, size)).astype(np.float32)
        picture += strength * cv2.resize(noise, (side, side), interpolation=cv2.INTER_CUBIC)
    y, x = np.mgrid[:side, :side] / side
    middle, spread = random.uniform(0.42, 0.58, 2), random.uniform(0.12, 0.2, 2)
    spot = ((x - middle[0]) / spread[0]) ** 2 + ((y - middle[1]) / spread[1]) ** 2
    return np.clip(picture - 90 * np.exp(-(spot**2)), 0, 255).astype(np.uint8)


def shrink(picture: Sketch) -> Sketch:
    """A sketch whose longer side has 128 pixels."""
    scale = 128 / max(picture.shape)
    size = (round(picture.shape[1] * scale), round(picture.shape[0] * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def rotate(picture: Sketch, degrees: float) -> Sketch:
    """About its middle; black outside."""
    height, width = picture.shape
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
    turned = cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_CUBIC)
    return np.asarray(turned, dtype=np.uint8)


@pytest.fixture(scope="session")
def pictures() -> list[Sketch]:
    """24 pictures of 256 pixels; not to be changed."""
    return [draw_sketch(seed) for seed in range(24)]


@pytest.fixture(scope="session")
def shrunk() -> Callable[[Sketch], Sketch]:
    return shrink


@pytest.fixture(scope="session")
def rotated() -> Callable[[Sketch, float], Sketch]:
    return rotate
