"""A verified network and its facts in; a `Bundle` that answers, once the two are found to fit, out."""

from __future__ import annotations

from typing import Any

from lentigo.bundle.format import MODEL_FILE, BundleFacts
from lentigo.bundle.prediction import Bundle
from lentigo.bundle.rules.abstaining_rules import open_abstaining
from lentigo.settings.errors import BundleError


def open_network(
    facts: BundleFacts, model: bytes, card: str, num_threads: int = 0, arrays: bytes = b""
) -> Bundle:
    """Start ONNX Runtime on a verified network and compare the network with what is said of it.

    `num_threads` compute one batch; 0: one a processor core. `arrays` is the content of `abstaining.f32`.

    Raises:
        BundleError: ONNX Runtime refuses the network, or it is not the one `bundle.json` describes.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = num_threads
    options.log_severity_level = 4  # what goes wrong is raised and needs no print-out as well
    try:
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors have no common base of their own
        raise BundleError(f"{MODEL_FILE} cannot be run: {error}; export the run again") from error
    abstaining = open_abstaining(facts.abstaining, arrays, _num_channels(facts, session))
    return Bundle(facts, session, card, abstaining)


def _num_channels(facts: BundleFacts, session: Any) -> int:
    """Channels of the network's features; raises where it is not the network that is described."""
    found = {one.name: (one.type, tuple(one.shape[1:])) for one in session.get_inputs()}
    given = {one.name: (one.type, tuple(one.shape[1:])) for one in session.get_outputs()}
    size, num_classes = facts.input, len(facts.classes)
    grid = (facts.saliency["height"], facts.saliency["width"])
    _, (num_channels, *_) = given.get("pooled_features", ("", (0,)))
    expected = {
        "pixels": ("tensor(uint8)", (size.height, size.width, 3)),
        "probabilities": ("tensor(float)", (num_classes,)),
        "saliency": ("tensor(float)", (num_classes, *grid)),
        "logits": ("tensor(float)", (num_classes,)),
        "pooled_features": ("tensor(float)", (num_channels,)),
    }
    if found | given != expected:
        raise BundleError(
            f"{MODEL_FILE} is not the network that bundle.json describes: expected {expected}, found "
            f"{found | given}; export the run again"
        )
    if not isinstance(num_channels, int):
        raise BundleError(f"{MODEL_FILE} has features without a number of channels; export the run again")
    return num_channels
