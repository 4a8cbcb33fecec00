"""Backbones of `keras.applications`: function name, image size and weights in, a model of scaled images out.

Preprocessing that some of them carry is left out, because the network contains its own scaling.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lentigo.models.weights_files import load_backbone_weights
from lentigo.settings.errors import ModelError, SettingsError

if TYPE_CHECKING:
    import keras

_WITH_PREPROCESSING = ("EfficientNetV2", "ConvNeXt", "MobileNetV3")


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
        return _build_pretrained(function, height, width)
    backbone = _build(function, height, width, None)
    load_backbone_weights(backbone, weights)
    return backbone


def _build(function: str, height: int, width: int, weights: str | None) -> keras.Model:
    import keras

    from lentigo.models.layers import with_our_layers

    options = {"include_preprocessing": False} if function.startswith(_WITH_PREPROCESSING) else {}
    build = getattr(keras.applications, function)
    try:
        model = build(include_top=False, weights=weights, input_shape=(height, width, 3), **options)
    except ValueError as error:
        raise SettingsError(
            f"input: {function} cannot take images of {height} x {width}: {error} Enlarge input.height "
            "and input.width, or choose another model.backbone."
        ) from error
    return with_our_layers(model)


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
