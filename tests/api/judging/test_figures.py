"""Answers of anyone are judged: a run's as it evaluates itself, a stranger's by what is known of them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lentigo.api.answers.answers import Answers
from lentigo.api.answers.runs.source import RunSource, open_run
from lentigo.api.answers.source import Source
from lentigo.api.judging.figures import explained_figures, figures
from lentigo.evaluation.evaluate import Context
from lentigo.evaluation.predictions import Predictions, load_predictions


@pytest.fixture(scope="module")
def source(small_job: Any) -> RunSource:
    return open_run(small_job.run)


@pytest.fixture(scope="module")
def strangers(source: RunSource) -> Answers:
    """The run's own answers on test as a table that says nothing of who gave them, but on validation."""
    rows = source.split.rows(source.manifest, "test")
    truth = source.manifest.labels()[rows]
    generator = np.random.default_rng(0)
    powers = np.exp(generator.normal(size=(len(rows), len(source.class_names))))
    predictions = Predictions(
        source.manifest.image_ids()[rows], np.array("theirs"), np.array(-1), truth,
        powers / powers.sum(axis=1, keepdims=True), source.class_names,
    )  # fmt: skip
    groups = source.split.groups(source.manifest)[rows]
    theirs = Source("their table", source.validation())
    return Answers(predictions, groups, Context("theirs", "", source.malignant), theirs)


def test_a_run_s_answers_give_what_it_says_of_itself(source: RunSource) -> None:
    stored = json.loads(source.run.evaluation_file.read_text(encoding="utf-8"))["parts"]["validation"]
    read = load_predictions(source.run.predictions_file, "validation")
    found = json.loads(json.dumps(figures(source.answers(read, "validation"))))
    assert found.keys() == stored.keys()
    for key in set(stored) - {"shortcuts", "baselines"}:
        assert found[key] == stored[key], key
    for name, baseline in stored["baselines"].items():
        assert found["baselines"][name]["metrics"]["accuracy"]["value"] == pytest.approx(
            baseline["metrics"]["accuracy"]["value"]
        )


def test_a_stranger_s_table_is_judged_without_images_or_a_run(strangers: Answers) -> None:
    found = explained_figures(strangers)
    assert found["baselines"] == {}
    for key in ("calibration", "operating_points", "decision_curve", "prior", "abstaining"):
        assert found[key], key
    assert set(found["unavailable"]) == {"lesions", "subgroups", "shortcuts", "metadata"}
    assert found["calibration"]["fitted_on"]["part"] == "validation"
    assert not found["calibration"]["is_cross_fitted"]


def test_without_validation_the_plain_figures_are_left(strangers: Answers) -> None:
    found = explained_figures(replace(strangers, source=Source("their table")))
    assert found["metrics"] == figures(strangers)["metrics"]
    for key in ("calibration", "operating_points", "prior", "abstaining"):
        assert "no validation images" in found["unavailable"][key], key
