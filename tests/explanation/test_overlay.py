from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lentigo.explanation.overlay import heat_bar, heat_colours, overlay, save_picture


def test_colours_follow_matplotlibs_inferno() -> None:
    matplotlib = pytest.importorskip("matplotlib")
    heat = np.linspace(0, 1, 256, dtype=np.float32)
    expected = matplotlib.colormaps["inferno"](np.arange(256))[:, :3] * 255
    assert np.abs(heat_colours(heat) - expected).max() <= 2


def test_colours_get_brighter_with_heat() -> None:
    luminance = heat_bar(1, 64)[0] @ np.array([0.2126, 0.7152, 0.0722])
    assert (np.diff(luminance) > 0).all()


def test_no_heat_leaves_the_grey_image_and_full_heat_is_the_colour() -> None:
    image = np.zeros((2, 2, 3), np.uint8)
    image[0, 0] = (200, 100, 50)  # grey 0.299 * 200 + 0.587 * 100 + 0.114 * 50 = 124.2
    heat = np.array([[0, 0], [0, 1]], np.float32)
    laid = overlay(image, heat, alpha=1.0)
    assert laid[0, 0].tolist() == [124, 124, 124]
    assert laid[1, 1].tolist() == heat_colours(np.float32(1.0)).tolist()
    assert laid.dtype == np.uint8


def test_alpha_mixes_the_two() -> None:
    image = np.full((1, 1, 3), 100, np.uint8)
    heat = np.ones((1, 1), np.float32)
    expected = np.rint(0.5 * 100 + 0.5 * heat_colours(heat)[0, 0].astype(float))
    np.testing.assert_array_equal(overlay(image, heat, alpha=0.5)[0, 0], expected)


def test_the_bar_runs_from_nothing_to_hottest() -> None:
    bar = heat_bar(3, 10)
    assert bar.shape == (3, 10, 3)
    np.testing.assert_array_equal(bar[:, -1], np.tile(heat_colours(np.float32(1)), (3, 1)))


def test_a_picture_is_saved_as_it_is(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    path = save_picture(tmp_path / "new" / "a.png", pixels)
    np.testing.assert_array_equal(np.asarray(Image.open(path)), pixels)
