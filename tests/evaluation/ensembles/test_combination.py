"""Means of answers by hand, and what every mean must keep."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lentigo.evaluation.ensembles.combination import combine
from lentigo.settings.errors import DataError
from lentigo.settings.members import MEANS, Mean


def test_both_means_by_hand() -> None:
    stack = [[[0.9, 0.1]], [[0.5, 0.5]]]
    np.testing.assert_allclose(combine(stack, [0.75, 0.25]), [[0.8, 0.2]])
    root = np.sqrt([0.9 * 0.5, 0.1 * 0.5])
    np.testing.assert_allclose(combine(stack, [0.5, 0.5], "geometric"), [root / root.sum()])


@given(st.integers(1, 4), st.integers(1, 6), st.integers(2, 5), st.integers(0, 99), st.sampled_from(MEANS))
def test_rows_add_up_to_one_and_lie_between_the_members(
    num_models: int, num_images: int, num_classes: int, seed: int, mean: Mean
) -> None:
    generator = np.random.default_rng(seed)
    stack = generator.dirichlet(np.ones(num_classes), size=(num_models, num_images))
    weights = generator.dirichlet(np.ones(num_models))
    found = combine(stack, weights, mean)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    if mean == "arithmetic":
        assert (found <= stack.max(axis=0) + 1e-12).all()
        assert (found >= stack.min(axis=0) - 1e-12).all()
    one = np.eye(num_models)[0]
    np.testing.assert_allclose(combine(stack, one, mean), stack[0], atol=1e-9)


def test_one_members_zero_does_not_forbid_a_class() -> None:
    found = combine([[[1.0, 0.0]], [[0.0, 1.0]]], [0.5, 0.5], "geometric")
    np.testing.assert_allclose(found, [[0.5, 0.5]])


@pytest.mark.parametrize(
    ("weights", "mean", "said"),
    [
        ([1.0], "arithmetic", "do not fit"),
        ([0.7, 0.7], "arithmetic", "add up to 1"),
        ([1.5, -0.5], "arithmetic", "at least 0"),
        ([0.5, 0.5], "median", "means are arithmetic, geometric"),
    ],
)
def test_what_cannot_be_averaged_is_refused(weights: list[float], mean: Mean, said: str) -> None:
    with pytest.raises(DataError, match=said):
        combine([[[0.9, 0.1]], [[0.5, 0.5]]], weights, mean)
