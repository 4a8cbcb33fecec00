"""An exported network with somebody's encoder gives the answers that training saw, whatever the scaling."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import onnxruntime
import pytest

keras = pytest.importorskip("keras")

from lentigo.bundle.export import export_network  # noqa: E402
from lentigo.models import build_network, probabilities  # noqa: E402
from lentigo.settings.recipe import POOLED_HEAD, HeadLayer, Input, Model  # noqa: E402

SIZE = (24, 32)
HIDDEN = (HeadLayer("batchnorm"), HeadLayer("pool"), HeadLayer("dense", units=4))


def check(path: Path, scaling: Any, head: tuple[HeadLayer, ...], out: Path) -> None:
    model = Model(backbone="onnx", weights=str(path), head=head)
    network = build_network(model, Input(*SIZE, scaling=scaling), 3, seed=1)
    export_network(network, out)
    pixels = np.random.default_rng(2).integers(0, 256, (4, *SIZE, 3), dtype=np.uint8)
    names = ["probabilities", "saliency", "pooled_features"]
    found = onnxruntime.InferenceSession(out.read_bytes()).run(names, {"pixels": pixels})
    expected = probabilities(network.model(pixels), network.output)
    np.testing.assert_allclose(found[0], expected, atol=1e-5)
    assert found[1].shape == (4, 3, *network.feature_shape[:2])
    maps = np.asarray(network.backbone(network.scaling(pixels)))
    np.testing.assert_allclose(found[2], maps.mean(axis=(1, 2)), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(
    ("gives", "scaling", "opset"),
    [("vector", "imagenet", 17), ("map", "vgg", 13), ("tokens", "x/127.5-1", 17), ("map", "x/255", 18)],
)
def test_one_in_the_layout_of_pytorch(
    encoders: ModuleType, gives: str, scaling: Any, opset: int, tmp_path: Path
) -> None:
    path = encoders.write_encoder(tmp_path / "encoder.onnx", gives, opset=opset if gives == "map" else 17)
    check(path, scaling, HIDDEN if gives == "map" else POOLED_HEAD, tmp_path / "model.onnx")


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="Keras exports by TensorFlow")
def test_one_exported_from_keras(tmp_path: Path) -> None:
    images = keras.Input((*SIZE, 3))
    maps = keras.layers.Conv2D(6, 3, strides=2, activation="relu")(images)
    encoder = keras.Model(images, keras.layers.GlobalAveragePooling2D()(maps))
    encoder(np.zeros((1, *SIZE, 3), np.float32))  # Keras exports only what has been called
    encoder.export(tmp_path / "encoder.onnx", format="onnx", verbose=False)
    check(tmp_path / "encoder.onnx", "x/255", POOLED_HEAD, tmp_path / "model.onnx")


def test_one_exported_from_pytorch(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    network = torch.nn.Sequential(
        torch.nn.Conv2d(3, 6, 3, stride=2), torch.nn.ReLU(), torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten()
    )
    torch.onnx.export(network, torch.zeros(1, 3, *SIZE), str(tmp_path / "encoder.onnx"), dynamo=False)
    check(tmp_path / "encoder.onnx", "imagenet", POOLED_HEAD, tmp_path / "model.onnx")
