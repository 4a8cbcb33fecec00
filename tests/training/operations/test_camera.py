"""Each operation on pixels against numbers by hand, SciPy or Pillow."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import gaussian_filter

from lentigo.training.operations.camera import TILE_SIDE, blur, gamma, jpeg, noise, vignette
from lentigo.training.operations.dose import Dose


def dose(strength: float, sign: float = 1.0, *numbers: float) -> Dose:
    return Dose(strength, sign, np.resize(np.array(numbers or (0.5,)), 8))


def smooth(height: int, width: int):
    """Slow waves of three colours."""
    down, across = np.mgrid[:height, :width]
    waves = [np.sin(down / 9 + phase) + np.cos(across / (7 + phase)) for phase in (0, 1, 2)]
    return np.rint(128 + 40 * np.stack(waves, axis=2)).astype(np.uint8)


@pytest.mark.parametrize("operation", [gamma, noise, blur, jpeg, vignette])
def test_an_operation_leaves_its_input_alone_and_repeats_itself(operation):
    image = np.random.default_rng(0).integers(0, 256, (40, 56, 3), dtype=np.uint8)
    before, one = image.copy(), dose(0.8, -1.0, 0.3, 0.6)
    found = operation(image, one)
    assert (found.shape, found.dtype) == (image.shape, np.uint8)
    assert not np.array_equal(found, image)
    np.testing.assert_array_equal(operation(image, one), found)
    np.testing.assert_array_equal(image, before)


def test_gamma_by_hand():
    levels = np.array([[[0, 64, 255]]], dtype=np.uint8)
    assert gamma(levels, dose(1.0)).tolist() == [[[0, 16, 255]]]  # 255 * (64 / 255) ** 2 = 16.06
    assert gamma(levels, dose(1.0, -1.0)).tolist() == [[[0, 128, 255]]]  # its root: 127.75
    assert gamma(levels, dose(0.0)).tolist() == levels.tolist()


@pytest.mark.parametrize("side", [96, TILE_SIDE + 60])
def test_noise_is_normal_of_the_strength_asked_for(side):
    grey = np.full((side, side, 3), 128, np.uint8)
    found = noise(grey, dose(0.4, 1.0, 0.9, 0.7)).astype(float) - 128
    assert found.std() == pytest.approx(10, rel=0.03)  # 0.4 * 25
    assert abs(found.mean()) < 0.3
    assert (np.abs(found) < 10).mean() == pytest.approx(0.683, abs=0.04)  # the share within one deviation
    assert abs(np.corrcoef(found[:, :, 0].ravel(), found[:, :, 1].ravel())[0, 1]) < 0.05
    assert abs(np.corrcoef(found[1:, :, 0].ravel(), found[:-1, :, 0].ravel())[0, 1]) < 0.05
    other = noise(grey, dose(0.4, 1.0, 0.2, 0.1)).astype(float) - 128
    assert abs(np.corrcoef(found.ravel(), other.ravel())[0, 1]) < 0.05


def test_noise_is_cut_off_at_black_and_white():
    for level in (0, 255):
        found = noise(np.full((64, 64, 3), level, np.uint8), dose(1.0))
        assert (found == level).mean() > 0.45
        assert np.abs(found.astype(int) - level).max() < 140


def test_blur_is_scipys_gaussian():
    image = np.random.default_rng(0).integers(0, 256, (200, 240, 3), dtype=np.uint8)
    expected = gaussian_filter(image.astype(float), sigma=(2.0, 2.0, 0), mode="reflect", truncate=3.0)
    assert np.abs(blur(image, dose(1.0)).astype(float) - expected).max() <= 2  # 0.01 * 200 = 2 pixels
    np.testing.assert_array_equal(blur(image, dose(0.0)), image)


@pytest.mark.parametrize(("strength", "quality"), [(0.0, 95), (0.6, 50), (1.0, 20)])
def test_jpeg_is_what_pillow_makes_of_that_quality(strength, quality):
    image = smooth(64, 80)
    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=quality, subsampling="4:2:0")
    expected = np.asarray(Image.open(file)).astype(int)
    found = jpeg(image, dose(strength)).astype(int)
    assert np.abs(found - expected).mean() < 0.5
    assert np.abs(found - image).mean() < np.abs(found - image[:, :, ::-1]).mean()


def test_a_vignette_darkens_the_furthest_corner_most_and_its_centre_not_at_all():
    grey = np.full((101, 101, 3), 200, np.uint8)
    found = vignette(grey, dose(1.0, 1.0, 0.5, 0.5))[:, :, 0]
    assert found[50, 50] == 200
    assert found[0, 0] == found[100, 100] == 60  # 200 * (1 - 0.7)
    assert found[50, 0] == 130  # half the squared distance: 200 * (1 - 0.35)
    aside = vignette(grey, dose(1.0, 1.0, 0.0, 0.0))[:, :, 0]
    assert aside[25, 25] == 200
    assert aside[100, 100] == 60
