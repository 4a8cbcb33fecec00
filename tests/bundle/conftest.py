"""Small bundles made without a training framework: a random convolution, a pooled head, real directories."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from lentigo.bundle.format import (
    MODEL_FILE,
    BundleClass,
    BundleFacts,
    BundleInput,
    hash_training_images,
)
from lentigo.bundle.head_nodes import Dense, Step, head_nodes
from lentigo.bundle.writing import finish_bundle, seal
from lentigo.data.metadata.encoding import MetadataEncoding
from lentigo.onnx_file.plain import CLASS_NAMES

HEIGHT, WIDTH = 16, 24
GRID = (4, 6, 3)
NAMES = ("MEL", "NV", "BCC")
SALT = "00ff" * 8
ENCODING = MetadataEncoding(("age", "sex", "site"), ("back", "face"))


def pooled_steps(seed: int = 0) -> list[Step]:
    kernel = np.random.default_rng(seed).normal(size=(GRID[2], len(NAMES))).astype(np.float32)
    return ["pool", Dense(kernel, np.zeros(len(NAMES), np.float32), has_relu=False)]


def small_model(
    steps: Sequence[Step] | None = None, extra_nodes: Sequence[Any] = (), kernel: Any = None
) -> Any:
    """uint8 (N, 16, 24, 3) -> a convolution of stride 4 -> (N, 4, 6, 3) -> a head.

    With a kernel (D, 3) it takes `metadata` (N, D) too.
    """
    rng = np.random.default_rng(7)
    weights = rng.normal(size=(GRID[2], 3, 4, 4)).astype(np.float32) / 4
    nodes = [
        helper.make_node("Cast", ["pixels"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("Div", ["float", "full"], ["scaled"]),
        helper.make_node("Transpose", ["scaled"], ["turned"], perm=[0, 3, 1, 2]),
        helper.make_node("Conv", ["turned", "weights"], ["convolved"], strides=[4, 4]),
        helper.make_node("Relu", ["convolved"], ["positive"]),
        helper.make_node("Transpose", ["positive"], ["features"], perm=[0, 2, 3, 1]),
    ]
    head = head_nodes(steps or pooled_steps(), GRID, "features", kernel)
    inputs = [helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["N", HEIGHT, WIDTH, 3])]
    if kernel is not None:
        inputs.append(helper.make_tensor_value_info("metadata", TensorProto.FLOAT, ["N", len(kernel)]))
    constants = [
        numpy_helper.from_array(np.float32(255), "full"),
        numpy_helper.from_array(weights, "weights"),
    ]
    rows, columns, channels = GRID
    graph = helper.make_graph(
        [*nodes, *head.nodes, *extra_nodes],
        "small",
        inputs,
        [
            helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", len(NAMES)]),
            helper.make_tensor_value_info("saliency", TensorProto.FLOAT, ["N", len(NAMES), rows, columns]),
            helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", len(NAMES)]),
            helper.make_tensor_value_info("pooled_features", TensorProto.FLOAT, ["N", channels]),
        ],
        [*constants, *head.constants],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    helper.set_model_props(model, {CLASS_NAMES: json.dumps(NAMES)})
    return model


def small_facts(trained: Sequence[str] = ()) -> BundleFacts:
    return BundleFacts(
        name="small",
        created="2026-01-01T00:00:00+00:00",
        classes=tuple(BundleClass(name, f"{name} in full", f"{name} plainly", "#112233") for name in NAMES),
        malignant=("MEL", "BCC"),
        malignant_diagnoses=("MEL", "BCC", "SCC"),
        input=BundleInput(HEIGHT, WIDTH, "squash"),
        views="one",
        saliency={"method": "grad-cam", "height": GRID[0], "width": GRID[1]},
        split_hash="ab" * 32,
        training_images=hash_training_images(trained, SALT),
        recipe='name = "small"\n',
        run={"weights_sha256": "cd" * 32, "image_counts": {"train": 5}},
        metrics=None,
        licences=({"licence": "CC0", "n_images": 5},),
        parity={"part": "validation", "n_images": 4, "max_difference": 1e-7, "max_saliency_difference": 1e-6},
        versions={"lentigo": "0"},
        files={},
    )


def write_small(
    folder: Path, trained: Sequence[str] = (), model: Any = None, content: bytes = b"", **changes: Any
) -> Path:
    """A bundle of `model`, or of a network of which only the bytes are known."""
    folder.mkdir(parents=True, exist_ok=True)
    facts = replace(small_facts(trained), **changes)
    (folder / MODEL_FILE).write_bytes((model or small_model()).SerializeToString())
    finish_bundle(folder, facts)
    if content:
        (folder / MODEL_FILE).write_bytes(content)
        seal(folder, facts)
    return folder


def write_told(folder: Path, **changes: Any) -> Path:
    """A small bundle that takes age, sex and site (`back` or `face`), each with a say of its own."""
    kernel = np.random.default_rng(11).normal(size=(ENCODING.width, len(NAMES))).astype(np.float32)
    known = {"dropout": 0.3, "known": {"age": 0.9, "sex": 1.0, "site": 0.5}}
    return write_small(
        folder, model=small_model(kernel=kernel), metadata={**ENCODING.as_json(), **known}, **changes
    )


@pytest.fixture
def told_bundle(tmp_path: Path) -> Path:
    """As `small_bundle`, of a network that takes metadata."""
    return write_told(tmp_path / "told")


@pytest.fixture
def small_bundle(tmp_path: Path) -> Path:
    """A whole bundle of three classes for images of 16 x 24 pixels."""
    return write_small(tmp_path / "bundle")


@pytest.fixture
def make_bundle(tmp_path: Path) -> Callable[..., Path]:
    """A function of (trained sha256s, model, changed facts) that writes a bundle."""

    def make(**options: Any) -> Path:
        return write_small(tmp_path / "made", **options)

    return make


@pytest.fixture
def make_model() -> Callable[..., Any]:
    return small_model


@pytest.fixture
def facts() -> BundleFacts:
    return small_facts()


@pytest.fixture
def pixels() -> Any:
    """Five images of the size the small bundle takes."""
    return np.random.default_rng(1).integers(0, 256, (5, HEIGHT, WIDTH, 3), dtype=np.uint8)


@pytest.fixture
def image_paths(pixels: Any, tmp_path: Path) -> list[Path]:
    """The same as files without loss."""
    paths = [tmp_path / f"{number}.png" for number in range(len(pixels))]
    for path, image in zip(paths, pixels, strict=True):
        Image.fromarray(image).save(path)
    return paths
