"""Calibration and operating points of a run: fitted on validation, saved, and found again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lentigo.api.answers.runs.fit import (
    CALIBRATION_FILE,
    OPERATING_POINTS_FILE,
    check_options,
    fit_and_save,
    malignant_places,
    mixed_classes,
    put_together,
    stored_thresholding,
)
from lentigo.api.answers.runs.parts import validation_predictions
from lentigo.api.training import open_data
from lentigo.evaluation.decisions.operating_points import DEFAULT_RULES, parse_rule
from lentigo.evaluation.decisions.thresholding import Thresholding
from lentigo.evaluation.predictions import Predictions
from lentigo.settings.errors import SettingsError
from lentigo.settings.run import RunDirectory


@pytest.fixture
def run(small_job: Any, tmp_path: Path) -> RunDirectory:
    shutil.copytree(small_job.run, tmp_path / "run")
    for name in (CALIBRATION_FILE, OPERATING_POINTS_FILE):
        (tmp_path / "run" / name).unlink(missing_ok=True)
    return RunDirectory.existing(tmp_path / "run")


def answers(run: RunDirectory) -> Predictions:
    found = validation_predictions(run, *open_data(run))
    assert found is not None
    return found


def test_what_is_fitted_is_saved_and_found_again(run: RunDirectory) -> None:
    assert stored_thresholding(run) is None
    manifest, split = open_data(run)
    fit = fit_and_save(run, split, answers(run))
    assert stored_thresholding(run) == fit.thresholding
    assert [point.rule.text for point in fit.thresholding.points] == list(DEFAULT_RULES)
    stored = json.loads((run.path / CALIBRATION_FILE).read_text())
    assert stored["fitted_on"]["split_hash"] == split.hash
    assert stored["fitted_on"]["n_images"] == len(split.rows(manifest, "validation"))
    assert stored["class_names"] == run.record()["class_names"]


def test_a_rule_asked_for_comes_first_and_is_remembered(run: RunDirectory) -> None:
    _, split = open_data(run)
    asked = fit_and_save(run, split, answers(run), ("specificity=0.8",))
    again = fit_and_save(run, split, answers(run))
    assert asked.thresholding.chosen == "specificity=0.8"
    assert again.thresholding == asked.thresholding
    with pytest.raises(SettingsError, match="expected sensitivity"):
        fit_and_save(run, split, answers(run), ("recall=1",))


def test_other_weights_forget_it(run: RunDirectory) -> None:
    _, split = open_data(run)
    fit_and_save(run, split, answers(run))
    run.update_record(weights={**run.record()["weights"], "sha256": "00" * 32})
    assert stored_thresholding(run) is None


def test_decisions_on_validation_are_cross_fitted(run: RunDirectory) -> None:
    _, split = open_data(run)
    fit = fit_and_save(run, split, answers(run))
    called = fit.cross_fitted_decisions(parse_rule("sensitivity=0.95"))
    assert called is not None
    assert called.shape == fit.validation.truth.shape


def test_malignant_places_are_those_of_the_classes(run: RunDirectory) -> None:
    names, malignant = run.record()["class_names"], run.record()["malignant"]
    assert [names[place] for place in malignant_places(run)] == [name for name in names if name in malignant]
    run.update_record(malignant=names)
    assert malignant_places(run) == ()
    _, split = open_data(run)
    fit = fit_and_save(run, split, answers(run))
    assert fit.thresholding == Thresholding(fit.thresholding.calibration)
    assert not (run.path / OPERATING_POINTS_FILE).exists()


def test_the_same_is_fitted_every_time(run: RunDirectory) -> None:
    _, split = open_data(run)
    first, second = (fit_and_save(run, split, answers(run)) for _ in range(2))
    np.testing.assert_array_equal(first.calibration_fit.cross_fitted, second.calibration_fit.cross_fitted)
    assert first.thresholding == second.thresholding


def test_options_are_checked_before_anything_is_computed(run: RunDirectory) -> None:
    check_options(run, "malignant=0.02", ["cost=20:1"])
    check_options(run, "estimate", [])
    with pytest.raises(SettingsError, match="--prior half"):
        check_options(run, "half", [])
    with pytest.raises(SettingsError, match="--operating-point"):
        check_options(run, "train", ["0.5"])


def test_classes_put_together_keep_calibration_and_threshold(run: RunDirectory) -> None:
    """NV and BKL are both benign: the malignant probability, hence each decision, stays what it was."""
    _, split = open_data(run)
    equation, names = {"NEVUS": ("NV", "BKL")}, run.record()["class_names"]
    fit = fit_and_save(run, split, answers(run))
    together = put_together(fit, run, equation)
    assert mixed_classes(run, equation) == []
    assert put_together(fit, run, {}) is fit
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


def test_a_threshold_says_nothing_where_malignant_and_benign_become_one(run: RunDirectory) -> None:
    _, split = open_data(run)
    equation = {"AKIEC": ("AK", "SCC")}
    together = put_together(fit_and_save(run, split, answers(run)), run, equation)
    assert mixed_classes(run, equation) == ["AKIEC"]
    assert (together.thresholding.points, together.thresholding.chosen) == ((), "")
    names = [name for name in run.record()["class_names"] if name != "SCC"]
    assert [names[place] for place in together.thresholding.malignant] == ["MEL", "BCC", "AK"]
