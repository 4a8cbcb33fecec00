"""Any metric with its interval: values of scikit-learn and scipy, and coverage of a known truth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    cohen_kappa_score,
    matthews_corrcoef,
    roc_auc_score,
)

from lentigo import interval
from lentigo.settings.errors import DataError

N = 200


def made(seed: int = 0) -> tuple[Any, Any, Any]:
    """Truth and probabilities of three classes, two images a lesion."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, N)
    logits = rng.normal(size=(N, 3))
    logits[np.arange(N), truth] += 1
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return truth, shares, np.arange(N) // 2


def undefined_but_once(truth: Any, answers: Any) -> float:
    """A metric that needs all nine images."""
    if len(set(truth.tolist())) < 9:
        raise ValueError("an image is missing")
    return float(np.mean(truth == answers))


def kappa_of(confusion: Any) -> Any:
    """Cohen's kappa of matrices (..., K, K)."""
    total = confusion.sum(axis=(-2, -1))
    agreed = np.trace(confusion, axis1=-2, axis2=-1) / total
    chance = (confusion.sum(axis=-1) * confusion.sum(axis=-2)).sum(axis=-1) / total**2
    return (agreed - chance) / (1 - chance)


def test_the_value_is_the_metric_s() -> None:
    truth, shares, groups = made()
    answered = shares.argmax(axis=1)
    for metric in (cohen_kappa_score, matthews_corrcoef, balanced_accuracy_score, accuracy_score):
        found = interval(metric, truth, answered, groups, num_resamples=20)
        assert found.value == pytest.approx(metric(truth, answered))
        assert found.low < found.value < found.high
        assert (found.n, found.n_groups) == (N, N // 2)
    binary = (truth == 0).astype(int)
    found = interval(roc_auc_score, binary, shares[:, 0], groups, num_resamples=50)
    assert found.value == pytest.approx(roc_auc_score(binary, shares[:, 0]))


def test_three_ways_to_one_interval() -> None:
    truth, shares, groups = made()
    answered = shares.argmax(axis=1)
    called = interval(cohen_kappa_score, truth, answered, groups)
    at_once = interval(kappa_of, truth, answered, groups, of="confusion", bounds=(-1.0, 1.0))
    assert called.value == pytest.approx(at_once.value)
    assert (called.low, called.high) == pytest.approx((at_once.low, at_once.high))
    named = interval("accuracy", truth, shares, groups, num_resamples=300)
    theirs = interval(accuracy_score, truth, answered, groups, num_resamples=300)
    assert named == theirs
    told: dict[str, Any] = {"num_resamples": 300, "bounds": (0.0, 1.0)}
    by_hand = interval(lambda a, b: np.mean(a == b), truth, answered, groups, **told)
    right = interval(lambda a, b: a == b, truth, answered, groups, of="images", **told)
    assert (by_hand.low, by_hand.high) == pytest.approx((named.low, named.high))
    assert (right.low, right.high) == pytest.approx((named.low, named.high))


def test_it_is_scipy_s_bca_but_for_the_correction_for_few_groups() -> None:
    values = np.random.default_rng(3).exponential(size=400)
    found = interval(lambda t, a: a, np.zeros(400), values, of="images", num_resamples=9999)
    theirs = stats.bootstrap((values,), np.mean, n_resamples=9999, method="BCa", rng=1).confidence_interval
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=0.01)


def test_without_groups_every_image_counts_and_with_groups_it_is_wider() -> None:
    truth, shares, _ = made()
    answered = shares.argmax(axis=1)
    alone = interval("accuracy", truth, answered)
    doubled = interval("accuracy", np.tile(truth, 4), np.tile(answered, 4), np.tile(np.arange(N), 4))
    naive = interval("accuracy", np.tile(truth, 4), np.tile(answered, 4))
    assert doubled.high - doubled.low == pytest.approx(alone.high - alone.low, rel=0.1)
    assert naive.high - naive.low == pytest.approx((alone.high - alone.low) / 2, rel=0.1)


def test_names_of_classes_are_taken() -> None:
    truth, shares, groups = made()
    names = np.array(["MEL", "NV", "BCC"])
    by_name = interval("balanced_accuracy", names[truth], shares, groups, class_names=names)
    assert by_name == interval("balanced_accuracy", truth, shares, groups)
    assert interval("accuracy", names[truth], names[shares.argmax(axis=1)], groups).value == pytest.approx(
        accuracy_score(truth, shares.argmax(axis=1))
    )


def test_a_perfect_value_keeps_a_width_where_bounds_are_known() -> None:
    truth = np.array([0, 1] * 20)
    found = interval(matthews_corrcoef, truth, truth, num_resamples=50, bounds=(-1, 1))
    assert found.high == 1
    assert found.low < 0.95


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: interval("kapa", [0, 1], [0, 1]), "no metric is called 'kapa'"),
        (lambda: interval("accuracy", [0, 3], np.eye(2)), "truth 3 is none of the classes 0, 1"),
        (lambda: interval(cohen_kappa_score, [0, 1, 1], [0, 1]), "3, 2, 3 rows"),
        (lambda: interval("accuracy", [0, 1, 2], [0.1, 0.2, 0.9]), "two classes, not 3"),
        (
            lambda: interval(undefined_but_once, np.arange(9), np.arange(9), num_resamples=50),
            "undefined in 100% of the resamples",
        ),
    ],
)
def test_what_has_no_interval_is_refused(call: Any, reason: str) -> None:
    with pytest.raises(DataError, match=reason):
        call()
