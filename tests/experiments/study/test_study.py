"""A study: data, rows that fail and rows that are done, and one row for real."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lentigo.data.manifest import Manifest
from lentigo.data.split import make_split
from lentigo.evaluation.predictions import Predictions
from lentigo.experiments.study import study
from lentigo.experiments.study.rows import ROWS, StudyRow, choose_rows
from lentigo.experiments.study.study import (
    StudyJob,
    Watch,
    finished_run,
    is_measured,
    run_study,
    scaled_row,
    study_images,
    study_split,
    training_figures,
)
from lentigo.settings.errors import RunError, SettingsError
from lentigo.settings.files import write_json
from lentigo.settings.run import RunDirectory

BY_ID = {row.id: row for row in ROWS}


@pytest.fixture
def job(pairs_manifest: Manifest, tmp_path: Path) -> StudyJob:
    return StudyJob(tmp_path, pairs_manifest, make_split(pairs_manifest, (0.6, 0.2, 0.2)))


def test_only_smoke_draws_images(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="--manifest"):
        study_images(tmp_path, scale="small")


def test_the_split_is_made_once_and_kept(pairs_manifest: Manifest, tmp_path: Path) -> None:
    first = study_split(tmp_path, pairs_manifest, seed=1)
    assert study_split(tmp_path, pairs_manifest, seed=2).hash == first.hash
    assert first.crossings(pairs_manifest) == []
    assert study_split(tmp_path / "x", pairs_manifest, tmp_path / "data" / "split.csv").hash == first.hash


def test_settings_of_the_user_have_the_last_word(job: StudyJob, tmp_path: Path) -> None:
    own = StudyJob(
        tmp_path, job.manifest, job.split, "smoke", {"xception": "imagenet"}, 5, ("stages.0.epochs=7",)
    )
    recipe = scaled_row(own, BY_ID["S6"]).recipe
    assert [stage.epochs for stage in recipe.stages] == [7, 1, 1]
    assert (recipe.model.weights, recipe.training.seed, recipe.input.height) == ("imagenet", 5, 72)
    assert scaled_row(own, BY_ID["S3"]).recipe.model.weights == "none"


def test_training_figures_count_the_commonest_class() -> None:
    truth = np.array(["a", "a", "a", "b"], dtype=object)
    probabilities = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.7, 0.3]])
    predictions = Predictions(np.arange(4).astype(str), "train", -1, truth, probabilities, ("a", "b"))  # type: ignore[arg-type]
    assert training_figures(predictions) == {
        "n": 4, "accuracy": 0.5, "majority_share": 0.75,
        "balanced_accuracy": pytest.approx(1 / 3), "class_share": 0.5,
    }  # fmt: skip


def test_figures_are_of_the_weights_a_run_has_now(make_run: Callable[..., RunDirectory]) -> None:
    run = make_run()
    assert is_measured(run)
    run.update_record(weights={"sha256": "other"})
    assert not is_measured(run)


def test_of_a_search_the_winner_is_measured(make_run: Callable[..., RunDirectory], job: StudyJob) -> None:
    assert finished_run(job, BY_ID["S4"]) is None
    run = make_run("baseline")
    place = job.run_path("genetic") / "trials" / "0002"
    place.parent.mkdir(parents=True)
    run.path.rename(place)
    write_json(job.run_path("genetic") / "search.json", {"winner": {"number": 2}})
    found = finished_run(job, BY_ID["S4"])
    assert found
    assert found.path == place


def test_a_row_that_fails_is_told_and_the_others_go_on(
    job: StudyJob, make_run: Callable[..., RunDirectory], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run_row(_job: StudyJob, row: StudyRow, _watch: Watch) -> RunDirectory:
        if row.id == "S3":
            raise RunError("no weights")
        return make_run(row.recipe)

    monkeypatch.setattr(study, "run_row", run_row)
    said: list[str] = []
    found = run_study(job, choose_rows(["S1", "S3", "S6"]), Watch(said.append))
    assert [(row["id"], row["error"]) for row in found] == [
        ("S1", ""), ("S3", "no weights"), ("S6", ""), ("S7", ""),
    ]  # fmt: skip
    assert "S3 failed: no weights" in said
    assert (job.out / "study.html").is_file()
    assert "S11" not in [row["id"] for row in found], "there is no sheet of saliency maps yet"


def test_one_that_is_stopped_stops_all(job: StudyJob, monkeypatch: pytest.MonkeyPatch) -> None:
    from lentigo.settings.processes.interrupt import Interrupted

    def run_row(*_: object) -> RunDirectory:
        raise Interrupted("stopped")

    monkeypatch.setattr(study, "run_row", run_row)
    with pytest.raises(Interrupted):
        run_study(job, choose_rows(["S1", "S2"]))


def test_a_row_that_needs_another_runs_it_first(job: StudyJob, monkeypatch: pytest.MonkeyPatch) -> None:
    trained: list[str] = []

    def train(recipe: Any, _manifest: Any, _split: Any, out: Path, **_: Any) -> RunDirectory:
        trained.append(f"{recipe.name} in {out.name}, from {recipe.training.start_from or 'nothing'}")
        return RunDirectory(out)

    monkeypatch.setattr(study.api, "train", train)
    monkeypatch.setattr(study, "_measure", lambda *_, **__: None)
    study.run_row(job, BY_ID["S5"])
    assert trained == [
        "genetic-finetuned in genetic-finetuned, from nothing",
        "genetic-balanced in genetic-balanced, from genetic-finetuned",
    ]


@pytest.mark.slow
def test_every_row_at_scale_smoke(tmp_path: Path) -> None:
    """All rows on drawn images: minutes, and the reason for the scale."""
    manifest = study_images(tmp_path)
    job = StudyJob(tmp_path, manifest, study_split(tmp_path, manifest))
    found = run_study(job, choose_rows([]))
    assert [row["id"] for row in found if row["error"]] == []
    assert [row["id"] for row in found] == [row.id for row in ROWS]
