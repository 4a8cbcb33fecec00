"""What is fitted on validation, and what becomes of it where classes are put together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lentigo.api.answers.runs.source import open_run
from lentigo.api.answers.validation_fit import (
    Validation,
    ValidationFit,
    all_rules,
    fit_json,
    fit_validation,
    malignant_places,
    mixed_classes,
    put_together,
)
from lentigo.evaluation.decisions.operating_points import DEFAULT_RULES, parse_rule


@pytest.fixture(scope="module")
def validation(small_job: Any) -> Validation:
    found = open_run(Path(small_job.run)).validation()
    assert found is not None
    return found


@pytest.fixture(scope="module")
def fit(validation: Validation) -> ValidationFit:
    return fit_validation(validation, all_rules(()))


def test_rules_asked_for_come_first_and_the_default_ones_once() -> None:
    found = [rule.text for rule in all_rules(("specificity=0.8", DEFAULT_RULES[0]))]
    assert found == ["specificity=0.8", *DEFAULT_RULES]


def test_where_no_class_or_every_one_is_malignant_there_is_no_place() -> None:
    assert malignant_places(("MEL", "NV", "BCC"), ("BCC", "MEL")) == (0, 2)
    assert malignant_places(("MEL", "BCC"), ("BCC", "MEL")) == ()
    assert malignant_places(("NV", "DF"), ("MEL",)) == ()


def test_it_says_what_it_was_fitted_on(validation: Validation, fit: ValidationFit) -> None:
    halves = fit_json(fit, network="int8")
    for half in halves.values():
        assert half["fitted_on"] == {**validation.facts(), "network": "int8"}
    assert halves["calibration"]["fitted_on"]["n_images"] == validation.sample.num_images


def test_decisions_on_validation_are_cross_fitted(fit: ValidationFit) -> None:
    called = fit.cross_fitted_decisions(parse_rule("sensitivity=0.95"))
    assert called is not None
    assert called.shape == fit.validation.truth.shape


def test_classes_put_together_keep_calibration_and_threshold(
    validation: Validation, fit: ValidationFit
) -> None:
    """NV and BKL are both benign: the malignant probability, hence each decision, stays what it was."""
    equation, names = {"NEVUS": ("NV", "BKL")}, validation.class_names
    together = put_together(fit, names, equation)
    assert mixed_classes(names, validation.malignant_places, equation) == []
    assert put_together(fit, names, {}) is fit
    assert together.thresholding.points == fit.thresholding.points
    assert together.thresholding.calibration.scale == fit.thresholding.calibration.scale
    shares = dict(zip(names, fit.thresholding.calibration.shares, strict=True))
    place = names.index("NV")
    assert together.thresholding.calibration.shares[place] == pytest.approx(shares["NV"] + shares["BKL"])
    assert sum(together.thresholding.calibration.shares) == pytest.approx(1)
    scores = [one.thresholding.malignant_probability(one.validation.probabilities) for one in (fit, together)]
    np.testing.assert_allclose(scores[0], scores[1], atol=1e-12)
    assert (together.validation.truth == place).sum() == np.isin(
        fit.validation.truth, [names.index("NV"), names.index("BKL")]
    ).sum()


def test_a_threshold_says_nothing_where_malignant_and_benign_become_one(
    validation: Validation, fit: ValidationFit
) -> None:
    equation, names = {"AKIEC": ("AK", "SCC")}, validation.class_names
    together = put_together(fit, names, equation)
    assert mixed_classes(names, validation.malignant_places, equation) == ["AKIEC"]
    assert (together.thresholding.points, together.thresholding.chosen) == ((), "")
    coarse = [name for name in names if name != "SCC"]
    assert [coarse[place] for place in together.thresholding.malignant] == ["MEL", "BCC", "AK"]
