from __future__ import annotations

import numpy as np
import pytest

from lentigo.explanation.removal import (
    NUM_STEPS,
    blurred,
    deletion_area,
    insertion_area,
    replaced_in_steps,
)


@pytest.fixture
def image() -> np.ndarray:
    """Dark but for a bright square of 16 pixels, which is all the answer depends on."""
    pixels = np.zeros((16, 16, 3), np.uint8)
    pixels[6:10, 6:10] = 240
    return pixels


def probability(images: np.ndarray) -> np.ndarray:
    return images[:, 6:10, 6:10, 0].mean(axis=(1, 2)) / 240


def heat_on_square(sign: float) -> np.ndarray:
    heat = np.zeros((16, 16), np.float32)
    heat[6:10, 6:10] = 1
    return sign * heat


def test_pixels_are_replaced_hottest_first_in_equal_steps(image: np.ndarray) -> None:
    steps = replaced_in_steps(image, np.full_like(image, 9), heat_on_square(1))
    assert steps.shape == (NUM_STEPS + 1, 16, 16, 3)
    np.testing.assert_array_equal(steps[0], image)
    assert (steps[-1] == 9).all()
    counts = [(one == 9).all(axis=-1).sum() for one in steps]
    assert counts == [round(256 * number / 15) for number in range(16)]
    assert (steps[1, 6:10, 6:10] == 9).all()  # 17 pixels, the square's 16 first


def test_a_right_map_is_deleted_at_once_and_a_wrong_one_last(image: np.ndarray) -> None:
    # the mean colour is 240 / 16 = 15: probability falls from 1 to 15 / 240 in the first step
    left = 15 / 240
    right = ((1 + left) / 2 + 14 * left) / 15
    assert deletion_area(image, heat_on_square(1), probability) == pytest.approx(right)
    wrong = (14 + (1 + left) / 2) / 15  # 239 of the 240 other pixels go before the last step
    assert deletion_area(image, heat_on_square(-1), probability) == pytest.approx(wrong)


def test_a_right_map_is_inserted_at_once_and_a_wrong_one_last(image: np.ndarray) -> None:
    start = probability(blurred(image)[np.newaxis])[0]
    assert start < 0.6
    right = ((1 + start) / 2 + 14) / 15
    assert insertion_area(image, heat_on_square(1), probability) == pytest.approx(right)
    assert insertion_area(image, heat_on_square(-1), probability) < right - 0.3


def test_blurring_keeps_the_size_and_takes_the_contrast(image: np.ndarray) -> None:
    soft = blurred(image)
    assert soft.shape == image.shape
    assert soft.max() < 200
