"""A network that is not the one described is refused before it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lentigo.bundle.format import BundleFacts
from lentigo.bundle.head_nodes import Dense
from lentigo.bundle.loading import load_bundle
from lentigo.bundle.opening import open_network
from lentigo.evaluation.abstaining.conformal import Conformal
from lentigo.evaluation.abstaining.rule import Abstaining, Unknown, abstaining_json, arrays_bytes
from lentigo.onnx_file.plain import plain_network
from lentigo.settings.errors import BundleError

STEPS = np.linspace(0, 1, 101)
SETS = Conformal("lac", False, 0.1, np.full(3, 0.9))


def test_a_network_and_its_arrays_are_opened(
    facts: BundleFacts, make_model: Callable[..., Any], pixels: Any
) -> None:
    # three channels, as the small network has
    bank = np.eye(3, dtype=np.float32)
    rule = Abstaining(SETS, Unknown("nearest_neighbour", -1.0, 0.05, STEPS, {"bank": bank}), {})
    told = replace(facts, abstaining=abstaining_json(rule))
    bundle = open_network(
        told, plain_network(make_model().SerializeToString()), "", arrays=arrays_bytes(rule)
    )
    answers = bundle.predict(pixels)
    assert all(answer.abstention.is_unknown for answer in answers), "every distance is above -1"
    assert all(answer.abstain_reason for answer in answers)


@pytest.mark.parametrize("name", ["logits", "pooled_features", "saliency"])
def test_a_network_without_one_of_its_outputs_is_refused(
    name: str, facts: BundleFacts, make_model: Callable[..., Any]
) -> None:
    model = make_model()
    (place,) = [place for place, one in enumerate(model.graph.output) if one.name == name]
    del model.graph.output[place]
    with pytest.raises(BundleError, match="not the network that bundle"):
        open_network(facts, plain_network(model.SerializeToString()), "")


def test_a_network_that_takes_other_metadata_than_is_said_is_refused(
    told_bundle: Path, make_model: Callable[..., Any]
) -> None:
    facts, kernel = load_bundle(told_bundle).facts, np.zeros((4, 3), np.float32)
    for model in (make_model(), make_model(kernel=kernel)):
        with pytest.raises(BundleError, match=r"not the network that bundle\.json describes"):
            open_network(facts, plain_network(model.SerializeToString()), "")
    with pytest.raises(BundleError, match=r"not the network that bundle\.json describes"):
        open_network(
            replace(facts, metadata=None), plain_network(make_model(kernel=kernel).SerializeToString()), ""
        )


def test_arrays_for_another_network_are_refused(facts: BundleFacts, make_model: Callable[..., Any]) -> None:
    bank = np.ones((2, 4), np.float32)
    rule = Abstaining(SETS, Unknown("nearest_neighbour", 1.0, 0.05, STEPS, {"bank": bank}), {})
    told = replace(facts, abstaining=abstaining_json(rule))
    with pytest.raises(BundleError, match="does not fit the network"):
        open_network(told, plain_network(make_model().SerializeToString()), "", arrays=arrays_bytes(rule))


def test_a_network_without_an_answer_is_refused(facts: BundleFacts, make_model: Callable[..., Any]) -> None:
    dense = Dense(np.full((3, 3), np.nan, np.float32), np.zeros(3, np.float32), has_relu=False)
    content = make_model(["pool", dense]).SerializeToString()
    with pytest.raises(BundleError, match="gives probabilities, saliency, logits that are no numbers"):
        open_network(facts, plain_network(content), "")


def test_probabilities_that_do_not_add_up_are_refused(
    facts: BundleFacts, make_model: Callable[..., Any]
) -> None:
    model = make_model()
    (softmax,) = [node for node in model.graph.node if node.op_type == "Softmax"]
    del softmax.attribute[:]
    softmax.op_type = "Sigmoid"
    with pytest.raises(BundleError, match="do not add up to 1"):
        open_network(facts, plain_network(model.SerializeToString()), "")
