"""The whole network: settings of model and input in; uint8 pixels to logits or probabilities out.

    uint8 (N, H, W, 3) -> scaling -> backbone -> feature map (N, h, w, C) -> head -> (N, K) float32

The parts stay models of their own, so that features can be stored and a head trained on them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from lentigo.models.backbones import ONNX, backbone_named
from lentigo.models.blocks import blocks_named, divide_into_blocks
from lentigo.models.head import build_head
from lentigo.models.weights_files import read_weights, write_weights
from lentigo.settings.recipe import Input, Model

if TYPE_CHECKING:
    import keras

Precision = Literal["float32", "mixed_bfloat16"]


@dataclass
class Network:
    """A network and its parts, which share their layers."""

    model: keras.Model
    """uint8 (N, H, W, 3) -> logits or probabilities (N, K) float32."""
    scaling: keras.layers.Layer
    """uint8 (N, H, W, 3) -> scaled float (N, H, W, 3)."""
    backbone: keras.Model
    """Scaled float (N, H, W, 3) -> last feature map (N, h, w, C)."""
    head: keras.Model
    """Feature map (N, h, w, C) -> logits or probabilities (N, K) float32."""
    blocks: dict[str, list[keras.layers.Layer]]
    """The backbone's blocks from image to feature map; every layer of it is in exactly one."""
    output: Literal["logits", "softmax"]
    """What `model` and `head` give."""

    @property
    def feature_shape(self) -> tuple[int, int, int]:
        """(h, w, C) of the last feature map."""
        height, width, channels = self.backbone.output.shape[1:]
        return height, width, channels


def build_network(
    model: Model, image: Input, num_classes: int, precision: Precision = "float32", seed: int | None = None
) -> Network:
    """Build the network of a recipe.

    Args:
        model: `recipe.model`.
        image: `recipe.input`; its height, width and scaling are used.
        num_classes: K, units of the last layer.
        precision: Type of computation; weights, logits and probabilities are float32 in both.
        seed: Seeds Python, NumPy and the framework first, so that random weights (and the draws of dropout)
            are the same every time. None leaves the generators as they are.

    Raises:
        SettingsError: Unknown backbone, a head that makes no sense, or an image too small.
        ModelError: The weights cannot be had.
    """
    import keras

    from lentigo.models.scaling import PixelScaling

    row = backbone_named(model.backbone)
    if seed is not None:
        keras.utils.set_random_seed(seed)
    with _precision(precision):
        backbone = row.build(image.height, image.width, model.weights)
        head = build_head(model, tuple(backbone.output.shape[1:]), num_classes)
        scaling = PixelScaling(image.scaling, name="scaling")
        pixels = keras.Input((image.height, image.width, 3), dtype="uint8", name="pixels")
        whole = keras.Model(pixels, head(backbone(scaling(pixels))), name="network")
    blocks = divide_into_blocks(backbone, row.family.block_pattern, row.family.ends_blocks)
    return Network(whole, scaling, backbone, head, blocks, model.output)


def without_start(model: Model) -> Model:
    """The same model with random weights, to be replaced; an ONNX encoder is nothing without its file."""
    return model if model.backbone == ONNX else replace(model, weights="none")


@contextmanager
def _precision(precision: Precision) -> Iterator[None]:
    """Set Keras' default precision for a while."""
    import keras

    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def freeze(network: Network, learn: tuple[str, ...]) -> None:
    """Let exactly the named parts learn and freeze all others; compile the model anew afterwards.

    Frozen batch normalisation also stops following its batches: it uses the stored mean and variance.

    Args:
        network: Changed in place.
        learn: `head`, `all` (backbone and head), and names of blocks; `block7` also stands for `block7a`,
            `block7b` ...

    Raises:
        SettingsError: No block is called so; the message names the nearest.
    """
    chosen = blocks_named(network.blocks, [name for name in learn if name not in ("head", "all")])
    network.model.trainable = True
    network.head.trainable = bool({"head", "all"} & set(learn))
    for name, layers in network.blocks.items():
        for layer in layers:
            layer.trainable = "all" in learn or name in chosen


def probabilities(outputs: npt.ArrayLike, output: Literal["logits", "softmax"]) -> npt.NDArray[np.float64]:
    """Turn what a network gives into probabilities (N, K) whose rows sum to 1.

    Args:
        outputs: (N, K), from `network.model`.
        output: `network.output`.
    """
    values = np.asarray(outputs, dtype=np.float64)
    if output == "logits":
        values = np.exp(values - values.max(axis=1, keepdims=True))
    result: npt.NDArray[Any] = values / values.sum(axis=1, keepdims=True)
    return result


def save_weights(network: Network, path: Path) -> None:
    """Write the whole network's weights to a `.weights.h5` file, atomically."""
    write_weights(network.model, path)


def load_weights(network: Network, path: Path) -> None:
    """Read the weights of a whole network, as `save_weights` wrote them.

    Raises:
        ModelError: No such file, or weights of another network.
    """
    read_weights(network.model, path)
