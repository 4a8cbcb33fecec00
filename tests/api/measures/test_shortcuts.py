"""Probes for shortcuts of a run's part."""

from __future__ import annotations

import json
from typing import Any

from lentigo.api.answers.answers import EvaluatedPart
from lentigo.api.measures.shortcuts import measure_shortcuts
from lentigo.api.training import open_data
from lentigo.evaluation.evaluate import Context
from lentigo.evaluation.predictions import load_predictions
from lentigo.settings.run import RunDirectory


def test_an_evaluation_tells_what_can_be_known_without_the_lesion(small_job: Any) -> None:
    run = RunDirectory.existing(small_job.run)
    part = json.loads(run.evaluation_file.read_text())["parts"]["validation"]
    found = part["shortcuts"]
    assert found["model"]["value"] == part["metrics"]["balanced_accuracy"]["value"]
    assert set(found["probes"]) == {"metadata", "origin", "border"}
    for figure in (*found["probes"].values(), found["network"]["border_only"]["balanced_accuracy"]):
        assert 0 <= figure["value"] <= 1
    change = found["network"]["border_only"]
    assert change["minus_whole"]["value"] == (change["balanced_accuracy"]["value"] - found["model"]["value"])
    assert 'id="shortcuts"' in run.report_file.read_text(encoding="utf-8")


def test_a_brief_evaluation_leaves_them_out(small_job: Any) -> None:
    run = RunDirectory.existing(small_job.run)
    manifest, split = open_data(run)
    stored = load_predictions(run.predictions_file, "validation")
    brief = EvaluatedPart(run, manifest, split, stored, Context("validation", split.hash), is_brief=True)
    assert measure_shortcuts(brief) is None
