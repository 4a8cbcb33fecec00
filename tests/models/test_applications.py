"""Backbones of Keras: without a network the remedy is named; weights files of Keras and ours fit."""

from __future__ import annotations

from pathlib import Path

import h5py
import keras
import numpy as np
import pytest
from keras.src.legacy.saving import legacy_h5_format

from lentigo.models.applications import build_application
from lentigo.models.small_cnn import build_small_cnn
from lentigo.models.weights_files import write_weights
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


def tiny(include_top: bool, weights: str | None, input_shape: tuple[int, int, int]) -> keras.Model:
    """As EfficientNet is made in Keras: scaled by layers that weights files know of, then learning layers."""
    image = keras.Input(input_shape)
    scaled = keras.layers.Normalization(name="normalization")(keras.layers.Rescaling(1 / 255)(image))
    features = keras.layers.Conv2D(4, 3, strides=2, name="stem_conv")(scaled)
    features = keras.layers.BatchNormalization(name="stem_bn")(features)
    return keras.Model(image, features, name="tiny")


@pytest.fixture
def filled(monkeypatch: pytest.MonkeyPatch) -> keras.Model:
    """The tiny network, in `keras.applications`, with numbers of its own."""
    monkeypatch.setattr(keras.applications, "Tiny", tiny, raising=False)
    model = tiny(False, None, (32, 32, 3))
    rng = np.random.default_rng(0)
    for name in ("stem_conv", "stem_bn"):
        layer = model.get_layer(name)
        layer.set_weights([rng.uniform(0.5, 1.5, weight.shape) for weight in layer.get_weights()])
    return model


def save_as_before_keras_3(model: keras.Model, path: Path) -> None:
    """In the form in which Keras publishes the weights of its applications."""
    with h5py.File(path, "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, model)


@pytest.mark.parametrize("form", ["published", "Keras 3", "ours"])
def test_weights_files_of_keras_and_ours_fill_what_is_behind_the_preprocessing(
    form: str, filled: keras.Model, tmp_path: Path
) -> None:
    path = tmp_path / ("weights.h5" if form == "published" else "tiny.weights.h5")
    if form == "published":
        save_as_before_keras_3(filled, path)
    else:
        filled.save_weights(path)
    ours = build_application("Tiny", 32, 32, str(path))
    if form == "ours":
        write_weights(ours, path)
        ours = build_application("Tiny", 32, 32, str(path))
    assert [type(layer).__name__ for layer in ours.layers] == ["InputLayer", "Conv2D", "BatchNormalization"]
    images = np.random.default_rng(1).uniform(size=(2, 32, 32, 3)).astype(np.float32)
    np.testing.assert_allclose(ours(images), filled(255 * images), rtol=1e-4, atol=1e-5)


def test_a_file_of_another_network_is_refused(filled: keras.Model, tmp_path: Path) -> None:
    write_weights(build_small_cnn(32, 32), tmp_path / "other.weights.h5")
    with pytest.raises(ModelError, match="do not fit tiny"):
        build_application("Tiny", 32, 32, str(tmp_path / "other.weights.h5"))


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
