"""Ways to look at an image, compared on a run that is not trained anew."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lentigo.api.evaluating.viewing import evaluate_views
from lentigo.evaluation.predictions import load_predictions
from lentigo.settings.errors import RunError, SettingsError
from lentigo.settings.run import RunDirectory


@pytest.fixture
def own_run(small_job: Any, tmp_path: Path) -> RunDirectory:
    return RunDirectory(shutil.copytree(small_job.run, tmp_path / "run"))


def test_other_views_leave_the_runs_own_answers_alone(own_run: RunDirectory) -> None:
    before = own_run.predictions_file.read_bytes(), own_run.evaluation_file.read_bytes()
    facts = evaluate_views(own_run, ["one", "flips", "flips+0.8x4"])
    assert (own_run.predictions_file.read_bytes(), own_run.evaluation_file.read_bytes()) == before
    assert list(facts["views"]) == ["one", "flips", "flips+0.8x4"]
    assert [way["num_views"] for way in facts["views"].values()] == [1, 4, 20]
    own, flips = (facts["views"][name]["figures"]["accuracy"] for name in ("one", "flips"))
    assert own["difference"]["value"] == 0
    assert facts["views"]["one"]["seconds"] is None
    assert flips["second"] == own["first"]
    stored = load_predictions(own_run.path / "views" / "flips" / "predictions.csv", "validation")
    answers = np.array(stored.class_names)[stored.probabilities.argmax(axis=1)]
    assert flips["first"]["value"] == pytest.approx((answers == stored.truth).mean())
    assert json.loads((own_run.path / "views" / "validation.json").read_text())["views"] == facts["views"]
    assert "test_looks" not in facts


def test_what_cannot_be_looked_at_that_way_is_refused_first(own_run: RunDirectory) -> None:
    with pytest.raises(SettingsError, match=r"input\.height = input\.width, not 32 and 40"):
        evaluate_views(own_run, ["dihedral"], part="test")
    with pytest.raises(SettingsError, match="expected one, flips or dihedral"):
        evaluate_views(own_run, ["ten"], part="test")
    assert not own_run.record().get("test_looks")
    entry = {"path": "../a", "name": "a", "weight": 1.0, "weights_sha256": "0" * 64}
    own_run.update_record(members=[entry])
    with pytest.raises(RunError, match="no network of its own"):
        evaluate_views(own_run, ["flips"])
