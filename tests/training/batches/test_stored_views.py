"""Views take turns, and are the same whoever asks for them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lentigo.settings.recipe import Augmentation
from lentigo.training.batches.sources import Drawn
from lentigo.training.batches.stored_views import PlainViews, ViewedPixels, ViewSource, views_shown

IMAGES = np.random.default_rng(0).integers(0, 256, (9, 12, 16, 3), dtype=np.uint8)
MOVING = Augmentation(horizontal_flip=True, rotation=0.2, brightness=0.2)


@pytest.mark.parametrize("num_views", [1, 2, 4, 7])
def test_an_image_shows_all_its_views_before_one_again(num_views: int) -> None:
    rows = np.arange(9)
    shown = np.array([views_shown(Drawn(epoch, rows, rows), num_views) for epoch in range(num_views)])
    for row in rows:
        assert sorted(shown[:, row]) == list(range(1, num_views + 1))


def test_an_image_that_an_epoch_draws_again_shows_its_next_view() -> None:
    order = np.array([3, 1, 3, 3])
    first, _, second, third = views_shown(Drawn(0, order, order), 5)
    assert [(second - first) % 5, (third - second) % 5] == [1, 1]


@pytest.mark.parametrize("flips", ["random", "alternating"])
def test_a_view_depends_on_its_number_and_row_alone(flips: str) -> None:
    pixels = ViewedPixels(IMAGES, replace(MOVING, flips=flips), (6, 8))  # type: ignore[arg-type]
    together = pixels.read(np.array([4, 2, 4]), np.array([1, 1, 2]))
    assert together.shape == (3, 6, 8, 3)
    np.testing.assert_array_equal(pixels.read(np.array([4]), np.array([2]))[0], together[2])
    assert not np.array_equal(together[0], together[2])


def test_view_zero_is_the_image_as_it_is() -> None:
    pixels = ViewedPixels(IMAGES, MOVING, (12, 16))
    plain = PlainViews(pixels.read, 9)
    assert len(plain) == 9
    np.testing.assert_array_equal(plain[5], IMAGES[5])


def test_batches_are_filled_with_the_views_that_stand_at_their_positions() -> None:
    pixels = ViewedPixels(IMAGES, MOVING, (12, 16))
    drawn = Drawn(3, np.array([2, 0, 2]), np.array([8, 6, 8]))
    inputs, labels, weights = ViewSource(pixels.read, 4).of_epoch(drawn)(range(1, 3), np.array([1, 0]), None)
    np.testing.assert_array_equal(inputs, pixels.read(np.array([6, 8]), views_shown(drawn, 4)[1:]))
    assert labels.tolist() == [1, 0]
    assert weights is None
