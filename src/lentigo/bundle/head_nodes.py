"""The layers of a head in; ordinary ONNX nodes for its probabilities and every class's saliency out.

Grad-CAM of one logit needs the mean over positions of its gradient with respect to the last feature map
(`explanation.methods.grad_cam`), and that gradient needs the head alone. Everything before the first
relu is linear, so its part of the gradient is one constant matrix, already averaged over positions; behind
it the gradient is carried back through the relus' masks, for all classes at once.

    features (N, h, w, C) -> probabilities (N, K), saliency (N, K, h, w), not negative,
                             logits (N, K), pooled_features (N, C): what an abstaining rule reads

What is known beside the image, `metadata` (N, D), moves the probabilities alone: `logits` are the image's, so
that how strange it is depends on nothing else, and a logit's gradient is the same whatever is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
METADATA = "metadata"
"""Name of the network's second input, where it has one."""


@dataclass(frozen=True)
class Affine:
    """x * scale + shift for each of D features: batch normalisation by its memory."""

    scale: Floats
    shift: Floats


@dataclass(frozen=True)
class Dense:
    """x @ kernel (D, U) + bias (U,), and a relu except for the logits."""

    kernel: Floats
    bias: Floats
    has_relu: bool = True


Step = Affine | Dense | Literal["pool", "flatten"]


@dataclass(frozen=True)
class HeadNodes:
    """What is to be appended to a network that gives `features`."""

    nodes: list[Any]
    """onnx.NodeProto"""
    constants: list[Any]
    """onnx.TensorProto"""


def head_nodes(
    steps: Sequence[Step],
    feature_shape: tuple[int, int, int],
    features: str,
    metadata_kernel: Floats | None = None,
) -> HeadNodes:
    """Write a head as nodes with the outputs `probabilities`, `saliency`, `logits` and `pooled_features`.

    Args:
        steps: from the feature map to the logits; the last is the logits' `Dense` without relu.
        feature_shape: (h, w, C).
        features: name of the feature map (N, h, w, C) in the network they are appended to.
        metadata_kernel: (D, K) what each value of the input `metadata` adds to each logit; None: there is no
            such input.
    """
    graph = _Graph()
    logits, masks = _forward(graph, steps, features)
    if metadata_kernel is not None:
        added = graph.add("MatMul", [METADATA, graph.constant(metadata_kernel)])
        logits = graph.add("Add", [logits, added])
    graph.add("Softmax", [logits], output="probabilities", axis=1)
    graph.add("ReduceMean", [features, graph.numbers(1, 2)], output="pooled_features", keepdims=0)
    _saliency(graph, _gradient(graph, steps, feature_shape, masks), feature_shape, features)
    return HeadNodes(graph.nodes, graph.constants)


class _Graph:
    """Nodes and constants as they are added; every name begins with `head/`."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def add(self, operator: str, inputs: list[str], output: str = "", **attributes: Any) -> str:
        from onnx import helper

        name = output or f"head/{operator}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], name=name, **attributes))
        return name

    def constant(self, values: NDArray[Any]) -> str:
        from onnx import numpy_helper

        name = f"head/constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def numbers(self, *values: int) -> str:
        """Axes or a shape."""
        return self.constant(np.array(values, np.int64))


def _forward(graph: _Graph, steps: Sequence[Step], features: str) -> tuple[str, dict[int, str]]:
    """The name of the logits (N, K), and by place of each relu its mask (N, U) of zeros and ones."""
    value, masks = features, {}
    for place, step in enumerate(steps):
        if step == "pool":
            value = graph.add("ReduceMean", [value, graph.numbers(1, 2)], keepdims=0)
        elif step == "flatten":
            value = graph.add("Flatten", [value], axis=1)
        elif isinstance(step, Affine):
            scaled = graph.add("Mul", [value, graph.constant(step.scale)])
            value = graph.add("Add", [scaled, graph.constant(step.shift)])
        elif isinstance(step, Dense):
            product = graph.add("MatMul", [value, graph.constant(step.kernel)])
            name = "logits" if place == len(steps) - 1 else ""
            value = graph.add("Add", [product, graph.constant(step.bias)], output=name)
            if step.has_relu:
                is_positive = graph.add("Greater", [value, graph.constant(np.zeros((), np.float32))])
                masks[place] = graph.add("Cast", [is_positive], to=1)
                value = graph.add("Relu", [value])
    return value, masks


def _gradient(
    graph: _Graph, steps: Sequence[Step], feature_shape: tuple[int, int, int], masks: dict[int, str]
) -> str:
    """Name of the gradient of every logit by channel, averaged over positions.

    (C, K) when the head is linear, the same for all images; otherwise (N, C, K).
    """
    first = next(place for place, step in enumerate(steps) if isinstance(step, Dense))
    averaged = averaged_kernel(steps[: first + 1], feature_shape)
    if first == len(steps) - 1:
        return graph.constant(averaged)
    last = steps[-1]
    assert isinstance(last, Dense)
    value = graph.constant(last.kernel)
    for place in range(len(steps) - 2, first - 1, -1):
        step = steps[place]
        if isinstance(step, Affine):
            value = graph.add("Mul", [graph.constant(step.scale[:, np.newaxis]), value])
        elif isinstance(step, Dense):
            mask = graph.add("Unsqueeze", [masks[place], graph.numbers(2)])
            masked = graph.add("Mul", [mask, value])
            kernel = averaged if place == first else step.kernel
            value = graph.add("MatMul", [graph.constant(kernel), masked])
    return value


def averaged_kernel(steps: Sequence[Step], feature_shape: tuple[int, int, int]) -> Floats:
    """Mean over positions of the gradient of the first dense layer, before its relu, by channel.

    Args:
        steps: from the feature map to that layer.
        feature_shape: (h, w, C).

    Returns:
        (C, U), U units of that layer.
    """
    height, width, channels = feature_shape
    dense = steps[-1]
    assert isinstance(dense, Dense)
    gradient = dense.kernel.astype(np.float64)
    for step in reversed(steps[:-1]):
        if isinstance(step, Affine):
            gradient = step.scale[:, np.newaxis] * gradient
        elif step == "pool":
            gradient = gradient / (height * width)
        elif step == "flatten":
            gradient = gradient.reshape(height * width, channels, -1).mean(axis=0)
    return gradient.astype(np.float32)


def _saliency(graph: _Graph, gradient: str, feature_shape: tuple[int, int, int], features: str) -> None:
    """Weigh the channels by the gradient, sum them, cut off what is negative."""
    height, width, channels = feature_shape
    flat = graph.add("Reshape", [features, graph.numbers(-1, height * width, channels)])
    heat = graph.add("MatMul", [flat, gradient])
    turned = graph.add("Transpose", [heat], perm=[0, 2, 1])
    grid = graph.add("Reshape", [turned, graph.numbers(0, 0, height, width)])
    graph.add("Relu", [grid], output="saliency")
