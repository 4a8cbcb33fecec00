"""The study's first convolution trunk (S1): scaled image in, 64 feature maps at an eighth of its size out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lentigo.models.weights_files import load_backbone_weights
from lentigo.settings.errors import ModelError

if TYPE_CHECKING:
    import keras

FILTERS = (16, 32, 64)


def build_small_cnn(height: int, width: int, weights: str = "none") -> keras.Model:
    """Build three times convolution (3 x 3, relu) and 2 x 2 max pooling, with 16, 32 and 64 filters.

    Args:
        height: Of the image, in pixels.
        width: Of the image, in pixels.
        weights: `none` or the path of a weights file of this backbone.

    Returns:
        A model from (N, height, width, 3) to (N, height // 8, width // 8, 64).

    Raises:
        ModelError: ImageNet weights are asked for (there are none), or the file does not fit.
    """
    import keras

    if weights == "imagenet":
        raise ModelError(
            'small-cnn has no ImageNet weights. Set model.weights = "none" (random), '
            'or choose a pretrained backbone such as "efficientnet-lite0".'
        )
    image = features = keras.Input((height, width, 3), name="scaled_image")
    for number, filters in enumerate(FILTERS, start=1):
        features = keras.layers.Conv2D(
            filters, 3, padding="same", activation="relu", name=f"block{number}_conv"
        )(features)
        features = keras.layers.MaxPooling2D(name=f"block{number}_pool")(features)
    backbone = keras.Model(image, features, name="small_cnn")
    load_backbone_weights(backbone, weights)
    return backbone
