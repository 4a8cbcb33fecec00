"""The verbs of training as functions."""

from __future__ import annotations

from typing import Any

import pytest

import lentigo
from lentigo.notebook.results import Run
from lentigo.settings.errors import RunError, SettingsError


def test_a_finished_run_is_given_back_as_one_that_shows_itself(small_job: Any) -> None:
    recipe = lentigo.load_run(small_job.run).recipe()
    run = lentigo.train(recipe, small_job.data, small_job.split, small_job.run)
    assert isinstance(run, Run)
    assert run.path == small_job.run


def test_what_can_be_named_is_listed_as_data() -> None:
    names = {row["name"] for row in lentigo.recipes()}
    assert "demo" in names
    assert lentigo.recipes_show("demo").strip()
    assert {row["path"] for row in lentigo.keys("stages.0.lr")} >= {"stages.0.lr"}
    assert lentigo.backbones().to_frame()["pixels"].min() > 0
    with pytest.raises(SettingsError, match="no key of a recipe"):
        lentigo.keys("nothing-like-it")


def test_runs_of_a_folder_are_rows(small_job: Any) -> None:
    found = lentigo.runs(small_job.run)
    assert [row["status"] for row in found] == ["finished"]


def test_mistakes_are_told_before_anything_is_trained(small_job: Any, tmp_path: Any) -> None:
    with pytest.raises(SettingsError, match="did you mean method"):
        lentigo.ensemble([small_job.run], tmp_path / "out", methd="mean")
    with pytest.raises(SettingsError, match="two classes"):
        lentigo.leak_pair(tmp_path / "out", "lite0-eight", small_job.data, overrides=["task.classes=all"])
    with pytest.raises(RunError, match="two members"):
        lentigo.ensemble([small_job.run], tmp_path / "out")
    with pytest.raises(SettingsError, match="table"):
        lentigo.crossvalidate("genetic", small_job.data, tmp_path / "out", folds=2)
