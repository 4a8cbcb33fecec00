"""The randomisation test against McNemar's exact one, and what must not change it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from lentigo.evaluation.intervals.bootstrap import confusion_statistic, metric_statistic
from lentigo.evaluation.intervals.exchange import Exchange, as_ranks, exchanged, holm, p_value, stacked
from lentigo.evaluation.intervals.sample import Sample, sample
from lentigo.evaluation.metrics import accuracy
from lentigo.settings.errors import DataError


def answers(is_right: list[bool], groups: list[int] | None = None) -> Sample:
    """A model that is right on some of N images of class 0."""
    probabilities = np.where(np.array(is_right)[:, np.newaxis], [0.9, 0.1], [0.2, 0.8])
    return sample([0] * len(is_right), probabilities, groups or list(range(len(is_right))))


def accuracy_p(first: Sample, second: Sample, exchange: Exchange) -> float:
    statistic = confusion_statistic(stacked(first, second))
    ours, theirs = (accuracy(one) for one in exchanged(statistic, first.groups.num_groups, exchange))
    return float(p_value(accuracy(first.confusion) - accuracy(second.confusion), ours - theirs))


@pytest.mark.parametrize(("only_first", "only_second"), [(8, 1), (5, 0), (3, 3), (12, 4)])
def test_with_one_image_a_group_it_is_the_exact_test_of_mcnemar(only_first: int, only_second: int) -> None:
    agreed = 10
    first = answers([True] * only_first + [False] * only_second + [True] * agreed)
    second = answers([False] * only_first + [True] * only_second + [True] * agreed)
    exact = binomtest(only_first, only_first + only_second).pvalue
    assert accuracy_p(first, second, Exchange(20_000)) == pytest.approx(exact, abs=0.012)


def test_copies_of_images_in_their_groups_are_no_further_evidence() -> None:
    first, second = [True] * 9 + [False], [False] * 6 + [True] * 4
    once = accuracy_p(answers(first), answers(second), Exchange(2000))
    groups = list(range(10)) * 3
    assert accuracy_p(answers(first * 3, groups), answers(second * 3, groups), Exchange(2000)) == once
    assert accuracy_p(answers(first * 3), answers(second * 3), Exchange(2000)) < once / 2, "taken as images"


def test_equal_models_are_told_apart_as_often_as_the_level_says() -> None:
    generator = np.random.default_rng(0)
    found = []
    for seed in range(300):
        right = generator.random((2, 40)) < 0.7
        found.append(accuracy_p(answers(right[0].tolist()), answers(right[1].tolist()), Exchange(199, seed)))
    assert np.mean(np.array(found) <= 0.05) <= 0.08, "300 tests: 0.05 and three standard errors"
    assert np.mean(found) > 0.45


def test_ranks_mix_models_of_different_scales(make_sample: Callable[..., Sample]) -> None:
    """A model against its own answers halved: the same order, so no difference, whatever is swapped."""
    images = make_sample(num_images=80, num_classes=2)
    halved = Sample(images.truth, images.probabilities / 2, images.groups)
    assert np.array_equal(as_ranks(images).probabilities, as_ranks(halved).probabilities)
    statistic = metric_statistic(stacked(as_ranks(images), as_ranks(halved)), "roc_auc")
    ours, theirs = exchanged(statistic, images.groups.num_groups, Exchange(50))
    np.testing.assert_allclose(ours, theirs)
    plain = metric_statistic(stacked(images, halved), "roc_auc")
    ours, theirs = exchanged(plain, images.groups.num_groups, Exchange(50))
    assert np.abs(ours - theirs).max() > 0.01, "unranked, the scales alone would make differences"


def test_no_exchange_is_drawn_twice_as_one_block_or_several() -> None:
    is_right = [True, False] * 300
    statistic = confusion_statistic(stacked(answers(is_right), answers(is_right[::-1])))
    whole = exchanged(statistic, 600, Exchange(700, seed=3))[0]
    assert whole.shape == (700, 2, 2)
    assert len(np.unique(whole[:, 0, 0])) > 20
    np.testing.assert_array_equal(whole.sum(axis=(1, 2)), 600)


def test_a_p_value_counts_the_observed_and_is_undefined_where_that_is() -> None:
    drawn = np.array([[0.1, 0.1], [-0.3, 0.3], [0.2, 0.0]])
    np.testing.assert_allclose(p_value(np.array([0.2, np.nan]), drawn), [3 / 4, np.nan])


def test_holms_adjustment_by_hand() -> None:
    np.testing.assert_allclose(holm(np.array([0.01, 0.04, 0.03])), [0.03, 0.06, 0.06])
    np.testing.assert_allclose(holm(np.array([np.nan, 0.5, 0.02])), [np.nan, 0.5, 0.04])


@given(st.lists(st.floats(0.0001, 1), min_size=1, max_size=8))
def test_holms_adjustment_keeps_the_order_and_never_lowers(p_values: list[float]) -> None:
    plain = np.array(p_values)
    adjusted = holm(plain)
    assert (adjusted >= plain).all()
    assert (adjusted <= 1).all()
    order = np.argsort(plain, kind="stable")
    assert (np.diff(adjusted[order]) >= 0).all()


def test_only_the_same_images_can_be_exchanged() -> None:
    with pytest.raises(DataError, match="align them by image_id"):
        stacked(answers([True, False]), answers([True, False], [0, 0]))
