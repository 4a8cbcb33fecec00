"""Net benefit: by hand, treating all and none, and what a useless model gains."""

from __future__ import annotations

import numpy as np
import pytest

from lentigo.evaluation.decisions.decision_curve import THRESHOLDS, decision_curve
from lentigo.evaluation.decisions.decisions import Mix
from lentigo.evaluation.intervals.bootstrap import Resampling
from lentigo.evaluation.intervals.sample import Sample, sample

MIX = Mix(np.array([False, True]))


def images(truth: np.ndarray) -> Sample:
    return sample(truth, np.full((len(truth), 2), 0.5), np.arange(len(truth)))


def test_by_hand() -> None:
    truth = np.repeat([1, 0], [4, 6])
    scores = np.array([0.6, 0.6, 0.3, 0.05, 0.3, 0.05, 0.05, 0.05, 0.05, 0.05])
    found = decision_curve(images(truth), scores, MIX, Resampling(50))
    at = dict(zip(found["thresholds"], found["model"]["value"], strict=True))
    assert at[0.2] == pytest.approx(0.3 - 0.1 * 0.25)  # three found, one false alarm, of ten; odds 1 : 4
    assert at[0.3] == pytest.approx(0.3 - 0.1 * 3 / 7)  # a probability of exactly 0.3 acts at 0.3
    assert at[0.4] == pytest.approx(0.2)
    treated = dict(zip(found["thresholds"], found["treat_all"]["value"], strict=True))
    assert treated[0.2] == pytest.approx(0.4 - 0.6 * 0.25)
    gained = dict(zip(found["thresholds"], found["advantage"]["value"], strict=True))
    assert gained[0.2] == pytest.approx(0.275 - 0.25)
    assert gained[0.5] == pytest.approx(0.2)
    assert found["prevalence"] == pytest.approx(0.4)


def test_acting_on_everyone_is_treating_all() -> None:
    found = decision_curve(images(np.array([0, 1, 1, 0, 0])), np.ones(5), MIX, Resampling(50))
    assert found["model"] == found["treat_all"]
    assert found["useful"] == []


def test_a_good_model_is_useful_and_one_that_guesses_is_not() -> None:
    generator = np.random.default_rng(0)
    truth = generator.integers(2, size=400)
    knows = np.where(truth == 1, 0.9, 0.1) + generator.normal(0, 0.05, 400)
    assert len(decision_curve(images(truth), knows, MIX, Resampling(200))["useful"]) > 35
    assert decision_curve(images(truth), generator.random(400), MIX, Resampling(200))["useful"] == []


def test_another_mix_changes_prevalence_only() -> None:
    truth = np.repeat([1, 0], [50, 50])
    scores = np.where(np.arange(100) % 50 < 40, 0.8 * truth + 0.1, 0.9 - 0.8 * truth)
    found = decision_curve(images(truth), scores, Mix(MIX.malignant, (0.9, 0.1)), Resampling(50))
    place = int(np.flatnonzero(THRESHOLDS == 0.2)[0])
    assert found["prevalence"] == pytest.approx(0.1)
    assert found["model"]["value"][place] == pytest.approx(0.1 * 0.8 - 0.9 * 0.2 * 0.25)


def test_without_malignant_images_the_curve_still_stands() -> None:
    found = decision_curve(images(np.zeros(20, dtype=int)), np.full(20, 0.3), MIX, Resampling(50))
    assert found["prevalence"] == 0.0
    assert found["useful"] == []
