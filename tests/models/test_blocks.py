"""Naming blocks and finding them by name."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from lentigo.models.blocks import blocks_named, divide_into_blocks
from lentigo.settings.errors import SettingsError

BLOCKS = dict.fromkeys(["stem", "block1a", "block7a", "block7b", "blocks.1", "blocks.15", "conv5_block1"])


def model_of(*names: str) -> SimpleNamespace:
    return SimpleNamespace(layers=[SimpleNamespace(name=name) for name in names])


def names_in(blocks: dict[str, list[SimpleNamespace]]) -> dict[str, list[str]]:
    return {block: [layer.name for layer in layers] for block, layers in blocks.items()}


def test_nameless_layers_join_the_block_before_them() -> None:
    model = model_of("input", "block1_conv", "add", "block2_conv", "conv2d_7")
    assert names_in(divide_into_blocks(model, r"block\d+")) == {
        "block1": ["input", "block1_conv", "add"],
        "block2": ["block2_conv", "conv2d_7"],
    }


def test_or_the_block_that_ends_after_them() -> None:
    model = model_of("input", "conv2d", "mixed0", "conv2d_1", "mixed1", "relu")
    assert names_in(divide_into_blocks(model, r"mixed\d+$", ends_blocks=True)) == {
        "mixed0": ["input", "conv2d", "mixed0"],
        "mixed1": ["conv2d_1", "mixed1", "relu"],
    }


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("stem", {"stem"}),
        ("block7", {"block7a", "block7b"}),
        ("blocks.1", {"blocks.1"}),
        ("blocks", {"blocks.1", "blocks.15"}),
        ("conv5", {"conv5_block1"}),
    ],
)
def test_a_name_stands_for_its_block_or_those_it_begins(asked: str, found: set[str]) -> None:
    assert blocks_named(BLOCKS, [asked]) == found


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(SettingsError, match=r"'blocks\.51'.*Did you mean blocks\.1 or blocks\.15"):
        blocks_named(BLOCKS, ["stem", "blocks.51"])
