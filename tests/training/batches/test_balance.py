"""Counts known by hand, and properties that hold for any labels."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lentigo.settings.errors import SettingsError
from lentigo.settings.recipe import Balance
from lentigo.training.batches.balance import (
    drawn_shares,
    draws_per_class,
    epoch_order,
    image_weights,
    num_drawn,
    weight_power_at,
)


def labels_of(*counts: int) -> np.ndarray:
    """Labels with so many images of class 0, 1, ..., mixed."""
    labels = np.repeat(np.arange(len(counts)), counts)
    return np.random.default_rng(0).permutation(labels)


balances = st.one_of(
    st.builds(Balance, resample_to=st.sampled_from(["none", "min", "median", "geometric", "7"])),
    st.builds(Balance, draw_power=st.floats(0, 1), weight_power=st.floats(0, 1)),
)
any_labels = st.lists(st.integers(0, 3), min_size=1, max_size=60).map(np.array)


@pytest.mark.parametrize(
    ("target", "expected"), [("min", 4), ("median", 16), ("geometric", 20), ("50", 50), ("1", 1)]
)
def test_resampling_draws_every_class_equally_often(target, expected):
    labels = labels_of(100, 4, 16)
    drawn = Counter(labels[epoch_order(labels, Balance(resample_to=target), 0, 0)].tolist())
    assert drawn == {0: expected, 1: expected, 2: expected}


@pytest.mark.parametrize(
    ("power", "expected"), [(0.0, [100, 4, 16]), (1.0, [40, 40, 40]), (0.5, [75, 15, 30])]
)
def test_draw_power_keeps_the_length_and_bends_the_shares(power, expected):
    # square roots 10 : 2 : 4 of 120 images
    drawn = draws_per_class(labels_of(100, 4, 16), Balance(draw_power=power))
    assert list(drawn.values()) == expected


def test_a_class_without_images_is_left_out():
    labels = np.array([0, 0, 0, 2])
    assert draws_per_class(labels, Balance(resample_to="median")) == {0: 2, 2: 2}


def test_no_balance_draws_each_image_once():
    labels = labels_of(9, 3)
    assert sorted(epoch_order(labels, Balance(), 5, 2)) == list(range(12))


def test_which_images_are_drawn_changes_with_epoch_and_seed_only():
    labels, balance = labels_of(30, 5), Balance(resample_to="min")
    first = epoch_order(labels, balance, 1, 0)
    np.testing.assert_array_equal(first, epoch_order(labels, balance, 1, 0))
    assert set(first) != set(epoch_order(labels, balance, 1, 1))
    assert set(first) != set(epoch_order(labels, balance, 2, 0))


def test_every_image_is_drawn_in_the_long_run():
    labels, balance = labels_of(30, 5), Balance(resample_to="min")
    assert set(np.concatenate([epoch_order(labels, balance, 0, epoch) for epoch in range(60)])) == set(
        range(35)
    )


@settings(max_examples=60, deadline=None)
@given(any_labels, balances, st.integers(0, 5))
def test_images_are_used_up_before_one_repeats(labels, balance, epoch):
    order = epoch_order(labels, balance, 0, epoch)
    assert len(order) == num_drawn(labels, balance)
    times = np.bincount(order, minlength=len(labels))
    for label in np.unique(labels):
        of_class = times[labels == label]
        assert of_class.max() - of_class.min() <= 1


@settings(max_examples=60, deadline=None)
@given(any_labels, st.floats(0, 1))
def test_draw_power_never_changes_the_length(labels, power):
    assert num_drawn(labels, Balance(draw_power=power)) == len(labels)


@settings(max_examples=60, deadline=None)
@given(any_labels, balances)
def test_weights_have_mean_one_over_an_epoch(labels, balance):
    weights = image_weights(labels, balance, 0)
    if weights is not None:
        assert np.mean(weights[epoch_order(labels, balance, 0, 0)]) == pytest.approx(1, abs=1e-5)


def test_full_weight_power_gives_every_class_the_same_share_of_the_loss():
    labels = labels_of(6, 3)
    weights = image_weights(labels, Balance(weight_power=1.0), 0)
    np.testing.assert_allclose(weights, np.where(labels == 0, 0.75, 1.5), rtol=1e-6)


def test_drawing_and_weighing_by_square_roots_add_up_to_full_balance():
    labels = labels_of(100, 4, 16)
    balance = Balance(draw_power=0.5, weight_power=0.5)
    weights, order = image_weights(labels, balance, 0), epoch_order(labels, balance, 0, 0)
    shares = [weights[order][labels[order] == label].sum() for label in range(3)]
    np.testing.assert_allclose(shares, [40, 40, 40], rtol=1e-5)


def test_no_weights_without_weight_power():
    assert image_weights(labels_of(5, 1), Balance(draw_power=1.0), 0) is None


@pytest.mark.parametrize(
    "balance",
    [
        Balance(resample_to="most"),
        Balance(resample_to="0"),
        Balance(resample_to="-3"),
        Balance(draw_power=1.5),
        Balance(weight_power=-0.1),
        Balance(weight_power=float("nan")),
        Balance(resample_to="min", draw_power=0.5),
    ],
)
def test_what_cannot_be_used_is_refused(balance):
    with pytest.raises(SettingsError, match="balance"):
        num_drawn(labels_of(3, 2), balance)


def test_weights_ramp_in_by_hand():
    balance = Balance(weight_power=0.6, weight_start=2, weight_ramp=2)
    powers = [weight_power_at(balance, epoch) for epoch in range(6)]
    np.testing.assert_allclose(powers, [0, 0, 0.2, 0.4, 0.6, 0.6])
    assert weight_power_at(Balance(weight_power=1.0), 0) == 1.0
    assert weight_power_at(Balance(weight_power=1.0, weight_start=3), 2) == 0
    assert weight_power_at(Balance(weight_power=1.0, weight_start=3), 3) == 1.0
    labels = labels_of(4, 1)
    ramped = Balance(weight_power=1.0, weight_start=1, weight_ramp=1)
    assert image_weights(labels, ramped, 0) is None
    halfway = image_weights(labels, ramped, 1)
    np.testing.assert_allclose(halfway[labels == 1][0] / halfway[labels == 0][0], 2.0, rtol=1e-6)
    np.testing.assert_allclose(halfway.mean(), 1, rtol=1e-6)


def test_shares_of_what_is_drawn_by_hand():
    labels = labels_of(9, 1)
    np.testing.assert_allclose(drawn_shares(labels, Balance(), 3), [0.9, 0.1, 0])
    roots = drawn_shares(labels_of(64, 16), Balance(draw_power=0.5), 2)
    np.testing.assert_allclose(roots, [53 / 80, 27 / 80])  # 2 to 1 of 80, in whole images
