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
    kept_rules,
    malignant_places_of,
    stored_thresholding,
)
from lentigo.api.answers.runs.source import open_run
from lentigo.api.answers.validation_fit import Validation
from lentigo.evaluation.decisions.operating_points import DEFAULT_RULES
from lentigo.evaluation.decisions.thresholding import Thresholding
from lentigo.settings.errors import SettingsError
from lentigo.settings.run import RunDirectory


@pytest.fixture
def run(small_job: Any, tmp_path: Path) -> RunDirectory:
    shutil.copytree(small_job.run, tmp_path / "run")
    for name in (CALIBRATION_FILE, OPERATING_POINTS_FILE):
        (tmp_path / "run" / name).unlink(missing_ok=True)
    return RunDirectory.existing(tmp_path / "run")


def validation(run: RunDirectory) -> Validation:
    found = open_run(run).validation()
    assert found is not None
    return found


def test_what_is_fitted_is_saved_and_found_again(run: RunDirectory) -> None:
    assert stored_thresholding(run) is None
    source = open_run(run)
    fit = fit_and_save(run, validation(run))
    assert stored_thresholding(run) == fit.thresholding
    assert [point.rule.text for point in fit.thresholding.points] == list(DEFAULT_RULES)
    stored = json.loads((run.path / CALIBRATION_FILE).read_text())
    assert stored["fitted_on"]["split_hash"] == source.split.hash
    assert stored["fitted_on"]["n_images"] == len(source.split.rows(source.manifest, "validation"))
    assert stored["class_names"] == run.record()["class_names"]


def test_a_rule_asked_for_comes_first_and_is_remembered(run: RunDirectory) -> None:
    asked = fit_and_save(run, validation(run), ("specificity=0.8",))
    again = fit_and_save(run, validation(run))
    assert asked.thresholding.chosen == "specificity=0.8"
    assert again.thresholding == asked.thresholding
    assert kept_rules(run)[0] == "specificity=0.8"
    with pytest.raises(SettingsError, match="expected sensitivity"):
        fit_and_save(run, validation(run), ("recall=1",))


def test_other_weights_forget_it(run: RunDirectory) -> None:
    fit_and_save(run, validation(run))
    run.update_record(weights={**run.record()["weights"], "sha256": "00" * 32})
    assert stored_thresholding(run) is None


def test_malignant_places_are_those_of_the_classes(run: RunDirectory) -> None:
    names, malignant = run.record()["class_names"], run.record()["malignant"]
    assert [names[place] for place in malignant_places_of(run)] == [
        name for name in names if name in malignant
    ]
    run.update_record(malignant=names)
    assert malignant_places_of(run) == ()
    fit = fit_and_save(run, validation(run))
    assert fit.thresholding == Thresholding(fit.thresholding.calibration)
    assert not (run.path / OPERATING_POINTS_FILE).exists()


def test_the_same_is_fitted_every_time(run: RunDirectory) -> None:
    first, second = (fit_and_save(run, validation(run)) for _ in range(2))
    np.testing.assert_array_equal(first.calibration_fit.cross_fitted, second.calibration_fit.cross_fitted)
    assert first.thresholding == second.thresholding


def test_options_are_checked_before_anything_is_computed(run: RunDirectory) -> None:
    check_options(run, "malignant=0.02", ["cost=20:1"])
    check_options(run, "estimate", [])
    with pytest.raises(SettingsError, match="--prior half"):
        check_options(run, "half", [])
    with pytest.raises(SettingsError, match="--operating-point"):
        check_options(run, "train", ["0.5"])
