"""Weights by hand, against a fine grid, and what every choice must keep."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lentigo.evaluation.ensembles.combination import combine
from lentigo.evaluation.ensembles.member_weights import (
    METHODS,
    choose_weights,
    class_log_loss,
    cross_fitted,
    image_weights,
    weights_without,
)
from lentigo.evaluation.metrics import Floats, Ints, balanced_accuracy, confusion_matrix
from lentigo.settings.errors import DataError
from lentigo.settings.members import MEANS, Mean


def models(seed: int, num_models: int = 3, num_images: int = 60) -> tuple[Floats, Ints]:
    """Models of differing skill on three unbalanced classes."""
    generator = np.random.default_rng(seed)
    truth = generator.choice(3, size=num_images, p=[0.7, 0.2, 0.1])
    truth[:3] = [0, 1, 2]
    skill = generator.uniform(0, 2, size=num_models)
    logits = generator.normal(size=(num_models, num_images, 3))
    logits += skill[:, np.newaxis, np.newaxis] * np.eye(3)[truth]
    powers = np.exp(logits)
    return powers / powers.sum(axis=2, keepdims=True), truth


def score(probabilities: Floats, truth: Ints) -> float:
    return float(balanced_accuracy(confusion_matrix(truth, probabilities.argmax(axis=1), 3)))


def test_classes_count_equally_whatever_their_images() -> None:
    truth = np.array([0, 0, 0, 1])
    np.testing.assert_allclose(image_weights(truth), [1 / 6, 1 / 6, 1 / 6, 1 / 2])
    probabilities = np.array([[0.5, 0.5], [0.5, 0.5], [1.0, 0.0], [0.75, 0.25]])
    expected = (2 * np.log(2) / 3 + np.log(4)) / 2
    assert class_log_loss(probabilities, truth) == pytest.approx(expected)


def test_two_mirrored_models_share_and_a_useless_one_gets_nothing() -> None:
    sure = np.array([[0.9, 0.1], [0.4, 0.6]])
    mirrored = sure[::-1, ::-1]
    useless = np.array([[0.2, 0.8], [0.8, 0.2]])
    found = choose_weights(np.stack([sure, mirrored, useless]), np.array([0, 1]))
    np.testing.assert_allclose(found, [0.5, 0.5, 0.0], atol=1e-4)


@pytest.mark.parametrize("mean", MEANS)
@pytest.mark.parametrize("seed", range(3))
def test_the_loss_is_the_lowest_of_a_fine_grid(seed: int, mean: Mean) -> None:
    answers, truth = models(seed)
    found = class_log_loss(combine(answers, choose_weights(answers, truth, "log-loss", mean), mean), truth)
    steps = np.linspace(0, 1, 21)
    grid = [(a, b, 1 - a - b) for a in steps for b in steps if a + b <= 1 + 1e-9]
    lowest = min(class_log_loss(combine(answers, np.clip(w, 0, 1), mean), truth) for w in grid)
    assert found <= lowest + 1e-6


@given(st.integers(0, 10_000), st.sampled_from(sorted(METHODS)), st.sampled_from(MEANS))
def test_weights_are_shares_and_no_choice_loses_to_a_single_model(seed: int, method: str, mean: Mean) -> None:
    answers, truth = models(seed, num_images=30)
    weights = choose_weights(answers, truth, method, mean)
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1)
    whole = combine(answers, weights, mean)
    if method == "log-loss":
        assert class_log_loss(whole, truth) <= min(class_log_loss(one, truth) for one in answers) + 1e-6
    if method == "greedy":
        assert score(whole, truth) >= max(score(one, truth) for one in answers) - 1e-12
    if method == "equal":
        np.testing.assert_allclose(weights, 1 / 3)


def test_greedy_may_pick_one_model_twice() -> None:
    """A is right but for one image, where B corrects it only if A counts double."""
    truth = np.array([0, 1, 0])
    first = np.array([[0.9, 0.1], [0.1, 0.9], [0.45, 0.55]])
    second = np.array([[0.2, 0.8], [0.8, 0.2], [0.65, 0.35]])
    found = choose_weights(np.stack([first, second]), truth, "greedy")
    assert found[0] > found[1] > 0
    assert score_of_two(first, second, found, truth) == 1.0


def score_of_two(first: Floats, second: Floats, weights: Floats, truth: Ints) -> float:
    whole = combine(np.stack([first, second]), weights)
    return float(balanced_accuracy(confusion_matrix(truth, whole.argmax(axis=1), 2)))


def test_an_image_never_helps_to_choose_its_own_weights() -> None:
    """Changing the answers to the images of one part changes their mean, but not their weights."""
    answers, truth = models(5)
    parts = np.arange(60) % 4
    before = weights_without(answers, truth, parts)
    changed = answers.copy()
    changed[:, parts == 2] = changed[::-1, parts == 2]
    after = weights_without(changed, truth, parts)
    np.testing.assert_array_equal(before[2], after[2])
    assert np.abs(before[0] - after[0]).max() > 1e-3
    mixed = cross_fitted(answers, before, parts)
    np.testing.assert_allclose(mixed[parts == 1], combine(answers[:, parts == 1], before[1]))


def test_an_unknown_way_is_named() -> None:
    with pytest.raises(DataError, match="ways: log-loss, greedy, equal"):
        choose_weights(*models(0), method="boosting")
