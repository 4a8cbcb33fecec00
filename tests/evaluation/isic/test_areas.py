from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from lentigo.evaluation.isic.areas import areas, descending


def of(positive: list[int], scores: list[float], weights: list[float] | None = None) -> np.ndarray:
    ranked = descending(np.array(positive, dtype=bool), np.array(scores))
    used = np.ones(len(scores)) if weights is None else np.array(weights)
    return areas(ranked, used[ranked.order])


def test_a_perfect_and_a_reversed_ranking() -> None:
    assert of([1, 1, 0, 0], [0.9, 0.8, 0.2, 0.1]).tolist() == [1.0, 1.0, 1.0]
    assert of([0, 0, 1, 1], [0.9, 0.8, 0.2, 0.1])[:2].tolist() == [0.0, 0.0]


def test_by_hand() -> None:
    """Sensitivity rises 0, 1/2, 1/2, 1 while the false share rises 0, 0, 1/2, 1/2, 1."""
    roc, above, precision = of([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.6])
    assert roc == pytest.approx(0.75)
    assert above == pytest.approx(0.5)  # reached at a false share of 1/2, then full height
    assert precision == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)


def test_equal_scores_are_one_threshold() -> None:
    """All equal: the diagonal, whose piece above 0.8 has the width 0.2 and the mean height 0.9."""
    assert of([1, 0, 1, 0], [0.5] * 4) == pytest.approx([0.5, 0.18, 0.5])


def test_undefined_without_both_kinds() -> None:
    assert np.isnan(of([0, 0], [0.2, 0.4])).all()
    assert np.isnan(of([1, 1], [0.2, 0.4])[:2]).all()


@given(st.integers(0, 10_000))
def test_agrees_with_scikit_learn(seed: int) -> None:
    draw = np.random.default_rng(seed)
    positive = np.append(draw.integers(2, size=30), [0, 1])
    scores, weights = draw.random(32).round(1), draw.integers(1, 4, size=32).astype(float)
    roc, above, precision = of(positive.tolist(), scores.tolist(), weights.tolist())
    assert roc == pytest.approx(metrics.roc_auc_score(positive, scores, sample_weight=weights))
    assert precision == pytest.approx(
        metrics.average_precision_score(positive, scores, sample_weight=weights)
    )
    assert 0 <= above <= roc + 1e-12
