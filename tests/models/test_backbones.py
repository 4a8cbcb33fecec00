"""The table of backbones: every row builds, ends in a feature map, and is cut into blocks."""

from __future__ import annotations

import re

import keras
import pytest

from lentigo.models import BACKBONES, backbone_named
from lentigo.models.blocks import divide_into_blocks
from lentigo.settings.errors import SettingsError

LIGHT = ("small-cnn", "efficientnet-lite0", "vgg16", "xception", "mobilenet", "mobilenet-v3-small")
HEAVY = tuple(name for name in BACKBONES if name not in (*LIGHT, "onnx"))

BLOCKS = {
    "small-cnn": ["block1", "block2", "block3"],
    "efficientnet-lite0": ["stem", *(f"blocks.{number}" for number in range(16)), "top"],
    "vgg16": [f"block{number}" for number in range(1, 6)],
    "xception": [f"block{number}" for number in range(1, 15)],
    "mobilenet": ["conv1_relu", *(f"conv_pw_{number}" for number in range(1, 14))],
    "inception-v3": [f"mixed{number}" for number in range(11)],
    "densenet121": [f"conv{number}" for number in range(1, 6)],
}


def check(name: str) -> None:
    row = BACKBONES[name]
    backbone = row.build(96, 96, "none")
    blocks = divide_into_blocks(backbone, row.block_pattern, row.ends_blocks)
    assert backbone.input.shape == (None, 96, 96, 3)
    assert len(backbone.output.shape) == 4
    assert [layer for layers in blocks.values() for layer in layers] == backbone.layers
    assert list(blocks) == BLOCKS.get(name, list(blocks))
    for block, layers in blocks.items():
        assert not re.search(r"^(conv2d|batch_normalization|activation)", block), layers


@pytest.mark.parametrize("name", LIGHT)
def test_a_row_builds_and_is_cut_into_blocks(name: str) -> None:
    check(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", HEAVY)
def test_a_heavy_row_builds_and_is_cut_into_blocks(name: str) -> None:
    check(name)
    keras.backend.clear_session()


def test_shortcuts_belong_to_the_block_they_go_round() -> None:
    row = BACKBONES["xception"]
    blocks = divide_into_blocks(row.build(71, 71, "none"), row.block_pattern)
    kinds = {name: [type(layer).__name__ for layer in layers] for name, layers in blocks.items()}
    assert [name for name in kinds if "Conv2D" in kinds[name]] == [
        "block1", "block2", "block3", "block4", "block13"
    ]  # fmt: skip
    assert all("Add" in kinds[f"block{number}"] for number in range(2, 14))


def test_an_unknown_backbone_gets_the_nearest_name() -> None:
    with pytest.raises(SettingsError, match="Did you mean xception"):
        backbone_named("Xceptoin")
