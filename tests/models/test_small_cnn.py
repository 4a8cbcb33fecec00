"""The study's S1 and S2, layer by layer, against a Sequential written down from the study's table."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from lentigo.models import build_network
from lentigo.models.small_cnn import build_small_cnn
from lentigo.settings.errors import ModelError
from lentigo.settings.recipe import HeadLayer, Input, Model

S1_HEAD = (HeadLayer("flatten"), HeadLayer("dense", units=128))
S2_HEAD = (HeadLayer("dropout", rate=0.2), *S1_HEAD)


def the_study(has_dropout: bool) -> keras.Sequential:
    layers = [keras.Input((150, 200, 3)), keras.layers.Rescaling(1 / 255)]
    for filters in (16, 32, 64):
        layers.append(keras.layers.Conv2D(filters, 3, padding="same", activation="relu"))
        layers.append(keras.layers.MaxPooling2D())
    layers += [keras.layers.Dropout(0.2)] if has_dropout else []
    layers += [keras.layers.Flatten(), keras.layers.Dense(128, activation="relu"), keras.layers.Dense(2)]
    return keras.Sequential(layers)


@pytest.mark.parametrize("has_dropout", [False, True], ids=["S1", "S2"])
def test_it_is_the_network_of_the_study(has_dropout: bool) -> None:
    ours = build_network(Model(head=S2_HEAD if has_dropout else S1_HEAD), Input(150, 200), num_classes=2)
    study = the_study(has_dropout)
    layers = [layer for layer in [*ours.backbone.layers, *ours.head.layers] if not is_input(layer)]
    assert ours.model.count_params() == study.count_params() == 3_710_370
    assert [(type(layer), layer.output.shape) for layer in layers] == [
        (type(layer), layer.output.shape) for layer in study.layers[1:]
    ]
    ours.model.set_weights(study.get_weights())
    pixels = np.random.default_rng(0).integers(0, 256, (2, 150, 200, 3), dtype=np.uint8)
    np.testing.assert_allclose(ours.model(pixels), study(pixels), rtol=1e-4, atol=1e-5)


def is_input(layer: keras.layers.Layer) -> bool:
    return isinstance(layer, keras.layers.InputLayer)


def test_it_has_no_imagenet_weights() -> None:
    with pytest.raises(ModelError, match="efficientnet-lite0"):
        build_small_cnn(64, 64, "imagenet")
