"""One warp against Keras' layers given the same parameters, and against results known by hand."""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from lentigo.data.images.warp import AffineDraw, bent, matrices, shrink, warp

HEIGHT, WIDTH = 24, 37


def parameters(**changes: float) -> AffineDraw:
    """One image's parameters; nothing happens but what is named."""
    neutral = {
        "is_flipped_horizontally": False,
        "is_flipped_vertically": False,
        "angle": 0.0,
        "scale": 1.0,
        "shift_x": 0.0,
        "shift_y": 0.0,
    }
    return AffineDraw(**{name: np.array([value]) for name, value in {**neutral, **changes}.items()})


def warped(image: NDArray[np.uint8], fill: str = "reflect", **changes: float) -> NDArray[np.uint8]:
    return warp(image, matrices(parameters(**changes), *image.shape[:2])[0], fill)


def by_keras_rotation(image, angle, fill_mode="reflect"):
    layer = keras.layers.RandomRotation(0.5, fill_mode=fill_mode)
    shape = {"height": image.shape[0], "width": image.shape[1], "center_x": 0.5, "center_y": 0.5}
    zeros = {name: np.zeros(1, "float32") for name in ("translate_x", "translate_y", "shear_x", "shear_y")}
    matrix = layer._compute_affine_matrix(
        angle=keras.ops.convert_to_tensor(np.float32([np.degrees(angle)])),
        scale=np.ones(1, "float32"),
        **zeros,
        **shape,
    )
    return layer.transform_images(as_batch(image), {"rotation_matrix": matrix}, training=True)[0].numpy()


def by_keras_zoom(image, scale):
    layer = keras.layers.RandomZoom(0.5)
    zoom = np.float32([[scale]])
    return layer.transform_images(as_batch(image), {"height_zoom": zoom, "width_zoom": zoom})[0].numpy()


def by_keras_shift(image, shift_x, shift_y):
    layer = keras.layers.RandomTranslation(0.5, 0.5)
    pixels = np.float32([[shift_x * image.shape[1], shift_y * image.shape[0]]])
    shifts = {"translations": pixels, "input_shape": (1, *image.shape)}
    return layer.transform_images(as_batch(image), shifts, training=True)[0].numpy()


def by_keras_flip(image):
    layer = keras.layers.RandomFlip("horizontal")
    flips = np.array([[[[True]]]])
    return layer.transform_images(as_batch(image), {"flips": flips}, training=True)[0].numpy()


def as_batch(image):
    return keras.ops.convert_to_tensor(image[None].astype("float32"))


@pytest.fixture
def noise():
    return np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)


