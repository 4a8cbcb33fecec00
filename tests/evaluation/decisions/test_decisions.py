"""Figures of decisions: by hand from counts, at other mixes of classes, with absent classes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import precision_score, recall_score

from lentigo.evaluation.decisions.decisions import Costs, Mix, costs_of, decision_figures, predictive_values
from lentigo.evaluation.decisions.operating_points import parse_rule
from lentigo.evaluation.intervals.bootstrap import Resampling
from lentigo.evaluation.intervals.sample import Sample, sample

MALIGNANT = np.array([True, False, True])
FEW = Resampling(100)


def made(counts: list[tuple[int, int]]) -> tuple[Sample, np.ndarray]:
    """Images of three classes; of each so many left and so many called malignant."""
    truth = np.repeat(np.arange(3), [sum(pair) for pair in counts])
    called = np.concatenate([np.repeat([False, True], pair) for pair in counts])
    return sample(truth, np.full((len(truth), 3), 1 / 3), np.arange(len(truth))), called


def test_by_hand() -> None:
    images, called = made([(1, 9), (80, 20), (5, 5)])
    found = decision_figures(images, called, Mix(MALIGNANT), FEW, Costs(10, 1))
    values = {name: figure["value"] for name, figure in found.items() if name != "at_prevalence"}
    assert values == pytest.approx(
        {
            "sensitivity": 14 / 20,
            "specificity": 0.8,
            "positive_predictive_value": 14 / 34,
            "negative_predictive_value": 80 / 86,
            "called_malignant": 34 / 120,
            "cost": 100 * (10 * 6 + 20) / 120,
        }
    )
    assert found["sensitivity"]["n"] == 20
    assert found["positive_predictive_value"]["n"] == 34
    at = found["at_prevalence"][1]
    assert at["prevalence"] == 0.02
    assert at["positive_predictive_value"]["value"] == pytest.approx(0.014 / (0.014 + 0.98 * 0.2))


def test_another_mix_by_hand() -> None:
    images, called = made([(1, 9), (80, 20), (5, 5)])
    found = decision_figures(images, called, Mix(MALIGNANT, (0.03, 0.96, 0.01)), FEW)
    # of the malignant 3 in 4 are of the first class, found in 90 %, and 1 in 4 of the third, found in 50 %
    sensitivity = 0.75 * 0.9 + 0.25 * 0.5
    assert found["sensitivity"]["value"] == pytest.approx(sensitivity)
    assert found["specificity"]["value"] == pytest.approx(0.8)
    hits, alarms = 0.04 * sensitivity, 0.96 * 0.2
    assert found["positive_predictive_value"]["value"] == pytest.approx(hits / (hits + alarms))
    assert found["called_malignant"]["value"] == pytest.approx(hits + alarms)


def test_a_class_without_images_leaves_its_share_to_its_side() -> None:
    images, called = made([(1, 9), (80, 20), (0, 0)])
    found = decision_figures(images, called, Mix(MALIGNANT, (0.03, 0.96, 0.01)), FEW)
    assert found["sensitivity"]["value"] == pytest.approx(0.9)
    hits = 0.04 * 0.9
    assert found["positive_predictive_value"]["value"] == pytest.approx(hits / (hits + 0.96 * 0.2))


def test_without_malignant_images_a_sensitivity_is_undefined() -> None:
    images, called = made([(0, 0), (80, 20), (0, 0)])
    found = decision_figures(images, called, Mix(MALIGNANT), FEW)
    assert found["sensitivity"]["value"] is None
    assert found["specificity"]["value"] == pytest.approx(0.8)


def test_equal_to_scikit_learn(make_sample: Callable[..., Sample]) -> None:
    images = make_sample(400, 3)
    called = np.isin(images.predicted, np.flatnonzero(MALIGNANT))
    truth = MALIGNANT[images.truth]
    found = decision_figures(images, called, Mix(MALIGNANT), FEW)
    assert found["sensitivity"]["value"] == pytest.approx(recall_score(truth, called))
    assert found["specificity"]["value"] == pytest.approx(recall_score(~truth, ~called))
    assert found["positive_predictive_value"]["value"] == pytest.approx(precision_score(truth, called))
    assert found["negative_predictive_value"]["value"] == pytest.approx(precision_score(~truth, ~called))


def test_the_interval_holds_a_share_of_independent_images_about_as_binomials_do() -> None:
    images, called = made([(20, 180), (150, 50), (0, 0)])
    interval = decision_figures(images, called, Mix(MALIGNANT), Resampling(1000))["sensitivity"]
    exact = binomtest(180, 200).proportion_ci(method="wilson")
    assert interval["low"] == pytest.approx(exact.low, abs=0.012)
    assert interval["high"] == pytest.approx(exact.high, abs=0.012)


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99), st.floats(0.01, 0.98))
def test_predictive_values_grow_and_fall_with_prevalence(
    sensitivity: float, specificity: float, prevalence: float
) -> None:
    now, later = (
        predictive_values(np.array(sensitivity), np.array(specificity), share)
        for share in (prevalence, prevalence + 0.01)
    )
    assert later[0] >= now[0] - 1e-12
    assert later[1] <= now[1] + 1e-12


def test_costs_of_a_rule() -> None:
    assert costs_of(parse_rule("cost=20:1")) == Costs(20, 1)
