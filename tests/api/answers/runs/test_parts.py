"""Answers are read where these weights have saved them, and computed otherwise."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lentigo.api.answers.runs.opening import open_data
from lentigo.api.answers.runs.parts import answers_of, groups_of, log_look, save_answers
from lentigo.data.manifest import load_manifest
from lentigo.data.split import Split, load_split
from lentigo.evaluation.predictions import load_predictions
from lentigo.settings.errors import RunError, SplitError
from lentigo.settings.run import RunDirectory


@pytest.fixture
def own_run(small_job: Any, tmp_path: Path) -> RunDirectory:
    return RunDirectory(shutil.copytree(small_job.run, tmp_path / "run"))


def test_stored_answers_are_read_and_those_of_other_weights_are_not(own_run: RunDirectory) -> None:
    manifest, split = open_data(own_run)
    stored = load_predictions(own_run.predictions_file, "validation")
    marked = stored.probabilities.copy()
    marked[0] = np.eye(len(stored.class_names))[0]
    save_answers(own_run, "validation", type(stored)(**{**vars(stored), "probabilities": marked}))
    read = answers_of(own_run, manifest, split, "validation")
    np.testing.assert_array_equal(read.probabilities, marked)
    own_run.update_record(answered={"validation": "weights of before"})
    computed = answers_of(own_run, manifest, split, "validation")
    np.testing.assert_allclose(computed.probabilities, stored.probabilities, atol=1e-6)
    assert own_run.record()["answered"]["validation"] == own_run.record()["weights"]["sha256"]


def test_damaged_answers_are_computed_again(own_run: RunDirectory) -> None:
    manifest, split = open_data(own_run)
    stored = load_predictions(own_run.predictions_file, "validation")
    first, second = (repr(value) for value in stored.probabilities[0, :2].tolist())
    text = own_run.predictions_file.read_text()
    swapped = text.replace(f",{first},{second},", f",{second},{first},")
    assert swapped != text
    own_run.predictions_file.write_text(swapped)
    found = answers_of(own_run, manifest, split, "validation")
    np.testing.assert_allclose(found.probabilities, stored.probabilities, atol=1e-6)


def test_a_split_that_is_not_the_runs_is_refused(own_run: RunDirectory) -> None:
    own_run.update_record(split={"hash": "another"})
    with pytest.raises(RunError, match="not the split that the run was trained with"):
        open_data(own_run)


def test_an_empty_part_is_refused_and_a_cross_validation_told_of_its_folds(own_run: RunDirectory) -> None:
    manifest, split = open_data(own_run)
    empty = Split(split.table.assign(part="train"), "", {})
    with pytest.raises(SplitError, match=r"no images$"):
        answers_of(own_run, manifest, empty, "test")
    own_run.update_record(held_out="out-of-fold")
    with pytest.raises(SplitError, match=r"out-of-fold figures are in evaluation\.json"):
        answers_of(own_run, manifest, empty, "test")


def test_only_looks_at_test_are_counted(own_run: RunDirectory) -> None:
    assert [log_look(own_run, part) for part in ("validation", "test", "test")] == [0, 1, 2]
    assert len(own_run.record()["test_looks"]) == 2


def test_groups_follow_the_order_of_the_predictions(small_job: Any) -> None:
    manifest, split = load_manifest(small_job.data), load_split(small_job.split)
    predictions = load_predictions(small_job.run / "predictions.csv")
    lesion_of = dict(zip(manifest.table["image_id"], manifest.table["lesion_id"], strict=True))
    groups = groups_of(split, predictions)
    lesions = np.array([lesion_of[image_id] for image_id in predictions.image_ids])
    for group in np.unique(groups):
        assert len(np.unique(lesions[groups == group])) == 1, "drawn images are linked by lesion alone"
