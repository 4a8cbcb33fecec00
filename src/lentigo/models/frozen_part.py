"""A network whose frozen part ends somewhere in; the frozen part and the learning part as two networks out.

    pixels -> [scaling, frozen layers] -> activations -> [learning layers] -> logits or probabilities

Both share their layers with the whole: what one learns, the other knows. Frozen batch normalisation uses its
stored statistics, so the frozen part gives one answer to an image, whatever it is batched with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lentigo.models.blocks import blocks_named
from lentigo.models.network import Network, moved

if TYPE_CHECKING:
    import keras

LEAST_SHARE = 0.25
"""Of the network's multiplications: with less than this frozen, storing saves too little."""


@dataclass(frozen=True)
class Division:
    """A network in two."""

    frozen: keras.Model
    """uint8 (N, H, W, 3) -> activations."""
    learning: keras.Model
    """Activations, with `network.metadata` what is known too -> what the network gives."""
    share: float
    """Of the backbone's multiplications that lie in the frozen part, 0 to 1."""
    encoder: str = ""
    """sha256 of the ONNX network that the backbone is, which no weights of `frozen` tell; empty: none."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one image's activations: (C,), or (h, w, C)."""
        return tuple(int(side) for side in self.frozen.output.shape[1:])


def divide(network: Network, learn: tuple[str, ...]) -> Division | None:
    """Divide a network at the last place that all paths pass before anything learns.

    Args:
        network: whole.
        learn: as of `freeze`: `head`, `all`, names of blocks.

    Returns:
        None where the backbone learns from its first layers on, or is asked for two photographs.
    """
    import keras

    if "all" in learn or network.is_pair:
        return None
    named = blocks_named(network.blocks, [name for name in learn if name != "head"])
    learning = {id(layer) for name in named for layer in network.blocks[name]}
    layers = network.backbone.layers
    place = _last_bottleneck(layers, learning)
    if place == 0:
        return None
    tensor = layers[place].output
    trunk = keras.Model(network.backbone.input, tensor, name="frozen_trunk")
    activations = trunk(network.scaling(network.pixels))
    rest: Any = network.head
    if place == len(layers) - 1:
        activations, rest = _with_pooling(activations, network.head)
    taken = keras.Input(activations.shape[1:], name="activations")
    between = taken
    if place < len(layers) - 1:
        between = keras.Model(tensor, network.backbone.output, name="learning_trunk")(taken)
    given, outputs = taken, rest(between)
    if network.metadata is not None:
        known, outputs = moved(outputs, network.metadata)
        given = [taken, known]
    return Division(
        keras.Model(network.pixels, activations, name="frozen"),
        keras.Model(given, outputs, name="learning"),
        _share(layers, place),
        network.encoder.digest if network.encoder else "",
    )


def _last_bottleneck(layers: list[Any], learning: set[int]) -> int:
    """Index of the last layer before any that learns whose output alone feeds the layers after it."""
    number = {id(layer): index for index, layer in enumerate(layers)}
    last_use = list(range(len(layers)))
    for index, layer in enumerate(layers):
        for node in layer._inbound_nodes:
            for parent in node.parent_nodes:
                place = number.get(id(parent.operation))
                if place is not None:
                    last_use[place] = max(last_use[place], index)
    found, reach = 0, 0
    for index, layer in enumerate(layers):
        if id(layer) in learning:
            break
        if reach <= index:  # nothing before this layer is used after it
            found = index
        reach = max(reach, last_use[index])
    return found


def _with_pooling(activations: Any, head: keras.Model) -> tuple[Any, keras.Model]:
    """Move the pooling that a head begins with to the frozen side: far less is to be stored."""
    import keras

    first = head.layers[1]
    if type(first).__name__ != "GlobalAveragePooling2D":
        return activations, head
    return first(activations), keras.Model(first.output, head.output, name="head_after_pool")


def _share(layers: list[Any], place: int) -> float:
    """How much of the layers' work lies in those up to `place`, by what is known of it.

    Of an encoder in ONNX nothing is known, and all of it is frozen.
    """
    costs = [_cost(layer) for layer in layers]
    return float(sum(costs[: place + 1]) / sum(costs)) if any(costs) else 1.0


def _cost(layer: Any) -> float:
    """About how many multiplications a layer takes an image: its weights at every place of its output."""
    if not layer.weights:
        return 0.0
    places = np.prod([side for side in layer.output.shape[1:-1] if side] or [1])
    return float(sum(np.prod(weight.shape) for weight in layer.weights) * places)
