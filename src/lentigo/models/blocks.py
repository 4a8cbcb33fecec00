"""Blocks: a backbone and its row's pattern in, named slices of its layers out.

Names come from the names of the layers, so they are the same every time: `block1` ... `block14` for Xception,
`stem`, `blocks.0` ... `blocks.15`, `top` for EfficientNet-Lite0, `conv5_block3` for ResNet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from lentigo.settings.errors import SettingsError

if TYPE_CHECKING:
    import keras

Blocks = dict[str, list["keras.layers.Layer"]]


def divide_into_blocks(backbone: keras.Model, pattern: str, ends_blocks: bool = False) -> Blocks:
    """Divide the layers of a backbone, in order from the image, into blocks.

    A layer without a name of its own (a shortcut, say) belongs to the block that surrounds it.

    Args:
        backbone: A functional model; its layers are ordered by their distance from the output.
        pattern: Matched at the start of a layer's name: the match, or its first group, is the block's name.
        ends_blocks: Whether a match ends its block (and what precedes belongs to it) or begins it.
    """
    names = [_block_name(layer.name, pattern) for layer in backbone.layers]
    filled = _fill_gaps(names[::-1])[::-1] if ends_blocks else _fill_gaps(names)
    blocks: Blocks = {}
    for name, layer in zip(filled, backbone.layers, strict=True):
        blocks.setdefault(name, []).append(layer)
    return blocks


def _block_name(layer_name: str, pattern: str) -> str | None:
    match = re.match(pattern, layer_name)
    if match is None:
        return None
    return next((group for group in match.groups() if group), match[0])


def _fill_gaps(names: Sequence[str | None]) -> list[str]:
    """Give each nameless layer the name before it; the first ones take the first name there is."""
    current = next(name for name in names if name is not None)
    filled = []
    for name in names:
        current = name or current
        filled.append(current)
    return filled


def blocks_named(blocks: Mapping[str, object], names: Iterable[str]) -> set[str]:
    """Resolve names of blocks; a name also stands for all blocks it begins (`conv5`: `conv5_block1` ...).

    Raises:
        SettingsError: Some names mean no block; the message names the nearest.
    """
    chosen: set[str] = set()
    for name in names:
        found = [block for block in blocks if re.fullmatch(re.escape(name) + r"(\D.*)?", block)]
        if name in blocks:
            found = [name]
        if not found:
            raise SettingsError(_unknown(name, list(blocks)))
        chosen.update(found)
    return chosen


def _unknown(name: str, blocks: list[str]) -> str:
    near = get_close_matches(name, [*blocks, "head", "all"], n=3, cutoff=0.5)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    return (
        f"stages.learn: the backbone has no block called {name!r}.{hint} "
        f'Give "head", "all" or blocks: {", ".join(blocks)}.'
    )
