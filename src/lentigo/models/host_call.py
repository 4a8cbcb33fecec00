"""A function of NumPy arrays in; a layer that calls it from TensorFlow or JAX, without gradient, out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class HostCall(keras.layers.Layer):  # type: ignore[misc]
    """Computes outside the framework; float32 in and out."""

    def __init__(
        self, function: Callable[[Floats], Floats], output_shape: tuple[int, ...], **options: Any
    ) -> None:
        super().__init__(dtype="float32", trainable=False, **options)
        self._function, self._output_shape = function, output_shape

    def call(self, values: Any) -> Any:
        """Map (N, ...) to (N, *output_shape)."""
        if keras.backend.backend() == "jax":
            return self._by_jax(values)
        import tensorflow as tf

        found = tf.numpy_function(self._on_host, [values], tf.float32, stateful=False)
        found.set_shape((values.shape[0], *self._output_shape))
        return found

    def compute_output_spec(self, values: Any) -> Any:
        """The number of images stays."""
        return keras.KerasTensor((values.shape[0], *self._output_shape), dtype="float32")

    def _by_jax(self, values: Any) -> Any:
        import jax

        shape = jax.ShapeDtypeStruct((values.shape[0], *self._output_shape), np.float32)
        return jax.pure_callback(self._on_host, shape, jax.lax.stop_gradient(values))

    def _on_host(self, values: Any) -> Floats:
        return np.ascontiguousarray(self._function(np.asarray(values, np.float32)), np.float32)
