"""8-bit networks: nearly the same answers from standard operators in less room."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx

from lentigo.bundle.format import MODEL_FILE, BundleFacts
from lentigo.bundle.loading import load_bundle
from lentigo.bundle.opening import open_network
from lentigo.bundle.quantization import in_words, quantize
from lentigo.onnx_file.plain import plain_network


def test_weights_become_8_bit_and_answers_stay_close(
    small_bundle: Path, facts: BundleFacts, pixels: Any, tmp_path: Path
) -> None:
    made = tmp_path / "int8.onnx"
    quantize(small_bundle / MODEL_FILE, made, [pixels])
    plain_network(made.read_bytes())
    graph = onnx.load(str(made)).graph
    kinds = {tensor.data_type for tensor in graph.initializer if len(tensor.dims) == 4}
    assert kinds == {onnx.TensorProto.INT8}
    plain, small = load_bundle(small_bundle), open_network(facts, plain_network(made.read_bytes()), "")
    answers, heat = small.compute(pixels, with_saliency=True)
    expected, expected_heat = plain.compute(pixels, with_saliency=True)
    assert 0 < np.abs(answers - expected).max() < 0.05
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-6, err_msg="the softmax is in float32")
    assert heat is not None
    assert expected_heat is not None
    np.testing.assert_allclose(heat, expected_heat, atol=0.05 * np.abs(expected_heat).max())


def test_the_head_stays_in_float32(small_bundle: Path, pixels: Any, tmp_path: Path) -> None:
    made = tmp_path / "int8.onnx"
    quantize(small_bundle / MODEL_FILE, made, [pixels])
    head = [one for one in onnx.load(str(made)).graph.initializer if one.name.startswith("head/constant")]
    assert head
    assert not any(one.data_type in (onnx.TensorProto.INT8, onnx.TensorProto.UINT8) for one in head)


def test_the_file_it_was_made_from_may_be_replaced(make_bundle: Callable[..., Path], pixels: Any) -> None:
    model = make_bundle() / MODEL_FILE
    before = model.read_bytes()
    quantize(model, model, [pixels])
    assert model.read_bytes() != before


def test_both_figures_are_told() -> None:
    found = {
        "n_images": 12,
        "balanced_accuracy": {"float32": 0.9, "int8": 0.895},
        "difference": {"value": -0.005, "low": -0.012, "high": 0.001},
        "max_change": 0.04,
    }
    words = in_words(found)
    assert "difference -0.005 [-0.012, +0.001]" in words
    assert "0.895 against 0.900" in words
    assert "0.040" in words
