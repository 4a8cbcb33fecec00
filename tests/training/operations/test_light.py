"""Hue against the standard library's YIQ; cast and illumination by hand."""

from __future__ import annotations

import colorsys

import cv2
import numpy as np
import pytest

from lentigo.training.operations.dose import Dose
from lentigo.training.operations.light import LUMA, cast, compose, hue, illumination


def dose(strength: float, sign: float = 1.0, *numbers: float) -> Dose:
    return Dose(strength, sign, np.resize(np.array(numbers or (0.5,)), 8))


@pytest.fixture
def image():
    return np.random.default_rng(1).integers(60, 180, (16, 20, 3), dtype=np.uint8)


def applied(matrix, colour):
    return matrix[:, :3] @ np.asarray(colour, float) + matrix[:, 3]


def test_hue_turns_by_a_tenth_of_a_turn_as_the_standard_library_says(image):
    for sign in (1.0, -1.0):
        red, green, blue = applied(hue(image, dose(1.0, sign)), (0.6, 0.4, 0.3))
        before, after = colorsys.rgb_to_yiq(0.6, 0.4, 0.3), colorsys.rgb_to_yiq(red, green, blue)
        assert after[0] == pytest.approx(before[0], abs=0.002)  # its coefficients are rounded
        turned = np.angle(complex(*after[1:])) - np.angle(complex(*before[1:]))
        assert np.degrees(turned) == pytest.approx(sign * 36, abs=1.5)
        assert abs(complex(*after[1:])) == pytest.approx(abs(complex(*before[1:])), rel=0.03)


def test_hue_leaves_grey_and_brightness_alone(image):
    matrix = hue(image, dose(0.7, -1.0))
    np.testing.assert_allclose(applied(matrix, (90, 90, 90)), 90)
    np.testing.assert_allclose(LUMA @ applied(matrix, (200, 90, 40)), LUMA @ np.array([200, 90, 40]))


def test_a_cast_multiplies_channels_and_keeps_the_brightness_of_grey(image):
    found = applied(cast(image, dose(1.0, 1.0, 1.0, 0.5, 0.0)), (100, 100, 100))
    gains = np.array([1.3, 1.0, 0.7])
    np.testing.assert_allclose(found, 100 * gains / (0.299 * 1.3 + 0.587 + 0.114 * 0.7))
    assert LUMA @ found == pytest.approx(100)
    np.testing.assert_allclose(cast(image, dose(0.0, 1.0, 0.9))[:, :3], np.eye(3))


def shades_of_grey(image, power=6):
    values = image.astype(float).reshape(-1, 3)
    return (values**power).mean(axis=0) ** (1 / power)


def test_full_illumination_takes_the_cast_away_and_its_opposite_squares_it(image):
    yellow = np.rint(image * [1.2, 1.0, 0.6]).astype(np.uint8)
    yellow = np.repeat(np.repeat(yellow, 4, 0), 4, 1)  # so that a subsample sees all of it
    before = shades_of_grey(yellow)
    assert before.max() / before.min() > 1.8
    without = yellow @ illumination(yellow, dose(1.0))[:, :3].T
    np.testing.assert_allclose(shades_of_grey(without) / shades_of_grey(without).mean(), 1, atol=1e-9)
    more = shades_of_grey(yellow @ illumination(yellow, dose(1.0, -1.0))[:, :3].T)
    assert more[0] / more[2] == pytest.approx((before[0] / before[2]) ** 2)
    np.testing.assert_allclose(illumination(yellow, dose(0.0))[:, :3], np.eye(3))


def test_a_black_image_has_no_light_and_no_error():
    assert np.isfinite(illumination(np.zeros((8, 8, 3), np.uint8), dose(1.0))).all()


def test_composing_is_one_after_the_other(image):
    first = np.hstack([np.diag([1.1, 0.9, 0.8]), [[5], [-3], [2]]])
    second = np.hstack([np.array([[0.9, 0.1, 0], [0, 1, 0], [0.2, 0, 0.8]]), [[1], [2], [3]]])
    expected = cv2.transform(cv2.transform(image.astype(np.float64), first), second)
    np.testing.assert_allclose(cv2.transform(image.astype(np.float64), compose(first, second)), expected)
