"""Skin tone: angles of known colours, and what is no skin."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from lentigo.data.images.skin_tone import skin_angle, skin_band, skin_bands


def skin(lightness: float, yellow: float) -> np.ndarray:
    """A plain image of one colour in CIELAB, with a dark lesion in its middle."""
    lab = np.full((64, 64, 3), (lightness, 10, yellow), np.float32)
    rgb = cv2.cvtColor(lab, cv2.COLOR_LAB2RGB)
    image = (rgb * 255).round().astype(np.uint8)
    image[20:44, 20:44] = (60, 30, 25)
    return image


@pytest.mark.parametrize(
    ("lightness", "yellow", "band"),
    [(80, 15, "very light"), (68, 17, "light"), (62, 18, "intermediate"), (57, 18, "tan"), (45, 16, "brown")],
)
def test_the_angle_is_that_of_the_skin_around_the_lesion(lightness: float, yellow: float, band: str) -> None:
    expected = np.degrees(np.arctan2(lightness - 50, yellow))
    assert skin_angle(skin(lightness, yellow)) == pytest.approx(expected, abs=2.0)
    assert skin_band(expected) == band


def test_a_black_vignette_does_not_count_as_skin() -> None:
    image = skin(68, 17)
    image[:8], image[-8:] = 0, 0
    assert skin_angle(image) == pytest.approx(np.degrees(np.arctan2(18, 17)), abs=2.0)


def test_where_there_is_no_skin_there_is_no_band() -> None:
    black = np.zeros((32, 32, 3), np.uint8)
    blue = np.full((32, 32, 3), (40, 60, 220), np.uint8)
    assert skin_bands([black, blue]) == ["", ""]
