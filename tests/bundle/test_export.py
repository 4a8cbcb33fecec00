"""What is exported gives the network's own answers and Grad-CAM's own maps, for every class."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

keras = pytest.importorskip("keras")

from keras.src.applications.convnext import ConvNeXt, LayerScale  # noqa: E402

from lentigo.bundle.export import export_network, head_steps  # noqa: E402
from lentigo.explanation.gradcam import grad_cam  # noqa: E402
from lentigo.explanation.saliency import enlarge, scale_by_maximum  # noqa: E402
from lentigo.models import BACKBONES, Network, build_network, join_metadata, probabilities  # noqa: E402
from lentigo.models.backbones import ONNX  # noqa: E402
from lentigo.models.layers import with_our_layers  # noqa: E402
from lentigo.onnx_file.plain import plain_network  # noqa: E402
from lentigo.settings.errors import BundleError  # noqa: E402
from lentigo.settings.recipe import POOLED_HEAD, HeadLayer, Input, Model  # noqa: E402

SIZE = (40, 48)
LARGER = (64, 72)
"""For what shrinks images by 32: of normalisation over a map of 1 x 1 the converter makes something else.
`lentigo export` refuses that, for it compares answers."""
NUM_CLASSES = 3
DEEP_HEAD = (
    HeadLayer("batchnorm"),
    HeadLayer("flatten"),
    HeadLayer("dropout", rate=0.5),
    HeadLayer("dense", units=8),
    HeadLayer("batchnorm"),
    HeadLayer("dense", units=6),
)
MODELS = {
    "pooled": Model(head=POOLED_HEAD),
    "deep, softmax inside": Model(head=DEEP_HEAD, output="softmax"),
    "our own layers": Model(backbone="efficientnet-lite0", head=(HeadLayer("pool"), HeadLayer("batchnorm"))),
    "normalised layers": Model(backbone="convnext-least", head=POOLED_HEAD),
}
SCALINGS = {
    "pooled": "vgg",
    "deep, softmax inside": "x/255",
    "our own layers": "(x-127)/128",
    "normalised layers": "imagenet",
}


def build_least_convnext(height: int, width: int, _weights: str) -> keras.Model:
    """The layers of ConvNeXt, a block a stage: as many kinds as in the large ones."""
    size = {"depths": [1] * 4, "projection_dims": [8, 16, 24, 32], "input_shape": (height, width, 3)}
    options = {"include_top": False, "include_preprocessing": False, "weights": None}
    return with_our_layers(ConvNeXt(**size, **options, name="convnext_tiny"))


def size_of(name: str) -> tuple[int, int]:
    return LARGER if name == "normalised layers" else SIZE


def lively_network(name: str) -> Network:
    """A network whose layers of factors neither just pass on what they get nor take it away."""
    scaling = SCALINGS[name]
    network = build_network(MODELS[name], Input(*size_of(name), scaling=scaling), NUM_CLASSES, seed=3)  # type: ignore[arg-type]
    rng = np.random.default_rng(5)
    for layer in [*network.backbone.layers, *network.head.layers]:
        if isinstance(layer, keras.layers.BatchNormalization | LayerScale):
            layer.set_weights([rng.uniform(0.7, 1.3, weight.shape) for weight in layer.get_weights()])
    return network


@pytest.mark.parametrize("name", MODELS)
def test_an_exported_network_answers_and_explains_as_before(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    least = replace(BACKBONES["convnext-tiny"], name="convnext-least", build=build_least_convnext)
    monkeypatch.setitem(BACKBONES, least.name, least)
    network = lively_network(name)
    export_network(network, tmp_path / "model.onnx")
    plain_network((tmp_path / "model.onnx").read_bytes())
    images = np.random.default_rng(0).integers(0, 256, (5, *size_of(name), 3), dtype=np.uint8)
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx", providers=["CPUExecutionProvider"])
    found, saliency = session.run(["probabilities", "saliency"], {"pixels": images})
    expected = probabilities(np.asarray(network.model(images)), network.output)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    for chosen in range(NUM_CLASSES):
        maps = scale_by_maximum(enlarge(saliency[:, chosen], *size_of(name)))
        wanted = grad_cam(network, images, np.full(len(images), chosen))
        np.testing.assert_allclose(maps, wanted, atol=1e-4)
        assert wanted.max() == 1 or saliency[:, chosen].max() == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in BACKBONES if name != ONNX])
def test_every_backbone_can_be_exported(name: str, tmp_path: Path) -> None:
    model = Model(backbone=name, weights="none")
    network = build_network(model, Input(96, 96, scaling=BACKBONES[name].scaling), NUM_CLASSES, seed=3)
    export_network(network, tmp_path / "model.onnx")
    images = np.random.default_rng(0).integers(0, 256, (2, 96, 96, 3), dtype=np.uint8)
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx", providers=["CPUExecutionProvider"])
    (found,) = session.run(["probabilities"], {"pixels": images})
    expected = probabilities(np.asarray(network.model(images)), network.output)
    np.testing.assert_allclose(found, expected, atol=1e-4)
    keras.backend.clear_session()


@pytest.mark.parametrize("width", [pytest.param(1, marks=pytest.mark.slow), 17])
def test_a_network_that_takes_metadata_answers_as_before(width: int, tmp_path: Path) -> None:
    network = join_metadata(lively_network("our own layers"), width)
    rng = np.random.default_rng(6)
    assert network.metadata is not None
    network.metadata.get_layer("metadata_logits").set_weights([rng.normal(size=(width, NUM_CLASSES)) / 10])
    export_network(network, tmp_path / "model.onnx")
    images = rng.integers(0, 256, (5, *SIZE, 3), dtype=np.uint8)
    known = rng.random((5, width), dtype=np.float32)
    known[2] = 0
    content = plain_network((tmp_path / "model.onnx").read_bytes()).content
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    names = ["probabilities", "saliency", "logits"]
    found, saliency, logits = session.run(names, {"pixels": images, "metadata": known})
    expected = probabilities(np.asarray(network.model([images, known])), network.output)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    alone = session.run(names, {"pixels": images, "metadata": np.zeros_like(known)})
    np.testing.assert_array_equal(saliency, alone[1], "where it looked is the image's alone")
    np.testing.assert_array_equal(logits, alone[2], "and so is how strange it is")
    np.testing.assert_array_equal(found[2], alone[0][2])
    assert np.abs(found - alone[0]).max() > 0.01


def test_a_layer_nobody_knows_is_named() -> None:
    feature_map = keras.Input((2, 2, 3))
    head = keras.Model(feature_map, keras.layers.GlobalMaxPooling2D(name="highest")(feature_map))
    with pytest.raises(BundleError, match="highest is a GlobalMaxPooling2D"):
        head_steps(head)


def test_another_backend_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    network = build_network(MODELS["pooled"], Input(*SIZE), NUM_CLASSES, seed=3)
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    with pytest.raises(BundleError, match="KERAS_BACKEND=tensorflow"):
        export_network(network, tmp_path / "model.onnx")
