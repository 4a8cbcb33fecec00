"""Fitting on synthetic truth: what was put in is found again, and noise is not."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator

from lentigo.evaluation.calibration.calibration import Calibration, log_probabilities, softmax
from lentigo.evaluation.calibration.calibration_fitting import (
    METHODS,
    choose_calibration,
    class_shares,
    fit_calibration,
    group_folds,
    standard_error,
)
from lentigo.evaluation.calibration.proper_scores import log_losses
from lentigo.evaluation.curves import answer_claims, reliability
from lentigo.evaluation.intervals.bootstrap import Resampling
from lentigo.evaluation.intervals.sample import Groups, Sample, sample

NUM_CLASSES = 4


def honest(num_images: int, seed: int, scale: float = 2.0) -> Sample:
    """Probabilities from which the truth was drawn: calibrated by their making; every image a group."""
    generator = np.random.default_rng(seed)
    probabilities = softmax(scale * generator.normal(size=(num_images, NUM_CLASSES)))
    drawn = (generator.random((num_images, 1)) > probabilities.cumsum(axis=1)).sum(axis=1)
    return sample(np.minimum(drawn, NUM_CLASSES - 1), probabilities, np.arange(num_images))


def distorted(plain: Sample, scale: np.ndarray | float, bias: np.ndarray | float = 0.0) -> Sample:
    """The same images from a network whose logits are (logits - bias) / scale: to be undone by a fit."""
    logits = (log_probabilities(plain.probabilities) - bias) / scale
    return Sample(plain.truth, softmax(logits), plain.groups)


def test_a_known_temperature_is_recovered() -> None:
    surer = distorted(honest(20_000, seed=1), 0.4)
    found = fit_calibration("temperature", surer.truth, surer.probabilities)
    assert found.scale == pytest.approx((0.4,) * NUM_CLASSES, abs=0.01)
    assert found.bias == (0.0,) * NUM_CLASSES


def test_a_known_bias_beside_a_temperature_is_recovered() -> None:
    bias = np.array([1.2, -0.4, 0.2, -1.0])
    shifted = distorted(honest(20_000, seed=2), 0.7, bias)
    found = fit_calibration("bias_corrected_temperature", shifted.truth, shifted.probabilities)
    assert found.scale == pytest.approx((0.7,) * NUM_CLASSES, abs=0.03)
    assert found.bias == pytest.approx(bias.tolist(), abs=0.1)


def test_known_vectors_are_recovered() -> None:
    network = softmax(np.random.default_rng(4).normal(size=(20_000, NUM_CLASSES)) * 2)
    scale, bias = (0.5, 1.0, 1.5, 0.8), (0.6, -0.2, 0.1, -0.5)
    true = Calibration("vector", scale, bias, (0.25,) * 4).apply(network)
    drawn = (np.random.default_rng(5).random((20_000, 1)) > true.cumsum(axis=1)).sum(axis=1)
    found = fit_calibration("vector", np.minimum(drawn, NUM_CLASSES - 1), network)
    assert found.scale == pytest.approx(scale, abs=0.1)
    assert found.bias == pytest.approx(bias, abs=0.08)
    assert np.abs(found.apply(network) - true).max() < 0.03


def test_the_error_of_honest_probabilities_is_not_told_from_zero() -> None:
    # by the interval's own promise, 95 % of samples: of 20 at most 4 may miss (binomial, probability 0.003)
    missed = 0
    for seed in range(20):
        found = reliability(answer_claims(honest(400, seed=100 + seed)), Resampling(200))
        missed += found["expected_calibration_error"]["low"] > 0
    assert missed <= 4


def test_a_fit_corrects_the_error_on_other_images() -> None:
    fitted_on, others = (distorted(honest(2_000, seed=seed), 0.4) for seed in (6, 7))
    chosen = choose_calibration(fitted_on).calibration
    assert chosen.method == "temperature"
    error = [
        reliability(answer_claims(one), Resampling(200))["expected_calibration_error"]
        for one in (others, Sample(others.truth, chosen.apply(others.probabilities), others.groups))
    ]
    assert error[0]["low"] > 0.1
    assert error[1]["low"] == 0.0
    assert error[1]["value"] < 0.04


def test_what_is_calibrated_is_left_alone() -> None:
    found = choose_calibration(honest(1_000, seed=8))
    assert found.calibration.method == "none"
    assert set(found.log_loss) == {"none", *METHODS}


def test_biases_are_found_where_there_are_some() -> None:
    shifted = distorted(honest(1_500, seed=9), 0.8, np.array([1.5, 0.0, 0.0, -1.5]))
    assert choose_calibration(shifted).calibration.method == "bias_corrected_temperature"


def test_many_numbers_on_few_images_do_not_win() -> None:
    # ten groups of four: a fit with eight numbers follows noise, and must lose for it
    few = honest(40, seed=10)
    found = choose_calibration(Sample(few.truth, few.probabilities, Groups.of(np.arange(40) // 4)))
    assert found.calibration.method in ("none", "temperature")
    assert found.log_loss["vector"] > found.log_loss["none"]


def test_cross_fitted_answers_never_saw_their_group() -> None:
    part = distorted(honest(300, seed=11), 0.4)
    grouped = Sample(part.truth, part.probabilities, Groups.of(np.arange(300) // 3))
    folds = group_folds(grouped.groups)
    assert all(len(set(folds[grouped.groups.codes == group])) == 1 for group in range(100))
    inside = folds == 2
    fit = fit_calibration("temperature", grouped.truth[~inside], grouped.probabilities[~inside])
    found = choose_calibration(grouped)
    assert found.calibration.method == "temperature"
    np.testing.assert_allclose(found.cross_fitted[inside], fit.apply(grouped.probabilities[inside]))


def test_the_gradient_leads_to_the_least_loss() -> None:
    part = distorted(honest(200, seed=12), 0.6, np.array([0.5, 0.0, -0.5, 0.0]))
    best = fit_calibration("vector", part.truth, part.probabilities)

    def penalised(scale: np.ndarray, bias: np.ndarray) -> float:
        found = Calibration("vector", tuple(scale), tuple(bias), (0.25,) * 4).apply(part.probabilities)
        penalty = ((scale - 1) ** 2).sum() / 2 + (bias**2).sum() / 2
        return float(log_losses(part.truth, found).sum() + penalty)

    scale, bias = np.array(best.scale), np.array(best.bias)
    least = penalised(scale, bias)
    for step in np.eye(4) * 0.02:
        assert penalised(scale + step, bias) > least
        assert penalised(scale - step, bias) > least
        assert penalised(scale, bias + step - step.mean()) > least


def test_a_class_without_images_keeps_a_finite_share_and_bias() -> None:
    part = honest(50, seed=13)
    truth = np.where(part.truth == 3, 0, part.truth)
    found = fit_calibration("vector", truth, part.probabilities)
    assert np.isfinite([*found.scale, *found.bias]).all()
    assert class_shares(np.array([0, 0, 1]), 3) == pytest.approx((2 / 3.5, 1 / 3.5, 0.5 / 3.5))


def test_the_standard_error_counts_groups_not_images() -> None:
    values = np.array([1.0, 2.0, 4.0, 5.0])
    alone = standard_error(values, Groups.of(np.arange(4)))
    assert alone == pytest.approx(values.std(ddof=1) / 2)
    assert standard_error(values, Groups.of([0, 0, 1, 1])) == pytest.approx(1.5)
    assert standard_error(values, Groups.of([0, 0, 0, 0])) == float("inf")


class _Logits(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A fitted classifier whose decision function is what it is given."""

    classes_ = np.arange(NUM_CLASSES)

    def fit(self, *_args: object) -> _Logits:
        return self

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def decision_function(self, logits: np.ndarray) -> np.ndarray:
        return logits

    def predict(self, logits: np.ndarray) -> np.ndarray:
        return np.asarray(logits.argmax(axis=1))


def test_the_temperature_is_scikit_learns() -> None:
    part = distorted(honest(5_000, seed=14), 0.5)
    logits = log_probabilities(part.probabilities)
    theirs = CalibratedClassifierCV(FrozenEstimator(_Logits()), method="temperature")
    theirs.fit(logits, part.truth)
    ours = fit_calibration("temperature", part.truth, part.probabilities).apply(part.probabilities)
    np.testing.assert_allclose(ours, theirs.predict_proba(logits), atol=2e-3)
