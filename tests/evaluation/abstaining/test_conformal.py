from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lentigo.evaluation.abstaining.conformal import (
    NONCONFORMITY,
    Conformal,
    aps,
    cross_fitted_sets,
    fit_conformal,
    group_quantile,
    lac,
    raps,
)

ROW = np.array([[0.5, 0.2, 0.3]])


def test_nonconformity_by_hand() -> None:
    np.testing.assert_allclose(lac(ROW), [[0.5, 0.8, 0.7]])
    np.testing.assert_allclose(aps(ROW), [[0.0, 0.8, 0.5]], atol=1e-12)
    np.testing.assert_allclose(raps(ROW), [[0.0, 0.8 + 0.05, 0.5]], atol=1e-12)


def test_a_quantile_of_single_images_is_the_plain_conformal_one() -> None:
    values = np.arange(1.0, 10.0)  # nine images: the tenth is the unseen one
    assert group_quantile(values, np.arange(9), 0.9) == 9.0
    assert group_quantile(values, np.arange(9), 0.8) == 8.0
    assert group_quantile(values[:8], np.arange(8), 0.9) == np.inf


def test_a_group_counts_once_however_many_images_it_has() -> None:
    # weights: 1/4 shared by three images, 1/4, 1/4, and 1/4 at infinity
    values = np.array([0.9, 0.9, 0.9, 0.1, 0.2])
    groups = np.array(["a", "a", "a", "b", "c"])
    assert group_quantile(values, groups, 0.5) == 0.2
    assert group_quantile(values, groups, 0.6) == 0.9
    assert group_quantile(values, groups, 0.8) == np.inf


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40), st.floats(0.05, 0.95))
def test_groups_of_one_agree_with_the_formula(values: list[float], level: float) -> None:
    needed = int(np.ceil(level * (len(values) + 1) - 1e-9))
    expected = np.inf if needed > len(values) else sorted(values)[needed - 1]
    assert group_quantile(np.array(values), np.arange(len(values)), level) == expected


def test_sets_by_hand() -> None:
    fitted = Conformal("lac", False, 0.1, np.full(3, 0.75))
    assert fitted.sets(ROW).tolist() == [[True, False, True]]
    own = Conformal("lac", True, 0.1, np.array([0.1, 0.8, np.inf]))
    assert own.sets(ROW).tolist() == [[True, True, True]], "never without the answer"
    assert own.sets(ROW, np.array([1])).tolist() == [[False, True, True]]


def draw(
    generator: np.random.Generator, num_groups: int, num_classes: int = 4
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Groups of 1 to 4 images that share class and difficulty; a third is wrong, of the rare class more."""
    sizes = generator.integers(1, 5, num_groups)
    groups = np.repeat(np.arange(num_groups), sizes)
    truth = generator.choice(num_classes, num_groups, p=[0.55, 0.25, 0.15, 0.05])[groups]
    own = generator.normal(scale=0.8, size=num_groups)[groups]
    logits = generator.normal(size=(len(groups), num_classes))
    logits[np.arange(len(groups)), truth] += 1.5 + own - (truth == 3)
    probabilities = np.exp(logits)
    return probabilities / probabilities.sum(axis=1, keepdims=True), truth, groups


@pytest.mark.parametrize("method", list(NONCONFORMITY))
@pytest.mark.parametrize("is_by_class", [False, True])
def test_coverage_is_within_a_point_and_a_half_of_what_is_promised(method: str, is_by_class: bool) -> None:
    covered: list[float] = []
    by_class: list[list[float]] = [[] for _ in range(4)]
    for seed in range(40):
        generator = np.random.default_rng(seed)
        fitted = fit_conformal(*draw(generator, 1000), (method, is_by_class), 0.1)
        probabilities, truth, groups = draw(generator, 1000)
        inside = fitted.sets(probabilities)[np.arange(len(truth)), truth]
        covered.append(float((np.bincount(groups, inside) / np.bincount(groups)).mean()))
        for place in range(4):
            by_class[place].append(float(inside[truth == place].mean()))
    assert np.mean(covered) == pytest.approx(0.9, abs=0.015)
    if is_by_class:
        assert min(map(np.mean, by_class)) > 0.885
    elif method == "lac":
        assert min(map(np.mean, by_class)) < 0.885, "one threshold for all leaves the rare class behind"


def test_cross_fitted_sets_cover_the_images_they_are_fitted_on() -> None:
    probabilities, truth, groups = draw(np.random.default_rng(5), 3000)
    plan = (groups % 5, 0.1)
    sets = cross_fitted_sets(probabilities, truth, groups, ("lac", False), plan)
    inside = sets[np.arange(len(truth)), truth]
    assert (np.bincount(groups, inside) / np.bincount(groups)).mean() == pytest.approx(0.9, abs=0.015)
    first = fit_conformal(
        probabilities[plan[0] != 0], truth[plan[0] != 0], groups[plan[0] != 0], ("lac", False), 0.1
    )
    np.testing.assert_array_equal(sets[plan[0] == 0], first.sets(probabilities[plan[0] == 0]))


def test_a_class_with_too_few_groups_is_in_every_set() -> None:
    probabilities, truth, groups = draw(np.random.default_rng(2), 200)
    rare = np.flatnonzero(truth == 3)[3:]
    kept = np.setdiff1d(np.arange(len(truth)), rare)
    fitted = fit_conformal(probabilities[kept], truth[kept], groups[kept], ("aps", True), 0.1)
    assert np.isinf(fitted.thresholds[3])
    assert fitted.sets(probabilities)[:, 3].all()
