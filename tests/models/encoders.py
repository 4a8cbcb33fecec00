"""Encoders made here, in PyTorch's layout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SIZE = (24, 32)
KERNEL = np.random.default_rng(0).normal(size=(5, 3, 4, 4)).astype(np.float32)


def write_encoder(path: Path, gives: str = "vector", batch: Any = "N", opset: int = 17) -> Path:
    """A convolution of stride 4 and a relu, (N, 3, 24, 32) to (N, 5, 6, 8), as PyTorch exports one."""
    nodes = [
        helper.make_node("Conv", ["images", "kernel"], ["conv"], strides=[4, 4]),
        helper.make_node("Relu", ["conv"], ["map"]),
    ]
    shapes = {"map": [batch, 5, 6, 8], "vector": [batch, 5], "tokens": [batch, 48, 5]}
    if gives == "vector":
        nodes.append(helper.make_node("ReduceMean", ["map"], ["vector"], axes=[2, 3], keepdims=0))
    elif gives == "tokens":
        shape = numpy_helper.from_array(np.array([0, 5, 48], np.int64), "shape")
        nodes.append(helper.make_node("Constant", [], ["shape"], value=shape))
        nodes.append(helper.make_node("Reshape", ["map", "shape"], ["flat"]))
        nodes.append(helper.make_node("Transpose", ["flat"], ["tokens"], perm=[0, 2, 1]))
    graph = helper.make_graph(
        nodes,
        "encoder",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, [batch, 3, *SIZE])],
        [helper.make_tensor_value_info(gives, TensorProto.FLOAT, shapes[gives])],
        [numpy_helper.from_array(KERNEL, "kernel")],
    )
    opsets = [helper.make_opsetid("", opset)]
    onnx.save_model(helper.make_model(graph, opset_imports=opsets, ir_version=8), str(path))
    return path


def by_hand(images: np.ndarray) -> np.ndarray:
    """The same convolution in NumPy: (N, 24, 32, 3) to (N, 6, 8, 5)."""
    blocks = images.reshape(len(images), 6, 4, 8, 4, 3)
    return np.maximum(np.einsum("nyaxbc,kcab->nyxk", blocks, KERNEL), 0)
