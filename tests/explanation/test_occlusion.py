from __future__ import annotations

import numpy as np
import pytest

from lentigo.explanation.occlusion import covered, occluded_drops, patches


@pytest.mark.parametrize(("height", "width"), [(32, 40), (224, 224), (7, 5), (3, 300)])
def test_patches_cover_every_pixel_up_to_the_edges(height: int, width: int) -> None:
    count = np.zeros((height, width), int)
    for place in patches(height, width):
        count[place] += 1
    assert count.min() >= 1
    assert count.max() <= 9  # half overlapping, rounded


def test_a_patch_is_filled_with_the_mean_colour_and_nothing_else_changes() -> None:
    image = np.random.default_rng(0).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    first, second = covered(image, [(slice(0, 2), slice(0, 2)), (slice(6, 8), slice(4, 6))])
    assert (first[:2, :2] == np.rint(image.mean(axis=(0, 1)))).all()
    np.testing.assert_array_equal(first[2:], image[2:])
    np.testing.assert_array_equal(second[:6], image[:6])


def test_a_drop_is_the_mean_over_the_patches_that_cover_a_pixel() -> None:
    """The other way round: for each pixel, look up the patches that hold it."""
    rng = np.random.default_rng(1)
    image = rng.integers(0, 256, (18, 12, 3), dtype=np.uint8)
    weights = rng.standard_normal((18 * 12 * 3, 2)).astype(np.float32) / 1000

    def answer(images: np.ndarray) -> np.ndarray:
        return images.reshape(len(images), -1).astype(np.float32) @ weights

    drops = occluded_drops(image, answer(image[np.newaxis])[0], np.array([1, 0]), answer)
    places = patches(18, 12)
    for row, column in [(0, 0), (17, 11), (9, 3)]:
        holding = [
            place
            for place in places
            if place[0].start <= row < place[0].stop and place[1].start <= column < place[1].stop
        ]
        falls = [answer(image[np.newaxis])[0] - answer(covered(image, [place]))[0] for place in holding]
        expected = np.mean(falls, axis=0)[[1, 0]]
        np.testing.assert_allclose(drops[:, row, column], expected, atol=1e-4)
