"""A network in; what saliency methods need to know of it out: feature map, gradients of logits, logits.

The backbone runs once, forward only; gradients of all asked logits go through the head alone. The one file
of this room that knows TensorFlow, JAX and PyTorch apart.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
from numpy.typing import NDArray

from lentigo.explanation.methods import explain_images
from lentigo.models.head import pooled_kernel
from lentigo.settings.errors import ModelError

if TYPE_CHECKING:
    from lentigo.models.network import Network

BATCH_SIZE = 16

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]
Classes = NDArray[np.int64]
Gradient = Callable[[Any, Any, Any], Any]


def grad_cam(network: Network, images: Pixels, class_indices: Classes | None = None) -> Floats:
    """Where each image speaks for one class, by Grad-CAM.

    Args:
        network: its head must hold a layer called `logits`; a softmax after it is bypassed.
        images: uint8 (N, H, W, 3), as the network takes them.
        class_indices: (N,), the class to explain for each image; None explains the predicted class.

    Returns:
        float32 (N, H, W) in [0, 1], see `methods.explain_images`.

    Raises:
        ModelError: the head has no `logits` layer, or a class index does not exist.
    """
    lens = NetworkLens(network)
    if class_indices is None:
        class_indices = lens.predicted(images)
    return explain_images(lens, images, np.asarray(class_indices).reshape(-1, 1))[:, 0]


class NetworkLens:
    """A network as saliency methods look through it; the weights are those it has when it is asked."""

    def __init__(self, network: Network) -> None:
        """Raises ModelError where the head has no layer `logits`."""
        self.network = network
        self.head = _head_to_logits(network)
        self.num_classes = int(self.head.output.shape[-1])
        self.layer = feature_layer(network.backbone)
        """Name of the layer whose feature map is explained."""

    def look(self, images: Pixels) -> NetworkLook:
        """At a batch of images, uint8 (N, H, W, 3)."""
        return NetworkLook(self, images)

    def features(self, images: Pixels) -> Floats:
        """Last feature map (N, h, w, C)."""
        return _to_numpy(self.network.backbone(self.network.scaling(images), training=False))

    def kernel(self) -> Floats | None:
        """Of logits on the pooled features, (C, K), where the head is linear after pooling; else None."""
        return pooled_kernel(self.head)

    def logits(self, images: Pixels) -> Floats:
        """(P, K), compiled, in batches of one size."""
        found = [np.zeros((0, self.num_classes), np.float32)]
        for start in range(0, len(images), BATCH_SIZE):
            batch = images[start : start + BATCH_SIZE]
            filled = np.resize(batch, (BATCH_SIZE, *images.shape[1:]))  # repeats its first images
            found.append(np.asarray(self._model.predict_on_batch(filled))[: len(batch)])
        return np.concatenate(found)

    def predicted(self, images: Pixels) -> Classes:
        """Index of the largest logit of each image, (N,)."""
        found = [np.zeros(0, np.int64)]
        for start in range(0, len(images), BATCH_SIZE):
            features = self.features(images[start : start + BATCH_SIZE])
            found.append(_to_numpy(self.head(features, training=False)).argmax(axis=1))
        return np.concatenate(found)

    @cached_property
    def _model(self) -> Any:
        """The network from pixels to logits."""
        pixels = keras.Input(self.network.pixels.shape[1:], dtype="uint8")
        features = self.network.backbone(self.network.scaling(pixels))
        model = keras.Model(pixels, self.head(features))
        model.jit_compile = keras.backend.backend() == "jax"  # XLA slows TensorFlow down on processors
        return model


class NetworkLook:
    """What a network makes of one batch of images; a `methods.Look`."""

    def __init__(self, lens: NetworkLens, images: Pixels) -> None:
        self.lens = lens
        self.images = images
        self.kernel = lens.kernel
        self.logits = lens.logits

    @cached_property
    def features(self) -> Floats:
        """Last feature map (N, h, w, C); the backbone runs at the first call."""
        return self.lens.features(self.images)

    def gradients(self, classes: Classes) -> Floats:
        """Of the logits of `classes` (N, M) with respect to `features`: (N, M, h, w, C)."""
        return class_gradients(self.lens.head, self.features, classes)


def class_gradients(head: Any, features: Floats, classes: Classes) -> Floats:
    """Gradients of several logits an image: rows of the head's Jacobian, without the backbone.

    Args:
        head: keras model from features to logits (N, K), run as in inference.
        features: (N, h, w, C).
        classes: (N, M).

    Returns:
        float32 (N, M, h, w, C). In inference no layer looks across a batch, so every image stands in it M
        times, and one gradient of a sum gives them all.
    """
    per_image = classes.shape[1]
    found = logit_gradients(head, np.repeat(features, per_image, axis=0), classes.reshape(-1))
    return found.reshape(len(features), per_image, *features.shape[1:])


def logit_gradients(head: Any, features: Any, class_indices: Classes) -> Floats:
    """Gradient of one logit an image with respect to its features.

    Args:
        head: keras model from features to logits (N, K), run as in inference.
        features: (N, h, w, C), array or tensor of the current backend.
        class_indices: (N,).

    Returns:
        float32 (N, h, w, C).
    """
    features = keras.ops.convert_to_tensor(features)
    num_classes = int(head.output.shape[-1])
    chosen = keras.ops.one_hot(np.asarray(class_indices), num_classes, dtype="float32")
    gradient = _GRADIENTS[keras.backend.backend()]
    return _to_numpy(gradient(head, features, chosen))


def feature_layer(backbone: Any) -> str:
    """Name of the layer that gives a backbone's last feature map, found through models inside models.

    Returns:
        `base/top_activation` for a layer of a model `base` that is itself a layer.
    """
    operation = backbone.output._keras_history.operation
    is_nested = isinstance(operation, keras.Model)
    return f"{operation.name}/{feature_layer(operation)}" if is_nested else str(operation.name)


def _score(head: Any, chosen: Any, features: Any) -> Any:
    """Sum of the chosen logits, one an image: its gradient is each image's own gradient."""
    logits = keras.ops.cast(head(features, training=False), "float32")
    return keras.ops.sum(logits * chosen)


def _tensorflow_gradient(head: Any, features: Any, chosen: Any) -> Any:
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(features)
        score = _score(head, chosen, features)
    return tape.gradient(score, features, unconnected_gradients=tf.UnconnectedGradients.ZERO)


def _jax_gradient(head: Any, features: Any, chosen: Any) -> Any:
    import jax

    return jax.grad(partial(_score, head, chosen))(features)


def _torch_gradient(head: Any, features: Any, chosen: Any) -> Any:
    torch: Any = import_module("torch")
    leaf = features.detach().requires_grad_(True)
    with torch.enable_grad():
        score = _score(head, chosen, leaf)
    return torch.autograd.grad(score, leaf)[0]


_GRADIENTS: dict[str, Gradient] = {
    "tensorflow": _tensorflow_gradient,
    "jax": _jax_gradient,
    "torch": _torch_gradient,
}


def _head_to_logits(network: Network) -> Any:
    """The head up to and with its `logits` layer."""
    names = [layer.name for layer in network.head.layers]
    if "logits" not in names:
        raise ModelError(
            f"saliency needs a head with a layer called `logits`; this one has {', '.join(names)}. "
            "Build the network with `build_network`."
        )
    return keras.Model(network.head.input, network.head.get_layer("logits").output)


def _to_numpy(tensor: Any) -> Floats:
    """float32 NumPy; cast first, because bfloat16 is no NumPy type."""
    return np.asarray(keras.ops.convert_to_numpy(keras.ops.cast(tensor, "float32")))
