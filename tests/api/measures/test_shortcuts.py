"""Probes for shortcuts of a run's part."""

from __future__ import annotations

import json
from typing import Any

from lentigo.api.answers.runs.source import open_run
from lentigo.api.answers.source import Asked
from lentigo.api.measures.shortcuts import measure_shortcuts
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
    source = open_run(small_job.run)
    stored = load_predictions(source.run.predictions_file, "validation")
    assert measure_shortcuts(source.answers(stored, "validation", asked=Asked(is_brief=True))) is None
