"""Calibration and operating points of a bundle are read strictly."""

from __future__ import annotations

from typing import Any

import pytest

from lentigo.bundle.rules.decision_rules import (
    METHODS,
    decision_problems,
    is_calibration,
    is_operating_points,
)
from lentigo.evaluation.calibration.calibration_fitting import METHODS as FITTED_METHODS

CALIBRATION: dict[str, Any] = {
    "method": "vector",
    "scale": [1.0, 0.5],
    "bias": [0.1, -0.1],
    "shares": [0.4, 0.6],
    "fitted_on": {"part": "validation"},
}
POINTS: dict[str, Any] = {
    "chosen": "sensitivity=0.95",
    "points": [{"rule": "sensitivity=0.95", "threshold": 0.1}, {"rule": "cost=10:1", "threshold": None}],
    "fitted_on": {},
}


def test_whole_ones_and_null_are_right() -> None:
    assert is_calibration(CALIBRATION)
    assert is_operating_points(POINTS)
    sure = [one | {"confidence": 0.91} for one in POINTS["points"]]
    assert is_operating_points(POINTS | {"points": sure})
    assert is_calibration(None)
    assert is_operating_points(None)
    assert set(METHODS) == {"none", *FITTED_METHODS}


@pytest.mark.parametrize(
    "change",
    [
        {"method": "isotonic"},
        {"scale": [1.0, 0.0]},
        {"scale": [1.0]},
        {"scale": [True, 1.0]},
        {"bias": ["0", 0.0]},
        {"bias": [float("nan"), 0.0]},
        {"shares": [0.4, 0.4]},
        {"shares": [1.0, 0.0]},
        {"fitted_on": None},
        {"more": 1},
    ],
)
def test_a_wrong_calibration_is_refused(change: dict[str, Any]) -> None:
    assert not is_calibration(CALIBRATION | change)


@pytest.mark.parametrize(
    "change",
    [
        {"chosen": "specificity=0.9"},
        {"points": []},
        {"points": [{"rule": "sensitivity=0.95"}]},
        {"points": [{"rule": "sensitivity=0.95", "threshold": 2}]},
        {"points": [{"rule": "sensitivity=0.95", "threshold": 0.5, "confidence": "90 %"}]},
        {"points": [{"rule": "guess", "threshold": 0.5}], "chosen": "guess"},
        {"points": [POINTS["points"][0], POINTS["points"][0]]},
        {"points": "sensitivity=0.95"},
        {"fitted_on": []},
    ],
)
def test_wrong_operating_points_are_refused(change: dict[str, Any]) -> None:
    assert not is_operating_points(POINTS | change)


def test_both_must_fit_the_classes() -> None:
    whole = {"calibration": CALIBRATION, "operating_points": POINTS, "classes": [1, 2], "malignant": ["a"]}
    assert decision_problems(whole) == []
    assert "for 2 classes, not for 3" in decision_problems(whole | {"classes": [1, 2, 3]})[0]
    assert "cannot be without calibration" in decision_problems(whole | {"calibration": None})[0]
    assert "cannot be without" in decision_problems(whole | {"malignant": []})[0]
