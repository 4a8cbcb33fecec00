from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from lentigo.evaluation.intervals.basis import Basis
from lentigo.evaluation.intervals.resampled import Resampled
from lentigo.evaluation.intervals.trials import Trials, mean_of_classes, trials_interval, variance, wilson


def shares(right: list[int], size: int = 1) -> Resampled:
    """The share that is right among groups of `size` images, of which so many are right in each."""
    counts = np.array(right, dtype=float)
    left = (counts.sum() - counts) / (size * (len(right) - 1))
    return Resampled(np.array(counts.sum() / (size * len(right))), np.zeros(0), left)


def basis_of(num_groups: int) -> Basis:
    return Basis(num_groups, num_groups, (num_groups,))


@pytest.mark.parametrize(("hits", "num"), [(0, 9), (3, 9), (9, 9), (95, 100)])
def test_wilsons_interval_is_that_of_scipy(hits: int, num: int) -> None:
    expected = binomtest(hits, num).proportion_ci(method="wilson")
    assert wilson(hits / num, Trials(num)) == pytest.approx((expected.low, expected.high), abs=1e-12)


@pytest.mark.parametrize("hits", [0, 5, 9, 10, 20])
def test_single_images_are_about_so_many_trials(hits: int) -> None:
    found = trials_interval(shares([1] * hits + [0] * (20 - hits)), basis_of(20))
    expected = binomtest(hits, 20).proportion_ci(method="wilson")
    # a little wider: the number of trials is estimated, with the divisor n - 1
    assert expected.low - 0.03 <= found.low <= expected.low + 1e-12
    assert expected.high - 1e-12 <= found.high <= expected.high + 0.03


def test_copies_within_groups_change_nothing() -> None:
    once, fivefold = shares([1] * 15 + [0] * 5), shares([5] * 15 + [0] * 5, size=5)
    assert trials_interval(once, basis_of(20)) == trials_interval(fivefold, basis_of(20))
    assert variance(once) == pytest.approx(0.75 * 0.25 / 19)


@given(st.integers(5, 200), st.booleans())
def test_the_better_never_looks_less_certain(num: int, is_area: bool) -> None:
    """One error more moves the lower end down, and by little: an interval is continuous in the data."""
    basis = Basis(2 * num, 2 * num, (num, num), is_area=True) if is_area else basis_of(num)
    lows = []
    for wrong in (0, 1, 2):
        figure = shares([1] * (num - wrong) + [0] * wrong)
        lows.append(trials_interval(figure, basis).low)
    assert all(worse < better for better, worse in itertools.pairwise(lows))
    assert lows[0] - lows[1] < 2.2 / num ** (1 / 2)


def test_a_perfect_area_and_one_swap_are_nearly_as_certain() -> None:
    """Once 1.000 [0.676, 1.000] beside 0.9986 [0.983, 1.000]."""
    basis = Basis(90, 90, (8, 82), is_area=True)
    perfect = trials_interval(Resampled(np.array(1.0), np.zeros(0), np.ones(90)), basis)
    pairs, pulled = 8 * 82, np.ones(90)
    pulled[:2] = 1 - np.array([0, 0]) / pairs
    pulled[2:] = 1 - 1 / (7 * 82)
    swapped = trials_interval(Resampled(np.array(1 - 1 / pairs), np.zeros(0), pulled), basis)
    assert swapped.low < perfect.low < swapped.low + 0.05
    assert perfect.high == 1
    assert perfect.low > 0.7


def test_an_area_next_to_its_ends_excludes_just_what_is_unlikely() -> None:
    """Perfect: the least area A with 1 - A <= 1.96 times its standard error at A itself."""
    basis = Basis(40, 40, (10, 30), is_area=True)
    low = trials_interval(Resampled(np.array(1.0), np.zeros(0), np.ones(40)), basis).low
    error = math.sqrt(low * (1 - low) / basis.trials(low))
    assert 1 - low == pytest.approx(1.959964 * error, abs=1e-6)


def test_a_mean_of_two_classes_is_put_together_from_their_intervals() -> None:
    """Independent classes, by hand: sqrt(a ** 2 + b ** 2) / 2 to either side (Zou and Donner, 2008)."""
    first, second = [1] * 16 + [0] * 4, [1] * 5 + [0] * 5
    alone = [trials_interval(shares(right), basis_of(len(right))) for right in (first, second)]
    left = np.vstack(
        [
            np.column_stack([shares(first).jackknife, np.full(20, 0.5)]),
            np.column_stack([np.full(10, 0.8), shares(second).jackknife]),
        ]
    )
    both = Resampled(np.array([0.8, 0.5]), np.zeros((0, 2)), left)
    found = mean_of_classes(both, [basis_of(20), basis_of(10)], basis_of(30))
    below = math.hypot(*(one.value - one.low for one in alone)) / 2
    above = math.hypot(*(one.high - one.value for one in alone)) / 2
    assert (found.low, found.value, found.high) == pytest.approx((0.65 - below, 0.65, 0.65 + above), abs=0.01)


def test_classes_without_a_figure_are_left_out_and_one_group_has_no_interval() -> None:
    both = Resampled(np.array([1.0, np.nan]), np.zeros((0, 2)), np.array([[1.0, np.nan]] * 9))
    bases = [basis_of(9), basis_of(0)]
    found = mean_of_classes(both, bases, basis_of(9))
    assert (found.value, found.low) == (1, pytest.approx(9 / (9 + 1.959964**2)))
    alone = mean_of_classes(both, bases, basis_of(1))
    assert alone.value == 1
    assert math.isnan(alone.low)
    nothing = mean_of_classes(both.then(lambda values: values * np.nan), bases, basis_of(9))
    assert math.isnan(nothing.value)


def test_rounding_beyond_the_ends_does_no_harm() -> None:
    found = trials_interval(Resampled(np.array(1 + 1e-15), np.zeros(0), np.ones(9)), basis_of(9))
    assert found.low == pytest.approx(9 / (9 + 1.959964**2))
