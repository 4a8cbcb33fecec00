"""From a network's probabilities to answers and decisions: by hand, for another mix, and through JSON."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from lentigo.evaluation.calibration.calibration import Calibration
from lentigo.evaluation.calibration.prior_shift import shift_prior
from lentigo.evaluation.decisions.operating_points import OperatingPoint, parse_rule
from lentigo.evaluation.decisions.thresholding import (
    Thresholding,
    calibration_json,
    judge,
    operating_points_json,
    read_thresholding,
    thresholding_for,
)
from lentigo.settings.errors import SettingsError

SHARES = (0.2, 0.7, 0.1)
CALIBRATION = Calibration("temperature", (0.5,) * 3, (0.0,) * 3, SHARES)
POINTS = (
    OperatingPoint(parse_rule("sensitivity=0.95"), 0.4),
    OperatingPoint(parse_rule("cost=10:1"), 1 / 11),
)
THRESHOLDING = Thresholding(CALIBRATION, (0, 2), POINTS, "sensitivity=0.95")
NETWORK = np.array([[0.04, 0.92, 0.04], [0.16, 0.64, 0.2], [0.8, 0.1, 0.1]])
NAMES = ("MEL", "NV", "BCC")


def test_by_hand() -> None:
    answers, verdicts = judge(THRESHOLDING, NETWORK)
    roots = np.sqrt(NETWORK)
    np.testing.assert_allclose(answers, roots / roots.sum(axis=1, keepdims=True))
    # 0.2 + 0.2 of 1.36; 0.4 + 0.45 of 1.65; all but 0.32 of 1.53
    assert [one.is_malignant for one in verdicts] == [False, True, True]
    assert {one.operating_point for one in verdicts} == {"sensitivity=0.95"}
    np.testing.assert_array_equal([one.uncalibrated for one in verdicts], NETWORK)
    assert all(one.is_calibrated and not one.is_for_prior for one in verdicts)


def test_another_mix_moves_probabilities_and_costs_but_no_sensitivity() -> None:
    rare = THRESHOLDING.for_prior((0.004, 0.994, 0.002))
    answers, verdicts = judge(rare, NETWORK)
    np.testing.assert_allclose(answers, shift_prior(CALIBRATION.apply(NETWORK), SHARES, rare.prior or ()))
    assert answers[1, 1] > 0.95
    assert [one.is_malignant for one in verdicts] == [False, True, True]
    by_cost = [one.is_malignant for one in judge(replace(rare, chosen="cost=10:1"), NETWORK)[1]]
    assert by_cost == [False, False, False]
    assert [one.is_malignant for one in judge(replace(THRESHOLDING, chosen="cost=10:1"), NETWORK)[1]] == [
        True
    ] * 3


def test_without_anything_fitted_answers_are_the_networks() -> None:
    answers, verdicts = judge(None, NETWORK)
    assert answers is NETWORK
    assert not any(one.is_calibrated or one.operating_point for one in verdicts)
    assert {one.is_malignant for one in verdicts} == {None}


def test_json_there_and_back() -> None:
    fitted_on = {"part": "validation", "n_images": 5, "n_groups": 4, "split_hash": "ab"}
    halves = (calibration_json(CALIBRATION, fitted_on), operating_points_json(THRESHOLDING, fitted_on))
    read = json.loads(json.dumps(halves))
    assert read_thresholding(read[0], read[1], (0, 2)) == THRESHOLDING
    assert operating_points_json(Thresholding(CALIBRATION), fitted_on) is None
    assert read_thresholding(read[0], None, ()) == Thresholding(CALIBRATION)


def test_a_mix_as_people_write_it() -> None:
    asked = thresholding_for(THRESHOLDING, "malignant=0.03", NAMES, ("MEL", "BCC"))
    assert asked.prior == pytest.approx((0.02, 0.97, 0.01))
    assert thresholding_for(asked, "train", NAMES, ("MEL", "BCC")).prior is None
    with pytest.raises(SettingsError, match="not known for which mix"):
        thresholding_for(None, "uniform", NAMES, ())
