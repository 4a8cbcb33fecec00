"""What lies before the lesion: its area, its colour, its place."""

from __future__ import annotations

import numpy as np
import pytest

from lentigo.training.operations.covers import HAIR_COLOURS, erasing, hair
from lentigo.training.operations.dose import Dose


def dose(strength: float, *numbers: float) -> Dose:
    return Dose(strength, 1.0, np.resize(np.array(numbers or (0.5,)), 8))


def test_a_patch_by_hand():
    image = np.full((40, 60, 3), 100, np.uint8)
    image[:, :30] = 200
    found = erasing(image.copy(), dose(1.0, 0.5, 0.0, 0.0))  # a square at the top left
    changed = (found != image).any(axis=2)
    side = round((0.25 * 40 * 60) ** 0.5)
    assert side == 24
    assert changed[:24, :24].all()
    assert changed.sum() == 24 * 24
    assert np.unique(found[:24, :24]).tolist() == [150]  # the mean of the whole image


@pytest.mark.parametrize("ratio", [0.0, 0.999])
def test_a_patch_keeps_its_area_and_stays_inside(ratio):
    for place in (0.0, 0.999):
        image = np.zeros((90, 90, 3), np.uint8)
        image[::2] = 255
        found = erasing(image.copy(), dose(0.6, ratio, place, place))
        covered = (found == np.rint(image.mean())).all(axis=2)
        assert covered.sum() == pytest.approx(0.6 * 0.25 * 90 * 90, rel=0.05)
        rows, columns = np.flatnonzero(covered.any(axis=1)), np.flatnonzero(covered.any(axis=0))
        ratio_found = len(rows) / len(columns)
        assert ratio_found == pytest.approx(3.0 if ratio else 1 / 3, rel=0.1)
        assert (rows[0], columns[0]) == (0, 0) if place == 0 else (rows[-1], columns[-1]) == (89, 89)


@pytest.mark.parametrize("side", [1, 2, 7])
def test_the_smallest_images_are_covered_without_an_error(side):
    for operation in (erasing, hair):
        assert operation(np.zeros((side, side, 3), np.uint8), dose(1.0, 0.9)).shape == (side, side, 3)


def test_hairs_are_thin_dark_and_more_of_them_the_stronger():
    image = np.full((224, 224, 3), 220, np.uint8)
    shares = []
    for strength in (0.0, 0.5, 1.0):
        one = dose(strength, 0.3)  # dark brown
        found = hair(image.copy(), one)
        np.testing.assert_array_equal(hair(image.copy(), one), found)
        changed = (found != image).any(axis=2)
        shares.append(changed.mean())
        darkest = found[changed].min(axis=0)
        assert np.abs(darkest - HAIR_COLOURS[1]).max() < 40
    assert 0.001 < shares[0] < shares[1] < shares[2] < 0.35


def test_another_number_draws_other_hair():
    image = np.full((64, 64, 3), 220, np.uint8)
    assert not np.array_equal(hair(image.copy(), dose(0.5, 0.3)), hair(image.copy(), dose(0.5, 0.31)))
