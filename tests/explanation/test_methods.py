"""Each method on a small look made of arrays, by hand; the same on networks in test_gradcam.py."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from lentigo.explanation.methods import (
    METHODS,
    all_classes,
    cam,
    explain_images,
    grad_cam,
    grad_cam_plus_plus,
    layer_cam,
    method_named,
    occlusion,
    usable_methods,
)
from lentigo.settings.errors import ModelError, SettingsError


@dataclass
class HandMadeLook:
    """One image of 12 x 12, two channels on 2 x 2 cells, two classes; the logit is the mean of red."""

    images: np.ndarray
    features: np.ndarray
    all_gradients: np.ndarray
    weights: np.ndarray | None = None

    def gradients(self, classes: np.ndarray) -> np.ndarray:
        return np.stack([one[chosen] for one, chosen in zip(self.all_gradients, classes, strict=True)])

    def kernel(self) -> np.ndarray | None:
        return self.weights

    def logits(self, images: np.ndarray) -> np.ndarray:
        red = images[..., 0].mean(axis=(1, 2))
        return np.stack([red, -red], axis=1).astype(np.float32)


@pytest.fixture
def look() -> HandMadeLook:
    features = np.zeros((1, 2, 2, 2), np.float32)
    features[0, :, :, 0] = [[1, 2], [3, 4]]  # sum 10
    features[0, :, :, 1] = [[4, 0], [0, 0]]  # sum 4
    gradients = np.zeros((1, 2, 2, 2, 2), np.float32)
    gradients[0, 0, :, :, 0] = [[1, 1], [1, 1]]
    gradients[0, 0, :, :, 1] = [[-2, -2], [0, 0]]
    gradients[0, 1, :, :, 1] = [[2, -4], [0, 0]]
    images = np.zeros((1, 12, 12, 3), np.uint8)
    images[0, :3, :3, 0] = 240
    return HandMadeLook(images, features, gradients, np.array([[1, 0], [-1, 3]], np.float32))


BOTH = np.array([[0, 1]])


def test_grad_cam_weighs_channels_by_their_mean_gradient(look: HandMadeLook) -> None:
    # first class: 1 * first - 1 * second; second class: -0.5 * second
    np.testing.assert_allclose(grad_cam(look, BOTH), [[[[0, 2], [3, 4]], [[0, 0], [0, 0]]]])


def test_grad_cam_plus_plus_counts_rising_cells_by_their_alpha(look: HandMadeLook) -> None:
    # first class: first channel 4 cells of 1 / (2 + 10 * 1); second class: second channel 2 / (2 + 4 * 2)
    expected = [look.features[0, :, :, 0] * 4 / 12, look.features[0, :, :, 1] * 0.2]
    np.testing.assert_allclose(grad_cam_plus_plus(look, BOTH), [expected], rtol=1e-6)


def test_the_alphas_have_no_pole_where_features_are_negative(look: HandMadeLook) -> None:
    look.features = -look.features  # 2 + S g would be 2 - 10 * 0.2
    look.all_gradients = np.full_like(look.all_gradients, 0.2)
    assert np.isfinite(grad_cam_plus_plus(look, BOTH)).all()


def test_layer_cam_weighs_every_cell_by_itself(look: HandMadeLook) -> None:
    expected = [look.features[0, :, :, 0], [[8, 0], [0, 0]]]
    np.testing.assert_allclose(layer_cam(look, BOTH), [expected])


def test_cam_weighs_channels_by_the_kernel_of_the_logit(look: HandMadeLook) -> None:
    np.testing.assert_allclose(cam(look, BOTH), [[[[0, 2], [3, 4]], [[12, 0], [0, 0]]]])


def test_cam_is_refused_where_the_head_is_not_linear(look: HandMadeLook) -> None:
    look.weights = None
    with pytest.raises(ModelError, match="use gradcam"):
        cam(look, BOTH)


def test_occlusion_finds_what_the_logit_rests_on(look: HandMadeLook) -> None:
    heat = occlusion(look, BOTH)
    assert heat.shape == (1, 2, 12, 12)
    assert heat[0, 0, :3, :3].min() > 5 * heat[0, 0, 4:, 4:].max()
    # covering the red spot raises the second logit there: nothing speaks for it
    assert heat[0, 1, :3, :3].max() == 0


class HandMadeLens:
    num_classes = 2

    def __init__(self, made: HandMadeLook) -> None:
        self.made = made

    def kernel(self) -> np.ndarray | None:
        return self.made.kernel()

    def look(self, images: np.ndarray) -> HandMadeLook:
        count = len(images)
        features = np.repeat(self.made.features, count, axis=0)
        gradients = np.repeat(self.made.all_gradients, count, axis=0)
        return HandMadeLook(images, features, gradients, self.made.weights)


@pytest.mark.parametrize("method", METHODS)
def test_maps_of_every_method_and_class_in_order(method: str, look: HandMadeLook) -> None:
    images = np.repeat(look.images, 19, axis=0)
    maps = explain_images(HandMadeLens(look), images, all_classes(19, 2), method)
    assert maps.shape == (19, 2, 12, 12)
    assert maps.dtype == np.float32
    assert maps.max() == 1
    assert maps.min() == 0
    second = explain_images(HandMadeLens(look), images[:1], np.array([[1]]), method)
    np.testing.assert_array_equal(maps[18, 1], second[0, 0])


def test_methods_that_do_not_fit_the_head_are_left_out(look: HandMadeLook) -> None:
    assert usable_methods(HandMadeLens(look)) == list(METHODS)
    look.weights = None
    assert usable_methods(HandMadeLens(look)) == [name for name in METHODS if name != "cam"]


def test_an_unknown_method_is_refused_with_those_there_are() -> None:
    with pytest.raises(SettingsError, match=r"choose one of gradcam, gradcam\+\+"):
        method_named("grad-cam")


@pytest.mark.parametrize("classes", [[[0], [1]], [[2]], [[-1]], [0]])
def test_classes_that_do_not_fit_are_refused(classes: list[list[int]], look: HandMadeLook) -> None:
    with pytest.raises(ModelError, match="class ind"):
        explain_images(HandMadeLens(look), look.images, np.array(classes))
