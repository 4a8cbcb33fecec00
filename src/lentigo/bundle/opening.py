"""A verified network and its facts in; a `Bundle` that answers, once the two are found to fit, out."""

from __future__ import annotations

import numpy as np

from lentigo.bundle.format import MODEL_FILE, BundleFacts
from lentigo.bundle.head_nodes import METADATA
from lentigo.bundle.prediction import Bundle
from lentigo.bundle.rules.abstaining_rules import open_abstaining
from lentigo.bundle.running import RunningNetwork
from lentigo.onnx_file.plain import PlainNetwork
from lentigo.settings.errors import BundleError

LONGEST_TRIAL_SECONDS = 60.0
"""For one image; a large network takes one or two."""


def open_network(
    facts: BundleFacts, network: PlainNetwork, card: str, num_threads: int = 0, arrays: bytes = b""
) -> Bundle:
    """Start ONNX Runtime on a verified network and compare the network with what is said of it.

    `num_threads` compute one batch; 0: one a processor core. `arrays` is the content of `abstaining.f32`.

    Raises:
        BundleError: ONNX Runtime refuses the network, it is not the one `bundle.json` describes, or what it
            says of a trial image is no answer.
    """
    running = RunningNetwork(network, num_threads)
    abstaining = open_abstaining(facts.abstaining, arrays, _num_channels(facts, running))
    _try(facts, running)
    return Bundle(facts, running, card, abstaining)


def _num_channels(facts: BundleFacts, running: RunningNetwork) -> int:
    """Channels of the network's features; raises where it is not the network that is described."""
    found = running.inputs_and_outputs()
    size, num_classes = facts.input, len(facts.classes)
    grid = (facts.saliency["height"], facts.saliency["width"])
    _, channels = found.get("pooled_features", ("", ()))
    num_channels = channels[0] if channels else 0
    expected = {
        "pixels": ("tensor(uint8)", (size.height, size.width, 3)),
        **({} if facts.encoding is None else {METADATA: ("tensor(float)", (facts.encoding.width,))}),
        "probabilities": ("tensor(float)", (num_classes,)),
        "saliency": ("tensor(float)", (num_classes, *grid)),
        "logits": ("tensor(float)", (num_classes,)),
        "pooled_features": ("tensor(float)", (num_channels,)),
    }
    if found != expected:
        raise BundleError(
            f"{MODEL_FILE} is not the network that bundle.json describes: expected {expected}, found "
            f"{found}; export the run again"
        )
    if not isinstance(num_channels, int):
        raise BundleError(f"{MODEL_FILE} has features without a number of channels; export the run again")
    return num_channels


def _try(facts: BundleFacts, running: RunningNetwork) -> None:
    """Ask it about one grey image, so that a network that cannot answer is not opened."""
    image = np.full((1, facts.input.height, facts.input.width, 3), 128, np.uint8)
    names = ["probabilities", "saliency", "logits", "pooled_features"]
    outputs = running.run(names, image, LONGEST_TRIAL_SECONDS)
    wrong = [name for name, one in zip(names, outputs, strict=True) if not np.isfinite(one).all()]
    if wrong:
        raise BundleError(f"{MODEL_FILE} gives {', '.join(wrong)} that are no numbers; export the run again")
    if not np.isclose(outputs[0].sum(), 1, atol=1e-3) or outputs[0].min() < 0:
        raise BundleError(f"{MODEL_FILE} gives probabilities that do not add up to 1; export the run again")
