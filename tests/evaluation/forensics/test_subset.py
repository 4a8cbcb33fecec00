from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import hypergeom

from lentigo.evaluation.forensics.reported import Measured, Pair, parse_matrix, parse_pair
from lentigo.evaluation.forensics.subset import subset_test

STUDY = parse_pair("4221:0.9064,2816:0.9833")


def test_the_study_pair_is_no_subset() -> None:
    found = subset_test(STUDY, kept=1404)
    assert (found.dropped, found.dropped_errors, found.kept, found.kept_errors) == (1405, 348, 1404, 47)
    assert found.is_impossible
    # the case that favours a subset most: all 395 errors among the 2,809, 47 of them kept
    expected = (hypergeom.logcdf(47, 2809, 395, 1404) + math.log(2)) / math.log(10)
    assert found.log10_p == pytest.approx(expected)
    assert found.log10_p == pytest.approx(-65.25, abs=0.01)


def test_a_frozen_backbone_fits_a_subset() -> None:
    assert not subset_test(parse_pair("4221:0.8010,2816:0.8157"), kept=1404).is_impossible


def test_honest_pairs_are_rarely_called_impossible() -> None:
    """100 networks with errors of their own rate in each class; the larger class is thinned out at random."""
    draw = np.random.default_rng(0)
    smallest = 0.0
    for _ in range(100):
        rates = draw.uniform(0.02, 0.4, size=2)
        benign, malignant = draw.random(2809) < rates[0], int((draw.random(1412) < rates[1]).sum())
        kept = int(draw.choice(benign, 1404, replace=False).sum())
        pair = Pair(Measured(4221, int(benign.sum()) + malignant), Measured(2816, kept + malignant))
        smallest = min(smallest, subset_test(pair).log10_p)
    assert smallest > -4


def test_the_p_value_is_uniform_where_matrices_tell_the_rows() -> None:
    draw = np.random.default_rng(1)
    small = 0
    for _ in range(200):
        benign = draw.random(2000) < 0.3
        kept = int(draw.choice(benign, 1000, replace=False).sum())
        first = Measured(3000, int(benign.sum()) + 50, ((2000, int(benign.sum())), (1000, 50)))
        small += subset_test(Pair(first, Measured(2000, kept + 50, ((1000, kept), (1000, 50))))).log10_p < -1
    assert 0.04 < small / 200 < 0.12


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        (Measured(100, 10), Measured(120, 10), "larger"),
        (Measured(100, 10), Measured(80, 11), "more errors"),
        (Measured(100, 50), Measured(90, 20), "dropped than images"),
    ],
)
def test_counting_alone(first: Measured, second: Measured, reason: str) -> None:
    found = subset_test(Pair(first, second))
    assert reason in found.reason
    assert found.is_impossible


def test_counting_row_by_row() -> None:
    first, second = (parse_matrix(text).measured for text in ("2667,142,228,1184", "1388,16,31,1381"))
    assert "row 2 has the same 1412 images" in subset_test(Pair(first, second)).reason


def test_the_same_set_twice_is_a_subset() -> None:
    assert not subset_test(Pair(Measured(100, 10), Measured(100, 10))).is_impossible
