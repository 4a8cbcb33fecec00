from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from sklearn.metrics import auc, average_precision_score, roc_auc_score

from lentigo.evaluation import curves
from lentigo.evaluation.curves import Claims
from lentigo.evaluation.intervals import bootstrap
from lentigo.evaluation.intervals.bootstrap import Resampling
from lentigo.evaluation.intervals.sample import Groups, Sample

FEW = Resampling(50)


def test_a_roc_curve_by_hand() -> None:
    found = curves.roc_points(np.array([True, False, True, False]), np.array([0.9, 0.8, 0.7, 0.1]))
    assert found == {"fpr": [0.0, 0.0, 0.5, 0.5, 1.0], "tpr": [0.0, 0.5, 0.5, 1.0, 1.0]}


def test_a_precision_recall_curve_by_hand() -> None:
    found = curves.precision_recall_points(np.array([True, False, True]), np.array([0.9, 0.8, 0.7]))
    assert found == {"recall": [0.0, 0.5, 0.5, 1.0], "precision": [1.0, 1.0, 0.5, pytest.approx(2 / 3)]}


def test_thinned_curves_keep_ends_and_area() -> None:
    generator = np.random.default_rng(0)
    positive = generator.random(20_000) < 0.3
    scores = generator.normal(size=20_000) + positive
    roc, pr = curves.roc_points(positive, scores), curves.precision_recall_points(positive, scores)
    assert roc is not None
    assert pr is not None
    assert len(roc["fpr"]) == len(pr["recall"]) == curves.MAX_POINTS
    assert (roc["fpr"][0], roc["tpr"][-1], pr["recall"][0], pr["recall"][-1]) == (0, 1, 0, 1)
    assert auc(roc["fpr"], roc["tpr"]) == pytest.approx(roc_auc_score(positive, scores), abs=1e-3)
    assert auc(pr["recall"], pr["precision"]) == pytest.approx(
        average_precision_score(positive, scores), abs=1e-2
    )


@pytest.mark.parametrize("value", [True, False])
def test_a_curve_needs_both_kinds(value: bool) -> None:
    positive = np.full(3, value)
    assert curves.roc_points(positive, np.arange(3.0)) is None
    assert (curves.precision_recall_points(positive, np.arange(3.0)) is None) == (not value)


def test_classes_without_a_curve_are_left_out(make_sample: Callable[..., Sample]) -> None:
    images = make_sample(num_images=40, num_classes=3)
    without = Sample(np.minimum(images.truth, 1), images.probabilities, images.groups)
    found = curves.class_curves(without, ("a", "b", "c"))
    assert list(found["roc"]) == list(found["precision_recall"]) == ["a", "b"]


def test_reliability_by_hand() -> None:
    confidence = np.array([0.95, 1.0, 0.9, 0.52, 0.58, 0.0])
    outcome = np.array([True, True, False, True, False, False])
    claims = Claims(confidence, outcome, Groups.of(range(6)))
    np.testing.assert_array_equal(claims.bins, [9, 9, 9, 5, 5, 0])
    found = curves.reliability(claims, FEW)
    rows = found["reliability"]["bins"]
    assert [(row["low"], row["high"], row["accuracy"]["n"]) for row in rows] == [
        (0, 0.1, 1),
        (0.5, 0.6, 2),
        (0.9, 1, 3),
    ]
    assert [row["accuracy"]["value"] for row in rows] == pytest.approx([0, 1 / 2, 2 / 3])
    assert [row["confidence"] for row in rows] == pytest.approx([0, 0.55, 0.95])
    expected = (3 * (0.95 - 2 / 3) + 2 * (0.55 - 0.5)) / 6
    assert found["expected_calibration_error"]["value"] == pytest.approx(expected)


def test_calibration_errors_of_resamples_are_those_of_a_plain_loop(
    make_sample: Callable[..., Sample],
) -> None:
    claims = curves.answer_claims(make_sample())
    found = bootstrap.resample([curves.calibration_error_statistic(claims)], claims.groups, FEW)[0]
    weights = bootstrap.bootstrap_weights(claims.groups.codes, FEW)
    for error, row in zip(found.drawn, weights, strict=True):
        rows = np.repeat(np.arange(len(row)), row)
        gaps = [
            abs(claims.outcome[inside].sum() - claims.confidence[inside].sum())
            for inside in (rows[claims.bins[rows] == index] for index in range(10))
        ]
        assert error == pytest.approx(sum(gaps) / len(rows), abs=1e-12)


def made_claims(seed: int, excess: float) -> Claims:
    """Groups of three; confidence lies `excess` above the share of true claims."""
    generator = np.random.default_rng(seed)
    confidence = generator.uniform(0.5, 1, size=300)
    outcome = generator.random(300) < confidence - excess
    return Claims(confidence, outcome, Groups.of(np.repeat(np.arange(100), 3)))


@pytest.mark.parametrize("excess", [0.0, 0.05, 0.2])
def test_the_interval_of_the_calibration_error_holds_the_true_one(excess: float) -> None:
    covered = 0
    for seed in range(100):
        found = curves.reliability(made_claims(seed, excess), Resampling(200))["expected_calibration_error"]
        assert 0 <= found["low"] <= found["value"] <= found["high"]
        covered += found["low"] <= excess <= found["high"]
    assert covered >= 93


def test_one_group_has_no_interval() -> None:
    claims = Claims(np.array([0.7, 0.9]), np.array([True, False]), Groups.of(["a", "a"]))
    found = curves.reliability(claims, FEW)
    assert found["expected_calibration_error"]["low"] is None
    assert found["reliability"]["bins"][0]["accuracy"]["low"] is None
