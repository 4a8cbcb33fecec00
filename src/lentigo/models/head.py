"""The head: a list of its layers in, a model from feature map (N, h, w, C) to logits or probabilities out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from lentigo.settings.errors import SettingsError
from lentigo.settings.recipe import HeadLayer, Model

if TYPE_CHECKING:
    import keras


def build_head(settings: Model, feature_shape: tuple[int, int, int], num_classes: int) -> keras.Model:
    """Build the head of `settings.head`, ended by the dense layer `logits` (always float32).

    Args:
        settings: Of which `head` and `output` are used. With `output = "softmax"` a layer `probabilities`
            follows the logits.
        feature_shape: (h, w, C) of the backbone's last feature map.
        num_classes: Units of the last layer, one a class.

    Returns:
        A model from (N, h, w, C) to (N, num_classes) float32.

    Raises:
        SettingsError: A layer of the head makes no sense where it stands.
    """
    import keras

    features = feature_map = keras.Input(feature_shape, name="features")
    seen: Counter[str] = Counter()
    for layer in settings.head:
        seen[layer.layer] += 1
        features = _layer(layer, f"{layer.layer}_{seen[layer.layer]}", len(features.shape))(features)
    if len(features.shape) != 2:
        raise SettingsError(
            'model.head: no "flatten" or "pool" turns the feature map into features; add one of them.'
        )
    outputs = keras.layers.Dense(num_classes, dtype="float32", name="logits")(features)
    if settings.output == "softmax":
        outputs = keras.layers.Activation("softmax", dtype="float32", name="probabilities")(outputs)
    return keras.Model(feature_map, outputs, name="head")


def pooled_kernel(head: keras.Model) -> npt.NDArray[np.float32] | None:
    """What each logit makes of each pooled channel, (C, K), in inference; up to the layer `logits`.

    Returns:
        None where the head is not linear after pooling: it flattens, or has a hidden layer.
    """
    kinds = [type(layer).__name__ for layer in head.layers]
    if "GlobalAveragePooling2D" not in kinds or kinds.count("Dense") != 1:
        return None
    scale: npt.NDArray[Any] = np.ones(head.input.shape[-1])
    for layer in head.layers:
        if type(layer).__name__ == "BatchNormalization":  # by channel, so it may stand before the pooling
            scale = scale * scale_and_shift(layer)[0]
    kernel = np.asarray(head.get_layer("logits").get_weights()[0])
    return np.asarray(scale[:, np.newaxis] * kernel, dtype=np.float32)


def scale_and_shift(layer: Any) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Batch normalisation in inference as x * scale + shift, each (C,); it may lack either."""
    mean, variance = (np.asarray(value, np.float64) for value in (layer.moving_mean, layer.moving_variance))
    gamma = np.asarray(layer.gamma, np.float64) if layer.scale else np.ones_like(mean)
    beta = np.asarray(layer.beta, np.float64) if layer.center else np.zeros_like(mean)
    scale = gamma / np.sqrt(variance + layer.epsilon)
    return scale, beta - mean * scale


def _layer(layer: HeadLayer, name: str, rank: int) -> keras.layers.Layer:
    """Make one layer for an input of `rank` axes (4: a feature map, 2: features)."""
    from keras import layers

    _check(layer, name, rank)
    if layer.layer == "flatten":
        return layers.Flatten(name=name)
    if layer.layer == "pool":
        return layers.GlobalAveragePooling2D(name=name)
    if layer.layer == "batchnorm":
        return layers.BatchNormalization(name=name)
    if layer.layer == "dropout":
        return layers.Dropout(layer.rate, name=name)
    return layers.Dense(layer.units, activation="relu", name=name)


def _check(layer: HeadLayer, name: str, rank: int) -> None:
    if layer.layer == "dense" and layer.units < 1:
        raise SettingsError(f"model.head: {name} needs units of at least 1, not {layer.units}.")
    if layer.layer == "dropout" and not 0 <= layer.rate < 1:
        raise SettingsError(f"model.head: {name} needs a rate from 0 to below 1, not {layer.rate}.")
    if layer.layer in ("flatten", "pool") and rank != 4:
        raise SettingsError(
            f"model.head: {name} comes after the feature map was flattened or pooled already."
        )
    if layer.layer == "dense" and rank != 2:
        raise SettingsError(f'model.head: {name} needs a "flatten" or "pool" before it.')
