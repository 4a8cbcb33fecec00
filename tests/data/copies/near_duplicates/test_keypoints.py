"""Keypoints of sketches, and of sketches in a mirror."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from lentigo.data.copies.near_duplicates.keypoints import (
    MOST_KEYPOINTS,
    RIM,
    evened,
    find_keypoints,
    mirrored,
)


def test_keypoints_have_places_and_descriptions_of_length_one(
    pictures: list[Any], shrunk: Callable[[Any], Any]
) -> None:
    found = find_keypoints(shrunk(pictures[0]))
    assert 50 < len(found) <= MOST_KEYPOINTS
    assert found.points.min() >= 0
    assert found.points.max() < 128
    assert (found.sizes > 0).all()
    np.testing.assert_allclose(np.linalg.norm(evened(found.descriptions), axis=1), 1, rtol=1e-4)


@pytest.mark.parametrize("axis", [0, 1])
def test_a_mirrored_description_is_that_of_the_mirror_image(
    axis: int, pictures: list[Any], shrunk: Callable[[Any], Any]
) -> None:
    sketch = shrunk(pictures[1])
    asked = mirrored(find_keypoints(np.ascontiguousarray(np.flip(sketch, axis))).descriptions)
    plain = find_keypoints(sketch)
    nearest = (evened(asked) @ evened(plain.descriptions).T).max(axis=1)
    assert np.median(nearest) > 0.97  # 1 but for the half pixel that doubling the picture shifts it by
    np.testing.assert_array_equal(mirrored(mirrored(asked)), asked)


def test_nothing_is_found_at_the_rim_of_black_or_on_plain_colour(
    pictures: list[Any], shrunk: Callable[[Any], Any]
) -> None:
    y, x = np.mgrid[:128, :128]
    distance = np.hypot(x - 63.5, y - 63.5)
    found = find_keypoints(np.where(distance < 60, shrunk(pictures[2]), 0).astype(np.uint8))
    assert len(found)
    assert np.hypot(*(found.points - 63.5).T).max() < 60 - RIM // 2 + 1
    for plain in (0, 90):
        assert len(find_keypoints(np.full((128, 128), plain, np.uint8))) == 0


def test_strips_have_keypoints_too(pictures: list[Any]) -> None:
    strip = cv2.resize(pictures[0], (128, 16), interpolation=cv2.INTER_AREA)
    assert len(find_keypoints(strip).points) == len(find_keypoints(strip).descriptions)
