from __future__ import annotations

import json
import math

import numpy as np

from lentigo.evaluation.intervals.resampled import Interval, Resampled, defined_or_none


def test_undefined_becomes_none() -> None:
    found = Interval(0.5, math.nan, math.nan, 3, 1).as_json()
    assert found == {"value": 0.5, "low": None, "high": None, "n": 3, "n_groups": 1}
    json.dumps(found, allow_nan=False)


def test_functions_apply_to_all_of_it() -> None:
    confusions = Resampled(np.eye(2), np.ones((5, 2, 2)), np.zeros((3, 2, 2)))
    found = confusions.then(lambda values: values.sum(axis=(-2, -1)))
    assert (float(found.observed), found.drawn.tolist(), found.jackknife.tolist()) == (2, [4] * 5, [0] * 3)
    assert (float(found.minus(found).observed), found.minus(found).drawn.tolist()) == (0, [0] * 5)


def test_one_of_several_figures_is_taken_everywhere() -> None:
    areas = Resampled(np.array([0.1, 0.2]), np.array([[0.3, 0.4]] * 3), np.array([[0.5, 0.6]] * 2)).at(1)
    assert (float(areas.observed), areas.drawn.tolist(), areas.jackknife.tolist()) == (
        0.2,
        [0.4] * 3,
        [0.6] * 2,
    )


def test_what_json_cannot_hold_is_none() -> None:
    assert [defined_or_none(value) for value in (0.5, math.nan, math.inf)] == [0.5, None, None]
