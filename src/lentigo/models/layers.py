"""Keras layers of our own: the same numbers and the same weights files as Keras' layers, trained faster.

With TensorFlow they use `tensorflow_kernels.py`; with any other backend they are Keras' layers unchanged.
They keep the class names of Keras' layers because weights files are addressed by these.
"""

from __future__ import annotations

from typing import Any

import keras


@keras.saving.register_keras_serializable("lentigo")
class BatchNormalization(keras.layers.BatchNormalization):  # type: ignore[misc]
    """Batch normalisation of feature maps (N, H, W, C) in one operation."""

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Normalise by the batch in training, unless frozen; else by the stored mean and variance."""
        if mask is not None or not self._is_plain() or len(inputs.shape) != 4:
            return super().call(inputs, training=training, mask=mask)
        from lentigo.models import tensorflow_kernels as kernels

        channels = inputs.shape[-1:]
        gamma = keras.ops.convert_to_tensor(self.gamma) if self.scale else keras.ops.ones(channels)
        beta = keras.ops.convert_to_tensor(self.beta) if self.center else keras.ops.zeros(channels)
        if not (training and self.trainable):
            memory = [keras.ops.convert_to_tensor(v) for v in (self.moving_mean, self.moving_variance)]
            return kernels.batch_norm_of_memory(inputs, gamma, beta, memory, self.epsilon)
        outputs, batch_mean, batch_variance = kernels.batch_norm_of_batch(inputs, gamma, beta, self.epsilon)
        self._remember(self.moving_mean, batch_mean)
        self._remember(self.moving_variance, batch_variance)
        return outputs

    def _is_plain(self) -> bool:
        """Whether the one operation can do what this layer was configured to do."""
        return (
            keras.backend.backend() == "tensorflow"
            and self.axis in (-1, 3)
            and not self.renorm
            and not self.synchronized
        )

    def _remember(self, moving: Any, of_batch: Any) -> None:
        moving.assign(moving * self.momentum + of_batch * (1.0 - self.momentum))


@keras.saving.register_keras_serializable("lentigo")
class DepthwiseConv2D(keras.layers.DepthwiseConv2D):  # type: ignore[misc]
    """Depthwise convolution, padding "same", with faster gradients for kernels larger than 3 x 3."""

    def call(self, inputs: Any) -> Any:
        """Filter each channel of (N, H, W, C) by itself."""
        if not self._is_plain(inputs.shape):
            return super().call(inputs)
        from lentigo.models.tensorflow_kernels import depthwise_conv

        return depthwise_conv(inputs, keras.ops.convert_to_tensor(self.kernel), self.strides[0])

    def _is_plain(self, shape: tuple[int | None, ...]) -> bool:
        return (
            keras.backend.backend() == "tensorflow"
            and self.data_format == "channels_last"
            and None not in shape[1:]
            and self.padding == "same"
            and self.strides[0] == self.strides[1]
            and self.kernel_size[0] == self.kernel_size[1]
            and self.dilation_rate in (1, (1, 1))
            and self.depth_multiplier == 1
            and not self.use_bias
            and self.activation is keras.activations.linear
        )


@keras.saving.register_keras_serializable("lentigo")
class Conv2D(keras.layers.Conv2D):  # type: ignore[misc]
    """Convolution with a group for each channel, padding "same", as the depthwise convolution that it is.

    Keras has TensorFlow compile grouped convolutions, which the converter to ONNX cannot read.
    """

    def call(self, inputs: Any) -> Any:
        """Filter each channel of (N, H, W, C) by itself."""
        if not self._is_depthwise(inputs.shape):
            return super().call(inputs)
        from lentigo.models.tensorflow_kernels import depthwise_conv

        kernel = keras.ops.transpose(self.kernel, (0, 1, 3, 2))
        outputs = depthwise_conv(inputs, kernel, self.strides[0])
        return outputs + keras.ops.convert_to_tensor(self.bias) if self.use_bias else outputs

    def _is_depthwise(self, shape: tuple[int | None, ...]) -> bool:
        return (
            keras.backend.backend() == "tensorflow"
            and self.data_format == "channels_last"
            and None not in shape[1:]
            and shape[-1] == self.groups == self.filters
            and self.padding == "same"
            and self.strides[0] == self.strides[1]
            and self.kernel_size[0] == self.kernel_size[1]
            and self.dilation_rate in (1, (1, 1))
            and self.activation is keras.activations.linear
        )


@keras.saving.register_keras_serializable("lentigo")
class Dropout(keras.layers.Dropout):  # type: ignore[misc]
    """Dropout that rests while frozen, so that a frozen backbone gives one answer, in training too."""

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Drop in training, unless frozen."""
        return super().call(inputs, training=bool(training and self.trainable))


_OURS: dict[Any, Any] = {keras.layers.BatchNormalization: BatchNormalization, keras.layers.Dropout: Dropout}


def _kind_of(layer: keras.layers.Layer) -> Any:
    """What the layer is to be."""
    if type(layer) is keras.layers.Conv2D and layer.groups > 1:
        return Conv2D
    return _OURS.get(type(layer), type(layer))


def with_our_layers(model: keras.Model) -> keras.Model:
    """Copy a functional model with our layers in place of Keras'; weights are copied too."""

    def copy(layer: keras.layers.Layer) -> keras.layers.Layer:
        return _kind_of(layer).from_config(layer.get_config())

    if all(_kind_of(layer) is type(layer) for layer in model.layers):
        return model
    copied = keras.models.clone_model(model, clone_function=copy)
    copied.set_weights(model.get_weights())
    return copied
