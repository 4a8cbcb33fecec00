from __future__ import annotations

import numpy as np
import pytest

from lentigo.explanation.agreement import rank_correlation, structural_similarity


def test_rank_correlation_equals_scipys() -> None:
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(0)
    one = rng.random((3, 9, 11), np.float32)
    other = (one + rng.random((3, 9, 11), np.float32)).round(1)  # ties
    expected = [stats.spearmanr(a.ravel(), b.ravel()).statistic for a, b in zip(one, other, strict=True)]
    np.testing.assert_allclose(rank_correlation(one, other), expected, atol=1e-12)


def test_a_map_that_is_the_same_everywhere_ranks_nothing() -> None:
    rng = np.random.default_rng(0)
    one = rng.random((2, 8, 8), np.float32)
    other = one.copy()
    other[1] = 0
    found = rank_correlation(one, other)
    assert found[0] == pytest.approx(1)
    assert np.isnan(found[1])


def plain_ssim(a: np.ndarray, b: np.ndarray) -> float:
    """Window by window."""
    values = []
    for row in range(a.shape[0] - 6):
        for column in range(a.shape[1] - 6):
            x, y = (m[row : row + 7, column : column + 7].astype(float).ravel() for m in (a, b))
            covariance = np.cov(x, y, bias=True)
            values.append(
                (2 * x.mean() * y.mean() + 1e-4)
                * (2 * covariance[0, 1] + 9e-4)
                / ((x.mean() ** 2 + y.mean() ** 2 + 1e-4) * (covariance[0, 0] + covariance[1, 1] + 9e-4))
            )
    return float(np.mean(values))


def test_structural_similarity_equals_a_plain_loop() -> None:
    rng = np.random.default_rng(1)
    one, other = rng.random((2, 12, 10), np.float32), rng.random((2, 12, 10), np.float32)
    expected = [plain_ssim(a, b) for a, b in zip(one, other, strict=True)]
    np.testing.assert_allclose(structural_similarity(one, other), expected, atol=1e-10)


def test_equal_maps_are_alike_and_opposite_ones_are_not() -> None:
    ramp = np.tile(np.linspace(0, 1, 20, dtype=np.float32), (1, 20, 1))
    empty = np.zeros_like(ramp)
    assert structural_similarity(ramp, ramp)[0] == pytest.approx(1)
    assert structural_similarity(empty, empty)[0] == pytest.approx(1)
    assert structural_similarity(ramp, ramp[..., ::-1])[0] < 0.5
    assert rank_correlation(ramp, ramp[..., ::-1])[0] == pytest.approx(-1)
