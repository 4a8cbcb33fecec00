from __future__ import annotations

import cv2
import numpy as np
import pytest

from lentigo.evaluation.abstaining.pixel_figures import FAINT, GRID, LEVELS, NUM_FIGURES, pixel_figures

IMAGE = np.random.default_rng(0).integers(0, 256, (GRID, GRID, 3), dtype=np.uint8)


def test_an_image_of_one_colour_has_its_colour_and_no_detail() -> None:
    flat = np.full((2, 50, 70, 3), (200, 120, 80), np.uint8)
    found = pixel_figures(flat)
    assert found.shape == (2, NUM_FIGURES)
    np.testing.assert_allclose(found[0, :3], [400 / 3 / 20, 80 / 20, 80 / 20], rtol=1e-5)
    details = found[0, 3:-3].reshape(LEVELS, 6, 3)
    np.testing.assert_allclose(details[:, :3], np.log(FAINT), atol=1e-2)


def test_detail_is_haars() -> None:
    red, green = (IMAGE[:, :, place].astype(np.float64) for place in (0, 1))
    channel = red - green
    across = (channel[0::2, 0::2] - channel[0::2, 1::2] + channel[1::2, 0::2] - channel[1::2, 1::2]) / 2
    found = pixel_figures(IMAGE[np.newaxis])[0, 3 + 1]  # of the first size, across, red less green
    assert found == pytest.approx(np.log(np.sqrt((across**2).mean()) + FAINT), rel=1e-4)


def test_how_large_an_image_is_does_not_count() -> None:
    large = cv2.resize(IMAGE, (3 * GRID, 2 * GRID), interpolation=cv2.INTER_NEAREST)
    np.testing.assert_allclose(pixel_figures([large]), pixel_figures([IMAGE]), atol=1e-3)
    assert np.isfinite(pixel_figures([IMAGE[:7, :9]])).all()
    assert pixel_figures([]).shape == (0, NUM_FIGURES)
