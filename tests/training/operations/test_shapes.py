"""Matrices and the curvature by hand, and what they do to points."""

from __future__ import annotations

import numpy as np
import pytest

from lentigo.training.operations.dose import Dose
from lentigo.training.operations.shapes import lens, shear, stretch


def dose(strength: float, sign: float, first: float = 0.0) -> Dose:
    return Dose(strength, sign, np.full(8, first))


def test_shear_shifts_rows_or_columns_and_keeps_areas():
    np.testing.assert_allclose(shear(dose(0.5, 1.0)), [[1, 0.15], [0, 1]])
    np.testing.assert_allclose(shear(dose(1.0, -1.0, 0.7)), [[1, 0], [-0.3, 1]])
    np.testing.assert_allclose(shear(dose(0.0, 1.0)), np.eye(2))


def test_stretch_changes_the_ratio_of_sides_by_at_most_1_4_and_keeps_areas():
    for sign in (1.0, -1.0):
        matrix = stretch(dose(1.0, sign))
        assert matrix[0, 0] / matrix[1, 1] == pytest.approx(1.4**sign)
        assert np.linalg.det(matrix) == pytest.approx(1)
    np.testing.assert_allclose(stretch(dose(0.0, 1.0)), np.eye(2))


def test_a_lens_bends_either_way():
    assert lens(dose(0.5, 1.0)) == pytest.approx(0.2)
    assert lens(dose(1.0, -1.0)) == pytest.approx(-0.4)
