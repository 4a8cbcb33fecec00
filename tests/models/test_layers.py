"""Our layers against Keras' own: outputs, gradients and moving averages."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from lentigo.models import layers

random = np.random.default_rng(0)
IMAGES = random.normal(2.0, 3.0, (4, 6, 6, 8)).astype(np.float32)
ROWS = random.normal(2.0, 3.0, (16, 8)).astype(np.float32)


def pair(ours: type, own: type, shape: tuple[int, ...], *arguments: Any, **options: Any) -> list[Any]:
    made = [kind(*arguments, **options) for kind in (ours, own)]
    for layer in made:
        layer.build(shape)
    made[0].set_weights([np.abs(random.normal(1, 0.2, weight.shape)) for weight in made[0].weights])
    made[1].set_weights(made[0].get_weights())
    return made


@pytest.mark.parametrize("inputs", [IMAGES, ROWS], ids=["feature maps", "features"])
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("scale", [True, False])
def test_batch_normalisation(inputs: np.ndarray, training: bool, scale: bool) -> None:
    ours, own = pair(
        layers.BatchNormalization, keras.layers.BatchNormalization, inputs.shape, momentum=0.9, scale=scale
    )
    np.testing.assert_allclose(ours(inputs, training=training), own(inputs, training=training), atol=1e-4)
    for found, expected in zip(ours.get_weights(), own.get_weights(), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_frozen_batch_normalisation_ignores_its_batch() -> None:
    layer = layers.BatchNormalization()
    layer.build(IMAGES.shape)
    layer.trainable = False
    before = layer.get_weights()
    np.testing.assert_allclose(layer(IMAGES, training=True), layer(IMAGES, training=False))
    for found, expected in zip(layer.get_weights(), before, strict=True):
        np.testing.assert_array_equal(found, expected)


def test_a_masked_batch_goes_the_way_of_keras() -> None:
    ours, own = pair(layers.BatchNormalization, keras.layers.BatchNormalization, IMAGES.shape)
    mask = np.ones((4, 6, 6), bool)
    mask[:, :3] = False
    np.testing.assert_allclose(
        ours(IMAGES, training=True, mask=mask), own(IMAGES, training=True, mask=mask), atol=1e-5
    )


@pytest.mark.parametrize(
    "options", [{}, {"use_bias": False}, {"use_bias": False, "padding": "same", "strides": 2}]
)
def test_depthwise_convolution(options: dict[str, Any]) -> None:
    ours, own = pair(layers.DepthwiseConv2D, keras.layers.DepthwiseConv2D, IMAGES.shape, 5, **options)
    np.testing.assert_allclose(ours(IMAGES), own(IMAGES), atol=1e-4)


@pytest.mark.parametrize(
    "options",
    [{"groups": 8, "padding": "same"}, {"groups": 8, "padding": "same", "use_bias": False, "strides": 2},
     {"groups": 8}, {"groups": 2, "padding": "same"}],
)  # fmt: skip
def test_grouped_convolution(options: dict[str, Any]) -> None:
    ours, own = pair(layers.Conv2D, keras.layers.Conv2D, IMAGES.shape, 8, 5, **options)
    np.testing.assert_allclose(ours(IMAGES), own(IMAGES), atol=1e-3)


def test_other_backends_get_the_layers_of_keras(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keras.backend, "backend", lambda: "another")
    ours, own = pair(layers.BatchNormalization, keras.layers.BatchNormalization, IMAGES.shape)
    np.testing.assert_array_equal(ours(IMAGES, training=True), own(IMAGES, training=True))


def test_dropout_rests_while_frozen() -> None:
    layer = layers.Dropout(0.5)
    assert (np.asarray(layer(np.ones((4, 100)), training=True)) == 0).any()
    layer.trainable = False
    np.testing.assert_array_equal(layer(np.ones((4, 100)), training=True), np.ones((4, 100)))


def test_a_copy_has_our_layers_and_the_same_weights() -> None:
    image = keras.Input((4, 4, 3))
    features = keras.layers.BatchNormalization(name="bn")(keras.layers.Conv2D(2, 3, name="conv")(image))
    model = keras.Model(image, keras.layers.Dropout(0.3, name="drop")(features))
    copy = layers.with_our_layers(model)
    assert type(copy.get_layer("bn")) is layers.BatchNormalization
    assert type(copy.get_layer("drop")) is layers.Dropout
    np.testing.assert_array_equal(copy.get_layer("conv").kernel, model.get_layer("conv").kernel)
    channels = keras.layers.Conv2D(3, 3, groups=3, padding="same", name="channels")(image)
    copy = layers.with_our_layers(keras.Model(image, channels))
    assert type(copy.get_layer("channels")) is layers.Conv2D
    plain = keras.Model(image, keras.layers.Flatten()(image))
    assert layers.with_our_layers(plain) is plain
