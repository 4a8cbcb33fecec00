"""A run's bundle in 8 bits: measured on validation, refused where answers change too much."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lentigo
from lentigo.api.bundling import quantizing
from lentigo.api.bundling.quantizing import compare
from lentigo.settings.errors import BundleError


def test_figures_by_hand() -> None:
    plain = np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8]])
    quantized = np.array([[0.85, 0.15], [0.55, 0.45], [0.2, 0.8]])
    found = compare(plain, quantized, np.array([0, 1, 1]))
    assert found["n_images"] == 3
    assert found["balanced_accuracy"] == {"float32": 1.0, "int8": 0.75}
    assert found["max_change"] == pytest.approx(0.15)


def test_a_good_enough_one_is_put_in_place_with_its_figures(
    small_job: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quantizing, "LARGEST_FALL", 0.2)  # a network of two epochs is unsure everywhere
    plain = lentigo.export(small_job.run, tmp_path / "plain")
    made = lentigo.export(small_job.run, tmp_path / "int8", int8=True)
    found = made["parity"]["int8"]
    assert found["n_images"] == 33
    assert found["max_change"] <= 0.10
    scores, difference = found["balanced_accuracy"], found["difference"]
    assert difference["value"] == pytest.approx(scores["int8"] - scores["float32"])
    assert difference["low"] <= difference["value"] <= difference["high"]
    assert made["files"]["model.onnx"] < plain["files"]["model.onnx"]
    bundle = lentigo.load_bundle(tmp_path / "int8")
    assert bundle.facts.parity["int8"] == found
    assert "Then quantised" in bundle.card
    assert "on the answers of this 8-bit network" in bundle.card
    before = lentigo.load_bundle(tmp_path / "plain").facts
    for key in ("calibration", "operating_points", "abstaining"):
        fitted, other = getattr(bundle.facts, key), getattr(before, key)
        assert fitted["fitted_on"] == other["fitted_on"] | {"network": "int8"}
    assert bundle.facts.operating_points["points"] != before.operating_points["points"]
    assert bundle.facts.abstaining["unknown"] != before.abstaining["unknown"], "8 bits answer differently"


def test_one_that_answers_differently_is_refused_and_nothing_is_left(
    small_job: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quantizing, "LARGEST_CHANGE", 0.0)
    with pytest.raises(BundleError, match=r"moves by up to .* Export without --int8"):
        lentigo.export(small_job.run, tmp_path / "int8", int8=True)
    assert list(tmp_path.iterdir()) == []
