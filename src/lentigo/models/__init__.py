"""Networks: settings of a model and of its input in, a backbone with a head out.

`BACKBONES` is the one table of backbones and touches no training framework; `build_network` does.
"""

from lentigo.models.backbones import BACKBONES, Backbone, backbone_named, backbone_of
from lentigo.models.network import (
    Network,
    build_network,
    freeze,
    join_metadata,
    load_weights,
    probabilities,
    save_weights,
    without_start,
)

__all__ = [
    "BACKBONES",
    "Backbone",
    "Network",
    "backbone_named",
    "backbone_of",
    "build_network",
    "freeze",
    "join_metadata",
    "load_weights",
    "probabilities",
    "save_weights",
    "without_start",
]
