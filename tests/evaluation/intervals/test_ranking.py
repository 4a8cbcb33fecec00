"""The area under the ROC curve, against its definition and against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as reference

from lentigo.evaluation.intervals.ranking import roc_auc

scored_images = st.lists(
    st.tuples(st.booleans(), st.integers(0, 8), st.integers(0, 3)), min_size=1, max_size=50
)


@given(scored_images)
def test_area_under_the_roc_curve_is_the_share_of_pairs(images: list[tuple[bool, int, int]]) -> None:
    positive, scores, weights = (np.array(column) for column in zip(*images, strict=True))
    wins = (scores[:, None] > scores) + 0.5 * (scores[:, None] == scores)
    counted = np.outer(weights * positive, weights * ~positive)
    expected = (wins * counted).sum() / counted.sum() if counted.sum() else np.nan
    found = roc_auc(positive, scores / 8, weights.astype(float))
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@given(scored_images, st.randoms())
def test_area_agrees_with_scikit_learn_in_any_order(
    images: list[tuple[bool, int, int]], random: object
) -> None:
    positive, scores, _ = (np.array(column) for column in zip(*images, strict=True))
    found = roc_auc(positive, scores / 8)
    if positive.all() or not positive.any():
        assert np.isnan(found)
    else:
        assert found == pytest.approx(reference.roc_auc_score(positive, scores), abs=1e-12)
    order = list(range(len(images)))
    random.shuffle(order)
    np.testing.assert_equal(roc_auc(positive[order], scores[order] / 8), found)
