"""A network in, the same network with random weights in some of its blocks out: the randomisation test.

Adebayo et al., Sanity checks for saliency maps, 2018 (https://arxiv.org/abs/1810.03292): a map that stays
the same when the weights are random does not show what the network has learnt.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from lentigo.models.network import build_network, without_start
from lentigo.settings.recipe import Input, Model

if TYPE_CHECKING:
    from lentigo.models.network import Network

HEAD = "head"


def random_twin(model: Model, image: Input, num_classes: int, seed: int) -> Network:
    """A network of the same shape as it would be before any training, pretraining included."""
    return build_network(without_start(model), image, num_classes, seed=seed)


def blocks_from_head(network: Network) -> list[str]:
    """The head and all blocks that have weights, from the logits towards the image."""
    backwards = [name for name in reversed(network.blocks) if any(_weights(network.blocks[name]))]
    return [HEAD, *backwards]


@contextmanager
def randomised(network: Network, twin: Network, blocks: Sequence[str]) -> Iterator[None]:
    """Lend the network its twin's weights in some blocks; its own come back afterwards.

    Args:
        network: changed in place for a while.
        twin: from `random_twin`, of the same shape.
        blocks: names from `blocks_from_head`.
    """
    ours = [layer for name in blocks for layer in _layers(network, name)]
    theirs = [layer for name in blocks for layer in _layers(twin, name)]
    kept = _weights(ours)
    try:
        _give(ours, _weights(theirs))
        yield
    finally:
        _give(ours, kept)


def _layers(network: Network, block: str) -> Sequence[Any]:
    return network.head.layers if block == HEAD else network.blocks[block]


def _weights(layers: Sequence[Any]) -> list[list[Any]]:
    return [layer.get_weights() for layer in layers]


def _give(layers: Sequence[Any], weights: Sequence[list[Any]]) -> None:
    for layer, values in zip(layers, weights, strict=True):
        layer.set_weights(values)
