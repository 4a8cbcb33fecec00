"""Means over the images of each lesion."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from lentigo.evaluation.lesions import answers_by_lesion


def test_by_hand_and_images_of_no_known_lesion_stay_alone() -> None:
    answers = np.array([[0.2, 0.8], [1.0, 0.0], [0.6, 0.4], [0.5, 0.5]])
    found = answers_by_lesion(["L2", "", "L2", ""], answers)
    assert found.lesion_ids[0] == "L2"
    assert len(set(found.lesion_ids)) == 3
    np.testing.assert_allclose(found.probabilities, [[0.4, 0.6], [1.0, 0.0], [0.5, 0.5]])
    assert (found.first.tolist(), found.num_images.tolist()) == ([0, 1, 3], [2, 1, 1])


@given(st.lists(st.sampled_from("ABCDEF"), min_size=1, max_size=30), st.integers(0, 2**32 - 1))
def test_as_pandas_groups(lesions: list[str], seed: int) -> None:
    answers = np.random.default_rng(seed).dirichlet(np.ones(3), len(lesions))
    found = answers_by_lesion(lesions, answers)
    expected = pd.DataFrame(answers).groupby(lesions, sort=False).mean()
    assert found.lesion_ids == tuple(expected.index)
    np.testing.assert_allclose(found.probabilities, expected.to_numpy())
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1)
    assert [lesions[place] for place in found.first] == list(found.lesion_ids)
