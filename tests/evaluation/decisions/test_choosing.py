"""Thresholds: by hand, never short of what was asked for on validation, and promises kept elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import binom

from lentigo.evaluation.decisions.choosing import choose_threshold, cross_fit_decisions
from lentigo.evaluation.decisions.operating_points import parse_rule

TRUTH = np.array([True, True, True, True, False, False, False, False])
SCORES = np.array([0.9, 0.8, 0.6, 0.2, 0.7, 0.4, 0.1, 0.05])


@pytest.mark.parametrize(
    ("text", "threshold"),
    [
        ("observed_sensitivity=0.75", 0.5),  # three of four: 0.6, half way down to 0.4
        ("observed_sensitivity=0.76", 0.15),  # needs all four: 0.2, half way down to 0.1
        ("observed_sensitivity=1", 0.15),
        ("observed_specificity=0.75", 0.5),  # one of four above: 0.4, half way up to 0.6
        ("observed_specificity=0.5", 0.15),
        ("cost=9:1", 0.1),
        ("cost=1:1", 0.5),
    ],
)
def test_by_hand(text: str, threshold: float) -> None:
    assert choose_threshold(parse_rule(text), TRUTH, SCORES).threshold == pytest.approx(threshold)


scores_of_30 = arrays(np.float64, 30, elements=st.floats(0, 1))
truth_of_30 = arrays(np.bool_, 30).filter(lambda truth: 0 < truth.sum() < 30)


def test_scores_that_are_neighbouring_floats_are_told_apart() -> None:
    low, high = 0.0, np.nextafter(0.0, 1.0)
    scores = np.array([low, high, high])
    point = choose_threshold(parse_rule("observed_specificity=0.3"), np.array([False, False, True]), scores)
    assert point.decide(scores).tolist() == [False, True, True]


@given(truth_of_30, scores_of_30, st.floats(0.01, 1))
def test_what_was_asked_for_is_reached(truth: np.ndarray, scores: np.ndarray, level: float) -> None:
    called = choose_threshold(parse_rule(f"observed_sensitivity={level}"), truth, scores).decide(scores)
    assert called is not None
    assert called[truth].mean() >= level - 1e-9
    called = choose_threshold(parse_rule(f"observed_specificity={level}"), truth, scores).decide(scores)
    assert called is not None
    assert (~called[~truth]).mean() >= level - 1e-9


@given(truth_of_30, scores_of_30, st.floats(0.01, 1))
def test_no_higher_threshold_would_reach_the_sensitivity(
    truth: np.ndarray, scores: np.ndarray, level: float
) -> None:
    point = choose_threshold(parse_rule(f"observed_sensitivity={level}"), truth, scores)
    assert point.threshold is not None
    for higher in scores[scores > point.threshold]:
        fewer = scores > higher
        if fewer[truth].mean() >= level:
            pytest.fail(f"{higher} would do")
        break


@pytest.mark.parametrize("text", ["observed_sensitivity=0.9", "observed_specificity=0.9"])
def test_a_level_chosen_on_validation_holds_on_test_within_binomial_error(text: str) -> None:
    generator = np.random.default_rng(3)
    truth = np.arange(6_000) % 2 == 0
    scores = 1 / (1 + np.exp(-generator.normal(np.where(truth, 1.0, -1.0), 1.2)))
    validation, test = slice(0, 3_000), slice(3_000, 6_000)
    called = choose_threshold(parse_rule(text), truth[validation], scores[validation]).decide(scores[test])
    assert called is not None
    right = called[truth[test]] if "sens" in text else ~called[~truth[test]]
    # both parts err: twice the variance of one, hence the level of a sample of half the size
    low, high = binom.ppf([0.001, 0.999], 750, 0.9) / 750
    assert low <= right.mean() <= high


def test_without_malignant_or_benign_images_there_is_no_threshold() -> None:
    nobody = choose_threshold(parse_rule("observed_sensitivity=0.9"), np.zeros(3, dtype=bool), SCORES[:3])
    assert nobody.threshold is None
    assert nobody.decide(SCORES) is None
    assert (
        choose_threshold(parse_rule("observed_specificity=0.9"), np.ones(3, dtype=bool), SCORES[:3]).threshold
        is None
    )


def test_every_score_may_be_the_same() -> None:
    same = np.full(8, 1.0)
    called = choose_threshold(parse_rule("observed_specificity=0.9"), TRUTH, same).decide(same)
    assert called is not None
    assert not called.any()
    called = choose_threshold(parse_rule("observed_sensitivity=0.9"), TRUTH, same).decide(same)
    assert called is not None
    assert called.all()


def test_cross_fitted_decisions_use_the_thresholds_of_the_others() -> None:
    folds = np.array([0, 1, 0, 1, 0, 1, 0, 1])
    rule = parse_rule("observed_sensitivity=1")
    found = cross_fit_decisions(rule, TRUTH, SCORES, folds)
    assert found is not None
    for fold in (0, 1):
        point = choose_threshold(rule, TRUTH[folds != fold], SCORES[folds != fold])
        np.testing.assert_array_equal(found[folds == fold], point.decide(SCORES[folds == fold]))
    # the fold without malignant images cannot be told anything by the others when they hold none
    assert cross_fit_decisions(rule, TRUTH, SCORES, np.where(TRUTH, 0, 1)) is None


def rule_of_wilks(count: int, level: float) -> int:
    """The most misses among `count` at which the binomial test still shows a share of `level`: 90 %."""
    allowed = [misses for misses in range(count) if binom.cdf(misses, count, 1 - level) <= 0.1]
    return max(allowed, default=-1)


@pytest.mark.parametrize(("count", "misses"), [(44, -1), (45, 0), (76, 0), (77, 1), (105, 2), (500, 18)])
def test_of_single_images_it_is_the_tolerance_bound_of_wilks(count: int, misses: int) -> None:
    scores = np.linspace(0.1, 0.9, count)
    point = choose_threshold(parse_rule("sensitivity=0.95"), np.ones(count, dtype=bool), scores)
    assert rule_of_wilks(count, 0.95) == misses
    assert point.threshold is not None
    assert np.count_nonzero(scores < point.threshold) == max(misses, 0)
    # with 44 not even all of them show it: 1 - 0.95 ** 44
    expected = binom.sf(misses if misses >= 0 else 0, count, 0.05)
    assert point.confidence == pytest.approx(expected)
    assert (point.confidence >= 0.9) == (misses >= 0)


def test_images_of_a_group_are_no_further_evidence() -> None:
    scores, rule = np.linspace(0.1, 0.9, 60), parse_rule("specificity=0.9")
    nobody = np.zeros(60, dtype=bool)
    alone = choose_threshold(rule, nobody, scores)
    tenfold = choose_threshold(
        rule, np.repeat(nobody, 10), np.repeat(scores, 10), np.repeat(np.arange(60), 10)
    )
    assert (tenfold.threshold, tenfold.confidence) == pytest.approx((alone.threshold, alone.confidence))
    as_images = choose_threshold(rule, np.repeat(nobody, 10), np.repeat(scores, 10))
    assert as_images.threshold < alone.threshold


def test_a_promise_is_kept_nine_times_in_ten_and_what_is_observed_every_other_time() -> None:
    """150 groups of 2 images, whose scores are half alike; the share found is known from the distribution."""
    from scipy.special import expit, logit, ndtr

    generator, kept = np.random.default_rng(0), {"sensitivity=0.9": 0, "observed_sensitivity=0.9": 0}
    groups = np.repeat(np.arange(150), 2)
    for _ in range(300):
        normal = np.sqrt(0.5) * (generator.normal(size=150)[groups] + generator.normal(size=300))
        for text in kept:
            point = choose_threshold(parse_rule(text), np.ones(300, dtype=bool), expit(normal), groups)
            kept[text] += ndtr(-logit(point.threshold)) >= 0.9
    assert kept["sensitivity=0.9"] >= 0.88 * 300
    assert 0.4 * 300 < kept["observed_sensitivity=0.9"] < 0.65 * 300
