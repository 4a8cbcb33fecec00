from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, bootstrap

from lentigo.evaluation.intervals.basis import Basis
from lentigo.evaluation.intervals.intervals import (
    bounded_interval,
    difference_interval,
    interval,
    reach,
    share_interval,
)
from lentigo.evaluation.intervals.resampled import Resampled


def figure(value: float, drawn: object, jackknife: object = ()) -> Resampled:
    return Resampled(np.array(value), np.array(drawn, dtype=float), np.array(jackknife, dtype=float))


def whole(num_groups: int) -> Basis:
    return Basis(2 * num_groups, num_groups, (num_groups,))


def test_without_bias_or_skewness_it_is_the_percentiles() -> None:
    drawn = np.concatenate([np.linspace(0, 100, 10001), [np.nan] * 5])
    found = interval(figure(50.0, drawn, [49.0, 51.0]), whole(10**6))
    assert (found.low, found.high) == pytest.approx((2.5, 97.5), abs=0.01)
    assert (found.n, found.n_groups) == (2 * 10**6, 10**6)


def test_it_is_that_of_scipy() -> None:
    generator = np.random.default_rng(0)
    numbers = generator.exponential(size=400)
    draws = generator.integers(400, size=(20000, 400))
    jackknife = (numbers.sum() - numbers) / 399
    found = interval(figure(numbers.mean(), numbers[draws].mean(axis=1), jackknife), whole(10**6))
    expected = bootstrap((numbers,), np.mean, n_resamples=20000, method="BCa", rng=1).confidence_interval
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=0.005)


def test_few_groups_reach_further() -> None:
    assert reach((10**9,)) == pytest.approx(1.959964, abs=1e-6)
    # Student's t with 9 degrees of freedom is 2.262, and the divisor is 9 instead of 10
    assert reach((10,)) == pytest.approx(2.262157 * math.sqrt(10 / 9), abs=1e-6)
    assert reach((10, 10)) == pytest.approx(2.100922 * math.sqrt(10 / 9), abs=1e-6)
    assert reach((1000, 1000)) < reach((1000, 20)) < reach((20, 20, 20, 5)) < reach((1,))


@pytest.mark.parametrize(
    ("value", "drawn", "n_groups"),
    [(0.5, [0.5, 0.5], 1), (math.nan, [0.5, 0.6], 9), (0.5, [math.nan] * 2, 9), (0.5, [], 9)],
)
def test_an_interval_may_be_undefined(value: float, drawn: list[float], n_groups: int) -> None:
    found = interval(figure(value, drawn), whole(n_groups))
    assert math.isnan(found.low)
    assert math.isnan(found.high)


@given(
    st.lists(st.floats(0, 1) | st.just(math.nan), min_size=1, max_size=30),
    st.floats(0, 1),
    st.lists(st.floats(0, 1) | st.just(math.nan), max_size=30),
    st.lists(st.integers(1, 50), min_size=1, max_size=4),
)
def test_it_always_holds_the_value_and_stays_in_bounds(
    drawn: list[float], value: float, jackknife: list[float], strata: list[int]
) -> None:
    found = share_interval(figure(value, drawn, jackknife), Basis(99, sum(strata) + 1, tuple(strata)))
    assert 0 <= found.low <= value <= found.high <= 1


@pytest.mark.parametrize("num_groups", [2, 3, 40])
def test_a_steady_extreme_is_not_certain(num_groups: int) -> None:
    for value in (0.0, 1.0):
        found = share_interval(figure(value, np.full(100, value)), whole(num_groups))
        expected = binomtest(int(value * num_groups), num_groups).proportion_ci(method="wilson")
        assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-12)


@pytest.mark.parametrize("value", [-1.0, 1.0])
def test_a_steady_extreme_of_other_bounds_is_the_same_stretched(value: float) -> None:
    """9 groups: 9 / (9 + 1.96 ** 2) of a share, here of 2 from -1 to 1."""
    found = bounded_interval(figure(value, np.full(100, value)), whole(9), (-1.0, 1.0))
    length = 2 * 3.841459 / (9 + 3.841459)
    expected = (-1, length - 1) if value < 0 else (1 - length, 1)
    assert (found.low, found.high) == pytest.approx(expected, abs=1e-6)


def test_a_steady_middle_is_not_certain_either() -> None:
    """Of 9 groups 4.5 are of either kind: the data count 4.5 / 6.5, and say that there is no variance at all.

    Trials: 9 / (2 / 6.5) = 29.25; Student's t with 8 / (4.5 / 6.5) ** 2 = 16.7 degrees of freedom: 2.1127.
    """
    found = bounded_interval(figure(0.0, np.full(100, 0.0)), whole(9), (-1.0, 1.0))
    square = 2.1127**2
    half = np.sqrt(square / 29.25 * (0.25 + square / (4 * 29.25))) / (1 + square / 29.25)
    assert (found.low, found.high) == pytest.approx((-2 * half, 2 * half), abs=1e-4)


def test_without_a_bound_there_is_nothing_to_stretch_over() -> None:
    steady = figure(0.0, np.full(100, 0.0))
    for found in (
        bounded_interval(steady, whole(9), (0.0, math.inf)),
        difference_interval(steady, whole(9), (-math.inf, 1.0)),
    ):
        assert (found.low, found.high) == (0, 0)


def test_a_steady_difference_is_not_certain_and_stays_in_its_bounds() -> None:
    length = 2 * 3.841459 / (9 + 3.841459)
    found = difference_interval(figure(1.7, np.full(100, 1.7)), whole(9), (-1.0, 1.0))
    assert (found.low, found.high) == pytest.approx((1.7 - length, 2), abs=1e-6)
