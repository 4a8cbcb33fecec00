"""Mixes of classes without labels: found where answers tell them, left alone where they do not."""

from __future__ import annotations

import numpy as np
import pytest

from lentigo.evaluation.calibration.prior_estimate import Answered, Mix, estimate_mix
from lentigo.evaluation.intervals.sample import Groups

MEANS = np.array([-1.5, 0.0, 2.0])
BEFORE, AFTER = np.array([0.2, 0.5, 0.3]), np.array([0.05, 0.15, 0.8])


def posterior(values: np.ndarray) -> np.ndarray:
    """Bayes' rule for Gaussian classes of variance 1 in the mix `BEFORE`, (N, 3)."""
    joint = BEFORE * np.exp(-((values[:, np.newaxis] - MEANS) ** 2) / 2)
    return np.asarray(joint / joint.sum(axis=1, keepdims=True))


def answered(shares: np.ndarray, count: int, seed: int, size: int = 1) -> Answered:
    generator = np.random.default_rng(seed)
    values = generator.normal(MEANS[generator.choice(3, size=count, p=shares)])
    return Answered(np.repeat(posterior(values), size, axis=0), Groups.of(np.repeat(np.arange(count), size)))


def perfect(counts: list[int]) -> Answered:
    truth = np.repeat(np.arange(len(counts)), counts)
    return Answered(np.eye(len(counts))[truth], Groups.of(np.arange(len(truth))))


def of_one(mix: Mix, place: int) -> tuple[float, float, float]:
    found = mix.interval(np.arange(len(mix.shares)) == place)
    return found.low, found.value, found.high


def test_an_unknown_mix_is_found_without_labels() -> None:
    found = estimate_mix(answered(AFTER, 20_000, 1), answered(BEFORE, 20_000, 2), BEFORE)
    np.testing.assert_allclose(found.shares, AFTER, atol=0.015)
    assert found.shares.sum() == pytest.approx(1)
    assert found.drawn_back < 0.01


def test_a_perfect_classifier_is_believed() -> None:
    """True 2 % of 200 images: once 7.3 %."""
    found = estimate_mix(perfect([4, 196]), perfect([180, 820]), np.array([0.18, 0.82]))
    low, share, high = of_one(found, 0)
    assert share == pytest.approx(0.02, abs=0.01)
    # Wilson of 4 of 200: 0.008 to 0.050; the known mix weighs one image
    assert (low, high) == pytest.approx((0.008, 0.05), abs=0.005)


def test_the_mix_of_validation_itself_is_not_moved() -> None:
    known = answered(BEFORE, 300, 3)
    found = estimate_mix(known, known, BEFORE)
    np.testing.assert_allclose(found.shares, BEFORE, atol=1e-12)


def test_where_nothing_differs_estimates_stay_nearer_than_the_likeliest() -> None:
    away = []
    for seed in range(40):
        found = estimate_mix(answered(BEFORE, 200, seed), answered(BEFORE, 600, 100 + seed), BEFORE)
        away.append([np.abs(shares - BEFORE).max() for shares in (found.shares, found.likeliest)])
    drawn, likeliest = np.mean(away, axis=0)
    assert drawn < 0.5 * likeliest


def test_copies_of_images_are_no_further_evidence() -> None:
    known = answered(BEFORE, 500, 9)
    once, tenfold = (estimate_mix(answered(AFTER, 60, 4, size), known, BEFORE) for size in (1, 10))
    ends = [np.array(of_one(mix, 2)) for mix in (once, tenfold)]
    np.testing.assert_allclose(ends[0], ends[1], atol=0.03)


def test_intervals_hold_the_truth() -> None:
    held = np.zeros(3)
    for seed in range(100):
        found = estimate_mix(answered(AFTER, 150, seed), answered(BEFORE, 300, 500 + seed), BEFORE)
        ends = [of_one(found, place) for place in range(3)]
        held += [low <= true <= high for (low, _, high), true in zip(ends, AFTER, strict=True)]
    assert held.min() >= 89, held  # 95 of 100, less three standard errors


def test_a_class_that_cannot_be_seen_keeps_its_share() -> None:
    """Each row says the same of the third class, here and where the mix is known."""

    def blind(mix: np.ndarray, count: int, seed: int) -> Answered:
        seen = answered(mix, count, seed).probabilities[:, :2]
        rows = np.column_stack([0.98 * seen / seen.sum(axis=1, keepdims=True), np.full(count, 0.02)])
        return Answered(rows, Groups.of(np.arange(count)))

    found = estimate_mix(blind(AFTER, 500, 3), blind(BEFORE, 500, 4), np.array([0.3, 0.69, 0.01]))
    assert found.shares[2] == pytest.approx(0.01, abs=0.005)
    one = Answered(np.array([[1.0, 0.0, 0.0]]), Groups.of([0]))
    assert estimate_mix(one, answered(BEFORE, 100, 5), BEFORE).shares.min() > 0
