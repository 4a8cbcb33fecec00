"""The head: a list of its layers in, a model from feature map (N, h, w, C) to logits or probabilities out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

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
