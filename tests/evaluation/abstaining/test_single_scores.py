from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from scipy.special import logsumexp, softmax
from sklearn.covariance import LedoitWolf
from sklearn.neighbors import NearestNeighbors

from lentigo.evaluation.abstaining.single_scores import (
    energy,
    fit_mahalanobis,
    fit_nearest_neighbour,
    fit_pixel_statistics,
    mahalanobis,
    maximum_probability,
    nearest_neighbour,
    pixel_statistics,
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


def test_a_feature_that_never_varies_is_no_division_by_zero() -> None:
    flat = np.hstack([FEATURES, np.full((240, 1), 3.0)])
    assert np.isfinite(mahalanobis(flat, fit_mahalanobis(flat, TRUTH))).all()


def test_pixel_statistics_are_a_mahalanobis_distance_whatever_the_units() -> None:
    own = pixel_statistics(ASKED, fit_pixel_statistics(FEATURES, TRUTH))
    scaled = FEATURES / FEATURES.std(axis=0)
    precision = LedoitWolf().fit(scaled).precision_
    centre = scaled.mean(axis=0)[np.newaxis]
    expected = cdist(ASKED / FEATURES.std(axis=0), centre, "mahalanobis", VI=precision)[:, 0] ** 2
    np.testing.assert_allclose(own, expected, rtol=1e-3)
    units = np.array([1, 10, 100, 0.5, 3])
    np.testing.assert_allclose(
        pixel_statistics(ASKED * units, fit_pixel_statistics(FEATURES * units, TRUTH)), own, rtol=1e-3
    )
