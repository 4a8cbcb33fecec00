"""How one picture lies in another: maps against pixels."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from lentigo.data.copies.near_duplicates.geometry import (
    ORIENTATIONS,
    WHOLE,
    WINDOWS,
    Window,
    pixel_map,
    rescaled,
)

TURNS = (
    ("", lambda a: a),
    ("flipped left to right", lambda a: a[:, ::-1]),
    ("flipped top to bottom", lambda a: a[::-1]),
    ("turned by 180 degrees", lambda a: a[::-1, ::-1]),
    ("transposed", lambda a: a.T),
    ("turned by 90 degrees", lambda a: np.rot90(a, -1)),
    ("turned by 90 degrees", np.rot90),
    ("transposed across the other diagonal", lambda a: a[::-1, ::-1].T),
)


@pytest.mark.parametrize("place", range(8))
def test_a_map_makes_the_picture_that_its_name_says(place: int) -> None:
    orientation, (name, turn) = ORIENTATIONS[place], TURNS[place]
    assert orientation.name == name
    first = np.random.default_rng(0).integers(0, 255, (16, 16)).astype(np.float32)
    matrix = pixel_map(WHOLE, orientation, 16)
    made = cv2.warpAffine(first, matrix, (16, 16), flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP)
    np.testing.assert_array_equal(made, turn(first))


def test_a_window_is_cut_out() -> None:
    matrix = pixel_map(Window(0.5, 0.5, 0.25, 0.5), ORIENTATIONS[0], 16)
    # the first pixel's middle, 1/32 of the picture, is 1/4 + 1/64 of the whole
    np.testing.assert_allclose(matrix @ [0, 0, 1], [(0.25 + 1 / 64) * 16 - 0.5, (0.5 + 1 / 64) * 16 - 0.5])


def test_a_map_at_another_size_is_the_same_map() -> None:
    for window in WINDOWS:
        for orientation in ORIENTATIONS:
            small = pixel_map(window, orientation, 64)
            np.testing.assert_allclose(rescaled(small, 64, 128), pixel_map(window, orientation, 128))


def test_all_eight_symmetries_are_there_once() -> None:
    maps = {tuple(pixel_map(WHOLE, one, 4).round(6).ravel()) for one in ORIENTATIONS}
    assert len(maps) == len(ORIENTATIONS) == 8
