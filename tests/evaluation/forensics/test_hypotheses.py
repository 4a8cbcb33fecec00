from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import betabinom, hypergeom

from lentigo.evaluation.forensics.groupings import find_groupings
from lentigo.evaluation.forensics.hypotheses import (
    CUT,
    OTHER,
    RESPLIT,
    SAME,
    SUBSET,
    Sets,
    honest_range,
    largest_resplit,
    memory_of,
    weigh,
)
from lentigo.evaluation.forensics.reported import DATASETS, Measured, parse_matrix

FIRST, SECOND = (parse_matrix(text).measured for text in ("2667,142,228,1184", "1388,16,31,1381"))
STUDY = Sets(FIRST, SECOND, (2809, 1412), (1404, 1412), 1 / 6, True)


def sets_of(first: list[tuple[int, int]], second: list[tuple[int, int]], fraction: float = 1 / 6) -> Sets:
    one, other = (
        Measured(sum(n for n, _ in rows), sum(errors for _, errors in rows), tuple(rows))
        for rows in (first, second)
    )
    return Sets(one, other, tuple(n for n, _ in first), tuple(n for n, _ in second), fraction, True)


def test_the_study_is_a_resplit_of_data_cut_to_the_smaller_side() -> None:
    found = weigh(STUDY)
    assert (found.design, found.expected_size) == (CUT, 2824)
    assert min(found.ratio(RESPLIT, other) for other in (SUBSET, SAME, OTHER)) > 3
    assert found.log10[SUBSET] == -math.inf


def test_balanced_accuracy_counts_on_a_balanced_set() -> None:
    """By hand: recalls 2667/2809 and 1184/1412; 5/6 + 1/6 x their mean."""
    low, high = honest_range(FIRST, (2809, 1412), (1412, 1412))
    assert low == high == pytest.approx((2667 / 2809 + 1184 / 1412) / 2)
    assert 5 / 6 + low / 6 == pytest.approx(0.9823, abs=5e-5)
    assert memory_of(low, SECOND.accuracy, 1 / 6) == pytest.approx((SECOND.accuracy - low / 6) * 6 / 5)


def test_errors_of_unknown_rows_may_lie_in_either() -> None:
    """30 errors in rows of 80 and 20, asked for an even mix: all 20 of the small row and 10, or 30 of 80."""
    low, high = honest_range(Measured(100, 30), (80, 20), (1, 1))
    assert low == pytest.approx(1 - (1.0 + 10 / 80) / 2)
    assert high == pytest.approx(1 - (30 / 80) / 2)


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 120))
def test_every_division_of_the_errors_lies_within(large: int, small: int, errors: int) -> None:
    errors = min(errors, large + small)
    low, high = honest_range(Measured(large + small, errors), (large, small), (1, 1))
    for one in range(max(0, errors - small), min(errors, large) + 1):
        assert low - 1e-9 <= 1 - (one / large + (errors - one) / small) / 2 <= high + 1e-9


def test_same_is_the_beta_binomial() -> None:
    found = weigh(sets_of([(400, 40), (200, 30)], [(90, 12), (70, 9)]))
    exact = betabinom.logpmf(12, 90, 41, 361) + betabinom.logpmf(9, 70, 31, 171)
    chance = -math.log(math.log(100))
    assert found.log10[SAME] * math.log(10) == pytest.approx(exact + chance, abs=0.02)


def test_a_subset_is_hypergeometric_row_by_row() -> None:
    found = weigh(sets_of([(400, 40), (200, 30)], [(90, 12), (200, 30)]))
    exact = hypergeom.logpmf(12, 400, 40, 90)
    assert found.log10[SUBSET] * math.log(10) == pytest.approx(exact - math.log(math.log(100)))
    assert weigh(sets_of([(400, 40), (200, 30)], [(90, 12), (200, 29)])).log10[SUBSET] == -math.inf


def test_a_size_that_no_division_gives_is_no_resplit() -> None:
    assert weigh(sets_of([(2809, 142), (1412, 228)], [(1000, 12), (1000, 22)])).log10[RESPLIT] == -math.inf
    assert weigh(sets_of([(2809, 142), (1412, 228)], [(1816, 22), (1000, 22)])).design == ""


def test_more_memory_than_was_seen_is_as_unlikely_as_less() -> None:
    """Errors of the second set at the predicted rate are likelier than ten times more or none at all."""
    ratios = [
        weigh(sets_of([(2809, 142), (1412, 228)], [(1412, a), (1412, b)])).ratio(RESPLIT, OTHER)
        for a, b in ((12, 38), (200, 400), (0, 0))
    ]
    assert ratios[0] == max(ratios)
    assert ratios[0] > 2 > ratios[2]


def test_the_most_images_that_a_resplit_can_have() -> None:
    counts = DATASETS["isic2019"]
    (grouping,) = find_groupings(counts, (2809, 1412))
    assert largest_resplit(counts, grouping) == 16946
    assert largest_resplit(counts, None) == 25331


def test_eight_rows_are_weighed_as_two_are() -> None:
    draw, first = (
        np.random.default_rng(3),
        [(round(n / 5), round(n / 25)) for n in DATASETS["isic2019"].values()],
    )
    leaked = [(48, int(draw.binomial(48, 0.2 * 0.2 + 0.8 * 0.01))) for _ in first]
    honest = [(48, int(draw.binomial(48, 0.2))) for _ in first]
    assert weigh(sets_of(first, leaked, 0.2)).ratio(RESPLIT, SAME) > 3
    assert weigh(sets_of(first, honest, 0.2)).ratio(SAME, RESPLIT) > 3
