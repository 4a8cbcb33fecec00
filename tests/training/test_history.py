from __future__ import annotations

import json
import math
from pathlib import Path

import keras
import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from lentigo.training.history import Tally, defined, training_figures, validation_figures, write_history


def test_a_tally_adds_up_by_hand() -> None:
    tally = Tally()
    assert math.isnan(tally.loss())
    assert math.isnan(tally.balanced_accuracy())
    tally.add(1.0, np.array([[3.0, 1.0], [0.0, 0.0]]), seconds=2.0, wait_seconds=0.5)
    tally.add(0.5, np.array([[0.0, 0.0], [1.0, 1.0]]), seconds=1.0, wait_seconds=0.0)
    figures = training_figures(tally)
    assert figures["loss"] == pytest.approx((4 * 1.0 + 2 * 0.5) / 6)
    assert figures["accuracy"] == pytest.approx(4 / 6)
    assert figures["balanced_accuracy"] == pytest.approx((3 / 4 + 1 / 2) / 2)
    assert figures["images_per_second"] == 2.0
    assert figures["input_wait_share"] == pytest.approx(1 / 6, abs=1e-4)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_validation_loss_is_keras_loss(smoothing: float) -> None:
    generator = np.random.default_rng(3)
    probabilities = generator.dirichlet(np.ones(4), size=20)
    truth = generator.integers(0, 4, 20)
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=smoothing)
    expected = float(loss(np.eye(4)[truth], probabilities))
    figures = validation_figures(truth, probabilities, smoothing)
    assert figures["val_loss"] == pytest.approx(expected, rel=1e-5)


def test_validation_figures_by_hand() -> None:
    probabilities = np.array([[0.9, 0.1, 0.0], [0.2, 0.8, 0.0], [0.6, 0.4, 0.0]])
    figures = validation_figures(np.array([0, 1, 1]), probabilities)
    assert figures["val_accuracy"] == pytest.approx(2 / 3)
    assert figures["val_balanced_accuracy"] == pytest.approx((1 + 0.5) / 2)  # class 2 has no image
    assert figures["val_loss"] == pytest.approx(-(math.log(0.9) + math.log(0.8) + math.log(0.4)) / 3)


def test_no_validation_part_leaves_undefined_figures() -> None:
    figures = validation_figures(np.zeros(0, np.int64), np.zeros((0, 2)))
    assert set(figures.values()) == {None}


def test_history_is_one_object_a_line_without_nan(tmp_path: Path) -> None:
    rows = [{"epoch": 1, "loss": 0.5, "stage_name": "tête"}, {"epoch": 2, "loss": defined(math.inf)}]
    write_history(tmp_path / "history.jsonl", rows)
    text = (tmp_path / "history.jsonl").read_text(encoding="utf-8")
    assert [json.loads(line) for line in text.splitlines()] == rows
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_history(tmp_path / "history.jsonl", [{"loss": math.nan}])
    assert (tmp_path / "history.jsonl").read_text(encoding="utf-8") == text


def test_figures_with_little_noise_by_hand_and_by_scikit_learn() -> None:
    truth = np.array([0, 0, 0, 1, 2, 2])
    generator = np.random.default_rng(0)
    probabilities = generator.dirichlet(np.ones(3), 6)
    found = validation_figures(truth, probabilities)
    costs = -np.log(probabilities[np.arange(6), truth])
    by_hand = (costs[:3].mean() + costs[3] + costs[4:].mean()) / 3
    assert found["val_balanced_loss"] == pytest.approx(by_hand)
    expected = roc_auc_score(truth, probabilities, multi_class="ovr", average="macro")
    assert found["val_roc_auc"] == pytest.approx(expected)
    only_one_class = validation_figures(np.zeros(2, np.int64), probabilities[:2])
    assert only_one_class["val_roc_auc"] is None
    assert only_one_class["val_balanced_loss"] == pytest.approx(costs[:2].mean())
