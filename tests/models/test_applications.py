"""Backbones of Keras: without a network the remedy is named; shared weights fit; copies compute the same."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from lentigo.models.applications import build_application
from lentigo.settings.errors import ModelError, SettingsError


def test_without_a_network_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(**options: object) -> None:
        raise Exception("URL fetch failure on weights.h5: None -- no address")  # what Keras raises

    monkeypatch.setattr(keras.applications, "Xception", no_network)
    with pytest.raises(ModelError, match=r"(?s)URL fetch failure.*weights file.*efficientnet-lite0"):
        build_application("Xception", 96, 96, "imagenet")


def test_an_image_too_small_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"cannot take images of 32 x 32.*71"):
        build_application("Xception", 32, 32)


def test_the_copy_with_our_layers_computes_the_same() -> None:
    ours = build_application("MobileNetV2", 64, 64)
    keras_own = keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=(64, 64, 3))
    keras_own.set_weights(ours.get_weights())
    images = np.random.default_rng(0).normal(size=(2, 64, 64, 3)).astype(np.float32)
    np.testing.assert_allclose(ours(images), keras_own(images), rtol=1e-3, atol=1e-4)


def test_weights_files_are_those_of_keras(tmp_path: Path) -> None:
    keras_own = keras.applications.MobileNet(include_top=False, weights=None, input_shape=(32, 32, 3))
    keras_own.save_weights(tmp_path / "mobilenet.weights.h5")
    ours = build_application("MobileNet", 32, 32, str(tmp_path / "mobilenet.weights.h5"))
    for expected, found in zip(keras_own.get_weights(), ours.get_weights(), strict=True):
        np.testing.assert_array_equal(found, expected)


def test_pretrained_xception_tells_textures_apart(shared: Path) -> None:
    path = shared / "weights" / "xception_imagenet_notop.weights.h5"
    backbone = build_application("Xception", 96, 96, str(path))
    stripes = np.tile(np.sign(np.sin(np.arange(96) / 3)), (96, 1))
    images = np.stack([np.zeros((96, 96)), stripes, stripes.T])[..., None] * np.ones(3)
    features = np.asarray(keras.ops.mean(backbone(images.astype(np.float32)), (1, 2)))
    assert features.min() >= 0
    correlations = np.corrcoef(features)
    assert correlations[0, 1] < 0.9
    assert np.isfinite(features).all()
    assert 0.01 < features.mean() < 1
