"""Pixels of a size: shrunk by area, then changed as any image of that size is."""

from __future__ import annotations

import numpy as np

from lentigo.settings.recipe import Augmentation
from lentigo.training.batches.augmentation import augment, draw
from lentigo.training.batches.sources import AugmentedPixels, Drawn, ShrunkImages

IMAGES = np.random.default_rng(0).integers(0, 256, (5, 12, 16, 3), dtype=np.uint8)
MOVING = Augmentation(horizontal_flip=True, rotation=0.2, brightness=0.2)


def block_means(image: np.ndarray, factor: int) -> np.ndarray:
    height, width, channels = image.shape
    blocks = image.reshape(height // factor, factor, width // factor, factor, channels)
    return blocks.mean(axis=(1, 3))


def test_shrunk_images_are_the_means_of_what_each_pixel_stands_for() -> None:
    shrunk = ShrunkImages(IMAGES, (6, 8))
    assert len(shrunk) == 5
    for row, image in enumerate(IMAGES):
        assert shrunk[row].dtype == np.uint8
        assert np.abs(shrunk[row] - block_means(image, 2)).max() <= 0.5
    np.testing.assert_array_equal(ShrunkImages(IMAGES, (12, 16))[3], IMAGES[3])


def test_small_pixels_are_shrunk_first_and_changed_then() -> None:
    rows, labels = np.array([4, 0, 4, 1]), np.arange(3)
    fill = AugmentedPixels(IMAGES, MOVING, 7, (6, 8)).of_epoch(Drawn(2, rows, rows))
    found, given, weights = fill(range(1, 4), labels, None)
    assert given is labels
    assert weights is None
    changes = draw(MOVING, (6, 8), 7, 2, range(1, 4))
    assert found.shape == (3, 6, 8, 3)
    for image, row, change in zip(found, (0, 4, 1), changes, strict=True):
        np.testing.assert_array_equal(image, augment(ShrunkImages(IMAGES, (6, 8))[row], change))
