"""Pairs that look alike at low resolution."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from lentigo.data.copies.near_duplicates import candidates
from lentigo.data.copies.near_duplicates.candidates import find_candidates, frequencies, turned
from lentigo.data.copies.near_duplicates.geometry import ORIENTATIONS, WHOLE, WINDOWS, pixel_map


@pytest.mark.parametrize("orientation", ORIENTATIONS, ids=lambda orientation: orientation.name or "as it is")
def test_turning_frequencies_is_turning_the_picture(
    orientation: Any, pictures: list[Any], shrunk: Callable[[Any], Any]
) -> None:
    sketch = shrunk(pictures[0])
    matrix = pixel_map(WHOLE, orientation, 128)
    made = cv2.warpAffine(sketch, matrix, (128, 128), flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP)
    expected = frequencies(made[None], WHOLE)
    np.testing.assert_allclose(turned(frequencies(sketch[None], WHOLE), orientation), expected, atol=1.0)


def test_a_turned_crop_is_found_once_with_the_way_it_lies(
    pictures: list[Any], shrunk: Callable[[Any], Any]
) -> None:
    cut = np.rot90(pictures[3][10:240, 20:250], -1)
    sketches = np.stack([*(shrunk(picture) for picture in pictures), shrunk(cut)])
    found = find_candidates(sketches)
    mine = found[(found["first"] == 3) & (found["second"] == 24)]
    assert len(mine) == 1
    assert mine["likeness"][0] == found["likeness"].max()
    assert ORIENTATIONS[mine["orientation"][0]].name == "turned by 90 degrees"
    assert WINDOWS[mine["window"][0]].width == 0.9


def test_plain_pictures_are_no_candidates_and_partners_are_bounded(
    pictures: list[Any], shrunk: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(find_candidates(np.full((5, 128, 128), 90, np.uint8))) == 0
    monkeypatch.setattr(candidates, "MOST_PARTNERS", 2)
    crowd = np.stack([shrunk(pictures[0])] * 12)
    found = find_candidates(crowd)
    assert 0 < len(found) <= 2 * 2 * 12 < 12 * 11 / 2
    assert len({frozenset((int(one["first"]), int(one["second"]))) for one in found}) == len(found)
