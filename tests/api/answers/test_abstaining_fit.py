"""Prediction sets and the limit of the unknown, as fitted on validation."""

from __future__ import annotations

import numpy as np
import pytest

from lentigo.api.answers.abstaining_fit import LEAST_GROUPS, with_sets, with_threshold
from lentigo.api.answers.validation_fit import Validation, all_rules, fit_validation
from lentigo.evaluation.abstaining.rule import Unknown
from lentigo.evaluation.intervals.sample import sample


def validation(rare: int) -> Validation:
    """300 images of two classes in groups of two, `rare` of them of the second class."""
    truth = (np.arange(300) < rare).astype(np.int64)
    score = np.clip(0.3 + 0.4 * truth + 0.1 * np.random.default_rng(0).normal(size=300), 0.01, 0.99)
    found = sample(truth, np.stack([1 - score, score], axis=1), np.arange(300) // 2)
    return Validation(found, ("NV", "MEL"), ("MEL",))


@pytest.mark.parametrize(("groups", "is_by_class"), [(LEAST_GROUPS, True), (LEAST_GROUPS - 1, False)])
def test_a_class_has_its_own_threshold_from_enough_groups_on(groups: int, is_by_class: bool) -> None:
    fit = fit_validation(validation(2 * groups), all_rules(()))
    found = with_sets(None, fit)
    assert found.conformal.is_by_class is is_by_class
    assert found.fitted_on == {"part": "validation", "n_images": 300, "n_groups": 150}


def test_the_limit_of_the_unknown_turns_away_the_share_it_says() -> None:
    confidence = np.random.default_rng(1).random((400, 1))
    logits = np.log(np.concatenate([0.5 + confidence / 2, 0.5 - confidence / 2 + 1e-9], axis=1))
    unknown = Unknown("maximum_probability", np.inf, 0.05, np.zeros(0), {})
    found = with_threshold(unknown, {"logits": logits}, np.arange(400))
    judged = unknown.judge({"logits": logits})
    assert (judged > found.threshold).mean() == pytest.approx(0.05, abs=0.01)
    assert found.quantiles[0] == judged.min()
