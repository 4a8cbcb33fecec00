"""Where the frozen part ends, and that both parts together are the whole."""

from __future__ import annotations

import numpy as np
import pytest

from lentigo.models import build_network, freeze
from lentigo.models.frozen_part import divide
from lentigo.settings.recipe import HeadLayer, Input, Model

POOLED = (HeadLayer("pool"), HeadLayer("batchnorm"), HeadLayer("dense", units=5))
FLAT = (HeadLayer("flatten"), HeadLayer("dense", units=5))
IMAGES = np.random.default_rng(0).integers(0, 256, (3, 32, 40, 3), dtype=np.uint8)


@pytest.mark.parametrize(
    ("backbone", "head", "learn", "shape"),
    [
        ("small-cnn", POOLED, ("head",), (64,)),  # pooled before it is stored
        ("small-cnn", FLAT, ("head",), (4, 5, 64)),
        ("small-cnn", POOLED, ("block3", "head"), (8, 10, 32)),
        ("small-cnn", POOLED, ("block2", "head"), (16, 20, 16)),
        ("efficientnet-lite0", POOLED, ("head",), (1280,)),
        ("efficientnet-lite0", POOLED, ("blocks.15", "top", "head"), (1, 2, 192)),
        ("efficientnet-lite0", POOLED, ("blocks.4", "head"), (4, 5, 40)),  # a shortcut ends before it
    ],
)
def test_both_parts_together_are_the_whole(
    backbone: str, head: tuple[HeadLayer, ...], learn: tuple[str, ...], shape: tuple[int, ...]
) -> None:
    network = build_network(Model(backbone, head=head), Input(32, 40), 3, seed=1)
    division = divide(network, learn)
    assert division is not None
    assert division.shape == shape
    assert 0 < division.share <= 1
    activations = np.asarray(division.frozen(IMAGES))
    np.testing.assert_allclose(
        np.asarray(division.learning(activations)), np.asarray(network.model(IMAGES)), rtol=1e-4, atol=1e-5
    )


def test_all_that_learns_lies_in_the_learning_part() -> None:
    network = build_network(Model("efficientnet-lite0", head=POOLED), Input(32, 40), 3, seed=1)
    division = divide(network, ("blocks.3", "head"))
    assert division is not None
    freeze(network, ("blocks.3", "head"))
    ours = {id(variable) for variable in division.learning.trainable_variables}
    assert ours == {id(variable) for variable in network.model.trainable_variables}
    assert not division.frozen.trainable_variables


@pytest.mark.parametrize("learn", [("all",), ("block1", "head"), ("block1",)])
def test_a_backbone_that_learns_from_its_first_layers_on_is_not_divided(learn: tuple[str, ...]) -> None:
    assert divide(build_network(Model("small-cnn", head=POOLED), Input(32, 40), 3), learn) is None


def test_the_share_is_that_of_the_multiplications_by_hand() -> None:
    network = build_network(Model("small-cnn", head=POOLED), Input(32, 40), 3)
    division = divide(network, ("block3", "head"))
    assert division is not None
    first, second = (27 + 1) * 16 * 32 * 40, (144 + 1) * 32 * 16 * 20
    third = (288 + 1) * 64 * 8 * 10
    assert division.share == pytest.approx((first + second) / (first + second + third))
