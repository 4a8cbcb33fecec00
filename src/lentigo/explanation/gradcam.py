"""A network and images (N, H, W, 3) uint8 in, Grad-CAM maps (N, H, W) in [0, 1] out.

Grad-CAM asks which places of the last feature map raise the *logit* of a class. The logit, not the
probability: a saturated softmax has no gradient left, and it mixes in the other classes.
The backbone runs once, forward only; the gradient goes through the head alone. The one file of this room
that knows TensorFlow, JAX and PyTorch apart.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
from numpy.typing import NDArray

from lentigo.explanation.saliency import saliency_maps
from lentigo.settings.errors import ModelError

if TYPE_CHECKING:
    from lentigo.models.network import Network

BATCH_SIZE = 32
Gradient = Callable[[Any, Any, Any], Any]


def grad_cam(
    network: Network, images: NDArray[np.uint8], class_indices: NDArray[np.int64] | None = None
) -> NDArray[np.float32]:
    """Where each image speaks for one class.

    Args:
        network: its head must hold a layer called `logits`; a softmax after it is bypassed.
        images: uint8 (N, H, W, 3), as the network takes them.
        class_indices: (N,), the class to explain for each image; None explains the predicted class.

    Returns:
        float32 (N, H, W) in [0, 1]. Each map is divided by its own maximum: compare places, not strengths.
        A map is all zero where nothing speaks for the class.

    Raises:
        ModelError: the head has no `logits` layer, or a class index does not exist.
    """
    head = _head_to_logits(network)
    num_classes = int(head.output.shape[-1])
    if class_indices is not None:
        _check_classes(class_indices, len(images), num_classes)
    maps = [np.zeros((0, *images.shape[1:3]), np.float32)]
    for start in range(0, len(images), BATCH_SIZE):
        batch = slice(start, start + BATCH_SIZE)
        features = network.backbone(network.scaling(images[batch]), training=False)
        wanted = None if class_indices is None else class_indices[batch]
        gradients = logit_gradients(head, features, wanted)
        maps.append(saliency_maps(_to_numpy(features), gradients, *images.shape[1:3]))
    return np.concatenate(maps)


def logit_gradients(
    head: Any, features: Any, class_indices: NDArray[np.int64] | None = None
) -> NDArray[np.float32]:
    """Gradient of one logit an image with respect to its features.

    Args:
        head: keras model from features to logits (N, K), run as in inference.
        features: (N, h, w, C), array or tensor of the current backend.
        class_indices: (N,); None takes each image's largest logit.

    Returns:
        float32 (N, h, w, C). Images do not mix: in inference no layer looks across a batch.
    """
    features = keras.ops.convert_to_tensor(features)
    if class_indices is None:
        class_indices = _to_numpy(head(features, training=False)).argmax(axis=1)
    num_classes = int(head.output.shape[-1])
    chosen = keras.ops.one_hot(np.asarray(class_indices), num_classes, dtype="float32")
    gradient = _GRADIENTS[keras.backend.backend()]
    return _to_numpy(gradient(head, features, chosen))


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
            f"Grad-CAM needs a head with a layer called `logits`; this one has {', '.join(names)}. "
            "Build the network with `build_network`."
        )
    return keras.Model(network.head.input, network.head.get_layer("logits").output)


def _check_classes(class_indices: NDArray[np.int64], num_images: int, num_classes: int) -> None:
    if len(class_indices) != num_images:
        raise ModelError(
            f"{num_images} images but {len(class_indices)} class indices; give one an image, or None"
        )
    if num_images and (class_indices.min() < 0 or class_indices.max() >= num_classes):
        raise ModelError(f"class indices must lie in 0 to {num_classes - 1}, found {class_indices.tolist()}")


def _to_numpy(tensor: Any) -> NDArray[np.float32]:
    """float32 NumPy; cast first, because bfloat16 is no NumPy type."""
    return np.asarray(keras.ops.convert_to_numpy(keras.ops.cast(tensor, "float32")))
