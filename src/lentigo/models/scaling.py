"""The scaling inside the network: uint8 pixels (N, H, W, 3) in, floats as the backbone expects them out."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from lentigo.settings.recipe import Scaling

_VGG_MEANS = (103.939, 116.779, 123.68)
"""Mean of ImageNet in blue, green, red: what Caffe, and so VGG and ResNet in Keras, subtract."""

_RANGES: dict[str, tuple[float, float]] = {
    "x/255": (0.0, 255.0),
    "x/127.5-1": (127.5, 127.5),
    "x/128-1": (128.0, 128.0),
    "(x-127)/128": (127.0, 128.0),
}
"""Scaling -> (what is subtracted, what the rest is divided by)."""


IMAGENET_MEANS = (0.485, 0.456, 0.406)
IMAGENET_DEVIATIONS = (0.229, 0.224, 0.225)
"""Of red, green and blue in [0, 1]: what torchvision, timm and most transformers were trained with."""


def constants_of(scaling: Scaling) -> tuple[NDArray[np.float32], NDArray[np.float32], bool]:
    """What is subtracted (3,) and divided by (3,), and whether blue comes first."""
    if scaling == "vgg":
        return np.array(_VGG_MEANS, "float32"), np.ones(3, "float32"), True
    if scaling == "imagenet":
        means, deviations = (np.array(one, "float32") for one in (IMAGENET_MEANS, IMAGENET_DEVIATIONS))
        return 255 * means, 255 * deviations, False
    subtracted, divisor = _RANGES[scaling]
    return np.full(3, subtracted, "float32"), np.full(3, divisor, "float32"), False


@keras.saving.register_keras_serializable("lentigo")
class PixelScaling(keras.layers.Layer):  # type: ignore[misc]
    """Cast and scale pixels; computed in float32 whatever the network's precision."""

    def __init__(self, scaling: Scaling, **options: Any) -> None:
        super().__init__(**options)
        self.scaling = scaling

    def call(self, pixels: Any) -> Any:
        """Map (N, H, W, 3) uint8 to (N, H, W, 3) float."""
        values = keras.ops.cast(pixels, "float32")
        if self.scaling in _RANGES:  # by numbers, which some kernels take faster than arrays
            subtracted, divisor = _RANGES[self.scaling]
            values = (values - subtracted) / divisor
        else:
            means, divisors, is_flipped = constants_of(self.scaling)
            values = (keras.ops.flip(values, axis=-1) if is_flipped else values) - means
            values = values if is_flipped else values / divisors
        return keras.ops.cast(values, self.compute_dtype)

    def compute_output_spec(self, pixels: Any) -> Any:
        """Keep the shape; the type is the network's."""
        return keras.KerasTensor(pixels.shape, dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """Add the scaling to what Keras stores."""
        return {**super().get_config(), "scaling": self.scaling}
