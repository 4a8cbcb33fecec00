"""The table of backbones: every row gives what Keras gives for the same pixels, and is cut into blocks."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest

from lentigo.models import BACKBONES, backbone_named, backbone_of
from lentigo.models.backbones import ONNX, Backbone
from lentigo.models.blocks import Blocks, divide_into_blocks
from lentigo.models.scaling import PixelScaling
from lentigo.settings.errors import SettingsError
from lentigo.settings.recipe import Model

OF_KERAS = [name for name, row in BACKBONES.items() if row.function]
LIGHT = ("small-cnn", "efficientnet-lite0", "vgg16", "mobilenet-v3-small", "efficientnet-b0")
HEAVY = [name for name in BACKBONES if name not in (*LIGHT, ONNX)]
SIDE = 96

BLOCKS = {
    "small-cnn": ["block1", "block2", "block3"],
    "efficientnet-lite0": ["stem", *(f"blocks.{number}" for number in range(16)), "top"],
    "efficientnet-lite1": ["stem", *(f"blocks.{number}" for number in range(21)), "top"],
    "vgg16": [f"block{number}" for number in range(1, 6)],
    "xception": [f"block{number}" for number in range(1, 15)],
    "mobilenet": ["conv1_relu", *(f"conv_pw_{number}" for number in range(1, 14))],
    "inception-v3": [f"mixed{number}" for number in range(11)],
    "densenet121": [f"conv{number}" for number in range(1, 6)],
    "efficientnet-b0": [
        "stem", "block1a", "block2a", "block2b", "block3a", "block3b", "block4a", "block4b", "block4c",
        "block5a", "block5b", "block5c", "block6a", "block6b", "block6c", "block6d", "block7a", "top",
    ],
}  # fmt: skip

IMAGENET = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
"""Mean and variance in published weights of EfficientNet; it is the deviation, for Keras divides twice."""


def blocks_of(row: Backbone, backbone: keras.Model) -> Blocks:
    return divide_into_blocks(backbone, row.family.block_pattern, row.family.ends_blocks)


class ReachedError(Exception):
    """The first layer that learns was called with `tensor`."""

    def __init__(self, tensor: Any) -> None:
        super().__init__()
        self.tensor = tensor


def first_layers(function: str, monkeypatch: pytest.MonkeyPatch) -> keras.Model:
    """What a network of Keras does with pixels before its first layer that learns; the rest is not built."""
    ours = (keras.layers.InputLayer, keras.layers.Rescaling, keras.layers.Normalization)
    call = keras.layers.Layer.__call__

    def stop(self: Any, *arguments: Any, **options: Any) -> Any:
        if not isinstance(self, ours):
            raise ReachedError(arguments[0])
        return call(self, *arguments, **options)

    with monkeypatch.context() as patched:
        patched.setattr(keras.layers.Layer, "__call__", stop)
        with pytest.raises(ReachedError) as reached:
            getattr(keras.applications, function)(
                include_top=False, weights="imagenet", input_shape=(224, 224, 3)
            )
    tensor = reached.value.tensor
    return keras.Model(keras.utils.get_source_inputs(tensor)[0], tensor)


def publish_normalization(model: keras.Model) -> None:
    """Give normalisation layers that have weights those that are published."""
    for layer in model.layers:
        if isinstance(layer, keras.layers.Normalization) and layer.weights:
            for variable, values in zip((layer.adapt_mean, layer.adapt_variance), IMAGENET, strict=True):
                variable.assign(np.array(values, np.float32).reshape(variable.shape))
            layer.finalize_state()


def preprocess(function: str) -> Callable[[np.ndarray], np.ndarray]:
    """What Keras says is to be done with pixels before this network is asked."""
    module = sys.modules[getattr(keras.applications, function).__module__]
    found: Callable[[np.ndarray], np.ndarray] = module.preprocess_input
    return found


def pixels_of(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)


@pytest.mark.parametrize("name", OF_KERAS)
def test_our_scaling_does_what_keras_does_before_the_first_layer_that_learns(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = BACKBONES[name]
    own = first_layers(row.function, monkeypatch)
    publish_normalization(own)
    pixels = pixels_of(2, 224, 224)
    expected = np.asarray(own(preprocess(row.function)(pixels.astype(np.float32))))
    np.testing.assert_allclose(PixelScaling(row.scaling)(pixels), expected, rtol=1e-5, atol=2e-5)


def fill(model: keras.Model, *_path: Any, **_options: Any) -> None:
    """In place of downloaded weights: numbers that are the same each time and keep signals alive."""
    rng = np.random.default_rng(7)
    for layer in model.layers:
        if isinstance(layer, keras.layers.Normalization):
            continue
        layer.set_weights([_numbers(rng, weight.shape) for weight in layer.get_weights()])
    publish_normalization(model)


def _numbers(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    if len(shape) < 2:
        return rng.uniform(0.7, 1.3, shape)
    return rng.normal(0, 1.4 / np.sqrt(np.prod(shape[:-1])), shape)


def check_against_keras(row: Backbone, monkeypatch: pytest.MonkeyPatch) -> keras.Model:
    """Both with the same weights, as `imagenet` would load them; returns ours."""
    monkeypatch.setattr("keras.src.utils.file_utils.get_file", lambda *_, **__: "published.weights.h5")
    monkeypatch.setattr(keras.Model, "load_weights", fill)
    build = getattr(keras.applications, row.function)
    theirs = build(include_top=False, weights="imagenet", input_shape=(SIDE, SIDE, 3))
    ours = row.build(SIDE, SIDE, "imagenet")
    pixels = pixels_of(2, SIDE, SIDE)
    expected = np.asarray(theirs(preprocess(row.function)(pixels.astype(np.float32))))
    found = np.asarray(ours(PixelScaling(row.scaling)(pixels)))
    assert found.std() > 0
    assert np.abs(found - expected).max() < 1e-3 * np.abs(expected).max()
    return ours


def check_row(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One build for all: the same answers as Keras, a feature map at the end, blocks by name."""
    row = BACKBONES[name]
    backbone = check_against_keras(row, monkeypatch) if row.function else row.build(SIDE, SIDE, "none")
    assert backbone.input.shape == (None, SIDE, SIDE, 3)
    assert len(backbone.output.shape) == 4
    assert backbone.count_params() == row.num_parameters
    assert not any(
        isinstance(layer, keras.layers.Rescaling | keras.layers.Normalization) for layer in backbone.layers
    )
    blocks = blocks_of(row, backbone)
    assert [layer for layers in blocks.values() for layer in layers] == backbone.layers
    assert list(blocks) == BLOCKS.get(name, list(blocks))
    told = re.findall(r"[A-Za-z_][\w.]*", row.family.blocks.replace("...", ""))
    assert [block for block in blocks if block in told] == told, "the reference names them in order"
    assert (told[0], told[-1]) == (next(iter(blocks)), list(blocks)[-1])
    for block, layers in blocks.items():
        assert not re.search(r"^(conv2d|batch_normalization|activation)", block), layers


