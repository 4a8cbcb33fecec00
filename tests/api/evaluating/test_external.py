"""External validation: which figures of whose images, and their shares of each class."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lentigo.api.answers.runs.opening import open_data
from lentigo.api.evaluating.evaluation import evaluate
from lentigo.api.evaluating.external import ExternalOptions, evaluate_external, prior_shift
from lentigo.data.manifest import replace_manifest
from lentigo.data.taxonomy import order_classes
from lentigo.evaluation.predictions import Predictions
from lentigo.settings.errors import SettingsError
from lentigo.settings.run import RunDirectory

pytestmark = pytest.mark.usefixtures("unrendered")


def test_prior_shift_by_hand() -> None:
    predictions = Predictions(
        np.array(["x", "y"]),
        np.array("external"),
        np.array(-1),
        np.array(["NV", "NV"]),
        np.eye(2),
        ("NV", "MEL"),
    )
    found = prior_shift(predictions, pd.Series(["NV", "MEL", "MEL", "MEL"]))
    assert found["NV"] == {"trained": 0.25, "here": 1.0, "n": 2}
    assert found["MEL"] == {"trained": 0.75, "here": 0.0, "n": 0}


def test_a_runs_own_part_brought_as_others_gives_the_same_figures(small_job: Any, tmp_path: Path) -> None:
    """Calibration and thresholds are those of the run, and nothing is fitted on what was brought."""
    run = RunDirectory.existing(shutil.copytree(small_job.run, tmp_path / "run"))
    ours, split = open_data(run)
    own = evaluate(run, part="test", with_baselines=False)
    table = ours.table.iloc[split.rows(ours, "test")]
    theirs = replace_manifest(tmp_path / "other", table, ours.image_root, ours.class_names, {})
    before = {name: (run.path / name).read_bytes() for name in ("evaluation.json", "report.html")}
    found = evaluate_external(run, theirs, ExternalOptions(with_baselines=False))
    for key in ("metrics", "calibration", "operating_points", "decision_curve", "prior"):
        assert as_numbers(found[key]) == pytest.approx(as_numbers(own[key]), abs=1e-9), key
    assert set(found["unavailable"]) == {"abstaining", "lesions", "shortcuts", "metadata"}
    assert before == {name: (run.path / name).read_bytes() for name in before}
    page = (Path(found["folder"]) / "report.html").read_text()
    for text in ("How far to trust a probability", "Operating points", "How common each class is"):
        assert text in page
    assert "groups on two sides: 0" in page
    assert "Unavailable: --no-baselines" in page


def test_classes_put_together_are_calibrated_first(small_job: Any, tmp_path: Path) -> None:
    run = RunDirectory.existing(shutil.copytree(small_job.run, tmp_path / "run"))
    ours, split = open_data(run)
    table = ours.table.iloc[split.rows(ours, "test")]
    coarse = table.assign(**{"class": table["class"].replace({"AK": "AKIEC", "SCC": "AKIEC"})})
    names = order_classes(coarse["class"])
    theirs = replace_manifest(tmp_path / "other", coarse, ours.image_root, names, {})
    options = ExternalOptions({"AKIEC": ("AK", "SCC")}, with_baselines=False, prior="AKIEC=0.3")
    found = evaluate_external(run, theirs, options)
    assert found["calibration"]["before"]["log_loss"]["n"] == len(table)
    assert found["prior"]["fitted_on"].keys() == set(found["class_names"])
    assert found["prior"]["asked"]["AKIEC"] == pytest.approx(0.3)
    assert "AKIEC puts malignant and benign classes" in found["unavailable"]["operating_points"]
    assert "AKIEC = AK + SCC" in (Path(found["folder"]) / "report.html").read_text()
    with pytest.raises(SettingsError, match=r"AK=0\.3"):
        evaluate_external(run, theirs, replace(options, prior="AK=0.3"))


def as_numbers(value: Any) -> list[float]:
    """All numbers of nested JSON, in order; what is undefined as -1."""
    if isinstance(value, dict):
        return [number for one in value.values() for number in as_numbers(one)]
    if isinstance(value, list):
        return [number for one in value for number in as_numbers(one)]
    return [] if isinstance(value, str | bool) else [-1.0 if value is None else float(value)]
