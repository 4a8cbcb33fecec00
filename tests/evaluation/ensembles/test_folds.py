"""Each fold's figures by hand, and their spread."""

from __future__ import annotations

import numpy as np
import pytest

from lentigo.evaluation.ensembles.folds import fold_figures, spread
from lentigo.evaluation.intervals.bootstrap import Resampling
from lentigo.evaluation.predictions import Predictions

NAMES = ("MEL", "NV")


@pytest.fixture
def predictions() -> Predictions:
    """Fold 0: both classes half right; fold 1: all right."""
    right = np.array([True, False, True, False, True, True, True, True])
    truth = np.array(["MEL", "MEL", "NV", "NV"] * 2, dtype=object)
    own = np.where(right, 0.8, 0.3)
    is_first = truth == "MEL"
    probabilities = np.stack([np.where(is_first, own, 1 - own), np.where(is_first, 1 - own, own)], axis=1)
    ids = np.array([f"i{place}" for place in range(8)])
    return Predictions(ids, np.array("out-of-fold"), np.arange(8) // 4, truth, probabilities, NAMES)


def test_folds_are_judged_apart(predictions: Predictions) -> None:
    rows = fold_figures(predictions, predictions.image_ids, ("MEL",), Resampling(50))
    assert [(row["fold"], row["n_images"], row["n_groups"]) for row in rows] == [(0, 4, 4), (1, 4, 4)]
    assert [row["balanced_accuracy"]["value"] for row in rows] == [0.5, 1.0]
    assert [row["malignant_roc_auc"]["value"] for row in rows] == [0.75, 1.0]
    assert fold_figures(predictions, predictions.image_ids, ())[0]["malignant_roc_auc"] is None


def test_the_spread_by_hand(predictions: Predictions) -> None:
    rows = fold_figures(predictions, predictions.image_ids, (), Resampling(50))
    found = spread(rows)
    assert found["accuracy"] == {
        "mean": 0.75, "standard_deviation": pytest.approx(0.5 / np.sqrt(2)), "least": 0.5, "largest": 1.0,
    }  # fmt: skip
    assert found["malignant_roc_auc"] == dict.fromkeys(("mean", "standard_deviation", "least", "largest"))
    assert spread(rows[:1])["accuracy"]["standard_deviation"] is None
