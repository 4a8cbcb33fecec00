from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from scipy.special import logsumexp, softmax
from sklearn.covariance import LedoitWolf
from sklearn.neighbors import NearestNeighbors

from lentigo.evaluation.abstaining.unknown_scores import (
    SCORES,
    check_arrays,
    energy,
    fit_mahalanobis,
    fit_nearest_neighbour,
    mahalanobis,
    maximum_probability,
    nearest_neighbour,
)

GENERATOR = np.random.default_rng(0)
TRUTH = GENERATOR.integers(3, size=240)
FEATURES = GENERATOR.normal(size=(240, 5)) + TRUTH[:, np.newaxis]
ASKED = GENERATOR.normal(size=(30, 5)) * 2


def of_class(index: int) -> np.ndarray:
    return FEATURES[np.equal(TRUTH, index)]


def test_scores_of_logits_by_hand_and_by_scipy() -> None:
    logits = GENERATOR.normal(size=(20, 4)) * 30
    np.testing.assert_allclose(energy(logits, {}), -logsumexp(logits, axis=1))
    np.testing.assert_allclose(
        maximum_probability(logits, {}), 1 - softmax(logits, axis=1).max(axis=1), atol=1e-12
    )
    assert energy(np.zeros((1, 2)), {}) == pytest.approx([-np.log(2)])
    assert maximum_probability(np.zeros((1, 4)), {}) == pytest.approx([0.75])


def test_mahalanobis_is_the_textbooks() -> None:
    centred = FEATURES - np.stack([of_class(k).mean(axis=0) for k in range(3)])[TRUTH]
    precision = LedoitWolf(assume_centered=True).fit(centred).precision_
    distances = [
        cdist(ASKED, of_class(k).mean(axis=0)[np.newaxis], "mahalanobis", VI=precision) ** 2 for k in range(3)
    ]
    expected = np.min(distances, axis=0)[:, 0]
    np.testing.assert_allclose(mahalanobis(ASKED, fit_mahalanobis(FEATURES, TRUTH)), expected, rtol=1e-4)


def test_nearest_neighbours_are_scikit_learns() -> None:
    def unit(values: np.ndarray) -> np.ndarray:
        return values / np.linalg.norm(values, axis=1, keepdims=True)

    found = nearest_neighbour(ASKED, fit_nearest_neighbour(FEATURES, TRUTH))
    distances, _ = NearestNeighbors(n_neighbors=2).fit(unit(FEATURES)).kneighbors(unit(ASKED))
    np.testing.assert_allclose(found, distances[:, 1], atol=1e-5)  # 1 % of 240 images is the second
    assert nearest_neighbour(ASKED[:0], fit_nearest_neighbour(FEATURES, TRUTH)).shape == (0,)


@pytest.mark.parametrize("name", list(SCORES))
def test_what_is_far_from_training_is_stranger(name: str) -> None:
    score = SCORES[name]
    arrays = score.fit(FEATURES, TRUTH)
    near, far = (FEATURES, -10 * np.ones((5, 5))) if score.output == "features" else (FEATURES, ASKED * 0.01)
    assert score.judge(far, arrays).mean() > score.judge(near, arrays).mean()
    assert check_arrays(name, arrays, 5) == ""


def test_a_feature_that_never_varies_is_no_division_by_zero() -> None:
    flat = np.hstack([FEATURES, np.full((240, 1), 3.0)])
    assert np.isfinite(mahalanobis(flat, fit_mahalanobis(flat, TRUTH))).all()


def test_arrays_that_do_not_fit_are_told() -> None:
    arrays = fit_mahalanobis(FEATURES, TRUTH)
    assert "expected float32" in check_arrays("mahalanobis", arrays, 6)
    assert "expected the arrays" in check_arrays("nearest_neighbour", arrays, 5)
    assert "none" in check_arrays("energy", arrays, 5)
    broken = {**arrays, "means": np.full((3, 5), np.nan, np.float32)}
    assert "not finite" in check_arrays("mahalanobis", broken, 5)
