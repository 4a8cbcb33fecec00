"""The head as nodes equals the head in NumPy, and its saliency equals finite differences of its logits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper

from lentigo.bundle.head_nodes import Affine, Dense, Step, averaged_kernel, head_nodes

SHAPE = (2, 3, 4)
NUM_CLASSES = 3
CELLS = SHAPE[0] * SHAPE[1] * SHAPE[2]


def _dense(seed: int, inputs: int, units: int, has_relu: bool = True) -> Dense:
    rng = np.random.default_rng(seed)
    kernel = rng.normal(size=(inputs, units)) / np.sqrt(inputs)
    return Dense(kernel.astype(np.float32), rng.normal(size=units).astype(np.float32), has_relu)


def _affine(seed: int, size: int) -> Affine:
    rng = np.random.default_rng(seed)
    return Affine(rng.normal(size=size).astype(np.float32), rng.normal(size=size).astype(np.float32))


HEADS: dict[str, list[Step]] = {
    "pooled": ["pool", _dense(1, 4, NUM_CLASSES, has_relu=False)],
    "flat": ["flatten", _dense(2, CELLS, NUM_CLASSES, has_relu=False)],
    "normalised features, pooled": [_affine(3, 4), "pool", _affine(4, 4), _dense(5, 4, NUM_CLASSES, False)],
    "the study's": [
        _affine(6, 4),
        "flatten",
        _dense(7, CELLS, 8),
        _affine(8, 8),
        _dense(9, 8, 5),
        _affine(10, 5),
        _dense(11, 5, NUM_CLASSES, has_relu=False),
    ],
    "one relu": ["pool", _dense(12, 4, 6), _dense(13, 6, NUM_CLASSES, has_relu=False)],
}


def logits(steps: list[Step], features: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The head in plain NumPy, float64."""
    value = features.astype(np.float64)
    for step in steps:
        if step == "pool":
            value = value.mean(axis=(1, 2))
        elif step == "flatten":
            value = value.reshape(len(value), -1)
        elif isinstance(step, Affine):
            value = value * step.scale + step.shift
        elif isinstance(step, Dense):
            value = value @ step.kernel.astype(np.float64) + step.bias
            value = np.maximum(value, 0) if step.has_relu else value
    return value


def heat(steps: list[Step], features: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Grad-CAM of every class by central differences, (N, K, h, w)."""
    step = 1e-6
    gradients = np.zeros((*features.shape, NUM_CLASSES))
    for place in np.ndindex(*features.shape[1:]):
        up, down = features.astype(np.float64), features.astype(np.float64)
        up[(slice(None), *place)] += step
        down[(slice(None), *place)] -= step
        gradients[(slice(None), *place)] = (logits(steps, up) - logits(steps, down)) / (2 * step)
    weights = gradients.mean(axis=(1, 2))
    return np.maximum(np.einsum("nhwc,nck->nkhw", features, weights), 0)


def run(
    steps: list[Step], features: np.ndarray[Any, Any], kernel: Any = None, known: Any = None
) -> list[np.ndarray[Any, Any]]:
    ort: Callable[..., Any] = pytest.importorskip("onnxruntime").InferenceSession
    head = head_nodes(steps, SHAPE, "features", kernel)
    inputs = [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", *SHAPE])]
    if kernel is not None:
        inputs.append(helper.make_tensor_value_info("metadata", TensorProto.FLOAT, ["N", len(kernel)]))
    graph = helper.make_graph(
        head.nodes,
        "head",
        inputs,
        [
            helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", NUM_CLASSES]),
            helper.make_tensor_value_info("saliency", TensorProto.FLOAT, ["N", NUM_CLASSES, *SHAPE[:2]]),
        ],
        head.constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    session = ort(model.SerializeToString(), providers=["CPUExecutionProvider"])
    given = {"features": features} | ({} if known is None else {"metadata": known})
    return list(session.run(["probabilities", "saliency"], given))


@pytest.mark.parametrize("name", HEADS)
def test_nodes_equal_finite_differences(name: str) -> None:
    steps = HEADS[name]
    features = np.random.default_rng(0).normal(size=(4, *SHAPE)).astype(np.float32)
    probabilities, saliency = run(steps, features)
    expected = np.exp(logits(steps, features))
    np.testing.assert_allclose(probabilities, expected / expected.sum(axis=1, keepdims=True), atol=1e-5)
    np.testing.assert_allclose(saliency, heat(steps, features), atol=1e-5)
    assert saliency.max() > 0


@pytest.mark.parametrize("name", ["pooled", "the study's"])
def test_what_is_known_moves_probabilities_and_no_map(name: str) -> None:
    steps, rng = HEADS[name], np.random.default_rng(1)
    features = rng.normal(size=(4, *SHAPE)).astype(np.float32)
    kernel, known = rng.normal(size=(5, NUM_CLASSES)).astype(np.float32), rng.random((4, 5), np.float32)
    probabilities, saliency = run(steps, features, kernel, known)
    expected = np.exp(logits(steps, features) + known @ kernel)
    np.testing.assert_allclose(probabilities, expected / expected.sum(axis=1, keepdims=True), atol=1e-5)
    np.testing.assert_allclose(saliency, heat(steps, features), atol=1e-5)


def test_the_gradient_of_a_pooled_head_is_its_kernel_over_the_number_of_positions() -> None:
    steps = HEADS["pooled"]
    dense = steps[-1]
    assert isinstance(dense, Dense)
    np.testing.assert_allclose(averaged_kernel(steps, SHAPE), dense.kernel / 6, rtol=1e-6)
