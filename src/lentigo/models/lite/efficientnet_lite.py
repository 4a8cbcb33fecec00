"""EfficientNet-Lite 0, 1 and 2 (no squeeze-excite, relu6): scaled image in, 1280 feature maps at 1/32 out.

Source: github.com/tensorflow/tpu, models/official/efficientnet/lite. Stem (32) and head (1280 channels) and
the repeats of the first and last group are not scaled.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lentigo.models.lite.lite_weights import find_lite_weights, load_lite_weights
from lentigo.models.weights_files import load_backbone_weights

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class BlockGroup:
    """Inverted bottlenecks of one kind; the first of them has the stride and changes the channels."""

    repeats: int
    kernel: int
    stride: int
    expansion: int
    channels: int


GROUPS = (
    BlockGroup(1, 3, 1, 1, 16),
    BlockGroup(2, 3, 2, 6, 24),
    BlockGroup(2, 5, 2, 6, 40),
    BlockGroup(3, 3, 2, 6, 80),
    BlockGroup(3, 5, 1, 6, 112),
    BlockGroup(4, 5, 2, 6, 192),
    BlockGroup(1, 3, 1, 6, 320),
)

SCALES = {"lite0": (1.0, 1.0), "lite1": (1.0, 1.1), "lite2": (1.1, 1.2)}
"""Variant -> (factor of channels, factor of repeats)."""

_BATCH_NORM_EPSILON = 1e-3


def build_efficientnet_lite(
    variant: str, height: int, width: int, weights: str = "none", stochastic_depth: float = 0.0
) -> keras.Model:
    """Build one variant as a backbone.

    Args:
        variant: `lite0`, `lite1` or `lite2`.
        height: Of the image, in pixels.
        width: Of the image, in pixels.
        weights: `imagenet` (from its Python package, no network needed), `none`, or the path of a weights
            file: ours (`.weights.h5`) or a PyTorch state dict (`.pth`).
        stochastic_depth: Block b of B is left out of so much times b / B of the passes in training, image by
            image, where it has a shortcut; what a block adds in the others is made up for that.

    Returns:
        A model from (N, height, width, 3), scaled as (x - 127) / 128, to (N, h, w, 1280).

    Raises:
        ModelError: The weights cannot be had or do not fit.
    """
    import keras

    image = keras.Input((height, width, 3), name="scaled_image")
    features = _conv_bn(image, 32, "stem", kernel=3, stride=2)
    plan = block_plan(variant)
    for number, (block, stride) in enumerate(plan):
        added = _inverted_bottleneck(features, block, stride, f"blocks.{number}")
        rate = stochastic_depth * number / len(plan)
        features = _with_shortcut(features, added, rate, f"blocks.{number}")
    features = _conv_bn(features, 1280, "top", kernel=1)
    backbone = keras.Model(image, features, name=f"efficientnet_{variant}")
    _fill(backbone, variant, weights)
    return backbone


def block_plan(variant: str) -> list[tuple[BlockGroup, int]]:
    """List the blocks of a variant in order, each with its own stride and scaled channels."""
    width_factor, depth_factor = SCALES[variant]
    plan = []
    for position, group in enumerate(GROUPS):
        is_fixed = position in (0, len(GROUPS) - 1)
        repeats = group.repeats if is_fixed else math.ceil(group.repeats * depth_factor)
        channels = _round_channels(group.channels * width_factor)
        scaled = BlockGroup(repeats, group.kernel, group.stride, group.expansion, channels)
        plan += [(scaled, group.stride if repeat == 0 else 1) for repeat in range(repeats)]
    return plan


def _round_channels(channels: float, divisor: int = 8) -> int:
    """Round to a multiple of 8, never down by more than a tenth (as the published networks do)."""
    rounded = max(divisor, int(channels + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * channels else rounded


def _conv_bn(
    features: keras.KerasTensor, filters: int, name: str, kernel: int, stride: int = 1
) -> keras.KerasTensor:
    import keras

    features = keras.layers.Conv2D(
        filters,
        kernel,
        strides=stride,
        padding="same",
        use_bias=False,
        kernel_initializer="he_normal",
        name=f"{name}.conv",
    )(features)
    return _bn_relu6(features, f"{name}.bn")


def _bn_relu6(features: keras.KerasTensor, name: str) -> keras.KerasTensor:
    import keras

    from lentigo.models.layers import BatchNormalization

    features = BatchNormalization(epsilon=_BATCH_NORM_EPSILON, name=name)(features)
    return keras.layers.Activation("relu6", name=f"{name}_relu6")(features)


def _inverted_bottleneck(
    features: keras.KerasTensor, block: BlockGroup, stride: int, name: str
) -> keras.KerasTensor:
    """Widen by a 1 x 1 convolution, filter each channel, narrow again."""
    from lentigo.models.layers import BatchNormalization, DepthwiseConv2D

    channels = features.shape[-1]
    if block.expansion > 1:
        features = _pointwise(features, channels * block.expansion, f"{name}.expand_conv")
        features = _bn_relu6(features, f"{name}.expand_bn")
    features = DepthwiseConv2D(
        block.kernel,
        strides=stride,
        padding="same",
        use_bias=False,
        depthwise_initializer="he_normal",
        name=f"{name}.depthwise_conv",
    )(features)
    features = _bn_relu6(features, f"{name}.depthwise_bn")
    features = _pointwise(features, block.channels, f"{name}.project_conv")
    return BatchNormalization(epsilon=_BATCH_NORM_EPSILON, name=f"{name}.project_bn")(features)


def _with_shortcut(
    shortcut: keras.KerasTensor, added: keras.KerasTensor, rate: float, name: str
) -> keras.KerasTensor:
    """Add a block's input to what it gives, where the shapes agree, and leave the latter out at a rate."""
    import keras

    from lentigo.models.layers import Dropout

    if shortcut.shape != added.shape:
        return added
    if rate:
        added = Dropout(rate, noise_shape=(None, 1, 1, 1), name=f"{name}.drop")(added)
    return keras.layers.Add(name=f"{name}.add")([added, shortcut])


def _pointwise(features: keras.KerasTensor, filters: int, name: str) -> keras.KerasTensor:
    import keras

    return keras.layers.Conv2D(filters, 1, use_bias=False, kernel_initializer="he_normal", name=name)(
        features
    )


def imagenet_classifier(variant: str, height: int = 224, width: int = 224) -> keras.Model:
    """Build the whole published network: scaled image (N, height, width, 3) to 1000 ImageNet logits.

    Its dense layer is called `logits`; the classes are in ImageNet's usual order.

    Raises:
        ModelError: The weights cannot be had.
    """
    import keras

    backbone = build_efficientnet_lite(variant, height, width)
    pooled = keras.layers.GlobalAveragePooling2D(name="pool")(backbone.output)
    logits = keras.layers.Dense(1000, dtype="float32", name="logits")(pooled)
    classifier = keras.Model(backbone.input, logits, name=f"efficientnet_{variant}_imagenet")
    load_lite_weights(classifier, find_lite_weights(variant))
    return classifier


def _fill(backbone: keras.Model, variant: str, weights: str) -> None:
    if weights == "imagenet":
        load_lite_weights(backbone, find_lite_weights(variant))
    elif weights.endswith(".pth"):
        load_lite_weights(backbone, Path(weights).expanduser())
    else:
        load_backbone_weights(backbone, weights)