@pytest.fixture
def smooth():
    """Slow waves, on which interpolating twice is nearly interpolating once."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    waves = np.stack([np.sin(x / 9), np.cos(y / 7), np.sin((x + y) / 11)], axis=-1)
    return np.round(127 + 100 * waves).astype(np.uint8)


def assert_near(ours, keras_pixels, levels=1.0):
    assert np.abs(ours.astype(float) - keras_pixels).max() <= levels


def test_nothing_to_do_changes_nothing(noise):
    np.testing.assert_array_equal(warped(noise), noise)


def test_flips_are_exact(noise):
    np.testing.assert_array_equal(warped(noise, is_flipped_horizontally=True), noise[:, ::-1])
    np.testing.assert_array_equal(warped(noise, is_flipped_vertically=True), noise[::-1])
    np.testing.assert_array_equal(warped(noise, is_flipped_horizontally=True), by_keras_flip(noise))


def test_a_quarter_turn_of_a_square_is_counter_clockwise(noise):
    square = noise[:, :HEIGHT]
    np.testing.assert_array_equal(warped(square, angle=np.pi / 2), np.rot90(square))


@pytest.mark.parametrize("angle", [0.3, -0.6, 2.0, np.pi])
def test_rotation_is_keras_rotation_with_its_reflection(noise, angle):
    assert_near(warped(noise, angle=angle), by_keras_rotation(noise, angle))


def test_constant_fill_is_black_as_in_keras(noise):
    ours, theirs = warped(noise, "constant", angle=0.5), by_keras_rotation(noise, 0.5, "constant")
    assert ours[0, 0].max() == 0
    assert_near(ours, theirs)


@pytest.mark.parametrize("scale", [0.9, 1.1, 1.5])
def test_zoom_is_keras_zoom(noise, scale):
    assert_near(warped(noise, scale=scale), by_keras_zoom(noise, scale))


def test_shift_is_keras_translation_and_moves_right_and_down(noise):
    assert_near(warped(noise, shift_x=0.1, shift_y=-0.07), by_keras_shift(noise, 0.1, -0.07))
    moved = warped(noise, "constant", shift_x=2 / WIDTH, shift_y=1 / HEIGHT)
    np.testing.assert_array_equal(moved[1:, 2:], noise[:-1, :-2])


@pytest.mark.parametrize(("angle", "scale"), [(0.2, 0.8), (-0.15, 0.75)])
def test_all_at_once_is_the_chain_of_layers_where_nothing_is_filled(smooth, angle, scale):
    ours = warped(smooth, is_flipped_horizontally=True, angle=angle, scale=scale)
    chain = by_keras_zoom(by_keras_rotation(by_keras_flip(smooth), angle), scale)
    middle = np.s_[6:-6, 6:-6]
    assert_near(ours[middle], chain[middle], levels=2.5)


def test_matrices_are_one_for_each_image():
    draw = AffineDraw(*(np.array([value, value]) for value in (False, False, 0.0, 1.0, 0.0, 0.0)))
    found = matrices(draw, HEIGHT, WIDTH)
    np.testing.assert_allclose(found, np.broadcast_to(np.eye(3)[:2], (2, 2, 3)), atol=1e-12)


def test_bending_before_a_matrix_is_one_point_after_the_other():
    matrix = matrices(parameters(angle=0.4, scale=1.1, shift_x=0.1), HEIGHT, WIDTH)[0]
    linear = np.array([[1.0, 0.2], [0.1, 0.8]])
    centre, point = np.array([(WIDTH - 1) / 2, (HEIGHT - 1) / 2]), np.array([5.0, 20.0])
    expected = matrix @ np.append(centre + linear @ (point - centre), 1)
    np.testing.assert_allclose(bent(matrix, linear, HEIGHT, WIDTH) @ np.append(point, 1), expected)
    np.testing.assert_allclose(bent(matrix, np.eye(2), HEIGHT, WIDTH), matrix)


@pytest.mark.parametrize("curvature", [0.3, -0.3])
def test_a_lens_reads_each_point_at_its_distance_by_scipy(smooth, curvature):
    matrix = matrices(parameters(angle=0.3, scale=0.9, shift_y=0.05), HEIGHT, WIDTH)[0]
    rows, columns = np.mgrid[:HEIGHT, :WIDTH].astype(float)
    middle_x, middle_y = (WIDTH - 1) / 2, (HEIGHT - 1) / 2
    across, down = columns - middle_x, rows - middle_y
    distance = (across**2 + down**2) / (middle_x**2 + middle_y**2)
    factor = (1 + curvature * distance) / (1 + curvature / 2)
    x, y = np.einsum(
        "ij,jhw->ihw", matrix, [across * factor + middle_x, down * factor + middle_y, np.ones_like(rows)]
    )
    expected = [
        map_coordinates(smooth[:, :, one].astype(float), [y, x], order=1, mode="reflect") for one in range(3)
    ]
    found = warp(smooth, matrix, "reflect", curvature).astype(float)
    # bilinear weights of OpenCV have 5 bits
    assert np.abs(found - np.stack(expected, axis=2)).max() <= 3


def test_a_lens_keeps_the_centre_and_half_the_squared_diagonal_in_place():
    image = np.zeros((41, 41, 3), np.uint8)
    image[20, 20] = image[20, 0] = image[0, 20] = 255
    for curvature in (0.4, -0.4):
        found = warp(image, np.eye(2, 3), "constant", curvature)
        assert found[20, 20].min() == 255
        assert found[20, 0].min() > 250
        assert found[0, 20].min() > 250


def test_shrinking_takes_the_mean_of_each_area_and_leaves_an_image_of_that_size_alone() -> None:
    stripes = np.zeros((4, 6, 3), np.uint8)
    stripes[:, ::2] = 200  # as fine as can be: every second column would be all dark or all bright
    assert (shrink(stripes, (2, 3)) == 100).all()
    assert shrink(stripes, (4, 6)) is stripes
    ramp = np.repeat(np.arange(9, dtype=np.uint8)[None, :, None], 3, axis=0).repeat(3, axis=2)
    np.testing.assert_array_equal(shrink(ramp, (1, 3))[0, :, 0], [1, 4, 7])
