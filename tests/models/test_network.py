"""Whole networks: the study's sizes, freezing, precision, seeds, weights."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
import pytest

from lentigo.models import Network, build_network, freeze, load_weights, probabilities, save_weights
from lentigo.models.head import build_head
from lentigo.settings.errors import ModelError, SettingsError
from lentigo.settings.recipe import HeadLayer, Input, Model

LITE = Model("efficientnet-lite0", head=(HeadLayer("pool"),))
SMALL_INPUT = Input(32, 32, scaling="(x-127)/128")


def dense(units: int) -> HeadLayer:
    return HeadLayer("dense", units=units)


FLATTEN, BATCHNORM = HeadLayer("flatten"), HeadLayer("batchnorm")
FIFTH, HALF = HeadLayer("dropout", rate=0.2), HeadLayer("dropout", rate=0.5)
S3 = Model("vgg19", head=(FLATTEN, dense(128), HALF), output="softmax")
S6 = Model("xception", head=(FLATTEN, BATCHNORM, dense(128), FIFTH, BATCHNORM), output="softmax")
S10_HEAD = (FLATTEN, BATCHNORM, dense(1024), FIFTH, BATCHNORM, dense(256), FIFTH, BATCHNORM)
S10 = Model("xception", head=S10_HEAD, output="softmax")


def size(weights: Sequence[keras.Variable]) -> int:
    return sum(int(np.prod(weight.shape)) for weight in weights)


def test_s3_has_the_size_of_the_study() -> None:
    network = build_network(S3, Input(150, 200), 2)
    freeze(network, ("head",))
    assert network.model.count_params() == 21_597_634
    assert size(network.model.non_trainable_weights) == 20_024_384
    assert network.feature_shape == (4, 6, 512)


def test_s6_and_s8_have_the_size_of_the_study() -> None:
    network = build_network(S6, Input(320, 320, scaling="x/127.5-1"), 2)
    assert network.model.count_params() == 47_895_978
    assert network.backbone.count_params() == 20_861_480
    assert network.feature_shape == (10, 10, 2048)
    assert size(network.head.get_layer("dense_1").weights) == 26_214_528
    assert build_head(S6, (10, 10, 2048), 8).count_params() + 20_861_480 == 47_896_752


def test_s10_has_the_size_of_the_study_counted_from_one_position_of_its_map() -> None:
    # each of the other 99 positions adds 2048 features: 4 numbers of batch normalisation and 1024 weights
    head = build_head(S10, (1, 1, 2048), 8).count_params() + 99 * 2048 * (4 + 1024)
    assert 20_861_480 + head == 231_666_480


@pytest.mark.slow
def test_s10_has_the_size_of_the_study() -> None:
    network = build_network(S10, Input(320, 320, scaling="x/127.5-1"), 8)
    assert network.model.count_params() == 231_666_480


def test_pixels_become_scaled_image_feature_map_and_logits() -> None:
    network = build_network(LITE, SMALL_INPUT, 3, seed=0)
    pixels = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3), dtype=np.uint8)
    features = network.backbone(network.scaling(pixels))
    assert features.shape == (2, *network.feature_shape) == (2, 1, 1, 1280)
    np.testing.assert_allclose(network.head(features), network.model(pixels), rtol=1e-5, atol=1e-6)
    assert network.model.input.dtype == "uint8"


def learnt(network: Network) -> dict[str, bool]:
    """Train on one batch; tell for each block, and the head, whether any number of it changed."""
    parts = {**network.blocks, "head": [network.head]}
    before = {name: [w for layer in layers for w in layer.get_weights()] for name, layers in parts.items()}
    network.model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    pixels = np.random.default_rng(0).integers(0, 256, (4, 32, 32, 3), dtype=np.uint8)
    network.model.train_on_batch(pixels, np.array([0, 1, 2, 0]))
    after = {name: [w for layer in layers for w in layer.get_weights()] for name, layers in parts.items()}
    return {
        name: any(not np.array_equal(a, b) for a, b in zip(before[name], after[name], strict=True))
        for name in parts
    }


@pytest.mark.parametrize(
    ("learn", "expected"),
    [
        (("head",), {"head"}),
        (("head", "top", "blocks.15"), {"head", "top", "blocks.15"}),
    ],
)
def test_exactly_what_is_named_learns_moving_averages_included(
    learn: tuple[str, ...], expected: set[str]
) -> None:
    network = build_network(LITE, SMALL_INPUT, 3, seed=0)
    freeze(network, learn)
    assert {name for name, has_changed in learnt(network).items() if has_changed} == expected


def test_all_unfreezes_again() -> None:
    network = build_network(Model(head=(HeadLayer("pool"),)), Input(32, 32), 3, seed=0)
    freeze(network, ("head",))
    freeze(network, ("all",))
    assert all(learnt(network).values())


def test_an_unknown_block_is_refused_before_anything_changes() -> None:
    network = build_network(Model(), Input(32, 32), 3)
    freeze(network, ("head",))
    with pytest.raises(SettingsError, match="Did you mean block3"):
        freeze(network, ("head", "blok3"))
    assert not network.backbone.trainable_weights


def test_low_precision_keeps_weights_and_outputs_in_float32() -> None:
    network = build_network(Model(output="softmax"), Input(32, 32), 3, "mixed_bfloat16", seed=0)
    outputs = network.model(np.zeros((2, 32, 32, 3), np.uint8))
    assert keras.backend.standardize_dtype(outputs.dtype) == "float32"
    assert network.backbone.layers[1].compute_dtype == "bfloat16"
    assert {weight.dtype for weight in network.model.trainable_weights} == {"float32"}
    assert keras.config.dtype_policy().name == "float32"


def test_a_seed_gives_the_same_weights() -> None:
    first, second, other = (build_network(Model(), Input(32, 32), 3, seed=seed) for seed in (1, 1, 2))
    for one, two in zip(first.model.get_weights(), second.model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)
    assert not np.array_equal(first.model.get_weights()[0], other.model.get_weights()[0])


@pytest.mark.filterwarnings("ignore:Skipping nested container")
def test_weights_come_back(tmp_path: Path) -> None:
    first, second = (build_network(Model(), Input(32, 32), 3, seed=seed) for seed in (1, 2))
    save_weights(first, tmp_path / "model.weights.h5")
    load_weights(second, tmp_path / "model.weights.h5")
    pixels = np.full((1, 32, 32, 3), 200, np.uint8)
    np.testing.assert_array_equal(first.model(pixels), second.model(pixels))
    with pytest.raises(ModelError, match="do not fit network"):
        load_weights(build_network(Model(), Input(32, 32), 4), tmp_path / "model.weights.h5")


def test_probabilities() -> None:
    rows = probabilities([[0.0, np.log(3.0)], [1000.0, 1000.0]], "logits")
    np.testing.assert_allclose(rows, [[0.25, 0.75], [0.5, 0.5]])
    np.testing.assert_allclose(probabilities(np.float32([[0.3, 0.7]]), "softmax").sum(axis=1), 1, rtol=1e-12)
