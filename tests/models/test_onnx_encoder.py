"""Encoders made here, in PyTorch's layout, become backbones; what is no encoder is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from lentigo.models import build_network
from lentigo.models.onnx_encoder import open_encoder
from lentigo.settings.errors import ModelError
from lentigo.settings.recipe import Input, Model

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


@pytest.fixture
def images() -> np.ndarray:
    return np.random.default_rng(1).normal(size=(3, *SIZE, 3)).astype(np.float32)


@pytest.mark.parametrize("batch", ["N", 1])
def test_what_it_gives_becomes_a_feature_map(tmp_path: Path, images: np.ndarray, batch: Any) -> None:
    expected = by_hand(images)
    for gives, shape in (("map", (6, 8, 5)), ("tokens", (48, 1, 5)), ("vector", (1, 1, 5))):
        encoder = open_encoder(str(write_encoder(tmp_path / f"{gives}.onnx", gives, batch)), *SIZE)
        assert encoder.feature_shape == shape
        found = encoder.features(images)
        if gives == "vector":
            np.testing.assert_allclose(found[:, 0, 0], expected.mean(axis=(1, 2)), rtol=1e-4, atol=1e-5)
        else:
            np.testing.assert_allclose(found.reshape(expected.shape), expected, rtol=1e-4, atol=1e-4)


def test_a_network_scales_pixels_and_asks_the_encoder(tmp_path: Path) -> None:
    path = write_encoder(tmp_path / "encoder.onnx")
    model = Model(backbone="onnx", weights=str(path))
    network = build_network(model, Input(*SIZE, scaling="imagenet"), 3, seed=0)
    pixels = np.random.default_rng(2).integers(0, 256, (2, *SIZE, 3), dtype=np.uint8)
    scaled = (pixels / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
    kernel, bias = network.head.get_layer("logits").get_weights()
    expected = by_hand(scaled.astype(np.float32)).mean(axis=(1, 2)) @ kernel + bias
    np.testing.assert_allclose(np.asarray(network.model(pixels)), expected, rtol=1e-4, atol=1e-4)
    assert list(network.blocks) == ["encoder"]
    assert [weight.path.split("/")[0] for weight in network.model.weights] == ["logits", "logits"]


def test_what_is_no_encoder_is_refused(tmp_path: Path) -> None:
    path = write_encoder(tmp_path / "encoder.onnx")
    with pytest.raises(ModelError, match=r"set input\.height and input\.width"):
        open_encoder(str(path), 48, 48)
    with pytest.raises(ModelError, match="There is no encoder"):
        open_encoder(str(tmp_path / "none.onnx"), *SIZE)
    (tmp_path / "text.onnx").write_text("no network")
    with pytest.raises(ModelError, match=r"text\.onnx is damaged or not an ONNX network"):
        open_encoder(str(tmp_path / "text.onnx"), *SIZE)
    foreign = onnx.load(str(path))
    foreign.graph.node[0].domain = "com.example"
    onnx.save_model(foreign, str(tmp_path / "foreign.onnx"))
    with pytest.raises(ModelError, match="operators of its own"):
        open_encoder(str(tmp_path / "foreign.onnx"), *SIZE)
