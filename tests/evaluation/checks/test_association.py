"""What an attribute tells of the class, against SciPy and by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency

from lentigo.evaluation.checks.association import OTHER, associate, chi_square


def measured(classes: list[str], values: list[str], groups: list[str] | None = None) -> object:
    names = groups or [str(row) for row in range(len(classes))]
    return associate(pd.Series(classes), pd.Series(values), pd.Series(names))


def test_chi_square_is_scipys() -> None:
    counts = np.array([[12, 30, 7], [40, 11, 9]])
    expected = chi2_contingency(counts, correction=False)
    assert chi_square(counts) == pytest.approx((expected.statistic, expected.pvalue))


def test_an_attribute_that_is_the_class() -> None:
    found = measured(["MEL", "NV"] * 50, ["a", "b"] * 50)
    assert (found.balanced_accuracy.value, found.chance) == (1.0, 0.5)
    assert found.balanced_accuracy.low < 1, "50 groups of a class cannot show that there is no other case"
    assert found.cramers_v.value == pytest.approx(1, abs=0.02)
    assert found.counts.loc["a", "MEL"] == 50


def test_an_attribute_that_tells_nothing_is_at_chance() -> None:
    random = np.random.default_rng(0)
    found = measured(list(random.choice(["MEL", "NV"], 4000)), list(random.choice([*"abcdef"], 4000)))
    assert found.balanced_accuracy.value == pytest.approx(0.5, abs=0.03)
    assert found.balanced_accuracy.low < 0.5 < found.balanced_accuracy.high
    assert found.cramers_v.value < 0.05
    assert found.cramers_v.low == 0
    assert found.p_value > 0.001


def test_intervals_hold_what_is_true() -> None:
    random, held = np.random.default_rng(1), {"accuracy": 0, "v": 0}
    # where the value tells, it is the class; else any of the two: V is the share in which it tells
    for _ in range(60):
        label, tells = random.integers(0, 2, 300), random.random(300) < 0.4
        value = np.where(tells, label, random.integers(0, 2, 300))
        found = measured(list(np.array(["MEL", "NV"])[label]), list(value.astype(str)))
        held["accuracy"] += found.balanced_accuracy.low <= 0.7 <= found.balanced_accuracy.high
        held["v"] += found.cramers_v.low <= 0.4 <= found.cramers_v.high
    assert min(held.values()) >= 54, held  # 95 % of 60 is 57; 53 or fewer has a chance of 4 %


def test_many_images_of_one_group_count_once_and_rare_values_together() -> None:
    groups = ["g"] * 100 + [f"h{row}" for row in range(100)]
    found = measured(
        ["MEL"] * 100 + ["NV", "MEL"] * 50, ["a"] * 100 + ["a", "a"] * 40 + ["b", "c"] * 10, groups
    )
    assert found.counts.to_numpy().sum() == 101
    assert set(found.counts.index) <= {"a", "b", "c", OTHER}


def test_one_class_or_one_value_says_nothing() -> None:
    assert measured(["NV"] * 30, ["a", "b"] * 15) is None
    assert measured(["NV", "MEL"] * 15, ["a"] * 30) is None
