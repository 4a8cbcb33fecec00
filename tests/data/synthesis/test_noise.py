from __future__ import annotations

import numpy as np
import pytest

from lentigo.data.synthesis.noise import SIDE, fractal_noise, lattice, ramp, smooth_noise, values_at


@pytest.mark.parametrize("field", [smooth_noise, fractal_noise])
def test_fields_are_centred_and_of_known_size(field):
    maps = np.stack([field(np.random.default_rng(seed), 12) for seed in range(12)])
    assert maps.shape == (12, SIDE, SIDE)
    assert abs(maps.mean()) < 0.1
    assert 0.5 < maps.std() < 1.1


def test_a_wider_cell_gives_a_smoother_field():
    fine, coarse = (smooth_noise(np.random.default_rng(0), cell) for cell in (6, 40))
    assert np.abs(np.diff(fine)).mean() > 3 * np.abs(np.diff(coarse)).mean()


def test_two_draws_of_one_generator_differ():
    rng = np.random.default_rng(0)
    assert not np.array_equal(smooth_noise(rng, 12), smooth_noise(rng, 12))


def test_ramp_goes_up_and_down():
    values = np.array([-1, 0, 0.5, 1, 2], np.float32)
    np.testing.assert_allclose(ramp(values, 0, 1), [0, 0, 0.5, 1, 1])
    np.testing.assert_allclose(ramp(values, 1, 0), [1, 1, 0.5, 0, 0])


def test_lattice_keeps_to_its_region_and_spacing():
    region = np.zeros((SIDE, SIDE), np.float32)
    region[100:200, 50:250] = 1
    points = lattice(np.random.default_rng(0), region, 10, 0.0)
    assert np.all(values_at(region, points) == 1)
    distances = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    nearest = np.sort(distances, axis=1)[:, 1]
    # rows lie 0.87 of a spacing apart: neighbours in a row at 10, across rows at hypot(5, 8.7)
    assert nearest.min() == pytest.approx(10, abs=0.1)
    assert len(points) == pytest.approx(100 * 200 / (10 * 8.7), rel=0.15)
