"""Draws against the distributions Keras draws from; colours against Pillow."""

from __future__ import annotations

import os
from dataclasses import replace

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import cv2
import keras
import numpy as np
import pytest
from PIL import Image, ImageEnhance

from lentigo.settings.recipe import Augmentation
from lentigo.training.batches.augmentation import (
    NUMBERS_AN_IMAGE,
    STREAM,
    Draw,
    affine_draw,
    augment,
    colour_factors,
    draw,
    factors_matrix,
)
from lentigo.training.batches.randomness import uniform_numbers

EVERYTHING = Augmentation(
    horizontal_flip=True,
    vertical_flip=True,
    rotation=0.1,
    zoom=0.1,
    shift=0.05,
    brightness=0.2,
    contrast=0.2,
    saturation=0.2,
)
MANY = range(20_000)


def numbers_of(positions):
    return uniform_numbers(0, (0, STREAM), positions, NUMBERS_AN_IMAGE)


def recolour(image, factors):
    return augment(image, Draw(None, factors, "reflect"))


@pytest.fixture
def image():
    """Mid tones, so that nothing saturates."""
    return np.random.default_rng(1).integers(70, 180, (32, 40, 3), dtype=np.uint8)


def same_draws(first, second):
    return all(
        np.array_equal(one.matrix, two.matrix) and np.array_equal(one.colour, two.colour)
        for one, two in zip(first, second, strict=True)
    )


def test_no_augmentation_returns_the_image_itself(image):
    assert augment(image, draw(Augmentation(), (32, 40), 0, 0, range(1))[0]) is image


def test_the_image_given_is_not_changed(image):
    before = image.copy()
    for drawn in draw(EVERYTHING, (32, 40), 0, 0, range(4)):
        changed = augment(image, drawn)
        assert changed.shape == image.shape
        assert changed.dtype == np.uint8
        assert not np.array_equal(changed, image)
    np.testing.assert_array_equal(image, before)


def test_a_draw_depends_on_seed_epoch_and_position_only():
    together = draw(EVERYTHING, (32, 40), 7, 3, range(10))
    apart = [draw(EVERYTHING, (32, 40), 7, 3, range(place, place + 1))[0] for place in range(10)]
    assert same_draws(together, apart)
    assert not same_draws(together[:1], together[1:2])
    assert not same_draws(together, draw(EVERYTHING, (32, 40), 8, 3, range(10)))
    assert not same_draws(together, draw(EVERYTHING, (32, 40), 7, 4, range(10)))


def test_parameters_are_distributed_as_keras_draws_them():
    found = affine_draw(EVERYTHING, numbers_of(MANY))
    assert found.is_flipped_horizontally.mean() == pytest.approx(0.5, abs=0.02)
    assert found.is_flipped_vertically.mean() == pytest.approx(0.5, abs=0.02)
    for values, largest in (
        (np.degrees(found.angle), 36),
        (found.scale - 1, 0.1),
        (found.shift_x, 0.05),
        (found.shift_y, 0.05),
    ):
        assert np.abs(values).max() <= largest
        # of a uniform variable on [-a, a]: quartiles -a/2, 0, a/2
        quartiles = np.quantile(values, [0.25, 0.5, 0.75]) / largest
        np.testing.assert_allclose(quartiles, [-0.5, 0, 0.5], atol=0.03)


def test_keras_layers_draw_the_same_distributions():
    images = np.zeros((4000, 4, 4, 3), "float32")
    angles = keras.layers.RandomRotation(0.1, seed=0).get_random_transformation(images)["angle"]
    zooms = keras.layers.RandomZoom(0.1, seed=0).get_random_transformation(images)
    flips = keras.layers.RandomFlip("horizontal", seed=0).get_random_transformation(images)["flips"]
    np.testing.assert_array_equal(zooms["height_zoom"], zooms["width_zoom"])
    found = affine_draw(EVERYTHING, numbers_of(range(4000)))
    levels = np.linspace(0, 1, 11)
    for ours, theirs, spread in (
        (np.degrees(found.angle), angles, 36),
        (found.scale, zooms["height_zoom"], 0.1),
    ):
        gaps = np.quantile(ours, levels) - np.quantile(np.asarray(theirs), levels)
        assert np.abs(gaps).max() < 0.07 * spread
    assert np.mean(flips) == pytest.approx(found.is_flipped_horizontally.mean(), abs=0.04)


def test_parameters_do_not_hang_together():
    found = affine_draw(EVERYTHING, numbers_of(MANY))
    columns = np.array(
        [
            found.is_flipped_horizontally,
            found.is_flipped_vertically,
            found.angle,
            found.scale,
            found.shift_x,
            found.shift_y,
            *colour_factors(EVERYTHING, numbers_of(MANY)).T,
        ],
        dtype=np.float64,
    )
    assert np.abs(np.corrcoef(columns) - np.eye(9)).max() < 0.03


