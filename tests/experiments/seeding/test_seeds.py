"""Several seeds: which runs there are, their figures and spread, what is refused. Trainings are copies."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lentigo.api.answers.runs.parts import save_answers
from lentigo.cluster.tasks import Task, Teller
from lentigo.data.manifest import load_manifest
from lentigo.data.split import Split, load_split
from lentigo.evaluation.metrics import accuracy, confusion_matrix
from lentigo.evaluation.predictions import load_predictions
from lentigo.experiments.seeding import seeds as seeding
from lentigo.experiments.seeding.seeds import Seeding, train_seeds
from lentigo.settings.errors import InUseError, RunError, SettingsError, SplitError
from lentigo.settings.recipe import Recipe
from lentigo.settings.run import RunDirectory
from lentigo.settings.toml import load_recipe


@pytest.fixture
def job(small_job: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Seeding:
    """Two seeds whose trainings are copies of one run; that of seed 1 answers with classes turned by one."""

    def copy_run(_teller: Teller, recipe: Recipe, out: Path) -> None:
        shutil.copytree(small_job.run, out)
        run = RunDirectory(out)
        found = load_predictions(run.predictions_file, "validation")
        turned = np.roll(found.probabilities, recipe.training.seed, axis=1)
        save_answers(run, "validation", replace(found, probabilities=turned))

    def training_tasks(*_data: Any) -> Any:
        return lambda name, recipe, _split, out: Task(name, copy_run, {"recipe": recipe, "out": out})

    monkeypatch.setattr(seeding, "training_tasks", training_tasks)
    manifest, split = load_manifest(small_job.data), load_split(small_job.split)
    return Seeding(load_recipe("baseline"), manifest, split, tmp_path / "out", 2)


def test_figures_of_each_seed_and_how_far_they_lie_apart(job: Seeding) -> None:
    said: list[str] = []
    found = train_seeds(job, seeding.Watch(said.append))
    assert said == ["seed 0", "seed 1"]
    expected = []
    for seed in (0, 1):
        answers = load_predictions(job.run_path(seed) / "predictions.csv", "validation")
        truth, chosen = answers.truth_indices(), answers.probabilities.argmax(axis=1)
        expected.append(float(accuracy(confusion_matrix(truth, chosen, len(answers.class_names)))))
    values = [row["accuracy"]["value"] for row in found["seeds"]]
    assert values == pytest.approx(expected)
    assert values[0] != values[1]
    spread = found["spread"]["accuracy"]
    assert spread["mean"] == pytest.approx(sum(expected) / 2)
    assert spread["standard_deviation"] == pytest.approx(abs(expected[0] - expected[1]) / 2**0.5)
    assert (spread["least"], spread["largest"]) == (min(values), max(values))
    saved = json.loads((job.out / "seeds.json").read_text())
    assert saved["spread"] == found["spread"]
    table = pd.read_csv(job.out / "seeds.csv")
    assert table["seed"].tolist() == [0, 1]
    assert table["accuracy"].tolist() == pytest.approx(expected)
    assert (table["accuracy_low"] <= table["accuracy"]).all()


def test_seeds_follow_that_of_the_recipe(job: Seeding) -> None:
    recipe = replace(job.recipe, training=replace(job.recipe.training, seed=7))
    other = replace(job, recipe=recipe, num_seeds=3)
    assert other.seeds() == [7, 8, 9]
    assert [seeding._seeded(other, seed).training.seed for seed in other.seeds()] == [7, 8, 9]


def test_what_has_no_spread_is_refused(job: Seeding, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="at least two"):
        train_seeds(replace(job, num_seeds=1))
    with pytest.raises(SettingsError, match="search"):
        train_seeds(replace(job, recipe=load_recipe("genetic")))
    everything = job.split.table.assign(part="train")
    with pytest.raises(SplitError, match="no validation images"):
        train_seeds(replace(job, split=Split(everything, "x")))
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "run.json").write_text("{}")
    with pytest.raises(RunError, match="is a run; give another folder"):
        train_seeds(replace(job, out=tmp_path / "run"))


def test_a_second_command_in_one_folder_is_told(job: Seeding) -> None:
    job.out.mkdir()
    with RunDirectory(job.out).locked(), pytest.raises(InUseError, match="in use by process"):
        train_seeds(job)
