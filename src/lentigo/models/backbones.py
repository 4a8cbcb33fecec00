"""The one table of backbones: name in, how to build it and how it is cut into blocks out.

Adding a backbone is one row here. Nothing in this file imports a training framework until a row is built.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING

from lentigo.models.applications import build_application
from lentigo.models.lite.efficientnet_lite import build_efficientnet_lite
from lentigo.models.onnx_encoder import build_onnx_backbone
from lentigo.models.small_cnn import build_small_cnn
from lentigo.settings.errors import SettingsError
from lentigo.settings.recipe import Scaling

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Backbone:
    """One row of the table."""

    name: str
    build: Callable[[int, int, str], keras.Model]
    """(height, width, weights) -> model from scaled float image (N, H, W, 3) to feature map (N, h, w, C)."""
    scaling: Scaling
    """The scaling its pretrained weights were trained with (the nearest one, where ours has none equal)."""
    block_pattern: str
    """Where a layer's name matches from its start, a block begins, called as the match or its group."""
    ends_blocks: bool = False
    """The pattern names the layers that *end* blocks instead, for backbones with nameless layers."""


def _application(
    name: str, function: str, scaling: Scaling, block_pattern: str, ends_blocks: bool = False
) -> Backbone:
    return Backbone(name, partial(build_application, function), scaling, block_pattern, ends_blocks)


_VGG = r"block\d+"
_RESNET = r"conv\d+_block\d+|conv1"
_DENSENET = r"conv\d+"
_EFFICIENTNET = r"stem|block\d+[a-z]|top"
_LITE = r"stem|blocks\.\d+|top"
_CONVNEXT = r"convnext_[a-z]+_(stem|stage_\d+_block_\d+)|layer_normalization"
_MOBILENET_V3 = r"expanded_conv(?:_\d+)?|conv_1|conv"
_INCEPTION_RESNET = r"(mixed_\w+)$|(block\d+_\d+)_ac$|(conv_7b)_ac$"

_ROWS = (
    Backbone("onnx", build_onnx_backbone, "imagenet", r"encoder"),
    Backbone("small-cnn", build_small_cnn, "x/255", r"block\d+"),
    Backbone("efficientnet-lite0", partial(build_efficientnet_lite, "lite0"), "(x-127)/128", _LITE),
    Backbone("efficientnet-lite1", partial(build_efficientnet_lite, "lite1"), "(x-127)/128", _LITE),
    Backbone("efficientnet-lite2", partial(build_efficientnet_lite, "lite2"), "(x-127)/128", _LITE),
    _application("vgg16", "VGG16", "vgg", _VGG),
    _application("vgg19", "VGG19", "vgg", _VGG),
    _application("xception", "Xception", "x/127.5-1", r"block\d+"),
    _application("resnet50", "ResNet50", "vgg", _RESNET),
    _application("resnet101", "ResNet101", "vgg", _RESNET),
    _application("resnet50-v2", "ResNet50V2", "x/127.5-1", _RESNET),
    _application("densenet121", "DenseNet121", "(x-127)/128", _DENSENET),
    _application("densenet201", "DenseNet201", "(x-127)/128", _DENSENET),
    _application("inception-v3", "InceptionV3", "x/127.5-1", r"mixed\d+$", ends_blocks=True),
    _application(
        "inception-resnet-v2", "InceptionResNetV2", "x/127.5-1", _INCEPTION_RESNET, ends_blocks=True
    ),
    _application("mobilenet", "MobileNet", "x/127.5-1", r"conv1_relu|(conv_pw_\d+)_relu", ends_blocks=True),
    _application("mobilenet-v2", "MobileNetV2", "x/127.5-1", r"Conv1|expanded_conv|block_\d+|Conv_1"),
    _application("mobilenet-v3-large", "MobileNetV3Large", "x/127.5-1", _MOBILENET_V3),
    _application("mobilenet-v3-small", "MobileNetV3Small", "x/127.5-1", _MOBILENET_V3),
    _application("efficientnet-v2-b0", "EfficientNetV2B0", "(x-127)/128", _EFFICIENTNET),
    _application("efficientnet-v2-b3", "EfficientNetV2B3", "(x-127)/128", _EFFICIENTNET),
    _application("efficientnet-v2-s", "EfficientNetV2S", "(x-127)/128", _EFFICIENTNET),
    _application("efficientnet-v2-m", "EfficientNetV2M", "(x-127)/128", _EFFICIENTNET),
    _application("convnext-tiny", "ConvNeXtTiny", "(x-127)/128", _CONVNEXT),
    _application("convnext-small", "ConvNeXtSmall", "(x-127)/128", _CONVNEXT),
    _application("convnext-base", "ConvNeXtBase", "(x-127)/128", _CONVNEXT),
)

ONNX = "onnx"
"""The backbone that is a file of the user's: frozen, and nothing without the file."""
BACKBONES: dict[str, Backbone] = {row.name: row for row in _ROWS}


def backbone_named(name: str) -> Backbone:
    """Find a row of the table.

    Raises:
        SettingsError: There is none; the message names the nearest.
    """
    if name in BACKBONES:
        return BACKBONES[name]
    near = get_close_matches(name.lower(), BACKBONES, n=3)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    raise SettingsError(
        f"model.backbone: there is no backbone called {name!r}.{hint} Known: {', '.join(BACKBONES)}."
    )