def test_what_is_not_asked_for_is_not_drawn():
    found = affine_draw(Augmentation(rotation=0.1), numbers_of(range(100)))
    assert not found.is_flipped_horizontally.any()
    assert not found.is_flipped_vertically.any()
    assert (found.scale == 1).all()
    assert (found.shift_x == 0).all()
    assert draw(Augmentation(rotation=0.1), (8, 8), 0, 0, range(1))[0].colour is None
    assert draw(Augmentation(contrast=0.1), (8, 8), 0, 0, range(1))[0].matrix is None


def test_colour_factors_stay_within_their_limits():
    factors = colour_factors(Augmentation(brightness=0.1, contrast=0.2, saturation=0.3), numbers_of(MANY))
    np.testing.assert_allclose(factors.min(axis=0), [0.9, 0.8, 0.7], atol=0.001)
    np.testing.assert_allclose(factors.max(axis=0), [1.1, 1.2, 1.3], atol=0.001)


@pytest.mark.parametrize(
    "factors", [(1.2, 1.0, 1.0), (1.0, 0.7, 1.0), (1.0, 1.0, 0.2), (1.0, 1.0, 1.4), (0.9, 1.1, 0.8)]
)
def test_colours_change_as_in_pillow(image, factors):
    expected = Image.fromarray(image)
    for enhancer, factor in zip(
        (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color), factors, strict=True
    ):
        expected = enhancer(expected).enhance(factor)
    found = recolour(image, np.array(factors))
    # Pillow cuts the fraction off after every step
    num_steps = sum(factor != 1 for factor in factors)
    assert np.abs(found.astype(int) - np.asarray(expected).astype(int)).max() <= num_steps


def test_colours_saturate_instead_of_wrapping_around():
    white = np.full((4, 4, 3), 250, np.uint8)
    assert recolour(white, np.array([1.5, 1.0, 1.0])).min() == 255


OPERATIONS = replace(
    EVERYTHING,
    shape_operations=("shear", "stretch", "lens", "hair", "erasing"),
    colour_operations=("hue", "cast", "illumination", "gamma", "noise", "blur", "jpeg", "vignette"),
    operation_strength=1.0,
)


def test_with_all_operations_an_image_depends_on_seed_epoch_and_position_only(image):
    def shown(epoch, positions):
        return [augment(image, one) for one in draw(OPERATIONS, (32, 40), 7, epoch, positions)]

    before = image.copy()
    together, apart = shown(3, range(80)), [shown(3, range(place, place + 1))[0] for place in range(80)]
    np.testing.assert_array_equal(together, apart)
    np.testing.assert_array_equal(image, before)
    assert len(np.unique(np.reshape(together, (80, -1)), axis=0)) == 80
    assert not np.array_equal(together, shown(4, range(80)))


def test_operations_leave_warp_and_colours_as_they_are_drawn_without_them():
    alone = draw(EVERYTHING, (32, 40), 7, 3, range(300))
    drawn = draw(OPERATIONS, (32, 40), 7, 3, range(300))
    for one, other in zip(alone, drawn, strict=True):
        np.testing.assert_array_equal(one.colour, other.colour)
        if other.shape or other.curvature:  # what is not part of the matrix
            np.testing.assert_array_equal(one.matrix, other.matrix)


@pytest.mark.parametrize("name", ["hair", "erasing"])
def test_what_is_drawn_over_an_image_is_not_drawn_into_the_cache(image, name):
    before = image.copy()
    only = Augmentation(shape_operations=(name,), operation_strength=1.0)
    for drawn in draw(only, (32, 40), 0, 0, range(5)):
        assert drawn.matrix is None
        assert not np.array_equal(augment(image, drawn), before)
    np.testing.assert_array_equal(image, before)


def test_light_and_factors_are_one_map_of_colours(image):
    both = replace(Augmentation(saturation=0.5, contrast=0.3), colour_operations=("hue",))
    drawn = draw(both, (32, 40), 0, 0, range(1))[0]
    assert drawn.light is not None
    hue = drawn.light.operation.change(image, drawn.light.dose)
    first = cv2.transform(image.astype(np.float64), hue)
    # contrast turns round the mean grey of the image before the hue, which keeps it
    expected = cv2.transform(first, factors_matrix(image, drawn.colour))
    assert np.abs(augment(image, drawn) - expected.clip(0, 255)).max() <= 1  # bytes have 10 bits there


def test_flips_can_be_told():
    flips = np.array([[False, False], [True, False], [False, True], [True, True]])
    told = draw(Augmentation(horizontal_flip=True, vertical_flip=True), (8, 8), 0, 0, range(4), flips=flips)
    assert [np.sign(one.matrix.diagonal()).tolist() for one in told] == [[1, 1], [-1, 1], [1, -1], [-1, -1]]
