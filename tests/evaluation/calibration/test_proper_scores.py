"""Log loss and Brier score: by hand, and equal to scikit-learn's."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, log_loss

from lentigo.evaluation.calibration.proper_scores import (
    brier_scores,
    class_brier_scores,
    log_losses,
    mean_intervals,
    proper_scores,
    score_gains,
)
from lentigo.evaluation.intervals.bootstrap import Resampling
from lentigo.evaluation.intervals.sample import Groups, Sample

TRUTH = np.array([0, 1])
PROBABILITIES = np.array([[0.5, 0.5], [0.2, 0.8]])


def test_by_hand() -> None:
    np.testing.assert_allclose(log_losses(TRUTH, PROBABILITIES), [np.log(2), -np.log(0.8)])
    np.testing.assert_allclose(brier_scores(TRUTH, PROBABILITIES), [0.5, 0.08])
    np.testing.assert_allclose(class_brier_scores(TRUTH, PROBABILITIES, 1), [0.25, 0.04])
    assert np.isfinite(log_losses(np.array([0]), np.array([[0.0, 1.0]]))).all()


def test_equal_to_scikit_learn(make_sample: Callable[..., Sample]) -> None:
    made = make_sample(500, 4)
    names = ("a", "b", "c", "d")
    found = proper_scores(made, names, Resampling(50))
    assert found["log_loss"]["value"] == pytest.approx(
        log_loss(made.truth, made.probabilities, labels=range(4))
    )
    assert found["brier_score"]["value"] == pytest.approx(
        brier_score_loss(made.truth, made.probabilities, labels=range(4), scale_by_half=False)
    )
    for index, name in enumerate(names):
        expected = brier_score_loss(made.truth == index, made.probabilities[:, index])
        assert found["class_brier_scores"][name]["value"] == pytest.approx(expected)


def test_intervals_are_by_group() -> None:
    values = np.repeat([0.0, 1.0], 20)
    alone, together = (
        mean_intervals([values], Groups.of(codes), Resampling(500))[0]
        for codes in (np.arange(40), np.arange(40) // 10)
    )
    assert alone["n_groups"] == 40
    assert together["n_groups"] == 4
    assert together["high"] - together["low"] > 1.5 * (alone["high"] - alone["low"])


def test_a_gain_is_paired(make_sample: Callable[..., Sample]) -> None:
    made = make_sample(400, 3)
    blunted = Sample(made.truth, 0.9 * made.probabilities + 0.1 / 3, made.groups)
    gain = score_gains(made, blunted, Resampling(200))["log_loss"]
    before, after = (
        proper_scores(one, ("a", "b", "c"), Resampling(200))["log_loss"] for one in (made, blunted)
    )
    assert gain["value"] == pytest.approx(before["value"] - after["value"])
    assert gain["high"] - gain["low"] < before["high"] - before["low"]
