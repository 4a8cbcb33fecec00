"""Backbones of `keras.applications`: function name, image size and weights in, a model of scaled images out.

Preprocessing that some of them carry is cut off, because the network contains its own scaling: each row of
the table of backbones names the one that does the same.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from lentigo.models.weights_files import load_backbone_weights
from lentigo.settings.errors import ModelError, SettingsError

if TYPE_CHECKING:
    import keras


def build_application(function: str, height: int, width: int, weights: str = "none") -> keras.Model:
    """Build a backbone of `keras.applications` without its classifier.

    Args:
        function: Its name there, such as `VGG19`.
        height: Of the image, in pixels.
        width: Of the image, in pixels.
        weights: `imagenet` (downloaded by Keras on first use), `none`, or the path of a weights file.

    Returns:
        A model from (N, height, width, 3), scaled, to the last feature map (N, h, w, C).

    Raises:
        SettingsError: The image is too small for this backbone.
        ModelError: The weights cannot be had.
    """
    if weights == "imagenet":
        return _as_backbone(_build_pretrained(function, height, width))
    whole = _build(function, height, width, None)
    backbone = _as_backbone(whole)
    if weights != "none":
        try:
            load_backbone_weights(backbone, weights)
        except ModelError:
            # Keras' own files of EfficientNet hold its normalisation too and fit nothing but the whole
            if not _preprocessing(whole):
                raise
            load_backbone_weights(whole, weights)
            backbone = _as_backbone(whole)
    return backbone


def _build(function: str, height: int, width: int, weights: str | None) -> keras.Model:
    """The network of Keras, with the preprocessing that it may hold."""
    import keras

    build = getattr(keras.applications, function)
    try:
        return build(include_top=False, weights=weights, input_shape=(height, width, 3))
    except ValueError as error:
        raise SettingsError(
            f"input: {function} cannot take images of {height} x {width}: {error} Enlarge input.height "
            "and input.width, or choose another model.backbone."
        ) from error


def _preprocessing(model: keras.Model) -> list[keras.layers.Layer]:
    """Layers that scale the pixels before the first layer that learns."""
    import keras

    kinds = (keras.layers.Rescaling, keras.layers.Normalization)
    behind_input = (layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer))
    return list(takewhile(lambda layer: isinstance(layer, kinds), behind_input))


def _as_backbone(whole: keras.Model) -> keras.Model:
    """The network from scaled pixels on, with our layers in place of Keras'."""
    import keras

    from lentigo.models.layers import with_our_layers

    preprocessing = _preprocessing(whole)
    if preprocessing:
        whole = keras.Model(preprocessing[-1].output, whole.output, name=whole.name)
    return with_our_layers(whole)


def _build_pretrained(function: str, height: int, width: int) -> keras.Model:
    try:
        return _build(function, height, width, "imagenet")
    except SettingsError:
        raise
    except Exception as error:  # Keras reports a failed download as a bare Exception
        raise ModelError(
            f"The ImageNet weights of {function} could not be downloaded ({error}). Without a network: "
            'give a weights file (model.weights = "PATH.weights.h5"), choose model.backbone = '
            '"efficientnet-lite0", whose weights come with the package, or start from random weights '
            '(model.weights = "none").'
        ) from error
