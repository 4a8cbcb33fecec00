from __future__ import annotations

import numpy as np
import pytest

from lentigo.evaluation.abstaining.risk_coverage import (
    GradedAnswers,
    aurc_statistic,
    oracle_aurc,
    risk_coverage,
    risk_statistic,
)
from lentigo.evaluation.intervals.bootstrap import Resampling
from lentigo.evaluation.intervals.sample import Groups


def answers(num_images: int, seed: int = 0) -> GradedAnswers:
    generator = np.random.default_rng(seed)
    confidence = generator.random(num_images)
    groups = Groups.of(generator.integers(num_images // 2, size=num_images))
    return GradedAnswers(confidence, generator.random(num_images) > confidence, groups)


def plain_aurc(confidence: np.ndarray, is_wrong: np.ndarray) -> float:
    """Mean of the risk over coverages 1/N .. 1, image by image."""
    order = sorted(range(len(confidence)), key=lambda place: -confidence[place])
    risks, wrong = [], 0
    for count, place in enumerate(order, start=1):
        wrong += int(is_wrong[place])
        risks.append(wrong / count)
    return sum(risks) / len(risks)


def ones(images: GradedAnswers) -> np.ndarray:
    return np.ones((1, images.groups.num_groups), dtype=np.int64)


def test_the_area_by_hand() -> None:
    images = GradedAnswers(np.array([0.9, 0.8, 0.7]), np.array([False, True, False]), Groups.of(range(3)))
    assert aurc_statistic(images)(ones(images)) == pytest.approx([(0 + 1 / 2 + 1 / 3) / 3])
    assert risk_statistic(images, np.array([1 / 3, 2 / 3, 1.0]))(ones(images)) == pytest.approx(
        np.array([[0, 1 / 2, 1 / 3]])
    )


def test_equal_confidence_is_answered_together() -> None:
    images = GradedAnswers(
        np.array([0.5, 0.5, 0.5, 0.5]), np.array([True, False, False, False]), Groups.of(range(4))
    )
    assert aurc_statistic(images)(ones(images)) == pytest.approx([1 / 4])


def test_the_area_is_that_of_a_plain_loop() -> None:
    images = answers(200)
    found = aurc_statistic(images)(ones(images))
    assert found == pytest.approx([plain_aurc(images.confidence, images.is_wrong)])


def test_the_best_area_is_that_of_a_perfect_order() -> None:
    images = answers(150, seed=3)
    expected = plain_aurc(1.0 - images.is_wrong + np.linspace(0, 0.1, 150), images.is_wrong)
    assert oracle_aurc(np.array(float(images.is_wrong.sum())), np.array(150.0)) == pytest.approx(expected)
    assert oracle_aurc(np.array(0.0), np.array(5.0)) == 0.0
    assert oracle_aurc(np.array(5.0), np.array(5.0)) == pytest.approx(1.0)


def test_a_group_drawn_twice_counts_twice() -> None:
    images = GradedAnswers(np.array([0.9, 0.1]), np.array([True, False]), Groups.of(range(2)))
    # the wrong answer twice, first and together: risks 1, 1, then 2/3
    assert aurc_statistic(images)(np.array([[2, 1]])) == pytest.approx([(1 + 1 + 2 / 3) / 3])


def test_figures_and_their_order() -> None:
    found = risk_coverage(answers(400), Resampling(200))
    assert found["oracle"]["value"] < found["aurc"]["value"] < found["random"]["value"]
    assert found["answered"][0]["coverage"] == 1.0
    assert found["answered"][0]["risk"]["value"] == pytest.approx(found["random"]["value"])
    assert found["answered"][-1]["risk"]["value"] < found["answered"][0]["risk"]["value"]
    curve = found["curve"]
    assert len(curve["coverage"]) == len(curve["risk"]) == len(curve["low"]) == len(curve["high"])
    assert all(
        low <= risk <= high
        for low, risk, high in zip(curve["low"], curve["risk"], curve["high"], strict=True)
    )
