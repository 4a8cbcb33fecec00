"""Encoders made here, in PyTorch's layout, become backbones; what is no encoder is refused."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import onnx
import pytest

from lentigo.models import build_network
from lentigo.models.frozen_part import divide
from lentigo.models.onnx_encoder import open_encoder
from lentigo.settings.errors import ModelError
from lentigo.settings.recipe import Input, Model, Recipe
from lentigo.training.setup.storing import Place, facts_of


@pytest.fixture
def images(encoders: ModuleType) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(3, *encoders.SIZE, 3)).astype(np.float32)


@pytest.mark.parametrize("batch", ["N", 1])
def test_what_it_gives_becomes_a_feature_map(
    encoders: ModuleType, tmp_path: Path, images: np.ndarray, batch: Any
) -> None:
    expected = encoders.by_hand(images)
    for gives, shape in (("map", (6, 8, 5)), ("tokens", (48, 1, 5)), ("vector", (1, 1, 5))):
        encoder = open_encoder(
            str(encoders.write_encoder(tmp_path / f"{gives}.onnx", gives, batch)), *encoders.SIZE
        )
        assert encoder.feature_shape == shape
        found = encoder.features(images)
        if gives == "vector":
            np.testing.assert_allclose(found[:, 0, 0], expected.mean(axis=(1, 2)), rtol=1e-4, atol=1e-5)
        else:
            np.testing.assert_allclose(found.reshape(expected.shape), expected, rtol=1e-4, atol=1e-4)


def test_a_network_scales_pixels_and_asks_the_encoder(encoders: ModuleType, tmp_path: Path) -> None:
    path = encoders.write_encoder(tmp_path / "encoder.onnx")
    model = Model(backbone="onnx", weights=str(path))
    network = build_network(model, Input(*encoders.SIZE, scaling="imagenet"), 3, seed=0)
    pixels = np.random.default_rng(2).integers(0, 256, (2, *encoders.SIZE, 3), dtype=np.uint8)
    scaled = (pixels / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
    kernel, bias = network.head.get_layer("logits").get_weights()
    expected = encoders.by_hand(scaled.astype(np.float32)).mean(axis=(1, 2)) @ kernel + bias
    np.testing.assert_allclose(np.asarray(network.model(pixels)), expected, rtol=1e-4, atol=1e-4)
    assert list(network.blocks) == ["encoder"]
    assert [weight.path.split("/")[0] for weight in network.model.weights] == ["logits", "logits"]


def test_what_it_gives_can_be_stored_under_its_own_name(encoders: ModuleType, tmp_path: Path) -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (2, *encoders.SIZE, 3), dtype=np.uint8)
    divisions = []
    for opset in (17, 16):
        path = encoders.write_encoder(tmp_path / f"{opset}.onnx", "map", opset=opset)
        image = Input(*encoders.SIZE, scaling="x/255")
        division = divide(build_network(Model("onnx", str(path)), image, 3, seed=0), ("head",))
        assert division is not None
        assert (division.shape, division.share) == ((5,), 1.0)
        expected = encoders.by_hand((pixels / 255).astype(np.float32)).mean(axis=(1, 2))
        np.testing.assert_allclose(np.asarray(division.frozen(pixels)), expected, rtol=1e-4, atol=1e-4)
        divisions.append(division)
    # neither has weights of the framework's, so that nothing else would tell them apart
    facts = [facts_of(Recipe("any"), one, Place(tmp_path, {}), "float32") for one in divisions]
    assert facts[0] != facts[1]
    assert {**facts[0], "encoder": ""} == {**facts[1], "encoder": ""}


def test_what_is_no_encoder_is_refused(encoders: ModuleType, tmp_path: Path) -> None:
    path = encoders.write_encoder(tmp_path / "encoder.onnx")
    with pytest.raises(ModelError, match=r"set input\.height and input\.width"):
        open_encoder(str(path), 48, 48)
    with pytest.raises(ModelError, match="There is no encoder"):
        open_encoder(str(tmp_path / "none.onnx"), *encoders.SIZE)
    (tmp_path / "text.onnx").write_text("no network")
    with pytest.raises(ModelError, match=r"text\.onnx is damaged or not an ONNX network"):
        open_encoder(str(tmp_path / "text.onnx"), *encoders.SIZE)
    foreign = onnx.load(str(path))
    foreign.graph.node[0].domain = "com.example"
    onnx.save_model(foreign, str(tmp_path / "foreign.onnx"))
    with pytest.raises(ModelError, match="operators of its own"):
        open_encoder(str(tmp_path / "foreign.onnx"), *encoders.SIZE)
