"""The scaling inside the network: uint8 pixels (N, H, W, 3) in, floats as the backbone expects them out."""

from __future__ import annotations

from typing import Any

import keras

from lentigo.settings.recipe import Scaling

_VGG_MEANS = (103.939, 116.779, 123.68)
"""Mean of ImageNet in blue, green, red: what Caffe, and so VGG and ResNet in Keras, subtract."""

_RANGES: dict[str, tuple[float, float]] = {
    "x/255": (0.0, 255.0),
    "x/127.5-1": (127.5, 127.5),
    "(x-127)/128": (127.0, 128.0),
}
"""Scaling -> (what is subtracted, what the rest is divided by)."""


@keras.saving.register_keras_serializable("lentigo")
class PixelScaling(keras.layers.Layer):  # type: ignore[misc]
    """Cast and scale pixels; computed in float32 whatever the network's precision."""

    def __init__(self, scaling: Scaling, **options: Any) -> None:
        super().__init__(**options)
        self.scaling = scaling

    def call(self, pixels: Any) -> Any:
        """Map (N, H, W, 3) uint8 to (N, H, W, 3) float."""
        values = keras.ops.cast(pixels, "float32")
        if self.scaling == "vgg":
            values = keras.ops.flip(values, axis=-1) - keras.ops.array(_VGG_MEANS, dtype="float32")
        else:
            subtracted, divisor = _RANGES[self.scaling]
            values = (values - subtracted) / divisor
        return keras.ops.cast(values, self.compute_dtype)

    def compute_output_spec(self, pixels: Any) -> Any:
        """Keep the shape; the type is the network's."""
        return keras.KerasTensor(pixels.shape, dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """Add the scaling to what Keras stores."""
        return {**super().get_config(), "scaling": self.scaling}
