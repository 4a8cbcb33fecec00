"""The whole network: settings of model and input in; uint8 pixels to logits or probabilities out.

    uint8 (N, H, W, 3) -> scaling -> backbone -> feature map (N, h, w, C) -> head -> (N, K) float32

The parts stay models of their own, so that features can be stored and a head trained on them.

What is known beside an image may move the logits: logits = head(feature map) + GAIN * known @ kernel. There
is no bias and no hidden layer: zeros, which stand for what is not known, move nothing, so that the same
weights answer from the image alone; each value moves the logits by what it says of the class (its log odds,
were it independent of the image); and where the network looked for a class stays the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from lentigo.models.backbones import ONNX, backbone_of, build_backbone
from lentigo.models.blocks import blocks_named, divide_into_blocks
from lentigo.models.head import build_head
from lentigo.models.weights_files import read_weights, write_weights
from lentigo.settings.recipe import Input, Model

if TYPE_CHECKING:
    import keras

    from lentigo.models.onnx_encoder import OnnxEncoder

Precision = Literal["float32", "mixed_bfloat16"]
NOT_BLACK = 1e-3
"""Difference to black, after scaling, that any other pixel has at least: a grey level is more."""
GAIN = 10.0
"""Adam moves every weight by about the learning rate a step, however seldom its value is known; a head of a
thousand channels moves the logits by hundreds of them at once."""


@dataclass
class Network:
    """A network and its parts, which share their layers."""

    model: keras.Model
    """uint8 (N, H, W, 3), with `metadata` float32 (N, D) too -> logits or probabilities (N, K) float32."""
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
    metadata: keras.Model | None = None
    """What is known beside an image (N, D) -> what it adds to the logits (N, K); None: `model` takes pixels
    alone. See `join_metadata`."""
    is_pair: bool = False
    """Whether an image is two photographs, one above the other: H is then twice that of the recipe."""

    @property
    def pixels(self) -> Any:
        """Where images go into `model`, a tensor of Keras."""
        return self.model.inputs[0]

    @property
    def encoder(self) -> OnnxEncoder | None:
        """What the backbone runs, where it is an ONNX file of somebody's."""
        return getattr(self.backbone, "encoder", None)

    @property
    def head_layers(self) -> list[keras.layers.Layer]:
        """Those that learn where a stage says `head`."""
        return [*self.head.layers, *(self.metadata.layers if self.metadata else [])]

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
        image: `recipe.input`; its height, width, scaling and view are used.
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

    row = backbone_of(model)
    if seed is not None:
        keras.utils.set_random_seed(seed)
    with _precision(precision):
        one = build_backbone(model, image)
        scaling, is_pair = PixelScaling(image.scaling, name="scaling"), image.view == "pair"
        backbone = _of_pairs(one, scaling) if is_pair else one
        head = build_head(model, tuple(backbone.output.shape[1:]), num_classes)
        pixels = keras.Input(backbone.input.shape[1:], dtype="uint8", name="pixels")
        whole = keras.Model(pixels, head(backbone(scaling(pixels))), name="network")
    blocks = divide_into_blocks(one, row.family.block_pattern, row.family.ends_blocks)
    return Network(whole, scaling, backbone, head, blocks, model.output, is_pair=is_pair)


def _of_pairs(backbone: keras.Model, scaling: Any) -> keras.Model:
    """The same backbone, asked about both photographs of a pair.

        scaled (N, 2 H, W, 3) -> halves -> the backbone, twice -> feature maps side by side (N, h, w, 2 C)

    Of a photograph that is not there, and stands as black, all features are zeros. As with what is not known
    of a patient, no flag says so: nothing is added to the logits, and what is missing cannot be learnt from.
    """
    import keras

    height, width, channels = backbone.input.shape[1:]
    black = keras.ops.cast(scaling(np.zeros((1, 1, 1, channels), "uint8")), "float32")
    pair = keras.Input((2 * height, width, channels), name="scaled_pair")
    features = []
    for name, cropped in (("dermoscopic", (0, height)), ("clinical", (height, 0))):
        half = keras.layers.Cropping2D((cropped, (0, 0)), name=f"{name}_half")(pair)
        difference = keras.ops.abs(keras.ops.cast(half, "float32") - keras.ops.convert_to_numpy(black))
        is_there = keras.ops.max(difference, axis=(1, 2, 3), keepdims=True) > NOT_BLACK
        seen = backbone(half)
        features.append(seen * keras.ops.cast(is_there, seen.dtype))
    return keras.Model(pair, keras.layers.Concatenate(name="both_features")(features), name="pair")


def join_metadata(network: Network, width: int) -> Network:
    """Let a network take what is known beside an image, too.

    Args:
        network: from `build_network`, its output logits; the new one shares its layers.
        width: D, numbers known beside an image, see `data.metadata`; 0 gives `network` back.

    Returns:
        A network whose model takes [uint8 (N, H, W, 3), float32 (N, D)]. It answers as before at first: the
        new weights are zeros.
    """
    import keras

    if not width:
        return network
    branch = _branch(width, int(network.model.output.shape[-1]))
    known, logits = moved(network.model.output, branch)
    model = keras.Model([network.pixels, known], logits, name="network_with_metadata")
    return replace(network, model=model, metadata=branch)


def moved(logits: Any, branch: keras.Model) -> tuple[Any, Any]:
    """A new input (N, D), and the logits (N, K) as it moves them."""
    import keras

    known = keras.Input(branch.input.shape[1:], name="metadata")
    return known, keras.layers.Add(dtype="float32", name="moved_logits")([logits, branch(known)])


def metadata_kernel(network: Network) -> Any:
    """What each value known adds to each logit, float32 (D, K); None for a network of images alone."""
    if network.metadata is None:
        return None
    return GAIN * network.metadata.get_layer("metadata_logits").get_weights()[0]


def _branch(width: int, num_classes: int) -> keras.Model:
    """(N, D) -> what is added to the logits, (N, K)."""
    from keras import Input, Model, layers

    known = Input((width,), name="known")
    enlarged = layers.Rescaling(GAIN, dtype="float32", name="metadata_gain")(known)
    added = layers.Dense(
        num_classes, use_bias=False, kernel_initializer="zeros", dtype="float32", name="metadata_logits"
    )(enlarged)
    return Model(known, added, name="metadata_part")


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
    for part in filter(None, (network.head, network.metadata)):
        part.trainable = bool({"head", "all"} & set(learn))
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
