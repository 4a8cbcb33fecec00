"""The same network at several sizes."""

from __future__ import annotations

from dataclasses import replace

import keras
import numpy as np
import pytest

from lentigo.models import build_network
from lentigo.settings.errors import SettingsError
from lentigo.settings.recipe import HeadLayer, Input, Model, Recipe, Stage
from lentigo.training.setup.sizes import Building, check_sizes, copy_variables, image_of

DROPPING = Model(head=(HeadLayer("pool"), HeadLayer("batchnorm"), HeadLayer("dropout", rate=0.5)))


@pytest.mark.parametrize(
    ("height", "width", "size", "expected"),
    [
        (224, 224, 128, (128, 128)),
        (150, 200, 75, (75, 100)),
        (200, 150, 75, (100, 75)),
        (150, 200, 0, (150, 200)),
    ],
)
def test_the_shape_is_kept(height: int, width: int, size: int, expected: tuple[int, int]) -> None:
    image = image_of(Stage(size=size), Input(height, width, "crop", "vgg"))
    assert (image.height, image.width) == expected
    assert (image.resize, image.scaling) == ("crop", "vgg")


def test_a_network_of_another_size_gives_the_same_features_of_a_plain_colour() -> None:
    recipe = Recipe("x", input=Input(48, 64), model=DROPPING)
    whole = build_network(recipe.model, recipe.input, 3, seed=1)
    small = Building(recipe, 3, "float32").build(Input(24, 32))
    copy_variables(whole, small)
    assert small.model.input.shape[1:3] == (24, 32)
    for one, other in zip(whole.model.get_weights(), small.model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    # within the border that convolutions pad, a plain colour looks alike at any size
    plain = np.full((1, 48, 64, 3), 90, np.uint8)
    ours = np.asarray(whole.backbone(whole.scaling(plain)))[0, 2, 3]
    theirs = np.asarray(small.backbone(small.scaling(plain[:, :24, :32])))[0, 1, 2]
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


def test_random_draws_go_on_where_they_stood_at_the_other_size() -> None:
    recipe = Recipe("x", input=Input(48, 48), model=DROPPING)
    whole = build_network(recipe.model, recipe.input, 3, seed=1)
    features = np.random.default_rng(0).normal(1, 1, (4, 1, 1, 64)).astype(np.float32)

    def drawn(head: keras.Model, side: int) -> np.ndarray:
        return np.asarray(head(np.broadcast_to(features, (4, side, side, 64)), training=True))

    first = drawn(whole.head, 6)
    small = Building(recipe, 3, "float32").build(Input(32, 32))
    copy_variables(whole, small)
    after = drawn(small.head, 4)
    np.testing.assert_allclose(after, drawn(whole.head, 6), rtol=1e-5)
    assert not np.allclose(after, first)


def test_a_size_that_the_backbone_cannot_take_is_refused_before_training() -> None:
    model = Model("xception", head=(HeadLayer("pool"),))
    recipe = Recipe("x", input=Input(96, 96), model=model, stages=(Stage(size=80), Stage(size=64), Stage()))
    with pytest.raises(SettingsError, match=r"stages.1.size: 64 pixels are too few: .*XCEPTION|Xception"):
        check_sizes(Building(recipe, 3, "float32"))
    check_sizes(Building(replace(recipe, stages=(Stage(size=80), Stage())), 3, "float32"))
