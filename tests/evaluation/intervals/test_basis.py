from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from lentigo.evaluation.intervals.basis import Basis, class_basis
from lentigo.evaluation.intervals.sample import Groups, sample


def test_a_basis_counts_images_and_groups() -> None:
    groups = Groups.of(["a", "a", "b", "c"])
    assert Basis.of(groups, np.array([True, True, True, False])) == Basis(3, 2, (2,))


def test_a_class_rests_on_its_own_images_and_an_area_on_both_sides() -> None:
    images = sample([0, 0, 1, 1, 1], np.eye(2)[[0, 1, 1, 1, 0]], ["a", "a", "b", "c", "c"])
    assert class_basis(images, 1, "recall") == Basis(3, 2, (2,))
    assert class_basis(images, 1, "precision") == Basis(3, 3, (3,))
    assert class_basis(images, 1, "roc_auc") == Basis(5, 3, (2, 1), is_area=True)


@pytest.mark.parametrize(("strata", "trials"), [((12,), 12), ((10, 10), 20), ((40, 10), 32), ((0,), 1)])
def test_a_mean_over_strata_is_worth_as_many_trials_as_its_variance_says(
    strata: tuple[int, ...], trials: float
) -> None:
    """Of two means of equal weight the variance is (1/a + 1/b) / 4 of that of one trial."""
    assert Basis(99, sum(strata), strata).trials(0.8) == pytest.approx(trials)


def test_of_an_area_it_is_the_formula_of_hanley_and_mcneil_between_two_kinds_of_scores() -> None:
    area, own, others = 0.9, 10, 30
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)  # scores with exponential distances
    both = multivariate_normal.cdf([norm.ppf(area)] * 2, cov=[[1, 0.5], [0.5, 1]])  # normal scores
    excess = ((q1 + q2) / 2 + both) / 2 - area**2  # of two pairs that share an image
    newcombe = (own + others) / 2 - 1  # method 5: both sides as large as their mean
    variance = (area * (1 - area) + 2 * newcombe * excess) / (own * others)
    found = Basis(40, 40, (own, others), is_area=True).trials(area)
    assert found == pytest.approx(area * (1 - area) / variance, rel=1e-4)


def test_areas_next_to_1_are_worth_as_much_as_1() -> None:
    basis = Basis(40, 40, (10, 30), is_area=True)
    assert basis.trials(1 - 1e-9) == pytest.approx(basis.trials(1.0), rel=0.01)
    assert basis.trials(1.0) == pytest.approx(300 / (1 + 19 * 0.25))
    assert basis.smallest == 10