@pytest.mark.parametrize("name", LIGHT)
def test_a_row_answers_as_keras_does_and_is_cut_into_blocks(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_row(name, monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("name", HEAVY)
def test_a_heavy_row_answers_as_keras_does_and_is_cut_into_blocks(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_row(name, monkeypatch)
    keras.backend.clear_session()


def test_shortcuts_belong_to_the_block_they_go_round() -> None:
    row = BACKBONES["xception"]
    blocks = blocks_of(row, row.build(71, 71, "none"))
    assert list(blocks) == BLOCKS["xception"]
    kinds = {name: [type(layer).__name__ for layer in layers] for name, layers in blocks.items()}
    assert [name for name in kinds if "Conv2D" in kinds[name]] == [
        "block1", "block2", "block3", "block4", "block13"
    ]  # fmt: skip
    assert all("Add" in kinds[f"block{number}"] for number in range(2, 14))


def test_an_unknown_backbone_gets_the_nearest_name() -> None:
    with pytest.raises(SettingsError, match="Did you mean xception"):
        backbone_named("Xceptoin")


@pytest.mark.parametrize("name", [name for name in BACKBONES if not name.startswith("efficientnet-lite")])
def test_blocks_that_cannot_be_dropped_are_not_promised_to_be(name: str) -> None:
    assert backbone_of(Model(name)).name == name
    with pytest.raises(
        SettingsError, match=rf"model\.stochastic_depth: {name} has no residual .* efficientnet-lite0"
    ):
        backbone_of(Model(name, stochastic_depth=0.1))
